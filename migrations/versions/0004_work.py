"""work

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meeting",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("chair", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("excess_reason", sa.String(), nullable=False),
        sa.Column("minutes_signed_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('plenary', 'special', 'liaison')", name=op.f("ck_meeting_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_meeting")),
    )
    op.create_index("ix_meeting_held", "meeting", ["tenant_id", "held_on"], unique=False)
    op.create_table(
        "period_draft",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("experience", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_period_draft")),
        sa.UniqueConstraint("tenant_id", "period", name=op.f("uq_period_draft_tenant_id_period")),
    )
    op.create_table(
        "plan",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'agreed')", name=op.f("ck_plan_state")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan")),
        sa.UniqueConstraint("tenant_id", "year", name=op.f("uq_plan_tenant_id_year")),
    )
    op.create_table(
        "snapshot",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("cutoff", sa.Date(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_snapshot_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "period", "serial", name=op.f("uq_snapshot_tenant_id_period_serial")),
    )
    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("mode IN ('present', 'proxy', 'leave')", name=op.f("ck_attendance_mode")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_attendance_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_attendance_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_attendance")),
        sa.UniqueConstraint(
            "tenant_id", "meeting_id", "unit_id", name=op.f("uq_attendance_tenant_id_meeting_id_unit_id")
        ),
    )
    op.create_table(
        "obligation",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('plan', 'progress', 'annual_summary')", name=op.f("ck_obligation_kind")),
        sa.CheckConstraint(
            "state IN ('owed', 'filed', 'returned', 'passed', 'exempt')", name=op.f("ck_obligation_state")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_obligation_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_obligation")),
        sa.UniqueConstraint(
            "tenant_id", "unit_id", "kind", "period", name=op.f("uq_obligation_tenant_id_unit_id_kind_period")
        ),
    )
    op.create_index("ix_obligation_due", "obligation", ["tenant_id", "due"], unique=False)
    op.create_table(
        "report",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'signed')", name=op.f("ck_report_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "snapshot_id"],
            ["snapshot.tenant_id", "snapshot.id"],
            name=op.f("fk_report_tenant_id_snapshot_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_report")),
        sa.UniqueConstraint("tenant_id", "document_number", name=op.f("uq_report_tenant_id_document_number")),
    )
    op.create_index("ix_report_period", "report", ["tenant_id", "period"], unique=False)
    op.create_table(
        "resolution",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("lead_unit_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("informational", sa.Boolean(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lead_unit_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_resolution_tenant_id_lead_unit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_resolution_tenant_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_resolution")),
    )
    op.create_index("ix_resolution_meeting", "resolution", ["tenant_id", "meeting_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("deliverable", sa.String(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("lead_unit_id", sa.Uuid(), nullable=False),
        sa.Column("coop_unit_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("due0", sa.Date(), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('not_started', 'in_progress', 'close_requested', 'closed', 'suspended', 'cancelled', 'merged')",
            name=op.f("ck_task_state"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "duty_id"], ["duty.tenant_id", "duty.id"], name=op.f("fk_task_tenant_id_duty_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "lead_unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_task_tenant_id_lead_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f("fk_task_tenant_id_plan_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task")),
        sa.UniqueConstraint("tenant_id", "plan_id", "no", name=op.f("uq_task_tenant_id_plan_id_no")),
    )
    op.create_index("ix_task_due", "task", ["tenant_id", "year", "due", "id"], unique=False)
    op.create_index("ix_task_lead", "task", ["tenant_id", "lead_unit_id"], unique=False)
    op.create_index("ix_task_state", "task", ["tenant_id", "year", "state"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_milestone_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_milestone")),
    )
    op.create_index("ix_milestone_task", "milestone", ["tenant_id", "task_id", "due"], unique=False)
    op.create_table(
        "task_event",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_event_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_event")),
    )
    op.create_index("ix_task_event_task", "task_event", ["tenant_id", "task_id", "id"], unique=False)
    raise_fence(
        "meeting", "period_draft", "plan", "attendance", "obligation", "report", "resolution", "task", "milestone"
    )
    raise_fence("snapshot", "task_event", verbs="SELECT, INSERT")


def downgrade() -> None:
    op.drop_index("ix_task_event_task", table_name="task_event")
    op.drop_table("task_event")
    op.drop_index("ix_milestone_task", table_name="milestone")
    op.drop_table("milestone")
    op.drop_index("ix_task_state", table_name="task")
    op.drop_index("ix_task_lead", table_name="task")
    op.drop_index("ix_task_due", table_name="task")
    op.drop_table("task")
    op.drop_index("ix_resolution_meeting", table_name="resolution")
    op.drop_table("resolution")
    op.drop_index("ix_report_period", table_name="report")
    op.drop_table("report")
    op.drop_index("ix_obligation_due", table_name="obligation")
    op.drop_table("obligation")
    op.drop_table("attendance")
    op.drop_table("snapshot")
    op.drop_table("plan")
    op.drop_table("period_draft")
    op.drop_index("ix_meeting_held", table_name="meeting")
    op.drop_table("meeting")

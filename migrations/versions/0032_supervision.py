"""supervision: orders by a place's own ladder, their course, reminders; who signs and answers is the charter's

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import converting, raise_fence

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# What a charter from before means by not saying it: the values of every level's template.
UNSAID = """{
  "supervision_reminders": true, "supervision_code": "家联督", "supervision_blue_workdays": 5,
  "supervision_warning_workdays": 5, "supervision_red_workdays": 3,
  "supervision_blue_signers": ["convener", "office_director", "office_deputy", "office_staff"],
  "supervision_warning_signers": ["convener", "office_director", "office_deputy"],
  "supervision_red_signers": ["convener", "office_director"], "supervision_red_copies": []
}"""
KEPT = ("supervision_event", "supervision_reminder")  # append-only
TABLES = ("supervision_series", "supervision_order")


def upgrade() -> None:
    with converting("charter"):
        op.execute(sa.text("UPDATE charter SET rules = CAST(:unsaid AS jsonb) || rules").bindparams(unsaid=UNSAID))
    op.create_table(
        "supervision_series",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_series")),
        sa.UniqueConstraint("tenant_id", "year", name=op.f("uq_supervision_series_tenant_id_year")),
    )
    op.create_table(
        "supervision_order",
        sa.Column("dispatch_place_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("sent_id", sa.Uuid(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("urgent", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("demand", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("copies", sa.String(), nullable=False),
        sa.Column("before_id", sa.Uuid(), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=True),
        sa.Column("drafted_by", sa.String(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_as", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("served_by", sa.String(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("resolution_id", sa.Uuid(), nullable=True),
        sa.Column("obligation_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("level IN ('blue', 'yellow', 'orange', 'red')", name=op.f("ck_supervision_order_level")),
        sa.CheckConstraint(
            "state IN ('draft', 'signed', 'served', 'acknowledged', 'answered', 'returned', 'accepted', 'closed', 'escalated', 'withdrawn')",
            name=op.f("ck_supervision_order_state"),
        ),
        sa.CheckConstraint("(serial IS NULL) = (served_on IS NULL)", name=op.f("ck_supervision_order_numbered")),
        sa.CheckConstraint(
            "(unit_id IS NULL) = (dispatch_place_id IS NOT NULL)", name=op.f("ck_supervision_order_addressee")
        ),
        sa.CheckConstraint(
            "num_nonnulls(task_id, resolution_id, obligation_id, dispatch_place_id) = 1",
            name=op.f("ck_supervision_order_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "before_id"],
            ["supervision_order.tenant_id", "supervision_order.id"],
            name=op.f("fk_supervision_order_tenant_id_before_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "charter_id"],
            ["charter.tenant_id", "charter.id"],
            name=op.f("fk_supervision_order_tenant_id_charter_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dispatch_place_id"],
            ["dispatch_place.tenant_id", "dispatch_place.id"],
            name=op.f("fk_supervision_order_tenant_id_dispatch_place_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "first_id"],
            ["supervision_order.tenant_id", "supervision_order.id"],
            name=op.f("fk_supervision_order_tenant_id_first_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "obligation_id"],
            ["obligation.tenant_id", "obligation.id"],
            name=op.f("fk_supervision_order_tenant_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resolution_id"],
            ["resolution.tenant_id", "resolution.id"],
            name=op.f("fk_supervision_order_tenant_id_resolution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "sent_id"],
            ["dispatch.tenant_id", "dispatch.id"],
            name=op.f("fk_supervision_order_tenant_id_sent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_supervision_order_tenant_id_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_supervision_order_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_order")),
        sa.UniqueConstraint("tenant_id", "year", "serial", name=op.f("uq_supervision_order_tenant_id_year_serial")),
    )
    op.create_index("ix_supervision_order_first", "supervision_order", ["tenant_id", "first_id"], unique=False)
    op.create_index("ix_supervision_order_state", "supervision_order", ["tenant_id", "state", "due"], unique=False)
    op.create_index("ix_supervision_order_unit", "supervision_order", ["tenant_id", "unit_id", "state"], unique=False)
    op.create_index(
        "ux_supervision_order_dispatch_place_prepared",
        "supervision_order",
        ["tenant_id", "dispatch_place_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'signed')"),
    )
    op.create_index(
        "ux_supervision_order_dispatch_place_running",
        "supervision_order",
        ["tenant_id", "dispatch_place_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('served', 'acknowledged', 'answered', 'returned', 'accepted')"),
    )
    op.create_index(
        "ux_supervision_order_obligation_prepared",
        "supervision_order",
        ["tenant_id", "obligation_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'signed')"),
    )
    op.create_index(
        "ux_supervision_order_obligation_running",
        "supervision_order",
        ["tenant_id", "obligation_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('served', 'acknowledged', 'answered', 'returned', 'accepted')"),
    )
    op.create_index(
        "ux_supervision_order_resolution_prepared",
        "supervision_order",
        ["tenant_id", "resolution_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'signed')"),
    )
    op.create_index(
        "ux_supervision_order_resolution_running",
        "supervision_order",
        ["tenant_id", "resolution_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('served', 'acknowledged', 'answered', 'returned', 'accepted')"),
    )
    op.create_index(
        "ux_supervision_order_task_prepared",
        "supervision_order",
        ["tenant_id", "task_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'signed')"),
    )
    op.create_index(
        "ux_supervision_order_task_running",
        "supervision_order",
        ["tenant_id", "task_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('served', 'acknowledged', 'answered', 'returned', 'accepted')"),
    )
    op.create_table(
        "supervision_reminder",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("resolution_id", sa.Uuid(), nullable=True),
        sa.Column("obligation_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(task_id, resolution_id, obligation_id) = 1", name=op.f("ck_supervision_reminder_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "obligation_id"],
            ["obligation.tenant_id", "obligation.id"],
            name=op.f("fk_supervision_reminder_tenant_id_obligation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resolution_id"],
            ["resolution.tenant_id", "resolution.id"],
            name=op.f("fk_supervision_reminder_tenant_id_resolution_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"],
            ["task.tenant_id", "task.id"],
            name=op.f("fk_supervision_reminder_tenant_id_task_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"],
            ["unit.tenant_id", "unit.id"],
            name=op.f("fk_supervision_reminder_tenant_id_unit_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_reminder")),
    )
    op.create_index(
        "ix_supervision_reminder_obligation", "supervision_reminder", ["tenant_id", "obligation_id"], unique=False
    )
    op.create_index(
        "ix_supervision_reminder_resolution", "supervision_reminder", ["tenant_id", "resolution_id"], unique=False
    )
    op.create_index("ix_supervision_reminder_task", "supervision_reminder", ["tenant_id", "task_id"], unique=False)
    op.create_table(
        "supervision_event",
        sa.Column("supervision_order_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supervision_order_id"],
            ["supervision_order.tenant_id", "supervision_order.id"],
            name=op.f("fk_supervision_event_tenant_id_supervision_order_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_supervision_event")),
    )
    op.create_index(
        "ix_supervision_event_order", "supervision_event", ["tenant_id", "supervision_order_id", "id"], unique=False
    )
    raise_fence(*TABLES)
    raise_fence(*KEPT, verbs="SELECT, INSERT")


def downgrade() -> None:
    for table in (*KEPT, *reversed(TABLES)):
        op.drop_table(table)
    with converting("charter"):
        said = sa.text("UPDATE charter SET rules = rules - ARRAY(SELECT jsonb_object_keys(CAST(:unsaid AS jsonb)))")
        op.execute(said.bindparams(unsaid=UNSAID))

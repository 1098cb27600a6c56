"""tasks: each unit's part, targets, links, evidence, comments, extensions asked for, entries that wait

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import converting, raise_fence

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

# What a charter from before means by not saying it: the values of every level's template.
UNSAID = '{"extended_light": false, "progress_approval": false}'
WRITTEN = ("extension_request", "progress_entry", "task_evidence", "task_link", "task_target")
KEPT = ("task_comment",)  # append-only
BEFORE = (
    "'add', 'report', 'reach', 'revise', 'request_close_out', 'verify', 'return', 'extend', 'suspend', 'resume', "
    "'withdraw', 'merge', 'hand_over'"
)
VERBS = (
    "'add', 'report', 'reach', 'revise', 'request_close_out', 'verify', 'return', 'ask_extension', 'extend', "
    "'refuse_extension', 'suspend', 'resume', 'withdraw', 'merge', 'hand_over'"
)
PART = (("part", sa.String(), "''"), ("percent", sa.Integer(), "0"), ("said", sa.String(), "''"))


def upgrade() -> None:
    with converting("charter"):
        op.execute(sa.text("UPDATE charter SET rules = CAST(:unsaid AS jsonb) || rules").bindparams(unsaid=UNSAID))
    op.create_table(
        "extension_request",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("due_asked", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'granted', 'refused')", name=op.f("ck_extension_request_state")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_extension_request_tenant_id_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_extension_request_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_extension_request")),
    )
    op.create_index(
        "ix_extension_request_task", "extension_request", ["tenant_id", "task_id", "asked_on"], unique=False
    )
    op.create_index(
        "uq_extension_request_pending",
        "extension_request",
        ["tenant_id", "task_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "progress_entry",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("actuals", postgresql.JSONB(), nullable=False),
        sa.Column("on_behalf", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'returned')", name=op.f("ck_progress_entry_state")),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_progress_entry_percent")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_progress_entry_tenant_id_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_progress_entry_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_progress_entry")),
    )
    op.create_index("ix_progress_entry_task", "progress_entry", ["tenant_id", "task_id", "entered_on"], unique=False)
    op.create_index(
        "uq_progress_entry_pending",
        "progress_entry",
        ["tenant_id", "task_id", "unit_id"],
        unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "task_comment",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_comment_tenant_id_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_task_comment_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_comment")),
    )
    op.create_index("ix_task_comment_task", "task_comment", ["tenant_id", "task_id", "id"], unique=False)
    op.create_table(
        "task_evidence",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_task_evidence_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_evidence_tenant_id_task_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "unit_id"], ["unit.tenant_id", "unit.id"], name=op.f("fk_task_evidence_tenant_id_unit_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_evidence")),
    )
    op.create_index("ix_task_evidence_task", "task_evidence", ["tenant_id", "task_id", "on", "id"], unique=False)
    op.create_table(
        "task_link",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("needs_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("task_id <> needs_id", name=op.f("ck_task_link_other")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "needs_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_link_tenant_id_needs_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_link_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_link")),
        sa.UniqueConstraint("tenant_id", "task_id", "needs_id", name=op.f("uq_task_link_tenant_id_task_id_needs_id")),
    )
    op.create_index("ix_task_link_needs", "task_link", ["tenant_id", "needs_id"], unique=False)
    op.create_table(
        "task_target",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("indicator_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("baseline", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("target", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("actual", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("actual_on", sa.Date(), nullable=True),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("direction IN ('up', 'down')", name=op.f("ck_task_target_direction")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["task.tenant_id", "task.id"], name=op.f("fk_task_target_tenant_id_task_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_target")),
    )
    op.create_index("ix_task_target_task", "task_target", ["tenant_id", "task_id"], unique=False)
    _verbs(VERBS)
    for name, kind, start in PART:
        op.add_column("task_unit", sa.Column(name, kind, nullable=False, server_default=sa.text(start)))
        op.alter_column("task_unit", name, server_default=None)
    op.add_column("task_unit", sa.Column("said_on", sa.Date(), nullable=True))
    op.add_column("task_unit", sa.Column("done_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_task_unit_percent"), "task_unit", "percent BETWEEN 0 AND 100")
    raise_fence(*WRITTEN)
    raise_fence(*KEPT, verbs="SELECT, INSERT")


def _verbs(allowed: str) -> None:
    op.drop_constraint(op.f("ck_task_event_verb"), "task_event", type_="check")
    op.create_check_constraint(op.f("ck_task_event_verb"), "task_event", f"verb IN ({allowed})")


def downgrade() -> None:
    with converting("task_event"):
        op.execute(sa.text("DELETE FROM task_event WHERE verb IN ('ask_extension', 'refuse_extension')"))
    _verbs(BEFORE)
    op.drop_constraint(op.f("ck_task_unit_percent"), "task_unit", type_="check")
    for name in ("done_on", "said_on", "said", "percent", "part"):
        op.drop_column("task_unit", name)
    for table in (*KEPT, *WRITTEN):
        op.drop_table(table)
    with converting("charter"):
        op.execute(sa.text("UPDATE charter SET rules = rules - 'extended_light' - 'progress_approval'"))

"""tasks: cooperating units, close-out requests and extensions are rows of their own; plans name what agreed them

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import converting, raise_fence

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES = "state IN ('not_started', 'in_progress', 'close_requested', 'closed_out', 'suspended', 'withdrawn', 'merged')"
OLD_STATES = "state IN ('not_started', 'in_progress', 'close_requested', 'closed', 'suspended', 'cancelled', 'merged')"
VERBS = (
    "verb IN ('add', 'report', 'reach', 'revise', 'request_close_out', 'verify', 'return', 'extend', 'suspend',"
    " 'resume', 'withdraw', 'merge')"
)
PLAN_STATES = "state IN ('draft', 'approved', 'closed')"
OLD_PLAN_STATES = "state IN ('draft', 'agreed')"


def upgrade() -> None:
    _create_tables()
    with converting("plan", "task", "task_event", "task_unit"):
        _plans()
        _tasks()
        _events()
    raise_fence("close_request", "task_unit")
    raise_fence("extension", verbs="SELECT, INSERT")


def _create_tables() -> None:
    op.create_table(
        "close_request",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        *_owned("close_request", "task", "unit"),
        sa.CheckConstraint("state IN ('pending', 'accepted', 'returned')", name=op.f("ck_close_request_state")),
    )
    op.create_index("ix_close_request_task", "close_request", ["tenant_id", "task_id", "claimed_on"], unique=False)
    op.create_table(
        "extension",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("due_after", sa.Date(), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("granted_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        *_owned("extension", "task"),
    )
    op.create_index("ix_extension_task", "extension", ["tenant_id", "task_id", "granted_on"], unique=False)
    op.create_table(
        "task_unit",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        *_owned("task_unit", "task", "unit"),
        sa.UniqueConstraint("tenant_id", "task_id", "unit_id", name=op.f("uq_task_unit_tenant_id_task_id_unit_id")),
    )
    op.create_index("ix_task_unit_unit", "task_unit", ["tenant_id", "unit_id", "task_id"], unique=False)


def _owned(table: str, *targets: str) -> list[sa.Column[object] | sa.Constraint]:
    """The tenant's key, and keys to other rows of the tenant."""
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{target}_id"],
                [f"{target}.tenant_id", f"{target}.id"],
                name=op.f(f"fk_{table}_tenant_id_{target}_id"),
            )
            for target in targets
        ),
    ]


def _plans() -> None:
    op.add_column("plan", sa.Column("basis", sa.String(), nullable=False, server_default=""))
    op.alter_column("plan", "basis", server_default=None)
    op.add_column("plan", sa.Column("closed_on", sa.Date(), nullable=True))
    op.drop_constraint(op.f("ck_plan_state"), "plan")
    op.execute("UPDATE plan SET state = 'approved' WHERE state = 'agreed'")
    op.create_check_constraint(op.f("ck_plan_state"), "plan", PLAN_STATES)
    op.create_check_constraint(op.f("ck_plan_agreed"), "plan", "(state = 'draft') = (agreed_on IS NULL)")


def _tasks() -> None:
    op.execute(
        "INSERT INTO task_unit (tenant_id, id, task_id, unit_id)"
        " SELECT tenant_id, gen_random_uuid(), id, unit::uuid FROM task, jsonb_array_elements_text(coop_unit_ids) unit"
    )
    op.execute(
        "INSERT INTO close_request (tenant_id, id, task_id, unit_id, claimed_on, statement, by, state)"
        " SELECT tenant_id, gen_random_uuid(), id, lead_unit_id, claimed_on, '', '', 'pending' FROM task"
        " WHERE state = 'close_requested'"
    )
    for name in ("coop_unit_ids", "extended_on", "ended_on"):
        op.drop_column("task", name)
    op.add_column("task", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_task_tenant_id_merged_into_id"),
        "task",
        "task",
        ["tenant_id", "merged_into_id"],
        ["tenant_id", "id"],
    )
    op.drop_constraint(op.f("ck_task_state"), "task")
    op.execute("UPDATE task SET state = 'closed_out' WHERE state = 'closed'")
    op.execute("UPDATE task SET state = 'withdrawn' WHERE state IN ('cancelled', 'merged')")
    op.create_check_constraint(op.f("ck_task_state"), "task", STATES)
    op.create_check_constraint(op.f("ck_task_percent"), "task", "percent BETWEEN 0 AND 100")
    op.create_check_constraint(op.f("ck_task_dates"), "task", "start <= due0 AND due0 <= due")
    merged = "(state = 'merged') = (merged_into_id IS NOT NULL)"
    op.create_check_constraint(op.f("ck_task_merged"), "task", merged)
    done = "(state = 'closed_out') = (done_on IS NOT NULL AND claimed_on IS NOT NULL)"
    op.create_check_constraint(op.f("ck_task_done"), "task", done)
    for name in ("ix_task_due", "ix_task_lead", "ix_task_state"):
        op.drop_index(name, table_name="task")
    op.create_index("ix_task_lead_unit", "task", ["tenant_id", "lead_unit_id", "state", "due"], unique=False)
    op.create_index("ix_task_state_due", "task", ["tenant_id", "state", "due", "id"], unique=False)
    op.create_index("ix_task_year_due", "task", ["tenant_id", "year", "due", "id"], unique=False)


def _events() -> None:
    op.add_column("task_event", sa.Column("state", sa.String(), nullable=True))
    op.add_column("task_event", sa.Column("unit_id", sa.Uuid(), nullable=True))
    op.execute(
        "UPDATE task_event SET state = CASE verb WHEN 'request_close_out' THEN 'close_requested'"
        " WHEN 'verify' THEN 'closed_out' WHEN 'suspend' THEN 'suspended' WHEN 'cancel' THEN 'withdrawn'"
        " ELSE 'in_progress' END, verb = CASE verb WHEN 'cancel' THEN 'withdraw' ELSE verb END"
    )
    op.alter_column("task_event", "state", nullable=False)
    op.execute(
        'INSERT INTO task_event (tenant_id, id, task_id, verb, "on", state, by, text)'
        " SELECT tenant_id, gen_random_uuid(), id, 'add', start, 'not_started', '', '' FROM task"
    )
    op.create_check_constraint(op.f("ck_task_event_state"), "task_event", STATES)
    op.create_check_constraint(op.f("ck_task_event_verb"), "task_event", VERBS)
    op.create_foreign_key(
        op.f("fk_task_event_tenant_id_unit_id"), "task_event", "unit", ["tenant_id", "unit_id"], ["tenant_id", "id"]
    )
    op.drop_index("ix_task_event_task", table_name="task_event")
    op.create_index("ix_task_event_task", "task_event", ["tenant_id", "task_id", "on", "id"], unique=False)


def downgrade() -> None:
    with converting("plan", "task", "task_event", "task_unit"):
        _undo_events()
        _undo_tasks()
        _undo_plans()
    for table in ("task_unit", "extension", "close_request"):
        op.drop_table(table)


def _undo_events() -> None:
    op.drop_index("ix_task_event_task", table_name="task_event")
    op.create_index("ix_task_event_task", "task_event", ["tenant_id", "task_id", "id"], unique=False)
    op.drop_constraint(op.f("fk_task_event_tenant_id_unit_id"), "task_event")
    op.drop_constraint(op.f("ck_task_event_verb"), "task_event")
    op.drop_column("task_event", "unit_id")
    op.drop_column("task_event", "state")


def _undo_tasks() -> None:
    for name in ("ix_task_year_due", "ix_task_state_due", "ix_task_lead_unit"):
        op.drop_index(name, table_name="task")
    for name in ("done", "merged", "dates", "percent", "state"):
        op.drop_constraint(op.f(f"ck_task_{name}"), "task")
    op.execute("UPDATE task SET state = 'closed' WHERE state = 'closed_out'")
    op.execute("UPDATE task SET state = 'cancelled' WHERE state = 'withdrawn'")
    op.create_check_constraint(op.f("ck_task_state"), "task", OLD_STATES)
    op.drop_constraint(op.f("fk_task_tenant_id_merged_into_id"), "task")
    op.drop_column("task", "merged_into_id")
    op.add_column("task", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("task", sa.Column("extended_on", sa.Date(), nullable=True))
    column = sa.Column("coop_unit_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="[]")
    op.add_column("task", column)
    op.alter_column("task", "coop_unit_ids", server_default=None)
    op.execute(
        "UPDATE task SET coop_unit_ids = coalesce((SELECT jsonb_agg(unit_id::text) FROM task_unit"
        " WHERE task_unit.tenant_id = task.tenant_id AND task_unit.task_id = task.id), '[]')"
    )
    op.create_index("ix_task_state", "task", ["tenant_id", "year", "state"], unique=False)
    op.create_index("ix_task_lead", "task", ["tenant_id", "lead_unit_id"], unique=False)
    op.create_index("ix_task_due", "task", ["tenant_id", "year", "due", "id"], unique=False)


def _undo_plans() -> None:
    op.drop_constraint(op.f("ck_plan_agreed"), "plan")
    op.drop_constraint(op.f("ck_plan_state"), "plan")
    op.execute("UPDATE plan SET state = 'agreed' WHERE state <> 'draft'")
    op.create_check_constraint(op.f("ck_plan_state"), "plan", OLD_PLAN_STATES)
    op.drop_column("plan", "closed_on")
    op.drop_column("plan", "basis")

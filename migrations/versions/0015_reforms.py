"""reforms: a version says by which reforms it follows the one before; who carried on from whom stays on record

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.fence import converting, raise_fence

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

VERBS = (
    "'add', 'report', 'reach', 'revise', 'request_close_out', 'verify', 'return', 'extend', 'suspend', 'resume',"
    " 'withdraw', 'merge'"
)
ENDS = {"from_unit_id": "unit", "into_unit_id": "unit", "charter_id": "charter"}


def upgrade() -> None:
    op.add_column("charter", sa.Column("successions", JSONB(), server_default="[]", nullable=False))
    op.alter_column("charter", "successions", server_default=None)
    op.create_table(
        "unit_succession",
        sa.Column("from_unit_id", sa.Uuid(), nullable=False),
        sa.Column("into_unit_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("duties", JSONB(), nullable=False),
        sa.Column("charter_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('merge', 'split', 'rename', 'abolish', 'transfer')", name=op.f("ck_unit_succession_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_unit_succession")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", column],
                [f"{table}.tenant_id", f"{table}.id"],
                name=op.f(f"fk_unit_succession_tenant_id_{column}"),
            )
            for column, table in ENDS.items()
        ),
        sa.UniqueConstraint(
            "tenant_id", "charter_id", "from_unit_id", "place",
            name=op.f("uq_unit_succession_tenant_id_charter_id_from_unit_id_place"),
        ),
    )  # fmt: skip
    raise_fence("unit_succession", verbs="SELECT, INSERT")
    with converting("task_event"):
        _verbs(f"{VERBS}, 'hand_over'")


def _verbs(quoted: str) -> None:
    op.drop_constraint(op.f("ck_task_event_verb"), "task_event", type_="check")
    op.create_check_constraint(op.f("ck_task_event_verb"), "task_event", f"verb IN ({quoted})")


def downgrade() -> None:
    with converting("task_event"):
        op.execute(sa.text("DELETE FROM task_event WHERE verb = 'hand_over'"))
        _verbs(VERBS)
    op.drop_table("unit_succession")
    op.drop_column("charter", "successions")

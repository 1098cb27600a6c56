"""breakdown: a plan's table of tasks as it was brought; a task keeps the name of who answers for it

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("task", sa.Column("person", sa.String(), nullable=False, server_default=""))
    op.alter_column("task", "person", server_default=None)
    op.create_table(
        "breakdown",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("brought_by", sa.String(), nullable=False),
        sa.Column("brought_on", sa.Date(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_owned("breakdown", "plan"),
        sa.CheckConstraint("state IN ('draft', 'running', 'halted', 'done')", name=op.f("ck_breakdown_state")),
    )
    op.create_index("ix_breakdown_plan", "breakdown", ["tenant_id", "plan_id"])
    _rows()
    raise_fence("breakdown", "breakdown_row")


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


def _rows() -> None:
    op.create_table(
        "breakdown_row",
        sa.Column("breakdown_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("said", sa.String(), nullable=False),
        *_owned("breakdown_row", "breakdown", "task"),
        sa.UniqueConstraint(
            "tenant_id", "breakdown_id", "line", name=op.f("uq_breakdown_row_tenant_id_breakdown_id_line")
        ),
        sa.CheckConstraint("level IN ('ok', 'warning', 'error')", name=op.f("ck_breakdown_row_level")),
        sa.CheckConstraint("state IN ('pending', 'listed', 'present', 'refused')", name=op.f("ck_breakdown_row_state")),
    )


def downgrade() -> None:
    op.drop_table("breakdown_row")
    op.drop_table("breakdown")
    op.drop_column("task", "person")

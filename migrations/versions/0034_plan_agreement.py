"""minutes: the agreed item that agreed a plan

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLE = "plan_agreement"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("resolution_id", sa.Uuid(), nullable=False),
        sa.Column("linked_on", sa.Date(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{TABLE}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "plan_id"], ["plan.tenant_id", "plan.id"], name=op.f(f"fk_{TABLE}_tenant_id_plan_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "resolution_id"],
            ["resolution.tenant_id", "resolution.id"],
            name=op.f(f"fk_{TABLE}_tenant_id_resolution_id"),
        ),
        sa.UniqueConstraint("tenant_id", "plan_id", name=op.f(f"uq_{TABLE}_tenant_id_plan_id")),
    )
    op.create_index(f"ix_{TABLE}_resolution", TABLE, ["tenant_id", "resolution_id"])
    raise_fence(TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)

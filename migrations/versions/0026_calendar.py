"""calendar: a place sets days of rest and of work of its own

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('holiday', 'makeup')", name=op.f("ck_calendar_day_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("tenant_id", "day", name=op.f("uq_calendar_day_tenant_id_day")),
    )
    raise_fence("calendar_day")


def downgrade() -> None:
    op.drop_table("calendar_day")

"""handbook: its editions are numbered

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handbook_edition",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("roster_sha256", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_handbook_edition")),
        sa.UniqueConstraint("tenant_id", "year", "number", name=op.f("uq_handbook_edition_tenant_id_year_number")),
    )
    raise_fence("handbook_edition", verbs="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("handbook_edition")

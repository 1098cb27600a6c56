"""filters: what somebody asks of a list again and again

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import raise_fence

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "tenant_id", "account_id", "list", "name", name=op.f("uq_saved_filter_tenant_id_account_id_list_name")
        ),
    )
    raise_fence("saved_filter")


def downgrade() -> None:
    op.drop_table("saved_filter")

"""notices: what a person was told, once

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.fence import raise_fence

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("args", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_notice")),
        sa.UniqueConstraint("tenant_id", "account_id", "key", name=op.f("uq_notice_tenant_id_account_id_key")),
    )
    op.create_index("ix_notice_made", "notice", ["tenant_id", "account_id", "made_at"])
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["tenant_id", "account_id"], postgresql_where=unread)
    raise_fence("notice")


def downgrade() -> None:
    op.drop_table("notice")

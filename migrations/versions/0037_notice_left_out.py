"""invitations: a notice says whom it left out by choice

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting_notice", sa.Column("left_out", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("meeting_notice", "left_out", server_default=None)


def downgrade() -> None:
    op.drop_column("meeting_notice", "left_out")

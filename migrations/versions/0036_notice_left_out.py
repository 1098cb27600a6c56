"""invitations: a notice says whom it left out by choice

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting_notice", sa.Column("left_out", JSONB(), nullable=False, server_default="[]"))
    op.alter_column("meeting_notice", "left_out", server_default=None)


def downgrade() -> None:
    op.drop_column("meeting_notice", "left_out")

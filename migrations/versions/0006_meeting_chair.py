"""meetings: a meeting says in which post it was chaired

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was recorded before says nothing about the post."""
    op.add_column("meeting", sa.Column("chair_post", sa.String(), nullable=False, server_default=""))
    op.alter_column("meeting", "chair_post", server_default=None)


def downgrade() -> None:
    op.drop_column("meeting", "chair_post")

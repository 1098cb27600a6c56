"""seats: whoever left a post keeps reading what it read

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("seat", sa.Column("former", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.alter_column("seat", "former", server_default=None)


def downgrade() -> None:
    op.drop_column("seat", "former")

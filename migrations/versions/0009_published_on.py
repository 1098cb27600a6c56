"""publications: the day they count from stands beside the moment of entry; what is owed below has a deadline

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import converting

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DATED = ("publication", "delivery")


def upgrade() -> None:
    """What was published before counts from the day it was entered; a charter without the rule has the template's."""
    with converting(*DATED, "charter"):
        for table in DATED:
            op.add_column(table, sa.Column("published_on", sa.Date()))
            op.add_column(table, sa.Column("basis", sa.String(), nullable=False, server_default=""))
            row = sa.table(table, sa.column("published_on"), sa.column("published_at"))
            day = sa.cast(sa.func.timezone("Asia/Shanghai", row.c.published_at), sa.Date)
            op.execute(row.update().values(published_on=day))
            op.alter_column(table, "published_on", nullable=False)
            op.alter_column(table, "basis", server_default=None)
        op.execute("""UPDATE charter SET rules = '{"figures_due_days": 10}'::jsonb || rules""")


def downgrade() -> None:
    with converting("charter"):
        op.execute("UPDATE charter SET rules = rules - 'figures_due_days'")
    for table in ("publication", "delivery"):
        op.drop_column(table, "basis")
        op.drop_column(table, "published_on")

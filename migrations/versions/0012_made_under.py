"""a task and a meeting keep the version of the charter under which they were made

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from migrations.fence import converting

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MADE = ("task", "meeting")


def upgrade() -> None:
    for table in MADE:
        op.add_column(table, sa.Column("charter_id", sa.Uuid(), nullable=True))
        with converting(table, "charter"):
            op.execute(sa.text(_VERSION_OF[table]))
        op.alter_column(table, "charter_id", nullable=False)
        name = op.f(f"fk_{table}_tenant_id_charter_id")
        op.create_foreign_key(name, table, "charter", ["tenant_id", "charter_id"], ["tenant_id", "id"])


def downgrade() -> None:
    for table in MADE:
        op.drop_constraint(op.f(f"fk_{table}_tenant_id_charter_id"), table, type_="foreignkey")
        op.drop_column(table, "charter_id")


# The version that was in force that day; of an earlier day, the first.
_VERSION_OF = {
    "task": """
UPDATE task AS made SET charter_id = (
  SELECT id FROM charter AS c WHERE c.tenant_id = made.tenant_id AND c.effective_from IS NOT NULL
  ORDER BY c.effective_from > made.start, CASE WHEN c.effective_from > made.start THEN c.effective_from END,
           c.effective_from DESC LIMIT 1)
""",
    "meeting": """
UPDATE meeting AS made SET charter_id = (
  SELECT id FROM charter AS c WHERE c.tenant_id = made.tenant_id AND c.effective_from IS NOT NULL
  ORDER BY c.effective_from > made.held_on, CASE WHEN c.effective_from > made.held_on THEN c.effective_from END,
           c.effective_from DESC LIMIT 1)
""",
}

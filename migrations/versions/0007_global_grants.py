"""grants: outside the wall the service's own role may change what it has to, and nothing else

Revision ID: 0007
Revises: 0006
"""

from alembic import op
from sqlalchemy import text

from migrations.fence import APP

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What is kept beside SELECT and INSERT on each table without row-level security. tests/house/test_catalogue.py reads the result.
KEPT = {
    "account": "UPDATE (password_hash, session_epoch)",
    "account_door": "DELETE",
    "api_token": "UPDATE (revoked_at)",
    "invitation": "UPDATE (used_at)",
    "region": "UPDATE (name, level, parent_code, kind)",
    "tenant": "",
}


def upgrade() -> None:
    for table, verbs in KEPT.items():
        op.execute(text(f"REVOKE UPDATE, DELETE ON {table} FROM {APP}"))
        if verbs:
            op.execute(text(f"GRANT {verbs} ON {table} TO {APP}"))


def downgrade() -> None:
    for table, verbs in KEPT.items():
        if verbs:
            op.execute(text(f"REVOKE {verbs} ON {table} FROM {APP}"))
        op.execute(text(f"GRANT UPDATE, DELETE ON {table} TO {APP}"))

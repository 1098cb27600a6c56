"""The one helper that puts a tenant table behind the wall."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text

APP, BACKUP = "lianxi_app", "lianxi_backup"


def raise_fence(*tables: str, verbs: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Each table shows and takes only the rows of the tenant set at BEGIN, also to its owner.

    Append-only tables are granted `SELECT, INSERT` and nothing else.
    """
    for table in tables:
        for statement in (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY fence ON {table} USING (tenant_id = app.tenant()) WITH CHECK (tenant_id = app.tenant())",
        ):
            op.execute(text(statement))
    grant(*tables, verbs=verbs)


def grant(*tables: str, verbs: str) -> None:
    """The service may do these verbs; the backup role may read."""
    for table in tables:
        op.execute(text(f"GRANT {verbs} ON {table} TO {APP}"))
        op.execute(text(f"GRANT SELECT ON {table} TO {BACKUP}"))


@contextmanager
def converting(*tables: str) -> Iterator[None]:
    """The owner sees every tenant's rows of these tables while their shape is changed, and no longer.

    The tables are locked and the whole migration is one transaction: nobody else meets the open wall.
    """
    for table in tables:
        op.execute(text(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"))
    yield
    for table in tables:
        op.execute(text(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"))

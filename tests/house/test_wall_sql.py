"""Two tenants, every table, every verb, own, foreign and none: foreign and none see nothing and change nothing.

Raw statements as the service's role, with nothing between them and the policy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.factories import a_tenant
from tests.house.rows import NAMES, TABLES, a_row, fill, is_single, plant, pointers_of

pytestmark = pytest.mark.parametrize("table", TABLES, ids=NAMES)


@pytest.fixture(scope="module")
def houses(engine: Engine) -> tuple[UUID, UUID, dict[str, dict[str, Any]]]:
    """Two tenants with a row in every table, and the first one's rows by table."""
    mine, theirs = a_tenant(engine).id, a_tenant(engine).id
    fill(engine, theirs)
    return mine, theirs, fill(engine, mine)


@pytest.fixture
def acting(engine: Engine):
    """A connection that acts for a tenant or for none; whatever it does is undone."""
    opened: list[Connection] = []

    def connect(tenant_id: UUID | None) -> Connection:
        connection = engine.execution_options(tenant=tenant_id).connect() if tenant_id else engine.connect()
        opened.append(connection)
        connection.begin()
        return connection

    yield connect
    for connection in opened:
        connection.close()


def may(connection: Connection, table: Table, verb: str) -> bool:
    return bool(connection.scalar(text("SELECT has_table_privilege(:t, :v)"), {"t": table.name, "v": verb}))


def many(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(DBAPIError) as refusal:
        act()
    return str(refusal.value.orig)


def own(table: Table, tenant_id: UUID) -> Select[Any]:
    return select(table).where(table.c.tenant_id == tenant_id)


def test_select(acting, houses, table):
    mine, theirs, _rows = houses
    assert set(acting(mine).scalars(select(table.c.tenant_id))) == {mine}
    assert acting(mine).execute(own(table, theirs)).all() == []
    assert many(acting(None), table) == 0
    assert acting(None).execute(own(table, mine)).all() == []


def test_insert(acting, houses, table):
    mine, theirs, _rows = houses
    connection = acting(mine)
    if is_single(table):
        connection.execute(delete(table))
    before = many(connection, table)
    plant(connection, table, mine)
    assert many(connection, table) == before + 1
    for tenant in (theirs, None):
        statement = insert(table).values(a_row(table, mine))
        assert "row-level security" in refused(partial(acting(tenant).execute, statement))


def test_update(acting, houses, table):
    mine, theirs, _rows = houses
    same = {name: table.c[name] for name in list(table.primary_key.columns.keys())[-1:]}
    statement = update(table).where(table.c.tenant_id == mine).values(same)
    if not may(acting(mine), table, "UPDATE"):
        assert "permission denied" in refused(lambda: acting(mine).execute(statement))
        return
    assert acting(mine).execute(statement).rowcount >= 1
    assert acting(theirs).execute(statement).rowcount == 0
    assert acting(None).execute(update(table).values(same)).rowcount == 0


def test_no_row_moves_to_another_tenant(acting, houses, table):
    mine, theirs, _rows = houses
    if not may(acting(mine), table, "UPDATE"):
        pytest.skip("append-only: test_update saw that it cannot be changed")
    assert "row-level security" in refused(lambda: acting(mine).execute(update(table).values(tenant_id=theirs)))
    assert acting(None).execute(update(table).values(tenant_id=theirs)).rowcount == 0


def test_delete(acting, houses, table):
    mine, theirs, _rows = houses
    if not may(acting(mine), table, "DELETE"):
        assert "permission denied" in refused(lambda: acting(mine).execute(delete(table)))
        return
    for tenant in (theirs, None):
        assert acting(tenant).execute(delete(table).where(table.c.tenant_id == mine)).rowcount == 0
    connection = acting(mine)
    if is_single(table):
        assert connection.execute(delete(table)).rowcount == 1
        return
    row = plant(connection, table, mine)
    key = [column == row[column.name] for column in table.primary_key]
    assert connection.execute(delete(table).where(*key)).rowcount == 1


def test_a_row_of_theirs_cannot_point_at_one_of_ours(acting, houses, table):
    """Composite keys: also where the ids are known."""
    _mine, theirs, rows = houses
    pointers = {name: rows[table.name][name] for name, _parent in pointers_of(table)}
    if not pointers:
        pytest.skip("the table points at nothing")
    assert "foreign key" in refused(
        lambda: acting(theirs).execute(insert(table).values(a_row(table, theirs, pointers)))
    )


def test_what_is_unique_here_may_stand_there_too(acting, houses, table):
    """A collision would tell one tenant what another one has."""
    _mine, theirs, rows = houses
    if is_single(table):
        pytest.skip("one row a tenant, with no key but the tenant")
    connection = acting(theirs)
    parents = {name: plant(connection, parent, theirs)["id"] for name, parent in pointers_of(table)}
    before = many(connection, table)
    connection.execute(insert(table).values(rows[table.name] | parents | {"tenant_id": theirs}))
    assert many(connection, table) == before + 1

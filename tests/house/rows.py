"""One row for any table, made from its columns, its keys and its checks alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Time,
    Uuid,
    insert,
)
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from config.catalogue import charter_template
from service.charter.text import text_of
from service.rooms import metadata
from tenants.db import GLOBAL_TABLES

TABLES: list[Table] = [table for table in metadata().sorted_tables if table.name not in GLOBAL_TABLES]
NAMES = [table.name for table in TABLES]
_periods = count()  # a house is filled twice at most, so none comes again
_numbers = count(1_000)  # beyond what opening a tenant numbers itself
_BY_TYPE = {
    Time: lambda: time(9, 0),
    Uuid: uuid7,
    LargeBinary: lambda: b"x",
    Boolean: lambda: False,
    DateTime: lambda: datetime(2026, 9, 1, tzinfo=UTC),
    Date: lambda: date(2026, 9, 1),
    Integer: lambda: next(_numbers),
    Numeric: lambda: Decimal(1),
    JSONB: dict,
}


_WORDS = text_of(charter_template("province")).as_json()
# Of several things that a row may be about, it is about this one.
_ABOUT = {"supervision_order": ("task_id", "unit_id"), "supervision_reminder": ("task_id",)}
# A tenant has one draft of its charter, but as many old versions as days; a snapshot is read for its figures.
_PLAINER: dict[str, Callable[[], dict[str, Any]]] = {
    "snapshot": lambda: {"content": {"expected": 0, "holder": {"own": []}, "participants": []}},
    "calendar_day": lambda: {"day": date.fromordinal(900_000 + next(_numbers))},  # a day is set once
    "instrument": lambda: {"type": "regulation"},
    "measure": lambda: {"policy_field": "training"},
    "matter_text": lambda: {"passages": []},
    "matter_unit": lambda: {"duties": []},
    "disagreement": lambda: {"positions": []},
    "supervision_order": lambda: {"serial": next(_numbers), "served_on": date(2026, 9, 1)},
    "resolution": lambda: {"kind": "to_study"},  # what is to be done also says who and by when
    "charter": lambda: {"state": "superseded", "effective_from": date.fromordinal(700_000 + next(_numbers))} | _WORDS,
}


def a_row(table: Table, tenant_id: UUID, parents: dict[str, UUID] | None = None) -> dict[str, Any]:
    """Values for a new row of that tenant; where no parents are named, its foreign keys point at nothing."""
    row: dict[str, Any] = {"tenant_id": tenant_id}
    for column, _parent in pointers_of(table):
        row[column] = parents[column] if parents else uuid7()
    for column in table.columns:
        if column.name not in row and not column.nullable:
            row[column.name] = _value(column)
    return row | (_PLAINER[table.name]() if table.name in _PLAINER else {})


def pointers_of(table: Table) -> Iterator[tuple[str, Table]]:
    """The columns that point at another row of the tenant, and where."""
    for key in table.foreign_key_constraints:
        for column in key.columns:
            if column.name != "tenant_id" and (not column.nullable or column.name in _ABOUT.get(table.name, ())):
                yield column.name, key.referred_table


def plant(connection: Connection, table: Table, tenant_id: UUID) -> dict[str, Any]:
    """A new row stands in the table, and new ones that it points at."""
    parents = {name: plant(connection, parent, tenant_id)["id"] for name, parent in pointers_of(table)}
    row = a_row(table, tenant_id, parents)
    connection.execute(insert(table).values(row))
    return row


def _value(column: Column[Any]) -> Any:
    allowed = next(_allowed(column), None)
    if allowed is not None:
        return allowed
    if column.default is not None and column.default.is_scalar:
        return column.default.arg  # type: ignore[attr-defined]
    if column.name == "period":
        return f"20{next(_periods) % 100:02}Q1"
    if isinstance(column.type, String):
        return f"x{next(_numbers)}"
    return next(make for kind, make in _BY_TYPE.items() if isinstance(column.type, kind))()


def _allowed(column: Column[Any]) -> Iterator[str]:
    """What a check `column IN ('a', 'b')` allows."""
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint):
            match = re.fullmatch(rf"{column.name} IN \((.+)\)", str(check.sqltext))
            if match:
                yield from re.findall(r"'([^']*)'", match[1])


def fill(engine: Engine, tenant_id: UUID) -> dict[str, dict[str, Any]]:
    """The tenant has a new row in every table where it may have several; returns them by table."""
    with engine.execution_options(tenant=tenant_id).begin() as connection:
        return {table.name: plant(connection, table, tenant_id) for table in TABLES if not is_single(table)}


def is_single(table: Table) -> bool:
    """Whether a tenant has one row of the kind."""
    return [column.name for column in table.primary_key] == ["tenant_id"]

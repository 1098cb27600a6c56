"""What the product says to the database, heard once and said again without the product around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, event

Statements = list[tuple[str, Any]]


def said_by(engine: Engine, act: Callable[[], object]) -> Statements:
    """The statements that the act sends; the tenant is named with BEGIN, which is none of them."""
    heard: Statements = []

    def hear(_c: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        heard.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return heard


def replay(engine: Engine, tenant_id: UUID | None, statements: Statements, *, commit: bool = False) -> None:
    """One transaction, the statements, every row fetched."""
    with engine.connect().execution_options(tenant=tenant_id) as connection:
        for statement, parameters in statements:
            answer = connection.exec_driver_sql(statement, parameters)
            if answer.returns_rows:
                answer.all()
        if commit:
            connection.commit()


def instead(value: Any, new: Mapping[Any, Any]) -> Any:
    """The parameters with some values replaced, however deep they stand."""
    if isinstance(value, dict):
        return {name: instead(part, new) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(instead(part, new) for part in value)
    try:
        return new.get(value, value)
    except TypeError:  # what cannot be looked up is not to be replaced
        return value

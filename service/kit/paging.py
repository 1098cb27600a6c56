"""Every list: paged, sorted, searched the same way, on pages and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

PER_PAGE = 50
MOST = 200


@dataclass(frozen=True)
class Asked:
    """What the reader asked of a list: which page, in which order (`due`, `-due`), which filters."""

    page: int = 1
    per_page: int = PER_PAGE
    sort: str = ""
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    rows: list[Any]
    total: int
    number: int
    per_page: int
    sort: str

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.per_page))


def page_of(
    session: Session,
    query: Select[*tuple[Any, ...]],
    asked: Asked,
    sortable: Mapping[str, Any],
    default: str,
    *,
    whole: bool = False,
) -> Page:
    """The page asked for, in an order that is total: the id breaks ties. `whole` takes all rows, for exports."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    sort = asked.sort if asked.sort.removeprefix("-") in sortable else default
    column = sortable[sort.removeprefix("-")]
    ordered = query.order_by(column.desc().nulls_last() if sort.startswith("-") else column.asc().nulls_last())
    if "id" in sortable:
        ordered = ordered.order_by(sortable["id"])
    if whole:
        return Page(_rows(session, ordered), total, 1, max(total, 1), sort)
    window = ordered.limit(asked.per_page).offset((asked.page - 1) * asked.per_page)
    return Page(_rows(session, window), total, asked.page, asked.per_page, sort)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[Any]:
    single = len(query.column_descriptions) == 1
    return list(session.scalars(query) if single else session.execute(query))

"""The two lists of this room, narrowed, sorted and paged here: they are put together from several tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from service.charter.names import Names, unit_names
from service.charter.succession import lineage_of
from service.kit.paging import Asked, Page
from service.kit.seat import Seat
from service.reforms.queries import KINDS, Item, parts, to_confirm
from service.reforms.rules import Work, as_now, as_then

T = TypeVar("T")
VIEWS = ("then", "now")
ITEM_KEYS: Mapping[str, Callable[[Item], Any]] = {
    "kind": lambda item: KINDS.index(item.kind),
    "unit": lambda item: item.unit,
    "title": lambda item: item.title,
}


@dataclass(frozen=True)
class Row:
    """What one unit did in the year."""

    place: int
    unit_id: UUID
    unit: str
    work: Work


def _by(field: str) -> Callable[[Row], Any]:
    return lambda row: asdict(row.work)[field]


ROW_KEYS: Mapping[str, Callable[[Row], Any]] = {
    "unit": lambda row: row.place,
    **{field: _by(field) for field in ("led", "closed", "owed", "on_time", "came")},
}


def items(seat: Seat, kinds: Collection[str], asked: Asked, on: date, *, whole: bool = False) -> Page:
    """What this seat can move, of these kinds, as asked for."""
    wanted = [
        item
        for item in to_confirm(seat, on, kinds)
        if asked.filters.get("kind", item.kind) == item.kind and (asked.q in item.unit or asked.q in item.title)
    ]
    return _paged(wanted, asked, ITEM_KEYS, "kind", whole)


def by_unit(session: Session, year: int, view: str, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """What each unit did in the year, under the names of then, or summed into the units of now."""
    found = parts(session, year)
    worked = as_now(found, lineage_of(session)) if view == "now" else as_then(found)
    names = unit_names(session)
    day = min(on, date(year, 12, 31)) if view == "then" else None
    rows = [row for row in _rows(names, worked, day) if asked.q in row.unit]
    return _paged(rows, asked, ROW_KEYS, "unit", whole)


def _rows(names: Names, worked: Mapping[UUID, Work], day: date | None) -> Iterable[Row]:
    for place, unit_id in enumerate(names):
        if unit_id in worked:
            yield Row(place, unit_id, names.then(unit_id, day), worked[unit_id])


def total(rows: Iterable[Row]) -> Work:
    """The sum of the rows: the same, whichever way it is looked at."""
    return sum((row.work for row in rows), Work())


def _paged(rows: Iterable[T], asked: Asked, keys: Mapping[str, Callable[[T], Any]], default: str, whole: bool) -> Page:
    sort = asked.sort or default
    found = sorted(rows, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))
    if whole:
        return Page(found, len(found), 1, max(len(found), 1), sort)
    first = (asked.page - 1) * asked.per_page
    return Page(found[first : first + asked.per_page], len(found), asked.page, asked.per_page, sort)

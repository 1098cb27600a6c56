"""What a unit was called on a day: by the version that was in force then. Closed work bears the names of its own day.

Source: dossier 0-5 (历史数据不改写); 1.2 M1.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.charter.models import SETTLED, Charter, Unit

Version = tuple[date, Mapping[str, str]]  # since when, and each unit's name by key
KEPT = "unit names"


def full_name(place: str, unit: str) -> str:
    """A unit as strangers know it: 省人力资源社会保障厅 of 衡川省 is 衡川省人力资源社会保障厅."""
    return place + (unit[1:] if unit[0] in "省市县区" else unit)


class Names(Mapping[UUID, str]):
    """Every unit's name by id, also of those that left: `names[id]` as it is now, `names.then(id, day)` as it was."""

    def __init__(self, units: Sequence[tuple[UUID, str, str]], versions: Sequence[Version]) -> None:
        self._keys = {unit_id: key for unit_id, key, _name in units}
        self._names = {unit_id: name for unit_id, _key, name in units}
        self._days = [since for since, _units in versions]
        self._versions = [units for _since, units in versions]

    def then(self, unit_id: UUID, day: date | None) -> str:
        """The unit's name that day; no day, or one on which it was no member: as it is, or was last."""
        at = bisect_right(self._days, day) - 1 if day else -1
        named = self._versions[at] if at >= 0 else {}
        return named.get(self._keys[unit_id], self._names[unit_id])

    def ever(self, unit_id: UUID) -> set[str]:
        """Every name it bore, and the one it bears."""
        key = self._keys[unit_id]
        return {named[key] for named in self._versions if key in named} | {self._names[unit_id]}

    def __getitem__(self, unit_id: UUID) -> str:
        return self._names[unit_id]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def unit_names(session: Session) -> Names:
    """The names, in the charter's order; read once a session. Two statements."""
    if KEPT not in session.info:
        session.info[KEPT] = Names(_units(session), _versions(session))
    return session.info[KEPT]


def _units(session: Session) -> list[tuple[UUID, str, str]]:
    query = select(Unit.id, Unit.key, Unit.name).order_by(Unit.position, Unit.id)
    return [(unit_id, key, name) for unit_id, key, name in session.execute(query)]


def _versions(session: Session) -> list[Version]:
    query = select(Charter.effective_from, Charter.units).where(Charter.state.in_(SETTLED))
    rows = session.execute(query.order_by(Charter.effective_from))
    return [(since, {unit["key"]: unit["name"] for unit in units}) for since, units in rows if since]


def forget_names(session: Session) -> None:
    """The next who asks reads them anew: a version has taken effect."""
    session.info.pop(KEPT, None)

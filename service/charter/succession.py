"""Who carried on from whom: written when a version takes effect, read wherever a unit is followed through time.

Source: dossier 0-5, 2.3 (unit_succession).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from service.charter import lineage
from service.charter.lineage import Heir, Lineage, Step
from service.charter.models import Charter, Duty, Unit, UnitSuccession
from service.charter.reforming import Succession
from tenants.db import FencedSession


def recorded(charter: Charter) -> list[Succession]:
    """The reforms that the version carries, in the order in which they were made."""
    return [Succession.from_json(row) for row in charter.successions]


def lay_down_successions(session: FencedSession, before: Charter | None, charter: Charter) -> None:
    """What the version's reforms made of each unit stands in rows. The units' own rows are the version's already."""
    record = recorded(charter)
    if before is None or not record:
        return
    was, now = before.text, charter.text
    held = {unit.key: [duty.code for duty in was.duties_of(unit.key)] for unit in was.units}
    present = {unit.key for unit in now.units}
    ids = _ids(session, charter)
    session.add_all(row for step in lineage.steps(record, held, present) for row in _rows(charter, step, ids))
    session.flush()


def _ids(session: FencedSession, charter: Charter) -> dict[str, UUID]:
    """The units that sit by the version or left by it, by key; a key that changed hands is the sitting one's."""
    gone_or_here = or_(Unit.left_on.is_(None), Unit.left_on >= charter.effective_from)
    rows = session.execute(select(Unit.key, Unit.id).where(gone_or_here).order_by(Unit.left_on.asc().nulls_last()))
    return {key: unit_id for key, unit_id in rows}


def _rows(charter: Charter, step: Step[str], ids: dict[str, UUID]) -> Iterator[UnitSuccession]:
    common: dict[str, Any] = {
        "from_unit_id": ids[step.unit],
        "kind": step.kind,
        "on": charter.effective_from,
        "charter_id": charter.id,
    }
    for place, heir in enumerate(step.heirs):
        yield UnitSuccession(**common, into_unit_id=ids[heir.unit], place=place, duties=sorted(heir.duties))
    if not step.heirs:
        yield UnitSuccession(**common, into_unit_id=None, place=0, duties=[])


SORTABLE = {"on": UnitSuccession.on, "kind": UnitSuccession.kind, "id": UnitSuccession.id}


def successions() -> Select[UnitSuccession]:
    """The query of everything on record."""
    return select(UnitSuccession)


def lineage_of(session: Session) -> Lineage[UUID]:
    """All that became of this tenant's units. One statement."""
    query = successions().order_by(UnitSuccession.on, UnitSuccession.from_unit_id, UnitSuccession.place)
    found: dict[tuple[Any, UUID], list[UnitSuccession]] = {}
    for row in session.scalars(query):
        found.setdefault((row.on, row.from_unit_id), []).append(row)
    return Lineage(_step(rows) for rows in found.values())


def _step(rows: list[UnitSuccession]) -> Step[UUID]:
    heirs = tuple(Heir(row.into_unit_id, frozenset(row.duties)) for row in rows if row.into_unit_id)
    return Step(rows[0].from_unit_id, rows[0].kind, heirs, rows[0].on)


def duty_codes(session: Session) -> dict[UUID, str]:
    """Every duty's code, also of those that ended: what a lineage is asked by."""
    return {key: code for key, code in session.execute(select(Duty.id, Duty.code))}

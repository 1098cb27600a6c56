"""A text takes effect: the rows of units, duties and holders say what it says, from its first day.

What is in the text keeps its row, whatever it is called now; what is not any more has left or ended and stays
readable; what is new begins. Nothing else writes these rows. Source: seed 二, 三; dossier 1.2 M1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm.attributes import flag_modified
from uuid_utils.compat import uuid7

from service.charter.models import APPROVED, IN_FORCE, SUPERSEDED, Charter, Duty, DutyHolder, Unit
from service.charter.names import forget_names
from service.charter.rules import Holding
from service.charter.succession import lay_down_successions
from service.charter.text import CharterText, DutyEntry, UnitEntry
from tenants.db import FencedSession
from tenants.ledger import Work

TAKE_EFFECT = "charter.take_effect"
Row = dict[str, Any]


def take_effect(session: FencedSession, charter: Charter) -> None:
    """The version is the one in force, and the rows are its own. A second time nothing happens."""
    if charter.state != APPROVED:
        return
    before = session.scalars(select(Charter).where(Charter.state == IN_FORCE)).one_or_none()
    if before is not None:
        before.state = SUPERSEDED
    session.flush()  # never two in force, not for the length of a statement
    charter.state = IN_FORCE
    _Projection(session, charter).run()
    lay_down_successions(session, before, charter)


def due(work: Work) -> None:
    """The day has come on which the approved version takes effect."""
    charter = work.session.scalars(select(Charter).where(Charter.id == UUID(work.payload["charter"]))).one()
    take_effect(work.session, charter)


@dataclass
class _Projection:
    """One text brought into the rows."""

    session: FencedSession
    charter: Charter

    def run(self) -> None:
        assert self.charter.effective_from is not None
        self.day: date = self.charter.effective_from
        self.text = self.charter.text
        ids = self._units()
        forget_names(self.session)
        self._duties(ids)

    def _units(self) -> dict[str, UUID]:
        """The member units by key; those not named any more have left."""
        rows = {row.key: row for row in self.session.scalars(select(Unit).where(Unit.left_on.is_(None)))}
        for key in rows.keys() - {unit.key for unit in self.text.units}:
            rows[key].left_on = max(self.day, rows[key].joined_on)
            rows[key].left_basis = self.charter.reason or None
            rows[key].is_lead = False
        for position, entry in enumerate(self.text.units, start=1):
            row = rows.get(entry.key)
            if row is None:
                row = rows[entry.key] = Unit(id=uuid7(), key=entry.key, joined_on=entry.joined_on)
                self.session.add(row)
            _set(row, _unit_words(self.text, entry, position))
        self.session.flush()
        return {entry.key: rows[entry.key].id for entry in self.text.units}

    def _duties(self, units: Mapping[str, UUID]) -> None:
        """The duties by code with their holders; those not named any more have ended."""
        rows = {row.code: row for row in self.session.scalars(select(Duty).where(Duty.ended_on.is_(None)))}
        held = self._held(row.id for row in rows.values())
        for code in rows.keys() - {duty.code for duty in self.text.duties}:
            rows[code].ended_on = max(self.day, rows[code].began_on)
        for position, entry in enumerate(self.text.duties, start=1):
            row = rows.get(entry.code)
            if row is None:
                row = Duty(id=uuid7(), code=entry.code, began_on=self.day, charter_id=self.charter.id)
                self.session.add(row)
            _set(row, _duty_words(entry, position))
            wanted = {(units[holding.unit], holding.grade, holding.joint) for holding in entry.holders}
            if held.get(row.id, set()) != wanted:
                self._hold(row, wanted)
        self.session.flush()

    def _held(self, duties: Iterable[UUID]) -> dict[UUID, set[tuple[UUID, str, bool]]]:
        found: dict[UUID, set[tuple[UUID, str, bool]]] = {}
        for row in self.session.scalars(select(DutyHolder).where(DutyHolder.duty_id.in_(list(duties)))):
            found.setdefault(row.duty_id, set()).add((row.unit_id, row.grade, row.joint))
        return found

    def _hold(self, duty: Duty, holders: set[tuple[UUID, str, bool]]) -> None:
        """Exactly these hold it."""
        self.session.flush()
        self.session.execute(delete(DutyHolder).where(DutyHolder.duty_id == duty.id))
        self.session.add_all(
            DutyHolder(duty_id=duty.id, unit_id=unit, grade=grade, joint=joint) for unit, grade, joint in holders
        )
        flag_modified(duty, "text")  # who holds it is part of the duty: a new revision


def _set(row: Unit | Duty, words: Mapping[str, Any]) -> None:
    for field, value in words.items():
        if getattr(row, field) != value:
            setattr(row, field, value)


def _unit_words(text: CharterText, entry: UnitEntry, position: int) -> Row:
    return {
        "name": entry.name,
        "category": entry.category,
        "source": entry.source,
        "position": position,
        "is_lead": entry.key in text.leads,
    }


def _duty_words(entry: DutyEntry, position: int) -> Row:
    return {
        "text": entry.text,
        "policy_field": entry.policy_field,
        "source": entry.source,
        "position": position,
    }


def lay_down(session: FencedSession, charter: Row, text: CharterText) -> None:
    """A new tenant's first version with its units, duties and holders. Four statements."""
    tenant, day = charter["tenant_id"], charter["effective_from"]
    text = text.dated(day)
    own = {"tenant_id": tenant, "revision": 1}
    units = {entry.key: uuid7() for entry in text.units}
    duties = {entry.code: uuid7() for entry in text.duties}
    session.execute(
        insert(Unit.__table__),  # pyright: ignore[reportArgumentType]
        [
            own
            | _unit_words(text, entry, position)
            | {"id": units[entry.key], "key": entry.key, "joined_on": entry.joined_on}
            for position, entry in enumerate(text.units, start=1)
        ],
    )
    session.execute(insert(Charter.__table__), [own | charter | text.as_json()])  # pyright: ignore[reportArgumentType]
    session.execute(
        insert(Duty.__table__),  # pyright: ignore[reportArgumentType]
        [
            own
            | _duty_words(entry, position)
            | {"id": duties[entry.code], "code": entry.code, "charter_id": charter["id"], "began_on": day}
            for position, entry in enumerate(text.duties, start=1)
        ],
    )
    session.execute(
        insert(DutyHolder.__table__),  # pyright: ignore[reportArgumentType]
        [_holder(holding, tenant, duties[entry.code], units) for entry in text.duties for holding in entry.holders],
    )


def _holder(holding: Holding, tenant: UUID, duty: UUID, units: Mapping[str, UUID]) -> Row:
    held = {"duty_id": duty, "unit_id": units[holding.unit], "grade": holding.grade, "joint": holding.joint}
    return {"tenant_id": tenant, "id": uuid7()} | held

"""The units concerned: computed from the duties, asked, and asked anew where an edit touches what they rest on.

No commands: what the commands of consulting.py and commands.py share. Source: seed 四(六); dossier 1.4 R6.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import in_force
from service.kit.seat import Seat
from service.matters import reminders
from service.matters.binding import Scope, Text, bound, digest, touches
from service.matters.models import Matter, MatterText, MatterUnit
from service.matters.moves import happened
from service.matters.news import tell_asked
from service.matters.queries import concerned, concerned_by
from service.matters.rules import CONSENT, answer_by


def list_units(seat: Seat, row: Matter, text: Text, on: date) -> list[MatterUnit]:
    """Before they are asked, the units concerned are those that the text makes so, and those added by hand."""
    wanted = concerned_by(seat.session, text, on)
    listed = {found.unit_id: found for found in concerned(seat.session, row.id)}
    for unit_id, found in listed.items():
        if unit_id in wanted:
            found.duties = wanted[unit_id]
        elif found.state == "listed" and not found.added_by:
            seat.session.delete(found)
        else:
            found.duties = []
    for unit_id in wanted.keys() - listed.keys():
        seat.session.add(MatterUnit(matter_id=row.id, unit_id=unit_id, duties=wanted[unit_id]))
    seat.session.flush()
    return [found for found in concerned(seat.session, row.id) if found.state == "listed"]


def ask(seat: Seat, row: Matter, found: MatterUnit, on: date, verb: str = "ask") -> None:
    """The unit is asked, with its days and its reminders; nothing it said before stands."""
    charter = in_force(seat.session, on).rules
    found.state = CONSENT.step(found.state, verb)
    found.asked_on, found.due, found.reminded = on, answer_by(on, charter, workdays(seat.session)), 0
    found.said, found.said_by, found.said_on = "", "", None
    found.text_no, found.digest, found.coordinated = None, "", False
    drop_entry(found)
    reminders.post(seat.session, row, on, charter)
    tell_asked(seat, row, found, on)


def drop_entry(found: MatterUnit) -> None:
    """Nothing that the office entered waits for the unit."""
    found.entered = found.entered_text = found.paper_no = found.entered_by = ""


def void_touched(seat: Seat, row: Matter, before: Text, written: MatterText, on: date) -> None:
    """After a material edit the units whose passages it touches are asked anew, and no others.

    A unit whose duty is cited for the first time is asked too. Nobody leaves the list.
    """
    after = written.content
    wanted = concerned_by(seat.session, after, on)
    there = concerned(seat.session, row.id)
    for found in there:
        had, has = found.scope, _scope(found, wanted.get(found.unit_id))
        if found.state == "removed":
            _perhaps_restore(seat, row, found, has, written, on)
        elif touches(before, after, had, has):
            found.duties = sorted(has)
            _asked_anew(seat, row, found, written, on)
    for unit_id in wanted.keys() - {found.unit_id for found in there}:
        fresh = MatterUnit(matter_id=row.id, unit_id=unit_id, duties=wanted[unit_id], state="listed")
        seat.session.add(fresh)
        ask(seat, row, fresh, on)
        happened(seat, row, "enlarge", on, f"第{written.no}稿新涉及其职责", unit_id=unit_id)


def _scope(found: MatterUnit, wanted: list[str] | None) -> Scope:
    """The duties that it is asked for now; one that is asked about the whole text stays so, no scope is lost."""
    if not found.scope and found.state != "removed":
        return frozenset()
    return frozenset(wanted) if wanted else found.scope


def _perhaps_restore(seat: Seat, row: Matter, found: MatterUnit, has: Scope, written: MatterText, on: date) -> None:
    """A unit that was taken off is concerned again where another of its duties is cited."""
    if has <= found.scope:
        return
    found.duties = sorted(has)
    found.state = CONSENT.step(found.state, "restore")
    ask(seat, row, found, on)
    happened(seat, row, "enlarge", on, f"第{written.no}稿新涉及其职责", unit_id=found.unit_id)


def _asked_anew(seat: Seat, row: Matter, found: MatterUnit, written: MatterText, on: date) -> None:
    if found.state == "asked":  # it had said nothing: what was entered for it was said of another text
        drop_entry(found)
        return
    ask(seat, row, found, on, "void")
    found.voided = True
    numbers = "、".join(str(number) for number in bound(written.content, found.scope))
    happened(seat, row, "void", on, f"第{written.no}稿修改了其意见所据的内容（第{numbers}条）", unit_id=found.unit_id)


def settle_answer(found: MatterUnit, verb: str, text: str, by: str, on: date, written: MatterText) -> None:
    """The unit has said so, of this text: what of it binds the unit is sealed beside."""
    found.state = CONSENT.step(found.state, verb)
    found.said, found.said_by, found.said_on = text, by, on
    found.text_no, found.digest = written.no, digest(written.content, found.scope)
    found.voided = False
    drop_entry(found)


def as_position(found: MatterUnit) -> dict[str, Any]:
    """What the unit said, as a case of disagreement keeps it."""
    return {"unit": str(found.unit_id), "state": found.state, "said": found.said}


def named(seat: Seat, unit_id: UUID) -> str:
    return unit_names(seat.session)[unit_id]

"""该督办的: what has reached a rung of the ladder and has no order yet, what is to be escalated, what to be reminded of.

Computed every time from the ledger and the ladder; no job prepares it. Source: dossier 2.2, 2.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.kit.paging import Asked, Page
from service.supervision.models import SupervisionOrder, SupervisionReminder
from service.supervision.queries import Key, Record, ladder_on, orders_about, records, reminders_about
from service.supervision.rules import INSIDE, LEVELS, Ladder, Proposal, late_days, to_remind
from service.supervision.subjects import Subject, pressing
from tenants.models import Tenant

REMIND = "remind"  # beside the levels: what is to be reminded of
SORTABLE = ("due", "level", "addressee")


@dataclass(frozen=True)
class Entry:
    """One thing to be supervised now: the level that the ladder asks for, or none where a reminder will do."""

    subject: Subject
    addressee: str
    level: str | None
    why: str  # named in `supervision_why`
    before: SupervisionOrder | None
    reminded: Sequence[SupervisionReminder]
    late: int  # days

    @property
    def code(self) -> str:
        """How a form names the thing."""
        return f"{self.subject.kind}:{self.subject.id.hex}"


def worklist(session: Session, on: date) -> list[Entry]:
    """Everything to be supervised that day; nothing where the charter knows neither orders nor reminders."""
    ladder = ladder_on(session, on)
    if not ladder.levels and not ladder.reminds:
        return []
    found = pressing(session, on)
    known, told = records(session, [one.key for one in found]), reminders_about(session, [one.key for one in found])
    names = _names(session, found)
    entries = (_entry(session, ladder, one, known[one.key], told.get(one.key, []), names, on) for one in found)
    return [entry for entry in entries if entry is not None]


def _names(session: Session, found: Sequence[Subject]) -> Mapping[UUID, str]:
    """The units, and the places below that are among them."""
    places = [one.place_id for one in found if one.place_id]
    below = session.execute(select(Tenant.id, Tenant.name).where(Tenant.id.in_(places))) if places else ()
    return {**unit_names(session), **{place_id: name for place_id, name in below}}


def _entry(
    session: Session,
    ladder: Ladder,
    found: Subject,
    known: Record,
    told: Sequence[SupervisionReminder],
    names: Mapping[UUID, str],
    on: date,
) -> Entry | None:
    if known.prepared is not None:
        return None
    asked = known.proposal(ladder, found, on)
    if asked.level is None:
        if not _reminds(session, ladder, found, known, told, on):
            return None
        asked = Proposal(None, REMIND)
    who = names[found.unit_id or found.place_id]  # type: ignore[index]  # one of the two is there
    return Entry(found, who, asked.level, asked.why, known.before, told, late_days(found.due, on))


def _reminds(
    session: Session, ladder: Ladder, found: Subject, known: Record, told: Sequence[SupervisionReminder], on: date
) -> bool:
    """Whether the office should remind now: nothing else runs, and it did not lately."""
    if not ladder.reminds or found.kind not in INSIDE or known.running is not None:
        return False
    return to_remind(told[-1].on if told else None, on, workdays(session))


def listed(session: Session, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The worklist, narrowed, sorted, a page of it."""
    rows = [entry for entry in worklist(session, on) if _wanted(entry, asked)]
    sort = asked.sort or "due"
    rows.sort(key=_ORDER[sort.removeprefix("-")], reverse=sort.startswith("-"))
    if whole:
        return Page(rows, len(rows), 1, max(len(rows), 1), sort)
    first = (asked.page - 1) * asked.per_page
    return Page(rows[first : first + asked.per_page], len(rows), asked.page, asked.per_page, sort)


_ORDER = {
    "due": lambda entry: (entry.subject.due, entry.subject.id),
    "level": lambda entry: (LEVELS.index(entry.level) if entry.level else -1, entry.subject.id),
    "addressee": lambda entry: (entry.addressee, entry.subject.id),
}


def _wanted(entry: Entry, asked: Asked) -> bool:
    given = asked.filters
    return (
        given.get("level", entry.level or REMIND) == (entry.level or REMIND)
        and given.get("kind", entry.subject.kind) == entry.subject.kind
        and given.get("why", entry.why) == entry.why
        and given.get("unit", str(entry.subject.unit_id)) == str(entry.subject.unit_id)
        and asked.q in entry.subject.title
    )


def chosen(session: Session, keys: Sequence[Key], on: date) -> list[Entry]:
    """Those of the worklist that were ticked."""
    wanted = set(keys)
    return [entry for entry in worklist(session, on) if entry.subject.key in wanted]


def beside(session: Session, key: Key) -> tuple[list[SupervisionOrder], list[SupervisionReminder]]:
    """The orders and reminders about one thing."""
    return orders_about(session, [key])[key], reminders_about(session, [key])[key]

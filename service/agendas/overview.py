"""A meeting's agenda as a reader sees it: the call, the order with its hours and papers, what is missing, the versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from service.agendas import queries, rules
from service.agendas.comparison import Pair, compared, unchanged
from service.agendas.models import AgendaCall, AgendaItem, AgendaVersion
from service.agendas.queries import Paper
from service.agendas.rules import Deadline, Entry, Lack, Slot
from service.agendas.snapshots import kept_lines, lines_of
from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import in_force
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import meeting
from tenants.errors import Missing


@dataclass(frozen=True)
class Row:
    """An item on the agenda; `papers` are those that the reader may read, `closed` how many there are besides."""

    item: AgendaItem
    slot: Slot
    unit: str
    papers: list[Paper]
    closed: int


@dataclass(frozen=True)
class Asked:
    """A unit that was asked for items, and how many it has proposed."""

    unit_id: UUID
    unit: str
    proposed: int


@dataclass(frozen=True)
class Agenda:
    """The whole of it."""

    meeting: Meeting
    rows: list[Row]
    proposed: list[AgendaItem]
    call: AgendaCall | None
    asked: list[Asked]
    call_by: Deadline | None
    papers_by: Deadline | None
    lacks: list[Lack]
    versions: list[AgendaVersion]
    unsettled: bool  # it is not as the newest version has it

    @property
    def open(self) -> bool:
        """Whether it can still be changed."""
        return self.meeting.state in rules.ARRANGED

    @property
    def total(self) -> int:
        return self.rows[-1].slot.total if self.rows else 0


def agenda_of(seat: Seat, meeting_id: UUID, on: date) -> Agenda:
    """The meeting's agenda for this reader on that day."""
    session, row = seat.session, meeting(seat.session, meeting_id)
    charter, settled = in_force(session, row.held_on).rules, queries.versions(session, row.id)
    rows, call = _rows(seat, row), queries.call_of(session, row.id)
    return Agenda(
        meeting=row,
        rows=rows,
        proposed=queries.proposed_for(seat, row.id),
        call=call,
        asked=_asked(seat, call) if call else [],
        call_by=rules.call_deadline(charter, row.held_on, workdays(session)),
        papers_by=rules.materials_deadline(charter, row.held_on, workdays(session)),
        lacks=_lacks(seat, row, rows, charter, on) if row.state in rules.ARRANGED else [],
        versions=settled,
        unsettled=not settled or not unchanged(kept_lines(settled[0]), lines_of(session, row)),
    )


def _rows(seat: Seat, row: Meeting) -> list[Row]:
    items, names = queries.agenda(seat.session, row.id), unit_names(seat.session)
    slots = rules.timetable((one.minutes for one in items), row.begins)
    every, mine = queries.papers(seat.session, [one.id for one in items]), queries.readable(seat, items)
    return [
        Row(one, slot, _unit(names, one, row), mine[one.id], len(every[one.id]) - len(mine[one.id]))
        for one, slot in zip(items, slots, strict=True)
    ]


def _unit(names: Any, one: AgendaItem, row: Meeting) -> str:
    return names.then(one.unit_id, row.held_on) if one.unit_id else ""


def _asked(seat: Seat, call: AgendaCall) -> list[Asked]:
    names = unit_names(seat.session)
    counted = Counter(queries.proposers(seat.session, call.meeting_id))
    return [Asked(unit_id, names[unit_id], counted[unit_id]) for unit_id in queries.asked_units(seat.session, call)]


def _lacks(seat: Seat, row: Meeting, rows: list[Row], charter: Mapping[str, Any], on: date) -> list[Lack]:
    entries = [Entry(one.item.title, one.item.kind, one.item.minutes, len(one.papers) + one.closed) for one in rows]
    plenary = row.kind == "plenary"
    first = plenary and queries.first_of_year(seat.session, row)
    return [
        *rules.lacks(entries, charter, plenary=plenary, first=first),
        *rules.without_papers(entries, charter, row.held_on, on, workdays(seat.session)),
        *rules.overlong(entries, row.begins, row.ends),
    ]


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side; without a later one the agenda as it stands, without an earlier one all is new."""

    before: AgendaVersion | None
    after: AgendaVersion | None
    pairs: list[Pair]


def comparison(seat: Seat, meeting_id: UUID, before: int | None, after: int | None) -> Comparison:
    """These two versions; where none is named, the newest against the one before it, or against what stands now."""
    row = meeting(seat.session, meeting_id)
    numbered = {version.number: version for version in queries.versions(seat.session, row.id)}
    latest = max(numbered, default=0)
    if before is None and after is None and latest > 1:
        before, after = latest - 1, latest
    old = _numbered(numbered, before if before is not None else latest or None)
    new = _numbered(numbered, after)
    lines = kept_lines(new) if new else lines_of(seat.session, row)
    return Comparison(old, new, compared(kept_lines(old) if old else [], lines))


def _numbered(numbered: Mapping[int, AgendaVersion], number: int | None) -> AgendaVersion | None:
    """The version of that number, if one is named."""
    if number is not None and number not in numbered:
        raise Missing()
    return numbered[number] if number is not None else None

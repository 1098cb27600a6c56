"""A meeting's agenda as a version keeps it, and the version itself: a step of the commands that change an agenda."""

from __future__ import annotations

from collections.abc import Sequence

from service.agendas.comparison import Line, line_of, unchanged
from service.agendas.models import AgendaItem, AgendaVersion
from service.agendas.queries import Paper, agenda, papers, versions
from service.agendas.rules import ATTENDEES, TOLD, Slot, timetable
from service.charter.names import unit_names
from service.kit.seat import Seat
from service.meetings.models import Meeting
from tenants.db import FencedSession


def lines_of(session: FencedSession, row: Meeting) -> list[Line]:
    """The agenda in words, as it stands now."""
    items, names = agenda(session, row.id), unit_names(session)
    slots = timetable((one.minutes for one in items), row.begins)
    found = papers(session, [one.id for one in items])

    def line(one: AgendaItem, slot: Slot) -> Line:
        unit = names.then(one.unit_id, row.held_on) if one.unit_id else ""
        starts = f"{slot.starts:%H:%M}" if slot.starts else ""
        return Line(str(one.id), one.title, one.kind, one.minutes, one.presenter, unit, starts, _named(found[one.id]))

    return [line(one, slot) for one, slot in zip(items, slots, strict=True)]


def _named(found: Sequence[Paper]) -> tuple[str, ...]:
    """The papers that all who are called may read; of the others, whose names are not for everybody, how many there are."""
    words = [f"{paper.row.title}（第{paper.latest.number}版）" for paper in found if paper.row.access == ATTENDEES]
    closed = len(found) - len(words)
    return (*words, *([f"限定范围的材料{closed}份"] if closed else []))


def kept_lines(version: AgendaVersion) -> list[Line]:
    """The lines of a version."""
    return [line_of(kept) for kept in version.lines]


def keep(seat: Seat, row: Meeting, reason: str) -> AgendaVersion | None:
    """The agenda as it stands is the newest version; none is made where nothing changed since the last."""
    seat.session.flush()
    lines, before = lines_of(seat.session, row), versions(seat.session, row.id)
    if before and unchanged(kept_lines(before[0]), lines):
        return None
    version = AgendaVersion(
        meeting_id=row.id,
        number=before[0].number + 1 if before else 1,
        lines=[line.as_json() for line in lines],
        reason=reason,
        after_notice=row.state in TOLD,
        settled_by=seat.name,
    )
    seat.session.add(version)
    seat.session.flush()
    return version


def changed(seat: Seat, row: Meeting, what: str) -> None:
    """Once those called have been told of the agenda, each change of it is a version of its own, and says what it is."""
    if row.state in TOLD:
        keep(seat, row, what)

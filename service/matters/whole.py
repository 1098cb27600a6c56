"""One matter with all that belongs to it, as pages, programs and the printed course show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from config.labels import label
from service.calendar.queries import workdays
from service.charter.names import Names, unit_names
from service.charter.queries import division, in_force
from service.kit.seat import Seat
from service.matters import queries, rules
from service.matters.binding import Text, bound
from service.matters.models import (
    CoordinationRound,
    Disagreement,
    Instruction,
    Matter,
    MatterEvent,
    MatterText,
    MatterUnit,
)
from service.matters.queries import Heard
from service.tasks.queries import duty_names


@dataclass(frozen=True)
class Line:
    """A unit concerned: its row, its name, why it is concerned, and which passages its consent rests on."""

    row: MatterUnit
    name: str
    source: str
    numbers: list[int]
    late: bool
    stands: rules.Position


@dataclass(frozen=True)
class Whole:
    """One matter."""

    matter: Matter
    names: Names
    text: MatterText
    texts: Sequence[MatterText]
    duties: Mapping[Any, str]
    lines: Sequence[Line]
    heard: Sequence[Heard]
    gate: str
    lacking: Sequence[tuple[str, str]]
    case: Disagreement | None
    cases: Sequence[Disagreement]
    rounds: Sequence[CoordinationRound]
    instructions: Sequence[Instruction]
    events: Sequence[MatterEvent]
    merged: Sequence[Matter]
    carrying: Matter
    carrying_gate: str
    handle_by: date | None
    charter: Mapping[str, Any]

    @property
    def consent(self) -> bool:
        """Whether every unit concerned has agreed."""
        asked = [line for line in self.lines if line.row.state != "removed"]
        return bool(self.matter.consulted_on) and all(line.stands.state == "agreed" for line in asked)

    def name(self, unit_id: UUID) -> str:
        """The unit's name: as it was, of what is over."""
        settled = self.matter.state not in rules.RUNNING
        return self.names.then(unit_id, self.matter.raised_on if settled else None)


def whole(seat: Seat, matter_id: UUID, on: date) -> Whole:
    """The matter of that id, if the seat may see it."""
    row, session = queries.matter(seat, matter_id), seat.session
    written = queries.texts(session, row.id)
    concerned = queries.concerned(session, row.id)
    heard = queries.heard(session, row.id)
    cases = queries.disagreements(session, row.id)
    carrying = queries.carrying(session, row)
    charter = in_force(session, on).rules
    names, duties = unit_names(session), duty_names(session)
    stands = queries.positions(session, row, concerned)
    lines = _lines(session, concerned, stands, written[-1].content, names, duties, on)
    gate = rules.deliberated([found.hearing for found in heard])
    return Whole(
        matter=row,
        names=names,
        text=written[-1],
        texts=written,
        duties=duties,
        lines=lines,
        heard=heard,
        gate=gate,
        lacking=queries.lacking(session, row, on) if row.state == "accepted" else [],
        case=next((case for case in cases if case.state != "settled"), None),
        cases=cases,
        rounds=queries.rounds(session, cases),
        instructions=queries.instructions(session, row.id),
        events=queries.events(session, row.id),
        merged=queries.merged_in(session, row.id),
        carrying=carrying,
        carrying_gate=rules.deliberated(queries.hearings(session, carrying.id)),
        handle_by=rules.handle_by(row.submitted_on, charter, workdays(session)) if row.submitted_on else None,
        charter=charter,
    )


def _lines(
    session: Session,
    concerned: Sequence[MatterUnit],
    stands: Sequence[rules.Position],
    text: Text,
    names: Names,
    duties: Mapping[Any, str],
    on: date,
) -> list[Line]:
    held = division(session, on)
    grades = {(row.unit_id, str(duty)): row.grade for duty, rows in held.items() for row in rows}
    return [
        Line(
            row,
            names[row.unit_id],
            source_of(row, duties, grades),
            bound(text, row.scope),
            row.state == "asked" and row.due is not None and row.due < on,
            position,
        )
        for row, position in zip(concerned, stands, strict=True)
    ]


def source_of(row: MatterUnit, duties: Mapping[Any, str], grades: Mapping[tuple[UUID, str], str]) -> str:
    """Why the unit is concerned: the cited duties that it holds, each with its grade; or who added it, and why."""
    if not row.duties:
        return f"{row.added_by}增列：{row.added_reason}" if row.added_by else ""
    return "；".join(_duty(row.unit_id, duty, duties, grades) for duty in row.duties)


def _duty(unit: UUID, duty: str, duties: Mapping[Any, str], grades: Mapping[tuple[UUID, str], str]) -> str:
    grade = grades.get((unit, duty))
    held = f"（{label('grade', grade)}）" if grade else ""
    return f"{duties.get(UUID(duty), duty)}{held}"

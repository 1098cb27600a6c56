"""Reading minutes: the documents of a meeting, who is asked and what they say, the register, what became of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from config.workdays import Workdays
from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import in_force, units
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.meetings.models import Attendance, Attendee, Meeting, Resolution
from service.meetings.queries import attendance, attendees, meeting, resolutions
from service.meetings.rules import ATTENDED, SEATS, minutes_by
from service.members.rules import UNIT_ROLES
from service.minutes.models import Confirmation, Countersignature, Minutes, MinutesNumber
from service.minutes.record import Change, corrected, recorded
from service.minutes.rules import (
    AMEND,
    ASKING,
    Compared,
    Recorded,
    cited,
    compared,
    reply_by,
    signer,
)
from service.tasks.models import Task
from service.tasks.queries import lights, paces
from service.tasks.rules import Light
from tenants.errors import Missing


def minutes(session: Session, minutes_id: UUID, *, hold: bool = False) -> Minutes:
    """The minutes of that id; held until commit where asked for, so that steps come one after the other."""
    query = select(Minutes).where(Minutes.id == minutes_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def of_meeting(session: Session, meeting_id: UUID) -> list[Minutes]:
    """The minutes of the meeting and their corrections, in order."""
    query = select(Minutes).where(Minutes.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(Minutes.corrects_id.is_not(None), Minutes.id)))


def original(session: Session, meeting_id: UUID) -> Minutes | None:
    """The minutes themselves, not a correction of them."""
    query = select(Minutes).where(Minutes.meeting_id == meeting_id, Minutes.corrects_id.is_(None))
    return session.scalars(query).one_or_none()


def corrections(session: Session, minutes_id: UUID) -> list[Minutes]:
    """The documents that correct these minutes, in order."""
    return list(session.scalars(select(Minutes).where(Minutes.corrects_id == minutes_id).order_by(Minutes.id)))


# --- who reads them ---


def readable(seat: Seat, row: Minutes) -> bool:
    """Published minutes are there for everybody who sees meetings; before that, for the office, the signers, those asked.

    Source: dossier 1.6 (签发纪要).
    """
    if not seat.may_read("meeting.read"):
        return False
    if row.state == "published" or works_on_them(seat):
        return True
    asked = seat.units_for("minutes.check")
    return row.state != "draft" and bool(asked & present_units(seat.session, row.meeting_id))


def works_on_them(seat: Seat) -> bool:
    """Whether the seat drafts or signs minutes."""
    return seat.may("minutes.draft") or seat.may("minutes.sign_named")


def present_units(session: Session, meeting_id: UUID) -> set[UUID]:
    """The units that attended."""
    return {row.unit_id for row in attendance(session, meeting_id) if row.mode in ATTENDED}


# --- who is asked, and what they say ---


@dataclass(frozen=True)
class Line:
    """Who is asked, and how he stands to the present text: agree, amend, answered, deemed, silent or waiting."""

    party: UUID
    unit_id: UUID
    unit: str
    name: str
    standing: str
    said: Confirmation | Countersignature | None
    earlier: Confirmation | Countersignature | None = None  # what was said of a text that has changed since

    @property
    def open(self) -> bool:
        """Whether the text waits for it."""
        return self.standing in ("waiting", AMEND)


@dataclass(frozen=True)
class Party:
    """One who was there: a person, or the unit where no persons are on record."""

    id: UUID
    unit_id: UUID
    name: str = ""
    attendee_id: UUID | None = None


def parties(session: Session, meeting_id: UUID) -> list[Party]:
    """Who is asked to confirm: everybody who was there for a unit; those who hold the conference's posts draft and sign.

    Source: dossier 1.6 (签发纪要：成员单位核对).
    """
    there = [one for one in attendees(session, meeting_id) if _was_there(one)]
    if there:
        return [Party(one.id, one.unit_id, one.proxy_name or one.name, one.id) for one in there if one.unit_id]
    return [Party(unit, unit) for unit in _in_order(session, meeting_id, present_units(session, meeting_id))]


def _was_there(one: Attendee) -> bool:
    return one.expected and one.came in ATTENDED and one.unit_id is not None and one.role in UNIT_ROLES


def _in_order(session: Session, meeting_id: UUID, wanted: set[UUID]) -> list[UUID]:
    return [unit.id for unit in units(session, meeting(session, meeting_id).held_on) if unit.id in wanted]


def confirming(session: Session, row: Minutes, on: date) -> list[Line]:
    """Everybody who is asked to confirm the text, and what he says of it by that day."""
    if row.circulated_on is None:
        return []
    said = session.scalars(select(Confirmation).where(Confirmation.minutes_id == row.id).order_by(Confirmation.id))
    asked = parties(session, row.meeting_id)
    overdue = row.locked or on > reply_by(row.circulated_on, rules_of(session, row), workdays(session))
    return _lines(
        session,
        row,
        asked,
        {party: list(found) for party, found in _by(said, "party").items()},
        "silent" if overdue else "waiting",
    )


def countersigning(session: Session, row: Minutes, on: date) -> list[Line]:
    """Every unit that attended, in the charter's order, and what it says of the text by that day."""
    if row.countersign_on is None:
        return []
    charter = rules_of(session, row)
    query = select(Countersignature).where(Countersignature.minutes_id == row.id).order_by(Countersignature.id)
    late = on > reply_by(row.countersign_on, charter, workdays(session))
    asked = [Party(unit, unit) for unit in _in_order(session, row.meeting_id, present_units(session, row.meeting_id))]
    silence = "deemed" if charter["minutes_countersign_deemed"] and late else "waiting"
    return _lines(session, row, asked, _by(session.scalars(query), "unit_id"), silence)


def _by(rows: Iterable[Any], name: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _lines(
    session: Session, row: Minutes, asked: Iterable[Party], said: Mapping[UUID, Sequence[Any]], silence: str
) -> list[Line]:
    names, day = unit_names(session), meeting(session, row.meeting_id).held_on
    return [
        _line(party, names.then(party.unit_id, day), said.get(party.id, ()), row.sha256, silence) for party in asked
    ]


def _line(party: Party, unit: str, said: Sequence[Any], sha256: str, silence: str) -> Line:
    """What was said of another text counts no more: it is shown beside."""
    now = next((one for one in said if one.sha256 == sha256), None)
    earlier = next((one for one in reversed(said) if one.sha256 != sha256), None)
    standing = silence if now is None else "answered" if getattr(now, "answer", "") else now.opinion
    return Line(party.id, party.unit_id, unit, party.name, standing, now, earlier)


def rules_of(session: Session, row: Minutes) -> Mapping[str, Any]:
    """The rules in force on the day of the meeting: its minutes keep those it was held under."""
    return in_force(session, meeting(session, row.meeting_id).held_on).rules


# --- one document with all that belongs to it ---


@dataclass(frozen=True)
class Whole:
    """Minutes with their meeting, what the record says beside them, and what those asked say."""

    minutes: Minutes
    meeting: Meeting
    compared: list[Compared]
    confirming: list[Line]
    countersigning: list[Line]
    corrections: list[Minutes]
    corrects: Minutes | None
    charter: Mapping[str, Any]
    days: Workdays

    @property
    def signer(self) -> str:
        return signer(self.meeting.kind, self.charter)

    @property
    def by(self) -> date | None:
        """By when they are to be signed; a correction has no date of its own."""
        return minutes_by(self.meeting.held_on, self.charter, self.days) if self.corrects is None else None

    def late(self, on: date) -> bool:
        """Whether they were signed, or are still unsigned, after that day."""
        return self.by is not None and (self.minutes.signed_on or on) > self.by

    @property
    def reply_by(self) -> date | None:
        """The last day to say what one thinks of the text that is out."""
        asked = self.minutes.countersign_on or self.minutes.circulated_on
        return reply_by(asked, self.charter, self.days) if asked and self.minutes.state in ASKING else None


def beside(session: Session, row: Minutes) -> list[Compared]:
    """The text beside the record, or beside what a correction changes; what is signed is compared no more."""
    return [] if row.locked else compared(row.text, record_of(session, row))


def record_of(session: Session, row: Minutes) -> list[Recorded]:
    """The text as the record would have it."""
    held = meeting(session, row.meeting_id)
    if row.corrects_id is None:
        return recorded(session, held)
    changes = [Change.from_json(kept) for kept in row.changes]
    return corrected(session, held, named(minutes(session, row.corrects_id)), changes)


def named(row: Minutes) -> str:
    """Published minutes as another text names them: 〔2026〕1号《2026年第1次全体会议纪要》."""
    assert row.number and row.signed_on
    return f"{cited(row.number, row.signed_on.year)}《{row.title}》"


def whole(session: Session, row: Minutes, on: date) -> Whole:
    """The minutes with all that belongs to them."""
    held = meeting(session, row.meeting_id)
    return Whole(
        minutes=row,
        meeting=held,
        compared=beside(session, row),
        confirming=confirming(session, row, on),
        countersigning=countersigning(session, row, on),
        corrections=corrections(session, row.id),
        corrects=minutes(session, row.corrects_id) if row.corrects_id else None,
        charter=in_force(session, held.held_on).rules,
        days=workdays(session),
    )


@dataclass(frozen=True)
class Changed:
    """An agreed item that a correction changes while it is a task, which the correction does not change."""

    correction: Minutes
    resolution: Resolution
    task: Task


def changed_tasks(session: Session, corrections: Iterable[Minutes]) -> list[Changed]:
    """What these corrections change of items that are tasks: a task is changed by its own process. Source: dossier 1.4 R2."""
    named = [(row, UUID(str(kept["resolution_id"]))) for row in corrections for kept in row.changes]
    query = select(Resolution, Task).join(
        Task, and_(Task.tenant_id == Resolution.tenant_id, Task.id == Resolution.task_id)
    )
    found = {
        item.id: (item, task) for item, task in session.execute(query.where(Resolution.id.in_([i for _r, i in named])))
    }
    return [Changed(row, *found[key]) for row, key in named if key in found]


def corrections_of_task(session: Session, task_id: UUID) -> list[Changed]:
    """The signed corrections that change the agreed item which became this task."""
    query = select(Resolution.meeting_id).where(Resolution.task_id == task_id)
    signed = select(Minutes).where(
        Minutes.meeting_id.in_(query), Minutes.corrects_id.is_not(None), Minutes.signed_on.is_not(None)
    )
    rows = session.scalars(signed.order_by(Minutes.id)).all()
    return [one for one in changed_tasks(session, rows) if one.task.id == task_id]


# --- the register ---

SORTABLE = {
    "held_on": Meeting.held_on,
    "signed_on": Minutes.signed_on,
    "number": Minutes.number,
    "state": Minutes.state,
    "id": Minutes.id,
}
_ITS_MEETING = and_(Meeting.tenant_id == Minutes.tenant_id, Meeting.id == Minutes.meeting_id)


@dataclass(frozen=True)
class Listed:
    """Minutes in the register."""

    minutes: Minutes
    meeting: Meeting


def listed(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """The minutes that the seat may read, those of the newest meeting first."""
    query = select(Minutes).join(Meeting, _ITS_MEETING).where(visible(seat))
    if "state" in asked.filters:
        query = query.where(Minutes.state == asked.filters["state"])
    if "year" in asked.filters:
        query = query.where(func.extract("year", Meeting.held_on) == int(asked.filters["year"]))
    if "waiting" in asked.filters:
        query = query.where(WAITING[asked.filters["waiting"]](seat))
    if asked.q:
        query = query.where(or_(Minutes.title.contains(asked.q, autoescape=True), Minutes.number == asked.q))
    page = page_of(seat.session, query, asked, SORTABLE, "-held_on", whole=whole)
    held = {
        row.id: row
        for row in seat.session.scalars(select(Meeting).where(Meeting.id.in_([m.meeting_id for m in page.rows])))
    }
    rows = [Listed(row, held[row.meeting_id]) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def visible(seat: Seat) -> ColumnElement[bool]:
    """The minutes that the seat may read: as `readable` says, for a whole list."""
    if works_on_them(seat):
        return Minutes.id.is_not(None)
    return or_(Minutes.state == "published", and_(Minutes.state != "draft", Minutes.meeting_id.in_(_came(seat))))


def _came(seat: Seat) -> Any:
    units = seat.units_for("minutes.check")
    return select(Attendance.meeting_id).where(Attendance.unit_id.in_(units), Attendance.mode.in_(ATTENDED))


def to_sign(seat: Seat) -> ColumnElement[bool]:
    """Minutes that are out and this seat's to sign by its charter."""
    return and_(Minutes.state.in_(ASKING), Minutes.meeting_id.in_(_mine_to_sign(seat)))


def _mine_to_sign(seat: Seat) -> list[UUID]:
    query = select(Meeting).join(Minutes, _ITS_MEETING).where(Minutes.state.in_(ASKING))
    return [row.id for row in seat.session.scalars(query) if signs(seat, row)]


def signs(seat: Seat, row: Meeting) -> bool:
    """Whether the minutes of the meeting are this seat's to sign."""
    return seat.console or SEATS[signer(row.kind, in_force(seat.session, row.held_on).rules)] in seat.roles


def to_confirm(seat: Seat) -> ColumnElement[bool]:
    """Minutes that lie before a unit of this seat, which has said nothing of their present text."""
    said = select(Confirmation.minutes_id).where(
        Confirmation.unit_id.in_(seat.units_for("minutes.check")), Confirmation.sha256 == Minutes.sha256
    )
    return and_(Minutes.state == "circulated", Minutes.meeting_id.in_(_came(seat)), Minutes.id.not_in(said))


def to_countersign(seat: Seat) -> ColumnElement[bool]:
    """Minutes that a unit of this seat is to countersign."""
    said = select(Countersignature.minutes_id).where(
        Countersignature.unit_id.in_(seat.units_for("minutes.check")),
        Countersignature.minutes_id.is_not(None),
        Countersignature.sha256 == Minutes.sha256,
    )
    return and_(Minutes.state == "countersigning", Minutes.meeting_id.in_(_came(seat)), Minutes.id.not_in(said))


def to_publish(_seat: Seat) -> ColumnElement[bool]:
    """Signed minutes that are not published yet."""
    return Minutes.state.in_(("signed", "numbered"))


WAITING = {"sign": to_sign, "confirm": to_confirm, "countersign": to_countersign, "publish": to_publish}


def undrafted(session: Session) -> list[Meeting]:
    """Meetings that were held and whose minutes nobody has begun, the oldest first."""
    begun = select(Minutes.meeting_id)
    query = select(Meeting).where(
        Meeting.state == "held", Meeting.minutes_signed_on.is_(None), Meeting.id.not_in(begun)
    )
    return list(session.scalars(query.order_by(Meeting.held_on, Meeting.id)))


def numbers(session: Session, year: int | None = None) -> list[MinutesNumber]:
    """The register of numbers, void ones too: series by series, in order."""
    query = select(MinutesNumber)
    if year:
        query = query.where(MinutesNumber.year == year)
    return list(session.scalars(query.order_by(MinutesNumber.year.desc(), MinutesNumber.series, MinutesNumber.serial)))


# --- what became of agreed items ---


@dataclass(frozen=True)
class Followed:
    """An agreed item and what became of it: through its task, or as the office confirmed. Source: dossier 6-8."""

    resolution: Resolution
    task: Task | None
    light: Light | None
    done_on: date | None

    def state(self, on: date) -> str:
        """`done`, `overdue`, `open`, or `noted` where nothing is to be done."""
        if self.resolution.kind != "action":
            return "noted"
        if self.done_on:
            return "done"
        return "overdue" if self.resolution.due and self.resolution.due < on else "open"


def followed(session: Session, meeting_id: UUID, on: date | None = None) -> list[Followed]:
    """What the meeting agreed on, with the task each item became and its light that morning."""
    found = resolutions(session, meeting_id)
    ids = [row.task_id for row in found if row.task_id]
    tasks = {row.id: row for row in session.scalars(select(Task).where(Task.id.in_(ids)))}
    lit = lights(session, paces(session, ids), on) if ids and on else {}
    return [_followed(row, tasks.get(row.task_id) if row.task_id else None, lit) for row in found]


def _followed(row: Resolution, task: Task | None, lit: Mapping[UUID, Light | None]) -> Followed:
    return Followed(row, task, lit.get(task.id) if task else None, row.done_on or (task.done_on if task else None))

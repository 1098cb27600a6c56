"""Writing while a meeting sits: who signed in, what is talked about, what was noted and concluded.

Each act holds the meeting's row, so that fifty at once are done one after the other, and each of them once.
Source: seed 四(二), 四(三); issue 4 (会场).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from secrets import choice
from uuid import UUID

from service.agendas.models import AgendaItem
from service.agendas.queries import agenda
from service.charter.queries import rule
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.commands import Agreed, add_resolution
from service.meetings.convening import close_sitting
from service.meetings.models import Attendee, Meeting, Resolution
from service.meetings.queries import attendees, held_meeting, resolutions
from service.meetings.rules import ATTENDED, MEETING
from service.sittings import queries, rules
from service.sittings.models import AgendaRun, SignInCode
from tenants.errors import Conflict, Forbidden, Missing, Refused

SIGN_IN = "会议签到"


@dataclass(frozen=True)
class Mark:
    """How somebody on the list is there; `came` none: nothing is said of him any more."""

    attendee_id: UUID
    came: str | None = "present"
    proxy_name: str = ""
    proxy_title: str = ""


@command("meeting.record")
def mark(seat: Seat, meeting_id: UUID, marks: Sequence[Mark], at: datetime) -> list[Attendee]:
    """These are there, by proxy, on leave or away, as the secretary says; who is signed in keeps his hour."""
    row = _sitting(seat, meeting_id)
    people = {person.id: person for person in attendees(seat.session, row.id)}
    if any(one.attendee_id not in people for one in marks):
        raise Missing()
    for one in marks:
        _mark(seat, row, people[one.attendee_id], one, at, "list")
    return [people[one.attendee_id] for one in marks]


@command("meeting.record")
def mark_unit(seat: Seat, meeting_id: UUID, unit_id: UUID, at: datetime) -> list[Attendee]:
    """All of the unit are there of whom nothing was said yet; a proxy that was announced stands for his sender."""
    row = _sitting(seat, meeting_id)
    here = [person for person in attendees(seat.session, row.id) if person.unit_id == unit_id]
    if not here:
        raise Missing()
    waiting = [person for person in here if person.came is None and not person.leave_granted]
    for person in waiting:
        _mark(seat, row, person, Mark(person.id, announced(person)), at, "list")
    return waiting


def announced(person: Attendee) -> str:
    """How he comes, by what his unit replied."""
    return "proxy" if person.reply == "proxy" and person.proxy_name else "present"


@command("meeting.sign_in")
def sign_in(seat: Seat, meeting_id: UUID, one: Mark, *, code: str, at: datetime) -> Attendee:
    """He is signed in by the meeting's code, once. Refused: a code that is closed; another's unit."""
    row = _sitting(seat, meeting_id)
    _check_code(seat, row, code)
    person = next((there for there in attendees(seat.session, row.id) if there.id == one.attendee_id), None)
    if person is None or one.came not in ATTENDED:
        raise Missing()
    if not speaks_for(seat, person):
        raise Forbidden("只能为本单位人员签到。", en="One signs in for one's own unit.", source=SIGN_IN)
    if person.signed_in_at is None:
        _mark(seat, row, person, one, at, "code")
    return person


def speaks_for(seat: Seat, person: Attendee) -> bool:
    """Somebody of his unit, himself where he speaks for none, or who stands there without an account and has the code."""
    himself = not seat.unit_ids and person.name == seat.name
    return seat.account_id is None or person.unit_id in seat.unit_ids or himself


def _check_code(seat: Seat, row: Meeting, given: str) -> None:
    kept = queries.sign_in_code(seat.session, row.id)
    if kept is None or not kept.open or not compare_digest(kept.code.encode(), rules.plain_code(given).encode()):
        raise Refused(
            "签到码无效或已关闭，请向会务人员索取新码，或请其代为签到。",
            en="The sign-in code is closed or was renewed; ask the secretary.",
            source=SIGN_IN,
            field="code",
        )


def _mark(seat: Seat, row: Meeting, person: Attendee, one: Mark, at: datetime, how: str) -> None:
    before = person.came
    if one.came == "proxy":
        _depute(seat, row, person, one)
    came = one.came in ATTENDED
    person.came = one.came
    person.signed_in_at = (person.signed_in_at or at) if came else None
    person.signed_in_how = (person.signed_in_how or how) if came else ""
    note(seat, f"meeting:{row.id}", **{f"attendee:{person.id}": [before, one.came, how]})


def _depute(seat: Seat, row: Meeting, person: Attendee, one: Mark) -> None:
    """Somebody sits in his place. Source: dossier 1.2 (缺席可委派同单位人员参会)."""
    if not rule(seat.session, "proxy_attendance", row.held_on):
        raise Refused(
            "按本级制度，成员不能委派他人参会。",
            en="By the charter no proxy may be sent.",
            source="制度四(二)",
            field="came",
        )
    name = one.proxy_name.strip() or person.proxy_name
    if not name:
        raise Refused("请填写受委派人姓名。", en="Say who sits in his place.", source=SIGN_IN, field="proxy_name")
    person.proxy_name, person.proxy_title = name, one.proxy_title.strip() or person.proxy_title


def _sitting(seat: Seat, meeting_id: UUID) -> Meeting:
    """The meeting, which sits; whoever else writes to it waits."""
    row = held_meeting(seat.session, meeting_id)
    MEETING.step(row.state, "sit")
    return row


@command("meeting.record")
def issue_code(seat: Seat, meeting_id: UUID, at: datetime) -> SignInCode:
    """People may sign in by a new code; the one before opens nothing any more."""
    row = _sitting(seat, meeting_id)
    kept = queries.sign_in_code(seat.session, row.id) or SignInCode(meeting_id=row.id)
    kept.code, kept.open, kept.renewed_at = (
        "".join(choice(rules.CODE_SIGNS) for _ in range(rules.CODE_LENGTH)),
        True,
        at,
    )
    seat.session.add(kept)
    note(seat, f"meeting:{row.id}", code="renewed")
    return kept


@command("meeting.record")
def close_code(seat: Seat, meeting_id: UUID) -> Meeting:
    """Nobody signs in by code any more."""
    row = _sitting(seat, meeting_id)
    if kept := queries.sign_in_code(seat.session, row.id):
        kept.open = False
    note(seat, f"meeting:{row.id}", code="closed")
    return row


@command("meeting.record")
def start_item(seat: Seat, meeting_id: UUID, item_id: UUID, at: datetime) -> AgendaRun:
    """The item is being talked about, and no other. Started twice, it was started once."""
    row = _sitting(seat, meeting_id)
    item = on_agenda(seat, row, item_id)
    now = queries.running(seat.session, row.id)
    if now is not None and now.agenda_item_id == item.id:
        return now
    _end(seat, now, at)
    found = AgendaRun(meeting_id=row.id, agenda_item_id=item.id, started_at=at)
    seat.session.add(found)
    note(seat, f"meeting:{row.id}", started=item.title)
    return found


@command("meeting.record")
def stop_item(seat: Seat, meeting_id: UUID, at: datetime) -> Meeting:
    """No item is being talked about."""
    row = _sitting(seat, meeting_id)
    _end(seat, queries.running(seat.session, row.id), at)
    note(seat, f"meeting:{row.id}", stopped=True)
    return row


def _end(seat: Seat, run: AgendaRun | None, at: datetime) -> None:
    if run is not None:
        run.stopped_at = max(at, run.started_at)
        seat.session.flush()


def on_agenda(seat: Seat, row: Meeting, item_id: UUID) -> AgendaItem:
    found = next((item for item in agenda(seat.session, row.id) if item.id == item_id), None)
    if found is None:
        raise Missing()
    return found


def recorded(seat: Seat, meeting_id: UUID) -> Meeting:
    """The meeting, which sits or was held, with minutes that are open still."""
    row = held_meeting(seat.session, meeting_id)
    if row.state != "held":
        MEETING.step(row.state, "sit")
    if row.minutes_signed_on is not None:
        raise Conflict(
            f"纪要已于{row.minutes_signed_on}签发，会议记录已锁定，修改须用更正件。",
            en="The minutes are signed; the record is locked.",
            source="制度四(二)",
        )
    return row


@command("meeting.record")
def agree(seat: Seat, meeting_id: UUID, item: Agreed) -> Resolution:
    """The meeting agreed on this; sent twice under one id, it is agreed on once."""
    row = recorded(seat, meeting_id)
    before = next((one for one in resolutions(seat.session, row.id) if one.id == item.id), None)
    if before is not None:
        return before
    if item.agenda_item_id is not None:
        on_agenda(seat, row, item.agenda_item_id)
    return add_resolution(seat, row.id, item)


def by_unit(people: Iterable[Attendee]) -> dict[UUID | None, list[Attendee]]:
    """The list, unit by unit."""
    found: dict[UUID | None, list[Attendee]] = {}
    for person in people:
        found.setdefault(person.unit_id, []).append(person)
    return found


@command("meeting.record")
def close(seat: Seat, meeting_id: UUID, at: datetime, on: date) -> Meeting:
    """The meeting was held; nothing is talked about any more and no code opens it."""
    row = _sitting(seat, meeting_id)
    _end(seat, queries.running(seat.session, row.id), at)
    if kept := queries.sign_in_code(seat.session, row.id):
        kept.open = False
    return close_sitting(seat, row.id, on)

"""Writing: the office records a meeting that was held and what was agreed in it; agreed items are seen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from uuid_utils.compat import uuid7

from service.charter.queries import unit_named, units, version_on
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.checks import check_held
from service.meetings.models import Attendance, Meeting, Resolution, ResolutionUnit
from service.meetings.queries import held_meeting, meeting, resolution
from service.tasks.queries import task
from service.tasks.rules import OUTSIDE_THE_PLAN
from tenants.errors import Conflict, Refused


@dataclass(frozen=True)
class Agreed:
    """An agreed item as it is recorded."""

    text: str
    lead_unit_id: UUID | None = None
    due: date | None = None
    kind: str = "action"
    deliverable: str = ""
    cooperating: Sequence[UUID] = ()
    agenda_item_id: UUID | None = None
    id: UUID | None = None  # the sender's own name for it: sent twice, it is agreed on once


@dataclass(frozen=True)
class Held:
    """A meeting as it is recorded."""

    kind: str
    title: str
    held_on: date
    chair: str
    chair_post: str
    attendance: Mapping[UUID, str]
    agreed: Sequence[Agreed] = ()
    summary: str = ""
    excess_reason: str = ""
    own_kind: str = ""
    chair_basis: str = ""
    departure_reason: str = ""


@command("meeting.record")
def record_meeting(seat: Seat, held: Held, on: date) -> Meeting:
    """The meeting is on record with its attendance and agreed items.

    Refused: a day to come; nobody signed in; what the charter of that day does not know of (checks.py).
    Source: seed 四(二), 四(三); dossier 1.4 R2, R3.
    """
    row = Meeting(**{name: getattr(held, name).strip() for name in WORDS}, held_on=held.held_on, state="held")
    check_held(seat, row, held.attendance, on)
    row.charter_id = version_on(seat.session, held.held_on)
    seat.session.add(row)
    seat.session.flush()
    seat.session.add_all(
        Attendance(meeting_id=row.id, unit_id=unit_named(seat.session, unit).id, mode=mode)
        for unit, mode in held.attendance.items()
    )
    for item in held.agreed:
        add_item(seat, row, item)
    note(seat, f"meeting:{row.id}", kind=held.kind, held_on=held.held_on, title=row.title)
    return row


WORDS = (
    "kind",
    "own_kind",
    "title",
    "chair",
    "chair_post",
    "chair_basis",
    "summary",
    "excess_reason",
    "departure_reason",
)


def add_item(seat: Seat, row: Meeting, item: Agreed) -> Resolution:
    """The meeting agreed on this too."""
    _check_item(row, item)
    found = Resolution(
        id=item.id or uuid7(),
        meeting_id=row.id,
        agenda_item_id=item.agenda_item_id,
        kind=item.kind,
        text=item.text.strip(),
        lead_unit_id=unit_named(seat.session, item.lead_unit_id).id if item.lead_unit_id else None,
        due=item.due,
        deliverable=item.deliverable.strip(),
    )
    seat.session.add(found)
    seat.session.flush()
    _cooperate(seat, found, item.cooperating)
    return found


def _check_item(row: Meeting, item: Agreed) -> None:
    """What is to be done says who leads and by when. Source: dossier 2.2 (会议纪要：事项—牵头—配合—时限—成果形式)."""
    if not item.text.strip():
        raise Refused("请填写议定事项。", en="Say what was agreed.", field="text")
    if item.kind == "action" and item.lead_unit_id is None:
        raise Refused("须办结的事项请选择牵头单位。", en="Say who leads.", source=FOLLOWED, field="lead_unit_id")
    if item.kind == "action" and item.due is None:
        raise Refused("须办结的事项请填写办理时限。", en="Say by when.", source=FOLLOWED, field="due")
    if item.due is not None and item.due < row.held_on:
        raise Refused("办理时限不能早于会议召开日。", en="It cannot be due before the meeting was held.", field="due")
    if item.lead_unit_id in item.cooperating:
        raise Refused(
            "牵头单位不必再列为配合单位。", en="The lead unit is not also a cooperating one.", field="cooperating"
        )


FOLLOWED = "会议纪要：事项、牵头、配合、时限、成果形式"


def _cooperate(seat: Seat, row: Resolution, unit_ids: Sequence[UUID]) -> None:
    seat.session.execute(delete(ResolutionUnit).where(ResolutionUnit.resolution_id == row.id))
    seat.session.add_all(
        ResolutionUnit(resolution_id=row.id, unit_id=unit_named(seat.session, unit_id).id)
        for unit_id in dict.fromkeys(unit_ids)
    )


@command("meeting.record")
def add_resolution(seat: Seat, meeting_id: UUID, item: Agreed) -> Resolution:
    """An agreed item is added while the meeting sits, or afterwards until the minutes are signed."""
    row = _open_record(seat, meeting_id)
    found = add_item(seat, row, item)
    note(seat, f"meeting:{row.id}", resolution=found.id, text=item.text)
    return found


@command("meeting.record")
def revise_resolution(seat: Seat, resolution_id: UUID, item: Agreed) -> Resolution:
    """The agreed item reads so, until the minutes are signed."""
    found = resolution(seat.session, resolution_id)
    row = _open_record(seat, found.meeting_id)
    _check_item(row, item)
    before = {name: getattr(found, name) for name in ITEM}
    if item.lead_unit_id is not None:
        unit_named(seat.session, item.lead_unit_id)
    for name in ITEM:
        setattr(found, name, getattr(item, name))
    _cooperate(seat, found, item.cooperating)
    note(seat, f"resolution:{found.id}", before=before, after={name: getattr(found, name) for name in ITEM})
    return found


ITEM = ("agenda_item_id", "kind", "text", "lead_unit_id", "due", "deliverable")


@command("meeting.record")
def strike_resolution(seat: Seat, resolution_id: UUID, *, at: UUID | None = None) -> Meeting:
    """The item was not agreed after all; the audit line keeps its words."""
    found = resolution(seat.session, resolution_id, at)
    row = _open_record(seat, found.meeting_id)
    _cooperate(seat, found, ())
    seat.session.delete(found)
    note(seat, f"resolution:{found.id}", before={name: getattr(found, name) for name in ITEM}, after=None)
    return row


def _open_record(seat: Seat, meeting_id: UUID) -> Meeting:
    """The meeting, held until commit: it sits or was held, and its minutes are not signed."""
    row = held_meeting(seat.session, meeting_id)
    if row.state not in ("in_session", "held"):
        raise Conflict("会议尚未召开，不能登记议定事项。", en="The meeting has not begun.")
    _refuse_signed(row)
    return row


def _refuse_signed(row: Meeting) -> None:
    if row.minutes_signed_on:
        raise Conflict("纪要已签发，议定事项已锁定，修改须用更正件。", en="The minutes are signed and locked.")


@command("task.confirm_resolution")
def confirm_resolution(seat: Seat, resolution_id: UUID, on: date, *, at: UUID | None = None) -> Resolution:
    """The agreed item is done; only those of signed minutes are followed, and a task's by the task. Source: dossier 6-8."""
    row = resolution(seat.session, resolution_id, at)
    if meeting(seat.session, row.meeting_id).minutes_signed_on is None:
        raise Refused("纪要签发后方可确认办结。", en="The minutes are not signed yet.", source="制度四(二)")
    if row.task_id and task(seat.session, row.task_id).state not in OUTSIDE_THE_PLAN:
        raise Conflict(
            "该事项已转为任务，随任务销号办结。",
            en="It has become a task, and is done when that is closed out.",
            source="议定事项落实率口径",
        )
    if row.done_on is not None:
        raise Conflict(f"该事项已于{row.done_on}确认办结。", en=f"It was confirmed as done on {row.done_on}.")
    row.done_on = on
    note(seat, f"resolution:{row.id}", done_on=on)
    return row


@command("meeting.record")
def hand_over(seat: Seat, resolution_id: UUID, *, unit_id: UUID, on: date) -> Resolution:
    """The unit that follows sees to what was agreed; the minutes stay as they were signed. Source: dossier 2.3."""
    row = resolution(seat.session, resolution_id)
    if row.done_on is not None:
        raise Conflict("该议定事项已办结，不再移交。", en="It is done already.")
    if unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("承接单位须是现任成员单位。", en="The unit that follows is a member unit.", field="unit_id")
    before, row.lead_unit_id = row.lead_unit_id, unit_id
    note(seat, f"resolution:{row.id}", before={"lead_unit_id": before}, after={"lead_unit_id": unit_id})
    return row

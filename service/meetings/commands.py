"""Writing: the office records a meeting that was held, its minutes are signed, its agreed items are seen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from uuid_utils.compat import uuid7

from config.labels import label
from service.charter.queries import in_force, unit_named, units, version_on
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.checks import check_held
from service.meetings.models import Attendance, Countersignature, Meeting, Resolution, ResolutionUnit
from service.meetings.queries import (
    countersignature,
    countersigners,
    countersigning,
    held_meeting,
    meeting,
    resolution,
)
from service.meetings.rules import AMEND, SEATS, signer
from tenants.errors import Conflict, Forbidden, Refused


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
    for name in ITEM:
        setattr(found, name, getattr(item, name))
    _cooperate(seat, found, item.cooperating)
    note(seat, f"resolution:{found.id}", before=before, after={name: getattr(found, name) for name in ITEM})
    return found


ITEM = ("agenda_item_id", "kind", "text", "lead_unit_id", "due", "deliverable")


@command("meeting.record")
def strike_resolution(seat: Seat, resolution_id: UUID) -> Meeting:
    """The item was not agreed after all; the audit line keeps its words."""
    found = resolution(seat.session, resolution_id)
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


@command("minutes.draft")
def send_minutes(seat: Seat, meeting_id: UUID, on: date) -> Meeting:
    """The minutes lie before the units that attended, to be countersigned. Source: dossier 2.1, 2.2 (会签)."""
    row = meeting(seat.session, meeting_id)
    _refuse_signed(row)
    if not _rules(seat, row)["minutes_countersign"]:
        raise Refused("按本级制度，纪要不须会签。", en="The charter asks for no countersignature.", source="制度四(二)")
    if row.minutes_sent_on:
        raise Conflict(f"纪要已于{row.minutes_sent_on}送会签。", en=f"They were sent on {row.minutes_sent_on}.")
    row.minutes_sent_on = on
    note(seat, f"meeting:{row.id}", sent_on=on)
    return row


@command("minutes.check")
def countersign(seat: Seat, meeting_id: UUID, unit_id: UUID, *, opinion: str, text: str = "", on: date) -> Meeting:
    """The unit agrees to the minutes, or says what should be amended; it may come back to it until they are signed.

    Refused: for another's unit, for a unit that did not attend, an amendment without words.
    Source: dossier 1.6 (签发纪要：核对), 2.1.
    """
    row = meeting(seat.session, meeting_id)
    _refuse_signed(row)
    if row.minutes_sent_on is None:
        raise Refused("纪要尚未送会签。", en="The minutes were not sent to be countersigned yet.", source="制度四(二)")
    if not seat.sits_for(unit_id, "minutes.check"):
        raise Forbidden("只能代表本单位会签。", en="One countersigns for one's own unit.", source="制度四(二)")
    if unit_id not in countersigners(seat.session, row.id):
        raise Refused("该单位未到会，不须会签。", en="The unit did not attend.", source="制度四(二)", field="unit_id")
    if opinion == AMEND and not text.strip():
        raise Refused("请写明修改意见。", en="Say what should be amended.", field="text")
    said = countersignature(seat.session, row.id, unit_id) or Countersignature(meeting_id=row.id, unit_id=unit_id)
    said.opinion, said.text, said.said_by, said.said_on = opinion, text.strip(), seat.name, on
    seat.session.add(said)
    note(seat, f"meeting:{row.id}", unit=unit_id, opinion=opinion)
    return row


@command("minutes.sign")
def sign_minutes(seat: Seat, meeting_id: UUID, on: date) -> Meeting:
    """The minutes are signed by whom the charter says; their agreed items count from now on.

    Refused: where units countersign, before they all have. Source: dossier 1.4 R2, 1.6 (签发纪要), 2.1, 6-8.
    """
    row = meeting(seat.session, meeting_id)
    charter = _rules(seat, row)
    _refuse_other_signer(seat, signer(row.kind, charter))
    _refuse_signed(row)
    if charter["minutes_countersign"]:
        _refuse_uncountersigned(seat, row, on)
    if row.state != "held":
        raise Conflict("会议尚未结束，不能签发纪要。", en="The meeting was not held yet.", source="制度四(二)")
    row.minutes_signed_on = on
    note(seat, f"meeting:{row.id}", signed_on=on)
    return row


def _rules(seat: Seat, row: Meeting) -> Mapping[str, Any]:
    """The rules in force on the day of the meeting: it keeps those it was held under."""
    return in_force(seat.session, row.held_on).rules


def _refuse_other_signer(seat: Seat, post: str) -> None:
    if not seat.console and SEATS[post] not in seat.roles:
        raise Forbidden(
            f"按本级制度，该会议的纪要由{label('role', post)}签发。",
            en=f"By the charter these minutes are signed by the {label('role', post, 'en').lower()}.",
            source="制度四(二)",
        )


def _refuse_uncountersigned(seat: Seat, row: Meeting, on: date) -> None:
    if row.minutes_sent_on is None:
        raise Conflict(
            "按本级制度，纪要签发前须经到会单位会签，请先送会签。",
            en="The units that attended countersign first: send them the minutes.",
            source="制度四(二)",
        )
    open_ones = [line for line in countersigning(seat.session, row, on) if line.standing in ("waiting", AMEND)]
    if open_ones:
        names = "、".join(line.unit.name for line in open_ones)
        raise Conflict(
            f"{names}尚未会签同意，不能签发。",
            en=f"{len(open_ones)} units have not agreed to the minutes yet.",
            source="制度四(二)",
        )


@command("task.confirm_resolution")
def confirm_resolution(seat: Seat, resolution_id: UUID, on: date) -> Resolution:
    """The agreed item is done; only those of signed minutes are followed. Source: dossier 6-8."""
    row = resolution(seat.session, resolution_id)
    if meeting(seat.session, row.meeting_id).minutes_signed_on is None:
        raise Refused("纪要签发后方可确认办结。", en="The minutes are not signed yet.", source="制度四(二)")
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

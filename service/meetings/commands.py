"""Writing: the office records a meeting that was held, its minutes are signed, its agreed items are seen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.labels import label
from service.charter.queries import plenary_bounds, unit_named, units, version_on
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.queries import chair_posts, held_in, meeting, resolution
from service.meetings.rules import ATTENDED
from tenants.errors import Conflict, Refused


@dataclass(frozen=True)
class Agreed:
    """An agreed item as it is recorded."""

    text: str
    lead_unit_id: UUID
    due: date
    informational: bool = False


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


@command("meeting.record")
def record_meeting(seat: Seat, held: Held, on: date) -> Meeting:
    """The meeting is on record with its attendance and agreed items.

    Refused: a day to come; nobody signed in; one plenary more than the charter's maximum without a reason.
    Source: seed 四(二); dossier 1.4 R2.
    """
    _check(seat, held, on)
    row = Meeting(
        kind=held.kind,
        title=held.title.strip(),
        held_on=held.held_on,
        charter_id=version_on(seat.session, held.held_on),
        chair=held.chair.strip(),
        chair_post=held.chair_post,
        summary=held.summary,
        excess_reason=held.excess_reason,
    )
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


def _check(seat: Seat, held: Held, on: date) -> None:
    if held.held_on > on:
        raise Refused("会议尚未召开，不能登记。", en="A meeting is recorded after it was held.", field="held_on")
    if not held.title.strip() or not held.chair.strip():
        raise Refused("请填写会议名称和主持人。", en="A meeting has a title and a chair.", field="title")
    if not any(mode in ATTENDED for mode in held.attendance.values()):
        raise Refused("会议须有签到单位。", en="Somebody signed in.", source="会议召开达标口径", field="attendance")
    _check_chair(seat, held)
    _check_table(seat, held)
    _check_number(seat, held)


def _check_chair(seat: Seat, held: Held) -> None:
    posts = chair_posts(seat.session, held.kind, held.held_on)
    if held.chair_post not in posts:
        article = "制度四(二)" if held.kind == "plenary" else "制度四(三)"
        named = "、".join(label("chair_post", post, "zh") for post in posts)
        raise Refused(
            f"按本级制度，该类会议由{named}主持。",
            en=f"By the charter such a meeting is chaired by: {', '.join(posts)}.",
            source=article,
            field="chair_post",
        )


def _check_table(seat: Seat, held: Held) -> None:
    """Only who sat at the table that day can have been there."""
    strangers = set(held.attendance) - {unit.id for unit in units(seat.session, held.held_on)}
    for unit_id in strangers:
        name = unit_named(seat.session, unit_id).name
        raise Refused(
            f"{name}在{held.held_on.isoformat()}不是成员单位，不能登记到会。",
            en=f"{name} was no member unit on {held.held_on}.",
            source="制度二：成员单位",
            field="attendance",
        )


def _check_number(seat: Seat, held: Held) -> None:
    if held.kind != "plenary" or held.excess_reason.strip():
        return
    most = plenary_bounds(seat.session, held.held_on)[1]
    if held_in(seat.session, "plenary", held.held_on.year) >= most:
        raise Refused(
            f"本年全体会议已达制度规定的上限{most}次，请填写增开理由。",
            en=f"The charter allows {most} plenaries a year; say why there is one more.",
            source="制度四(二)",
            field="excess_reason",
        )


def add_item(seat: Seat, row: Meeting, item: Agreed) -> None:
    """The meeting agreed on this too."""
    if not item.text.strip():
        raise Refused("请填写议定事项。", en="Say what was agreed.", field="text")
    if item.due < row.held_on:
        raise Refused("办理时限不能早于会议召开日。", en="It cannot be due before the meeting was held.", field="due")
    seat.session.add(
        Resolution(
            meeting_id=row.id,
            text=item.text.strip(),
            lead_unit_id=unit_named(seat.session, item.lead_unit_id).id,
            due=item.due,
            informational=item.informational,
        )
    )


@command("meeting.record")
def add_resolution(seat: Seat, meeting_id: UUID, item: Agreed) -> Meeting:
    """An agreed item is added while the minutes are not signed."""
    row = meeting(seat.session, meeting_id)
    _refuse_signed(row)
    add_item(seat, row, item)
    note(seat, f"meeting:{row.id}", text=item.text)
    return row


def _refuse_signed(row: Meeting) -> None:
    if row.minutes_signed_on:
        raise Conflict("纪要已签发，议定事项已锁定，修改须用更正件。", en="The minutes are signed and locked.")


@command("minutes.sign")
def sign_minutes(seat: Seat, meeting_id: UUID, on: date) -> Meeting:
    """The minutes are signed; their agreed items count from now on. A plenary's are the convener's to sign.

    Source: dossier 1.4 R2, 1.6 (签发纪要), 6-8.
    """
    row = meeting(seat.session, meeting_id)
    if row.kind == "plenary":
        seat.require("meeting.convene_plenary")
    _refuse_signed(row)
    row.minutes_signed_on = on
    note(seat, f"meeting:{row.id}", signed_on=on)
    return row


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

"""Writing items: units propose, the office takes them up or returns them with a reason. Only the office arranges agendas.

Source: seed 三 (由办公室汇总后提交联席会议审议), 四(二); dossier 1.6 提交议题, 2.2 (议题征集).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from service.agendas.models import AgendaItem
from service.agendas.queries import agenda, call_of, held_item
from service.agendas.rules import (
    ACCEPTED,
    ARRANGED,
    ITEM,
    KINDS,
    PRACTICE,
    PROPOSED,
    VIA_OFFICE,
    ItemText,
    call_deadline,
    check_kind,
)
from service.agendas.snapshots import changed
from service.calendar.queries import workdays
from service.charter.queries import in_force, rule, units
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import held_meeting, meeting
from tenants.errors import Conflict, Forbidden, Refused

WORDS = ("title", "kind", "minutes", "presenter", "grounds")


@command("agenda.submit")
def propose(seat: Seat, words: ItemText, *, unit_id: UUID, for_meeting_id: UUID | None = None, on: date) -> AgendaItem:
    """The unit's item lies before the office; one for a meeting that came after its deadline is marked late.

    Refused: no kind; a unit that the seat does not speak for; a meeting whose agenda is closed.
    """
    refuse_after(seat.session, on)
    _check_speaks(seat, unit_id, on)
    row = AgendaItem(unit_id=unit_id, for_meeting_id=for_meeting_id, origin="unit", proposed_by=seat.name)
    row.proposed_on, row.state = on, PROPOSED
    if for_meeting_id is not None:
        wanted = arranged_meeting(seat, for_meeting_id, "for_meeting_id")
        row.late = _is_late(seat, row, wanted)
    _word(seat, row, words, on)
    seat.session.add(row)
    seat.session.flush()
    _at_once(seat, row, on)
    note(seat, f"agenda_item:{row.id}", after=line(row))
    return row


def _check_speaks(seat: Seat, unit_id: UUID, on: date) -> None:
    if unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("请从成员单位中选择。", en="Choose one of the member units.", field="unit_id", source=VIA_OFFICE)
    if not seat.sits_for(unit_id, "agenda.submit"):
        raise Forbidden(
            "您不能代表该单位报送议题，请由该单位的成员代表或联络员报送。",
            en="You do not speak for that unit.",
            source="角色与权限矩阵：提交议题",
        )


def _at_once(seat: Seat, row: AgendaItem, on: date) -> None:
    """Where the charter does not ask the office first, a proposal for a meeting is on its agenda. Source: seed 三."""
    if row.for_meeting_id is not None and not rule(seat.session, "submission_via_office", on):
        row.state = ACCEPTED
        place(seat, row, arranged_meeting(seat, row.for_meeting_id))


def _word(seat: Seat, row: AgendaItem, words: ItemText, on: date) -> None:
    """The item bears these words. Source: dossier 1.4 R2 (每个议题必选类型)."""
    if not words.title.strip():
        raise Refused("请填写议题名称。", en="Give the item a title.", field="title", source=PRACTICE)
    if words.minutes is not None and not 1 <= words.minutes <= 480:
        raise Refused("时长应为1至480分钟。", en="An item takes 1 to 480 minutes.", field="minutes", source=PRACTICE)
    check_kind(words.kind, kinds_for(seat, row.meeting_id or row.for_meeting_id, on))
    for name in WORDS:
        value = getattr(words, name)
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def kinds_for(seat: Seat, meeting_id: UUID | None, on: date) -> tuple[str, ...]:
    """The kinds an item may have: for a plenary those that the charter of its day names. Source: seed 四(二)."""
    found = meeting(seat.session, meeting_id) if meeting_id else None
    if found is not None and found.kind != "plenary":
        return KINDS
    return tuple(in_force(seat.session, found.held_on if found else on).rules["plenary_agenda_types"])


def arranged_meeting(seat: Seat, meeting_id: UUID, field: str = "meeting_id") -> Meeting:
    """The meeting, held until commit, its agenda still open to change; else refused."""
    row = held_meeting(seat.session, meeting_id)
    if row.state not in ARRANGED:
        raise Refused(
            "该会议已结束或已取消，议程不能再改动，请另选会议。",
            en="That meeting is over or called off; its agenda is closed.",
            field=field,
            source=PRACTICE,
        )
    return row


def _is_late(seat: Seat, row: AgendaItem, wanted: Meeting) -> bool:
    """After the day the call named; without a call, after the day of the month that the charter fixes."""
    call = call_of(seat.session, wanted.id)
    if call is not None:
        return row.proposed_on > call.due
    due = call_deadline(in_force(seat.session, wanted.held_on).rules, wanted.held_on, workdays(seat.session))
    return due is not None and due.rule == "agenda_day_of_prev_month" and row.proposed_on > due.day


def line(row: AgendaItem) -> dict[str, Any]:
    """What the record says of the item."""
    names = (*WORDS, "state", "reason", "late", "meeting_id", "for_meeting_id", "position")
    return {name: getattr(row, name) for name in names}


def own_item(seat: Seat, item_id: UUID) -> AgendaItem:
    """The item, held until commit, for who speaks for the unit that proposed it."""
    row = held_item(seat.session, item_id)
    if row.unit_id is None or not seat.sits_for(row.unit_id, "agenda.submit"):
        raise Forbidden(
            "只有提出单位可以办理，请由该单位的成员代表或联络员操作。",
            en="Only the unit that proposed it may do this.",
            source="角色与权限矩阵：提交议题",
        )
    return row


@command("agenda.submit")
def amend(seat: Seat, item_id: UUID, words: ItemText, *, on: date) -> AgendaItem:
    """The unit's item has these words and lies before the office again; when it first came stays as it was."""
    row = own_item(seat, item_id)
    before = line(row)
    row.state = ITEM.step(row.state, "amend")
    _word(seat, row, words, on)
    note(seat, f"agenda_item:{row.id}", before=before, after=line(row))
    return row


@command("agenda.submit")
def withdraw(seat: Seat, item_id: UUID, *, reason: str = "", on: date) -> AgendaItem:
    """The unit has withdrawn its item, which stays on record."""
    row = own_item(seat, item_id)
    row.state, row.reason = ITEM.step(row.state, "withdraw"), reason.strip()
    note(seat, f"agenda_item:{row.id}", withdrawn_on=on, reason=row.reason)
    return row


@command("meeting.prepare")
def accept(seat: Seat, item_id: UUID, *, meeting_id: UUID | None = None, on: date) -> AgendaItem:
    """The office has taken the item up: into the backlog, or onto that meeting's agenda at once."""
    row = held_item(seat.session, item_id, meeting_id)
    row.state, row.reason = ITEM.step(row.state, "accept"), ""
    note(seat, f"agenda_item:{row.id}", accepted_on=on, meeting_id=meeting_id)
    if meeting_id is not None:
        place(seat, row, arranged_meeting(seat, meeting_id))
    return row


@command("meeting.prepare")
def return_item(seat: Seat, item_id: UUID, *, reason: str, on: date) -> AgendaItem:
    """The item is with its proposer again, with the reason. Refused: one that is on an agenda or was concluded."""
    row = held_item(seat.session, item_id)
    if not reason.strip():
        raise Refused("请填写退回理由，以便提出单位修改。", en="Say why.", field="reason", source=VIA_OFFICE)
    if row.meeting_id is not None or row.outcome is not None:
        raise Conflict(
            "议题已列入议程或已有结论，不能退回；可先移出议程。", en="It is on an agenda.", source=VIA_OFFICE
        )
    row.state, row.reason = ITEM.step(row.state, "return"), reason.strip()
    note(seat, f"agenda_item:{row.id}", returned_on=on, reason=row.reason)
    return row


@command("meeting.prepare")
def add_item(
    seat: Seat,
    words: ItemText,
    *,
    meeting_id: UUID | None = None,
    unit_id: UUID | None = None,
    origin: str = "office",
    on: date,
) -> AgendaItem:
    """The office has an item of its own, or one that another room hands it (`origin`), in the backlog or on an agenda.

    `unit_id` is the unit that reports on it (汇报单位); it may read and bring the papers.
    """
    refuse_after(seat.session, on)
    row = AgendaItem(unit_id=unit_id, origin=origin, proposed_by=seat.name, proposed_on=on, state=ACCEPTED)
    row.for_meeting_id = meeting_id
    if unit_id is not None and unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("请从成员单位中选择。", en="Choose one of the member units.", field="unit_id", source=VIA_OFFICE)
    _word(seat, row, words, on)
    seat.session.add(row)
    seat.session.flush()
    if meeting_id is not None:
        place(seat, row, arranged_meeting(seat, meeting_id))
    note(seat, f"agenda_item:{row.id}", after=line(row))
    return row


@command("meeting.prepare")
def revise_item(seat: Seat, item_id: UUID, words: ItemText, *, on: date) -> AgendaItem:
    """The office's wording stands: its own item's, or a proposal's that it brings into shape. Not once concluded."""
    row = held_item(seat.session, item_id)
    ITEM.step(row.state, "revise")
    check_unconcluded(row)
    before = line(row)
    _word(seat, row, words, on)
    note(seat, f"agenda_item:{row.id}", before=before, after=line(row))
    if row.meeting_id is not None:
        changed(seat, arranged_meeting(seat, row.meeting_id), f"修改议题“{row.title}”")
    return row


def check_unconcluded(row: AgendaItem) -> None:
    """What the meeting has said its word on is not changed any more."""
    if row.outcome is not None:
        raise Conflict("议题已有审议结论，不能再改动。", en="The meeting has concluded this item.", source=PRACTICE)


def place(seat: Seat, row: AgendaItem, wanted: Meeting) -> None:
    """A step: the item is the last on the meeting's agenda; whether it came late is by that meeting's deadline."""
    ITEM.step(row.state, "put")
    check_unconcluded(row)
    if row.meeting_id == wanted.id:
        raise Conflict("该议题已在此次会议的议程上。", en="It is on this agenda already.", source=PRACTICE)
    check_kind(row.kind, kinds_for(seat, wanted.id, wanted.held_on))
    there = agenda(seat.session, wanted.id)
    row.meeting_id, row.position = wanted.id, there[-1].position + 1 if there else 1
    if row.origin == "unit":
        row.late = _is_late(seat, row, wanted)
    changed(seat, wanted, f"增加议题“{row.title}”")

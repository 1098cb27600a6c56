"""What a meeting says of an item, where it goes from there, and what comes back.

The outcome always returns to whoever raised the item: a later meeting's (carried over) or others' (forwarded) too.
Source: seed 四(二), 四(六); dossier 1.2 (议决方式), 2.2.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from service.agendas.commands import arranged_meeting, line, place
from service.agendas.models import AgendaItem, AgendaPaper, AgendaPaperUnit, AgendaPaperVersion, ItemForward
from service.agendas.queries import OFFICE_READS, forward, forwards, held_item, papers, units_present
from service.agendas.rules import (
    ACCEPTED,
    AGAIN,
    CONCLUDING,
    ITEM,
    MODE_SOURCE,
    PRACTICE,
    VIA_OFFICE,
    Votes,
    check_conclusion,
)
from service.charter.queries import rule, unit_named
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import held_meeting
from tenants.errors import Conflict, Forbidden, Missing, Refused


@command("meeting.record")
def conclude(
    seat: Seat,
    item_id: UUID,
    *,
    outcome: str,
    text: str = "",
    votes_for: int | None = None,
    votes_against: int | None = None,
    votes_abstained: int | None = None,
    at: UUID | None = None,
    on: date,
) -> AgendaItem:
    """The meeting has said its word on the item, as its charter lets it decide; said again while the minutes are open.

    `at` names a meeting: then only an item on its agenda.
    Refused: before the meeting sits, or once the minutes are signed; by consensus over an objection; by majority
    without more than half of the units present. Source: dossier 1.2 (议决方式).
    """
    row = held_item(seat.session, item_id)
    if at not in (None, row.meeting_id):
        raise Missing()
    ITEM.step(row.state, "conclude")
    sitting = _sitting(seat, row)
    votes = Votes(votes_for, votes_against, votes_abstained)
    mode = rule(seat.session, "decision_mode", sitting.held_on)
    check_conclusion(mode, outcome, text, votes, units_present(seat.session, sitting.id))
    if row.carried_to_id is not None and outcome != AGAIN:
        raise Conflict(
            "该议题已转入另一次会议，结论只能是再议。", en="It was carried to another meeting.", source=PRACTICE
        )
    before = _said(row)
    row.outcome, row.outcome_text, row.concluded_at = outcome, text.strip(), datetime.now(UTC)
    row.votes_for, row.votes_against, row.votes_abstained = votes_for, votes_against, votes_abstained
    note(seat, f"agenda_item:{row.id}", before=before, after=_said(row), on=on)
    return row


def _sitting(seat: Seat, row: AgendaItem) -> Meeting:
    """The meeting that has the item before it, held until commit."""
    found = held_meeting(seat.session, row.meeting_id) if row.meeting_id else None
    if found is None or found.state not in CONCLUDING:
        raise Conflict("会议召开后才能记录审议结论。", en="The meeting does not sit yet.", source=MODE_SOURCE)
    if found.minutes_signed_on is not None:
        raise Conflict(
            "纪要已签发，审议结论不能再改。", en="The minutes are signed.", source="制度四(二)：纪要签发后锁定"
        )
    return found


def _said(row: AgendaItem) -> dict[str, object]:
    names = ("outcome", "outcome_text", "votes_for", "votes_against", "votes_abstained")
    return {name: getattr(row, name) for name in names}


@command("meeting.record")
def carry(seat: Seat, item_id: UUID, *, meeting_id: UUID | None = None, on: date) -> AgendaItem:
    """The item is taken up again, on that meeting's agenda or in the backlog, with its papers; the two know each other.

    Refused: what was decided; what its meeting can still reach. Source: dossier 1.4 R6 (再议).
    """
    row = held_item(seat.session, item_id, meeting_id)
    ITEM.step(row.state, "carry")
    _check_left_open(seat, row)
    again = AgendaItem(unit_id=row.unit_id, origin="carried", proposed_by=seat.name, proposed_on=on, state=ACCEPTED)
    for name in ("title", "kind", "minutes", "presenter", "grounds"):
        setattr(again, name, getattr(row, name))
    seat.session.add(again)
    seat.session.flush()
    row.carried_to_id = again.id
    _carry_papers(seat, row, again)
    if meeting_id is not None:
        place(seat, again, arranged_meeting(seat, meeting_id))
    note(seat, f"agenda_item:{row.id}", carried_to=again.id, after=line(again))
    return again


def _check_left_open(seat: Seat, row: AgendaItem) -> None:
    if row.carried_to_id is not None:
        raise Conflict("该议题已转入另一次会议。", en="It was carried over already.", source=PRACTICE)
    over = row.meeting_id is not None and held_meeting(seat.session, row.meeting_id).state in ("held", "cancelled")
    if row.outcome != AGAIN and not (over and row.outcome is None):
        raise Conflict(
            "结论为“再议”的，或会议结束时未审议的议题，才能转入另一次会议。",
            en="Only what is to be taken up again, or was not reached, is carried over.",
            source=PRACTICE,
        )


def _carry_papers(seat: Seat, row: AgendaItem, again: AgendaItem) -> None:
    """The newest version of each paper is the successor's first."""
    for paper in papers(seat.session, [row.id])[row.id]:
        copy = AgendaPaper(item_id=again.id, title=paper.row.title, access=paper.row.access)
        seat.session.add(copy)
        seat.session.flush()
        seat.session.add(AgendaPaperVersion(paper_id=copy.id, number=1, file_id=paper.latest.file.id))
        seat.session.add_all(AgendaPaperUnit(paper_id=copy.id, unit_id=unit_id) for unit_id in sorted(paper.units))


@command("meeting.record")
def send_on(
    seat: Seat,
    item_id: UUID,
    *,
    forwarded_to: str = "",
    unit_id: UUID | None = None,
    request: str = "",
    due: date | None = None,
    on: date,
) -> ItemForward:
    """Others deal with the item, and what they make of it is awaited: a member unit says so itself, others by the office."""
    row = held_item(seat.session, item_id)
    ITEM.step(row.state, "forward")
    name = unit_named(seat.session, unit_id).name if unit_id else forwarded_to.strip()
    if not name:
        raise Refused("请填写转交给谁，或选择成员单位。", en="Say to whom.", field="forwarded_to", source=VIA_OFFICE)
    if due is not None and due < on:
        raise Refused("反馈时限不能早于今天。", en="The day is over.", field="due", source=VIA_OFFICE)
    if any(sent.returned_on is None for sent in forwards(seat.session, [row.id]).get(row.id, [])):
        raise Conflict("该议题正由他处办理，尚未反馈结果。", en="It is with others already.", source=VIA_OFFICE)
    sent = ItemForward(item_id=row.id, forwarded_to=name, unit_id=unit_id, request=request.strip(), due=due)
    sent.forwarded_on, sent.forwarded_by = on, seat.name
    seat.session.add(sent)
    seat.session.flush()
    note(seat, f"agenda_item:{row.id}", forwarded_to=name, due=due)
    return sent


@command("agenda.submit")
def report_back(seat: Seat, forward_id: UUID, *, outcome: str, at: UUID | None = None, on: date) -> ItemForward:
    """What came of the item where it was sent is known here: by that unit itself, or by the office for anybody."""
    sent = forward(seat.session, forward_id, at, hold=True)
    theirs = sent.unit_id is not None and seat.sits_for(sent.unit_id, "agenda.submit")
    if not (theirs or seat.may(OFFICE_READS)):
        raise Forbidden(
            "只有承办单位或办公室可以填写办理结果。", en="Only who deals with it says so.", source=VIA_OFFICE
        )
    if not outcome.strip():
        raise Refused("请填写办理结果。", en="Say what came of it.", field="outcome", source=VIA_OFFICE)
    if sent.returned_on is not None:
        raise Conflict("办理结果已经反馈。", en="The outcome is known already.", source=VIA_OFFICE)
    sent.outcome, sent.returned_on, sent.returned_by = outcome.strip(), on, seat.name
    note(seat, f"agenda_item:{sent.item_id}", returned_from=sent.forwarded_to, outcome=sent.outcome)
    return sent

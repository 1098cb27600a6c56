"""Writing: a unit proposes a special meeting, the office answers, the unit reads the answer.

Source: seed 四(三); dossier 1.6 (召开/主持专题会议：提议).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from service.charter.queries import in_force, unit_named, units
from service.invitations import rules
from service.invitations.models import ConveningProposal, ConveningProposalUnit
from service.invitations.queries import held_proposal, proposal_units
from service.invitations.rules import BASIS, PROPOSAL
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.convening import Convocation, prepare
from service.meetings.models import Meeting
from tenants.errors import Conflict, Forbidden, Refused


@command("meeting.propose")
def propose(
    seat: Seat, *, unit_id: UUID, topic: str, reason: str, units_concerned: Sequence[UUID] = (), on: date
) -> ConveningProposal:
    """The unit's proposal lies before the office. Refused: another's unit; a charter that knows no such meeting.

    Source: seed 四(三) (各成员单位提出的专项工作); dossier 1.6.
    """
    if not seat.sits_for(unit_id, "meeting.propose"):
        raise Forbidden("只能代表本单位提议。", en="One proposes for one's own unit.", source="制度四(三)")
    rules.check_may_propose(in_force(seat.session, on).rules)
    rules.check_proposal(topic, reason)
    row = ConveningProposal(
        unit_id=unit_named(seat.session, unit_id).id,
        topic=topic.strip(),
        reason=reason.strip(),
        proposed_by=seat.name,
        proposed_on=on,
        state="submitted",
    )
    seat.session.add(row)
    seat.session.flush()
    _concern(seat, row, units_concerned, on)
    note(seat, f"convening_proposal:{row.id}", topic=row.topic, unit=unit_id)
    return row


def _concern(seat: Seat, row: ConveningProposal, wanted: Sequence[UUID], on: date) -> None:
    """The proposing unit is concerned itself."""
    concerned = list(dict.fromkeys([row.unit_id, *wanted]))
    if set(concerned) - {unit.id for unit in units(seat.session, on)}:
        raise Refused("所选单位现在不是成员单位。", en="A unit named is no member now.", field="units_concerned")
    seat.session.add_all(ConveningProposalUnit(proposal_id=row.id, unit_id=unit_id) for unit_id in concerned)


@command("meeting.answer_proposal")
def accept(seat: Seat, proposal_id: UUID, *, title: str, held_on: date, answer: str = "", on: date) -> Meeting:
    """A special meeting is in preparation that rests on the proposal; the unit reads so. Source: seed 四(三)."""
    row = held_proposal(seat.session, proposal_id)
    row.state = PROPOSAL.step(row.state, "accept")
    named = unit_named(seat.session, row.unit_id).name
    basis = f"{named}{row.proposed_on.isoformat()}提议：{row.topic}"
    concerned = proposal_units(seat.session, row.id)
    made = prepare(
        seat,
        Convocation("special", title.strip() or row.topic, held_on, basis=BASIS, basis_text=basis, units=concerned),
        on,
    )
    row.meeting_id = made.id
    _answer(seat, row, answer, on)
    note(seat, f"convening_proposal:{row.id}", accepted=made.id)
    return made


@command("meeting.answer_proposal")
def decline(seat: Seat, proposal_id: UUID, *, answer: str, on: date) -> ConveningProposal:
    """The proposal is not followed, and the unit reads why."""
    row = held_proposal(seat.session, proposal_id)
    row.state = PROPOSAL.step(row.state, "decline")
    if not answer.strip():
        raise Refused("请填写不采纳的理由，供提议单位了解。", en="Say why, for the unit to read.", field="answer")
    _answer(seat, row, answer, on)
    note(seat, f"convening_proposal:{row.id}", declined=row.answer)
    return row


def _answer(seat: Seat, row: ConveningProposal, answer: str, on: date) -> None:
    row.answer, row.answered_by, row.answered_on = answer.strip(), seat.name, on


@command("meeting.propose")
def withdraw(seat: Seat, proposal_id: UUID, on: date) -> ConveningProposal:
    """The unit takes its proposal back, before it is answered."""
    row = _own_proposal(seat, proposal_id)
    row.state = PROPOSAL.step(row.state, "withdraw")
    note(seat, f"convening_proposal:{row.id}", withdrawn_on=on)
    return row


@command("meeting.propose")
def take_note(seat: Seat, proposal_id: UUID, on: date) -> ConveningProposal:
    """The unit has seen the answer: it waits for nobody any more."""
    row = _own_proposal(seat, proposal_id)
    if row.answered_on is None:
        raise Conflict("该提议尚未答复。", en="It is not answered yet.")
    row.noted_on = row.noted_on or on
    note(seat, f"convening_proposal:{row.id}", noted_on=row.noted_on)
    return row


def _own_proposal(seat: Seat, proposal_id: UUID) -> ConveningProposal:
    row = held_proposal(seat.session, proposal_id)
    if not seat.sits_for(row.unit_id, "meeting.propose"):
        raise Forbidden("只能办理本单位的提议。", en="It is another unit's proposal.", source="制度四(三)")
    return row

"""The office says what became of each opinion: taken up, in part, or not, and why."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.consultations.models import ConsultedPassage
from service.consultations.queries import asked_unit, held, passage, still_there
from service.consultations.rules import ARTICLE, CONSULTATION
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants.errors import Conflict, Missing, Refused


@command("consult.start")
def handle_opinion(
    seat: Seat, consultation_id: UUID, passage_id: UUID, *, outcome: str, outcome_reason: str = "", on: date
) -> ConsultedPassage:
    """The opinion summary says so; until the consultation is closed it may say otherwise. Source: dossier 2.2, 5.6."""
    row = held(seat.session, consultation_id)
    CONSULTATION.step(row.state, "handle")
    found = _held_passage(seat, row.id, passage_id)
    if outcome != "adopted" and not outcome_reason.strip():
        raise Refused(
            "部分采纳、不采纳的须说明理由。",
            en="What is not taken up, or only in part, needs a reason.",
            source=ARTICLE,
            field="outcome_reason",
        )
    found.outcome, found.outcome_reason = outcome, outcome_reason.strip()
    found.handled_by, found.handled_on = seat.name, on
    note(seat, f"consultation:{row.id}", passage=passage_id, outcome=outcome, reason=outcome_reason)
    return found


def _held_passage(seat: Seat, consultation_id: UUID, passage_id: UUID) -> ConsultedPassage:
    """The opinion, held with its unit's line: who replies for the unit meanwhile waits, or was first and took it away."""
    found, asked = passage(seat.session, passage_id)
    if asked.consultation_id != consultation_id:
        raise Missing()
    asked_unit(seat.session, consultation_id, asked.unit_id)
    seat.session.expire(found)
    if asked.removed_on is not None or not asked.confirmed or not still_there(seat.session, passage_id):
        raise Conflict(
            "该单位的反馈刚刚有变动，这条意见已不在其中，请重新打开意见汇总表后处理。",
            en="The reply has just changed: this opinion is no longer in it. Open the summary again.",
            source=ARTICLE,
        )
    return found

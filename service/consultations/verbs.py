"""What can be done to one consultation, as pages and API offer it. Declared once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from service.consultations import commands, ending, replying, schemas
from service.consultations.models import Consultation
from service.consultations.replying import Opinion
from service.consultations.rules import CONSULTATION, Passage
from service.kit.seat import Seat
from service.kit.verbs import Verb


def opinion_of(given: Mapping[str, Any]) -> Opinion:
    """The reply that a form or a program sent."""
    rows = [Passage(*(row[name].strip() for name in ("original", "suggested", "reason"))) for row in given["passages"]]
    return Opinion(given["answer"], given["text"], rows)


def reply(seat: Seat, consultation_id: UUID, *, unit_id: UUID, on: date, **given: Any) -> Consultation:
    """Reply for one's unit."""
    return replying.reply(seat, consultation_id, unit_id=unit_id, opinion=opinion_of(given), on=on)


def draft_reply(seat: Seat, consultation_id: UUID, *, unit_id: UUID, on: date, **given: Any) -> Consultation:
    """Prepare one's unit's reply."""
    return replying.draft_reply(seat, consultation_id, unit_id=unit_id, opinion=opinion_of(given), on=on)


def enter(
    seat: Seat, consultation_id: UUID, *, unit_id: UUID, paper_basis: str, on: date, **given: Any
) -> Consultation:
    """Enter what a unit said on paper."""
    opinion = opinion_of(given)
    return replying.enter_on_behalf(
        seat, consultation_id, unit_id=unit_id, opinion=opinion, paper_basis=paper_basis, on=on
    )


# By noun: the verb, and the step of the course that must be possible.
OFFICE: Mapping[str, tuple[Verb, str]] = {
    verb.noun: (verb, step)
    for verb, step in (
        (Verb("sending", schemas.SendingIn, commands.send_consultation), "send"),
        (Verb("added-units", schemas.AddedUnitIn, commands.add_unit), "change_units"),
        (Verb("removed-units", schemas.RemovedUnitIn, commands.remove_unit), "change_units"),
        (Verb("extension", schemas.ExtensionIn, commands.extend_deadline), "extend"),
        (Verb("reminders", schemas.ReminderIn, ending.remind), "remind"),
        (Verb("closing", schemas.ClosingIn, ending.close_consultation), "close"),
        (Verb("withdrawal", schemas.ReasonIn, ending.withdraw_consultation), "withdraw"),
    )
}
UNITS: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("delegations", schemas.UnitIn, replying.delegate_reply),
        Verb("confirmations", schemas.UnitIn, replying.confirm_entry),
    )
}
ANSWERING: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("replies", schemas.ReplyIn, reply),
        Verb("drafts", schemas.ReplyIn, draft_reply),
        Verb("entries", schemas.EntryIn, enter),
    )
}


def offered(seat: Seat, row: Consultation) -> set[str]:
    """The nouns that the office's seat can use on the consultation as it stands."""
    possible = CONSULTATION.possible(row.state)
    return {noun for noun, (verb, step) in OFFICE.items() if step in possible and seat.may(verb.operation)}

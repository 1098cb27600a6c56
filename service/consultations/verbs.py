"""What can be done to one consultation, as pages and API offer it. Declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.consultations import commands, ending, replying, schemas
from service.consultations.models import Consultation
from service.consultations.rules import CONSULTATION
from service.kit.seat import Seat
from service.kit.verbs import Verb


@dataclass(frozen=True)
class OfficeVerb(Verb):
    """A verb and the step of the course that it is."""

    step: str = ""


OFFICE: Mapping[str, OfficeVerb] = {
    verb.noun: verb
    for verb in (
        OfficeVerb("sending", schemas.SendingIn, commands.send_consultation, "send"),
        OfficeVerb("added-units", schemas.AddedUnitIn, commands.add_unit, "change_units"),
        OfficeVerb("removed-units", schemas.RemovedUnitIn, commands.remove_unit, "change_units"),
        OfficeVerb("extension", schemas.ExtensionIn, commands.extend_deadline, "extend"),
        OfficeVerb("reminders", schemas.ReminderIn, ending.remind, "remind"),
        OfficeVerb("closing", schemas.ClosingIn, ending.close_consultation, "close"),
        OfficeVerb("withdrawal", schemas.ReasonIn, ending.withdraw_consultation, "withdraw"),
    )
}
UNITS: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("delegations", schemas.UnitIn, replying.delegate_reply),
        Verb("confirmations", schemas.EntryConfirmationIn, replying.confirm_entry),
    )
}
ANSWERING: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("replies", schemas.ReplyIn, replying.reply),
        Verb("drafts", schemas.ReplyIn, replying.draft_reply),
        Verb("entries", schemas.EntryIn, replying.enter_on_behalf),
    )
}


def offered(seat: Seat, row: Consultation) -> set[str]:
    """The nouns that the office's seat can use on the consultation as it stands."""
    possible = CONSULTATION.possible(row.state)
    return {noun for noun, verb in OFFICE.items() if verb.step in possible and seat.may(verb.operation)}

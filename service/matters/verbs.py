"""What can be done to one matter, as pages and API offer it: the noun in the address, the form, the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.matters import commands, consulting, dissent, reporting, schemas
from service.matters.queries import delegated_on
from service.matters.rules import CONSENT, MATTER, check_placing
from service.matters.whole import Line, Whole
from tenants.errors import Refused


@dataclass(frozen=True)
class MatterVerb(Verb):
    """A verb and the step of the matter that it is."""

    step: str = ""


VERBS: Mapping[str, MatterVerb] = {
    verb.noun: verb
    for verb in (
        MatterVerb("text", schemas.TextIn, commands.rewrite_draft, "write"),
        MatterVerb("submission", schemas.NothingIn, commands.submit, "submit"),
        MatterVerb("withdrawal", schemas.NothingIn, commands.withdraw, "withdraw"),
        MatterVerb("acceptance", schemas.NothingIn, commands.accept, "accept"),
        MatterVerb("return", schemas.ReasonIn, commands.return_matter, "return"),
        MatterVerb("merger", schemas.MergerIn, commands.merge, "merge"),
        MatterVerb("placement", schemas.PlacementIn, commands.place, "place"),
        MatterVerb("discontinuation", schemas.ReasonIn, commands.discontinue, "discontinue"),
        MatterVerb("revision", schemas.RevisionIn, consulting.revise_text, "revise"),
        MatterVerb("consultation", schemas.NothingIn, consulting.open_consultation, "consult"),
        MatterVerb("unit", schemas.UnitReasonIn, consulting.enlarge, "concern"),
        MatterVerb("removal-request", schemas.UnitReasonIn, consulting.request_removal, "concern"),
        MatterVerb("removal", schemas.RemovalIn, consulting.decide_removal, "concern"),
        MatterVerb("reply", schemas.ReplyIn, consulting.reply, "answer"),
        MatterVerb("delegated-reply", schemas.ReplyIn, consulting.reply_by_delegation, "answer"),
        MatterVerb("entry", schemas.EntryIn, consulting.enter_opinion, "answer"),
        MatterVerb("entry-confirmation", schemas.EntryConfirmationIn, consulting.confirm_entry, "answer"),
        MatterVerb("round", schemas.RoundIn, dissent.record_round, "coordinate"),
        MatterVerb("conclusion", schemas.ConclusionIn, dissent.conclude_apart, "coordinate"),
        MatterVerb("dissent", schemas.DissentIn, reporting.prepare_dissent, "coordinate"),
        MatterVerb("signature", schemas.ReadIn, reporting.sign, "sign"),
        MatterVerb("dispatch", schemas.SendingIn, reporting.send, "send"),
        MatterVerb("receipt", schemas.ReceiptIn, reporting.record_receipt, "receive"),
        MatterVerb("acknowledgement", schemas.NothingIn, reporting.acknowledge, "receive"),
        MatterVerb("instruction", schemas.InstructionIn, reporting.instruct, "instruct"),
        MatterVerb("follow-up", schemas.FollowUpIn, reporting.follow, "follow"),
        MatterVerb("closure", schemas.ClosureIn, reporting.close, "close"),
    )
}
OWN = ("text", "submission", "withdrawal")  # the raising unit's


def offered(seat: Seat, whole: Whole, on: date) -> set[str]:
    """The nouns that this seat can use on the matter as it stands."""
    allowed = MATTER.possible(whole.matter.state)
    usable = (noun for noun, verb in VERBS.items() if verb.step in allowed and seat.may(verb.operation))
    return {noun for noun in usable if _fits(seat, noun, whole, on)}


def _fits(seat: Seat, noun: str, whole: Whole, on: date) -> bool:
    """Whether it makes sense now, beyond what the state and the matrix allow."""
    row, case = whole.matter, whole.case
    if noun in OWN:
        return seat.sits_for(row.unit_id, VERBS[noun].operation)
    match noun:
        case "placement":
            return placeable(whole)
        case "merger":
            return row.state == "submitted" or not (row.consulted_on or whole.heard)
        case "consultation":
            return row.consulted_on is None
        case "removal":
            return any(line.row.removal_reason for line in whole.lines)
        case "reply" | "delegated-reply" | "entry" | "entry-confirmation":
            return bool(units_for(seat, noun, whole, on))
        case "round":
            return case is not None
        case "conclusion":
            return case is not None and case.state == "open" and bool(whole.rounds)
        case "dissent":
            return case is not None and case.state == "apart" and whole.charter["escalation_with_dissent"]
        case "instruction" | "closure":
            return True
        case "follow-up":
            return bool(open_instructions(seat, whole))
        case _:
            return True


def placeable(whole: Whole) -> bool:
    try:
        check_placing([found.hearing for found in whole.heard])
    except Refused:
        return False
    return True


def units_for(seat: Seat, noun: str, whole: Whole, on: date) -> list[Line]:
    """The lines of the units for which this seat can use the noun now."""
    operation = VERBS[noun].operation
    if whole.matter.consulted_on is None or not seat.may(operation):
        return []
    asked = [line for line in whole.lines if "agree" in CONSENT.possible(line.row.state)]
    if noun == "entry":
        may_enter = bool(whole.charter["consult_proxy_entry"])
        return [line for line in asked if may_enter and line.row.state == "asked"]
    mine = [line for line in asked if seat.sits_for(line.row.unit_id, operation)]
    if noun == "entry-confirmation":
        return [line for line in mine if line.row.entered]
    if noun == "delegated-reply" and not seat.console:
        return [line for line in mine if delegated_on(seat.session, line.row.unit_id, on)]
    return [] if noun == "delegated-reply" else mine


def open_instructions(seat: Seat, whole: Whole) -> list[UUID]:
    """The instructions that this seat can say are done."""
    mine = seat.units_for("matter.follow")
    office = seat.may("matter.handle")
    return [one.id for one in whole.instructions if one.done_on is None and (office or one.unit_id in mine)]

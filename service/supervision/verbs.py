"""What can be done to one order, as pages and API offer it: the noun in the address, the form, the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.supervision import commands, schemas
from service.supervision.queries import signs
from service.supervision.rules import ORDER, operation_of
from service.supervision.view import Whole


@dataclass(frozen=True)
class OrderVerb(Verb):
    """A verb and the step of the order that it is."""

    step: str = ""


VERBS: Mapping[str, OrderVerb] = {
    verb.noun: verb
    for verb in (
        OrderVerb("text", schemas.TextIn, commands.rewrite, "write"),
        OrderVerb("signature", schemas.NothingIn, commands.sign, "sign"),
        OrderVerb("service", schemas.NothingIn, commands.serve, "serve"),
        OrderVerb("acknowledgement", schemas.NothingIn, commands.acknowledge, "acknowledge"),
        OrderVerb("answer", schemas.AnswerIn, commands.answer, "answer"),
        OrderVerb("acceptance", schemas.NothingIn, commands.accept, "accept"),
        OrderVerb("return", schemas.ReasonIn, commands.return_answer, "return"),
        OrderVerb("closure", schemas.ClosureIn, commands.close, "close"),
        OrderVerb("withdrawal", schemas.ReasonIn, commands.withdraw, "withdraw"),
    )
}
JUDGING = ("acceptance", "return")


def offered(seat: Seat, found: Whole) -> set[str]:
    """The nouns that this seat can use on the order as it stands."""
    allowed = ORDER.possible(found.order.state)
    below = {ORDER.by_verb["accept"].verb, ORDER.by_verb["return"].verb} if found.answered_below else set[str]()
    usable = (noun for noun, verb in VERBS.items() if verb.step in allowed | below and seat.may(verb.operation))
    return {noun for noun in usable if _fits(seat, noun, found)}


def _fits(seat: Seat, noun: str, found: Whole) -> bool:
    """Whether it makes sense now, beyond what the state and the matrix allow."""
    row = found.order
    match noun:
        case "signature":
            return signs(seat, found.ladder, row.level)
        case "acknowledgement" | "answer":
            return row.unit_id is not None and seat.sits_for(row.unit_id, "supervision.reply")
        case "closure":
            return found.settled
        case "withdrawal":
            return row.state == "draft" or seat.may(operation_of(row.level))
        case _:
            return True

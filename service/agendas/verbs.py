"""What can be done to one item, as pages and API offer it. Declared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.agendas import arranging, commands, concluding, schemas
from service.agendas.models import AgendaItem
from service.agendas.rules import ACCEPTED, AGAIN, ARRANGED, CONCLUDING, PROPOSED, RETURNED
from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.meetings.models import Meeting

Fits = Callable[[AgendaItem, Meeting | None], bool]


@dataclass(frozen=True)
class ItemVerb(Verb):
    """A verb and when it fits; `own`: only for the unit that proposed the item."""

    fits: Fits = lambda _row, _meeting: True
    own: bool = False


def _open(row: AgendaItem, found: Meeting | None) -> bool:
    return row.outcome is None and (found is None or found.state in ARRANGED)


def _concluding(_row: AgendaItem, found: Meeting | None) -> bool:
    return found is not None and found.state in CONCLUDING and found.minutes_signed_on is None


def _left_open(row: AgendaItem, found: Meeting | None) -> bool:
    over = found is not None and found.state in ("held", "cancelled") and row.outcome is None
    return row.carried_to_id is None and (row.outcome == AGAIN or over)


VERBS: Mapping[str, ItemVerb] = {
    verb.noun: verb
    for verb in (
        ItemVerb("acceptance", schemas.AcceptanceIn, commands.accept, lambda row, _m: row.state == PROPOSED),
        ItemVerb(
            "return",
            schemas.ReasonIn,
            commands.return_item,
            lambda row, _m: row.state in (PROPOSED, ACCEPTED) and row.meeting_id is None and row.outcome is None,
        ),
        ItemVerb(
            "amendment", schemas.WordsIn, commands.amend, lambda row, _m: row.state in (PROPOSED, RETURNED), own=True
        ),
        ItemVerb(
            "withdrawal",
            schemas.ReasonIn,
            commands.withdraw,
            lambda row, _m: row.state in (PROPOSED, RETURNED),
            own=True,
        ),
        ItemVerb(
            "revision",
            schemas.WordsIn,
            commands.revise_item,
            lambda row, found: row.state in (PROPOSED, ACCEPTED) and _open(row, found),
        ),
        ItemVerb(
            "placement",
            schemas.PlacementIn,
            arranging.put_on,
            lambda row, found: row.state == ACCEPTED and _open(row, found),
        ),
        ItemVerb(
            "removal",
            schemas.NothingIn,
            arranging.take_off,
            lambda row, found: row.meeting_id is not None and _open(row, found),
        ),
        ItemVerb(
            "position",
            schemas.PositionIn,
            arranging.move,
            lambda row, found: row.meeting_id is not None and found is not None and found.state in ARRANGED,
        ),
        ItemVerb("conclusion", schemas.ConclusionIn, concluding.conclude, _concluding),
        ItemVerb("carrying", schemas.CarryingIn, concluding.carry, _left_open),
        ItemVerb("forwarding", schemas.ForwardingIn, concluding.send_on, lambda row, _m: row.state == ACCEPTED),
    )
}


def offered(seat: Seat, row: AgendaItem, found: Meeting | None) -> set[str]:
    """The nouns that this seat can use on the item as it stands."""
    return {
        noun
        for noun, verb in VERBS.items()
        if verb.fits(row, found) and seat.may(verb.operation) and (not verb.own or _speaks(seat, row))
    }


def _speaks(seat: Seat, row: AgendaItem) -> bool:
    return row.unit_id is not None and row.origin == "unit" and seat.sits_for(row.unit_id, "agenda.submit")


def may_bring(seat: Seat, row: AgendaItem) -> bool:
    """Whether this seat may bring papers for the item. Source: service.agendas.papers."""
    speaks = row.unit_id is not None and seat.sits_for(row.unit_id, "agenda.submit")
    return (seat.may("meeting.prepare") or speaks) and row.outcome is None and row.state != "withdrawn"

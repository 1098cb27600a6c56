"""Who is told of a step of a matter: whoever has to do something now, and whoever waited for it. Source: issue 5."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid7

from service.charter.names import unit_names
from service.kit.seat import Seat
from service.matters.models import Matter, MatterUnit
from service.notices.telling import of_office, of_units, tell

OFFICE, RAISER, UNIT = "office", "raiser", "unit"
TOLD = {
    "submit": ("matter_submitted", OFFICE),
    "accept": ("matter_accepted", RAISER),
    "return": ("matter_returned", RAISER),
    "merge": ("matter_ended", RAISER),
    "discontinue": ("matter_ended", RAISER),
    "close": ("matter_ended", RAISER),
    "agree": ("matter_answered", OFFICE),
    "agree_coordinated": ("matter_answered", OFFICE),
    "condition": ("matter_answered", OFFICE),
    "object": ("matter_answered", OFFICE),
    "instruct": ("matter_instruction", UNIT),
    "follow": ("matter_followed", OFFICE),
}


def tell_of(seat: Seat, row: Matter, verb: str, on: date, unit_id: UUID | None) -> None:
    """Those whom the step concerns are told of it."""
    if verb not in TOLD:
        return
    kind, whom = TOLD[verb]
    concerned = (
        of_office(seat.session, on) if whom == OFFICE else of_units(seat.session, [_unit(row, whom, unit_id)], on)
    )
    _tell(seat, row, kind, f"{verb}/{uuid7()}", concerned, unit_id or row.unit_id)


def _unit(row: Matter, whom: str, unit_id: UUID | None) -> UUID:
    return unit_id if whom == UNIT and unit_id else row.unit_id


def tell_asked(seat: Seat, row: Matter, found: MatterUnit, on: date) -> None:
    """The unit is told that its consent is asked, and by when."""
    accounts = of_units(seat.session, [found.unit_id], on)
    _tell(seat, row, "matter_asked", f"ask/{uuid7()}", accounts, found.unit_id, due=str(found.due))


def _tell(seat: Seat, row: Matter, kind: str, moment: str, accounts: set[UUID], unit: UUID, **more: str) -> None:
    names = {"matter": row.title, "unit": unit_names(seat.session)[unit]} if accounts else {}
    place = ("matters.show", {"matter_id": str(row.id)})
    if accounts:
        key = f"matter:{row.id}/{moment}"
        tell(seat.session, accounts, kind=kind, key=key, params=names | more, place=place, but=seat.account_id)

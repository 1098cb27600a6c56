"""Who is told of a step of an order, and of a reminder: whoever has to do something now. Source: issue 5."""

from __future__ import annotations

from datetime import date

from uuid_utils.compat import uuid7

from service.kit.seat import Seat
from service.notices.telling import of_office, of_roles, of_units, tell
from service.supervision.models import SupervisionOrder, SupervisionReminder
from service.supervision.queries import ladder_on

SIGNERS, UNIT, OFFICE = "signers", "unit", "office"
TOLD = {
    "draft": ("supervision_to_sign", SIGNERS),
    "sign": ("supervision_to_serve", OFFICE),
    "serve": ("supervision_served", UNIT),
    "answer": ("supervision_answered", OFFICE),
    "return": ("supervision_returned", UNIT),
    "close": ("supervision_closed", UNIT),
    "withdraw": ("supervision_withdrawn", UNIT),
}


def tell_of(seat: Seat, row: SupervisionOrder, verb: str, on: date) -> None:
    """Those whom the step concerns are told of it; a unit hears nothing of an order that was not served."""
    if verb not in TOLD:
        return
    kind, whom = TOLD[verb]
    if whom == UNIT and (row.unit_id is None or row.served_on is None):
        return
    accounts = {
        SIGNERS: lambda: of_roles(seat.session, ladder_on(seat.session, on).signer_codes(row.level), on),
        OFFICE: lambda: of_office(seat.session, on),
        UNIT: lambda: of_units(seat.session, [row.unit_id] if row.unit_id else [], on),
    }[whom]()
    words = {"matter": row.title, "unit": row.addressee, "number": row.number}
    words["level"] = f"@supervision_level.{row.level}"
    words["due"] = str(row.answer_by or row.due)
    place = ("supervision.show", {"supervision_order_id": str(row.id)})
    key = f"supervision_order:{row.id}/{verb}/{uuid7()}"
    tell(seat.session, accounts, kind=kind, key=key, params=words, place=place, but=seat.account_id)


def tell_reminded(seat: Seat, row: SupervisionReminder, on: date) -> None:
    """The unit is told that it was reminded."""
    accounts = of_units(seat.session, [row.unit_id], on)
    words, key = {"matter": row.title, "due": str(row.since)}, f"supervision_reminder:{row.id}"
    place = ("supervision.reminders", {})
    tell(seat.session, accounts, kind="supervision_reminded", key=key, params=words, place=place, but=seat.account_id)

"""Who is told of the charter: the conveners when a version lies before them, everybody when it is settled. Source: issue 5."""

from __future__ import annotations

from datetime import date

from service.charter.models import Charter
from service.charter.queries import units
from service.kit.seat import Seat
from service.notices.telling import of_office, of_roles, of_units, tell

CHANGES = ("charter.approval.changes", {})


def tell_conveners(seat: Seat, draft: Charter, on: date) -> None:
    """A version waits for who approves it."""
    key = f"charter:{draft.id}/review/{draft.revision}"
    accounts = of_roles(seat.session, ["CV"], on)
    words = {"version": draft.version}
    tell(seat.session, accounts, kind="charter_in_review", key=key, params=words, place=CHANGES, but=seat.account_id)


def tell_everybody(seat: Seat, settled: Charter, on: date) -> None:
    """A version is settled: the office and every unit's people are told from when on it holds."""
    session = seat.session
    accounts = of_office(session, on) | of_units(session, [unit.id for unit in units(session, on)], on)
    words = {"version": settled.version, "date": str(settled.effective_from)}
    place = ("charter.show", {"at": str(settled.id)})
    key = f"charter:{settled.id}/approved"
    tell(session, accounts, kind="charter_approved", key=key, params=words, place=place, but=seat.account_id)

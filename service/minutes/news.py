"""Who is told of minutes: those asked to confirm or countersign them, and who signs once all have. Source: issue 5."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.meetings.queries import meeting
from service.meetings.rules import SEATS
from service.minutes.models import Minutes
from service.minutes.queries import Line, rules_of
from service.minutes.rules import signer
from service.notices.telling import of_roles, of_units, tell
from tenants.db import FencedSession


def tell_units(seat: Seat, row: Minutes, kind: str, units: Iterable[UUID], on: date) -> None:
    """The units are told that the text lies before them; again, where it is another text."""
    _tell(seat.session, row, kind, of_units(seat.session, units, on), seat.account_id)


def tell_signer(session: FencedSession, row: Minutes, lines: Sequence[Line], on: date) -> None:
    """Once nobody's word is open, who signs is told so, once for each text."""
    if any(line.open for line in lines):
        return
    held: Meeting = meeting(session, row.meeting_id)
    post = SEATS[signer(held.kind, rules_of(session, row))]
    _tell(session, row, "minutes_to_sign", of_roles(session, [post], on), None)


def _tell(session: FencedSession, row: Minutes, kind: str, accounts: set[UUID], actor: UUID | None) -> None:
    place = ("minutes.show_one", {"meeting_id": str(row.meeting_id), "minutes_id": str(row.id)})
    words = {"meeting": meeting(session, row.meeting_id).title} if accounts else {}
    if accounts:
        key = f"minutes:{row.id}/{kind}/{row.sha256[:16]}"
        tell(session, accounts, kind=kind, key=key, params=words, place=place, but=actor)

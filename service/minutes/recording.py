"""Minutes that went their whole course at known days: for a year that is put on record afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from service.calendar.queries import workdays
from service.kit.seat import Seat
from service.minutes.commands import circulate, draft, sign
from service.minutes.issuing import number, publish
from service.minutes.models import Minutes
from service.minutes.queries import rules_of
from service.minutes.rules import reply_by


def issued(seat: Seat, meeting_id: UUID, circulated_on: date, signed_on: date) -> Minutes:
    """The minutes were circulated one day and signed, numbered and published another; each step by its own command.

    Nobody signs before the days are over in which those who were there can speak.
    """
    row = draft(seat, meeting_id, circulated_on)
    circulate(seat, row.id, on=circulated_on)
    day = max(
        signed_on, reply_by(circulated_on, rules_of(seat.session, row), workdays(seat.session)) + timedelta(days=1)
    )
    sign(seat, row.id, on=day)
    number(seat, row.id, day)
    return publish(seat, row.id, day)

"""Writing: who is told beside an absent person. A deputy is told, and is given no right by it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from service.kit.command import command, note
from service.kit.seat import OWN, Seat
from service.notices import rules
from service.notices.choosing import own_account
from service.notices.models import Deputy
from service.notices.queries import deputies, seated
from tenants.errors import Missing, Refused


@command(OWN)
def name_deputy(seat: Seat, *, deputy_id: UUID, from_date: date, to_date: date, on: date) -> Deputy:
    """The account is told beside the person over those days. Refused: oneself, who has no seat here, days that overlap."""
    account_id = own_account(seat)
    rules.check_absence(from_date, to_date, on)
    if deputy_id == account_id or deputy_id not in {one.id for one in seated(seat.session, on)}:
        raise Refused(
            "代办人须是本级联席会议的其他在任人员。",
            en="A deputy is somebody else with a seat here.",
            field="deputy_id",
        )
    for row in deputies(seat, on):
        if row.from_date <= to_date and from_date <= row.to_date:
            raise Refused(
                "这些日子已有代办人，请先撤销原来的。", en="Somebody is your deputy on these days.", field="from_date"
            )
    row = Deputy(account_id=account_id, deputy_id=deputy_id, from_date=from_date, to_date=to_date)
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"deputy:{row.id}", deputy=deputy_id, from_date=from_date, to_date=to_date)
    return row


@command(OWN)
def end_deputy(seat: Seat, row_id: UUID, *, on: date, now: datetime) -> Deputy:
    """From now on the person alone is told."""
    row = next((one for one in deputies(seat, on) if one.id == row_id), None)
    if row is None:
        raise Missing()
    row.ended_at = now
    note(seat, f"deputy:{row.id}", ended_at=now)
    return row

"""A unit that was asked and is silent is reminded on the days that the charter's rule makes.

The reminders stand in the ledger from the moment the unit is asked. Source: dossier 2.2 (催办), 2.4; rule consult_reminders.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from service.calendar.queries import workdays
from service.matters.models import Matter, MatterEvent, MatterUnit
from service.matters.rules import reminder_days
from tenants import ledger
from tenants.db import FencedSession
from tenants.ledger import Work

REMIND = "matters.remind"
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_OPENS = time(8, 30, tzinfo=SHANGHAI)


def post(session: FencedSession, row: Matter, asked_on: date, rules: Mapping[str, Any]) -> None:
    """Each reminder stands in the ledger, once for all the units asked that day."""
    for day in reminder_days(asked_on, rules, workdays(session)):
        ledger.post(
            session,
            REMIND,
            {"matter": str(row.id), "asked_on": asked_on.isoformat(), "day": day.isoformat()},
            dedupe=f"{row.id}/{asked_on}/{day}",
            due_at=datetime.combine(day, OFFICE_OPENS),
        )


def remind(work: Work) -> None:
    """Every unit that was asked that day and has said nothing is reminded; the history says so."""
    row = work.session.scalars(select(Matter).where(Matter.id == UUID(work.payload["matter"]))).one()
    if row.state != "accepted":
        return
    asked_on, day = (date.fromisoformat(work.payload[name]) for name in ("asked_on", "day"))
    silent = select(MatterUnit).where(
        MatterUnit.matter_id == row.id, MatterUnit.state == "asked", MatterUnit.asked_on == asked_on
    )
    for found in work.session.scalars(silent):
        found.reminded += 1
        line = f"第{found.reminded}次催办，答复期限{found.due}"
        event = MatterEvent(matter_id=row.id, verb="remind", on=day, by="系统", unit_id=found.unit_id, text=line)
        work.session.add(event)

"""Consultations to test with."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from service.charter.commands import set_rules
from service.charter.models import Unit
from service.charter.queries import units
from service.consultations.commands import Paper, draft_consultation, send_consultation
from service.consultations.models import Consultation
from service.consultations.rules import Opinion, Passage
from service.kit.seat import Seat
from tenants.models import Tenant
from tests.charter.drafts import in_force
from tests.factories import a_seat

SENT = date(2026, 3, 2)  # a Monday; seven working days later is 11 March
DUE = date(2026, 3, 11)
AFTER = date(2026, 3, 12)
CLAUSES = ("从业人员上岗前应当参加培训。", "培训不少于四十学时。", "培训经费由省财政厅安排。")
AMEND = Opinion("amend", passages=(Passage("培训不少于四十学时。", "培训不少于六十学时。", "与国家标准一致"),))
AGREE, OBJECT = Opinion("no_objection"), Opinion("object", "经费来源不明确")


def table(seat: Seat) -> list[Unit]:
    return units(seat.session, SENT)


def a_paper(seat: Seat, count: int = 3, **changes: Any) -> Paper:
    fields: dict[str, Any] = {
        "title": "家政服务员培训管理办法（征求意见稿）",
        "clauses": CLAUSES,
        "unit_ids": [unit.id for unit in table(seat)[:count]],
        "contact": "周璟",
        "phone": "0990-88120036",
        "mode": "explicit",
        "ordinary": True,
    }
    return Paper(**(fields | changes))


def sent(seat: Seat, count: int = 3, **changes: Any) -> Consultation:
    """A consultation that was sent on SENT to the first so many units."""
    row = draft_consultation(seat, a_paper(seat, count, **changes), SENT)
    return send_consultation(seat, row.id, on=SENT)


def rules(engine: Engine, tenant: Tenant, **values: Any) -> None:
    """The tenant's charter has these rules from January on."""
    in_force(engine, tenant, lambda seat: set_rules(seat, values), since=date(2026, 1, 5))


def representative(engine: Engine, tenant: Tenant, unit: Unit) -> Seat:
    return a_seat(engine, tenant, "MR", unit=unit.id)

"""A year's work to test with: a plan that was agreed, and tasks under duties that their units hold."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine

from service.charter.queries import duties_of, lead_units
from service.kit.seat import Seat
from service.plans.commands import agree_plan, draft_plan
from service.plans.models import Plan
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task
from tenants.db import acting_for
from tenants.models import Tenant
from tests.factories import lasting

AGREED = date(2026, 2, 1)
START = date(2026, 1, 10)


def console(engine: Engine, tenant: Tenant) -> Seat:
    """The operator's seat, who may do everything."""
    return Seat(lasting(acting_for(engine, tenant.id)), tenant, "console", console=True)


def a_plan(seat: Seat, year: int = 2026) -> Plan:
    """The year's plan, agreed at a meeting."""
    plan = draft_plan(seat, year=year, title=f"{year}年工作要点", on=AGREED)
    return agree_plan(seat, plan.id, basis="第1次全体会议", agreed_on=AGREED, on=AGREED)


def a_task(seat: Seat, plan: Plan, due: date, start: date = START, **more: Any) -> Task:
    """A task of the lead department, under the first duty that it holds."""
    lead = lead_units(seat.session, start)[0]
    owed = duties_of(seat.session, lead.id, start)[0]
    return add_task(seat, plan.id, TaskText("开展培训", owed.id, lead.id, start, due, "培训总结", **more), on=start)

"""Writing plans: the office drafts, the convener has them agreed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans.models import Plan
from service.plans.queries import plan, plan_of
from tenants.errors import Conflict, Refused


@command("plan.draft")
def draft_plan(seat: Seat, year: int, title: str) -> Plan:
    """The year has a plan; a second one is refused."""
    if not 2000 < year < 2100:
        raise Refused("年度应为四位年份。", en="The year has four digits.", field="year")
    if not title.strip():
        raise Refused("请填写计划名称。", en="A plan needs a title.", field="title")
    if plan_of(seat.session, year):
        raise Conflict(f"{year}年度已有工作计划。", en=f"There is a plan for {year} already.", field="year")
    row = Plan(year=year, title=title.strip())
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"plan:{row.id}", year=year, title=row.title)
    return row


@command("plan.approve")
def agree_plan(seat: Seat, plan_id: UUID, on: date) -> Plan:
    """The plan is agreed. Source: seed 四(二) 议定年度工作计划."""
    row = plan(seat.session, plan_id)
    if row.state == "agreed":
        raise Conflict("该计划已经议定。", en="The plan is agreed already.")
    row.state, row.agreed_on = "agreed", on
    note(seat, f"plan:{row.id}", before={"state": "draft"}, after={"state": "agreed", "on": on})
    return row

"""Writing plans: the office drafts, the convener has them agreed, the office files them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans import rules
from service.plans.models import Plan
from service.plans.queries import held_plan, plan_of
from tenants.errors import Conflict


@command("plan.draft")
def draft_plan(seat: Seat, *, year: int, title: str, on: date) -> Plan:
    """The year has a plan, still a draft; a second one for the year is refused, and any after the body's last day."""
    refuse_after(seat.session, on)
    rules.check_year(year)
    rules.check_title(title.strip())
    if plan_of(seat.session, year):
        raise Conflict(
            f"{year}年度已有工作计划，请在其中增补任务。", en=f"There is a plan for {year} already.", field="year"
        )
    row = Plan(year=year, title=title.strip())
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"plan:{row.id}", before=None, after=_line(row))
    return row


def _line(row: Plan) -> dict[str, object]:
    return {"year": row.year, "title": row.title, "state": row.state, "agreed_on": row.agreed_on, "basis": row.basis}


@command("plan.draft")
def revise_plan(seat: Seat, plan_id: UUID, *, title: str) -> Plan:
    """The draft bears this title."""
    row = held_plan(seat.session, plan_id)
    rules.check_draft(row.state, "修改")
    rules.check_title(title.strip())
    before, row.title = _line(row), title.strip()
    note(seat, f"plan:{row.id}", before=before, after=_line(row))
    return row


@command("plan.approve")
def agree_plan(seat: Seat, plan_id: UUID, *, basis: str, agreed_on: date, on: date) -> Plan:
    """The plan was agreed that day, by the meeting or paper named. Source: seed 四(二); dossier 1.1 D8."""
    row = held_plan(seat.session, plan_id)
    rules.check_draft(row.state, "议定")
    rules.check_basis(basis.strip())
    rules.check_agreed_on(agreed_on, on)
    before = _line(row)
    row.state, row.agreed_on, row.basis = rules.APPROVED, agreed_on, basis.strip()
    note(seat, f"plan:{row.id}", before=before, after=_line(row))
    return row


@command("plan.review")
def close_plan(seat: Seat, plan_id: UUID, *, on: date) -> Plan:
    """The plan of a year that is over is filed; it takes no more tasks."""
    row = held_plan(seat.session, plan_id)
    rules.check_closing(row.state, row.year, on)
    before = _line(row)
    row.state, row.closed_on = rules.CLOSED, on
    note(seat, f"plan:{row.id}", before=before, after=_line(row))
    return row

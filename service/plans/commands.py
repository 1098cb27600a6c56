"""Writing the conference's plans: the office drafts, the convener has them agreed, the office files them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from service.charter.queries import units
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.notices.telling import of_office, of_units, tell
from service.plans import rules
from service.plans.models import Plan
from service.plans.queries import held_plan, plan, plan_of
from tenants.errors import Conflict


@dataclass(frozen=True)
class Outline:
    """What a plan says beside its year and title; days left open are those of the whole year."""

    text: str = ""
    begins: date | None = None
    ends: date | None = None
    parent_id: UUID | None = None


def outline_of(given: Mapping[str, Any]) -> tuple[dict[str, Any], Outline]:
    """What was sent, as the commands take it: the rest, and the outline."""
    names = [field.name for field in fields(Outline)]
    rest = {name: value for name, value in given.items() if name not in names}
    return rest, Outline(**{name: given[name] for name in names if name in given})


@command("plan.draft")
def draft_plan(
    seat: Seat, *, year: int, title: str, on: date, kind: str = rules.ANNUAL, outline: Outline | None = None
) -> Plan:
    """There is a draft; a second annual plan of a year is refused, and any plan after the body's last day."""
    refuse_after(seat.session, on)
    rules.check_collective(kind)
    rules.check_year(year)
    if kind == rules.ANNUAL and plan_of(seat.session, year):
        raise Conflict(
            f"{year}年度已有工作计划，请在其中增补任务。", en=f"There is a plan for {year} already.", field="year"
        )
    row = Plan(kind=kind, year=year)
    say(seat, row, title, outline or Outline())
    return begun(seat, row)


def begun(seat: Seat, row: Plan) -> Plan:
    """The new plan stands, and the audit line says what it is."""
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"plan:{row.id}", before=None, after=line(row))
    return row


def say(seat: Seat, row: Plan, title: str, outline: Outline) -> None:
    """The plan reads so; refused where title, days or the plan it is drawn from do not fit."""
    rules.check_title(title.strip())
    span = rules.span_of(row.kind, row.year, outline.begins, outline.ends)
    rules.check_span(span, row.year)
    above = plan(seat.session, outline.parent_id) if outline.parent_id else None
    rules.check_parent(span, above.span if above else None)
    row.title, row.text = title.strip(), outline.text.strip()
    row.begins, row.ends, row.parent_id = span.begins, span.ends, outline.parent_id


def line(row: Plan) -> dict[str, object]:
    """The plan as an audit line says it."""
    names = ("kind", "year", "begins", "ends", "unit_id", "parent_id", "title", "state", "agreed_on", "basis")
    return {name: getattr(row, name) for name in names}


@command("plan.draft")
def revise_plan(seat: Seat, plan_id: UUID, *, title: str, outline: Outline | None = None) -> Plan:
    """The draft reads so."""
    row = held_plan(seat.session, plan_id)
    rules.check_collective(row.kind)
    return revised(seat, row, title, outline)


def revised(seat: Seat, row: Plan, title: str, outline: Outline | None) -> Plan:
    """The draft reads so; without an outline all but its title stays."""
    rules.check_draft(row.state, "修改")
    before = line(row)
    say(seat, row, title, outline or Outline(row.text, row.begins, row.ends, row.parent_id))
    note(seat, f"plan:{row.id}", before=before, after=line(row))
    return row


@command("plan.approve")
def agree_plan(seat: Seat, plan_id: UUID, *, basis: str, agreed_on: date, on: date, opinion: str = "") -> Plan:
    """The plan was agreed that day, by the meeting or paper named. Source: seed 四(二); dossier 1.1 D4, D8."""
    row = held_plan(seat.session, plan_id)
    rules.check_collective(row.kind)
    rules.check_draft(row.state, "议定")
    rules.check_basis(basis.strip())
    rules.check_opinion(row.kind, opinion.strip())
    rules.check_agreed_on(agreed_on, on)
    before = line(row)
    row.state, row.agreed_on, row.basis, row.opinion = rules.APPROVED, agreed_on, basis.strip(), opinion.strip()
    _tell_agreed(seat, row, on)
    note(seat, f"plan:{row.id}", before=before, after=line(row))
    return row


def _tell_agreed(seat: Seat, row: Plan, on: date) -> None:
    """The office and every unit's people are told that the plan was agreed."""
    session = seat.session
    accounts = of_office(session, on) | of_units(session, [unit.id for unit in units(session, on)], on)
    place, key = ("plans.show", {"plan_id": str(row.id)}), f"plan:{row.id}/agreed"
    tell(session, accounts, kind="plan_agreed", key=key, params={"plan": row.title}, place=place, but=seat.account_id)


@command("plan.review")
def close_plan(seat: Seat, plan_id: UUID, *, on: date) -> Plan:
    """The plan whose time is over is filed; it takes no more tasks."""
    row = held_plan(seat.session, plan_id)
    rules.check_closing(row.state, row.ends, on)
    before = line(row)
    row.state, row.closed_on = rules.CLOSED, on
    note(seat, f"plan:{row.id}", before=before, after=line(row))
    return row

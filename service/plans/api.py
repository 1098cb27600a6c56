"""Plans, for programs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today
from service.plans import commands, queries, schemas, units
from service.plans.commands import Outline
from service.plans.models import Plan
from service.plans.rules import UNIT

api = Blueprint("plans_api", __name__, url_prefix="/api/v1/t/<slug>/plans", description="Plans")


def _tagged(row: Plan) -> Plan:
    api.set_etag({"revision": row.revision})
    return row


@api.get("")
@api.arguments(schemas.PlansQuery, location="query")
@api.response(200, schemas.PlansPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The plans, the newest year first."""
    return listed(queries.plans(reading("plan.read").session, asked(query)))


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.PlanIn)
@api.response(201, schemas.PlanOut)
def draft(body: dict[str, Any]) -> Any:
    """Draft a plan of the conference: of a year, of a phase, or long-term."""
    rest, outline = commands.outline_of(body)
    return _tagged(commands.draft_plan(current_seat(), **rest, outline=outline, on=today()))


@api.post("/of-units")
@idempotent
@api.etag
@api.arguments(schemas.UnitPlanIn)
@api.response(201, schemas.PlanOut)
def draft_own(body: dict[str, Any]) -> Any:
    """Draft a unit's own plan of the year."""
    rest, outline = commands.outline_of(body)
    return _tagged(units.draft_unit_plan(current_seat(), **rest, outline=outline, on=today()))


@api.get("/<uuid:plan_id>")
@api.etag
@api.response(200, schemas.PlanOut)
def show(plan_id: UUID) -> Any:
    """One plan."""
    return _tagged(queries.plan(reading("plan.read").session, plan_id))


@api.patch("/<uuid:plan_id>")
@api.etag
@api.arguments(schemas.PlanPatch)
@api.response(200, schemas.PlanOut)
def revise(body: dict[str, Any], plan_id: UUID) -> Any:
    """Change what a draft says; what is left out stays."""
    seat = current_seat()
    row = queries.plan(seat.session, plan_id)
    api.check_etag({"revision": row.revision})
    kept = Outline(row.text, row.begins, row.ends, row.parent_id)
    outline = replace(kept, **{name: value for name, value in body.items() if name != "title"})
    verb = units.revise_unit_plan if row.kind == UNIT else commands.revise_plan
    return _tagged(verb(seat, plan_id, title=body["title"], outline=outline))


@api.post("/<uuid:plan_id>/approval")
@idempotent
@api.etag
@api.arguments(schemas.ApprovalIn)
@api.response(201, schemas.PlanOut)
def approve(body: dict[str, Any], plan_id: UUID) -> Any:
    """Record that the conference agreed the plan."""
    return _tagged(commands.agree_plan(current_seat(), plan_id, **body | _day(body), on=today()))


def _day(body: dict[str, Any]) -> dict[str, Any]:
    return {"agreed_on": body["agreed_on"] or today()}


@api.post("/<uuid:plan_id>/submission")
@idempotent
@api.etag
@api.response(201, schemas.PlanOut)
def submit(plan_id: UUID) -> Any:
    """Send the unit's plan to the office."""
    return _tagged(units.submit_plan(current_seat(), plan_id, on=today()))


@api.post("/<uuid:plan_id>/review")
@idempotent
@api.etag
@api.response(201, schemas.PlanOut)
def accept(plan_id: UUID) -> Any:
    """The office has reviewed the unit's plan."""
    return _tagged(units.accept_plan(current_seat(), plan_id, on=today()))


@api.post("/<uuid:plan_id>/return")
@idempotent
@api.etag
@api.arguments(schemas.RemarkIn)
@api.response(201, schemas.PlanOut)
def send_back(body: dict[str, Any], plan_id: UUID) -> Any:
    """Send the unit's plan back to be changed."""
    return _tagged(units.return_plan(current_seat(), plan_id, **body, on=today()))


@api.post("/<uuid:plan_id>/closure")
@idempotent
@api.etag
@api.response(201, schemas.PlanOut)
def close(plan_id: UUID) -> Any:
    """File the plan whose time is over."""
    return _tagged(commands.close_plan(current_seat(), plan_id, on=today()))

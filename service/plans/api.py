"""Annual plans, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today
from service.plans import commands, queries, schemas
from service.plans.models import Plan

api = Blueprint("plans_api", __name__, url_prefix="/api/v1/t/<slug>/plans", description="Annual plans")


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
    """Draft the plan of a year."""
    return _tagged(commands.draft_plan(current_seat(), **body, on=today()))


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
    """Change the title of a draft."""
    seat = current_seat()
    api.check_etag({"revision": queries.plan(seat.session, plan_id).revision})
    return _tagged(commands.revise_plan(seat, plan_id, **body))


@api.post("/<uuid:plan_id>/approval")
@idempotent
@api.etag
@api.arguments(schemas.ApprovalIn)
@api.response(201, schemas.PlanOut)
def approve(body: dict[str, Any], plan_id: UUID) -> Any:
    """Record that the conference agreed the plan."""
    agreed_on = body["agreed_on"] or today()
    return _tagged(commands.agree_plan(current_seat(), plan_id, basis=body["basis"], agreed_on=agreed_on, on=today()))


@api.post("/<uuid:plan_id>/closure")
@idempotent
@api.etag
@api.response(201, schemas.PlanOut)
def close(plan_id: UUID) -> Any:
    """File the plan of a year that is over."""
    return _tagged(commands.close_plan(current_seat(), plan_id, on=today()))

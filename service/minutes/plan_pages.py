"""The page of what a plan was agreed by: the plenary, its item and its minutes; or the items to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.minutes import planning, schemas
from service.plans.models import Plan
from service.plans.queries import plan
from service.plans.rules import APPROVED, DRAFT, LONG_TERM

pages = Blueprint("plans", __name__)
AT = "/plans/<uuid:plan_id>/agreement"


@pages.get(AT)
def show(plan_id: UUID) -> ResponseReturnValue:
    """What agreed the plan; for who has it agreed, the items that can."""
    return _page(reading("plan.read"), plan_id, {}, {})


def _page(seat: Seat, plan_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]) -> ResponseReturnValue:
    row = plan(seat.session, plan_id)
    found = planning.agreed_by(seat.session, plan_id)
    choosing = found is None and row.state in (DRAFT, APPROVED) and seat.may("plan.approve")
    return page(
        "minutes/plan.html",
        422 if errors else 200,
        plan=row,
        found=found,
        choosing=choosing,
        items=planning.items_to_choose(seat.session) if choosing else [],
        opinion_wanted=row.kind == LONG_TERM and row.state == DRAFT,
        values=values,
        errors=errors,
    )


@pages.post(AT)
def agree(plan_id: UUID) -> ResponseReturnValue:
    """The item agreed the plan, or the form comes back with the sentence at its field."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> Plan:
        return planning.agree_by_item(seat, plan_id, **given, on=today())

    row, errors = submitted(schemas.AgreementIn(), act)
    if row is None:
        return _page(reading("plan.read"), plan_id, request.form, errors)
    flash(_("计划已关联议定事项。"), "success")
    return redirect(url_for("minutes.plans.show", plan_id=plan_id))

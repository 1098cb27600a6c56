"""The pages of annual plans: their list, one plan, and the forms in which it is drafted, agreed and filed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans import commands, queries, schemas
from service.plans.models import Plan
from service.plans.rules import CLOSED, DRAFT

pages = Blueprint("plans", __name__, url_prefix="/t/<slug>/plans", template_folder="templates")
NAV = (Entry(28, "工作计划", "plans.index", "plan.read", "calendar"),)
Errors = Mapping[str, str]


@pages.get("/")
def index() -> ResponseReturnValue:
    """The plans, the newest year first; or as a file."""
    seat = reading("plan.read")
    kind = request.args.get("format", "")
    listed = queries.plans(seat.session, asked_here(schemas.PlansQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["年度", "名称", "状态", "议定日期", "议定依据", "归档日期"]
        rows = [[p.year, p.title, label("plan_state", p.state), p.agreed_on, p.basis, p.closed_on] for p in listed.rows]
        return table_file(kind, f"{seat.tenant.name}-工作计划-{today().isoformat()}", header, rows)
    return page("plans/index.html", listed=listed)


@pages.get("/new")
def new() -> ResponseReturnValue:
    year = today().year
    return _form(current_seat(), None, {"year": year, "title": f"{year}年工作要点"}, {})


def _form(seat: Seat, row: Plan | None, values: Mapping[str, object], errors: Errors) -> ResponseReturnValue:
    seat.require("plan.draft")
    return page("plans/form.html", 422 if errors else 200, plan=row, values=values, errors=errors)


@pages.post("/")
def draft() -> ResponseReturnValue:
    """The year has a plan, still a draft."""
    seat = current_seat()
    row, errors = submitted(schemas.PlanIn(), lambda given: commands.draft_plan(seat, **given, on=today()))
    if row is None:
        return _form(seat, None, request.form, errors)
    flash(_("计划已拟订，请提请议定。"), "success")
    return redirect(url_for("plans.show", plan_id=row.id))


@pages.get("/<uuid:plan_id>")
def show(plan_id: UUID) -> ResponseReturnValue:
    """One plan, and what this seat can do with it."""
    return _plan_page(reading("plan.read"), plan_id, {}, {})


def _plan_page(seat: Seat, plan_id: UUID, values: Mapping[str, object], errors: Errors) -> ResponseReturnValue:
    row = queries.plan(seat.session, plan_id)
    return page(
        "plans/show.html",
        422 if errors else 200,
        plan=row,
        drafting=row.state == DRAFT,
        closing=row.state not in (DRAFT, CLOSED) and today().year > row.year,
        values=values,
        errors=errors,
        on=today(),
    )


@pages.get("/<uuid:plan_id>/edit")
def edit(plan_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    row = queries.plan(seat.session, plan_id)
    return _form(seat, row, {"title": row.title}, {})


@pages.post("/<uuid:plan_id>/edit")
def revise(plan_id: UUID) -> ResponseReturnValue:
    """The draft bears this title."""
    seat = current_seat()
    row, errors = submitted(schemas.PlanPatch(), lambda given: commands.revise_plan(seat, plan_id, **given))
    if row is None:
        return _form(seat, queries.plan(seat.session, plan_id), request.form, errors)
    flash(_("计划已修改。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@pages.post("/<uuid:plan_id>/approval")
def approve(plan_id: UUID) -> ResponseReturnValue:
    """The plan was agreed, by the meeting or paper named."""
    seat, on = current_seat(), today()

    def act(given: dict[str, Any]) -> Plan:
        agreed_on = given["agreed_on"] or on
        return commands.agree_plan(seat, plan_id, basis=given["basis"], agreed_on=agreed_on, on=on)

    row, errors = submitted(schemas.ApprovalIn(), act)
    if row is None:
        return _plan_page(reading("plan.read"), plan_id, request.form, errors)
    flash(_("计划已议定。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@pages.post("/<uuid:plan_id>/closure")
def close(plan_id: UUID) -> ResponseReturnValue:
    """The plan of a year that is over is filed."""
    commands.close_plan(current_seat(), plan_id, on=today())
    flash(_("计划已归档。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))

"""The pages of plans: their list, one plan, and the forms in which it is drafted, agreed or reviewed, and filed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.charter.queries import units as members
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans import commands, queries, schemas, units
from service.plans.models import Plan
from service.plans.rules import ANNUAL, APPROVED, COLLECTIVE, DRAFT, KINDS, LONG_TERM, STATES, SUBMITTED, UNIT
from service.plans.tabs import PlanTab, tabs_for

pages = Blueprint("plans", __name__, url_prefix="/t/<slug>/plans", template_folder="templates")
NAV = (Entry(28, "工作计划", "plans.index", "plan.read", "calendar"),)
PLAN_TABS = (PlanTab(10, "计划", "plans.show", "plan.read"),)
Errors = Mapping[str, str]
HEADER = ["年度", "类别", "单位", "名称", "开始", "结束", "状态", "议定日期", "议定依据", "归档日期"]


@pages.get("/")
def index() -> ResponseReturnValue:
    """The plans, the newest year first; or as a file."""
    seat = reading("plan.read")
    kind = request.args.get("format", "")
    listed = queries.plans(seat.session, asked_here(schemas.PlansQuery()), whole=kind in ("csv", "xlsx"))
    names = unit_names(seat.session)
    if kind in ("csv", "xlsx"):
        rows = [_cells(row, names) for row in listed.rows]
        return table_file(kind, f"{seat.tenant.name}-工作计划-{today().isoformat()}", HEADER, rows)
    return page(
        "plans/index.html",
        listed=listed,
        names=names,
        kinds=[(one, label("plan_kind", one)) for one in KINDS],
        states=[(state, label("plan_state", state)) for state in STATES],
        draftable=_draftable(seat),
    )


def _cells(row: Plan, names: Mapping[UUID, str]) -> list[Any]:
    unit = names[row.unit_id] if row.unit_id else ""
    told = [row.year, label("plan_kind", row.kind), unit, row.title, row.begins, row.ends]
    return [*told, label(state_group(row), row.state), row.agreed_on, row.basis, row.closed_on]


def state_group(row: Plan) -> str:
    """Where the names of its states are: a unit's own plan is reviewed, not agreed."""
    return "unit_plan_state" if row.kind == UNIT else "plan_state"


def _draftable(seat: Seat) -> list[str]:
    """The kinds of plan that this seat may draft."""
    own = [UNIT] if seat.units_for(units.DRAFTS) else []
    return [*(COLLECTIVE if seat.may("plan.draft") else ()), *own]


# --- drafting ---


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The form of a plan of the kind named in the address; the annual one, if none is."""
    year, kind = today().year, request.args.get("kind", ANNUAL)
    titles = {ANNUAL: f"{year}年工作要点", UNIT: f"{year}年工作计划"}
    return _form(current_seat(), None, {"year": year, "title": titles.get(kind, "")}, {})


def _form(seat: Seat, row: Plan | None, values: Mapping[str, object], errors: Errors) -> ResponseReturnValue:
    kind = row.kind if row else _kind()
    seat.require(units.DRAFTS if kind == UNIT else "plan.draft")
    mine = seat.units_for(units.DRAFTS)
    return page(
        "plans/form.html",
        422 if errors else 200,
        plan=row,
        kind=kind,
        units=[(unit.id, unit.name) for unit in members(seat.session, today()) if unit.id in mine],
        parents=[(above.id, above.named) for above in queries.parents(seat.session, kind)],
        values=values,
        errors=errors,
    )


def _kind() -> str:
    asked = request.values.get("kind", ANNUAL)
    return asked if asked in KINDS else ANNUAL


@pages.post("/")
def draft() -> ResponseReturnValue:
    """There is a draft of the kind that the form names."""
    seat = current_seat()
    schema, verb = (
        (schemas.UnitPlanIn(), units.draft_unit_plan) if _kind() == UNIT else (schemas.PlanIn(), commands.draft_plan)
    )

    def act(given: dict[str, Any]) -> Plan:
        rest, outline = commands.outline_of(given)
        return verb(seat, **rest, outline=outline, on=today())

    row, errors = submitted(schema, act)
    if row is None:
        return _form(seat, None, request.form, errors)
    flash(_("计划已拟订，请报办公室审核。") if row.kind == UNIT else _("计划已拟订，请提请议定。"), "success")
    return redirect(url_for("plans.show", plan_id=row.id))


@pages.get("/<uuid:plan_id>/edit")
def edit(plan_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    row = queries.plan(seat.session, plan_id)
    values = {name: getattr(row, name) for name in ("title", "text", "begins", "ends", "parent_id")}
    return _form(seat, row, values, {})


@pages.post("/<uuid:plan_id>/edit")
def revise(plan_id: UUID) -> ResponseReturnValue:
    """The draft reads as the form says."""
    seat = current_seat()
    row = queries.plan(seat.session, plan_id)
    verb = units.revise_unit_plan if row.kind == UNIT else commands.revise_plan

    def act(given: dict[str, Any]) -> Plan:
        return verb(seat, plan_id, title=given["title"], outline=commands.outline_of(given)[1])

    done, errors = submitted(schemas.PlanText(), act)
    if done is None:
        return _form(seat, row, request.form, errors)
    flash(_("计划已修改。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


# --- one plan ---


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
        unit=unit_names(seat.session)[row.unit_id] if row.unit_id else "",
        parent=queries.plan(seat.session, row.parent_id) if row.parent_id else None,
        below=queries.drawn_from(seat.session, plan_id),
        mine=row.unit_id is not None and seat.sits_for(row.unit_id, units.DRAFTS),
        drafting=row.state == DRAFT,
        reviewing=row.state == SUBMITTED,
        closing=row.state == APPROVED and today() > row.ends,
        long_term=row.kind == LONG_TERM,
        values=values,
        errors=errors,
        on=today(),
    )


@pages.post("/<uuid:plan_id>/approval")
def approve(plan_id: UUID) -> ResponseReturnValue:
    """The plan was agreed, by the meeting or paper named."""

    def act(given: dict[str, Any]) -> Plan:
        given["agreed_on"] = given["agreed_on"] or today()
        return commands.agree_plan(current_seat(), plan_id, **given, on=today())

    return _moved(plan_id, schemas.ApprovalIn(), act, _("计划已议定。"))


@pages.post("/<uuid:plan_id>/submission")
def submit(plan_id: UUID) -> ResponseReturnValue:
    """The unit's plan waits for the office."""
    units.submit_plan(current_seat(), plan_id, on=today())
    flash(_("计划已报办公室审核。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@pages.post("/<uuid:plan_id>/review")
def accept(plan_id: UUID) -> ResponseReturnValue:
    """The office has reviewed the unit's plan."""
    units.accept_plan(current_seat(), plan_id, on=today())
    flash(_("计划已审核。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@pages.post("/<uuid:plan_id>/return")
def send_back(plan_id: UUID) -> ResponseReturnValue:
    """The unit changes its plan and sends it again."""

    def act(given: dict[str, Any]) -> Plan:
        return units.return_plan(current_seat(), plan_id, **given, on=today())

    return _moved(plan_id, schemas.RemarkIn(), act, _("计划已退回修改。"))


@pages.post("/<uuid:plan_id>/closure")
def close(plan_id: UUID) -> ResponseReturnValue:
    """The plan whose time is over is filed."""
    commands.close_plan(current_seat(), plan_id, on=today())
    flash(_("计划已归档。"), "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


def _moved(plan_id: UUID, schema: Any, act: Callable[[dict[str, Any]], Plan], words: str) -> ResponseReturnValue:
    """The step is done, or the plan comes back with the sentence at the field."""
    row, errors = submitted(schema, act)
    if row is None:
        return _plan_page(reading("plan.read"), plan_id, request.form, errors)
    flash(words, "success")
    return redirect(url_for("plans.show", plan_id=plan_id))


@pages.app_context_processor
def _frame() -> dict[str, object]:
    """Every page about a plan shows its tabs: `plan_tabs(plan)`."""
    return {"plan_tabs": _tabs, "plan_state_group": state_group}


def _tabs(plan: Plan) -> list[dict[str, object]]:
    found = tabs_for(current_app, current_seat(), plan.kind)
    addresses = [(tab, url_for(tab.endpoint, plan_id=plan.id)) for tab in found]
    return [{"label": _(tab.label), "url": url, "active": request.endpoint == tab.endpoint} for tab, url in addresses]

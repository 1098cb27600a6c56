"""The task ledger's pages: list, one task with the verbs that move it, and the forms of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.charter.queries import duties_of, units, version_named
from service.kit.forms import rows_of, submitted
from service.kit.layout import Entry
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans.queries import all_plans
from service.tasks import commands, looking, progress, queries, schemas
from service.tasks.beside import panels_for
from service.tasks.verbs import VERBS, leads, offered, text_of

pages = Blueprint("tasks", __name__, url_prefix="/t/<slug>/tasks", template_folder="templates")
pages.register_blueprint(looking.looks)
NAV = (Entry(30, "任务台账", "tasks.index", "task.read", "checklist"),)
Errors = Mapping[str, str]
MILESTONE, MORE = ("title", "due"), "more"  # the fields of a row of milestones; the button that asks for one more


pages.add_url_rule("/", view_func=looking.index)


@pages.get("/<uuid:task_id>")
def show(task_id: UUID) -> ResponseReturnValue:
    """One task, its milestones, its history, and what this seat can do with it."""
    return _task_page(reading("task.read"), task_id)


def _task_page(seat: Seat, task_id: UUID, noun: str = "", errors: Errors | None = None) -> ResponseReturnValue:
    """The task; with errors, the verb's form stands as it was sent."""
    whole = queries.whole(seat.session, task_id, today())
    return page(
        "tasks/show.html",
        422 if errors else 200,
        whole=whole,
        task=whole.task,
        names=unit_names(seat.session),
        duties=queries.duty_names(seat.session),
        made_under=version_named(seat.session, whole.task.charter_id),
        offered=offered(seat, whole),
        reaches=seat.may("task.report_progress") and leads(seat, whole.task, "task.report_progress"),
        mergeable=[(row.id, f"{row.no} {row.content}") for row in queries.mergeable(seat.session, whole.task)],
        noun=noun,
        beside=panels_for(current_app, seat, whole.task, today()),
        values=request.form,
        errors=errors or {},
    )


@pages.post(f"/<uuid:task_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(task_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, task_id, **given, on=today()))
    if errors:
        return _task_page(reading("task.read"), task_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))


@pages.post("/<uuid:task_id>/milestones/<uuid:milestone_id>")
def reach(task_id: UUID, milestone_id: UUID) -> ResponseReturnValue:
    """The milestone was reached today."""
    progress.reach_milestone(current_seat(), task_id, milestone_id, on=today())
    flash(_("节点已完成。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The form: first plan and lead unit, then one of the unit's own duties."""
    return _new_page(current_seat(), request.args, {}, [{}])


def _new_page(
    seat: Seat, values: Mapping[str, str], errors: Errors, milestones: list[dict[str, str]], fresh: int | None = None
) -> ResponseReturnValue:
    seat.require("task.plan")
    on = today()
    table = units(seat.session, on)
    lead = next((unit for unit in table if str(unit.id) == values.get("lead_unit_id")), None)
    owed = duties_of(seat.session, lead.id, on) if lead else []
    plans = [plan for plan in all_plans(seat.session) if plan.takes_tasks]
    return page(
        "tasks/new.html",
        422 if errors else 200,
        values=values,
        cooperating=request.form.getlist("cooperating"),
        milestones=milestones,
        fresh=fresh,
        errors=errors,
        lead=lead,
        plans=[(plan.id, plan.named) for plan in plans],
        units=[(unit.id, unit.name) for unit in table],
        duties=[(duty.id, f"{duty.code} {duty.text}") for duty in owed],
    )


@pages.post("/")
def create() -> ResponseReturnValue:
    """The plan has one more task, or the form comes back as it was; or with one row of milestones more or less."""
    seat, steps = current_seat(), rows_of(request.form, "milestones", MILESTONE)
    if wanted := request.form.get("row"):
        left = [*steps, {}] if wanted == MORE else [row for n, row in enumerate(steps) if str(n) != wanted]
        return _new_page(seat, request.form, {}, left, fresh=len(left) - 1 if wanted == MORE else None)
    row, errors = submitted(
        schemas.TaskIn(),
        lambda given: commands.add_task(seat, given["plan_id"], text_of(given), on=today()),
    )
    if row is None:
        return _new_page(seat, request.form, errors, [row for row in steps if row] or [{}])
    flash(_("任务已列入台账。"), "success")
    return redirect(url_for("tasks.show", task_id=row.id))


@pages.get("/<uuid:task_id>/edit")
def edit(task_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    row = queries.task(seat.session, task_id)
    values = {"content": row.content, "deliverable": row.deliverable}
    return _edit_page(seat, task_id, values, queries.cooperating(seat.session, [task_id])[task_id], {})


def _edit_page(
    seat: Seat, task_id: UUID, values: Mapping[str, str], cooperating: Any, errors: Errors
) -> ResponseReturnValue:
    seat.require("task.plan")
    row = queries.task(seat.session, task_id)
    others = [(unit.id, unit.name) for unit in units(seat.session, today()) if unit.id != row.lead_unit_id]
    status = 422 if errors else 200
    shown = {"values": values, "cooperating": cooperating, "errors": errors, "units": others}
    return page("tasks/edit.html", status, task=row, **shown)


@pages.post("/<uuid:task_id>/edit")
def revise(task_id: UUID) -> ResponseReturnValue:
    """The task reads as the form says."""
    seat = current_seat()
    row, errors = submitted(schemas.TaskPatch(), lambda given: commands.revise_task(seat, task_id, **given, on=today()))
    if row is None:
        return _edit_page(seat, task_id, request.form, request.form.getlist("cooperating"), errors)
    flash(_("任务已修改。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))

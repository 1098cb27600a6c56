"""The task ledger's pages: list, one task with the verbs that move it, and the forms of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import statistical_indicators
from service.charter.names import unit_names
from service.charter.queries import duties_of, units, version_named
from service.files.keeping import stored
from service.files.web import served, uploaded, uploaded_if_any
from service.kit.command import commit_held
from service.kit.face import label
from service.kit.forms import TICKED, rows_of, submitted
from service.kit.layout import Entry
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans.queries import all_plans
from service.tasks import commands, looking, part_schemas, progress, queries, schemas
from service.tasks.beside import panels_for
from service.tasks.details import Detail, detail, linkable
from service.tasks.entries import awaits_approval
from service.tasks.evidence import add_evidence, evidence_of, may_mark
from service.tasks.queries import Whole
from service.tasks.targets import DIRECTIONS
from service.tasks.verbs import VERBS, TaskVerb, brings, leads, offered, text_of

pages = Blueprint("tasks", __name__, url_prefix="/t/<slug>/tasks", template_folder="templates")
pages.register_blueprint(looking.looks)
NAV = (Entry(30, "任务台账", "tasks.index", "task.read", "checklist"),)
Errors = Mapping[str, str]
BRINGING = ("progress", "close-request")  # their forms may bring evidence
MILESTONE, MORE = ("title", "due"), "more"  # the fields of a row of milestones; the button that asks for one more


pages.add_url_rule("/", view_func=looking.index)


@pages.get("/<uuid:task_id>")
def show(task_id: UUID) -> ResponseReturnValue:
    """One task, its milestones, its history, and what this seat can do with it."""
    return _task_page(reading("task.read"), task_id)


def _task_page(seat: Seat, task_id: UUID, noun: str = "", errors: Errors | None = None) -> ResponseReturnValue:
    """The task; with errors, the verb's form stands as it was sent."""
    on = today()
    whole, belonging = queries.whole(seat.session, task_id, on), detail(seat.session, task_id, on)
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
        **_belongings(seat, whole, belonging, noun),
        mergeable=[(row.id, f"{row.no} {row.content}") for row in queries.mergeable(seat.session, whole.task)],
        noun=noun,
        beside=panels_for(current_app, seat, whole.task, today()),
        values=request.form,
        errors=errors or {},
    )


def _belongings(seat: Seat, whole: Whole, found: Detail, noun: str) -> dict[str, Any]:
    """What the page's parts on belongings show, and what their forms offer."""
    names, row = unit_names(seat.session), whole.task
    mine = next((part for part in found.parts if seat.sits_for(part.unit_id, "task.report_progress")), None)
    given = rows_of(request.form, "milestones", MILESTONE) if noun == "quarters" else None
    quarters = [{"title": title, "due": due} for title, due in queries.offered_quarters(seat.session, row)]
    carriers = [(unit, names[unit]) for unit in (row.lead_unit_id, *whole.cooperating)]
    return {
        "detail": found,
        "my_part": mine,
        "approval": awaits_approval(seat, today()),
        "carriers": carriers,
        "helpers": carriers[1:],
        "quarters": quarters if given is None else given,
        "indicators": [(one.code, f"{one.code} {one.name_zh}（{one.unit}）") for one in statistical_indicators()],
        "directions": [(direction, label("target_direction", direction)) for direction in DIRECTIONS],
        "linkable": [(other.id, f"{other.no} {other.content}") for other in linkable(seat.session, row)],
        "brings": brings(seat, whole),
        "marks": lambda one: may_mark(seat, one),
    }


@pages.post(f"/<uuid:task_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(task_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: _with_evidence(seat, task_id, verb, given))
    if errors:
        return _task_page(reading("task.read"), task_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))


def _with_evidence(seat: Seat, task_id: UUID, verb: TaskVerb, given: dict[str, Any]) -> object:
    """The verb, and the file that its form brought: both or neither."""
    upload = uploaded_if_any() if verb.noun in BRINGING else None
    if upload is None:
        return verb.act(seat, task_id, **given, on=today())
    with commit_held(seat.session):
        done = verb.act(seat, task_id, **given, on=today())
        add_evidence(seat, task_id, upload, shared=request.form.get("shared") == TICKED, on=today())
    return done


@pages.post("/<uuid:task_id>/evidence")
def bring(task_id: UUID) -> ResponseReturnValue:
    """The task has one file more."""
    seat = current_seat()
    row, errors = submitted(
        part_schemas.EvidenceIn(), lambda given: add_evidence(seat, task_id, uploaded(), **given, on=today())
    )
    if row is None:
        return _task_page(reading("task.read"), task_id, "evidence", errors)
    flash(_("材料已上传。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id, _anchor="evidence"))


@pages.get("/<uuid:task_id>/evidence/<uuid:task_evidence_id>/file")
def evidence_file(task_id: UUID, task_evidence_id: UUID) -> Response:
    """The file as it was brought."""
    seat = reading("task.read")
    return served(stored(seat.session, evidence_of(seat, task_id, task_evidence_id).file_id))


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

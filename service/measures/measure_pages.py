"""Measures: their list, one with its tasks, the forms in which it is recorded, put out, broken into tasks, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.charter import POLICY_FIELDS
from service.charter.names import unit_names
from service.charter.queries import all_units, duties_of
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.measures import commands, forms, queries, schemas
from service.measures.commands import MeasureText
from service.measures.models import Measure, PolicyDocument
from service.measures.queries import READ, MeasureRow
from service.measures.rules import MEASURE
from service.plans.queries import all_plans
from service.tasks.commands import TaskText

measures = Blueprint("items", __name__, url_prefix="/measures")
Errors = Mapping[str, str]


@measures.get("/")
def index() -> ResponseReturnValue:
    """The measures, each with how far it is carried out; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    found = queries.measures(seat.session, asked_here(schemas.MeasuresQuery()), today(), whole=kind in ("csv", "xlsx"))
    names = unit_names(seat.session)
    if kind in ("csv", "xlsx"):
        header = ["措施", "政策文件", "承担单位", "领域", "状态", "出台文件", "出台日期", "任务数", "已销号", "逾期"]
        rows = [_cells(row, names.then(row.measure.unit_id, row.measure.recorded_on)) for row in found.rows]
        return table_file(kind, f"{seat.tenant.name}-政策措施-{today().isoformat()}", header, rows)
    return page(
        "measures/measures.html",
        listed=found,
        names=names,
        fields=forms.named("policy_field", POLICY_FIELDS),
        states=forms.named("measure_state", MEASURE.all_states()),
        units=[(unit.id, unit.name) for unit in all_units(seat.session, today())],
        records=seat.may(commands.MEASURE),
    )


def _cells(row: MeasureRow, unit: str) -> list[Any]:
    one, stands = row.measure, row.standing
    field = one.own_field or label("policy_field", one.policy_field)
    named = [one.content, row.policy.title if row.policy else "", unit, field, label("measure_state", one.state)]
    return [*named, one.issued_as, one.issued_on, stands.tasks, stands.done.numerator, stands.overdue.numerator]


@measures.get("/new")
def new() -> ResponseReturnValue:
    """An empty sheet, for the policy document that the address names."""
    return _form(current_seat(), {"policy_document_id": request.args.get("policy", "")}, {})


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require(commands.MEASURE)
    return page(
        "measures/measure_form.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        units=forms.units_for(seat, commands.MEASURE, today()),
        fields=forms.policy_fields(seat.session, today()),
        papers=[(row.id, f"{row.title} {row.number}".strip()) for row in queries.papers(seat.session)],
    )


@measures.post("/")
def record() -> ResponseReturnValue:
    """The unit's measure is on record."""
    seat = current_seat()
    seat.require(commands.MEASURE)

    def act(given: dict[str, Any]) -> Measure:
        return commands.record_measure(seat, MeasureText(**given), on=today())

    row, errors = submitted(schemas.MeasureIn(), act)
    if row is None:
        return _form(seat, request.form, errors)
    flash(_("措施已登记。"), "success")
    return redirect(url_for("measures.items.show", measure_id=row.id))


@measures.get("/<uuid:measure_id>")
def show(measure_id: UUID) -> ResponseReturnValue:
    """One measure: what it says, its tasks, what may be done with it."""
    return _measure_page(reading(READ), measure_id, "", {})


def _measure_page(seat: Seat, measure_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    """`form`: the one that came back with errors."""
    row: Measure = queries.one(seat.session, Measure, measure_id)
    plans = seat.may("task.plan") and row.state != "ended"
    paper = queries.one(seat.session, PolicyDocument, row.policy_document_id) if row.policy_document_id else None
    return page(
        "measures/measure.html",
        422 if errors else 200,
        row=row,
        paper=paper,
        names=unit_names(seat.session),
        tasks=queries.tasks_of(seat.session, [row.id], today()).get(row.id, []),
        offered=MEASURE.possible(row.state) if _may(seat, row) else frozenset[str](),
        plans=[(one.id, one.named) for one in all_plans(seat.session) if one.takes_tasks] if plans else [],
        duties=[(duty.id, f"{duty.code} {duty.text}") for duty in duties_of(seat.session, row.unit_id, today())],
        linkable=[(one.id, f"{one.no} {one.content}") for one in queries.linkable(seat.session, row)] if plans else [],
        form_open=form,
        values=request.form if form else {},
        errors=errors,
        on=today(),
    )


def _may(seat: Seat, row: Measure) -> bool:
    return seat.may(commands.MEASURE) and (seat.may(commands.OFFICE) or seat.sits_for(row.unit_id, commands.MEASURE))


@measures.post("/<uuid:measure_id>/issue")
def issue(measure_id: UUID) -> ResponseReturnValue:
    """The measure was put out."""
    seat = current_seat()
    seat.require(commands.MEASURE)
    schema = schemas.IssueIn()
    row, errors = submitted(schema, lambda given: commands.issue_measure(seat, measure_id, **given, on=today()))
    return _back(seat, measure_id, "issue", row, errors, _("已登记出台。"))


@measures.post("/<uuid:measure_id>/end")
def end(measure_id: UUID) -> ResponseReturnValue:
    """The measure is in effect no more."""
    seat = current_seat()
    seat.require(commands.MEASURE)
    row, errors = submitted(schemas.EndIn(), lambda given: commands.end_measure(seat, measure_id, **given, on=today()))
    return _back(seat, measure_id, "end", row, errors, _("已登记停止执行。"))


@measures.post("/<uuid:measure_id>/tasks")
def break_down(measure_id: UUID) -> ResponseReturnValue:
    """The measure has one more task."""
    seat = current_seat()
    seat.require("task.plan")

    def act(given: dict[str, Any]) -> Any:
        plan_id = given.pop("plan_id")
        row: Measure = queries.one(seat.session, Measure, measure_id)
        text = TaskText(lead_unit_id=row.unit_id, **given)
        return commands.break_down(seat, measure_id, plan_id=plan_id, text=text, on=today())

    row, errors = submitted(schemas.BreakdownIn(), act)
    return _back(seat, measure_id, "task", row, errors, _("任务已列入台账。"))


@measures.post("/<uuid:measure_id>/links")
def link(measure_id: UUID) -> ResponseReturnValue:
    """A task that is there already carries the measure out."""
    seat = current_seat()
    seat.require("task.plan")
    row, errors = submitted(schemas.LinkIn(), lambda given: commands.link_task(seat, measure_id, **given, on=today()))
    return _back(seat, measure_id, "link", row, errors, _("任务已关联。"))


@measures.post("/<uuid:measure_id>/links/<uuid:task_id>/removal")
def unlink(measure_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """The task does not carry the measure out; the task stays."""
    commands.unlink_task(current_seat(), measure_id, task_id=task_id, on=today())
    flash(_("已取消关联，任务本身不变。"), "success")
    return redirect(url_for("measures.items.show", measure_id=measure_id))


def _back(seat: Seat, measure_id: UUID, form: str, row: Any, errors: Errors, said: str) -> ResponseReturnValue:
    if row is None:
        return _measure_page(seat, measure_id, form, errors)
    flash(said, "success")
    return redirect(url_for("measures.items.show", measure_id=measure_id))

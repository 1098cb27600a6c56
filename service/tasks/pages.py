"""The task ledger's pages: list, one task, a new task, and each verb that moves one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.queries import duties_of, units
from service.kit.export import table_file
from service.kit.layout import Entry
from service.kit.paging import Asked, page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans.queries import plan_of
from service.tasks.commands import (
    NewTask,
    add_task,
    extend,
    reach_milestone,
    report_progress,
    request_close_out,
    return_close_out,
    verify_close_out,
)
from service.tasks.models import Task
from service.tasks.queries import SORTABLE, duty_names, history, ledger, lights, milestones, names, task
from service.tasks.rules import STATES, possible
from tenants.errors import LianxiError, Refused

pages = Blueprint("tasks", __name__, url_prefix="/t/<slug>/tasks", template_folder="templates")
NAV = (Entry(30, "任务台账", "tasks.index", "task.read", "list-check"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The year's tasks, narrowed, sorted, paged; or as a file."""
    seat, on = reading("task.read"), today()
    asked = Asked.of(request.args, "state", "unit")
    kind = request.args.get("format", "")
    query = ledger(on.year, asked.filters, asked.q)
    listed = page_of(seat.session, query, asked, SORTABLE, "no", whole=kind in ("csv", "xlsx"))
    named = names(seat.session)
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows, named, on)
    shown = lights(seat.session, listed.rows, on)
    table = [(unit.id, unit.name) for unit in units(seat.session, on)]
    return page("tasks/index.html", listed=listed, names=named, lights=shown, states=STATES, units=table, year=on.year)


def _file(seat: Seat, kind: str, rows: list[Task], named: dict[UUID, str], on: date) -> ResponseReturnValue:
    header = ["序号", "工作任务", "成果形式", "牵头单位", "启动日", "完成时限", "原定时限", "进度%", "状态"]
    table = [
        [
            row.no,
            row.content,
            row.deliverable,
            named[row.lead_unit_id],
            row.start,
            row.due,
            row.due0,
            row.percent,
            STATES[row.state],
        ]
        for row in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-任务台账-{on.year}-{on.isoformat()}", header, table)


@pages.get("/<uuid:task_id>")
def show(task_id: UUID) -> ResponseReturnValue:
    """One task, its milestones, its history, and what this seat can do with it."""
    return _task_page(reading("task.read"), task_id)


def _task_page(seat: Seat, task_id: UUID, status: int = 200, **more: object) -> ResponseReturnValue:
    row = task(seat.session, task_id)
    return page(
        "tasks/show.html",
        status,
        task=row,
        names=names(seat.session),
        duties=duty_names(seat.session),
        milestones=milestones(seat.session, task_id),
        history=history(seat.session, task_id),
        light=lights(seat.session, [row], today())[row.id],
        possible=possible(row.state),
        own=seat.sits_for(row.lead_unit_id),
        states=STATES,
        **more,
    )


@pages.post("/<uuid:task_id>/<any('progress', 'close-request', 'close-out', 'close-return', 'extension'):act>")
def move(task_id: UUID, act: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat = current_seat()
    try:
        _do(seat, task_id, act)
    except Refused as refusal:
        errors = {refusal.field or "": refusal.message}
        return _task_page(seat, task_id, 422, errors=errors, values=request.form, act=act)
    flash(_("已办理。"), "success")
    return redirect(url_for("tasks.show", task_id=task_id))


def _do(seat: Seat, task_id: UUID, act: str) -> None:
    form, on = request.form, today()
    text = form.get("text", "")
    if act == "progress":
        report_progress(seat, task_id, _whole(form.get("percent", "")), text, on)
    elif act == "close-request":
        request_close_out(seat, task_id, text, on)
    elif act == "close-out":
        verify_close_out(seat, task_id, on)
    elif act == "close-return":
        return_close_out(seat, task_id, form.get("reason", ""), on)
    else:
        extend(seat, task_id, _day(form.get("due", ""), "due"), form.get("reason", ""), on)


@pages.post("/<uuid:task_id>/milestones/<uuid:milestone_id>")
def reach(task_id: UUID, milestone_id: UUID) -> ResponseReturnValue:
    """The milestone is reached today."""
    reach_milestone(current_seat(), milestone_id, today())
    return redirect(url_for("tasks.show", task_id=task_id))


def _whole(text: str) -> int:
    if not text.strip().isdecimal():
        raise Refused("请填写0到100的整数。", en="A whole number from 0 to 100.", field="percent")
    return int(text)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused("请填写日期,如2026-09-30。", en="A date such as 2026-09-30.", field=field) from error


@pages.get("/new")
def new() -> ResponseReturnValue:
    """The form: first the lead unit, then one of its own duties."""
    return _new_page(current_seat(), dict(request.args))


def _new_page(seat: Seat, values: dict[str, str], status: int = 200, **more: object) -> ResponseReturnValue:
    seat.require("task.plan")
    on = today()
    table = [(str(unit.id), unit.name) for unit in units(seat.session, on)]
    lead = values.get("lead_unit_id", "")
    owed = duties_of(seat.session, UUID(lead), on) if lead in dict(table) else []
    options = [(str(duty.id), f"{duty.code} {duty.text}") for duty in owed]
    plan = plan_of(seat.session, on.year)
    return page("tasks/new.html", status, values=values, units=table, duties=options, plan=plan, year=on.year, **more)


@pages.post("/")
def create() -> ResponseReturnValue:
    """The plan has one more task, or the form comes back as it was."""
    seat, values = current_seat(), request.form.to_dict()
    plan = plan_of(seat.session, today().year)
    try:
        if plan is None:
            raise Refused("本年度还没有工作计划,请先拟订。", en="There is no plan for this year yet.")
        row = add_task(seat, plan.id, _read(values))
    except LianxiError as refusal:
        if refusal.status != 422:
            raise
        return _new_page(seat, values, 422, errors={refusal.field or "": refusal.message})
    flash(_("任务已列入台账。"), "success")
    return redirect(url_for("tasks.show", task_id=row.id))


def _read(values: dict[str, str]) -> NewTask:
    return NewTask(
        content=values.get("content", ""),
        deliverable=values.get("deliverable", ""),
        duty_id=_id(values.get("duty_id", ""), "duty_id", "请选择对应职责。"),
        lead_unit_id=_id(values.get("lead_unit_id", ""), "lead_unit_id", "请选择牵头单位。"),
        start=_day(values.get("start", ""), "start"),
        due=_day(values.get("due", ""), "due"),
    )


def _id(text: str, field: str, sentence: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Refused(sentence, en="Choose one.", field=field) from error

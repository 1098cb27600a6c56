"""The pages of a plan's tasks: how far it is, its table, and the tables that are brought to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from service.breakdown import commands, printing, queries, schemas, sheets
from service.breakdown.checking import LEVELS
from service.breakdown.models import RUNNING, Breakdown, BreakdownRow
from service.breakdown.progress import standing
from service.breakdown.rules import COLUMNS
from service.charter.names import full_name
from service.charter.queries import duties, in_force, lead_units, units
from service.documents.rendering import rendered
from service.files.web import uploaded_if_any
from service.jobs.queries import job as job_of
from service.kit.export import download, table_file
from service.kit.face import label, query
from service.kit.forms import said
from service.kit.listing import asked_here
from service.kit.paging import Asked
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.plans.models import Plan
from service.plans.queries import plan
from service.plans.rules import ANNUAL, PHASE, UNIT
from service.plans.tabs import PlanTab
from service.tasks.origins import Origin
from service.tasks.queries import lights, paces
from tenants.errors import Conflict, Refused

pages = Blueprint("breakdown", __name__, url_prefix="/t/<slug>", template_folder="templates")
PLAN_TABS = (
    PlanTab(20, "进度", "breakdown.progress", "task.read"),
    PlanTab(30, "任务分解表", "breakdown.table", "task.read", (ANNUAL, PHASE, UNIT)),
)
TASK_ORIGINS = (Origin("table", select(BreakdownRow.task_id).where(BreakdownRow.task_id.is_not(None))),)
AT, ONE = "/plans/<uuid:plan_id>", "/breakdowns/<uuid:breakdown_id>"
Errors = Mapping[str, str]
SHOWN = 200  # rows of a plan's table on its page; the file has them all


@pages.get("/breakdowns/")
def index() -> ResponseReturnValue:
    """The tables that were brought, the newest first; or as a file."""
    seat, kind = reading("plan.read"), request.args.get("format", "")
    listed = queries.tables(seat.session, asked_here(schemas.TablesQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["名称", "行数", "状态", "导入人", "导入日期"]
        rows = [
            [row.name, row.rows, label("breakdown_state", row.state), row.brought_by, row.brought_on]
            for row in listed.rows
        ]
        return table_file(kind, f"{seat.tenant.name}-分解表导入记录-{today().isoformat()}", header, rows)
    return page("breakdown/index.html", listed=listed)


# --- a plan's tasks ---


@pages.get(f"{AT}/progress")
def progress(plan_id: UUID) -> ResponseReturnValue:
    """How far the plan is: by quarter, by policy field and duty, by unit."""
    seat = reading("task.read")
    row = plan(seat.session, plan_id)
    return page("breakdown/progress.html", plan=row, seen=standing(seat.session, row, today()))


@pages.get(f"{AT}/table")
def table(plan_id: UUID) -> ResponseReturnValue:
    """The plan's tasks in nine columns, and the form in which such a table is brought."""
    seat = reading("task.read")
    row = plan(seat.session, plan_id)
    kind = request.args.get("format", "")
    if kind in ("csv", "xlsx"):
        return _file(seat, row, kind)
    return _table_page(seat, row, {}, {})


def _file(seat: Seat, row: Plan, kind: str) -> Response:
    rows, name = queries.plan_table(seat.session, row.id), f"{seat.tenant.name}-{row.title}任务分解表-{today()}"
    if kind == "csv":
        return table_file(kind, name, list(COLUMNS.values()), rows)
    return download(kind, name, printing.table_sheet(f"{row.title}任务分解表", rows, _organ(seat)))


def _organ(seat: Seat) -> str:
    """Who made the table: the office, or the lead department where there is none."""
    charter = in_force(seat.session, today())
    if charter.office_host is not None:
        return f"{full_name(seat.tenant.name, charter.conference_name)}办公室"
    return "、".join(full_name(seat.tenant.name, unit.name) for unit in lead_units(seat.session, today()))


def _table_page(seat: Seat, row: Plan, values: Mapping[str, str], errors: Errors) -> ResponseReturnValue:
    rows = list(queries.plan_rows(seat.session, row.id))
    shown = rows[:SHOWN]
    brought = queries.tables(seat.session, Asked(filters={"plan": str(row.id)}, per_page=10))
    return page(
        "breakdown/table.html",
        422 if errors else 200,
        plan=row,
        columns=COLUMNS,
        rows=shown,
        lights=lights(seat.session, paces(seat.session, [task.id for task, _cells in shown]), today()),
        total=len(rows),
        brought=brought.rows,
        may=queries.may_list(seat, row) and row.takes_tasks,
        most=sheets.MOST_ROWS,
        values=values,
        errors=errors,
    )


@pages.get(f"{AT}/template.xlsx")
def template(plan_id: UUID) -> Response:
    """An empty table with this tenant's units and duties to choose from."""
    seat, on = reading("task.read"), today()
    row = plan(seat.session, plan_id)
    owed = [f"{duty.code} {duty.text}" for duty in duties(seat.session, on)]
    body = printing.template([unit.name for unit in units(seat.session, on)], owed, sheets.MOST_ROWS)
    return download("xlsx", f"{row.title}-任务分解表模板", body)


@pages.get(f"{AT}/plan.<any(docx, pdf):kind>")
def document(plan_id: UUID, kind: str) -> Response:
    """The plan on paper: its key points and its table."""
    seat = reading("task.read")
    row = plan(seat.session, plan_id)
    booklet = printing.booklet(row, queries.plan_table(seat.session, plan_id), _organ(seat))
    return download(kind, row.title, rendered(booklet, kind))


# --- a table that is brought ---


@pages.post(f"{AT}/table")
def bring(plan_id: UUID) -> ResponseReturnValue:
    """The table is there to be looked through, or the form comes back with the sentence at its field."""
    seat = current_seat()
    seat.require(queries.LISTS)
    row = plan(seat.session, plan_id)
    try:
        name, lines = _brought()
        found = commands.bring_table(seat, plan_id, name=name, lines=lines, on=today())
    except (Refused, Conflict) as refusal:
        return _table_page(seat, row, request.form, {refusal.field or "": said(refusal)})
    return redirect(url_for("breakdown.preview", breakdown_id=found.id))


def _brought() -> tuple[str, list[sheets.Line]]:
    sent = uploaded_if_any()
    if sent is not None:
        return sent.filename, sheets.uploaded(sent.filename, sent.content)
    return "粘贴的表格", sheets.pasted(request.form.get("text", ""))


@pages.get(ONE)
def preview(breakdown_id: UUID) -> ResponseReturnValue:
    """The table row by row, with what is to be said of its cells, and how far it is."""
    seat = reading("task.read")
    found = queries.breakdown(seat.session, breakdown_id)
    row = plan(seat.session, found.plan_id)
    asked = asked_here(schemas.RowsQuery())
    return page(
        "breakdown/preview.html",
        plan=row,
        table=found,
        listed=queries.rows(seat.session, breakdown_id, asked),
        counts=queries.counts(seat.session, breakdown_id),
        columns=COLUMNS,
        edited=request.args.get("row", ""),
        english=english(),
        levels=[(level, label("finding_level", level)) for level in LEVELS],
        states=[(state, label("breakdown_row_state", state)) for state in schemas.ROW_STATES],
        may=queries.may_list(seat, row) and row.takes_tasks,
        job=_job(seat, found),
    )


@pages.post(f"{ONE}/rows/<uuid:row_id>")
def correct(breakdown_id: UUID, row_id: UUID) -> ResponseReturnValue:
    """The row's cells read so; back to the same place of the table."""
    cells = {name: text for name, text in request.form.items() if name in COLUMNS}
    row = commands.correct_row(current_seat(), breakdown_id, row_id, cells=cells, on=today())
    if row.level == "error":
        flash(_("第 %(n)s 行已保存，仍有错误。", n=row.line), "warning")
    else:
        flash(_("第 %(n)s 行已改正。", n=row.line), "success")
    place = query({name: request.args.get(name) for name in ("page", "level", "state")})
    return redirect(url_for("breakdown.preview", breakdown_id=breakdown_id) + place)


@pages.post(f"{ONE}/run")
def run(breakdown_id: UUID) -> ResponseReturnValue:
    """The rows without errors are being listed."""
    try:
        commands.run_table(current_seat(), breakdown_id, on=today())
    except (Refused, Conflict) as refusal:
        flash(said(refusal), "error")
    return redirect(url_for("breakdown.preview", breakdown_id=breakdown_id))


@pages.post(f"{ONE}/halt")
def halt(breakdown_id: UUID) -> ResponseReturnValue:
    """No more rows are listed for now."""
    commands.halt_table(current_seat(), breakdown_id)
    flash(_("已暂停，已列入的任务保留；可以继续列入。"), "success")
    return redirect(url_for("breakdown.preview", breakdown_id=breakdown_id))


@pages.post(f"{ONE}/discard")
def discard(breakdown_id: UUID) -> ResponseReturnValue:
    """The table is gone; the plan is as it was."""
    plan_id = commands.discard_table(current_seat(), breakdown_id)
    flash(_("已放弃这张表，计划没有变动。"), "success")
    return redirect(url_for("breakdown.table", plan_id=plan_id))


@pages.get(f"{ONE}/job")
def job(breakdown_id: UUID) -> ResponseReturnValue:
    """How far the listing is: the fragment that the page asks for until it is done."""
    seat = reading("task.read")
    found = queries.breakdown(seat.session, breakdown_id)
    shown = _job(seat, found)
    return render_template("kit/_job.html", job=shown, job_url=request.path) if shown else ""


def _job(seat: Seat, found: Breakdown) -> dict[str, Any] | None:
    if found.job_id is None:
        return None
    work = job_of(seat.session, found.job_id).job
    here = url_for("breakdown.preview", breakdown_id=found.id)
    return {
        "state": work.state,
        "title": _("列入任务"),
        "done": work.progress_done,
        "total": work.progress_total,
        "message": found.said,
        "result_url": "" if found.state == RUNNING else here,
        "cancel_url": url_for("breakdown.halt", breakdown_id=found.id) if found.state == RUNNING else "",
    }


@pages.get(f"{ONE}/faults.<any(csv, xlsx):kind>")
def faults(breakdown_id: UUID, kind: str) -> Response:
    """The rows that are no task, with where and why: to be put right and brought again."""
    seat = reading("task.read")
    found = queries.breakdown(seat.session, breakdown_id)
    rows = printing.faults(queries.not_listed(seat.session, breakdown_id))
    return table_file(kind, f"{found.name}-未列入的行", printing.FAULTS_HEADER, rows)

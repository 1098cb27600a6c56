"""Many tasks at once: one verb with a preview, and one's reports on one screen or by a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE, ValidationError

from service.batches import commands, queries, schemas, sheets
from service.batches.carrying import carry_on
from service.batches.commands import Given
from service.batches.models import RUNNING, Batch
from service.batches.queries import MOST, REPORTS, Open
from service.batches.verbs import REPORT, VERBS, offered
from service.charter.names import unit_names
from service.charter.queries import units
from service.files.web import uploaded
from service.jobs.queries import job as job_of
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import said, submitted
from service.kit.listing import asked, asked_here
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.tasks import looking, progress
from service.tasks.models import Task
from service.tasks.schemas import TasksQuery
from tenants.errors import Conflict, LianxiError, Refused

pages = Blueprint("batches", __name__, url_prefix="/t/<slug>/batches", template_folder="templates")
Errors = Mapping[str, str]


# --- one verb, many tasks ---


@pages.get("/")
def index() -> ResponseReturnValue:
    """The batches that the reader prepared; or as a file."""
    seat, kind = reading("task.read"), request.args.get("format", "")
    listed = queries.batches(seat, asked_here(schemas.BatchesQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["事项", "状态", "办理人", "日期"]
        cells = [[label("batch_verb", row.verb), label("batch_state", row.state), row.made_by, row.made_on] for row in listed.rows]  # fmt: skip
        return table_file(kind, f"{seat.tenant.name}-批量办理-{today().isoformat()}", header, cells)
    return page("batches/index.html", listed=listed)


@pages.get("/new")
def new() -> ResponseReturnValue:
    """What is to be done to the tasks that were chosen in the list: all that its filters name, or those ticked."""
    return _form(reading("task.read"), request.args, {}, _chosen())


def _chosen() -> list[UUID]:
    """The ticked ones, or all of the question."""
    if not request.values.get("every"):
        return [UUID(text) for text in request.values.getlist("task") if _is_id(text)][:MOST]
    seat = reading("task.read")
    given = _asked(request.values.get("query", "")[:2000])
    try:
        wanted = asked(cast("dict[str, Any]", TasksQuery().load(given, unknown=EXCLUDE)))
    except ValidationError:
        return []
    look = looking.Look(seat, today(), wanted, [])
    return list(seat.session.scalars(look.found.with_only_columns(Task.id).order_by(Task.due, Task.no).limit(MOST)))


def _asked(query: str) -> dict[str, Any]:
    return dict(parse_qsl(query, max_num_fields=50)) if query.count("&") < 50 else {}


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _form(seat: Seat, values: Mapping[str, str], errors: Errors, chosen: Sequence[UUID]) -> ResponseReturnValue:
    verbs = offered(seat)
    picked = next((verb for verb in verbs if verb.key == values.get("verb")), verbs[0] if verbs else None)
    return page(
        "batches/new.html",
        422 if errors else 200,
        verbs=[(verb.key, label("batch_verb", verb.key)) for verb in verbs],
        picked=picked,
        chosen=chosen,
        values=values,
        errors=errors,
        units=[(unit.id, unit.name) for unit in units(seat.session, today())],
    )


@pages.post("/")
def prepare() -> ResponseReturnValue:
    """The batch is there to be looked through, or the form comes back with the sentence at its field."""
    seat = reading("task.read")
    made, errors = submitted(schemas.BatchIn(), lambda given: _prepared(seat, given))
    if made is None:
        return _form(seat, request.form, errors, _chosen())
    return redirect(url_for("batches.show", batch_id=made.id))


def _prepared(seat: Seat, given: dict[str, Any]) -> Batch:
    rows = [Given(line, task_id, {}) for line, task_id in enumerate(dict.fromkeys(given["task"]), 1)]
    return commands.prepare(seat, verb=given["verb"], given=schemas.told(given), rows=rows, on=today())


@pages.get("/<uuid:batch_id>")
def show(batch_id: UUID) -> ResponseReturnValue:
    """Which rows will be done, which not and why; then what became of them."""
    seat = reading("task.read")
    made = queries.batch(seat, batch_id)
    return page(
        "batches/show.html",
        batch=made,
        listed=queries.rows(seat.session, batch_id, asked_here(schemas.RowsQuery())),
        counts=queries.counts(seat.session, batch_id),
        asks=VERBS[made.verb].asks,
        names=unit_names(seat.session),
        english=english(),
        report=REPORT,
        states=[(state, label("batch_row_state", state)) for state in schemas.ROW_STATES],
        job=_job(seat, made),
    )


@pages.post("/<uuid:batch_id>/run")
def run(batch_id: UUID) -> ResponseReturnValue:
    """What can be done is done, or is being done."""
    seat, on = current_seat(), today()
    try:
        made = commands.begin(seat, batch_id, on=on)
    except (Refused, Conflict) as refusal:
        flash(said(refusal), "error")
        return redirect(url_for("batches.show", batch_id=batch_id))
    while made.job_id is None and carry_on(seat, batch_id, on):
        pass
    return redirect(url_for("batches.show", batch_id=batch_id))


@pages.get("/<uuid:batch_id>/job")
def job(batch_id: UUID) -> ResponseReturnValue:
    """How far it is: the fragment that the page asks for until it is done."""
    seat = reading("task.read")
    shown = _job(seat, queries.batch(seat, batch_id))
    return render_template("kit/_job.html", job=shown, job_url=request.path) if shown else ""


def _job(seat: Seat, made: Batch) -> dict[str, Any] | None:
    if made.job_id is None:
        return None
    work = job_of(seat.session, made.job_id).job
    here = "" if made.state == RUNNING else url_for("batches.show", batch_id=made.id)
    title = label("batch_verb", made.verb)
    return {"state": work.state, "title": title, "done": work.progress_done, "total": work.progress_total, "result_url": here}  # fmt: skip


# --- reports on many tasks ---


@pages.get("/reports")
def reports() -> ResponseReturnValue:
    """The open tasks of the reader's units in one table; or as the workbook that is filled in and brought back."""
    seat = reading(REPORTS)
    tasks = queries.open_tasks(seat)
    if request.args.get("format") == "xlsx":
        return table_file(
            "xlsx", f"{seat.tenant.name}-任务进展-{today().isoformat()}", sheets.HEADER, sheets.lines(tasks)
        )
    return _table(tasks, {}, {})


def _table(
    tasks: Sequence[Open], values: Mapping[str, str], errors: Mapping[str, tuple[str, str]]
) -> ResponseReturnValue:
    return page("batches/reports.html", 422 if errors else 200, tasks=tasks, values=values, errors=errors)


@pages.post("/reports")
def report() -> ResponseReturnValue:
    """Each row that was changed is reported; a row in error says so at its field, and the others are kept."""
    seat = current_seat()
    seat.require(REPORTS)
    tasks = queries.open_tasks(seat)
    queries.check_there(seat.session, _named())
    if request.form.get("last"):
        return _table(tasks, _as_last(tasks), {})
    errors: dict[str, tuple[str, str]] = {}
    done = sum(_reported(seat, one, errors) for one in tasks)
    if done:
        flash(_("已填报 %(n)s 项任务的进展。", n=done), "success")
    if errors:
        return _table(queries.open_tasks(seat), request.form, errors)
    if not done:
        flash(_("没有改动，未填报。"), "info")
    return redirect(url_for("batches.reports"))


def _named() -> set[UUID]:
    """The tasks that the form has rows of."""
    return {UUID(text) for name in request.form if _is_id(text := name.partition(".")[2])}


def _as_last(tasks: Sequence[Open]) -> dict[str, str]:
    """The form as it was sent, the rows left empty with what was said last."""
    kept = dict(request.form)
    for one in tasks:
        name = f"text.{one.task.id}"
        kept[name] = kept.get(name, "").strip() or one.last
    return kept


def _reported(seat: Seat, one: Open, errors: dict[str, tuple[str, str]]) -> bool:
    """Whether the row was reported; one that nobody changed is not."""
    key = str(one.task.id)
    text, percent = request.form.get(f"text.{key}", "").strip(), request.form.get(f"percent.{key}", "").strip()
    if not text and (not one.leads or percent in ("", str(one.task.percent))):
        return False
    try:
        progress.report_progress(
            seat, one.task.id, percent=_number(percent) if one.leads else None, text=text, on=today()
        )
    except LianxiError as wrong:
        errors[key] = (wrong.field or "text", said(wrong))
        return False
    return True


def _number(text: str) -> int | None:
    """The percentage; what is no whole number is none, and outside of 0 to 100 the command refuses it."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,4}", text) else None


@pages.post("/reports/file")
def bring() -> ResponseReturnValue:
    """The workbook's rows are there to be looked through, with what is wrong by row and column."""
    seat = current_seat()
    seat.require(REPORTS)
    tasks = queries.open_tasks(seat)
    try:
        sent = uploaded()
        rows = sheets.read(sent.filename, sent.content, tasks)
        made = commands.prepare(seat, verb=REPORT, given={}, rows=rows, on=today())
    except (Refused, Conflict) as refusal:
        return _table(tasks, {}, {"file": ("file", said(refusal))})
    return redirect(url_for("batches.show", batch_id=made.id))

"""The administrator's page of background work: what waits, what was given up and why, and trying it again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.labels import labels
from service.jobs import commands, queries
from service.jobs.queries import Row
from service.jobs.rules import STATES
from service.jobs.schemas import JobsQuery
from service.kit.export import table_file
from service.kit.face import day, label
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.web import current_seat, page, reading, today

pages = Blueprint("jobs", __name__, url_prefix="/t/<slug>/jobs", template_folder="templates")
NAV = (Entry(95, "后台任务", "jobs.index", "job.manage", "refresh"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The jobs that are not finished, or those in one state; or as a file."""
    seat, kind = reading("job.manage"), request.args.get("format", "")
    listed = queries.jobs(seat.session, asked_here(JobsQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["编号", "事项", "状态", "已试次数", "提交时间", "下次办理", "错误"]
        return table_file(kind, f"{seat.tenant.name}-后台任务-{today().isoformat()}", header, map(_cells, listed.rows))
    return page(
        "jobs/list.html",
        listed=listed,
        kind_name=kind_name,
        states=[(state, label("job_state", state)) for state in STATES],
    )


def kind_name(kind: str) -> str:
    """What the job does, as the reader says it; one that this version does not know bears its own name."""
    return label("job_kind", kind) if kind in labels()["job_kind"] else kind


def _cells(row: Row) -> list[Any]:
    job = row.job
    named = [str(job.id), kind_name(job.kind), label("job_state", job.state)]
    return [*named, job.attempts, day(job.created_at), day(job.due_at), row.error]


@pages.post("/<uuid:job_id>/revival")
def run_again(job_id: UUID) -> ResponseReturnValue:
    """The job that was given up is due again."""
    commands.run_again(current_seat(), job_id)
    flash(_("任务已重新提交，通常一分钟内办理；请稍后刷新查看。"), "success")
    return redirect(url_for("jobs.index"))

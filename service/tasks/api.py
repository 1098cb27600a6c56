"""The task ledger, for programs. The same verbs as on the pages (verbs.py)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, current_app
from flask_smorest import Blueprint
from sqlalchemy import ColumnElement

from service.files.keeping import stored
from service.files.web import read, served
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today
from service.tasks import commands, evidence, part_schemas, progress, queries, schemas
from service.tasks.details import detail, shown
from service.tasks.models import Task
from service.tasks.origins import came_by
from service.tasks.queries import Row, Whole
from service.tasks.verbs import VERBS, text_of

api = Blueprint("tasks_api", __name__, url_prefix="/api/v1/t/<slug>/tasks", description="The task ledger")


def _columns(row: Task) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Task.__table__.columns}


def _row(row: Row) -> dict[str, Any]:
    return _columns(row.task) | {"light": row.light, "supervision": row.supervision, "extension_asked": row.asked}


def _whole(seat: Seat, task_id: UUID, on: date) -> dict[str, Any]:
    found: Whole = queries.whole(seat.session, task_id, on)
    api.set_etag({"revision": found.task.revision})
    own = {name: value for name, value in vars(found).items() if name != "task"}
    return _columns(found.task) | own | shown(detail(seat.session, task_id, on))


def _only(seat: Seat, query: dict[str, Any], on: date) -> ColumnElement[bool]:
    mine = queries.mine(seat, query.get("mine", ""), on)
    came = came_by(current_app, query.get("origin", ""))
    return came if mine is None else came & mine


@api.get("")
@api.arguments(schemas.TasksQuery, location="query")
@api.response(200, schemas.TasksPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The tasks, the next due first, each with its light."""
    seat, on = reading("task.read"), today()
    page = queries.ledger(seat.session, asked(query), on, only=_only(seat, query, on))
    return listed(page, [_row(row) for row in page.rows])


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.TaskIn)
@api.response(201, schemas.TaskOut)
def add(body: dict[str, Any]) -> dict[str, Any]:
    """List a task under a duty of its lead unit."""
    seat, on = current_seat(), today()
    row = commands.add_task(seat, body["plan_id"], text_of(body), on=on)
    return _whole(seat, row.id, on)


@api.get("/<uuid:task_id>")
@api.etag
@api.response(200, schemas.TaskOut)
def show(task_id: UUID) -> dict[str, Any]:
    """One task with its milestones, requests, extensions and history."""
    return _whole(reading("task.read"), task_id, today())


@api.patch("/<uuid:task_id>")
@api.etag
@api.arguments(schemas.TaskPatch)
@api.response(200, schemas.TaskOut)
def revise(body: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Change what the task says and who cooperates."""
    seat, on = current_seat(), today()
    api.check_etag({"revision": queries.task(seat.session, task_id).revision})
    commands.revise_task(seat, task_id, **body, on=on)
    return _whole(seat, task_id, on)


@api.post("/<uuid:task_id>/milestones/<uuid:milestone_id>/completion")
@idempotent
@api.etag
@api.response(201, schemas.TaskOut)
def reach(task_id: UUID, milestone_id: UUID) -> dict[str, Any]:
    """The milestone was reached today."""
    seat, on = current_seat(), today()
    progress.reach_milestone(seat, task_id, milestone_id, on=on)
    return _whole(seat, task_id, on)


@api.post("/<uuid:task_id>/evidence")
@idempotent
@api.etag
@api.arguments(part_schemas.EvidenceIn, location="form")
@api.arguments(part_schemas.FileIn, location="files")
@api.response(201, schemas.TaskOut)
def bring(words: dict[str, Any], files: dict[str, Any], task_id: UUID) -> dict[str, Any]:
    """Bring a file that shows what was done."""
    seat, on = current_seat(), today()
    evidence.add_evidence(seat, task_id, read(files["file"]), **words, on=on)
    return _whole(seat, task_id, on)


@api.get("/<uuid:task_id>/evidence/<uuid:task_evidence_id>/file")
@api.response(200, content_type="application/octet-stream")
def evidence_file(task_id: UUID, task_evidence_id: UUID) -> Response:
    """The file as it was brought."""
    seat = reading("task.read")
    return served(stored(seat.session, evidence.evidence_of(seat, task_id, task_evidence_id).file_id))


offer(api, VERBS.values(), schemas.TaskOut, lambda seat, task_id: _whole(seat, task_id, today()), "/<uuid:task_id>")

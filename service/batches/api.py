"""One verb for many tasks, for programs: prepared, looked through, begun."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.batches import commands, queries, schemas
from service.batches.commands import Given
from service.batches.models import Batch
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today

api = Blueprint("batches_api", __name__, url_prefix="/api/v1/t/<slug>/batches", description="One verb, many tasks")


def _tagged(row: Batch) -> Batch:
    api.set_etag({"revision": row.revision})
    return row


@api.get("")
@api.arguments(schemas.BatchesQuery, location="query")
@api.response(200, schemas.BatchesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The batches that one prepared, the newest first."""
    return listed(queries.batches(reading("task.read"), asked(query)))


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.BatchIn)
@api.response(201, schemas.BatchOut)
def prepare(body: dict[str, Any]) -> Any:
    """Try a verb on many tasks; nothing is done yet."""
    rows = [Given(line, task_id, {}) for line, task_id in enumerate(dict.fromkeys(body["task"]), 1)]
    given = schemas.told(body)
    return _tagged(commands.prepare(current_seat(), verb=body["verb"], given=given, rows=rows, on=today()))


@api.get("/<uuid:batch_id>")
@api.etag
@api.response(200, schemas.BatchOut)
def show(batch_id: UUID) -> Any:
    """One batch."""
    return _tagged(queries.batch(reading("task.read"), batch_id))


@api.get("/<uuid:batch_id>/rows")
@api.arguments(schemas.RowsQuery, location="query")
@api.response(200, schemas.RowsPage)
def rows(query: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Its rows, with what became of each and why."""
    seat = reading("task.read")
    queries.batch(seat, batch_id)
    page = queries.rows(seat.session, batch_id, asked(query))
    return listed(page, [row for row, _task in page.rows])


@api.post("/<uuid:batch_id>/run")
@idempotent
@api.etag
@api.response(201, schemas.BatchOut)
def run(batch_id: UUID) -> Any:
    """Have it carried out, in the background."""
    return _tagged(commands.begin(current_seat(), batch_id, on=today(), at_once=0))

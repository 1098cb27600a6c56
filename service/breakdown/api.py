"""Tables of tasks, for programs: brought to a plan, put right cell by cell, listed in the background."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.breakdown import commands, queries, schemas, sheets
from service.breakdown.models import Breakdown
from service.files.web import UploadIn, read
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today

api = Blueprint("breakdown_api", __name__, url_prefix="/api/v1/t/<slug>", description="Tables of tasks (任务分解表)")
ONE = "/breakdowns/<uuid:breakdown_id>"


def _tagged(row: Breakdown) -> Breakdown:
    api.set_etag({"revision": row.revision})
    return row


@api.get("/breakdowns")
@api.arguments(schemas.TablesQuery, location="query")
@api.response(200, schemas.TablesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The tables that were brought, the newest first."""
    return listed(queries.tables(reading("plan.read").session, asked(query)))


@api.post("/plans/<uuid:plan_id>/breakdowns")
@idempotent
@api.etag
@api.arguments(schemas.PasteIn)
@api.response(201, schemas.TableOut)
def paste(body: dict[str, Any], plan_id: UUID) -> Any:
    """Bring a table as text to a plan; its rows are read, and nothing is listed yet."""
    name, lines = body["name"] or "粘贴的表格", sheets.pasted(body["text"])
    return _tagged(commands.bring_table(current_seat(), plan_id, name=name, lines=lines, on=today()))


@api.post("/plans/<uuid:plan_id>/breakdowns/file")
@idempotent
@api.etag
@api.arguments(UploadIn, location="files")
@api.response(201, schemas.TableOut)
def upload(files: dict[str, Any], plan_id: UUID) -> Any:
    """Bring a table as XLSX or CSV."""
    seat = current_seat()
    seat.require(queries.LISTS)
    sent = read(files["file"])
    lines = sheets.uploaded(sent.filename, sent.content)
    return _tagged(commands.bring_table(seat, plan_id, name=sent.filename, lines=lines, on=today()))


@api.get(ONE)
@api.etag
@api.response(200, schemas.TableOut)
def show(breakdown_id: UUID) -> Any:
    """One table."""
    return _tagged(queries.breakdown(reading("plan.read").session, breakdown_id))


@api.get(f"{ONE}/rows")
@api.arguments(schemas.RowsQuery, location="query")
@api.response(200, schemas.RowsPage)
def rows(query: dict[str, Any], breakdown_id: UUID) -> dict[str, Any]:
    """Its rows, with what is to be said of their cells."""
    session = reading("plan.read").session
    queries.breakdown(session, breakdown_id)
    return listed(queries.rows(session, breakdown_id, asked(query)))


@api.post(f"{ONE}/rows/<uuid:row_id>/correction")
@idempotent
@api.arguments(schemas.CellsIn)
@api.response(201, schemas.RowOut)
def correct(body: dict[str, Any], breakdown_id: UUID, row_id: UUID) -> Any:
    """Put cells of a row right; those left out stay."""
    return commands.correct_row(current_seat(), breakdown_id, row_id, cells=body, on=today())


@api.post(f"{ONE}/run")
@idempotent
@api.etag
@api.response(201, schemas.TableOut)
def run(breakdown_id: UUID) -> Any:
    """List its rows without errors, in the background."""
    return _tagged(commands.run_table(current_seat(), breakdown_id, on=today()))


@api.post(f"{ONE}/halt")
@idempotent
@api.etag
@api.response(201, schemas.TableOut)
def halt(breakdown_id: UUID) -> Any:
    """List no more of its rows for now."""
    return _tagged(commands.halt_table(current_seat(), breakdown_id))


@api.delete(ONE)
@api.etag
@api.response(204)
def discard(breakdown_id: UUID) -> Any:
    """The table is gone; nothing of it was listed."""
    seat = current_seat()
    api.check_etag({"revision": queries.breakdown(seat.session, breakdown_id).revision})
    commands.discard_table(seat, breakdown_id)

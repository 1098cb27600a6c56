"""What units owe the office, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.period import MONTHS, Period
from service.kit.seat import Seat
from service.kit.verbs import offer
from service.kit.web import current_seat, reading, today
from service.submissions import commands, queries, schemas
from service.submissions.models import Obligation
from service.submissions.queries import Row
from service.submissions.verbs import VERBS

api = Blueprint(
    "submissions_api", __name__, url_prefix="/api/v1/t/<slug>/submissions", description="What units owe the office"
)


def _row(row: Row) -> dict[str, Any]:
    columns = {column.key: getattr(row.obligation, column.key) for column in Obligation.__table__.columns}
    return columns | {"unit": row.unit, "standing": row.standing}


def _shown(seat: Seat, obligation_id: UUID) -> dict[str, Any]:
    row = queries.shown(seat.session, obligation_id, today())
    api.set_etag({"revision": row.obligation.revision})
    return _row(row)


@api.get("")
@api.arguments(schemas.SubmissionsQuery, location="query")
@api.response(200, schemas.ObligationsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """What is owed, the latest due first."""
    page = queries.listed(reading("submission.read").session, asked(query), today())
    return framed(page, [_row(row) for row in page.rows])


@api.post("")
@idempotent
@api.arguments(schemas.LayDownIn)
@api.response(201, schemas.LaidDownOut)
def lay_down(body: dict[str, str]) -> dict[str, Any]:
    """Every unit owes the period's reports, each once."""
    added = commands.lay_down_obligations(current_seat(), Period.parse(body["period"], tuple(MONTHS)), today())
    return {"period": body["period"], "added": added}


@api.get("/<uuid:obligation_id>")
@api.etag
@api.response(200, schemas.ObligationOut)
def show(obligation_id: UUID) -> dict[str, Any]:
    """One submission."""
    return _shown(reading("submission.read"), obligation_id)


offer(api, VERBS.values(), schemas.ObligationOut, _shown, "/<uuid:obligation_id>")

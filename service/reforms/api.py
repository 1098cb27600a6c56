"""What a reform leaves to be moved, and each unit's work as then and as now, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today
from service.reforms import commands, listing, schemas
from service.reforms.queries import KINDS, check_mover

api = Blueprint("reforms_api", __name__, url_prefix="/api/v1/t/<slug>", description="After a reform of the organs")


@api.get("/handovers")
@api.arguments(schemas.ItemsQuery, location="query")
@api.response(200, schemas.ItemsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """What is still open of units that are gone, each with the unit that should carry it on."""
    seat = current_seat()
    check_mover(seat)
    return listed(listing.items(seat, KINDS, asked(query), today()))


@api.post(f"/handovers/<any({', '.join(KINDS)}):kind>/<uuid:item_id>/from/<uuid:unit_id>/confirmation")
@idempotent
@api.arguments(schemas.ConfirmationIn)
@api.response(201, schemas.ItemOut)
def confirm(body: dict[str, Any], kind: str, item_id: UUID, unit_id: UUID) -> Any:
    """Move this one as proposed, or to the unit named instead."""
    return commands.confirm(current_seat(), kind, item_id, unit_id, body["unit_id"], on=today())


@api.post("/handovers/confirmation")
@idempotent
@api.response(201, schemas.ConfirmedOut)
def confirm_all() -> dict[str, Any]:
    """Move everything that has a proposal; what is refused stays, with the reason."""
    done = commands.confirm_all(current_seat(), on=today())
    refused = [vars(item) | {"ends": item.ends, "reason": str(refusal)} for item, refusal in done.refused]
    return {"moved": done.moved, "refused": refused}


@api.get("/units/work")
@api.arguments(schemas.WorkQuery, location="query")
@api.response(200, schemas.WorkPage)
def work(query: dict[str, Any]) -> dict[str, Any]:
    """What each unit did in a year, this one if none is named: as then, or summed into the units of now."""
    seat, on = reading("task.read"), today()
    year, view = query.get("year") or on.year, query.get("view") or "then"
    return listed(listing.by_unit(seat.session, year, view, asked(query), on))

"""Meetings on record, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter.names import unit_names
from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.meetings import commands, queries, schemas
from service.meetings.commands import Agreed, Held
from service.meetings.convening_api import offer_convening
from service.meetings.models import Meeting

api = Blueprint("meetings_api", __name__, url_prefix="/api/v1/t/<slug>/meetings", description="Meetings on record")


def _columns(row: Meeting) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Meeting.__table__.columns}


def _shown(seat: Seat, meeting_id: UUID) -> dict[str, Any]:
    found, names = queries.whole(seat.session, meeting_id), unit_names(seat.session)
    day = found.meeting.held_on
    api.set_etag({"revision": found.meeting.revision})
    return _columns(found.meeting) | {
        "attendance": [
            {"unit_id": unit.id, "unit": names.then(unit.id, day), "mode": mode} for unit, mode in found.attendance
        ],
        "attendees": queries.attendees(seat.session, meeting_id),
        "concerned": queries.concerned_units(seat.session, meeting_id),
        "resolutions": found.resolutions,
        "short_of_quorum": found.short,
    }


@api.get("")
@api.arguments(schemas.MeetingsQuery, location="query")
@api.response(200, schemas.MeetingsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The meetings, the newest first."""
    page = queries.listed(reading("meeting.read").session, asked(query))
    return framed(
        page,
        [
            _columns(row.meeting) | {"attended": row.attended, "agreed": row.agreed, "done": row.done}
            for row in page.rows
        ],
    )


@api.post("")
@idempotent
@api.etag
@api.arguments(schemas.MeetingIn)
@api.response(201, schemas.MeetingOut)
def record(body: dict[str, Any]) -> dict[str, Any]:
    """Put a meeting that was held on record."""
    seat = current_seat()
    came = {row["unit_id"]: row["mode"] for row in body.pop("attendance")}
    agreed = [Agreed(**row) for row in body.pop("agreed")]
    row = commands.record_meeting(seat, Held(**body, attendance=came, agreed=agreed), today())
    return _shown(seat, row.id)


@api.get("/standing")
@api.arguments(schemas.OnQuery, location="query")
@api.response(200, schemas.StandingOut)
def standing(query: dict[str, Any]) -> dict[str, Any]:
    """The year's plenaries against the charter's rule, when the next meetings are owed, and who may chair what."""
    seat, on = reading("meeting.read"), query["on"] or today()
    found = queries.plenaries(seat.session, seat.tenant.opened_on, on)
    kinds = queries.kinds(seat.session, on)
    return asdict(found) | {
        "next_liaison": queries.next_liaison_meeting(seat.session, on),
        "kinds": kinds,
        "own_meetings": queries.own_standings(seat.session, seat.tenant.opened_on, on),
        "chairs": {kind: list(queries.chair_posts(seat.session, kind, on)) for kind in kinds},
    }


@api.get("/<uuid:meeting_id>")
@api.etag
@api.response(200, schemas.MeetingOut)
def show(meeting_id: UUID) -> dict[str, Any]:
    """One meeting with who came and what was agreed."""
    return _shown(reading("meeting.read"), meeting_id)


@api.post("/<uuid:meeting_id>/resolutions")
@idempotent
@api.etag
@api.arguments(schemas.AgreedIn)
@api.response(201, schemas.MeetingOut)
def add(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Add an agreed item while the minutes are not signed."""
    seat = current_seat()
    commands.add_resolution(seat, meeting_id, Agreed(**body))
    return _shown(seat, meeting_id)


@api.post("/resolutions/<uuid:resolution_id>/completion")
@idempotent
@api.response(201, schemas.ResolutionOut)
def confirm(resolution_id: UUID) -> Any:
    """Confirm that an agreed item is done."""
    return commands.confirm_resolution(current_seat(), resolution_id, today())


offer_convening(api, _shown)

"""The working calendar, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.calendar import commands, schemas
from service.calendar.listing import day_named, listed_days
from service.calendar.queries import READ, workdays
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today

api = Blueprint("calendar_api", __name__, url_prefix="/api/v1/t/<slug>/calendar", description="Working calendar")


@api.get("")
@api.arguments(schemas.DaysQuery, location="query")
@api.response(200, schemas.DaysPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The special days of a year, this year's unless asked otherwise."""
    session, year = reading(READ).session, query.pop("year", None) or today().year
    return listed(listed_days(session, year, asked(query))) | {"year": year, "known": workdays(session).known(year)}


@api.post("/days")
@idempotent
@api.arguments(schemas.SpanIn)
@api.response(201, schemas.SetOut)
def set_days(body: dict[str, Any]) -> dict[str, Any]:
    """Set days of rest or of work of this place's own."""
    body["last"] = body["last"] or body["first"]
    return {"days": commands.set_days(current_seat(), **body, on=today())}


@api.delete("/days/<day>")
@api.response(204)
def unset_day(day: str) -> str:
    """Take a day of one's own back."""
    commands.unset_day(current_seat(), day_named(day), on=today())
    return ""


@api.post("/list")
@idempotent
@api.arguments(schemas.PastedIn)
@api.response(201, schemas.SetOut)
def set_list(body: dict[str, Any]) -> dict[str, Any]:
    """Set the days of a list: one a line, day, 放假 or 上班, name."""
    return {"days": commands.set_list(current_seat(), **body, on=today())}


@api.post("/<int:year>/adoption")
@idempotent
@api.response(201, schemas.SetOut)
def adopt(year: int) -> dict[str, Any]:
    """Take over what the place above told of the year."""
    return {"days": commands.adopt_year(current_seat(), year, on=today())}


@api.post("/<int:year>/sending")
@idempotent
@api.response(201, schemas.SentOut)
def send(year: int) -> dict[str, Any]:
    """Tell the year's days to the places below."""
    return {"places": commands.send_year(current_seat(), year)}

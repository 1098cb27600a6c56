"""The handbook, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.documents.composition import contents_of
from service.handbook import schemas
from service.handbook.commands import issue_edition
from service.handbook.files import handbook_file, handbook_of
from service.handbook.queries import editions, material
from service.handbook.rules import calendar, event_deadlines
from service.kit.idempotency import idempotent
from service.kit.web import current_seat, reading, today

READ = "handbook.read"

api = Blueprint(
    "handbook_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/handbook",
    description="The handbook and the year's deadlines",
)


@api.get("")
@api.response(200, schemas.HandbookOut)
def show() -> dict[str, Any]:
    """What the handbook holds as of today, and what falls due this year by the charter's own rules."""
    found = material(reading(READ), today())
    booklet, rules = handbook_of(found).booklet, found.charter.rules
    return {
        "on": found.on,
        "title": booklet.title,
        "contents": contents_of(booklet),
        "calendar": calendar(found.on.year, rules, found.days, below=bool(found.places)),
        "deadlines": event_deadlines(rules),
        "edition": found.edition,
        "outdated": found.outdated,
    }


@api.get("/editions")
@api.response(200, schemas.EditionOut(many=True))
def index() -> Any:
    """Every edition that was issued, the newest first."""
    return editions(reading(READ).session)


@api.post("/editions")
@idempotent
@api.response(201, schemas.EditionOut)
def issue() -> Any:
    """Issue the handbook as it stands as the year's next edition."""
    return issue_edition(current_seat(), today())


@api.get("/document")
@api.arguments(schemas.DocumentQuery, location="query")
@api.response(200)
def document(query: dict[str, Any]) -> Any:
    """The handbook as of today as DOCX or PDF; numbers in part."""
    return handbook_file(material(reading(READ), today()), query["format"])

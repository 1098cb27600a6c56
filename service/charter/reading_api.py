"""The charter in force, its versions, units, duties and rules, for programs. A tenant's own only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter import checking, queries, schemas
from service.charter.models import Charter, Duty, DutyHolder, Unit
from service.charter.original import definitions
from service.charter.overview import Overview, overview
from service.charter.rules import Caution
from service.charter.text import CharterText
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.kit.web import reading, today

READ = "charter.read"

api = Blueprint(
    "charter_api", __name__, url_prefix="/api/v1/t/<slug>", description="The charter: units, duties and working rules"
)


def tag(row: Charter | Unit | Duty) -> dict[str, int]:
    """What a row's ETag is made of."""
    return {"revision": row.revision}


def _listed(page: Page, items: list[Any]) -> dict[str, Any]:
    return {"items": items, "total": page.total, "page": page.number, "per_page": page.per_page}


def charter_out(seat: Seat, charter: Charter, cautions: list[Caution] | None = None) -> dict[str, Any]:
    """One version whole, with its tag."""
    api.set_etag(tag(charter))
    text = charter.text
    row = {field: getattr(charter, field) for field in schemas.VersionOut().fields}
    row |= {field: getattr(charter, field) for field in ("title", "remark", "drafted_by", "submitted_by", "revision")}
    return (
        row
        | asdict(text)
        | {
            "differences": len(overview(seat.tenant, text).differences),
            "cautions": checking.cautions(text) if cautions is None else cautions,
        }
    )


def _in_force(on: date | None) -> tuple[Seat, Charter]:
    seat = reading(READ)
    return seat, queries.in_force(seat.session, on or today())


@api.get("/charter")
@api.etag
@api.arguments(schemas.DayQuery, location="query")
@api.response(200, schemas.CharterOut)
def show_charter(query: dict[str, Any]) -> dict[str, Any]:
    """The charter in force on a day, whole."""
    return charter_out(*_in_force(query["on"]))


def _seen(on: date | None = None) -> Overview:
    seat, charter = _in_force(on)
    return overview(seat.tenant, charter.text)


@api.get("/charter/text")
@api.arguments(schemas.DayQuery, location="query")
@api.response(200, schemas.ArticleOut(many=True))
def show_text(query: dict[str, Any]) -> list[Any]:
    """The charter as a document: articles and paragraphs with their sources."""
    return list(_seen(query["on"]).articles)


@api.get("/charter/differences")
@api.response(200, schemas.DifferenceOut(many=True))
def show_differences() -> list[Any]:
    """Where the charter goes its own way, compared with the template it was copied from."""
    return _seen().differences


@api.get("/charter/versions")
@api.arguments(schemas.VersionsQuery, location="query")
@api.response(200, schemas.VersionsPage)
def list_versions(query: dict[str, Any]) -> dict[str, Any]:
    """Every version that was approved, the latest first."""
    seat = reading(READ)
    page = page_of(seat.session, queries.versions(), _asked(query), queries.VERSION_ORDERS, "-effective_from")
    return _listed(page, page.rows)


@api.get("/charter/versions/<uuid:version_id>")
@api.etag
@api.response(200, schemas.CharterOut)
def show_version(version_id: UUID) -> dict[str, Any]:
    """One version whole."""
    seat = reading(READ)
    return charter_out(seat, queries.version_named(seat.session, version_id))


@api.get("/rules")
@api.etag
@api.arguments(schemas.DayQuery, location="query")
@api.response(200, schemas.RulesOut)
def show_rules(query: dict[str, Any]) -> dict[str, Any]:
    """The working rules with their values, kinds and sources."""
    seat, charter = _in_force(query["on"])
    api.set_etag(tag(charter))
    original = {rule.key: rule.value for rule in overview(seat.tenant, charter.text).template.rules}
    items = [
        {
            "key": rule.key,
            "label": rule.label_zh,
            "kind": rule.kind,
            "value": charter.rules.get(rule.key),
            "template": original.get(rule.key),
            "choices": rule.choices,
            "article": rule.article,
            "source": rule.source,
            "strength": rule.strength,
            "adjustable": rule.adjustable,
        }
        for rule in definitions(seat.tenant).values()
    ]
    return {"items": items, "revision": charter.revision}


def _asked(query: Mapping[str, Any]) -> Asked:
    return Asked(page=query["page"], per_page=query["per_page"], sort=query["sort"])


@api.get("/units")
@api.arguments(schemas.OnQuery, location="query")
@api.response(200, schemas.UnitsPage)
def list_units(query: dict[str, Any]) -> dict[str, Any]:
    """The member units of a day, in the charter's order."""
    seat = reading(READ)
    sortable = {"position": Unit.position, "name": Unit.name, "joined_on": Unit.joined_on, "id": Unit.id}
    page = page_of(seat.session, queries.sitting(query["on"] or today()), _asked(query), sortable, "position")
    return _listed(page, page.rows)


@api.get("/units/<uuid:unit_id>")
@api.etag
@api.response(200, schemas.UnitOut)
def show_unit(unit_id: UUID) -> Any:
    """One unit, also one that has left."""
    unit = queries.unit_named(reading(READ).session, unit_id)
    api.set_etag(tag(unit))
    return unit


def _duty(duty: Duty, text: CharterText, holders: list[DutyHolder]) -> dict[str, Any]:
    """The duty; `text` is that of a day on which it stood."""
    columns = {column.key: getattr(duty, column.key) for column in Duty.__table__.columns}
    entry = text.duty(duty.code)
    columns["own_field"] = entry.own_field if entry else ""
    return columns | {"holders": [{"unit": row.unit_id, "grade": row.grade, "joint": row.joint} for row in holders]}


@api.get("/duties")
@api.arguments(schemas.DutyQuery, location="query")
@api.response(200, schemas.DutiesPage)
def list_duties(query: dict[str, Any]) -> dict[str, Any]:
    """The duties of a day with their holders; of one unit or one policy field if named."""
    seat, on = reading(READ), query["on"] or today()
    sortable = {"position": Duty.position, "code": Duty.code, "policy_field": Duty.policy_field, "id": Duty.id}
    wanted = queries.standing(on, query["unit"], query["policy_field"])
    page = page_of(seat.session, wanted, _asked(query), sortable, "position")
    division = queries.division(seat.session, on)
    text = queries.in_force(seat.session, on).text
    return _listed(page, [_duty(duty, text, division.get(duty.id, [])) for duty in page.rows])


@api.get("/duties/<uuid:duty_id>")
@api.etag
@api.response(200, schemas.DutyOut)
def show_duty(duty_id: UUID) -> dict[str, Any]:
    """One duty, also one that has ended."""
    seat = reading(READ)
    duty = queries.duty(seat.session, duty_id)
    api.set_etag(tag(duty))
    stood = today() if duty.ended_on is None else duty.ended_on - timedelta(days=1)
    text = queries.in_force(seat.session, max(stood, duty.began_on)).text
    return _duty(duty, text, queries.holders_of(seat.session, duty.id))


@api.get("/duties/<uuid:duty_id>/route")
@api.arguments(schemas.DayQuery, location="query")
@api.response(200, schemas.RouteOut)
def show_route(query: dict[str, Any], duty_id: UUID) -> dict[str, Any]:
    """Who is asked for work under the duty: the unit that leads, and those that cooperate."""
    session = reading(READ).session
    queries.duty(session, duty_id)
    found = queries.route_of(session, duty_id, query["on"] or today())
    return {"lead": found[0], "cooperating": found[1]} if found else {"lead": None, "cooperating": []}

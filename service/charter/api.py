"""The charter, its units, duties and rules, for programs. A tenant's own only: no address reaches another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter import commands, queries, schemas
from service.charter.commands import DutyText, UnitText
from service.charter.models import Charter, Duty, DutyHolder, Unit
from service.charter.original import definitions
from service.charter.overview import Overview, overview
from service.charter.rules import Caution, Holding, Post
from service.kit.idempotency import idempotent
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today

READ = "charter.read"

api = Blueprint(
    "charter_api", __name__, url_prefix="/api/v1/t/<slug>", description="The charter: units, duties and working rules"
)


def _tag(row: Charter | Unit | Duty) -> dict[str, int]:
    return {"revision": row.revision}


def _matched(row: Any) -> None:
    """The caller has seen the row as it stands, or 412."""
    api.check_etag(_tag(row))


def _listed(page: Page, items: list[Any]) -> dict[str, Any]:
    return {"items": items, "total": page.total, "page": page.number, "per_page": page.per_page}


def _charter(seat: Seat, cautions: list[Caution] | None = None) -> dict[str, Any]:
    seen = overview(seat.session, seat.tenant, today())
    api.set_etag(_tag(seen.charter))
    columns = {column.key: getattr(seen.charter, column.key) for column in Charter.__table__.columns}
    return columns | {
        "lead_units": [unit.id for unit in seen.leads],
        "office_host": seen.charter.office_host_id,
        "differences": len(seen.differences),
        "cautions": cautions or [],
    }


@api.get("/charter")
@api.etag
@api.response(200, schemas.CharterOut)
def show_charter() -> dict[str, Any]:
    """The charter in force today."""
    return _charter(reading(READ))


def _seen() -> Overview:
    seat = reading(READ)
    return overview(seat.session, seat.tenant, today())


@api.get("/charter/text")
@api.response(200, schemas.ArticleOut(many=True))
def show_text() -> list[Any]:
    """The charter as a document: articles and paragraphs with their sources."""
    return list(_seen().articles)


@api.get("/charter/differences")
@api.response(200, schemas.DifferenceOut(many=True))
def show_differences() -> list[Any]:
    """Where the charter goes its own way, compared with the template it was copied from."""
    return _seen().differences


def _held_charter(seat: Seat) -> None:
    _matched(queries.in_force(seat.session, today()))


@api.patch("/charter")
@api.etag
@api.arguments(schemas.NameIn)
@api.response(200, schemas.CharterOut)
def name_conference(body: dict[str, Any]) -> dict[str, Any]:
    """Give the conference its own name."""
    seat = current_seat()
    _held_charter(seat)
    commands.name_conference(seat, body["conference_name"], on=today())
    return _charter(seat)


@api.put("/charter/lead-units")
@api.etag
@api.arguments(schemas.LeadIn)
@api.response(200, schemas.CharterOut)
def set_lead_units(body: dict[str, Any]) -> dict[str, Any]:
    """Determine the lead department, or the two of them, and where the office stands."""
    seat = current_seat()
    _held_charter(seat)
    cautions = commands.set_lead_units(seat, body["units"], office_host=body["office_host"], on=today())
    return _charter(seat, cautions)


@api.put("/charter/posts")
@api.etag
@api.arguments(schemas.PostsIn)
@api.response(200, schemas.CharterOut)
def set_posts(body: dict[str, Any]) -> dict[str, Any]:
    """Determine which posts convene and run the office."""
    seat = current_seat()
    _held_charter(seat)
    cautions = commands.set_posts(seat, [Post(**post) for post in body["posts"]], on=today())
    return _charter(seat, cautions)


def _rules(seat: Seat) -> dict[str, Any]:
    seen = overview(seat.session, seat.tenant, today())
    api.set_etag(_tag(seen.charter))
    original = {rule.key: rule.value for rule in seen.template.rules}
    items = [
        {
            "key": rule.key,
            "label": rule.label_zh,
            "kind": rule.kind,
            "value": seen.charter.rules.get(rule.key),
            "template": original.get(rule.key),
            "choices": rule.choices,
            "article": rule.article,
            "source": rule.source,
            "strength": rule.strength,
            "adjustable": rule.adjustable,
        }
        for rule in definitions(seat.tenant).values()
    ]
    return {"items": items, "revision": seen.charter.revision}


@api.get("/rules")
@api.etag
@api.response(200, schemas.RulesOut)
def show_rules() -> dict[str, Any]:
    """The working rules with their values, kinds and sources."""
    return _rules(reading(READ))


@api.patch("/rules")
@api.etag
@api.arguments(schemas.RulesIn)
@api.response(200, schemas.RulesOut)
def set_rules(body: dict[str, Any]) -> dict[str, Any]:
    """Set working rules; all are valid together, or none is set."""
    seat = current_seat()
    _held_charter(seat)
    commands.set_rules(seat, body["rules"], on=today())
    return _rules(seat)


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


@api.post("/units")
@idempotent
@api.etag
@api.arguments(schemas.UnitIn)
@api.response(201, schemas.UnitOut)
def add_unit(body: dict[str, Any]) -> Unit:
    """Take in a member unit, last in the order."""
    joined_on = body.pop("joined_on") or today()
    return _tagged(commands.add_unit(current_seat(), UnitText(**body), joined_on=joined_on, on=today()))


def _tagged(row: Any) -> Any:
    api.set_etag(_tag(row))
    return row


@api.put("/units/order")
@api.etag
@api.arguments(schemas.OrderIn)
@api.response(200, schemas.UnitOut(many=True))
def reorder_units(body: dict[str, Any]) -> list[Unit]:
    """Put the units in this order. If-Match carries the charter's tag."""
    seat = current_seat()
    _held_charter(seat)
    return commands.reorder_units(seat, body["units"], on=today())


@api.get("/units/<uuid:unit_id>")
@api.etag
@api.response(200, schemas.UnitOut)
def show_unit(unit_id: UUID) -> Any:
    """One unit, also one that has left."""
    return _tagged(queries.unit_named(reading(READ).session, unit_id))


@api.patch("/units/<uuid:unit_id>")
@api.etag
@api.arguments(schemas.UnitPatch)
@api.response(200, schemas.UnitOut)
def edit_unit(body: dict[str, Any], unit_id: UUID) -> Any:
    """Rename the unit, or put it into another category."""
    seat = current_seat()
    unit = queries.unit_named(seat.session, unit_id)
    _matched(unit)
    words = {"name": unit.name, "category": unit.category, "source": unit.source} | body
    return _tagged(commands.edit_unit(seat, unit_id, UnitText(**words), on=today()))


@api.post("/units/<uuid:unit_id>/departure")
@idempotent
@api.etag
@api.arguments(schemas.DepartureIn)
@api.response(201, schemas.UnitOut)
def remove_unit(body: dict[str, Any], unit_id: UUID) -> Unit:
    """Let the unit leave; refused while it leads, hosts the office or holds duties alone."""
    left_on = body["left_on"] or today()
    unit = commands.remove_unit(current_seat(), unit_id, left_on=left_on, basis=body["basis"], on=today())
    return _tagged(unit)


def _duty(duty: Duty, holders: list[DutyHolder]) -> dict[str, Any]:
    columns = {column.key: getattr(duty, column.key) for column in Duty.__table__.columns}
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
    return _listed(page, [_duty(duty, division.get(duty.id, [])) for duty in page.rows])


def _one_duty(seat: Seat, duty: Duty) -> dict[str, Any]:
    """Its holders are those who sit today; of an ended duty, all who held it."""
    api.set_etag(_tag(duty))
    if duty.due_on(today()):
        return _duty(duty, queries.division(seat.session, today()).get(duty.id, []))
    return _duty(duty, queries.holders_of(seat.session, duty.id))


def _holdings(rows: list[dict[str, Any]]) -> list[Holding]:
    return [Holding(row["unit"], row["grade"], row["joint"]) for row in rows]


@api.post("/duties")
@idempotent
@api.etag
@api.arguments(schemas.DutyIn)
@api.response(201, schemas.DutyOut)
def add_duty(body: dict[str, Any]) -> dict[str, Any]:
    """Lay down a duty and who holds it."""
    seat, holdings = current_seat(), _holdings(body.pop("holders"))
    return _one_duty(seat, commands.add_duty(seat, DutyText(**body), holdings, on=today()))


@api.get("/duties/<uuid:duty_id>")
@api.etag
@api.response(200, schemas.DutyOut)
def show_duty(duty_id: UUID) -> dict[str, Any]:
    """One duty, also one that has ended."""
    seat = reading(READ)
    return _one_duty(seat, queries.duty(seat.session, duty_id))


@api.patch("/duties/<uuid:duty_id>")
@api.etag
@api.arguments(schemas.DutyPatch)
@api.response(200, schemas.DutyOut)
def edit_duty(body: dict[str, Any], duty_id: UUID) -> dict[str, Any]:
    """Reword the duty."""
    seat = current_seat()
    duty = queries.duty(seat.session, duty_id)
    _matched(duty)
    words = {field: getattr(duty, field) for field in ("code", "text", "policy_field", "source")} | body
    return _one_duty(seat, commands.edit_duty(seat, duty_id, DutyText(**words), on=today()))


@api.put("/duties/<uuid:duty_id>/holders")
@api.etag
@api.arguments(schemas.HoldersIn)
@api.response(200, schemas.DutyOut)
def assign_holders(body: dict[str, Any], duty_id: UUID) -> dict[str, Any]:
    """Say who holds the duty, each in a grade."""
    seat = current_seat()
    _matched(queries.duty(seat.session, duty_id))
    return _one_duty(seat, commands.assign_holders(seat, duty_id, _holdings(body["holders"]), on=today()))


@api.delete("/duties/<uuid:duty_id>")
@api.etag
@api.response(204)
def end_duty(duty_id: UUID) -> Any:
    """End the duty; what was done under it keeps it."""
    seat = current_seat()
    _matched(queries.duty(seat.session, duty_id))
    commands.end_duty(seat, duty_id, on=today())

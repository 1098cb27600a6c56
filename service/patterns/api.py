"""Reference templates for programs: received and compared with one's own; written for a level below and published."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter import checking, comparison
from service.charter import schemas as charter_schemas
from service.charter.blending import ABSENT
from service.charter.merging import Item
from service.charter.models import Charter
from service.charter.writing import written
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.paging import page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.patterns import commands, divergence, queries, schemas
from service.patterns.divergence import overview_of
from service.patterns.models import PatternDraft
from service.patterns.rules import is_from
from tenants.errors import Conflict
from tenants.offers import Offer, ReceivedOffer, places_of

READ = "charter.read"
LEVEL = "<any(city, county):level>"
api = Blueprint(
    "patterns_api", __name__, url_prefix="/api/v1/t/<slug>/templates", description="Reference templates from above"
)


def _received(seat: Seat, row: ReceivedOffer, own: Charter) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in schemas.ReceivedOut().fields if hasattr(row, name)}
    done = is_from(own.template_version, row.title)
    return fields | {"source": queries.senders(seat.session, [row])[row.source_id].name, "compared": done}


@api.get("/received")
@api.arguments(schemas.ReceivedQuery, location="query")
@api.response(200, schemas.ReceivedPage)
def list_received(query: dict[str, Any]) -> dict[str, Any]:
    """The templates that came from above, the latest first."""
    seat, wanted = reading(READ), asked(query)
    rows = schemas.named_like(queries.received(), ReceivedOffer, wanted)
    page = page_of(seat.session, rows, wanted, schemas.RECEIVED, "-received_at")
    own = queries.own_version(seat.session)
    return listed(page, [_received(seat, row, own) for row in page.rows])


@api.get("/received/<uuid:received_id>")
@api.response(200, schemas.ReceivedWhole)
def show_received(received_id: UUID) -> dict[str, Any]:
    """One template as it came, with its text."""
    seat = reading(READ)
    row = queries.received_named(seat.session, received_id)
    return _received(seat, row, queries.own_version(seat.session)) | {"text": asdict(queries.text_in(row))}


@api.get("/received/<uuid:received_id>/comparison")
@api.arguments(schemas.ComparisonQuery, location="query")
@api.response(200, schemas.ComparisonOut)
def show_comparison(query: dict[str, Any], received_id: UUID) -> dict[str, Any]:
    """The template it came from, one's own text and the new template, item by item."""
    seat = reading(READ)
    row, own = queries.received_named(seat.session, received_id), queries.own_version(seat.session)
    items = queries.compared(seat.session, seat.tenant, row)
    return {
        "title": row.title,
        "base": own.template_version,
        "own": own.version,
        "charter": own.id,
        "revision": own.revision,
        "items": [_item(item) for item in items if item.differs or not query["differing"]],
    }


def _item(item: Item) -> dict[str, Any]:
    sides = {name: getattr(item, name) for name in ("base", "own", "new")}
    return {
        **{name: getattr(item, name) for name in ("id", "kind", "key", "status", "options", "proposal")},
        **{name: _plain(value) for name, value in sides.items()},
        "merged": _plain(item.blend),
        "absent": [name for name, value in sides.items() if value is ABSENT],
    }


def _plain(value: Any) -> Any:
    """The value as JSON has it; what is absent is null, and is named so beside it."""
    if value is ABSENT:
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


@api.post("/received/<uuid:received_id>/adoption")
@idempotent
@api.arguments(schemas.AdoptionIn)
@api.response(201, schemas.AdoptionOut)
def adopt(body: dict[str, Any], received_id: UUID) -> dict[str, Any]:
    """Write what is chosen into the charter's draft, for the comparison as it was read."""
    seat = current_seat()
    seat.require("charter.edit")
    queries.received_named(seat.session, received_id)
    own = queries.own_version(seat.session)
    _unchanged((own.id, own.revision), (body["charter"], body["revision"]))
    cautions = commands.adopt(seat, received_id, body["choices"], on=today())
    draft = queries.own_version(seat.session)
    words = {name: getattr(draft, name) for name in ("version", "revision", "template_version")}
    return {"draft": draft.id, "cautions": cautions} | words


def _unchanged(now: object, read: object) -> None:
    """Nobody acts on what he has not read."""
    if now != read:
        raise Conflict("内容已有变动，请重新查看后再办理。", en="It has changed; read it again.", field="revision")


# --- published for a level below ---


def _issued(seat: Seat, row: Offer, arrived: dict[UUID, int]) -> dict[str, Any]:
    fields = {name: getattr(row, name) for name in schemas.OfferOut().fields}
    return fields | {"delivered": arrived.get(row.id, 0), "places": len(places_of(seat.session, row.level))}


@api.get("/issued")
@api.arguments(schemas.IssuedQuery, location="query")
@api.response(200, schemas.IssuedPage)
def list_issued(query: dict[str, Any]) -> dict[str, Any]:
    """The templates that this tenant published, the latest first."""
    seat, wanted = reading(commands.PUBLISH), asked(query)
    rows = schemas.named_like(queries.issued_for(wanted.filters.get("level")), Offer, wanted)
    page = page_of(seat.session, rows, wanted, schemas.ISSUED, "-offered_at")
    arrived = queries.arrivals(seat.session, page.rows)
    return listed(page, [_issued(seat, row, arrived) for row in page.rows])


@api.get("/issued/<uuid:offer_id>")
@api.response(200, schemas.IssuedWhole)
def show_issued(offer_id: UUID) -> dict[str, Any]:
    """One template as it was published, with its text and how far it came."""
    seat = reading(commands.PUBLISH)
    row = queries.issued_named(seat.session, offer_id)
    return _issued(seat, row, queries.arrivals(seat.session, [row])) | {"text": asdict(queries.text_in(row))}


@api.post("/issued/<uuid:offer_id>/deliveries")
@idempotent
@api.response(201, schemas.SentOut)
def send_again(offer_id: UUID) -> dict[str, int]:
    """Send it to the places of its level that do not have it, such as were opened since."""
    return {"sent": commands.send_pattern(current_seat(), offer_id)}


def _tagged(draft: PatternDraft) -> dict[str, int]:
    return {"revision": draft.revision}


def _draft(seat: Seat, draft: PatternDraft) -> dict[str, Any]:
    """The draft whole, what it changes and what is wrong with it, with its tag."""
    text, known = draft.text, queries.level_template(seat.session, draft.level).rules
    faults = checking.faults(text, list(known))
    api.set_etag(_tagged(draft))
    return {
        **{name: getattr(draft, name) for name in ("id", "level", "origin", "drafted_by", "revision")},
        "text": asdict(text),
        "differences": comparison.compared(queries.before(seat.session, draft.level, text), text),
        "faults": [{"message": f.message, "en": f.message_en, "field": f.field, "source": f.source} for f in faults],
        "cautions": checking.cautions(text),
    }


@api.post("/drafts")
@idempotent
@api.etag
@api.arguments(schemas.BeginIn)
@api.response(201, schemas.DraftOut)
def begin_draft(body: dict[str, str]) -> dict[str, Any]:
    """Begin a template for a level below: from the level's own template, one's own charter, or the last one."""
    seat = current_seat()
    return _draft(seat, commands.begin_pattern(seat, body["level"], body["origin"], on=today()))


@api.get(f"/drafts/{LEVEL}")
@api.etag
@api.response(200, schemas.DraftOut)
def show_draft(level: str) -> dict[str, Any]:
    """The template for the level that is being written."""
    seat = reading(commands.DRAFT)
    return _draft(seat, queries.draft_named(seat.session, level))


def _matched(level: str) -> tuple[Seat, PatternDraft]:
    """The seat that may write the draft and has seen it as it stands, or 403, 404, 412."""
    seat = current_seat()
    seat.require(commands.DRAFT)
    draft = queries.draft_named(seat.session, level)
    api.check_etag(_tagged(draft))
    return seat, draft


@api.put(f"/drafts/{LEVEL}")
@api.etag
@api.arguments(charter_schemas.WordsIn)
@api.response(200, schemas.DraftOut)
def rewrite_draft(body: dict[str, Any], level: str) -> dict[str, Any]:
    """Write the template whole; it is a charter, or nothing is written."""
    seat, draft = _matched(level)
    commands.rewrite_pattern(seat, level, written(draft.text, body))
    return _draft(seat, draft)


@api.delete(f"/drafts/{LEVEL}")
@api.etag
@api.response(204)
def discard_draft(level: str) -> Any:
    """Throw the template away; what was published stays."""
    seat, _found = _matched(level)
    commands.discard_pattern(seat, level)


@api.post(f"/drafts/{LEVEL}/publication")
@idempotent
@api.arguments(schemas.RemarkIn)
@api.response(201, schemas.IssuedOut)
def publish_draft(body: dict[str, Any], level: str) -> dict[str, Any]:
    """Seal the template under its next number and send it to every place of the level. It is never changed after."""
    seat = current_seat()
    seat.require(commands.PUBLISH)
    draft = queries.draft_named(seat.session, level)
    _unchanged((draft.revision, draft.id), (body["revision"], body["draft"]))
    return _issued(seat, commands.publish_pattern(seat, level, body["remark"]), {})


# --- how the places below go their own ways ---

SEEN = ("version", "revision", "published_at", "leads", "plenaries", "unassigned", "differences", "pattern_title")


@api.get("/divergence")
@api.arguments(schemas.DivergenceQuery, location="query")
@api.response(200, schemas.DivergencePage)
def show_divergence(query: dict[str, Any]) -> dict[str, Any]:
    """Who leads where, how often they meet, which duties nobody owes: of places that published their charter."""
    seat = reading("published.read")
    rows = overview_of(seat.session, seat.tenant)
    page = divergence.listed(rows, asked(query))
    known = {"places": len(rows), "published": sum(row.read is not None for row in rows)}
    return listed(page, [_place(row) for row in page.rows]) | known


def _place(row: divergence.Row) -> dict[str, Any]:
    words = {name: getattr(row.tenant, name) for name in ("slug", "name", "region_code", "level")}
    return words | {"published": row.read is not None} | {name: getattr(row.read, name, None) for name in SEEN}


@api.post("/divergence/<place>/starts")
@idempotent
@api.arguments(schemas.StartIn)
@api.response(201, schemas.OfferOut)
def offer_start(body: dict[str, Any], place: str) -> Any:
    """Offer the charter that the place published to sisters of it, as a text to start from."""
    seat = reading(commands.PUBLISH)
    there, _published = queries.published_charter(seat.session, place)
    known = {sister.slug: sister.id for sister in queries.sisters(seat.session, there)}
    to = {known.get(slug, seat.tenant.id) for slug in body["to"]}  # who is no sister is refused with the rest
    return commands.offer_start(current_seat(), place, to, body["remark"])

"""The shapes of reference templates, in the API and in the addresses of the lists."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import Select

from service.charter.merging import KEEP, MERGE, TAKE
from service.charter.schemas import CautionOut, DifferenceOut, FaultOut, PostOut, WordsIn
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.kit.paging import MOST, Asked
from service.patterns.divergence import SORTABLE
from service.patterns.rules import BELOW, ORIGINS
from tenants.offers import Offer, ReceivedOffer

RECEIVED = {name: getattr(ReceivedOffer, name) for name in ("received_at", "offered_at", "number", "title", "id")}
ISSUED = {name: getattr(Offer, name) for name in ("offered_at", "number", "level", "title", "id")}


class ReceivedQuery(ListQuery):
    sort = sorted_by(RECEIVED)


class IssuedQuery(ListQuery):
    sort = sorted_by(ISSUED)
    level = fields.String(validate=validate.OneOf(BELOW))


def named_like(query: Select[Any], row: type[Offer] | type[ReceivedOffer], asked: Asked) -> Select[Any]:
    """Those whose title or remark has the words that are looked for."""
    return query.where(row.title.contains(asked.q, autoescape=True) | row.note.contains(asked.q, autoescape=True))


class DivergenceQuery(ListQuery):
    per_page = fields.Integer(load_default=MOST, validate=validate.Range(min=1, max=MOST))
    sort = sorted_by(("region", *SORTABLE))
    published = fields.String(validate=validate.OneOf(("yes", "no")))
    level = fields.String(validate=validate.OneOf(BELOW))


class OfferOut(Schema):
    id = fields.UUID(required=True)
    level = fields.String(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    note = fields.String(required=True)
    sha256 = fields.String(required=True)
    offered_by = fields.String(required=True)
    offered_at = fields.AwareDateTime(required=True)


class ReceivedOut(OfferOut):
    source = fields.String(required=True, metadata={"description": "who sent it"})
    received_at = fields.AwareDateTime(required=True)
    compared = fields.Boolean(required=True, metadata={"description": "one's own text was last compared with it"})


class ReceivedPage(ListOut):
    items = fields.List(fields.Nested(ReceivedOut), required=True)


class IssuedOut(OfferOut):
    delivered = fields.Integer(required=True, metadata={"description": "places in which it stands"})
    places = fields.Integer(required=True, metadata={"description": "places that it is meant for"})


class IssuedPage(ListOut):
    items = fields.List(fields.Nested(IssuedOut), required=True)


class TextOut(WordsIn):
    posts = fields.List(fields.Nested(PostOut))
    clauses = fields.List(fields.Dict())
    basis = fields.List(fields.Dict())
    association = fields.Dict()
    template_level = fields.String()
    template_version = fields.String()


class ReceivedWhole(ReceivedOut):
    text = fields.Nested(TextOut, required=True)


class IssuedWhole(IssuedOut):
    text = fields.Nested(TextOut, required=True)


class ItemOut(Schema):
    id = fields.String(required=True, metadata={"description": "what a choice names it by"})
    kind = fields.String(required=True)
    key = fields.String(required=True)
    status = fields.String(required=True, metadata={"description": "unchanged, template, own, alike or conflict"})
    base = fields.Raw(allow_none=True)
    own = fields.Raw(allow_none=True)
    new = fields.Raw(allow_none=True)
    merged = fields.Raw(allow_none=True, metadata={"description": "where both sides' changes can live"})
    absent = fields.List(fields.String(), required=True, metadata={"description": "the texts that do not have it"})
    options = fields.List(fields.String(), required=True)
    proposal = fields.String(required=True)


class ComparisonQuery(Schema):
    differing = fields.Boolean(load_default=False, metadata={"description": "only where own and new differ"})


class ComparisonOut(Schema):
    title = fields.String(required=True)
    base = fields.String(required=True, metadata={"description": "the template that one's own text came from"})
    own = fields.String(required=True, metadata={"description": "the version or draft of one's own"})
    charter = fields.UUID(required=True, metadata={"description": "its id"})
    revision = fields.Integer(required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)


class AdoptionIn(Schema):
    charter = fields.UUID(required=True, metadata={"description": "of the comparison as it was read"})
    revision = fields.Integer(required=True, metadata={"description": "of the comparison as it was read"})
    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.OneOf((TAKE, KEEP, MERGE))),
        required=True,
        validate=validate.Length(max=1000),
        metadata={"description": "item id: take, keep or merge; what is not named is kept"},
    )


class AdoptionOut(Schema):
    draft = fields.UUID(required=True)
    version = fields.String(required=True)
    revision = fields.Integer(required=True)
    template_version = fields.String(required=True)
    cautions = fields.List(fields.Nested(CautionOut), required=True)


class BeginIn(Schema):
    level = fields.String(required=True, validate=validate.OneOf(BELOW))
    origin = fields.String(required=True, validate=validate.OneOf(ORIGINS))


class RemarkIn(Schema):
    draft = fields.UUID(required=True, metadata={"description": "its id: one begun anew may bear the same revision"})
    revision = fields.Integer(required=True, metadata={"description": "of the draft as it was read"})
    remark = fields.String(required=True, validate=validate.Length(max=500))


class DraftOut(Schema):
    id = fields.UUID(required=True)
    level = fields.String(required=True)
    origin = fields.String(required=True)
    drafted_by = fields.String(required=True)
    revision = fields.Integer(required=True)
    text = fields.Nested(TextOut, required=True)
    differences = fields.List(
        fields.Nested(DifferenceOut), metadata={"description": "from the template published last for the level"}
    )
    faults = fields.List(fields.Nested(FaultOut))
    cautions = fields.List(fields.Nested(CautionOut))


class SentOut(Schema):
    sent = fields.Integer(required=True, metadata={"description": "places that it is on its way to"})


class StartIn(Schema):
    to = fields.List(
        fields.String(), required=True, validate=validate.Length(min=1, max=500), metadata={"description": "slugs"}
    )
    remark = fields.String(required=True, validate=validate.Length(max=500))


class PlaceOut(Schema):
    slug = fields.String(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True)
    level = fields.String(required=True)
    published = fields.Boolean(required=True, metadata={"description": "no: nothing below is known of it"})
    version = fields.String(allow_none=True)
    revision = fields.Integer(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)
    leads = fields.List(fields.String(), allow_none=True)
    plenaries = fields.List(fields.Integer(), allow_none=True, metadata={"description": "least and most a year"})
    unassigned = fields.List(fields.String(), allow_none=True, metadata={"description": "codes of template duties"})
    differences = fields.Integer(allow_none=True)
    pattern_title = fields.String(allow_none=True, metadata={"description": "the template it is compared with"})


class DivergencePage(ListOut):
    published = fields.Integer(required=True)
    places = fields.Integer(required=True)
    items = fields.List(fields.Nested(PlaceOut), required=True)

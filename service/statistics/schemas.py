"""The shapes of figures and publications in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListQuery, sorted_by
from service.statistics.rules import MOST_WORDS


class PeriodsQuery(ListQuery):
    sort = sorted_by(("period",))
    state = fields.String(validate=validate.OneOf(("due", "published", "running")))


class FigureOut(Schema):
    code = fields.String()
    key = fields.String()
    name = fields.String()
    numerator = fields.String(allow_none=True, metadata={"description": "an exact decimal"})
    denominator = fields.String(allow_none=True, metadata={"description": "an exact decimal"})
    status = fields.String(metadata={"description": "reported, na or not_reported; zero is a reported value"})
    text = fields.String(metadata={"description": "as it is shown"})
    detail = fields.Dict()


class PublicationHeadOut(Schema):
    id = fields.UUID()
    period = fields.String()
    revision = fields.Integer()
    cutoff = fields.Date()
    sha256 = fields.String()
    published_by = fields.String()
    published_on = fields.Date(metadata={"description": "the day it counts from"})
    published_at = fields.DateTime(metadata={"description": "the moment of entry"})
    basis = fields.String(metadata={"description": "the paper that an earlier day rests on"})


class PublicationIn(Schema):
    approved_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "approved on paper before"})
    basis = fields.String(load_default="", validate=validate.Length(max=500))


class PublicationOut(PublicationHeadOut):
    content = fields.Dict()


class DeliveryOut(Schema):
    state = fields.String(
        required=True, metadata={"description": "waiting, running, done (it has arrived), dead; none at the root"}
    )
    attempts = fields.Integer(required=True, metadata={"description": "how often it failed"})


class PeriodOut(Schema):
    period = fields.String()
    label = fields.String()
    closed = fields.Boolean()
    state = fields.String(metadata={"description": "running, due or published"})
    revision = fields.Integer(allow_none=True)
    published_on = fields.Date(allow_none=True)
    published_at = fields.DateTime(allow_none=True)


class PeriodFiguresOut(Schema):
    period = fields.String()
    closed = fields.Boolean()
    figures = fields.List(fields.Nested(FigureOut))
    words = fields.Dict()
    revisions = fields.List(fields.Nested(PublicationHeadOut))


class WordsIn(Schema):
    experience = fields.String(load_default="", validate=validate.Length(max=MOST_WORDS))
    problem = fields.String(load_default="", validate=validate.Length(max=MOST_WORDS))
    suggestion = fields.String(load_default="", validate=validate.Length(max=MOST_WORDS))

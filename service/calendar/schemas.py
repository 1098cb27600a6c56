"""The shapes of the working calendar in the API, and in the page's forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.workdays import KINDS
from service.kit.listing import ListOut, ListQuery, sorted_by

YEAR = validate.Range(min=2000, max=2099)
NAME = validate.Length(max=100)
BASIS = validate.Length(max=200)


class DaysQuery(ListQuery):
    sort = sorted_by(("day",))
    year = fields.Integer(load_default=None, allow_none=True, validate=YEAR)
    kind = fields.String(validate=validate.OneOf(KINDS))


class SpanIn(Schema):
    first = fields.Date(required=True)
    last = fields.Date(load_default=None, allow_none=True, metadata={"description": "the first day itself if left out"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.String(required=True, validate=NAME)
    basis = fields.String(required=True, validate=BASIS)


class PastedIn(Schema):
    text = fields.String(required=True, validate=validate.Length(max=20_000))
    basis = fields.String(required=True, validate=BASIS)


class DayOut(Schema):
    day = fields.Date(required=True)
    kind = fields.String(required=True, metadata={"description": "holiday or makeup (a day that is worked)"})
    name = fields.String(required=True)
    own = fields.Boolean(required=True, metadata={"description": "set by this place, before what was announced"})
    basis = fields.String(required=True)


class DaysPage(ListOut):
    items = fields.List(fields.Nested(DayOut), required=True)
    year = fields.Integer(required=True)
    known = fields.Boolean(required=True, metadata={"description": "false: weekends are all that is known of the year"})


class SetOut(Schema):
    days = fields.Integer(required=True)


class SentOut(Schema):
    places = fields.Integer(required=True)

"""The shapes of the board in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListQuery, a_period, sorted_by
from service.kit.paging import MOST
from service.oversight.listing import LEVELS, STANDINGS
from service.oversight.queries import columns
from service.statistics.schemas import FigureOut, PublicationOut

STANDING = {"description": "on_time, late, open, overdue, missed or exempt"}


class PeriodQuery(Schema):
    period = fields.String(validate=a_period, metadata={"description": "2026Q3; the last closed quarter if left out"})


class BoardQuery(ListQuery):
    """Which places, of which period; a province fits on one page unless fewer are asked for."""

    per_page = fields.Integer(load_default=MOST, validate=validate.Range(min=1, max=MOST))
    sort = sorted_by(("region", "standing", *(column.key for column in columns())))
    period = fields.String(validate=a_period, metadata={"description": "2026Q3; the last closed quarter if left out"})
    basis = fields.String(
        validate=validate.OneOf(("own", "whole")), metadata={"description": "whole: each with all that is below it"}
    )
    scope = fields.String(
        validate=validate.OneOf(("children", "all")), metadata={"description": "all: every place below"}
    )
    reported = fields.String(validate=validate.OneOf(("yes", "no")))
    standing = fields.String(validate=validate.OneOf(STANDINGS), metadata={"description": "how it kept the deadline"})
    level = fields.String(validate=validate.OneOf(LEVELS))


class BoardRowOut(Schema):
    slug = fields.String()
    name = fields.String()
    region_code = fields.String()
    level = fields.String()
    revision = fields.Integer(allow_none=True, metadata={"description": "none: not reported"})
    published_at = fields.DateTime(allow_none=True, metadata={"description": "the moment of entry"})
    published_on = fields.Date(allow_none=True, metadata={"description": "the day this revision counts from"})
    first_published_on = fields.Date(allow_none=True, metadata={"description": "what punctuality looks at"})
    due = fields.Date(metadata={"description": "by when the holder's charter wants it"})
    standing = fields.String(metadata=STANDING)
    days = fields.Integer(metadata={"description": "days late, or overdue so far"})
    figures = fields.List(fields.Nested(FigureOut))
    ranks = fields.Dict(metadata={"description": "competition rank by indicator code"})
    reported = fields.Integer(metadata={"description": "places of its part of the tree that published"})
    expected = fields.Integer()


class BoardOut(Schema):
    period = fields.String()
    cutoff = fields.Date()
    due = fields.Date()
    standings = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata=STANDING)
    reported = fields.Integer()
    expected = fields.Integer()
    silent = fields.List(fields.String())
    totals = fields.List(fields.Nested(FigureOut))
    total = fields.Integer(metadata={"description": "rows found; those of one page are listed"})
    page = fields.Integer()
    per_page = fields.Integer()
    rows = fields.List(fields.Nested(BoardRowOut))


class PlaceOut(Schema):
    slug = fields.String()
    name = fields.String()
    period = fields.String()
    due = fields.Date()
    standing = fields.String(metadata=STANDING)
    days = fields.Integer()
    revisions = fields.List(fields.Nested(PublicationOut))


class CharterRevisionOut(Schema):
    revision = fields.Integer()
    title = fields.String()
    content = fields.Dict(metadata={"description": "version, effective_from, and the text as it was sealed"})
    sha256 = fields.String()
    published_by = fields.String()
    published_at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()


class PlaceChartersOut(Schema):
    slug = fields.String()
    name = fields.String()
    revisions = fields.List(fields.Nested(CharterRevisionOut))

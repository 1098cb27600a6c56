"""The shapes of the board in the API."""

from __future__ import annotations

from marshmallow import Schema, fields

from service.statistics.schemas import FigureOut, PublicationOut


class BoardRowOut(Schema):
    slug = fields.String()
    name = fields.String()
    region_code = fields.String()
    level = fields.String()
    revision = fields.Integer(allow_none=True, metadata={"description": "none: not reported"})
    published_at = fields.DateTime(allow_none=True)
    figures = fields.List(fields.Nested(FigureOut))
    ranks = fields.Dict(metadata={"description": "competition rank by indicator code"})
    reported = fields.Integer(metadata={"description": "places of its part of the tree that published"})
    expected = fields.Integer()


class BoardOut(Schema):
    period = fields.String()
    cutoff = fields.Date()
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
    revisions = fields.List(fields.Nested(PublicationOut))

"""The shapes of what is owed, in the API and in the list's address."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.obligations.queries import SORTS
from service.obligations.rules import KINDS, STANDINGS, WHO

FIRST, LAST = 2000, 2099


class YearQuery(Schema):
    year = fields.Integer(
        validate=validate.Range(min=FIRST, max=LAST),
        metadata={"description": "the year it is due; this one if left out"},
    )


class ObligationsQuery(ListQuery):
    sort = sorted_by(SORTS)
    year = fields.Integer(validate=validate.Range(min=FIRST, max=LAST), metadata={"description": "the year it is due"})
    month = fields.Integer(validate=validate.Range(min=1, max=12), metadata={"description": "the month it is due"})
    kind = fields.String(validate=validate.OneOf(tuple(KINDS)))
    who = fields.String(validate=validate.OneOf(WHO))
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    unit = fields.String(validate=validate.Length(max=60), metadata={"description": "the unit's key"})


class DueOut(Schema):
    kind = fields.String(required=True)
    who = fields.String(required=True, metadata={"description": "convener, office or unit"})
    unit = fields.String(allow_none=True, metadata={"description": "the unit's key"})
    unit_name = fields.String()
    period = fields.String(required=True, metadata={"description": "a period, or the day of what it follows from"})
    number = fields.Integer(allow_none=True, metadata={"description": "the first, the second … of the period"})
    title = fields.String(metadata={"description": "the meeting that it belongs to"})
    due = fields.Date(required=True)
    done_on = fields.Date(allow_none=True)
    standing = fields.String(required=True, metadata={"description": "overdue, soon, open, late, on_time or not_owed"})
    remind = fields.Integer(allow_none=True, metadata={"description": "the reminder, in days before, that has come"})
    article = fields.String(required=True, metadata={"description": "the article of the charter"})
    rule = fields.String(required=True, metadata={"description": "the working rule"})
    link = fields.String(required=True, metadata={"description": "the page where it is done"})


class DuesPage(ListOut):
    year = fields.Integer(required=True)
    items = fields.List(fields.Nested(DueOut), required=True)


class MarkOut(Schema):
    kind = fields.String(required=True)
    standing = fields.String(
        required=True, metadata={"description": "of those that it stands for, the one that asks most"}
    )
    owed = fields.Integer(required=True)
    done = fields.Integer(required=True)
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "how many stand in each way"}
    )


class MonthOut(Schema):
    month = fields.Integer(required=True)
    marks = fields.List(fields.Nested(MarkOut), required=True)


class WheelOut(Schema):
    year = fields.Integer(required=True)
    on = fields.Date(required=True)
    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "how many stand in each way"}
    )
    reminded = fields.Dict(
        keys=fields.String(), values=fields.Integer(), metadata={"description": "how many fall due within so many days"}
    )
    months = fields.List(fields.Nested(MonthOut), required=True)

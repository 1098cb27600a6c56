"""The shapes of submissions, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, any_period, sorted_by
from service.plans.schemas import LONG
from service.submissions.queries import SORTABLE
from service.submissions.rules import KINDS, STANDINGS, STATES


class SubmissionsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(STATES))
    kind = fields.String(validate=validate.OneOf(tuple(KINDS)))
    period = fields.String(validate=any_period)
    standing = fields.String(validate=validate.OneOf(STANDINGS))
    year = fields.Integer(validate=validate.Range(min=2000, max=2099), metadata={"description": "the year it is due"})
    until = fields.Date(metadata={"description": "due on that day or before"})
    unit = fields.String(validate=validate.Length(max=60), metadata={"description": "the unit's key"})


class LayDownIn(Schema):
    period = fields.String(
        required=True, metadata={"description": "2026Q3; 2026M07 or 2026B4 where progress goes by one or two months"}
    )


class LaidDownOut(Schema):
    period = fields.String(required=True)
    added = fields.Integer(required=True)


class FilingIn(Schema):
    text = fields.String(required=True, validate=LONG, metadata={"description": "无 for a nil report"})


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=LONG)


class NothingIn(Schema):
    """No body."""


class ObligationOut(Schema):
    id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    unit = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "plan, progress or annual_summary"})
    period = fields.String(required=True)
    due = fields.Date(required=True)
    state = fields.String(required=True)
    standing = fields.String(required=True, metadata={"description": "on_time, late, open, overdue, missed, exempt"})
    filed_on = fields.Date(allow_none=True)
    text = fields.String()
    reason = fields.String()
    revision = fields.Integer(required=True)


class ObligationsPage(ListOut):
    items = fields.List(fields.Nested(ObligationOut), required=True)

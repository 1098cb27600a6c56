"""The shapes of plans in the API, and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.plans.queries import SORTABLE
from service.plans.rules import LONGEST_TITLE

SHORT = validate.Length(min=1, max=LONGEST_TITLE)
LONG = validate.Length(min=1, max=2000)


class PlansQuery(ListQuery):
    sort = sorted_by(SORTABLE)


class PlanIn(Schema):
    year = fields.Integer(required=True, strict=False)
    title = fields.String(required=True, validate=SHORT)


class PlanPatch(Schema):
    title = fields.String(required=True, validate=SHORT)


class ApprovalIn(Schema):
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    agreed_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "today if left out"})


class PlanOut(Schema):
    id = fields.UUID(required=True)
    year = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "draft, approved or closed"})
    agreed_on = fields.Date(allow_none=True)
    basis = fields.String()
    closed_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class PlansPage(ListOut):
    items = fields.List(fields.Nested(PlanOut), required=True)

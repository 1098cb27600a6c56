"""The shapes of plans in the API, and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.plans.queries import SORTABLE
from service.plans.rules import ANNUAL, COLLECTIVE, KINDS, LONGEST_TEXT, LONGEST_TITLE, STATES

SHORT = validate.Length(min=1, max=LONGEST_TITLE)
LONG = validate.Length(min=1, max=2000)


class PlansQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    unit = fields.UUID()


class PlanText(Schema):
    title = fields.String(required=True, validate=SHORT)
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    begins = fields.Date(load_default=None, allow_none=True, metadata={"description": "none: the year's first day"})
    ends = fields.Date(load_default=None, allow_none=True, metadata={"description": "none: the year's last day"})
    parent_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "the plan it is drawn from"})


class PlanIn(PlanText):
    year = fields.Integer(required=True, strict=False)
    kind = fields.String(load_default=ANNUAL, validate=validate.OneOf(COLLECTIVE))


class UnitPlanIn(PlanText):
    year = fields.Integer(required=True, strict=False)
    unit_id = fields.UUID(required=True)


class PlanPatch(Schema):
    """What is left out stays."""

    title = fields.String(required=True, validate=SHORT)
    text = fields.String(validate=validate.Length(max=LONGEST_TEXT))
    begins = fields.Date(allow_none=True)
    ends = fields.Date(allow_none=True)
    parent_id = fields.UUID(allow_none=True)


class ApprovalIn(Schema):
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    opinion = fields.String(
        load_default="", validate=validate.Length(max=500), metadata={"description": "of a long-term plan"}
    )
    agreed_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "today if left out"})


class RemarkIn(Schema):
    remark = fields.String(load_default="", validate=validate.Length(max=500))


class PlanOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True, metadata={"description": "annual, phase, long_term or unit"})
    year = fields.Integer(required=True)
    begins = fields.Date(required=True)
    ends = fields.Date(required=True)
    unit_id = fields.UUID(allow_none=True)
    parent_id = fields.UUID(allow_none=True)
    title = fields.String(required=True)
    text = fields.String()
    state = fields.String(required=True, metadata={"description": "draft, submitted, approved or closed"})
    agreed_on = fields.Date(allow_none=True)
    basis = fields.String()
    opinion = fields.String()
    remark = fields.String()
    closed_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class PlansPage(ListOut):
    items = fields.List(fields.Nested(PlanOut), required=True)

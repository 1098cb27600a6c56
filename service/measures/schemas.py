"""The shapes of policies, measures and instruments in the API, and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.charter import POLICY_FIELDS
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.measures.queries import INSTRUMENTS, MEASURES, POLICIES
from service.measures.rules import INSTRUMENT, LEVELS, MEASURE, TYPES

LONG = validate.Length(max=2000)
SHORT = validate.Length(max=200)
KINDS = tuple(TYPES)
ADVANCING = tuple(step.verb for step in INSTRUMENT.steps if step.sources)


class PoliciesQuery(ListQuery):
    sort = sorted_by(POLICIES)
    level = fields.String(validate=validate.OneOf(LEVELS))


class MeasuresQuery(ListQuery):
    sort = sorted_by(MEASURES)
    policy_field = fields.String(validate=validate.OneOf(POLICY_FIELDS))
    state = fields.String(validate=validate.OneOf(MEASURE.all_states()))
    unit = fields.UUID()
    policy = fields.UUID()


class InstrumentsQuery(ListQuery):
    sort = sorted_by(INSTRUMENTS)
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(INSTRUMENT.all_states()))
    unit = fields.UUID()


class PolicyIn(Schema):
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    title = fields.String(required=True, validate=SHORT)
    issuer = fields.String(required=True, validate=validate.Length(max=100))
    issued_on = fields.Date(required=True)
    number = fields.String(load_default="", validate=validate.Length(max=100))
    summary = fields.String(load_default="", validate=LONG)


class MeasureIn(Schema):
    content = fields.String(required=True, validate=validate.Length(max=500))
    unit_id = fields.UUID(required=True)
    field = fields.String(
        required=True, metadata={"description": "a policy field, or the name that the place itself has for one"}
    )
    policy_document_id = fields.UUID(load_default=None, allow_none=True)


class IssueIn(Schema):
    issued_as = fields.String(required=True, validate=SHORT)
    issued_on = fields.Date(required=True)


class EndIn(Schema):
    why = fields.String(required=True, validate=SHORT)


class BreakdownIn(Schema):
    plan_id = fields.UUID(required=True)
    content = fields.String(required=True, validate=LONG)
    deliverable = fields.String(load_default="", validate=validate.Length(max=500))
    duty_id = fields.UUID(required=True)
    start = fields.Date(required=True)
    due = fields.Date(required=True)


class LinkIn(Schema):
    task_id = fields.UUID(required=True)


class InstrumentIn(Schema):
    type = fields.String(required=True, validate=validate.OneOf([type_ for types in TYPES.values() for type_ in types]))
    title = fields.String(required=True, validate=SHORT)
    unit_id = fields.UUID(required=True)
    drafter = fields.String(load_default="", validate=SHORT)


class AdvanceIn(Schema):
    verb = fields.String(required=True, validate=validate.OneOf(ADVANCING))
    text = fields.String(required=True, validate=validate.Length(max=500))
    reached_on = fields.Date(required=True)
    code = fields.String(load_default="", validate=validate.Length(max=100))


class RatioOut(Schema):
    numerator = fields.Integer(required=True)
    denominator = fields.Integer(allow_none=True)


class StandingOut(Schema):
    tasks = fields.Integer(required=True)
    done = fields.Nested(RatioOut, required=True)
    due = fields.Nested(RatioOut, required=True)
    overdue = fields.Nested(RatioOut, required=True)


class PolicyOut(Schema):
    id = fields.UUID(required=True)
    level = fields.String(required=True)
    number = fields.String(required=True)
    issuer = fields.String(required=True)
    issued_on = fields.Date(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    file_id = fields.UUID(allow_none=True)
    recorded_on = fields.Date(required=True)
    revision = fields.Integer(required=True)


class PolicyRowOut(Schema):
    policy = fields.Nested(PolicyOut, required=True)
    measures = fields.Integer(required=True)
    standing = fields.Nested(StandingOut, required=True)
    unbroken = fields.Boolean(required=True, metadata={"description": "it waits too long for its tasks"})


class PoliciesPage(ListOut):
    items = fields.List(fields.Nested(PolicyRowOut), required=True)


class MeasureOut(Schema):
    id = fields.UUID(required=True)
    policy_document_id = fields.UUID(allow_none=True)
    unit_id = fields.UUID(required=True)
    policy_field = fields.String(required=True)
    own_field = fields.String(required=True)
    content = fields.String(required=True)
    state = fields.String(required=True)
    recorded_on = fields.Date(required=True)
    issued_as = fields.String(required=True)
    issued_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class MeasureRowOut(Schema):
    measure = fields.Nested(MeasureOut, required=True)
    standing = fields.Nested(StandingOut, required=True)


class MeasuresPage(ListOut):
    items = fields.List(fields.Nested(MeasureRowOut), required=True)


class TaskRefOut(Schema):
    id = fields.UUID(required=True)
    content = fields.String(required=True)
    state = fields.String(required=True)
    due = fields.Date(required=True)


class CarriedMeasureOut(MeasureRowOut):
    tasks = fields.List(fields.Nested(TaskRefOut), required=True)


class CarriedOut(PolicyRowOut):
    measures = fields.List(fields.Nested(CarriedMeasureOut), required=True)


class MadeOut(Schema):
    task_id = fields.UUID(required=True)


class InstrumentOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    type = fields.String(required=True)
    title = fields.String(required=True)
    code = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    drafter = fields.String(required=True)
    state = fields.String(required=True)
    revision = fields.Integer(required=True)


class InstrumentsPage(ListOut):
    items = fields.List(fields.Nested(InstrumentOut), required=True)


class StageOut(Schema):
    state = fields.String(required=True)
    reached_on = fields.Date(required=True)
    text = fields.String(required=True)
    by = fields.String(required=True)


class InstrumentWholeOut(InstrumentOut):
    stages = fields.List(fields.Nested(StageOut), required=True)

"""The shapes of tasks, in the API and in the pages' forms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from config.labels import labels
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.plans.schemas import LONG
from service.tasks.choosing import PARTS
from service.tasks.origins import ORIGINS
from service.tasks.part_schemas import BelongingsOut
from service.tasks.queries import PILES, REASONS, SORTABLE
from service.tasks.rules import LIGHTS, STATES

SHORT = validate.Length(min=1, max=200)


class PlanNamed(fields.UUID):
    """A plan, or `all`: the tasks of every plan."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return None if value == "all" else super()._deserialize(value, *args, **kwargs)


class TasksQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    plan = PlanNamed()
    state = fields.String(validate=validate.OneOf(STATES))
    unit = fields.UUID(metadata={"description": "leads or cooperates"})
    part = fields.String(validate=validate.OneOf(PARTS), metadata={"description": "what the unit does in it"})
    duty = fields.UUID()
    field = fields.String(validate=validate.OneOf(tuple(labels()["policy_field"])))
    due_from = fields.Date()
    due_to = fields.Date()
    overdue = fields.Boolean()
    extended = fields.Boolean()
    light = fields.String(validate=validate.OneOf(LIGHTS))
    supervision = fields.String(validate=validate.OneOf(tuple(labels()["supervision_level"])))
    origin = fields.String(validate=validate.OneOf(ORIGINS), metadata={"description": "where the task came from"})
    mine = fields.String(
        validate=validate.OneOf(("all", *REASONS, *PILES)),
        metadata={"description": "what waits for the one who asks, and why; all of the unit's; the office's"},
    )


class MilestoneIn(Schema):
    title = fields.String(required=True, validate=SHORT)
    due = fields.Date(required=True)


class TaskIn(Schema):
    plan_id = fields.UUID(required=True)
    content = fields.String(required=True, validate=LONG)
    deliverable = fields.String(load_default="", validate=validate.Length(max=500))
    duty_id = fields.UUID(required=True, metadata={"description": "a duty that the lead unit holds"})
    lead_unit_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "none: routed by the duty, with those who cooperate"},
    )
    cooperating = fields.List(fields.UUID(), load_default=list)
    start = fields.Date(required=True)
    due = fields.Date(required=True)
    milestones = fields.List(fields.Nested(MilestoneIn), load_default=list)


class MilestonesIn(Schema):
    milestones = fields.List(
        fields.Nested(MilestoneIn), load_default=list, metadata={"description": "none: one a quarter, where none is"}
    )


class TaskPatch(Schema):
    content = fields.String(required=True, validate=LONG)
    deliverable = fields.String(load_default="", validate=validate.Length(max=500))
    cooperating = fields.List(fields.UUID(), load_default=list)


class CloseRequestIn(Schema):
    statement = fields.String(required=True, validate=LONG)


class VerificationIn(Schema):
    remark = fields.String(load_default="", validate=validate.Length(max=2000))
    claimed_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "what was done on paper"})
    done_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "what was done on paper"})


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=LONG)


class ExtensionIn(ReasonIn):
    due = fields.Date(required=True)


class MergerIn(ReasonIn):
    target_id = fields.UUID(required=True)


class MilestoneOut(Schema):
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    due = fields.Date(required=True)
    done_on = fields.Date(allow_none=True)


class RequestOut(Schema):
    id = fields.UUID(required=True)
    claimed_on = fields.Date(required=True)
    statement = fields.String()
    by = fields.String()
    state = fields.String(metadata={"description": "pending, accepted or returned"})
    decided_on = fields.Date(allow_none=True)
    decided_by = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class ExtensionOut(Schema):
    due_before = fields.Date()
    due_after = fields.Date()
    granted_on = fields.Date()
    granted_by = fields.String()
    reason = fields.String()


class EventOut(Schema):
    verb = fields.String()
    on = fields.Date()
    state = fields.String()
    by = fields.String()
    unit_id = fields.UUID(allow_none=True)
    percent = fields.Integer(allow_none=True)
    text = fields.String()


class TaskRow(Schema):
    id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    year = fields.Integer(required=True)
    no = fields.Integer(required=True)
    content = fields.String(required=True)
    deliverable = fields.String()
    duty_id = fields.UUID(required=True)
    lead_unit_id = fields.UUID(required=True)
    start = fields.Date(required=True)
    due = fields.Date(required=True)
    due0 = fields.Date(required=True, metadata={"description": "the due date first set"})
    state = fields.String(required=True)
    percent = fields.Integer(required=True)
    claimed_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)
    merged_into_id = fields.UUID(allow_none=True)
    light = fields.String(allow_none=True, metadata={"description": "red, yellow, green, grey or null"})
    supervision = fields.String(allow_none=True, metadata={"description": "the rung of the charter's ladder, or null"})
    extension_asked = fields.Date(allow_none=True, metadata={"description": "in lists: until when, while that waits"})
    revision = fields.Integer(required=True)


class TaskOut(TaskRow, BelongingsOut):
    cooperating = fields.List(fields.UUID(), required=True)
    milestones = fields.List(fields.Nested(MilestoneOut), required=True)
    requests = fields.List(fields.Nested(RequestOut), required=True)
    extensions = fields.List(fields.Nested(ExtensionOut), required=True)
    events = fields.List(fields.Nested(EventOut), required=True)


class TasksPage(ListOut):
    items = fields.List(fields.Nested(TaskRow), required=True)

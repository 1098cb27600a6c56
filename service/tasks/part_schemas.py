"""The shapes of what belongs to a task: parts, targets, needs, evidence, comments, requests, entries that wait."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from service.files.web import UploadIn
from service.plans.schemas import LONG
from service.tasks.targets import DIRECTIONS, UP

LINE = validate.Length(max=200)


class AmountIn(Schema):
    """What a target amounts to; without an actual it says nothing."""

    target_id = fields.UUID(required=True)
    actual = fields.Decimal(load_default=None, allow_none=True)


class ReportIn(Schema):
    percent = fields.Integer(
        load_default=None,
        allow_none=True,
        metadata={"description": "how far the task is, by the lead unit; another unit says how far its own part is"},
    )
    text = fields.String(required=True, validate=LONG)
    done = fields.Boolean(load_default=False, metadata={"description": "a cooperating unit's part is done"})


class ProgressIn(ReportIn):
    actuals = fields.List(fields.Nested(AmountIn), load_default=list)

    @post_load
    def by_target(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """The actuals by their target; one that was left empty is none."""
        given: dict[Any, Decimal] = {
            row["target_id"]: row["actual"] for row in data["actuals"] if row["actual"] is not None
        }
        return data | {"actuals": given}


class OnBehalfIn(ReportIn):
    unit_id = fields.UUID(required=True)
    basis = fields.String(required=True, validate=LONG, metadata={"description": "what the entry rests on"})


class EntryIn(Schema):
    entry_id = fields.UUID(required=True)


class EntryReasonIn(EntryIn):
    reason = fields.String(required=True, validate=LONG)


class PartIn(Schema):
    unit_id = fields.UUID(required=True)
    part = fields.String(required=True, validate=LONG)


class TargetIn(Schema):
    indicator_code = fields.String(
        load_default=None, allow_none=True, metadata={"description": "of the catalogue; none: a measure of its own"}
    )
    name = fields.String(load_default="", validate=LINE)
    measure = fields.String(load_default="", validate=validate.Length(max=20))
    baseline = fields.Decimal(load_default=None, allow_none=True)
    target = fields.Decimal(required=True)
    direction = fields.String(load_default=UP, validate=validate.OneOf(DIRECTIONS))


class TargetNamed(Schema):
    target_id = fields.UUID(required=True)


class NeedIn(Schema):
    needs_id = fields.UUID(required=True)


class MarkIn(Schema):
    evidence_id = fields.UUID(required=True)
    shared = fields.Boolean(load_default=False)


class CommentIn(Schema):
    text = fields.String(required=True, validate=LONG)


class EvidenceIn(Schema):
    title = fields.String(load_default="", validate=LINE)
    shared = fields.Boolean(load_default=False, metadata={"description": "it may be sent up"})


class FileIn(UploadIn):
    """The file itself."""


class PartOut(Schema):
    unit_id = fields.UUID()
    part = fields.String()
    percent = fields.Integer()
    said = fields.String()
    said_on = fields.Date(allow_none=True)
    done_on = fields.Date(allow_none=True)


class TargetOut(Schema):
    id = fields.UUID()
    indicator_code = fields.String(allow_none=True)
    name = fields.String()
    measure = fields.String()
    baseline = fields.Decimal(as_string=True, allow_none=True)
    target = fields.Decimal(as_string=True)
    actual = fields.Decimal(as_string=True, allow_none=True)
    actual_on = fields.Date(allow_none=True)
    direction = fields.String()
    attained = fields.Decimal(
        as_string=True, allow_none=True, places=4, metadata={"description": "computed: 1 is all of the target"}
    )
    met = fields.Boolean(allow_none=True)


class NeedOut(Schema):
    task_id = fields.UUID()
    no = fields.Integer()
    content = fields.String()
    due = fields.Date()
    state = fields.String()
    late = fields.Boolean()


class EvidenceOut(Schema):
    id = fields.UUID()
    title = fields.String()
    shared = fields.Boolean()
    unit_id = fields.UUID(allow_none=True)
    by = fields.String()
    on = fields.Date()


class CommentOut(Schema):
    unit_id = fields.UUID(allow_none=True)
    by = fields.String()
    on = fields.Date()
    text = fields.String()


class ExtensionRequestOut(Schema):
    id = fields.UUID()
    unit_id = fields.UUID()
    due_asked = fields.Date()
    reason = fields.String()
    asked_on = fields.Date()
    by = fields.String()
    state = fields.String(metadata={"description": "pending, granted or refused"})
    decided_on = fields.Date(allow_none=True)
    decided_by = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)


class EntryOut(Schema):
    id = fields.UUID()
    unit_id = fields.UUID()
    percent = fields.Integer()
    text = fields.String()
    done = fields.Boolean()
    on_behalf = fields.Boolean()
    basis = fields.String()
    entered_on = fields.Date()
    by = fields.String()
    state = fields.String(metadata={"description": "pending, accepted or returned"})
    reason = fields.String(allow_none=True)


class BelongingsOut(Schema):
    """What stands beside a task's course."""

    parts = fields.List(fields.Nested(PartOut))
    open_parts = fields.List(fields.UUID(), metadata={"description": "units whose part is not done"})
    targets = fields.List(fields.Nested(TargetOut))
    needs = fields.List(fields.Nested(NeedOut))
    evidence = fields.List(fields.Nested(EvidenceOut))
    comments = fields.List(fields.Nested(CommentOut))
    extension_requests = fields.List(fields.Nested(ExtensionRequestOut))
    entries = fields.List(fields.Nested(EntryOut))

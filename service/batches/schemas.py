"""The shapes of batches, in the API and in the pages' forms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.batches.models import CARRIED, DONE, DRAFT, FAILED, READY, REFUSED, RUNNING, SAME
from service.batches.queries import BATCHES, MOST, ROWS
from service.batches.verbs import REPORT, VERBS
from service.kit.listing import ListOut, ListQuery, sorted_by

OFFERED = tuple(key for key in VERBS if key != REPORT)
STATES = (DRAFT, RUNNING, DONE)
ROW_STATES = (READY, SAME, REFUSED, CARRIED, FAILED)


class BatchesQuery(ListQuery):
    sort = sorted_by(BATCHES)
    state = fields.String(validate=validate.OneOf(STATES))


class RowsQuery(ListQuery):
    sort = sorted_by(ROWS)
    state = fields.String(validate=validate.OneOf(ROW_STATES))


class BatchIn(Schema):
    verb = fields.String(required=True, validate=validate.OneOf(OFFERED))
    task = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST))
    due = fields.Date(load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))
    unit_id = fields.UUID(load_default=None, allow_none=True)

    @validates_schema
    def _asked(self, given: dict[str, Any], **_kwargs: Any) -> None:
        """What the verb asks for is there."""
        asks = VERBS[given["verb"]].asks if given.get("verb") in VERBS else ()
        missing = {name: ["Missing data for required field."] for name in asks if not given.get(name)}
        if missing:
            raise ValidationError(missing)


class BatchOut(Schema):
    id = fields.UUID(required=True)
    verb = fields.String(required=True)
    given = fields.Dict()
    state = fields.String(required=True, metadata={"description": "draft, running or done"})
    made_by = fields.String()
    made_on = fields.Date()
    job_id = fields.UUID(allow_none=True)
    revision = fields.Integer(required=True)


class BatchesPage(ListOut):
    items = fields.List(fields.Nested(BatchOut), required=True)


class RowOut(Schema):
    line = fields.Integer(required=True)
    task_id = fields.UUID(allow_none=True)
    given = fields.Dict()
    state = fields.String(required=True, metadata={"description": "ready, same, refused, carried or failed"})
    field = fields.String()
    said = fields.String()
    said_en = fields.String()
    article = fields.String()


class RowsPage(ListOut):
    items = fields.List(fields.Nested(RowOut), required=True)


def told(given: dict[str, Any]) -> dict[str, str]:
    """What the verb is told, as it is kept."""
    return {name: str(given[name]) for name in ("due", "reason", "unit_id") if given.get(name)}

"""The shapes of background work in the API: numbers and errors, nothing of what a job works on."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.jobs.queries import SORTABLE
from service.jobs.rules import STATES
from service.kit.listing import ListOut, ListQuery, sorted_by


class JobsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(
        validate=validate.OneOf(STATES), metadata={"description": "dead: given up; left out: all that is unfinished"}
    )


class JobOut(Schema):
    id = fields.UUID(attribute="job.id")
    kind = fields.String(attribute="job.kind")
    state = fields.String(attribute="job.state")
    attempts = fields.Integer(attribute="job.attempts")
    created_at = fields.DateTime(attribute="job.created_at")
    due_at = fields.DateTime(attribute="job.due_at", metadata={"description": "when it is tried next"})
    finished_at = fields.DateTime(attribute="job.finished_at", allow_none=True)
    error = fields.String(metadata={"description": "the kind of the last error, without anybody's data"})


class JobsPage(ListOut):
    items = fields.List(fields.Nested(JobOut), required=True)

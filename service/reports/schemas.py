"""The shapes of reports in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, a_period, sorted_by
from service.reports.models import STATES
from service.reports.queries import SORTABLE
from service.reports.rules import MOST_IN_PASSAGE


class PassageSchema(Schema):
    text = fields.String(required=True, validate=validate.Length(max=MOST_IN_PASSAGE))
    slug = fields.String(load_default="", metadata={"description": "the place it comes from; empty: the office's own"})


class PartsSchema(Schema):
    experience = fields.List(fields.Nested(PassageSchema), load_default=list)
    problem = fields.List(fields.Nested(PassageSchema), load_default=list)
    suggestion = fields.List(fields.Nested(PassageSchema), load_default=list)


class ReportIn(Schema):
    period = fields.String(required=True)


class SignatureIn(Schema):
    document_number = fields.String(required=True)
    signer = fields.String(required=True)
    gap_reason = fields.String(load_default="", validate=validate.Length(max=500))


class ReportOut(Schema):
    id = fields.UUID()
    period = fields.String()
    state = fields.String()
    snapshot_id = fields.UUID()
    parts = fields.Dict()
    signer = fields.String(allow_none=True)
    document_number = fields.String(allow_none=True)
    document_date = fields.Date(allow_none=True)
    revision = fields.Integer()


class ReportPageOut(ListOut):
    items = fields.List(fields.Nested(ReportOut))


class ReportsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    period = fields.String(validate=a_period)
    state = fields.String(validate=validate.OneOf(STATES))


class FiguresOut(Schema):
    snapshot = fields.String()
    cutoff = fields.Date()
    rules = fields.String()
    sha256 = fields.String()
    newer = fields.Boolean(metadata={"description": "something was published after the snapshot"})
    totals = fields.Dict()


class SnapshotOut(Schema):
    id = fields.UUID()
    number = fields.String()
    period = fields.String()
    cutoff = fields.Date()
    rules = fields.String()
    content = fields.Dict()
    sha256 = fields.String()
    taken_by = fields.String()
    taken_at = fields.DateTime()

"""The shapes of reports in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.plans.schemas import ListQuery
from service.reports.models import STATES


class PassageSchema(Schema):
    text = fields.String(required=True, validate=validate.Length(max=5000))
    source = fields.String(load_default="")
    slug = fields.String(load_default="")
    revision = fields.Integer(allow_none=True, load_default=None)
    edited = fields.Boolean(load_default=False)


class PartsSchema(Schema):
    experience = fields.List(fields.Nested(PassageSchema), load_default=list)
    problem = fields.List(fields.Nested(PassageSchema), load_default=list)
    suggestion = fields.List(fields.Nested(PassageSchema), load_default=list)


class ReportsQuery(ListQuery):
    state = fields.String(validate=validate.OneOf(STATES))
    period = fields.String(validate=validate.Length(max=10))


class ReportIn(Schema):
    period = fields.String(required=True)


class SignatureIn(Schema):
    document_number = fields.String(required=True)
    signer = fields.String(required=True)


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


class ReportPageOut(Schema):
    items = fields.List(fields.Nested(ReportOut))
    total = fields.Integer()
    page = fields.Integer()
    per_page = fields.Integer()


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

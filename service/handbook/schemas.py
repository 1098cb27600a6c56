"""The shapes of the handbook in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class DocumentQuery(Schema):
    format = fields.String(load_default="pdf", validate=validate.OneOf(["docx", "pdf"]))


class EntryOut(Schema):
    level = fields.Integer()
    text = fields.String()


class DueOut(Schema):
    day = fields.Date()
    what = fields.String()
    who = fields.String(metadata={"description": "units, office or below"})
    article = fields.String()
    en = fields.String()


class DeadlineOut(Schema):
    what = fields.String()
    within = fields.String()
    en = fields.String()
    within_en = fields.String()


class EditionOut(Schema):
    """An edition that was issued."""

    id = fields.UUID(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    issued_on = fields.Date(required=True)
    issued_by = fields.String(required=True)


class HandbookOut(Schema):
    on = fields.Date()
    title = fields.String()
    contents = fields.List(fields.Nested(EntryOut))
    calendar = fields.List(fields.Nested(DueOut))
    deadlines = fields.List(fields.Nested(DeadlineOut))
    edition = fields.Nested(EditionOut, allow_none=True, metadata={"description": "the newest one issued"})
    outdated = fields.Boolean(metadata={"description": "other people hold the posts than when it was issued"})

"""The shapes of the charter's documents in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.charter.schemas import HolderSchema


class AtQuery(Schema):
    at = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "a version's id, or `draft`; the version in force if empty"},
    )


class DocumentQuery(AtQuery):
    format = fields.String(load_default="pdf", validate=validate.OneOf(["docx", "pdf"]))


class MatrixQuery(AtQuery):
    format = fields.String(load_default="json", validate=validate.OneOf(["json", "xlsx"]))


class MatrixUnitOut(Schema):
    key = fields.String()
    name = fields.String()


class MatrixDutyOut(Schema):
    code = fields.String()
    text = fields.String()
    holders = fields.List(fields.Nested(HolderSchema))


class MatrixOut(Schema):
    units = fields.List(fields.Nested(MatrixUnitOut))
    duties = fields.List(fields.Nested(MatrixDutyOut))

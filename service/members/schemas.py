"""The shapes of members and appointments in the API. Numbers leave masked."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

LEAVER: dict[str, Any] = {
    "load_default": None,
    "allow_none": True,
    "metadata": {"description": "account of whoever leaves, if not to be known by the name"},
}
WORDS = validate.Length(max=60)


class PersonOut(Schema):
    name = fields.String()
    title = fields.String()
    rank = fields.String()
    mobile = fields.String(metadata={"description": "masked"})


class CautionOut(Schema):
    message = fields.String()
    en = fields.String()
    source = fields.String()


class AppointmentOut(Schema):
    id = fields.UUID()
    post = fields.String()
    role = fields.String()
    unit = fields.UUID(allow_none=True)
    person = fields.Nested(PersonOut)
    from_date = fields.Date()
    to_date = fields.Date(allow_none=True)
    basis = fields.String()
    revision = fields.Integer()
    cautions = fields.List(fields.Nested(CautionOut))


class HeldOut(Schema):
    post = fields.String(metadata={"description": "the place at the table, as an appointment names it"})
    role = fields.String()
    name = fields.String(metadata={"description": "the post that the charter binds to it"})
    unit = fields.UUID(allow_none=True)
    organ = fields.String()
    appointment = fields.Nested(AppointmentOut, allow_none=True)
    wrong_rank = fields.Boolean()


class RosterOut(Schema):
    items = fields.List(fields.Nested(HeldOut))
    total = fields.Integer()
    page = fields.Integer()
    per_page = fields.Integer()


class VacancyOut(Schema):
    unit = fields.UUID()
    name = fields.String()
    post = fields.String()
    since = fields.Date()
    overdue = fields.Boolean()


class OnQuery(Schema):
    on = fields.Date(load_default=None)
    role = fields.String(load_default=None)
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    per_page = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class ChartQuery(Schema):
    format = fields.String(load_default="json", validate=validate.OneOf(["json", "svg", "png", "pdf", "docx"]))
    on = fields.Date(load_default=None, metadata={"description": "the chart of that day; today if empty"})


class CardOut(Schema):
    lines = fields.List(fields.String())
    vacant = fields.Boolean()


class TierOut(Schema):
    title = fields.String()
    note = fields.String()
    cards = fields.List(fields.Nested(CardOut))


class NumberOut(Schema):
    post = fields.String()
    name = fields.String()
    mobile = fields.String(metadata={"description": "whole"})


class NumbersOut(Schema):
    on = fields.Date()
    items = fields.List(fields.Nested(NumberOut))


class PersonIn(Schema):
    name = fields.String(required=True, validate=validate.Length(max=30))
    title = fields.String(load_default="", validate=WORDS)
    rank = fields.String(load_default="", validate=WORDS)
    mobile = fields.String(load_default="", validate=WORDS)


class AppointmentIn(PersonIn):
    post = fields.String(required=True, validate=validate.Length(max=120))
    from_date = fields.Date(required=True)
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    leaver = fields.UUID(**LEAVER)


class EndIn(Schema):
    to_date = fields.Date(required=True)
    leaver = fields.UUID(**LEAVER)

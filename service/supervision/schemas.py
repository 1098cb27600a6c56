"""The shapes of orders and reminders, in the API and in the pages' forms."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, post_load, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.supervision import listing, worklist
from service.supervision.listing import COURSES
from service.supervision.queries import WAITING
from service.supervision.rules import INSIDE, LEVELS, ORDER, SUBJECTS

LONG = validate.Length(max=2000)
WHYS = ("reached", "later", "unanswered", "again", "remind")
CODE = re.compile(rf"({'|'.join(SUBJECTS)}):([0-9a-f]{{32}})")


def _code(text: str) -> None:
    if not CODE.fullmatch(text):
        raise ValidationError("请从列表中选择。")


def _keys(codes: list[str]) -> list[tuple[str, UUID]]:
    return [(kind, UUID(one)) for kind, _colon, one in (code.partition(":") for code in codes)]


class OrdersQuery(ListQuery):
    sort = sorted_by(listing.SORTABLE)
    level = fields.String(validate=validate.OneOf(LEVELS))
    state = fields.String(validate=validate.OneOf(ORDER.all_states()))
    unit = fields.UUID()
    kind = fields.String(validate=validate.OneOf(SUBJECTS), metadata={"description": "what it is about"})
    course = fields.String(validate=validate.OneOf(COURSES))
    until = fields.Date(metadata={"description": "to be done by that day"})
    waiting = fields.String(
        validate=validate.OneOf((*WAITING, listing.CLOSE)), metadata={"description": "what waits for whoever asks"}
    )


class WorklistQuery(ListQuery):
    sort = sorted_by(worklist.SORTABLE)
    level = fields.String(validate=validate.OneOf((*LEVELS, worklist.REMIND)))
    kind = fields.String(validate=validate.OneOf(SUBJECTS))
    why = fields.String(validate=validate.OneOf(WHYS))
    unit = fields.UUID()


class RemindersQuery(ListQuery):
    sort = sorted_by(listing.REMINDER_ORDERS)
    unit = fields.UUID()
    kind = fields.String(validate=validate.OneOf(INSIDE))


class SubjectQuery(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(SUBJECTS))
    subject = fields.UUID(required=True)


class OrderIn(Schema):
    """What is left empty is filled by the ladder."""

    kind = fields.String(required=True, validate=validate.OneOf(SUBJECTS))
    subject_id = fields.UUID(required=True)
    level = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(LEVELS))
    urgent = fields.String(load_default="", validate=LONG, metadata={"description": "why a heavier level at once"})
    findings = fields.String(load_default="", validate=LONG)
    demand = fields.String(load_default="", validate=LONG)
    due = fields.Date(load_default=None, allow_none=True)


class ManyIn(Schema):
    """`task:<id in hex>`, one for each thing."""

    subjects = fields.List(fields.String(validate=_code), load_default=list, validate=validate.Length(max=200))

    @post_load
    def keys(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return {**{name: value for name, value in data.items() if name != "subjects"}, "keys": _keys(data["subjects"])}


class RemindersIn(ManyIn):
    text = fields.String(load_default="", validate=LONG)


class ClosingIn(Schema):
    orders = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=200))


class TextIn(Schema):
    findings = fields.String(required=True, validate=LONG)
    demand = fields.String(required=True, validate=LONG)
    due = fields.Date(required=True)


class NothingIn(Schema):
    pass


class AnswerIn(Schema):
    text = fields.String(required=True, validate=LONG)


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=LONG)


class ClosureIn(Schema):
    text = fields.String(load_default="", validate=LONG)


class OrderRow(Schema):
    id = fields.UUID(required=True)
    number = fields.String(metadata={"description": "empty until it is served"})
    level = fields.String(required=True)
    state = fields.String(required=True)
    why = fields.String(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    title = fields.String(required=True)
    unit_id = fields.UUID(allow_none=True, metadata={"description": "null: a place below"})
    addressee = fields.String(required=True)
    since = fields.Date(required=True, metadata={"description": "by when the matter was to be done"})
    due = fields.Date(required=True)
    served_on = fields.Date(allow_none=True)
    answer_by = fields.Date(allow_none=True)
    answered_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    before_id = fields.UUID(allow_none=True, metadata={"description": "the order that it escalates"})
    revision = fields.Integer(required=True)


class EventOut(Schema):
    verb = fields.String()
    on = fields.Date()
    by = fields.String()
    text = fields.String()


class OrderOut(OrderRow):
    urgent = fields.String()
    findings = fields.String()
    basis = fields.String()
    demand = fields.String()
    copies = fields.String()
    drafted_by = fields.String()
    drafted_on = fields.Date()
    signed_by = fields.String()
    signed_as = fields.String()
    signed_on = fields.Date(allow_none=True)
    acknowledged_by = fields.String()
    acknowledged_on = fields.Date(allow_none=True)
    answer = fields.String()
    answered_by = fields.String()
    reason = fields.String()
    settled_on = fields.Date(allow_none=True)
    standing = fields.String(metadata={"description": "how the matter stands today"})
    silent = fields.Boolean(metadata={"description": "the answer is overdue"})
    can = fields.List(fields.String(), metadata={"description": "the nouns that this seat can use now"})
    chain = fields.List(fields.UUID(), metadata={"description": "the orders about the matter, from the first"})
    events = fields.List(fields.Nested(EventOut))


class FiguresOut(Schema):
    """The year until yesterday; an order and those it was escalated to count once."""

    closed = fields.Integer()
    to_close = fields.Integer()
    days = fields.Float(allow_none=True)
    running = fields.Integer()
    silent = fields.Integer()
    served = fields.Integer()


class OrdersPage(ListOut):
    items = fields.List(fields.Nested(OrderRow), required=True)
    figures = fields.Nested(FiguresOut, required=True)


class OrdersOut(Schema):
    items = fields.List(fields.Nested(OrderRow), required=True)


class EntryOut(Schema):
    code = fields.String(required=True, metadata={"description": "how the thing is named when several are chosen"})
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    title = fields.String(required=True)
    addressee = fields.String(required=True)
    due = fields.Date(required=True)
    late = fields.Integer(required=True, metadata={"description": "days overdue"})
    level = fields.String(allow_none=True, metadata={"description": "null: a reminder will do"})
    why = fields.String(required=True)
    before_id = fields.UUID(allow_none=True)
    reminded = fields.Integer(required=True)


class WorklistPage(ListOut):
    items = fields.List(fields.Nested(EntryOut), required=True)


class ReminderOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    title = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    addressee = fields.String(required=True)
    since = fields.Date(required=True)
    text = fields.String(required=True)
    by = fields.String(required=True)
    on = fields.Date(required=True)


class RemindersPage(ListOut):
    items = fields.List(fields.Nested(ReminderOut), required=True)


class RemindersOut(Schema):
    items = fields.List(fields.Nested(ReminderOut), required=True)

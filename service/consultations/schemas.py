"""The shapes of consultations, in the API and in the pages' forms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from service.consultations.queries import SORTABLE, WAITING
from service.consultations.rules import ANSWERS, EXPLICIT, MODES, OUTCOMES, STATES, Opinion, Passage
from service.kit.listing import ListOut, ListQuery, sorted_by

SHORT, LONG = validate.Length(min=1, max=200), validate.Length(max=4000)
MOST_CLAUSES, MOST_PASSAGES = 300, 100


class ConsultationsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(STATES))
    year = fields.Integer(
        validate=validate.Range(min=2000, max=2099), metadata={"description": "the year it was drafted"}
    )
    waiting = fields.String(
        validate=validate.OneOf(WAITING), metadata={"description": "for a reply of one's unit, or for the office"}
    )


class PaperIn(Schema):
    title = fields.String(required=True, validate=SHORT)
    background = fields.String(load_default="", validate=LONG)
    clauses = fields.List(fields.String(validate=LONG), load_default=list, validate=validate.Length(max=MOST_CLAUSES))
    unit_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=500))
    contact = fields.String(required=True, validate=validate.Length(min=1, max=50))
    phone = fields.String(required=True, validate=validate.Length(min=1, max=50))
    mode = fields.String(load_default=EXPLICIT, validate=validate.OneOf(MODES))
    due = fields.Date(load_default=None, allow_none=True, metadata={"description": "none: the charter's own term"})
    short_reason = fields.String(load_default="", validate=validate.Length(max=500))
    ordinary = fields.Boolean(load_default=False, metadata={"description": "it is none of the matters of 四(六)"})
    drop_file = fields.Boolean(load_default=False)


class SendingIn(Schema):
    number = fields.String(load_default="", validate=validate.Length(max=50))


class UnitIn(Schema):
    unit_id = fields.UUID(required=True)


class EntryConfirmationIn(UnitIn):
    seen = fields.Integer(required=True, metadata={"description": "the revision of the unit's line that was read"})


class AddedUnitIn(UnitIn):
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class RemovedUnitIn(UnitIn):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


class ExtensionIn(Schema):
    due = fields.Date(required=True)


class ReminderIn(Schema):
    how = fields.String(required=True, validate=SHORT, metadata={"description": "by telephone, by letter, …"})


class ClosingIn(Schema):
    remark = fields.String(load_default="", validate=validate.Length(max=1000))


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))


class NothingIn(Schema):
    """No body."""


class PassageIn(Schema):
    original = fields.String(load_default="", validate=LONG)
    suggested = fields.String(load_default="", validate=LONG)
    reason = fields.String(load_default="", validate=LONG)

    @post_load
    def passage(self, given: dict[str, str], **_kwargs: Any) -> Passage:
        return Passage(**{name: text.strip() for name, text in given.items()})


class ReplyIn(UnitIn):
    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    text = fields.String(load_default="", validate=LONG)
    passages = fields.List(fields.Nested(PassageIn), load_default=list, validate=validate.Length(max=MOST_PASSAGES))

    @post_load
    def opinion(self, given: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """The command is given the opinion as one thing."""
        said = {name: given.pop(name) for name in ("answer", "text", "passages")}
        return given | {"opinion": Opinion(**said)}


class EntryIn(ReplyIn):
    paper_basis = fields.String(required=True, validate=SHORT)


class HandlingIn(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    outcome_reason = fields.String(load_default="", validate=validate.Length(max=2000))


class PassageOut(Schema):
    id = fields.UUID(required=True)
    original = fields.String(required=True)
    suggested = fields.String(required=True)
    reason = fields.String(required=True)
    outcome = fields.String(allow_none=True)
    outcome_reason = fields.String()
    handled_on = fields.Date(allow_none=True)


class LineOut(Schema):
    unit_id = fields.UUID(required=True)
    unit = fields.String(required=True)
    standing = fields.String(required=True, metadata={"description": "deemed: silent, and counted as silent"})
    reminders = fields.Integer(required=True)
    late = fields.Boolean()
    replied_on = fields.Date(allow_none=True)
    text = fields.String()
    paper_basis = fields.String()
    revision = fields.Integer()
    passages = fields.List(fields.Nested(PassageOut))


class ConsultationRow(Schema):
    id = fields.UUID(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    previous_id = fields.UUID(allow_none=True)
    title = fields.String(required=True)
    mode = fields.String(required=True)
    due = fields.Date(allow_none=True)
    sent_on = fields.Date(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    number = fields.String()
    revision = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    replied = fields.Integer(required=True)


class ConsultationsPage(ListOut):
    items = fields.List(fields.Nested(ConsultationRow), required=True)


class ConsultationOut(ConsultationRow):
    background = fields.String()
    clauses = fields.List(fields.String())
    file_name = fields.String()
    sha256 = fields.String()
    contact = fields.String()
    phone = fields.String()
    short_reason = fields.String()
    remark = fields.String()
    silent = fields.Integer(required=True)
    deemed = fields.Integer(
        required=True, metadata={"description": "of the silent: whose silence counts as no objection"}
    )
    remind = fields.Boolean(required=True, metadata={"description": "a reminder is proposed"})
    lines = fields.List(fields.Nested(LineOut), metadata={"description": "every unit to the office, its own to a unit"})


class PaperForm(PaperIn):
    """The same from a page: the paper is written as one text, a paragraph for each clause."""

    clauses = fields.String(load_default="", validate=validate.Length(max=200_000))

"""The shapes of minutes, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.minutes.queries import SORTABLE, WAITING
from service.minutes.rules import LONGEST, OPINIONS, STATES

WORDS = validate.Length(max=500)
SOME_WORDS = validate.Length(min=1, max=500)


class MinutesQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(STATES))
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    waiting = fields.String(
        validate=validate.OneOf(tuple(WAITING)), metadata={"description": "what waits for this seat"}
    )


class PassageIn(Schema):
    key = fields.String(required=True, validate=validate.Length(min=1, max=60))
    text = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class TextIn(Schema):
    title = fields.String(required=True, validate=validate.Length(min=1, max=100))
    passages = fields.List(fields.Nested(PassageIn), load_default=list)
    accept = fields.Boolean(
        load_default=False, metadata={"description": "another lead or due than the record's goes out knowingly"}
    )


class CirculationIn(Schema):
    accept = fields.Boolean(load_default=False)


class ConfirmationIn(Schema):
    party = fields.UUID(required=True)
    opinion = fields.String(required=True, validate=validate.OneOf(OPINIONS))
    text = fields.String(load_default="", validate=WORDS)
    sha256 = fields.String(required=True, metadata={"description": "the hash of the text that was read"})


class AnswerIn(Schema):
    party = fields.UUID(required=True)
    text = fields.String(required=True, validate=SOME_WORDS)


class CountersignatureIn(Schema):
    unit_id = fields.UUID(required=True)
    opinion = fields.String(required=True, validate=validate.OneOf(OPINIONS))
    text = fields.String(load_default="", validate=WORDS)
    sha256 = fields.String(required=True, metadata={"description": "the hash of the text that was read"})


class SignatureIn(Schema):
    sha256 = fields.String(required=True, metadata={"description": "the hash of the text that is signed"})


class ReasonIn(Schema):
    reason = fields.String(required=True, validate=SOME_WORDS)


class ChangeIn(Schema):
    resolution_id = fields.UUID(required=True)
    lead_unit_id = fields.UUID(load_default=None, allow_none=True)
    due = fields.Date(load_default=None, allow_none=True)


class CorrectionIn(ReasonIn):
    changes = fields.List(fields.Nested(ChangeIn), load_default=list)


class ItemIn(Schema):
    resolution_id = fields.UUID(required=True)
    duty_id = fields.UUID(required=True)


class TasksIn(Schema):
    items = fields.List(fields.Nested(ItemIn), required=True, validate=validate.Length(min=1, max=200))


class NothingIn(Schema):
    """No body."""


class PassageOut(Schema):
    key = fields.String(required=True)
    text = fields.String(required=True, allow_none=True, metadata={"description": "null: the minutes miss it"})
    record = fields.String(allow_none=True, metadata={"description": "as the record would have it; null: it has none"})
    changed = fields.Boolean()
    against = fields.List(
        fields.String(), metadata={"description": "what of the record the words do not say: lead, due"}
    )


class LineOut(Schema):
    party = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    unit = fields.String(required=True)
    name = fields.String()
    standing = fields.String(
        required=True, metadata={"description": "agree, amend, answered, deemed, silent or waiting"}
    )
    text = fields.String()
    said_by = fields.String()
    said_on = fields.Date(allow_none=True)
    answer = fields.String()


class MinutesRow(Schema):
    id = fields.UUID(required=True)
    meeting_id = fields.UUID(required=True)
    corrects_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    title = fields.String(required=True)
    number = fields.String(required=True, allow_none=True)
    sha256 = fields.String(required=True, metadata={"description": "of the text: what is confirmed and signed"})
    drafted_on = fields.Date(required=True)
    circulated_on = fields.Date(allow_none=True)
    countersign_on = fields.Date(allow_none=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signed_by = fields.String()
    published_on = fields.Date(required=True, allow_none=True)
    content_sha256 = fields.String(allow_none=True, metadata={"description": "of what was published"})
    revision = fields.Integer(required=True)


class MinutesListed(MinutesRow):
    meeting = fields.String(required=True)
    held_on = fields.Date(required=True)


class MinutesPage(ListOut):
    items = fields.List(fields.Nested(MinutesListed), required=True)


class MinutesOut(MinutesRow):
    reason = fields.String(metadata={"description": "why it corrects"})
    passages = fields.List(fields.Nested(PassageOut), required=True)
    confirmations = fields.List(fields.Nested(LineOut), required=True)
    countersignatures = fields.List(fields.Nested(LineOut), required=True)
    corrections = fields.List(fields.UUID(), required=True)
    signer = fields.String(required=True, metadata={"description": "who signs, by the charter"})
    by = fields.Date(required=True, allow_none=True, metadata={"description": "by when they are to be signed"})
    late = fields.Boolean(required=True)


class NumberOut(Schema):
    series = fields.String(required=True)
    year = fields.Integer(required=True)
    serial = fields.Integer(required=True)
    number = fields.String(required=True)
    minutes_id = fields.UUID(required=True)
    given_on = fields.Date(required=True)
    given_by = fields.String(required=True)
    voided_on = fields.Date(required=True, allow_none=True)
    reason = fields.String()


class NumbersOut(Schema):
    items = fields.List(fields.Nested(NumberOut), required=True)


class FollowedOut(Schema):
    resolution_id = fields.UUID(required=True)
    text = fields.String(required=True)
    kind = fields.String(required=True)
    lead_unit_id = fields.UUID(required=True, allow_none=True)
    due = fields.Date(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"description": "noted, open, overdue or done"})
    done_on = fields.Date(required=True, allow_none=True)
    task_id = fields.UUID(required=True, allow_none=True)
    task_state = fields.String(required=True, allow_none=True)
    light = fields.String(required=True, allow_none=True)
    proposed_duty_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "for an item that is no task"}
    )


class ItemsOut(Schema):
    items = fields.List(fields.Nested(FollowedOut), required=True)


class AgreementIn(Schema):
    resolution_id = fields.UUID(required=True, metadata={"description": "an item of a plenary's signed minutes"})
    opinion = fields.String(
        load_default="", validate=validate.Length(max=500), metadata={"description": "of a long-term plan"}
    )


class AgreementOut(Schema):
    plan_id = fields.UUID(required=True)
    resolution_id = fields.UUID(dump_default=None, allow_none=True)
    text = fields.String(dump_default=None, allow_none=True)
    meeting_id = fields.UUID(dump_default=None, allow_none=True)
    held_on = fields.Date(dump_default=None, allow_none=True)
    minutes_id = fields.UUID(dump_default=None, allow_none=True)
    number = fields.String(dump_default=None, allow_none=True, metadata={"description": "of the minutes"})

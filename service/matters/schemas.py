"""The shapes of matters, in the API and in the pages' forms."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from service.agendas.rules import KINDS as ITEM_KINDS
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.kit.web import SHANGHAI
from service.matters.listing import LATE, MINE, SORTABLE
from service.matters.moves import LONGEST_PASSAGE, LONGEST_TITLE
from service.matters.rules import COORDINATORS, KINDS, MATTER, OPINIONS

WORDS = validate.Length(max=2000)
SHORT = validate.Length(max=200)


def _text(**more: Any) -> fields.String:
    return fields.String(required=True, validate=WORDS, **more)


class MattersQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(MATTER.all_states()))
    kind = fields.String(validate=validate.OneOf(KINDS))
    unit = fields.String(validate=validate.Length(max=60), metadata={"description": "the unit's key"})
    late = fields.String(validate=validate.OneOf(LATE))
    mine = fields.String(validate=validate.OneOf(MINE), metadata={"description": "what waits for the seat that asks"})


class PassageIn(Schema):
    text = fields.String(required=True, validate=validate.Length(max=LONGEST_PASSAGE))
    duties = fields.List(fields.UUID(), load_default=list, metadata={"description": "ids of the duties it touches"})


class TextIn(Schema):
    title = fields.String(required=True, validate=validate.Length(max=LONGEST_TITLE))
    passages = fields.List(fields.Nested(PassageIn), required=True)


class MatterIn(TextIn):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    unit_id = fields.UUID(required=True)


class RevisionIn(TextIn):
    editorial = fields.Boolean(load_default=False, metadata={"description": "only blanks and punctuation differ"})
    reason = _text()


class PassageForm(Schema):
    """A row of the form: three lists of duties, of which some stay empty."""

    text = fields.String(load_default="", validate=validate.Length(max=LONGEST_PASSAGE))
    duty = fields.UUID()
    duty2 = fields.UUID()
    duty3 = fields.UUID()

    @post_load
    def gathered(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        return {"text": data["text"], "duties": [data[name] for name in ("duty", "duty2", "duty3") if name in data]}


class MatterForm(MatterIn):
    passages = fields.List(fields.Nested(PassageForm), required=True)


class TextForm(TextIn):
    passages = fields.List(fields.Nested(PassageForm), required=True)


class RevisionForm(RevisionIn):
    passages = fields.List(fields.Nested(PassageForm), required=True)


class NothingIn(Schema):
    """No body."""


class ReasonIn(Schema):
    reason = _text()


class MergerIn(ReasonIn):
    target_id = fields.UUID(required=True)


class PlacementIn(Schema):
    meeting_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "none: the backlog"})
    kind = fields.String(load_default="other", validate=validate.OneOf(ITEM_KINDS))


class UnitIn(Schema):
    unit_id = fields.UUID(required=True)


class EntryConfirmationIn(UnitIn):
    seen = fields.Integer(required=True, metadata={"description": "the revision of the unit's consent that was read"})


class UnitReasonIn(UnitIn):
    reason = _text()


class RemovalIn(UnitIn):
    approve = fields.Boolean(load_default=False)


class ReadIn(Schema):
    text_no = fields.Integer(
        required=True, validate=validate.Range(min=1, max=100_000), metadata={"description": "which text was read"}
    )


class OpinionIn(UnitIn):
    opinion = fields.String(required=True, validate=validate.OneOf(tuple(OPINIONS)))
    text = fields.String(load_default="", validate=WORDS, metadata={"description": "reasons, or the condition"})


class ReplyIn(OpinionIn, ReadIn):
    """The answer to the text that was read."""


class EntryIn(OpinionIn):
    paper_no = fields.String(required=True, validate=SHORT, metadata={"description": "the paper's number"})


class RoundIn(Schema):
    held_at = fields.AwareDateTime(required=True, default_timezone=SHANGHAI)
    coordinator = fields.String(required=True, validate=validate.OneOf(tuple(COORDINATORS)))
    coordinator_name = fields.String(load_default="", validate=SHORT)
    participants = _text()
    points = _text()
    conclusion = _text()


class ConclusionIn(Schema):
    conclusion = _text()


class DissentIn(Schema):
    tendency = _text()
    sides = _text()


class SendingIn(Schema):
    number = fields.String(required=True, validate=SHORT)
    sent_to = fields.String(load_default="", validate=SHORT)
    sent_on = fields.Date(load_default=None, allow_none=True)


class ReceiptIn(Schema):
    receipt = fields.String(required=True, validate=SHORT)
    received_on = fields.Date(load_default=None, allow_none=True)


class InstructionIn(UnitIn):
    text = _text()
    given_by = fields.String(required=True, validate=SHORT)
    given_on = fields.Date(required=True)
    due = fields.Date(required=True)


class FollowUpIn(Schema):
    instruction_id = fields.UUID(required=True)
    text = _text()


class ClosureIn(Schema):
    text = _text()


class DelegationIn(UnitIn):
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)
    basis = fields.String(required=True, validate=SHORT)


class DelegationOut(Schema):
    id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    given_by = fields.String()
    from_date = fields.Date()
    to_date = fields.Date()
    basis = fields.String()
    withdrawn_on = fields.Date(allow_none=True)
    revision = fields.Integer()


class PassageOut(Schema):
    text = fields.String()
    duties = fields.List(fields.UUID())


class TextOut(Schema):
    no = fields.Integer()
    title = fields.String()
    passages = fields.List(fields.Nested(PassageOut))
    editorial = fields.Boolean()
    reason = fields.String()
    by = fields.String()
    on = fields.Date()


class ConsentOut(Schema):
    unit_id = fields.UUID()
    name = fields.String()
    state = fields.String()
    source = fields.String(metadata={"description": "why the unit is concerned"})
    passages = fields.List(fields.Integer(), metadata={"description": "numbers of those its consent rests on"})
    asked_on = fields.Date(allow_none=True)
    due = fields.Date(allow_none=True)
    late = fields.Boolean()
    voided = fields.Boolean()
    reminded = fields.Integer()
    said = fields.String()
    said_by = fields.String()
    said_on = fields.Date(allow_none=True)
    text_no = fields.Integer(allow_none=True)
    digest = fields.String(metadata={"description": "SHA-256 of the passages that it was said to"})
    coordinated = fields.Boolean()
    entered = fields.String(metadata={"description": "an opinion on paper that the unit has not confirmed"})
    revision = fields.Integer()
    removal_reason = fields.String()


class HearingOut(Schema):
    agenda_item_id = fields.UUID()
    meeting_id = fields.UUID(allow_none=True)
    meeting = fields.String()
    held_on = fields.Date(allow_none=True)
    outcome = fields.String(allow_none=True)
    text_no = fields.Integer()


class TalkOut(Schema):
    no = fields.Integer()
    held_at = fields.AwareDateTime()
    coordinator = fields.String()
    coordinator_name = fields.String()
    participants = fields.String()
    points = fields.String()
    conclusion = fields.String()


class CaseOut(Schema):
    id = fields.UUID()
    state = fields.String()
    opened_on = fields.Date()
    positions = fields.List(fields.Dict())
    conclusion = fields.String()
    ended_on = fields.Date(allow_none=True)


class InstructionOut(Schema):
    id = fields.UUID()
    text = fields.String()
    given_by = fields.String()
    given_on = fields.Date()
    unit_id = fields.UUID()
    due = fields.Date()
    done_text = fields.String()
    done_on = fields.Date(allow_none=True)


class EventOut(Schema):
    verb = fields.String()
    on = fields.Date()
    by = fields.String()
    unit_id = fields.UUID(allow_none=True)
    text = fields.String()


class MatterOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    unit_id = fields.UUID(required=True)
    unit = fields.String()
    state = fields.String(required=True)
    raised_by = fields.String()
    raised_on = fields.Date()
    submitted_on = fields.Date(allow_none=True)
    handle_by = fields.Date(allow_none=True)
    accepted_on = fields.Date(allow_none=True)
    reason = fields.String()
    merged_into_id = fields.UUID(allow_none=True)
    consulted_on = fields.Date(allow_none=True)
    gate = fields.String(metadata={"description": "none, waiting, passed, not_passed or again"})
    tendency = fields.String()
    sides = fields.String()
    signed_by = fields.String()
    signed_on = fields.Date(allow_none=True)
    number = fields.String()
    sent_to = fields.String()
    sent_on = fields.Date(allow_none=True)
    receipt = fields.String()
    received_on = fields.Date(allow_none=True)
    closing = fields.String()
    closed_on = fields.Date(allow_none=True)
    late = fields.List(fields.String())
    revision = fields.Integer(required=True)


class WholeOut(MatterOut):
    missing = fields.List(fields.String(), metadata={"description": "why it cannot go up yet; empty: it can"})
    outcome = fields.Dict(metadata={"description": "of the matter in which this one goes on: itself, unless merged"})
    texts = fields.List(fields.Nested(TextOut))
    units = fields.List(fields.Nested(ConsentOut))
    deliberations = fields.List(fields.Nested(HearingOut))
    disagreements = fields.List(fields.Nested(CaseOut))
    rounds = fields.List(fields.Nested(TalkOut))
    instructions = fields.List(fields.Nested(InstructionOut))
    events = fields.List(fields.Nested(EventOut))


class MattersPage(ListOut):
    items = fields.List(fields.Nested(MatterOut), required=True)

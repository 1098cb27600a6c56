"""The shapes of agendas, in the API and in the pages' forms."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload as UploadField
from marshmallow import Schema, fields, post_load, validate

from service.agendas.queries import PLACES, SORTABLE
from service.agendas.rules import ACCESSES, KINDS, OUTCOMES, STATES, ItemText
from service.kit.listing import ListOut, ListQuery, sorted_by

SHORT, LONG = validate.Length(max=100), validate.Length(max=2000)
VOTES = validate.Range(min=0, max=1000)


class ItemsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(STATES))
    kind = fields.String(validate=validate.OneOf(KINDS))
    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    place = fields.String(validate=validate.OneOf(PLACES), metadata={"description": ", ".join(PLACES)})
    unit_id = fields.UUID()
    late = fields.Boolean(metadata={"description": "only those that came after the call's deadline"})


class WordsIn(Schema):
    """The words of an item."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=200))
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    minutes = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=480))
    presenter = fields.String(load_default="", validate=SHORT)
    grounds = fields.String(load_default="", validate=LONG)

    @post_load
    def worded(self, given: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """`words`, and beside them what is no word."""
        words = ItemText(**{name: given.pop(name) for name in ("title", "kind", "minutes", "presenter", "grounds")})
        return given | {"words": words}


class ProposalIn(WordsIn):
    unit_id = fields.UUID(required=True)
    for_meeting_id = fields.UUID(load_default=None, allow_none=True)


class OfficeItemIn(WordsIn):
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "who reports on it"})
    meeting_id = fields.UUID(load_default=None, allow_none=True)


class MeetingItemIn(WordsIn):
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "who reports on it"})


class NothingIn(Schema):
    """No body."""


class ReasonIn(Schema):
    reason = fields.String(load_default="", validate=validate.Length(max=500))


class AcceptanceIn(Schema):
    meeting_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "onto its agenda at once"})


class PlacementIn(Schema):
    meeting_id = fields.UUID(required=True)


class CarryingIn(Schema):
    meeting_id = fields.UUID(load_default=None, allow_none=True)


class PositionIn(Schema):
    to = fields.Integer(required=True, validate=validate.Range(min=1, max=1000))


class ConclusionIn(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    text = fields.String(load_default="", validate=LONG)
    votes_for = fields.Integer(load_default=None, allow_none=True, validate=VOTES)
    votes_against = fields.Integer(load_default=None, allow_none=True, validate=VOTES)
    votes_abstained = fields.Integer(load_default=None, allow_none=True, validate=VOTES)


class ForwardingIn(Schema):
    forwarded_to = fields.String(load_default="", validate=SHORT)
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "a member unit"})
    request = fields.String(load_default="", validate=validate.Length(max=500))
    due = fields.Date(load_default=None, allow_none=True)


class ReportIn(Schema):
    outcome = fields.String(required=True, validate=LONG)


class CallIn(Schema):
    due = fields.Date(load_default=None, allow_none=True, metadata={"description": "by the charter if none is named"})
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    text = fields.String(load_default="", validate=LONG)
    unit_ids = fields.List(fields.UUID(), load_default=list, metadata={"description": "none: all concerned"})


class AccessIn(Schema):
    access = fields.String(required=True, validate=validate.OneOf(ACCESSES))
    unit_ids = fields.List(fields.UUID(), load_default=list)


class PaperIn(Schema):
    title = fields.String(load_default="", validate=SHORT)
    access = fields.String(load_default="attendees", validate=validate.OneOf(ACCESSES))
    unit_ids = fields.List(fields.UUID(), load_default=list)


class FileIn(Schema):
    file = UploadField(
        required=True, metadata={"description": "pdf, docx, xlsx, pptx, png, jpg or txt; nothing classified"}
    )


class ComparedQuery(Schema):
    before = fields.Integer(load_default=None, validate=validate.Range(min=1))
    after = fields.Integer(load_default=None, validate=validate.Range(min=1))


class ItemRow(Schema):
    id = fields.UUID(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True)
    minutes = fields.Integer(allow_none=True)
    presenter = fields.String()
    grounds = fields.String()
    unit_id = fields.UUID(allow_none=True)
    origin = fields.String()
    proposed_by = fields.String()
    proposed_on = fields.Date()
    state = fields.String(required=True)
    reason = fields.String()
    late = fields.Boolean()
    meeting_id = fields.UUID(allow_none=True)
    for_meeting_id = fields.UUID(allow_none=True)
    position = fields.Integer()
    outcome = fields.String(allow_none=True)
    outcome_text = fields.String()
    votes_for = fields.Integer(allow_none=True)
    votes_against = fields.Integer(allow_none=True)
    votes_abstained = fields.Integer(allow_none=True)
    concluded_at = fields.DateTime(allow_none=True)
    carried_to_id = fields.UUID(allow_none=True)
    revision = fields.Integer(required=True)


class ItemsPage(ListOut):
    items = fields.List(fields.Nested(ItemRow), required=True)


class PaperVersionOut(Schema):
    id = fields.UUID()
    number = fields.Integer()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    uploaded_by = fields.String()
    uploaded_at = fields.DateTime()


class PaperOut(Schema):
    id = fields.UUID()
    title = fields.String()
    access = fields.String()
    unit_ids = fields.List(fields.UUID())
    versions = fields.List(fields.Nested(PaperVersionOut), metadata={"description": "the newest first"})


class ForwardOut(Schema):
    id = fields.UUID()
    forwarded_to = fields.String()
    unit_id = fields.UUID(allow_none=True)
    request = fields.String()
    due = fields.Date(allow_none=True)
    forwarded_on = fields.Date()
    outcome = fields.String()
    returned_on = fields.Date(allow_none=True)
    returned_by = fields.String()


class ItemOut(ItemRow):
    papers = fields.List(fields.Nested(PaperOut))
    forwards = fields.List(fields.Nested(ForwardOut))
    later = fields.List(fields.Nested(ItemRow), metadata={"description": "the items that took it up again, in order"})


class SlotOut(ItemRow):
    starts = fields.Time(allow_none=True)
    until = fields.Time(allow_none=True)
    total = fields.Integer(metadata={"description": "minutes from the beginning, this item's included"})
    unit = fields.String()
    papers = fields.List(fields.Nested(PaperOut))


class LackOut(Schema):
    key = fields.String()
    message = fields.String()
    message_en = fields.String()
    source = fields.String()


class AskedOut(Schema):
    unit_id = fields.UUID()
    unit = fields.String()
    proposed = fields.Integer()


class CallOut(Schema):
    due = fields.Date()
    computed = fields.Date(allow_none=True)
    rule = fields.String(metadata={"description": "the working rule by which the day was computed"})
    reason = fields.String()
    text = fields.String()
    called_on = fields.Date()
    asked = fields.List(fields.Nested(AskedOut))


class LineOut(Schema):
    id = fields.String()
    title = fields.String()
    kind = fields.String()
    minutes = fields.Integer(allow_none=True)
    presenter = fields.String()
    unit = fields.String()
    starts = fields.String()
    papers = fields.List(fields.String())


class VersionOut(Schema):
    number = fields.Integer()
    reason = fields.String()
    after_notice = fields.Boolean()
    settled_by = fields.String()
    settled_at = fields.DateTime()
    lines = fields.List(fields.Nested(LineOut))


class AgendaOut(Schema):
    items = fields.List(fields.Nested(SlotOut))
    total_minutes = fields.Integer()
    call = fields.Nested(CallOut, allow_none=True)
    call_by = fields.Date(allow_none=True)
    papers_by = fields.Date(allow_none=True)
    lacks = fields.List(fields.Nested(LackOut))
    version = fields.Integer(allow_none=True)
    unsettled = fields.Boolean()


class PairOut(Schema):
    standing = fields.String(metadata={"description": "same, added, removed, moved or changed"})
    moved = fields.Boolean()
    changed = fields.List(fields.String())
    before = fields.Nested(LineOut, allow_none=True)
    after = fields.Nested(LineOut, allow_none=True)


class ComparedOut(Schema):
    before = fields.Integer(allow_none=True, metadata={"description": "none: no version was settled yet"})
    after = fields.Integer(allow_none=True, metadata={"description": "none: as the agenda stands now"})
    pairs = fields.List(fields.Nested(PairOut))

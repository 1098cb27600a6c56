"""The shapes of proposals, notices and replies, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.documents.rendering import KINDS
from service.invitations.queries import SORTABLE
from service.invitations.rules import ANSWERS, PROPOSAL_STATES
from service.kit.listing import ListOut, ListQuery, sorted_by

SHORT, LONG = validate.Length(max=100), validate.Length(max=1000)


class ProposalsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(PROPOSAL_STATES))
    unit_id = fields.UUID(metadata={"description": "who proposed"})


class ProposalIn(Schema):
    unit_id = fields.UUID(required=True, metadata={"description": "the unit that proposes: one's own"})
    topic = fields.String(required=True, validate=validate.Length(min=1, max=100))
    reason = fields.String(required=True, validate=LONG)
    units_concerned = fields.List(fields.UUID(), load_default=list, metadata={"description": "besides itself"})


class AcceptanceIn(Schema):
    title = fields.String(load_default="", validate=SHORT, metadata={"description": "the topic if none is given"})
    held_on = fields.Date(required=True)
    answer = fields.String(load_default="", validate=LONG)


class RefusalIn(Schema):
    answer = fields.String(required=True, validate=LONG, metadata={"description": "why, for the unit to read"})


class ProposalOut(Schema):
    id = fields.UUID(required=True)
    unit_id = fields.UUID(required=True)
    topic = fields.String(required=True)
    reason = fields.String(required=True)
    proposed_by = fields.String(required=True)
    proposed_on = fields.Date(required=True)
    state = fields.String(required=True)
    answer = fields.String()
    answered_by = fields.String()
    answered_on = fields.Date(allow_none=True)
    meeting_id = fields.UUID(allow_none=True, metadata={"description": "the meeting that it led to"})
    noted_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class ProposalShown(ProposalOut):
    units_concerned = fields.List(fields.UUID(), required=True)


class ProposalsPage(ListOut):
    items = fields.List(fields.Nested(ProposalOut), required=True)


class NoticeIn(Schema):
    reply_by = fields.Date(load_default=None, metadata={"description": "two working days before, if none is given"})
    contact = fields.String(load_default="", validate=SHORT)
    phone = fields.String(load_default="", validate=SHORT)
    requirements = fields.String(load_default="", validate=LONG)
    reason = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "why with less notice, or a gap"}
    )
    told = fields.List(
        fields.UUID(),
        load_default=None,
        allow_none=True,
        metadata={"description": "who is told beside those who must be; null: everybody on the list"},
    )


class ReplyIn(Schema):
    reply = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    text = fields.String(load_default="", validate=validate.Length(max=500), metadata={"description": "why, for leave"})
    proxy_name = fields.String(load_default="", validate=validate.Length(max=50))
    proxy_title = fields.String(load_default="", validate=validate.Length(max=50))


class AllIn(Schema):
    unit_id = fields.UUID(required=True)


class LeaveIn(Schema):
    granted = fields.Boolean(required=True)
    text = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "what the chair said, and when"}
    )


class LeaveForm(LeaveIn):
    granted = fields.String(required=True, validate=validate.OneOf(("true", "false")))


class GapOut(Schema):
    key = fields.String(required=True)
    message = fields.String(required=True)
    message_en = fields.String(required=True, attribute="en")
    source = fields.String(required=True)
    hard = fields.Boolean(required=True, metadata={"description": "stops the notice; others ask for a reason"})


class NoticeOut(Schema):
    id = fields.UUID(required=True)
    sequence = fields.Integer(required=True)
    kind = fields.String(required=True, metadata={"description": "request, update or cancel"})
    sent_at = fields.DateTime(required=True)
    sent_by = fields.String(required=True)
    reply_by = fields.Date(allow_none=True)
    letter = fields.Dict(required=True, metadata={"description": "its words as they went out"})
    told = fields.List(fields.Dict(), required=True)
    left_out = fields.List(fields.Dict(), required=True, metadata={"description": "who was not told, by choice"})


class AttendeeOut(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    title = fields.String()
    role = fields.String(required=True)
    unit_id = fields.UUID(allow_none=True)
    expected = fields.Boolean(required=True)
    source = fields.String(metadata={"description": "the article that calls him"})
    reply = fields.String(allow_none=True)
    reply_text = fields.String()
    proxy_name = fields.String()
    proxy_title = fields.String()
    replied_by = fields.String()
    replied_at = fields.DateTime(allow_none=True)
    leave_granted = fields.Boolean(allow_none=True)


class OutlookOut(Schema):
    counts = fields.Dict(keys=fields.String(), required=True, metadata={"description": "attends, proxy, leave, none"})
    expected = fields.Integer(required=True)
    units = fields.Integer(required=True)
    sure = fields.Integer(required=True, metadata={"description": "units from which somebody comes"})
    open = fields.Integer(required=True, metadata={"description": "units that may still send somebody"})
    percent = fields.Integer(allow_none=True, required=True)
    needed = fields.Integer(required=True)
    standing = fields.String(required=True, metadata={"description": "met, open, lost; empty without a quorum"})


class BeforeOut(Schema):
    """A meeting before it opens: what is missing, who was told, who replied what."""

    meeting_id = fields.UUID(required=True)
    state = fields.String(required=True)
    sequence = fields.Integer(required=True)
    reply_by = fields.Date(allow_none=True, required=True)
    gaps = fields.List(fields.Nested(GapOut), required=True)
    attendees = fields.List(fields.Nested(AttendeeOut), required=True)
    untold = fields.List(fields.UUID(), required=True, metadata={"description": "who must be told (again)"})
    left_out = fields.List(
        fields.UUID(), required=True, metadata={"description": "not told, by choice, of what was last told"}
    )
    dropped = fields.List(fields.String(), required=True, metadata={"description": "told before, called no more"})
    stale = fields.List(fields.UUID(), required=True, metadata={"description": "replied to another day or hour"})
    outlook = fields.Nested(OutlookOut, required=True)
    notices = fields.List(fields.Nested(NoticeOut), required=True)


class LetterQuery(Schema):
    format = fields.String(load_default="pdf", validate=validate.OneOf(KINDS))
    notice_id = fields.UUID(load_default=None, metadata={"description": "as it went out; else as it would go out now"})


class FeedOut(Schema):
    made_at = fields.DateTime(allow_none=True, required=True, metadata={"description": "null: there is no address"})


class FeedMade(Schema):
    url = fields.String(required=True, allow_none=True, metadata={"description": "the secret address, shown this once"})

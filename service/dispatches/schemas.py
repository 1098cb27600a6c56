"""The shapes of dispatches in the API, and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.dispatches.queries import DRAFTS, INBOX, SENT, WAITING
from service.dispatches.rules import ALL_KINDS, DRAFT, KINDS, LONGEST, LONGEST_TITLE, RECEIVED, STANDINGS
from service.kit.listing import ListOut, ListQuery, sorted_by
from tenants.dispatch import STATES

REASON = validate.Length(max=500)


class DraftsQuery(ListQuery):
    sort = sorted_by(DRAFTS)
    state = fields.String(validate=validate.OneOf(DRAFT.all_states()))
    kind = fields.String(validate=validate.OneOf(KINDS))


class SentQuery(ListQuery):
    sort = sorted_by(SENT)
    kind = fields.String(validate=validate.OneOf(ALL_KINDS))
    state = fields.String(validate=validate.OneOf(STATES))


class InboxQuery(ListQuery):
    sort = sorted_by(INBOX)
    kind = fields.String(validate=validate.OneOf(ALL_KINDS))
    state = fields.String(validate=validate.OneOf(RECEIVED.all_states()))
    sender = fields.String(validate=validate.OneOf(STATES), metadata={"description": "open, recalled or closed above"})
    waiting = fields.String(validate=validate.OneOf(WAITING))


class PlacesQuery(ListQuery):
    sort = sorted_by(("place", "percent", "standing"))
    standing = fields.String(validate=validate.OneOf(STANDINGS))


class DraftIn(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.String(required=True, validate=validate.Length(max=LONGEST_TITLE))
    text = fields.String(required=True, validate=validate.Length(max=LONGEST))
    due = fields.Date(load_default=None, allow_none=True)
    policy_field = fields.String(load_default="")
    duty = fields.String(load_default="", validate=validate.Length(max=20))
    form = fields.String(load_default="", validate=validate.Length(max=200))
    questions = fields.String(
        load_default="", validate=validate.Length(max=4000), metadata={"description": "one a line"}
    )
    places = fields.List(fields.UUID(), load_default=list)
    passes_on_id = fields.UUID(load_default=None, allow_none=True)


class NothingIn(Schema):
    pass


class ReasonIn(Schema):
    reason = fields.String(load_default="", validate=REASON)


class WhyIn(Schema):
    why = fields.String(load_default="", validate=REASON)


class AmendIn(Schema):
    title = fields.String(required=True, validate=validate.Length(max=LONGEST_TITLE))
    text = fields.String(required=True, validate=validate.Length(max=LONGEST))
    due = fields.Date(load_default=None, allow_none=True)
    why = fields.String(load_default="", validate=REASON)


class PlacesIn(Schema):
    places = fields.List(fields.UUID(), load_default=list)


class RemindIn(PlacesIn):
    text = fields.String(load_default="", validate=REASON)


class JudgeIn(Schema):
    receiver_id = fields.UUID(required=True)


class ReturnIn(JudgeIn):
    reason = fields.String(load_default="", validate=REASON)


class EndIn(JudgeIn):
    why = fields.String(load_default="", validate=REASON)


class RouteIn(Schema):
    content = fields.String(required=True, validate=validate.Length(max=2000))
    deliverable = fields.String(load_default="", validate=validate.Length(max=500))
    duty_id = fields.UUID(required=True)
    lead_unit_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "none: the unit that holds the duty"}
    )
    start = fields.Date(required=True)
    due = fields.Date(required=True)


class ReportIn(Schema):
    words = fields.String(required=True, validate=validate.Length(max=1000))


class AnswerIn(Schema):
    values = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    words = fields.String(load_default="", validate=validate.Length(max=1000))


class DraftOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    due = fields.Date(allow_none=True)
    policy_field = fields.String(required=True)
    duty = fields.String(required=True)
    form = fields.String(required=True)
    questions = fields.List(fields.String(), required=True)
    places = fields.List(fields.String(), required=True)
    passes_on_id = fields.UUID(allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    dispatch_id = fields.UUID(allow_none=True)
    revision = fields.Integer(required=True)


class DraftsPage(ListOut):
    items = fields.List(fields.Nested(DraftOut), required=True)


class CountsOut(Schema):
    places = fields.Integer(required=True, metadata={"description": "without those no longer awaited"})
    received = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    begun = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    late = fields.Integer(required=True)
    declined = fields.Integer(required=True)
    ended = fields.Integer(required=True)


class DispatchOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    due = fields.Date(allow_none=True)
    wording = fields.Integer(required=True)
    state = fields.String(required=True)
    ended_why = fields.String(required=True)
    sent_by = fields.String(required=True)
    sent_at = fields.DateTime(required=True)


class SentRowOut(Schema):
    dispatch = fields.Nested(DispatchOut, required=True)
    counts = fields.Nested(CountsOut, required=True)


class SentPage(ListOut):
    items = fields.List(fields.Nested(SentRowOut), required=True)


class PlaceOut(Schema):
    receiver_id = fields.UUID(required=True)
    name = fields.String(required=True)
    standing = fields.String(required=True)
    late = fields.Boolean(required=True)
    percent = fields.Integer(allow_none=True)
    words = fields.String(required=True)
    answered_on = fields.Date(allow_none=True)
    finished_on = fields.Date(allow_none=True)
    verdict = fields.String(required=True)
    unread = fields.Boolean(required=True)


class SentOut(SentRowOut):
    content = fields.Dict(required=True)
    places = fields.List(fields.Nested(PlaceOut), required=True)


class ReceivedOut(Schema):
    id = fields.UUID(required=True)
    source_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    year = fields.Integer(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    due = fields.Date(allow_none=True)
    wording = fields.Integer(required=True)
    acknowledged = fields.Integer(required=True)
    sender_state = fields.String(required=True)
    verdict = fields.String(required=True)
    verdict_text = fields.String(required=True)
    state = fields.String(required=True)
    received_at = fields.DateTime(required=True)
    revision = fields.Integer(required=True)


class InboxPage(ListOut):
    items = fields.List(fields.Nested(ReceivedOut), required=True)


class RouteOut(Schema):
    duty_id = fields.UUID(required=True)
    duty = fields.String(required=True)
    lead_unit_id = fields.UUID(required=True)


class ReceivedWholeOut(ReceivedOut):
    content = fields.Dict(required=True)
    tasks = fields.List(fields.UUID(), required=True)
    routes = fields.List(fields.Nested(RouteOut), required=True)


class MadeOut(Schema):
    task_id = fields.UUID(required=True)


class CountOut(Schema):
    count = fields.Integer(required=True)

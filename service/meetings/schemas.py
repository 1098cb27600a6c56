"""The shapes of meetings, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.meetings.queries import SORTABLE
from service.meetings.rules import DELEGATES, DEPUTED, KINDS, MEETING, MODES, RESOLUTIONS
from service.plans.schemas import LONG

SHORT = validate.Length(min=1, max=100)


class MeetingsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(MEETING.all_states()))
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    until = fields.Date(metadata={"description": "held on that day or before"})


class AttendanceIn(Schema):
    unit_id = fields.UUID(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class AgreedIn(Schema):
    text = fields.String(required=True, validate=LONG)
    kind = fields.String(load_default="action", validate=validate.OneOf(RESOLUTIONS))
    lead_unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "needed for an action"})
    due = fields.Date(load_default=None, allow_none=True, metadata={"description": "needed for an action"})
    deliverable = fields.String(load_default="", validate=validate.Length(max=200))
    cooperating = fields.List(fields.UUID(), load_default=list)


class HeadIn(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.String(required=True, validate=SHORT)
    held_on = fields.Date(required=True)
    chair = fields.String(required=True, validate=SHORT)
    own_kind = fields.String(
        load_default="", metadata={"description": "for kind own: one of the charter's own meetings"}
    )
    chair_post = fields.String(required=True, metadata={"description": "a post that the charter lets chair it"})
    chair_basis = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "the delegation, where somebody chairs in another's place"},
    )
    summary = fields.String(load_default="", validate=validate.Length(max=5000))
    excess_reason = fields.String(load_default="", validate=validate.Length(max=500))
    departure_reason = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"description": "why no liaison meeting came before, where the charter asks for one"},
    )


class MeetingIn(HeadIn):
    attendance = fields.List(fields.Nested(AttendanceIn), required=True)
    agreed = fields.List(fields.Nested(AgreedIn), load_default=list)


class ConvocationIn(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    own_kind = fields.String(load_default="", validate=validate.Length(max=100))
    title = fields.String(required=True, validate=SHORT)
    held_on = fields.Date(required=True)
    begins = fields.Time(load_default=None, allow_none=True)
    ends = fields.Time(load_default=None, allow_none=True)
    place = fields.String(load_default="", validate=validate.Length(max=100))
    basis = fields.String(load_default="", metadata={"description": "for a special meeting: `special_basis`"})
    basis_text = fields.String(load_default="", validate=validate.Length(max=200))
    units = fields.List(
        fields.UUID(), load_default=list, metadata={"description": "those concerned; none: every member"}
    )
    chair = fields.String(load_default="", validate=validate.Length(max=100))
    chair_post = fields.String(load_default="", metadata={"description": "empty: the first that the charter names"})
    chair_basis = fields.String(load_default="", validate=validate.Length(max=200))
    delegation_id = fields.UUID(load_default=None, allow_none=True)
    excess_reason = fields.String(load_default="", validate=validate.Length(max=500))
    departure_reason = fields.String(load_default="", validate=validate.Length(max=500))


class CancellationIn(Schema):
    reason = fields.String(required=True, validate=validate.Length(min=1, max=200))


class ObserverIn(Schema):
    name = fields.String(required=True, validate=validate.Length(min=1, max=50))
    title = fields.String(load_default="", validate=validate.Length(max=50))
    unit_id = fields.UUID(load_default=None, allow_none=True)


class DelegationIn(Schema):
    from_post = fields.String(required=True, validate=validate.OneOf(tuple(DELEGATES)))
    to_post = fields.String(required=True, validate=validate.OneOf(DEPUTED))
    to_name = fields.String(required=True, validate=validate.Length(min=1, max=50))
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)
    basis = fields.String(required=True, validate=validate.Length(min=1, max=200))


class DelegationOut(DelegationIn):
    id = fields.UUID(required=True)
    given_by = fields.String(required=True)
    given_on = fields.Date(required=True)
    withdrawn_on = fields.Date(required=True, allow_none=True)


class AttendeeOut(Schema):
    """One who is called, or sits in."""

    id = fields.UUID(required=True)
    role = fields.String(required=True)
    expected = fields.Boolean(required=True, metadata={"description": "false: an observer"})
    unit_id = fields.UUID(allow_none=True)
    name = fields.String(required=True, metadata={"description": "empty: the post is vacant"})
    title = fields.String()
    source = fields.String(metadata={"description": "the article that calls him"})
    reply = fields.String(allow_none=True)
    proxy_name = fields.String()
    came = fields.String(allow_none=True)


class AttendanceOut(Schema):
    unit_id = fields.UUID()
    unit = fields.String()
    mode = fields.String(metadata={"description": "present, proxy, leave, absent or not_called"})


class ResolutionOut(Schema):
    id = fields.UUID(required=True)
    text = fields.String(required=True)
    kind = fields.String(required=True)
    lead_unit_id = fields.UUID(required=True, allow_none=True)
    due = fields.Date(required=True, allow_none=True)
    deliverable = fields.String()
    done_on = fields.Date(allow_none=True)
    agenda_item_id = fields.UUID(allow_none=True)
    task_id = fields.UUID(allow_none=True)


class MeetingRow(Schema):
    id = fields.UUID(required=True)
    state = fields.String(required=True)
    begins = fields.Time(allow_none=True)
    ends = fields.Time(allow_none=True)
    place = fields.String()
    basis = fields.String()
    basis_text = fields.String()
    delegation_id = fields.UUID(allow_none=True)
    noticed_on = fields.Date(allow_none=True)
    notice_reason = fields.String()
    sequence = fields.Integer()
    cancel_reason = fields.String()
    kind = fields.String(required=True)
    own_kind = fields.String()
    title = fields.String(required=True)
    held_on = fields.Date(required=True)
    chair = fields.String()
    chair_post = fields.String()
    chair_basis = fields.String()
    summary = fields.String()
    excess_reason = fields.String()
    departure_reason = fields.String()
    minutes_signed_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class MeetingListed(MeetingRow):
    attended = fields.Integer(required=True, metadata={"description": "units that came or sent a proxy"})
    agreed = fields.Integer(required=True, metadata={"description": "agreed items"})
    done = fields.Integer(required=True, metadata={"description": "agreed items done"})


class MeetingsPage(ListOut):
    items = fields.List(fields.Nested(MeetingListed), required=True)


class MeetingOut(MeetingRow):
    attendance = fields.List(fields.Nested(AttendanceOut), required=True)
    short_of_quorum = fields.Boolean(required=True)
    attendees = fields.List(fields.Nested(AttendeeOut), required=True)
    concerned = fields.List(fields.UUID(), required=True, metadata={"description": "the units it concerns; none: all"})
    resolutions = fields.List(fields.Nested(ResolutionOut), required=True)


class SpanOut(Schema):
    start = fields.Date(required=True)
    until = fields.Date(required=True)


class OwnStandingOut(Schema):
    name = fields.String(required=True)
    cadence = fields.String(required=True)
    chairs = fields.List(fields.String(), required=True)
    next = fields.Nested(SpanOut, required=True, allow_none=True)
    missed = fields.List(fields.Nested(SpanOut), required=True)


class StandingOut(Schema):
    """The year's plenaries against the tenant's own rule, and what is owed next."""

    held = fields.Integer(required=True)
    least = fields.Integer(required=True)
    most = fields.Integer(required=True)
    cadence = fields.String(required=True)
    next = fields.Nested(SpanOut, required=True, allow_none=True, metadata={"description": "days of the next plenary"})
    agenda_by = fields.Date(required=True, allow_none=True)
    missed = fields.List(fields.Nested(SpanOut), required=True, metadata={"description": "spans without a plenary"})
    red = fields.Boolean(required=True, metadata={"description": "no plenary yet, and late in the year by the charter"})
    next_liaison = fields.Nested(SpanOut, required=True, allow_none=True)
    kinds = fields.List(fields.String(), required=True, metadata={"description": "the kinds of meeting that exist"})
    own_meetings = fields.List(fields.Nested(OwnStandingOut), required=True)
    chairs = fields.Dict(keys=fields.String(), required=True, metadata={"description": "who may chair, kind by kind"})


class OnQuery(Schema):
    on = fields.Date(load_default=None, metadata={"description": "today if none is named"})

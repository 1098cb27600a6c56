"""The shapes of meetings, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.meetings.queries import SORTABLE
from service.meetings.rules import KINDS, MODES
from service.plans.schemas import LONG

SHORT = validate.Length(min=1, max=100)


class MeetingsQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    kind = fields.String(validate=validate.OneOf(KINDS))
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    until = fields.Date(metadata={"description": "held on that day or before"})


class AttendanceIn(Schema):
    unit_id = fields.UUID(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class AgreedIn(Schema):
    text = fields.String(required=True, validate=LONG)
    lead_unit_id = fields.UUID(required=True)
    due = fields.Date(required=True)
    informational = fields.Boolean(load_default=False, metadata={"description": "原则同意、继续研究: not counted"})


class HeadIn(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.String(required=True, validate=SHORT)
    held_on = fields.Date(required=True)
    chair = fields.String(required=True, validate=SHORT)
    chair_post = fields.String(required=True, metadata={"description": "a post that the charter lets chair it"})
    summary = fields.String(load_default="", validate=validate.Length(max=5000))
    excess_reason = fields.String(load_default="", validate=validate.Length(max=500))


class MeetingIn(HeadIn):
    attendance = fields.List(fields.Nested(AttendanceIn), required=True)
    agreed = fields.List(fields.Nested(AgreedIn), load_default=list)


class NothingIn(Schema):
    """No body."""


class AttendanceOut(Schema):
    unit_id = fields.UUID()
    unit = fields.String()
    mode = fields.String(metadata={"description": "present, proxy, leave or absent"})


class ResolutionOut(Schema):
    id = fields.UUID(required=True)
    text = fields.String(required=True)
    lead_unit_id = fields.UUID(required=True)
    due = fields.Date(required=True)
    done_on = fields.Date(allow_none=True)
    informational = fields.Boolean()


class MeetingRow(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    held_on = fields.Date(required=True)
    chair = fields.String()
    chair_post = fields.String()
    summary = fields.String()
    excess_reason = fields.String()
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
    resolutions = fields.List(fields.Nested(ResolutionOut), required=True)

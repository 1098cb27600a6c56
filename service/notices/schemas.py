"""The shapes of notices in the API, and what their list is asked."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.labels import labels
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.notices.queries import SORTABLE
from service.notices.rules import WAYS

STATES = ("unread", "read")


class NoticesQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    about = fields.String(validate=validate.OneOf(list(labels()["notice_about"])))
    state = fields.String(validate=validate.OneOf(STATES))


class NoticeOut(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    sentence = fields.String(required=True, metadata={"description": "what happened, in the reader's language"})
    place = fields.String(required=True, allow_none=True, metadata={"description": "the page that it leads to"})
    for_account_id = fields.UUID(required=True, allow_none=True, metadata={"description": "told as whose deputy"})
    deputy_account_id = fields.UUID(required=True, allow_none=True, metadata={"description": "who was told beside"})
    made_at = fields.DateTime(required=True)
    read_at = fields.DateTime(required=True, allow_none=True)


class NoticesPage(ListOut):
    items = fields.List(fields.Nested(NoticeOut), required=True)
    unread = fields.Integer(required=True)


class SeenIn(Schema):
    seen = fields.AwareDateTime(
        required=True, default_timezone=None, metadata={"description": "what was there at this moment is read"}
    )


class AddressIn(Schema):
    address = fields.String(required=True, validate=validate.Length(max=200))


class CodeIn(Schema):
    code = fields.String(required=True, validate=validate.Length(max=20))


class WaysIn(Schema):
    ways = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.OneOf(WAYS)), load_default=dict)
    quiet_from = fields.Time(load_default=None, allow_none=True)
    quiet_to = fields.Time(load_default=None, allow_none=True)


class DeputyIn(Schema):
    deputy_id = fields.UUID(required=True)
    from_date = fields.Date(required=True)
    to_date = fields.Date(required=True)


class DeputyOut(DeputyIn):
    id = fields.UUID(required=True)


class SettingsOut(Schema):
    letters = fields.Boolean(required=True, metadata={"description": "whether this installation sends letters"})
    address = fields.String(required=True, metadata={"description": "confirmed; empty: no letters"})
    asked = fields.String(required=True, metadata={"description": "waits for its code"})
    ways = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    quiet_from = fields.Time(required=True, allow_none=True)
    quiet_to = fields.Time(required=True, allow_none=True)
    deputies = fields.List(fields.Nested(DeputyOut), required=True)


class MessengerIn(Schema):
    url = fields.String(required=True, validate=validate.Length(max=500))
    kinds = fields.List(fields.String(), required=True)


class MessengerOut(MessengerIn):
    set_by = fields.String(required=True)
    set_at = fields.DateTime(required=True)


class ReadOut(Schema):
    read = fields.Integer(required=True)

"""The shapes of notices in the API, and what their list is asked."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from config.labels import labels
from service.kit.listing import ListOut, ListQuery, sorted_by
from service.notices.queries import SORTABLE

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
    made_at = fields.DateTime(required=True)
    read_at = fields.DateTime(required=True, allow_none=True)


class NoticesPage(ListOut):
    items = fields.List(fields.Nested(NoticeOut), required=True)
    unread = fields.Integer(required=True)


class SeenIn(Schema):
    seen = fields.AwareDateTime(
        required=True, default_timezone=None, metadata={"description": "what was there at this moment is read"}
    )


class ReadOut(Schema):
    read = fields.Integer(required=True)

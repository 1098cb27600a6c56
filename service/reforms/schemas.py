"""The shapes of what a reform leaves to be moved, and of each unit's work, in the API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.kit.listing import ListOut, ListQuery, sorted_by
from service.reforms.listing import ITEM_KEYS, ROW_KEYS, VIEWS
from service.reforms.queries import KINDS


class ItemsQuery(ListQuery):
    sort = sorted_by(ITEM_KEYS)
    kind = fields.String(validate=validate.OneOf(KINDS))


class ItemOut(Schema):
    kind = fields.String(metadata={"description": ", ".join(KINDS)})
    id = fields.UUID()
    title = fields.String()
    unit_id = fields.UUID(metadata={"description": "the unit that is gone, or that gave the duty away"})
    unit = fields.String()
    proposed = fields.UUID(allow_none=True, metadata={"description": "the unit that should carry it on"})
    ends = fields.Boolean(metadata={"description": "it does not move: it ends with the unit"})


class ItemsPage(ListOut):
    items = fields.List(fields.Nested(ItemOut), required=True)


class ConfirmationIn(Schema):
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "the proposed one if left out"})


class RefusedOut(ItemOut):
    reason = fields.String()


class ConfirmedOut(Schema):
    moved = fields.List(fields.Nested(ItemOut))
    refused = fields.List(fields.Nested(RefusedOut))


class WorkQuery(ListQuery):
    sort = sorted_by(ROW_KEYS)
    year = fields.Integer(validate=validate.Range(min=2000, max=2099))
    view = fields.String(
        validate=validate.OneOf(VIEWS), metadata={"description": "units as then, or summed into those of now"}
    )


class WorkOut(Schema):
    unit_id = fields.UUID()
    unit = fields.String()
    led = fields.Integer(attribute="work.led", metadata={"description": "tasks led, without withdrawn and merged ones"})
    closed = fields.Integer(attribute="work.closed")
    owed = fields.Integer(attribute="work.owed", metadata={"description": "reports owed, without exempt ones"})
    on_time = fields.Integer(attribute="work.on_time")
    came = fields.Integer(attribute="work.came", metadata={"description": "meetings attended, also by proxy"})


class WorkPage(ListOut):
    items = fields.List(fields.Nested(WorkOut), required=True)

"""The shapes of plans in the API, and the frame of every list of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from service.kit.paging import MOST, PER_PAGE, Asked, Page
from service.plans.rules import LONGEST_TITLE

SHORT = validate.Length(min=1, max=LONGEST_TITLE)
LONG = validate.Length(min=1, max=2000)


class ListQuery(Schema):
    """What every list is asked."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    per_page = fields.Integer(load_default=PER_PAGE, validate=validate.Range(min=1, max=MOST))
    sort = fields.String(load_default="", metadata={"description": "a column, led by - for descending"})
    q = fields.String(load_default="", validate=validate.Length(max=100))


class ListOut(Schema):
    """The frame of every list; `items` is given by each."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


def asked(query: Mapping[str, Any]) -> Asked:
    """The list query as the paging of the house takes it; the other parameters are filters."""
    frame = {name: query[name] for name in ("page", "per_page", "sort", "q")}
    return Asked(**frame, filters={k: str(v) for k, v in query.items() if k not in frame and v is not None})


def listed(page: Page, items: Sequence[Any] | None = None) -> dict[str, Any]:
    """A page of a list as it is answered."""
    rows = page.rows if items is None else items
    return {"items": rows, "total": page.total, "page": page.number, "per_page": page.per_page}


class PlanIn(Schema):
    year = fields.Integer(required=True, strict=False)
    title = fields.String(required=True, validate=SHORT)


class PlanPatch(Schema):
    title = fields.String(required=True, validate=SHORT)


class ApprovalIn(Schema):
    basis = fields.String(load_default="", validate=validate.Length(max=200))
    agreed_on = fields.Date(load_default=None, allow_none=True, metadata={"description": "today if left out"})


class PlanOut(Schema):
    id = fields.UUID(required=True)
    year = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "draft, approved or closed"})
    agreed_on = fields.Date(allow_none=True)
    basis = fields.String()
    closed_on = fields.Date(allow_none=True)
    revision = fields.Integer(required=True)


class PlansPage(ListOut):
    items = fields.List(fields.Nested(PlanOut), required=True)

"""The shapes of filters, in the API and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.filters.queries import SORTABLE
from service.filters.rules import LISTS, LONGEST_NAME, LONGEST_QUERY
from service.kit.listing import ListOut, ListQuery, sorted_by

NAME = validate.Length(min=1, max=LONGEST_NAME)


class FiltersQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    list = fields.String(validate=validate.OneOf(LISTS))


class NameIn(Schema):
    name = fields.String(required=True, validate=NAME)


class FilterIn(NameIn):
    list = fields.String(required=True, validate=validate.OneOf(LISTS))
    query = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_QUERY * 2),
        metadata={"description": "what stands behind the question mark of the list's address"},
    )


class FilterOut(Schema):
    id = fields.UUID(required=True)
    list = fields.String(required=True)
    name = fields.String(required=True)
    query = fields.String(required=True)
    revision = fields.Integer(required=True)


class FiltersPage(ListOut):
    items = fields.List(fields.Nested(FilterOut), required=True)

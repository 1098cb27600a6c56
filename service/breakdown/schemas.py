"""The shapes of tables in the API, and in the pages' forms."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from service.breakdown.checking import LEVELS
from service.breakdown.queries import ROWS, TABLES
from service.breakdown.rules import COLUMNS
from service.kit.listing import ListOut, ListQuery, sorted_by

ROW_STATES = ("pending", "listed", "present", "refused")
CELL = validate.Length(max=4000)


class TablesQuery(ListQuery):
    sort = sorted_by(TABLES)
    plan = fields.UUID()


class RowsQuery(ListQuery):
    sort = sorted_by(ROWS)
    level = fields.String(validate=validate.OneOf(LEVELS))
    state = fields.String(validate=validate.OneOf(ROW_STATES))


class PasteIn(Schema):
    text = fields.String(required=True, metadata={"description": "tab-separated, with the table's head"})
    name = fields.String(load_default="", validate=validate.Length(max=120))


# The nine cells; what is left out stays.
CellsIn = Schema.from_dict({column: fields.String(validate=CELL) for column in COLUMNS}, name="CellsIn")
CellsOut = Schema.from_dict({column: fields.String() for column in COLUMNS}, name="CellsOut")


class FindingOut(Schema):
    column = fields.String(required=True)
    level = fields.String(required=True, metadata={"description": "an error keeps the row out, a warning does not"})
    message = fields.String(required=True)
    en = fields.String()


class RowOut(Schema):
    id = fields.UUID(required=True)
    line = fields.Integer(required=True, metadata={"description": "where it stands in what was brought"})
    cells = fields.Nested(CellsOut, required=True)
    level = fields.String(required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    state = fields.String(required=True, metadata={"description": "pending, listed, present or refused"})
    task_id = fields.UUID(allow_none=True)
    said = fields.String()


class RowsPage(ListOut):
    items = fields.List(fields.Nested(RowOut), required=True)


class TableOut(Schema):
    id = fields.UUID(required=True)
    plan_id = fields.UUID(required=True)
    name = fields.String(required=True)
    rows = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"description": "draft, running, halted or done"})
    said = fields.String()
    brought_by = fields.String()
    brought_on = fields.Date()
    job_id = fields.UUID(allow_none=True)
    revision = fields.Integer(required=True)


class TablesPage(ListOut):
    items = fields.List(fields.Nested(TableOut), required=True)

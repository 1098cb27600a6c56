"""What a list is asked, by a page's address or an API's: read by one schema, answered in one frame.

What cannot be understood is never passed over in silence: a program is answered 422, a person is told on the list as
it stands without it.

class TasksQuery(ListQuery):
    sort = sorted_by(SORTABLE)
    state = fields.String(validate=validate.OneOf(STATES))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from flask import flash, redirect, request
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from werkzeug.exceptions import HTTPException

from service.kit.face import query
from service.kit.paging import MOST, PER_PAGE, Asked, Page
from service.kit.period import FIGURES, MONTHS, Period
from tenants.errors import Refused

FRAME = ("page", "per_page", "sort", "q")


def sorted_by(columns: Iterable[str]) -> fields.String:
    """One of the columns, led by - for the other direction; the empty one is the list's own order."""
    names = [name for name in columns if name != "id"]
    known = ["", *names, *(f"-{name}" for name in names)]
    said = {"description": f"{', '.join(names)}; led by - for descending"}
    return fields.String(load_default="", validate=validate.OneOf(known), metadata=said)


def a_period(text: str) -> None:
    """The text names a period of figures."""
    _of_kinds(text, FIGURES)


def any_period(text: str) -> None:
    """The text names a period, also a month."""
    _of_kinds(text, tuple(MONTHS))


def _of_kinds(text: str, kinds: tuple[str, ...]) -> None:
    try:
        Period.parse(text, kinds)
    except Refused as refusal:
        raise ValidationError(refusal.message) from refusal


class ListQuery(Schema):
    """What every list is asked."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1_000_000))
    per_page = fields.Integer(load_default=PER_PAGE, validate=validate.Range(min=1, max=MOST))
    sort = sorted_by(())
    q = fields.String(load_default="", validate=validate.Length(max=100))


class ListOut(Schema):
    """The frame of every list; `items` is given by each."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


def asked(given: Mapping[str, Any]) -> Asked:
    """The list query as the paging of the house takes it; the other parameters are filters."""
    frame = {name: given[name] for name in FRAME}
    return Asked(**frame, filters={k: str(v) for k, v in given.items() if k not in frame and v is not None})


def listed(page: Page, items: Sequence[Any] | None = None) -> dict[str, Any]:
    """A page of a list as it is answered."""
    rows = page.rows if items is None else items
    return {"items": rows, "total": page.total, "page": page.number, "per_page": page.per_page}


class Elsewhere(HTTPException):
    """The reader is led to an address where the list can be shown."""

    code = 302

    def __init__(self, address: str) -> None:
        super().__init__(response=cast("Any", redirect(address)))


def asked_here(schema: Schema) -> Asked:
    """What the address of this page asks. A value that is none is said to be so, and the list comes without it."""
    given = {name: text.strip() for name, text in request.args.items() if name in schema.fields and text.strip()}
    try:
        return asked(_loaded(schema, given))
    except ValidationError as error:
        wrong = {name: given[name] for name in error.normalized_messages() if name in given}
    if request.method != "GET":  # a form that came back with its errors stays where it is
        return asked(_loaded(schema, {name: text for name, text in given.items() if name not in wrong}))
    for name, text in wrong.items():
        flash(_passed_over(name, text[:20]), "warning")
    raise Elsewhere(request.script_root + request.path + query(_addressed(), **dict.fromkeys(wrong)))


def _loaded(schema: Schema, given: Mapping[str, str]) -> dict[str, Any]:
    return cast("dict[str, Any]", schema.load(given, unknown=EXCLUDE))


def _addressed() -> dict[str, list[str]]:
    return dict(request.args.lists())


def _passed_over(name: str, text: str) -> str:
    if name == "page":
        return _("没有第“%(text)s”页，已从头列出。", text=text)
    if name == "per_page":
        return _("每页条数不能是“%(text)s”，已按默认条数列出。", text=text)
    if name == "sort":
        return _("没有“%(text)s”这种排序，已按默认顺序列出。", text=text)
    return _("没有“%(text)s”这一选项，已不按它筛选。", text=text)

"""A page's form is read by the same schema as the API's body; what is wrong is said at its field.

plan, wrong = submitted(PlanIn(), lambda given: commands.draft_plan(seat, **given))
if wrong:
    return page("plans/new.html", 422, values=request.form, errors=wrong)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, TypeVar, cast

from flask import request
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from service.kit.phrases import chinese
from service.kit.problems import english
from tenants.errors import Conflict, LianxiError, Refused

T = TypeVar("T")
TICKED = "1"


def submitted(schema: Schema, act: Callable[[dict[str, Any]], T]) -> tuple[T | None, dict[str, str]]:
    """What the act on the form gave, and what is wrong with the form; with a fault nothing was done."""
    try:
        return act(cast("dict[str, Any]", schema.load(collected(schema, request.form), unknown=EXCLUDE))), {}
    except ValidationError as error:
        return None, dict(_placed(error.normalized_messages()))
    except (Refused, Conflict) as refusal:
        return None, {_place(refusal): said(refusal)}


def said(refusal: LianxiError) -> str:
    """The refusal in the language of the reader."""
    return refusal.message_en if english() else refusal.message


def _place(refusal: LianxiError) -> str:
    return refusal.field or ""


def collected(schema: Schema, form: MultiDict[str, str]) -> dict[str, Any]:
    """The form as the schema's input: lists from repeated names, ticks as booleans, what was left empty is absent.

    Rows of several fields repeat `name.field`; an empty row is none.
    """
    found: dict[str, Any] = {}
    for name, field in schema.fields.items():
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            found[name] = [row for row in rows_of(form, name, field.inner.schema.fields) if row]
        elif isinstance(field, fields.List):
            found[name] = [value for value in form.getlist(name) if value.strip()]
        elif isinstance(field, fields.Boolean):
            found[name] = form.get(name) == TICKED
        elif form.get(name, "").strip():
            found[name] = form[name].strip()
    return found


def rows_of(form: MultiDict[str, str], name: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """Every row as it was sent, empty ones too; a field that was left empty is absent."""
    table = {column: form.getlist(f"{name}.{column}") for column in columns}
    return [
        {column: text.strip() for column, text in zip(table, row, strict=True) if text.strip()}
        for row in zip_longest(*table.values(), fillvalue="")
    ]


def whole_number(text: str) -> int | None:
    """The number that was written; none for what is none, and for one that nothing here is as large as."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _placed(messages: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong, by field; within rows by `name.row.field`."""
    for name, found in messages.items():
        rows = found if isinstance(found, Mapping) else {}
        within = {f"{name}.{at}": row for at, row in rows.items() if isinstance(row, Mapping)}
        for place, row in within.items():
            yield from ((f"{place}.{field}", _sentence(wrong)) for field, wrong in row.items())
        if not within:
            yield name, _sentence(found)


def _sentence(found: Any) -> str:
    """The first of a field's messages, wherever it is nested."""
    while not isinstance(found, str):
        found = next(iter(found.values())) if isinstance(found, Mapping) else found[0]
    return _words().get(found) or (found if english() else chinese(found) or _("填写有误，请核对。"))


def _words() -> dict[str, str]:
    return {
        "Missing data for required field.": _("请填写。"),
        "Field may not be null.": _("请填写。"),
        "Not a valid date.": _("请填写日期，如 2026-03-05。"),
        "Not a valid integer.": _("请填写整数。"),
        "Not a valid UUID.": _("请从列表中选择。"),
        "Not a valid string.": _("请填写文字。"),
    }

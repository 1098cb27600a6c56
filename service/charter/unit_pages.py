"""The pages of the member units: their list, and the draft's forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import choices
from service.charter import commands, forms, queries
from service.charter.amending import unit_in
from service.charter.desk import Errors, editor, form_page, opened, read_at, tried, view
from service.charter.files import asked_for_file, units_file
from service.charter.text import UnitEntry
from service.kit.layout import locale
from service.kit.web import current_seat, today

units = Blueprint("units", __name__)


@read_at(units, "/units/")
def index(at: str) -> ResponseReturnValue:
    """Who sits at the table, in order, and who has left it; or as a file."""
    desk = opened(at)
    former = [] if at else queries.former_units(desk.seat.session, today())
    if kind := asked_for_file():
        return units_file(kind, desk.seat, desk.seen, former)
    held = {unit.key: len(desk.seen.text.duties_of(unit.key)) for unit in desk.seen.units}
    return view("units.html", desk, former=former, held=held, ordering="order" in request.args)


def _form(unit: UnitEntry | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    return form_page("unit.html", errors, unit=unit, values=values, categories=choices("unit_category", locale()))


@units.get("/draft/units/new")
def new() -> ResponseReturnValue:
    editor()
    return _form(None, {"category": "政府部门"}, {})


@units.post("/draft/units/")
def add() -> ResponseReturnValue:
    """By the draft the unit sits at the table."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.add_unit(seat, forms.unit_entry(form))

    return tried(write, partial(_form, None, form), _("已写入修订稿。"), _list())


def _list() -> str:
    return url_for("charter.units.index", at="draft")


@units.get("/draft/units/<key>/edit")
def edit(key: str) -> ResponseReturnValue:
    unit = unit_in(editor().seen.text, key)
    return _form(unit, {"name": unit.name, "category": unit.category}, {})


@units.post("/draft/units/<key>/edit")
def reword(key: str) -> ResponseReturnValue:
    """By the draft the unit bears this name."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        words = {field: form.get(field, "") for field in ("name", "category", "source")}
        return commands.edit_unit(seat, key, **words)

    def again(errors: Errors) -> ResponseReturnValue:
        return _form(unit_in(editor().seen.text, key), form, errors)

    return tried(write, again, _("已写入修订稿。"), _list())


@units.post("/draft/units/<key>/place")
def move(key: str) -> ResponseReturnValue:
    """By the draft the unit has changed places with its neighbour."""
    text = editor().seen.text
    order = [unit.key for unit in text.units]
    at = order.index(unit_in(text, key).key)
    to = at + (-1 if request.form.get("to") == "up" else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    commands.reorder_units(current_seat(), order)
    return redirect(url_for("charter.units.index", at="draft", order=1))


@units.get("/draft/units/<key>/removal")
def removal(key: str) -> ResponseReturnValue:
    return _removal(key, {})


def _removal(key: str, errors: Errors) -> ResponseReturnValue:
    return form_page("departure.html", errors, unit=unit_in(editor().seen.text, key))


@units.post("/draft/units/<key>/removal")
def remove(key: str) -> ResponseReturnValue:
    """By the draft the unit is no member any more."""
    seat = current_seat()

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.remove_unit(seat, key)

    return tried(write, partial(_removal, key), _("已写入修订稿。"), _list())

"""The pages of the member units: their list, their order, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import choices
from service.charter import commands, forms, queries
from service.charter.desk import Errors, editor, form_page, reader, tried, view
from service.charter.files import asked_for_file, units_file
from service.charter.models import Unit
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import current_seat, today
from tenants.errors import Missing

units = Blueprint("units", __name__, url_prefix="/units")


@units.get("/")
def index() -> ResponseReturnValue:
    """Who sits at the table, in order, and who has left it; or as a file."""
    seat, seen = reader()
    former = queries.former_units(seat.session, today())
    if kind := asked_for_file():
        return units_file(kind, seat, seen, former)
    held = {unit.id: sum(seen.grade(duty, unit) is not None for duty in seen.duties) for unit in seen.units}
    return view("units.html", seat, seen, former=former, held=held, ordering="order" in request.args)


def _form(seat: Seat, unit: Unit | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    categories = choices("unit_category", locale())
    return form_page("unit.html", seat, errors, unit=unit, values=values, categories=categories)


@units.get("/new")
def new() -> ResponseReturnValue:
    seat, _seen = editor()
    return _form(seat, None, {"category": "政府部门", "joined_on": today()}, {})


@units.post("/")
def add() -> ResponseReturnValue:
    """The unit sits at the table."""
    seat, form = current_seat(), request.form

    def write() -> object:
        joined_on = forms.day_of(form, "joined_on", today())
        return commands.add_unit(seat, forms.unit_text(form), joined_on=joined_on, on=today())

    return tried(write, partial(_form, seat, None, form), _("成员单位已增加。"), url_for("charter.units.index"))


def _member(seat: Seat, unit_id: UUID) -> Unit:
    """A unit that sits at the table today."""
    unit = queries.unit_named(seat.session, unit_id)
    if not unit.member_on(today()):
        raise Missing()
    return unit


@units.get("/<uuid:unit_id>/edit")
def edit(unit_id: UUID) -> ResponseReturnValue:
    seat, _seen = editor()
    unit = _member(seat, unit_id)
    return _form(seat, unit, {"name": unit.name, "category": unit.category}, {})


@units.post("/<uuid:unit_id>/edit")
def rename(unit_id: UUID) -> ResponseReturnValue:
    """The unit bears this name."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged(form, _member(seat, unit_id))
        return commands.edit_unit(seat, unit_id, forms.unit_text(form), on=today())

    def again(errors: Errors) -> ResponseReturnValue:
        return _form(seat, _member(seat, unit_id), form, errors)

    return tried(write, again, _("成员单位已修改。"), url_for("charter.units.index"))


@units.post("/<uuid:unit_id>/place")
def move(unit_id: UUID) -> ResponseReturnValue:
    """The unit has changed places with its neighbour."""
    seat = current_seat()
    order = [unit.id for unit in queries.units(seat.session, today())]
    at = order.index(_member(seat, unit_id).id)
    to = at + (-1 if request.form.get("to") == "up" else 1)
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    commands.reorder_units(seat, order, on=today())
    return redirect(url_for("charter.units.index", order=1))


@units.get("/<uuid:unit_id>/departure")
def departure(unit_id: UUID) -> ResponseReturnValue:
    seat, _seen = editor()
    return _departure(seat, unit_id, {"left_on": today()}, {})


def _departure(seat: Seat, unit_id: UUID, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    return form_page("departure.html", seat, errors, unit=_member(seat, unit_id), values=values)


@units.post("/<uuid:unit_id>/departure")
def remove(unit_id: UUID) -> ResponseReturnValue:
    """The unit is no member any more."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged(form, _member(seat, unit_id))
        left_on = forms.day_of(form, "left_on", today())
        return commands.remove_unit(seat, unit_id, left_on=left_on, basis=form.get("basis", ""), on=today())

    again = partial(_departure, seat, unit_id, form)
    return tried(write, again, _("该单位已退出，历史记录保留。"), url_for("charter.units.index"))

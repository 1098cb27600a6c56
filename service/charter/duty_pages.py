"""The pages of the duties: by unit, as a matrix of units and duties, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import choices
from service.charter import commands, forms, queries
from service.charter.desk import Errors, editor, form_page, reader, tried, view
from service.charter.files import asked_for_file, duties_file
from service.charter.models import Duty
from service.charter.overview import Overview
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import current_seat, today
from tenants.errors import Missing

duties = Blueprint("duties", __name__, url_prefix="/duties")


@duties.get("/")
def index() -> ResponseReturnValue:
    """Each unit with what it owes; or as a file."""
    seat, seen = reader()
    if kind := asked_for_file():
        return duties_file(kind, seat, seen)
    return view("duties.html", seat, seen, rows=_rows(seen))


def _rows(seen: Overview) -> dict[UUID, list[dict[str, Any]]]:
    """What each unit owes: the duty, its grade, and with whom."""
    return {
        unit.id: [
            {"duty": duty, "grade": row.grade, "joint": row.joint, "others": _others(seen, duty, unit.id)}
            for duty in seen.duties
            if (row := seen.grade(duty, unit))
        ]
        for unit in seen.units
    }


def _others(seen: Overview, duty: Duty, unit_id: UUID) -> list[dict[str, str]]:
    return [
        {"name": seen.by_id[row.unit_id].name, "grade": row.grade}
        for row in seen.division.get(duty.id, ())
        if row.unit_id != unit_id
    ]


@duties.get("/matrix")
def matrix() -> ResponseReturnValue:
    """Units across, duties down, the grade in the cell."""
    seat, seen = reader()
    return view("matrix.html", seat, seen)


def _form(seat: Seat, duty: Duty | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    lists = {"fields": choices("policy_field", locale()), "grades": choices("grade", locale())}
    return form_page("duty.html", seat, errors, duty=duty, values=values, **lists)


@duties.get("/new")
def new() -> ResponseReturnValue:
    seat, _seen = editor()
    values = {f"grade-{request.args['unit']}": "lead"} if "unit" in request.args else {}
    return _form(seat, None, values, {})


@duties.post("/")
def add() -> ResponseReturnValue:
    """The duty stands, and somebody holds it."""
    seat, form = current_seat(), request.form

    def write() -> object:
        held = forms.holdings(form, queries.units(seat.session, today()))
        return commands.add_duty(seat, forms.duty_text(form), held, on=today())

    return tried(write, partial(_form, seat, None, form), _("职责已增加。"), url_for("charter.duties.index"))


def _standing(seat: Seat, duty_id: UUID) -> Duty:
    """A duty that stands today."""
    duty = queries.duty(seat.session, duty_id)
    if not duty.due_on(today()):
        raise Missing()
    return duty


@duties.get("/<uuid:duty_id>/edit")
def edit(duty_id: UUID) -> ResponseReturnValue:
    seat, seen = editor()
    duty = _standing(seat, duty_id)
    held = seen.division.get(duty.id, [])
    values = {field: getattr(duty, field) for field in ("code", "text", "policy_field")}
    values |= {f"grade-{row.unit_id}": row.grade for row in held}
    return _form(seat, duty, values | {"joint": any(row.joint for row in held)}, {})


@duties.post("/<uuid:duty_id>/edit")
def revise(duty_id: UUID) -> ResponseReturnValue:
    """The duty reads so and is held so."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged(form, _standing(seat, duty_id))
        held = forms.holdings(form, queries.units(seat.session, today()))
        return commands.revise_duty(seat, duty_id, forms.duty_text(form), held, on=today())

    def again(errors: Errors) -> ResponseReturnValue:
        return _form(seat, _standing(seat, duty_id), form, errors)

    return tried(write, again, _("职责已修改。"), url_for("charter.duties.index"))


@duties.get("/<uuid:duty_id>/end")
def ending(duty_id: UUID) -> ResponseReturnValue:
    seat, _seen = editor()
    return _ending(seat, duty_id, {})


def _ending(seat: Seat, duty_id: UUID, errors: Errors) -> ResponseReturnValue:
    return form_page("duty_end.html", seat, errors, duty=_standing(seat, duty_id))


@duties.post("/<uuid:duty_id>/end")
def end(duty_id: UUID) -> ResponseReturnValue:
    """Nobody owes the duty any more."""
    seat = current_seat()

    def write() -> object:
        forms.unchanged(request.form, _standing(seat, duty_id))
        return commands.end_duty(seat, duty_id, on=today())

    return tried(
        write, partial(_ending, seat, duty_id), _("职责已取消，历史记录保留。"), url_for("charter.duties.index")
    )

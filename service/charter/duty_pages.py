"""The pages of the duties: by unit, as a matrix of units and duties, and the draft's forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import choices
from service.charter import commands, forms
from service.charter.amending import duty_in
from service.charter.desk import Errors, editor, form_page, opened, read_at, tried, view
from service.charter.division import fields_of
from service.charter.files import asked_for_file, duties_file
from service.charter.overview import Overview
from service.charter.text import DutyEntry
from service.kit.layout import locale
from service.kit.web import current_seat

duties = Blueprint("duties", __name__)


@read_at(duties, "/duties/")
def index(at: str) -> ResponseReturnValue:
    """Each unit with what it owes; or as a file."""
    desk = opened(at)
    if kind := asked_for_file():
        return duties_file(kind, desk.seat, desk.seen)
    return view("duties.html", desk, rows=_rows(desk.seen))


def _rows(seen: Overview) -> dict[str, list[dict[str, Any]]]:
    """What each unit owes: the duty, its grade, and with whom."""
    return {
        unit.key: [
            {"duty": duty, "grade": row.grade, "joint": row.joint, "others": _others(seen, duty, unit.key)}
            for duty in seen.duties
            if (row := seen.grade(duty, unit))
        ]
        for unit in seen.units
    }


def _others(seen: Overview, duty: DutyEntry, key: str) -> list[dict[str, str]]:
    return [{"name": seen.by_key[held.unit].name, "grade": held.grade} for held in duty.holders if held.unit != key]


@read_at(duties, "/duties/matrix")
def matrix(at: str) -> ResponseReturnValue:
    """Units across, duties down, the grade in the cell."""
    return view("matrix.html", opened(at))


@read_at(duties, "/duties/tree")
def tree(at: str) -> ResponseReturnValue:
    """Policy field, duty, who holds it: the division as a tree. Source: seed 一 (五个方面), 三."""
    desk = opened(at)
    return view("tree.html", desk, fields=fields_of(desk.seen.text))


def _mapping(own: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    """Every field by a name of one's own, each with its form; the one that was refused as it was sent."""
    own_fields = [field for field in fields_of(editor().seen.text) if field.own]
    known = choices("policy_field", locale())
    return form_page("fields.html", errors, own_fields=own_fields, known=known, sent=own, values=values)


@duties.get("/draft/duties/fields")
def fields() -> ResponseReturnValue:
    return _mapping("", {}, {})


@duties.post("/draft/duties/fields")
def map_field() -> ResponseReturnValue:
    """By the draft the field of one's own bears this name and stands for that field of the seed."""
    seat, form = current_seat(), request.form
    own = form.get("own_field", "")

    def write() -> object:
        forms.unchanged_draft(seat, form)
        words = {"name": form.get("name", ""), "policy_field": form.get("policy_field", "")}
        return commands.map_field(seat, own, **words)

    def again(errors: Errors) -> ResponseReturnValue:
        return _mapping(own, form, {"name" if key == "own_field" else key: said for key, said in errors.items()})

    return tried(write, again, _("已写入修订稿。"), url_for("charter.duties.fields"))


def _form(duty: DutyEntry | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    lists = {"fields": choices("policy_field", locale()), "grades": choices("grade", locale())}
    return form_page("duty.html", errors, duty=duty, values=values, **lists)


@duties.get("/draft/duties/new")
def new() -> ResponseReturnValue:
    editor()
    values = {f"grade-{request.args['unit']}": "lead"} if "unit" in request.args else {}
    return _form(None, values, {})


@duties.post("/draft/duties/")
def add() -> ResponseReturnValue:
    """By the draft the duty stands, and somebody holds it."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.add_duty(seat, forms.duty_entry(form, editor().seen.units))

    return tried(write, partial(_form, None, form), _("已写入修订稿。"), _list())


def _list() -> str:
    return url_for("charter.duties.index", at="draft")


@duties.get("/draft/duties/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    duty = duty_in(editor().seen.text, code)
    return _form(duty, forms.duty_values(duty), {})


@duties.post("/draft/duties/<code>/edit")
def reword(code: str) -> ResponseReturnValue:
    """By the draft the duty reads so and is held so."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.edit_duty(seat, code, forms.duty_entry(form, editor().seen.units))

    def again(errors: Errors) -> ResponseReturnValue:
        return _form(duty_in(editor().seen.text, code), form, errors)

    return tried(write, again, _("已写入修订稿。"), _list())


@duties.get("/draft/duties/<code>/removal")
def removal(code: str) -> ResponseReturnValue:
    return _removal(code, {})


def _removal(code: str, errors: Errors) -> ResponseReturnValue:
    return form_page("duty_end.html", errors, duty=duty_in(editor().seen.text, code))


@duties.post("/draft/duties/<code>/removal")
def remove(code: str) -> ResponseReturnValue:
    """By the draft nobody owes the duty any more."""
    seat = current_seat()

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.remove_duty(seat, code)

    return tried(write, partial(_removal, code), _("已写入修订稿。"), _list())

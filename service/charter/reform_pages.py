"""The pages of the reforms: what the draft carries of them, and a form for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from config.catalogue import choices
from service.charter import forms, reform_commands
from service.charter.desk import Errors, editor, form_page, tried
from service.charter.reforming import KINDS
from service.charter.succession import recorded
from service.charter.text import CharterText, DutyEntry, UnitEntry
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import current_seat
from tenants.errors import Refused

reforms = Blueprint("reforms", __name__, url_prefix="/draft/reforms")
Form = MultiDict[str, str]
ROWS = (1, 2, 3)  # how many units the form of a split can name


@reforms.get("/")
def index() -> ResponseReturnValue:
    """The reforms that the draft carries, and the way to each form."""
    desk = editor()
    return form_page("reforms.html", {}, record=recorded(desk.charter), kinds=KINDS)


@reforms.get(f"/<any({', '.join(KINDS)}):kind>")
def form(kind: str) -> ResponseReturnValue:
    """The form of that kind; of one unit if it is chosen."""
    return _form(kind, request.args, {})


def _form(kind: str, values: Form, errors: Errors) -> ResponseReturnValue:
    text = editor().seen.text
    unit = text.unit(values.get("unit"))
    return form_page(
        f"reform_{kind}.html",
        errors,
        values=values,
        kind=kind,
        unit=unit,
        held=text.duties_of(unit.key) if unit else [],
        rows=ROWS,
        categories=choices("unit_category", locale()),
        members=[(other.key, other.name) for other in text.units],
        others=[(other.key, other.name) for other in text.units if other is not unit],
        duties=[(duty.code, _duty_line(text, duty)) for duty in text.duties],
    )


def _duty_line(text: CharterText, duty: DutyEntry) -> str:
    names = "、".join(unit.name for unit in text.units if duty.grade_of(unit.key))
    return f"{duty.code} {duty.text}（{names}）"


@reforms.post(f"/<any({', '.join(KINDS)}):kind>")
def reform(kind: str) -> ResponseReturnValue:
    """By the draft the reform is made, or the form comes back as it was."""
    seat, form = current_seat(), request.form

    def write() -> object:
        forms.unchanged_draft(seat, form)
        return _COMMANDS[kind](seat, form)

    return tried(write, partial(_form, kind, form), _("已写入修订稿。"), url_for("charter.reforms.index"))


def _chosen(form: Form, field: str) -> str:
    """What was chosen from a list; refused where nothing was."""
    if not form.get(field):
        raise Refused(_("请从列表中选择。"), en="Choose from the list.", field=field)
    return form[field]


def _basis(form: Form) -> dict[str, str]:
    return {"basis": form.get("basis", "")}


def _merge(seat: Seat, form: Form) -> object:
    return reform_commands.merge_units(seat, form.getlist("units"), _heir(form, form.get("heir", "")), **_basis(form))


def _heir(form: Form, key: str, row: int | str = "") -> UnitEntry:
    return UnitEntry(key, form.get(f"name{row}", ""), form.get(f"category{row}", ""), form.get("basis", ""))


def _split(seat: Seat, form: Form) -> object:
    """Only rows that bear a name count; the first may be the unit itself."""
    unit = _chosen(form, "unit")
    rows = [row for row in ROWS if form.get(f"name{row}", "").strip()]
    heirs = [_heir(form, unit if row == 1 and form.get("stays") else "", row) for row in rows]
    heirs = reform_commands.numbered(heirs)
    keys = {str(row): heir.key for row, heir in zip(rows, heirs, strict=True)}
    duties = {
        name.removeprefix("duty-"): [keys[row] for row in form.getlist(name) if row in keys]
        for name in form
        if name.startswith("duty-")
    }
    return reform_commands.split_unit(seat, unit, heirs, duties, **_basis(form))


def _rename(seat: Seat, form: Form) -> object:
    return reform_commands.rename_unit(seat, _chosen(form, "unit"), _heir(form, ""), **_basis(form))


def _abolish(seat: Seat, form: Form) -> object:
    named = {name.removeprefix("duty-"): heir for name, heir in form.items() if name.startswith("duty-") and heir}
    return reform_commands.abolish_unit(seat, _chosen(form, "unit"), named, **_basis(form))


def _transfer(seat: Seat, form: Form) -> object:
    code, giver, taker = (_chosen(form, field) for field in ("duty", "giver", "taker"))
    return reform_commands.transfer_duty(seat, code, giver, taker, **_basis(form))


_COMMANDS: Mapping[str, Callable[[Seat, Form], Any]] = dict(
    zip(KINDS, (_merge, _split, _rename, _abolish, _transfer), strict=True)
)

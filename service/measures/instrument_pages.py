"""Laws, rules and standards in the making: their list, one with its stages, and the forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.charter.queries import all_units
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.measures import commands, forms, queries, schemas
from service.measures.commands import InstrumentText
from service.measures.models import Instrument
from service.measures.queries import READ
from service.measures.rules import INSTRUMENT, TYPES

instruments = Blueprint("instruments", __name__, url_prefix="/instruments")
Errors = Mapping[str, str]
ALL_TYPES = [type_ for types in TYPES.values() for type_ in types]


@instruments.get("/")
def index() -> ResponseReturnValue:
    """The laws, rules and standards in the making; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    found = queries.instruments(seat.session, asked_here(schemas.InstrumentsQuery()), whole=kind in ("csv", "xlsx"))
    since, names = queries.last_stages(seat.session, [row.id for row in found.rows]), unit_names(seat.session)
    if kind in ("csv", "xlsx"):
        header = ["名称", "类型", "牵头单位", "起草单位", "阶段", "进入日期", "文号或编号"]
        rows = [
            [
                row.title,
                label("instrument_type", row.type),
                names[row.unit_id],
                row.drafter,
                label("instrument_state", row.state),
                since[row.id],
                row.code,
            ]
            for row in found.rows
        ]
        return table_file(kind, f"{seat.tenant.name}-法规标准项目-{today().isoformat()}", header, rows)
    return page(
        "measures/instruments.html",
        listed=found,
        since=since,
        names=names,
        kinds=forms.named("instrument_kind", list(TYPES)),
        states=forms.named("instrument_state", INSTRUMENT.all_states()),
        units=[(unit.id, unit.name) for unit in all_units(seat.session, today())],
        records=seat.may(commands.INSTRUMENT),
    )


@instruments.get("/new")
def new() -> ResponseReturnValue:
    return _form(current_seat(), {}, {})


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require(commands.INSTRUMENT)
    return page(
        "measures/instrument_form.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        types=forms.named("instrument_type", ALL_TYPES),
        units=forms.units_for(seat, commands.INSTRUMENT, today()),
    )


@instruments.post("/")
def begin() -> ResponseReturnValue:
    """It is on record."""
    seat = current_seat()
    seat.require(commands.INSTRUMENT)

    def act(given: dict[str, Any]) -> Instrument:
        return commands.begin_instrument(seat, InstrumentText(**given), on=today())

    row, errors = submitted(schemas.InstrumentIn(), act)
    if row is None:
        return _form(seat, request.form, errors)
    flash(_("项目已登记。"), "success")
    return redirect(url_for("measures.instruments.show", instrument_id=row.id))


@instruments.get("/<uuid:instrument_id>")
def show(instrument_id: UUID) -> ResponseReturnValue:
    """One of them with its stages, and the next."""
    return _instrument_page(reading(READ), instrument_id, {}, {})


def _instrument_page(seat: Seat, instrument_id: UUID, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    row: Instrument = queries.one(seat.session, Instrument, instrument_id)
    mine = seat.may(commands.INSTRUMENT) and (
        seat.may(commands.OFFICE) or seat.sits_for(row.unit_id, commands.INSTRUMENT)
    )
    verbs = [step for step in INSTRUMENT.steps if row.state in step.sources] if mine else []
    return page(
        "measures/instrument.html",
        422 if errors else 200,
        row=row,
        names=unit_names(seat.session),
        stages=queries.stages(seat.session, row.id),
        verbs=forms.named("instrument_verb", [step.verb for step in verbs]),
        publishes=any(step.verb == "publish" for step in verbs),
        values=values,
        errors=errors,
        on=today(),
    )


@instruments.post("/<uuid:instrument_id>/stages")
def advance(instrument_id: UUID) -> ResponseReturnValue:
    """It is in its next stage."""
    seat = current_seat()
    seat.require(commands.INSTRUMENT)
    row, errors = submitted(
        schemas.AdvanceIn(), lambda given: commands.advance(seat, instrument_id, **given, on=today())
    )
    if row is None:
        return _instrument_page(seat, instrument_id, request.form, errors)
    flash(_("已登记。"), "success")
    return redirect(url_for("measures.instruments.show", instrument_id=instrument_id))

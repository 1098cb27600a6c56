"""The pages of what units owe: the list, one submission, and what the office and the unit do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.queries import all_units, rule
from service.kit.export import table_file
from service.kit.face import label, spoken
from service.kit.forms import said, submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.period import MONTHS, Period
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.submissions import commands, queries, schemas
from service.submissions.queries import Row
from service.submissions.rules import KINDS, STANDINGS, STATES, last_closed
from service.submissions.verbs import VERBS, offered
from tenants.errors import Refused

pages = Blueprint("submissions", __name__, url_prefix="/t/<slug>/submissions", template_folder="templates")
NAV = (Entry(40, "单位报送", "submissions.index", "submission.read", "inbox"),)
Errors = Mapping[str, str]


@pages.get("/")
def index() -> ResponseReturnValue:
    """What is owed, narrowed, sorted, paged; or as a file."""
    return _list_page(reading("submission.read"), {})


def _list_page(seat: Seat, errors: Errors) -> ResponseReturnValue:
    kind, on = request.args.get("format", ""), today()
    asked = asked_here(schemas.SubmissionsQuery())
    listed = queries.listed(seat.session, asked, on, whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    return page(
        "submissions/index.html",
        422 if errors else 200,
        listed=listed,
        tally=queries.tally(seat.session, asked, on),
        standings=[(key, label("submission_standing", key)) for key in STANDINGS],
        errors=errors,
        cycle=(cycle := rule(seat.session, "progress_cycle", on)),
        period=request.form.get("period") or str(last_closed(on, cycle)),
        kinds=[(key, label("submission_kind", key)) for key in KINDS],
        states=[(key, label("submission_state", key)) for key in STATES],
        periods=[(str(period), spoken(period)) for period in queries.periods(seat.session)],
        units=[(unit.key, unit.name) for unit in all_units(seat.session, on)],
    )


def _file(seat: Seat, kind: str, rows: list[Row]) -> ResponseReturnValue:
    header = ["单位", "事项", "报告期", "截止日", "状态", "报送日", "报送情况", "退回或免报理由"]

    def cells(row: Row) -> list[Any]:
        found = row.obligation
        what, state = label("submission_kind", found.kind), label("submission_state", found.state)
        stands = label("submission_standing", row.standing)
        return [row.unit, what, found.period, found.due, state, found.filed_on, stands, found.reason]

    return table_file(kind, f"{seat.tenant.name}-单位报送-{today().isoformat()}", header, map(cells, rows))


@pages.post("/")
def lay_down() -> ResponseReturnValue:
    """Every unit owes the period's reports."""
    seat = current_seat()
    try:
        period = Period.parse(request.form.get("period", "").strip(), tuple(MONTHS))
        added = commands.lay_down_obligations(seat, period, today())
    except Refused as refusal:
        return _list_page(reading("submission.read"), {refusal.field or "": said(refusal)})
    flash(_("已列出 %(n)s 项应报事项。", n=added) if added else _("该期应报事项已全部列出。"), "success")
    return redirect(url_for("submissions.index"))


@pages.get("/<uuid:obligation_id>")
def show(obligation_id: UUID) -> ResponseReturnValue:
    """One submission, and what this seat can do with it."""
    return _one_page(reading("submission.read"), obligation_id, "", {})


def _one_page(seat: Seat, obligation_id: UUID, noun: str, errors: Errors) -> ResponseReturnValue:
    row = queries.shown(seat.session, obligation_id, today())
    return page(
        "submissions/show.html",
        422 if errors else 200,
        row=row,
        offered=offered(seat, row.obligation),
        noun=noun,
        errors=errors,
        values=request.form,
    )


@pages.post(f"/<uuid:obligation_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(obligation_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, obligation_id, **given, on=today()))
    if errors:
        return _one_page(reading("submission.read"), obligation_id, noun, errors)
    flash(_("已办理。"), "success")
    return redirect(url_for("submissions.show", obligation_id=obligation_id))

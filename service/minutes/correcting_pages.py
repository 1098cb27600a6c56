"""The page on which a correction of published minutes is begun."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from service.charter.names import unit_names
from service.charter.queries import units
from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.queries import meeting, resolutions
from service.minutes import issuing, queries, schemas
from service.minutes.record import Change
from tenants.errors import Missing

pages = Blueprint("correcting", __name__)
AT = "/meetings/<uuid:meeting_id>/minutes/<uuid:minutes_id>/corrections"


@pages.get(f"{AT}/new")
def new(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """An empty sheet: why, and which lead or due date of what was agreed is put right."""
    return _form(reading("meeting.read"), meeting_id, minutes_id, {}, {})


def _form(
    seat: Seat, meeting_id: UUID, minutes_id: UUID, values: Mapping[str, str], errors: Mapping[str, str]
) -> ResponseReturnValue:
    seat.require("minutes.draft")
    return page(
        "minutes/correct.html",
        422 if errors else 200,
        meeting=meeting(seat.session, meeting_id),
        minutes=queries.minutes(seat.session, minutes_id),
        resolutions=[row for row in resolutions(seat.session, meeting_id) if row.kind == "action"],
        names=unit_names(seat.session),
        units=[(unit.id, unit.name) for unit in units(seat.session, today())],
        values=values,
        errors=errors,
    )


@pages.post(AT)
def correct(meeting_id: UUID, minutes_id: UUID) -> ResponseReturnValue:
    """The correction is begun, or the form comes back as it was."""
    seat, form = current_seat(), request.form
    if queries.minutes(seat.session, minutes_id).meeting_id != meeting_id:
        raise Missing()
    row, errors = submitted(
        _Sheet(),
        lambda given: issuing.correct(
            seat,
            minutes_id,
            reason=given["reason"],
            changes=[Change(**one) for one in given["changes"] if one["lead_unit_id"] or one["due"]],
            on=today(),
        ),
    )
    if row is None:
        return _form(seat, meeting_id, minutes_id, _kept(form), errors)
    flash(_("更正件已起草，请核改后送参会人员核对。"), "success")
    return redirect(url_for("minutes.show_one", meeting_id=meeting_id, minutes_id=row.id))


class _Sheet(schemas.CorrectionIn):
    """The form repeats `changes.resolution_id`, `changes.lead_unit_id`, `changes.due` for every agreed item."""


def _kept(form: MultiDict[str, str]) -> dict[str, str]:
    """What was filled in, by item."""
    ids = form.getlist("changes.resolution_id")
    kept = {"reason": form.get("reason", "")}
    for name in ("lead_unit_id", "due"):
        kept |= {f"{name}-{key}": text for key, text in zip(ids, form.getlist(f"changes.{name}"), strict=False)}
    return kept

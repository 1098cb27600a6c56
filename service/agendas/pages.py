"""The agenda of a meeting: the call for items, their order by the clock, what is missing, its versions, and the paper of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.agendas import arranging, commands, forms, queries, schemas
from service.agendas.commands import kinds_for
from service.agendas.item_pages import items
from service.agendas.overview import agenda_of, comparison
from service.agendas.writing import agenda_paper
from service.charter.names import unit_names
from service.documents.rendering import rendered
from service.kit.export import download
from service.kit.forms import submitted, whole_number
from service.kit.layout import Entry
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.tabs import Tab

pages = Blueprint("agendas", __name__, url_prefix="/t/<slug>", template_folder="templates")
pages.register_blueprint(items)
NAV = (Entry(36, "议题", "agendas.items.index", "meeting.read", "list-details"),)
MEETING_TABS = (Tab(20, "议程", "agendas.show", "meeting.read"),)
AGENDA = "/meetings/<uuid:meeting_id>/agenda"
Errors = Mapping[str, str]


@pages.get(AGENDA)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """The agenda, and what this seat can do with it."""
    return _agenda(reading("meeting.read"), meeting_id, "", {})


def _agenda(seat: Seat, meeting_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    found = agenda_of(seat, meeting_id, today())
    office = seat.may("meeting.prepare")
    return page(
        "agendas/agenda.html",
        422 if errors else 200,
        view=found,
        meeting=found.meeting,
        office=office and found.open,
        speaks=bool(seat.units_for("agenda.submit")) and found.open,
        backlog=queries.backlog(seat.session) if office and found.open else [],
        names=unit_names(seat.session),
        kinds=forms.kinds(kinds_for(seat, meeting_id, today())),
        units=forms.members(seat, found.meeting.held_on),
        call_basis=forms.basis(seat, found.call_by),
        papers_basis=forms.basis(seat, found.papers_by),
        form_name=form,
        errors=errors,
        values=_typed() if form else {},
        on=today(),
    )


def _typed() -> dict[str, Any]:
    return request.form.to_dict() | {"unit_ids": request.form.getlist("unit_ids")}


@pages.post(f"{AGENDA}/call")
def call(meeting_id: UUID) -> ResponseReturnValue:
    """The units are asked for items."""
    seat = current_seat()
    row, errors = submitted(
        schemas.CallIn(), lambda given: arranging.call_for_items(seat, meeting_id, **given, on=today())
    )
    if row is None:
        return _agenda(reading("meeting.read"), meeting_id, "call", errors)
    flash(_("已发出议题征集，请各单位于 %(day)s 前报送。", day=row.due.isoformat()), "success")
    return redirect(url_for("agendas.show", meeting_id=meeting_id))


@pages.post(AGENDA)
def add(meeting_id: UUID) -> ResponseReturnValue:
    """The office has put an item of its own on the agenda."""
    seat = current_seat()
    row, errors = submitted(
        schemas.MeetingItemIn(),
        lambda given: commands.add_item(seat, **given, meeting_id=meeting_id, on=today()),
    )
    if row is None:
        return _agenda(reading("meeting.read"), meeting_id, "add", errors)
    flash(_("议题“%(title)s”已列入议程。", title=row.title), "success")
    return redirect(url_for("agendas.show", meeting_id=meeting_id))


@pages.post(f"{AGENDA}/versions")
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """The agenda as it stands is its next version."""
    seat = current_seat()
    row, errors = submitted(schemas.ReasonIn(), lambda given: arranging.settle(seat, meeting_id, **given, on=today()))
    if row is None:
        return _agenda(reading("meeting.read"), meeting_id, "settle", errors)
    flash(_("议程已确定，为第 %(n)s 版。", n=row.number), "success")
    return redirect(url_for("agendas.show", meeting_id=meeting_id))


@pages.get(f"{AGENDA}/versions")
def versions(meeting_id: UUID) -> ResponseReturnValue:
    """The versions of the agenda, and two of them side by side."""
    seat = reading("meeting.read")
    found = agenda_of(seat, meeting_id, today())
    numbers = [whole_number(request.args.get(name, "")) for name in ("before", "after")]
    return page(
        "agendas/versions.html",
        view=found,
        meeting=found.meeting,
        compared=comparison(seat, meeting_id, *numbers) if found.versions else None,
        choices=[(version.number, _("第 %(n)s 版", n=version.number)) for version in found.versions],
    )


@pages.get(f"{AGENDA}/document.<any(docx, pdf):kind>")
def document(meeting_id: UUID, kind: str) -> Response:
    """The agenda as a paper (议程表)."""
    seat = reading("meeting.read")
    found = agenda_of(seat, meeting_id, today())
    name = f"{found.meeting.title}-{_('议程表')}"
    return download(kind, name, rendered(agenda_paper(seat.tenant, found), kind))

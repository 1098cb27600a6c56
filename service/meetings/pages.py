"""The pages of meetings: the year against the conference's own rule, one meeting, and its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.charter.original import definitions
from service.charter.own_meetings import own_meetings
from service.charter.queries import in_force, units, version_named
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings import commands, convening, convening_pages, queries, schemas
from service.meetings.commands import Agreed, Held
from service.meetings.models import Meeting
from service.meetings.queries import Row
from service.meetings.rules import KINDS, MEETING, MODES, NOT_CALLED, RESOLUTIONS
from service.meetings.tabs import Tab, tabs_for

pages = Blueprint("meetings", __name__, url_prefix="/t/<slug>/meetings", template_folder="templates")
pages.register_blueprint(convening_pages.pages)
MEETING_TABS = (Tab(10, "概况", "meetings.show", "meeting.read"),)
NAV = (Entry(35, "会议", "meetings.index", "meeting.read", "calendar-event"),)
Errors = Mapping[str, str]


def _kinds(kinds: Iterable[str] = KINDS) -> list[tuple[str, str]]:
    return [(kind, label("meeting_type", kind)) for kind in kinds]


@pages.get("/")
def index() -> ResponseReturnValue:
    """The meetings, narrowed, sorted, paged; or as a file."""
    seat, kind = reading("meeting.read"), request.args.get("format", "")
    listed = queries.listed(seat.session, asked_here(schemas.MeetingsQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    return page(
        "meetings/index.html",
        listed=listed,
        standing=queries.plenaries(seat.session, seat.tenant.opened_on, today()),
        next_liaison=queries.next_liaison_meeting(seat.session, today()),
        own_kinds=queries.own_standings(seat.session, seat.tenant.opened_on, today()),
        clause=definitions(seat.tenant)["plenary_min"],
        kinds=_kinds(),
        states=[(state, label("meeting_state", state)) for state in MEETING.all_states()],
        upcoming=queries.upcoming(seat.session),
        year=today().year,
    )


def _file(seat: Seat, kind: str, rows: list[Row]) -> ResponseReturnValue:
    header = ["日期", "会议", "类型", "主持人", "到会单位数", "议定事项", "已办结", "纪要签发日"]

    def cells(row: Row) -> list[Any]:
        found = row.meeting
        head = [found.held_on, found.title, label("meeting_type", found.kind), found.chair]
        return [*head, row.attended, row.agreed, row.done, found.minutes_signed_on]

    return table_file(kind, f"{seat.tenant.name}-会议-{today().isoformat()}", header, map(cells, rows))


@pages.get("/new")
def new() -> ResponseReturnValue:
    """An empty record, for the member units of the day that the address names, or of today."""
    held_on = _held_on(request.args.get("held_on", ""))
    kind = request.args.get("kind", "plenary")
    return _form(current_seat(), {"held_on": held_on, "kind": kind if kind in KINDS else "plenary"}, {})


def _held_on(text: str) -> date:
    """The day named; today if it is none or still to come."""
    try:
        return min(date.fromisoformat(text.strip()), today())
    except ValueError:
        return today()


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require("meeting.record")
    held_on = _held_on(str(values.get("held_on", "")))
    return page(
        "meetings/new.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        units=units(seat.session, held_on),
        kinds=_kinds(queries.kinds(seat.session, held_on)),
        posts=[(post, label("chair_post", post)) for post in queries.all_chair_posts(seat.session, held_on)],
        who=_who_chairs(seat, held_on),
        **_asked(in_force(seat.session, held_on).rules),
    )


def _asked(charter: Mapping[str, Any]) -> dict[str, Any]:
    """What the form asks for under such rules, and no more."""
    allowed = {NOT_CALLED: charter["partial_attendance"], "proxy": charter["proxy_attendance"]}
    return {
        "modes": [(mode, label("attendance", mode)) for mode in MODES if allowed.get(mode, True)],
        "own": [(one.name, one.name) for one in own_meetings(charter)],
        "partial": charter["partial_attendance"],
        "prepared": charter["liaison_before_plenary"],
    }


def _who_chairs(seat: Seat, held_on: date) -> str:
    """Who chairs what by the charter of that day, in words."""
    kinds = [(kind, "", name) for kind, name in _kinds(queries.kinds(seat.session, held_on)) if kind != "own"]
    own = [("own", one.name, one.name) for one in own_meetings(in_force(seat.session, held_on).rules)]
    chairs = [(name, queries.chair_posts(seat.session, kind, held_on, one)) for kind, one, name in (*kinds, *own)]
    parts = [
        _("%(kind)s由%(posts)s主持", kind=name, posts="、".join(label("chair_post", post) for post in posts))
        for name, posts in chairs
    ]
    return _("按本级制度：%(parts)s", parts="；".join(parts))


@pages.post("/")
def record() -> ResponseReturnValue:
    """The meeting is on record, or the form comes back as it was."""
    seat, form = current_seat(), request.form
    table = units(seat.session, _held_on(form.get("held_on", "")))
    came = {unit.id: form[str(unit.id)] for unit in table if form.get(str(unit.id)) in MODES}
    row, errors = submitted(
        schemas.HeadIn(), lambda given: commands.record_meeting(seat, Held(**given, attendance=came), today())
    )
    if row is None:
        return _form(seat, form, errors)
    flash(_("会议已登记，请逐条登记议定事项。"), "success")
    return redirect(url_for("meetings.show", meeting_id=row.id))


@pages.get("/<uuid:meeting_id>")
def show(meeting_id: UUID) -> ResponseReturnValue:
    """One meeting: who came, what was agreed and what became of it."""
    return _one_page(reading("meeting.read"), meeting_id, {})


def _one_page(seat: Seat, meeting_id: UUID, errors: Errors) -> ResponseReturnValue:
    found = queries.whole(seat.session, meeting_id)
    return page(
        "meetings/show.html",
        422 if errors else 200,
        whole=found,
        meeting=found.meeting,
        made_under=version_named(seat.session, found.meeting.charter_id),
        names=unit_names(seat.session),
        units=[(unit.id, unit.name) for unit in units(seat.session, today())],
        attendees=queries.attendees(seat.session, meeting_id),
        possible=MEETING.possible(found.meeting.state),
        resolution_kinds=[(kind, label("resolution_kind", kind)) for kind in RESOLUTIONS],
        errors=errors,
        values=request.form,
        on=today(),
    )


@pages.post("/<uuid:meeting_id>/observers")
def add_observer(meeting_id: UUID) -> ResponseReturnValue:
    """Somebody sits in."""
    seat = current_seat()
    row, errors = submitted(
        schemas.ObserverIn(), lambda given: convening.seat_observer(seat, meeting_id, **given, on=today())
    )
    if row is None:
        return _one_page(reading("meeting.read"), meeting_id, errors)
    flash(_("已列为列席。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.post("/<uuid:meeting_id>/resolutions")
def add(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting agreed on one thing more."""
    seat = current_seat()
    row, errors = submitted(
        schemas.AgreedIn(), lambda given: commands.add_resolution(seat, meeting_id, Agreed(**given))
    )
    if row is None:
        return _one_page(reading("meeting.read"), meeting_id, errors)
    flash(_("议定事项已登记。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.post("/<uuid:meeting_id>/resolutions/<uuid:resolution_id>")
def confirm(meeting_id: UUID, resolution_id: UUID) -> ResponseReturnValue:
    """The agreed item is done."""
    commands.confirm_resolution(current_seat(), resolution_id, today(), at=meeting_id)
    flash(_("已确认办结。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.app_context_processor
def _frame() -> dict[str, object]:
    """Every page about a meeting shows its tabs: `meeting_tabs(meeting)`."""
    return {"meeting_tabs": _tabs}


def _tabs(meeting: Meeting) -> list[dict[str, object]]:
    found = tabs_for(current_app, current_seat(), meeting.state)
    addresses = [(tab, url_for(tab.endpoint, meeting_id=meeting.id)) for tab in found]
    return [{"label": _(tab.label), "url": url, "active": request.endpoint == tab.endpoint} for tab, url in addresses]

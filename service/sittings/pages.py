"""The live page of a meeting, its board for a second browser, the wall, and the page on which people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from service.agendas import concluding
from service.agendas.queries import agenda
from service.kit.export import table_file
from service.kit.face import day
from service.kit.forms import submitted
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings import convening
from service.meetings.commands import Agreed, strike_resolution
from service.meetings.models import Meeting
from service.meetings.queries import meeting
from service.meetings.tabs import Tab
from service.sittings import checkin, commands, noting, queries, schemas
from service.sittings.commands import Mark
from service.sittings.models import SittingNote
from service.sittings.noting import Kept, Written
from service.sittings.queries import Sitting
from service.sittings.view import Errors, context_of, now
from tenants.audit import digest

pages = Blueprint("sittings", __name__, template_folder="templates")
pages.register_blueprint(checkin.pages)
LIVE = "/t/<slug>/meetings/<uuid:meeting_id>/sitting"
MEETING_TABS = (Tab(40, "会场", "sittings.show", "meeting.read", ("planned", "noticed", "in_session", "held")),)


@pages.get(LIVE)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Who is there, what is talked about, what was noted and agreed."""
    return _one_page(reading("meeting.read"), meeting_id)


def _one_page(seat: Seat, meeting_id: UUID, form: str = "", errors: Errors | None = None) -> ResponseReturnValue:
    """The page; with errors, the form of that name stands as it was sent."""
    return page("sittings/show.html", 422 if errors else 200, **context_of(seat, meeting_id, form, errors))


@pages.get(f"{LIVE}/board")
def board(meeting_id: UUID) -> ResponseReturnValue:
    """What changes while the meeting sits; 304 as long as nothing did."""
    seat = reading("meeting.read")
    return _unless_known(seat, meeting_id, "sittings/_board.html")


def _unless_known(seat: Seat, meeting_id: UUID, template: str) -> Response:
    context = context_of(seat, meeting_id)
    response = make_response("")
    found: Sitting = context["sitting"]
    response.set_etag(digest([found.mark, context["records"], context["notes_open"], locale(), template])[:32])
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
    else:
        response.set_data(render_template(template, **context))
    return response


@pages.get(f"{LIVE}/projector")
def projector(meeting_id: UUID) -> ResponseReturnValue:
    """The wall: what is talked about, what comes next, what was agreed; nothing about persons."""
    return page("sittings/projector.html", **context_of(reading("meeting.read"), meeting_id))


@pages.get(f"{LIVE}/projector/board")
def projector_board(meeting_id: UUID) -> ResponseReturnValue:
    """The same, for its own refreshing."""
    return _unless_known(reading("meeting.read"), meeting_id, "sittings/_wall.html")


def _back(meeting_id: UUID, to: str = "") -> ResponseReturnValue:
    return redirect(url_for("sittings.show", meeting_id=meeting_id) + (f"#{to}" if to else ""))


@pages.post(f"{LIVE}/opening")
def begin(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting sits."""
    convening.open_sitting(current_seat(), meeting_id, today())
    flash(_("会议已开始，可以签到和记录。"), "success")
    return _back(meeting_id)


@pages.get(f"{LIVE}/closing")
def ask_close(meeting_id: UUID) -> ResponseReturnValue:
    """What follows from closing the meeting, to be confirmed."""
    return _closing(reading("meeting.record"), meeting_id, {})


def _closing(seat: Seat, meeting_id: UUID, errors: Errors) -> ResponseReturnValue:
    context = context_of(seat, meeting_id, errors=errors)
    found: Sitting = context["sitting"]
    conflicts = sum(len(noted.asides) for noted in found.notes.values())
    more = {"derived": found.by_unit, "conflicts": conflicts}
    return page("sittings/closing.html", 422 if errors else 200, **context, **more)


@pages.post(f"{LIVE}/closing")
def close(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting was held."""
    seat = current_seat()
    _done, errors = submitted(Schema(), lambda _given: commands.close(seat, meeting_id, now(), today()))
    if errors:
        return _closing(reading("meeting.record"), meeting_id, errors)
    flash(_("会议已结束，到会情况已按签到结果登记。"), "success")
    return _back(meeting_id)


@pages.post(f"{LIVE}/marks")
def mark(meeting_id: UUID) -> ResponseReturnValue:
    """One person is there, by proxy, on leave, away, or nothing is said of him any more."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> UUID:
        return commands.mark(seat, meeting_id, [Mark(**given)], now())[0].id

    _done, errors = submitted(schemas.MarkIn(), act)
    return _one_page(reading("meeting.read"), meeting_id, "mark", errors) if errors else _back(meeting_id, "people")


@pages.post(f"{LIVE}/units/<uuid:unit_id>/marks")
def mark_unit(meeting_id: UUID, unit_id: UUID) -> ResponseReturnValue:
    """All of the unit are there of whom nothing was said yet."""
    commands.mark_unit(current_seat(), meeting_id, unit_id, now())
    return _back(meeting_id, "people")


@pages.post(f"{LIVE}/observers")
def observe(meeting_id: UUID) -> ResponseReturnValue:
    """Somebody sits in."""
    seat = current_seat()
    _done, errors = submitted(
        schemas.ObserverIn(), lambda given: convening.seat_observer(seat, meeting_id, **given, on=today())
    )
    return _one_page(reading("meeting.read"), meeting_id, "observer", errors) if errors else _back(meeting_id, "people")


@pages.post(f"{LIVE}/code")
def issue_code(meeting_id: UUID) -> ResponseReturnValue:
    """People may sign in by a new code."""
    commands.issue_code(current_seat(), meeting_id, now())
    flash(_("已生成新的签到码，旧码即时失效。"), "success")
    return _back(meeting_id, "code")


@pages.post(f"{LIVE}/code/closing")
def close_code(meeting_id: UUID) -> ResponseReturnValue:
    """Nobody signs in by code any more."""
    commands.close_code(current_seat(), meeting_id)
    flash(_("扫码签到已关闭，仍可按名单签到。"), "success")
    return _back(meeting_id, "code")


@pages.post(f"{LIVE}/items/<uuid:item_id>/run")
def start(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """The item is talked about, and no other."""
    commands.start_item(current_seat(), meeting_id, item_id, now())
    return _back(meeting_id, f"item-{item_id}")


@pages.post(f"{LIVE}/run/end")
def stop(meeting_id: UUID) -> ResponseReturnValue:
    """No item is talked about."""
    commands.stop_item(current_seat(), meeting_id, now())
    return _back(meeting_id, "agenda")


@pages.post(f"{LIVE}/items/<uuid:item_id>/outcome")
def conclude(meeting_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """The meeting has said its word on the item."""
    seat = current_seat()
    _done, errors = submitted(
        schemas.OutcomeIn(), lambda given: concluding.conclude(seat, item_id, **given, at=meeting_id, on=today())
    )
    form = f"outcome-{item_id}"
    return (
        _one_page(reading("meeting.read"), meeting_id, form, errors) if errors else _back(meeting_id, f"item-{item_id}")
    )


@pages.get(f"{LIVE}/notes")
def versions(meeting_id: UUID) -> ResponseReturnValue:
    """Every version of every note, for those who write them; or as a file."""
    seat, kind = reading("meeting.record"), request.args.get("format", "")
    row = meeting(seat.session, meeting_id)
    asked = asked_here(schemas.VersionsQuery())
    listed = queries.versions(seat.session, row.id, asked, whole=kind in ("csv", "xlsx"))
    titles = {item.id: item.title for item in agenda(seat.session, row.id)}
    if kind in ("csv", "xlsx"):
        return _file(seat, row, kind, titles, listed.rows)
    return page("sittings/versions.html", meeting=row, listed=listed, titles=titles, items=list(titles.items()))


def _file(seat: Seat, row: Meeting, kind: str, titles: Mapping[Any, str], rows: list[SittingNote]) -> Response:
    header = ["时间", "议题", "第几稿", "另存", "文字", "记录人"]
    cells = (
        [
            day(one.said_at),
            titles.get(one.agenda_item_id, "不分议题"),
            one.revision,
            "是" if one.aside else "",
            one.text,
            one.said_by,
        ]
        for one in rows
    )
    return table_file(kind, f"{seat.tenant.name}-{row.title}-会议记录各稿", header, cells)


@pages.post(f"{LIVE}/notes")
def write(meeting_id: UUID) -> ResponseReturnValue:
    """The text is kept; the script is told as which version, a person is led back."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> Kept:
        return noting.write_note(seat, meeting_id, Written(given.pop("agenda_item_id"), **given), now())

    kept, errors = submitted(schemas.NoteIn(), act)
    if request.form.get("live"):
        return _told(kept, errors)
    if kept is None:
        return _one_page(reading("meeting.read"), meeting_id, "note", errors)
    if kept.aside:
        flash(_("保存时发现他人已修改这条记录：您写的已另存一稿，请核对。"), "warning")
    return _back(meeting_id, f"note-{request.form.get('agenda_item_id', '')}")


def _told(kept: Kept | None, errors: Errors) -> ResponseReturnValue:
    if kept is None:
        return {"refused": "".join(errors.values())}, 422
    return {"revision": kept.revision, "aside": kept.aside, "at": day(now())[-5:]}


@pages.post(f"{LIVE}/notes/settling")
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """Of two texts that were written at once, one is chosen, or both are joined."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> Kept:
        about = given.pop("agenda_item_id")
        return noting.settle_note(seat, meeting_id, **given, about=about, at=now())

    _kept, errors = submitted(schemas.SettlingIn(), act)
    if errors:
        return _one_page(reading("meeting.read"), meeting_id, "note", errors)
    return _back(meeting_id, f"note-{request.form.get('agenda_item_id', '')}")


@pages.post(f"{LIVE}/agreed")
def agree(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting agreed on this; sent twice, it is agreed on once."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> UUID:
        return commands.agree(seat, meeting_id, Agreed(id=given.pop("write_id"), **given)).id

    row_id, errors = submitted(schemas.AgreedHereIn(), act)
    return (
        _one_page(reading("meeting.read"), meeting_id, "agreed", errors)
        if errors
        else _back(meeting_id, f"agreed-{row_id}")
    )


@pages.post(f"{LIVE}/agreed/<uuid:resolution_id>/striking")
def strike(meeting_id: UUID, resolution_id: UUID) -> ResponseReturnValue:
    """It was not agreed after all."""
    row = strike_resolution(current_seat(), resolution_id, at=meeting_id)
    flash(_("已删去该条议定事项，原文留在审计日志中。"), "success")
    return _back(row.id, "agreed")

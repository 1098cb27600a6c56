"""The live page of a meeting, its board for a second browser, the wall, and the page on which people sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import Schema
from uuid_utils.compat import uuid7

from service.agendas import concluding
from service.agendas.queries import agenda
from service.agendas.rules import OUTCOMES
from service.charter.names import unit_names
from service.charter.queries import units
from service.kit.export import table_file
from service.kit.face import day, label
from service.kit.forms import submitted
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings import convening
from service.meetings.commands import Agreed, strike_resolution
from service.meetings.models import Meeting
from service.meetings.queries import meeting
from service.meetings.rules import RESOLUTIONS
from service.meetings.tabs import Tab
from service.sittings import checkin, commands, queries, rules, schemas
from service.sittings.commands import Kept, Mark, Written
from service.sittings.models import SignInCode, SittingNote
from service.sittings.queries import Sitting
from tenants.audit import digest

pages = Blueprint("sittings", __name__, template_folder="templates")
pages.register_blueprint(checkin.pages)
LIVE = "/t/<slug>/meetings/<uuid:meeting_id>/sitting"
MEETING_TABS = (Tab(40, "会场", "sittings.show", "meeting.read", ("planned", "noticed", "in_session", "held")),)
Errors = Mapping[str, str]


def now() -> datetime:
    return datetime.now(UTC)


@pages.get(LIVE)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Who is there, what is talked about, what was noted and agreed."""
    return _one_page(reading("meeting.read"), meeting_id)


def _one_page(seat: Seat, meeting_id: UUID, form: str = "", errors: Errors | None = None) -> ResponseReturnValue:
    """The page; with errors, the form of that name stands as it was sent."""
    return page("sittings/show.html", 422 if errors else 200, **_context(seat, meeting_id, form, errors))


def _context(seat: Seat, meeting_id: UUID, form: str = "", errors: Errors | None = None) -> dict[str, Any]:
    found = queries.sitting(seat.session, meeting_id, now())
    state, may = found.meeting.state, seat.may("meeting.record")
    return {
        "sitting": found,
        "meeting": found.meeting,
        "names": unit_names(seat.session),
        "units": [(unit.id, unit.name) for unit in units(seat.session, found.meeting.held_on)],
        "groups": commands.by_unit(found.people),
        "records": may and state == "in_session",
        "notes_open": may and state in ("in_session", "held") and found.meeting.minutes_signed_on is None,
        "may_open": may and state in ("planned", "noticed") and found.meeting.held_on <= today(),
        "qr": _picture(found.code) if may and found.code and found.code.open else "",
        "checkin_url": _address(found.code) if found.code else "",
        "resolution_kinds": [(kind, label("resolution_kind", kind)) for kind in RESOLUTIONS],
        "outcomes": [(outcome, label("agenda_outcome", outcome)) for outcome in OUTCOMES],
        "shown_code": rules.shown_code,
        "new_id": uuid7,
        "place": f"{seat.tenant.slug}:{meeting_id}:{seat.account_id}",
        "words": _words(),
        "at": now(),
        "form_sent": form,
        "values": request.form if form else {},
        "errors": errors or {},
    }


def _words() -> dict[str, str]:
    """What the script says."""
    return {
        "saved": _("已保存"),
        "updated": _("已同步他人所写，"),
        "typing": _("未保存：正在输入，本机已留存"),
        "unkept": _("未保存：正在输入，本机无法留存，请勿关闭页面"),
        "offline": _("未保存（网络中断，恢复后自动保存；文字已留存在本机）"),
        "expired": _("未保存（登录已过期，重新登录后自动保存；文字已留存在本机）"),
        "recovered": _("已找回上次未保存的文字，正在保存"),
        "aside": _("两处同时修改：您写的已另存一稿，请在下方核对"),
        "restored": _("已找回上次填写但未提交的内容"),
        "here": _("尚未提交，内容已留存在本机"),
    }


def _address(code: SignInCode) -> str:
    return url_for("sittings.checkin.show", place=current_seat().tenant.slug, code=code.code, _external=True)


def _picture(code: SignInCode) -> Markup:
    """The code's address as a picture for phones."""
    picture = segno.make(_address(code), error="m", micro=False)
    return Markup(picture.svg_inline(omitsize=True, border=2, svgclass="lx-qr", lineclass=None))


@pages.get(f"{LIVE}/board")
def board(meeting_id: UUID) -> ResponseReturnValue:
    """What changes while the meeting sits; 304 as long as nothing did."""
    seat = reading("meeting.read")
    return _unless_known(seat, meeting_id, "sittings/_board.html")


def _unless_known(seat: Seat, meeting_id: UUID, template: str) -> Response:
    context = _context(seat, meeting_id)
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
    return page("sittings/projector.html", **_context(reading("meeting.read"), meeting_id))


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
    context = _context(seat, meeting_id, errors=errors)
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
        return _closing(seat, meeting_id, errors)
    flash(_("会议已结束，到会情况已按签到结果登记。"), "success")
    return _back(meeting_id)


@pages.post(f"{LIVE}/marks")
def mark(meeting_id: UUID) -> ResponseReturnValue:
    """One person is there, by proxy, on leave, away, or nothing is said of him any more."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> UUID:
        return commands.mark(seat, meeting_id, [Mark(**given)], now())[0].id

    _done, errors = submitted(schemas.MarkIn(), act)
    return _one_page(seat, meeting_id, "mark", errors) if errors else _back(meeting_id, "people")


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
    return _one_page(seat, meeting_id, "observer", errors) if errors else _back(meeting_id, "people")


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
        schemas.OutcomeIn(), lambda given: concluding.conclude(seat, item_id, **given, on=today())
    )
    form = f"outcome-{item_id}"
    return _one_page(seat, meeting_id, form, errors) if errors else _back(meeting_id, f"item-{item_id}")


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
        return commands.write_note(seat, meeting_id, Written(given.pop("agenda_item_id"), **given), now())

    kept, errors = submitted(schemas.NoteIn(), act)
    if request.form.get("live"):
        return _told(kept, errors)
    if kept is None:
        return _one_page(seat, meeting_id, "note", errors)
    if kept.aside:
        flash(_("保存时发现他人已修改这条记录：您写的已另存一稿，请核对。"), "warning")
    return _back(meeting_id, f"note-{request.form.get('agenda_item_id', '')}")


def _told(kept: Kept | None, errors: Errors) -> ResponseReturnValue:
    if kept is None:
        return {"refused": "".join(errors.values())}, 422
    return {"revision": kept.revision, "aside": kept.aside}


@pages.post(f"{LIVE}/notes/settling")
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """Of two texts that were written at once, one is chosen, or both are joined."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> Kept:
        about = given.pop("agenda_item_id")
        return commands.settle_note(seat, meeting_id, **given, about=about, at=now())

    _kept, errors = submitted(schemas.SettlingIn(), act)
    if errors:
        flash("".join(errors.values()), "error")
    return _back(meeting_id, f"note-{request.form.get('agenda_item_id', '')}")


@pages.post(f"{LIVE}/agreed")
def agree(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting agreed on this; sent twice, it is agreed on once."""
    seat = current_seat()

    def act(given: dict[str, Any]) -> UUID:
        return commands.agree(seat, meeting_id, Agreed(id=given.pop("write_id"), **given)).id

    row_id, errors = submitted(schemas.AgreedHereIn(), act)
    return _one_page(seat, meeting_id, "agreed", errors) if errors else _back(meeting_id, f"agreed-{row_id}")


@pages.post(f"{LIVE}/agreed/<uuid:resolution_id>/striking")
def strike(meeting_id: UUID, resolution_id: UUID) -> ResponseReturnValue:
    """It was not agreed after all."""
    row = strike_resolution(current_seat(), resolution_id)
    flash(_("已删去该条议定事项，原文留在审计日志中。"), "success")
    return _back(row.id, "agreed")

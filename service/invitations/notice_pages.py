"""The tab 通知与回执 of a meeting: what is missing, who was told, who replied what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import in_force
from service.documents.rendering import rendered
from service.invitations import commands, queries, rules, schemas
from service.invitations.calendars import invitation_of
from service.invitations.commands import NoticeText
from service.invitations.composing import Asked, letter_of
from service.invitations.letter import from_json, named, written
from service.invitations.queries import Before
from service.invitations.readiness import gaps
from service.invitations.rules import ANSWERS, CHAIRS, OFFICE, Reply
from service.kit.export import download, table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.models import Attendee
from service.meetings.queries import attendee
from service.members.rules import UNIT_ROLES
from tenants.errors import Missing

pages = Blueprint("notices", __name__)
Errors = Mapping[str, str]


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


# ── 总览 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/<uuid:meeting_id>/notice")
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Who was told, who replied what, what the replies promise; or the replies as a file."""
    seat, kind = reading("meeting.read"), request.args.get("format", "")
    found = queries.before(seat.session, meeting_id)
    if kind in ("csv", "xlsx"):
        return _replies_file(seat, kind, found)
    return page(
        "invitations/show.html",
        meeting=found.meeting,
        found=found,
        gaps=gaps(seat, found.meeting, today()) if found.meeting.state == "planned" else [],
        names=unit_names(seat.session),
        mine=_mine(seat, found),
        own=[line for line in found.lines if line.attendee.unit_id in seat.units_for("meeting.reply")],
        speaks={line.attendee.id for line in found.lines if speaks(seat, line.attendee)},
        sends=seat.may("meeting.prepare"),
        grants=seat.may("meeting.grant_leave"),
        late=bool(found.reply_by and found.reply_by < today()),
    )


def speaks(seat: Seat, who: Attendee) -> bool:
    """Whether this seat may reply for him; the command says it again."""
    own = who.unit_id is not None and who.unit_id in seat.units_for("meeting.reply")
    return own or (who.role not in UNIT_ROLES and bool(seat.roles & set(OFFICE)) and seat.may("meeting.reply"))


def _mine(seat: Seat, found: Before) -> list[tuple[UUID, str, int]]:
    """The reader's units with how many of theirs have not replied."""
    owing = [line.attendee.unit_id for line in found.lines if _owes(line.attendee)]
    names = unit_names(seat.session)
    counted = [(unit_id, owing.count(unit_id)) for unit_id in seat.units_for("meeting.reply")]
    return [(unit_id, names[unit_id], number) for unit_id, number in counted if number]


def _owes(who: Attendee) -> bool:
    return who.expected and bool(who.name) and who.reply is None


HEADER = ("单位", "姓名", "职务", "身份", "回执", "受委派人", "受委派人职务", "说明", "请假意见", "填报人", "填报时间")


def _replies_file(seat: Seat, kind: str, found: Before) -> Response:
    names = unit_names(seat.session)

    def cells(who: Attendee) -> list[Any]:
        unit = names.then(who.unit_id, found.meeting.held_on) if who.unit_id else ""
        role = label("role", who.role) if who.expected else label("attendance", "observer")
        leave = {None: "", True: _("同意"), False: _("不同意")}[who.leave_granted]
        at = who.replied_at.astimezone().strftime("%Y-%m-%d %H:%M") if who.replied_at else ""
        said = [label("reply", who.reply or "none"), who.proxy_name, who.proxy_title, who.reply_text]
        return [unit, who.name, who.title, role, *said, leave, who.replied_by, at]

    name = f"{seat.tenant.name}-{found.meeting.title}-回执-{today().isoformat()}"
    return table_file(kind, name, HEADER, [cells(line.attendee) for line in found.lines])


# ── 通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/<uuid:meeting_id>/notice/sending")
def ask(meeting_id: UUID) -> ResponseReturnValue:
    """Whom shall be told, of what, and what is missing."""
    seat = current_seat()
    found = queries.before(seat.session, meeting_id)
    contact, phone = queries.last_contact(seat.session)
    last = found.notices[-1].letter if found.notices else {}
    values = {
        "reply_by": found.reply_by if found.reply_by and found.reply_by >= today() else _reply_day(seat, found),
        "contact": contact or seat.name,
        "phone": phone,
        "requirements": last.get("requirements", ""),
    }
    return _sending(seat, found, values, {}, _not_heard(found))


def _not_heard(found: Before) -> set[str]:
    """Whom a new sending tells unless the office chooses otherwise: whoever does not know what is said now."""
    calls_off = found.meeting.state == "cancelled"
    if calls_off:
        return {str(who) for who in found.fixed}
    return {str(who.id) for who in [*found.untold, *found.left_out]}


def _reply_day(seat: Seat, found: Before) -> Any:
    return rules.reply_day(found.meeting.held_on, today(), workdays(seat.session))


def _sending(
    seat: Seat, found: Before, values: Mapping[str, Any], errors: Errors, ticked: Collection[str]
) -> ResponseReturnValue:
    seat.require("meeting.prepare")
    planned = found.meeting.state == "planned"
    return page(
        "invitations/sending.html",
        422 if errors else 200,
        meeting=found.meeting,
        found=found,
        gaps=gaps(seat, found.meeting, today()) if planned else [],
        names=unit_names(seat.session),
        values=values,
        errors=errors,
        ticked=ticked,
        known={line.attendee.id for line in found.lines} - {who.id for who in [*found.untold, *found.left_out]},
    )


@pages.post("/<uuid:meeting_id>/notice")
def send(meeting_id: UUID) -> ResponseReturnValue:
    """The notice goes out, or the form comes back as it was."""
    seat = current_seat()
    made, errors = submitted(
        schemas.NoticeIn(),
        lambda given: commands.notify(seat, meeting_id, NoticeText(**given), on=today(), now=now()),
    )
    if made is None:
        ticked = request.form.getlist("told")
        return _sending(seat, queries.before(seat.session, meeting_id), request.form, errors, ticked)
    flash(_("%(kind)s已发出，告知 %(n)s 人。", kind=label("notice_kind", made.kind), n=len(made.told)), "success")
    return redirect(url_for("invitations.notices.show", meeting_id=meeting_id))


@pages.get("/<uuid:meeting_id>/notice.<any(docx, pdf):kind>")
def draft(meeting_id: UUID, kind: str) -> Response:
    """The letter as it would go out now."""
    return draft_file(current_seat(), meeting_id, kind)


def draft_file(seat: Seat, meeting_id: UUID, kind: str) -> Response:
    """The same as a download."""
    seat.require("meeting.prepare")
    found = queries.before(seat.session, meeting_id)
    contact, phone = queries.last_contact(seat.session)
    asked = Asked(_reply_day(seat, found), contact or seat.name, phone)
    letter = letter_of(seat, found, asked, commands.kind_of(found), today())
    return download(kind, f"{named(letter)}通知（稿）", rendered(written(letter), kind))


@pages.get("/<uuid:meeting_id>/notices/<uuid:notice_id>.<any(docx, pdf):kind>")
def letter(meeting_id: UUID, notice_id: UUID, kind: str) -> Response:
    """The letter as it went out."""
    return letter_file(reading("meeting.read"), meeting_id, notice_id, kind)


def letter_file(seat: Seat, meeting_id: UUID, notice_id: UUID, kind: str) -> Response:
    """The same as a download."""
    found = queries.notice(seat.session, meeting_id, notice_id)
    sent = from_json(found.letter)
    return download(kind, f"{named(sent)}{label('notice_kind', found.kind)}", rendered(written(sent), kind))


@pages.get("/<uuid:meeting_id>/invitation.ics")
def invitation(meeting_id: UUID) -> Response:
    """The meeting for one's calendar, as the last notice told it."""
    return invitation_file(reading("meeting.read"), meeting_id)


def invitation_file(seat: Seat, meeting_id: UUID) -> Response:
    """The same as a download; a meeting of which nobody was told is in no calendar."""
    found = queries.before(seat.session, meeting_id)
    if not found.notices:
        raise Missing()
    body = invitation_of(seat, found.notices[-1], [line.attendee for line in found.lines], today(), address)
    return download("ics", found.meeting.title, body)


def address(meeting_id: UUID) -> str:
    """Where the meeting's page is, for whoever reads it in a calendar."""
    return url_for("invitations.notices.show", meeting_id=meeting_id, _external=True)


# ── 回执 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/<uuid:meeting_id>/attendees/<uuid:attendee_id>/reply")
def ask_reply(meeting_id: UUID, attendee_id: UUID) -> ResponseReturnValue:
    """What is replied for him?"""
    seat = reading("meeting.read")
    who = _called(seat, meeting_id, attendee_id)
    values = {"reply": who.reply or "attends", "text": who.reply_text}
    return _reply_form(
        seat, meeting_id, who, values | {"proxy_name": who.proxy_name, "proxy_title": who.proxy_title}, {}
    )


def _called(seat: Seat, meeting_id: UUID, attendee_id: UUID) -> Attendee:
    """The attendee, on that meeting's list."""
    who = attendee(seat.session, attendee_id)
    if who.meeting_id != meeting_id:
        raise Missing()
    return who


def _reply_form(
    seat: Seat, meeting_id: UUID, who: Attendee, values: Mapping[str, Any], errors: Errors
) -> ResponseReturnValue:
    found = queries.before(seat.session, meeting_id)
    proxies = in_force(seat.session, found.meeting.held_on).rules["proxy_attendance"] and who.unit_id is not None
    answers = [answer for answer in ANSWERS if answer != "proxy" or proxies]
    return page(
        "invitations/reply.html",
        422 if errors else 200,
        meeting=found.meeting,
        who=who,
        unit=unit_names(seat.session).then(who.unit_id, found.meeting.held_on) if who.unit_id else "",
        proxies=proxies,
        answers=[(answer, label("reply", answer)) for answer in answers],
        reply_by=found.reply_by,
        values=values,
        errors=errors,
    )


@pages.post("/<uuid:meeting_id>/attendees/<uuid:attendee_id>/reply")
def reply(meeting_id: UUID, attendee_id: UUID) -> ResponseReturnValue:
    """The reply stands, or the form comes back as it was."""
    seat = current_seat()
    made, errors = submitted(
        schemas.ReplyIn(), lambda given: commands.reply(seat, meeting_id, attendee_id, Reply(**given), now=now())
    )
    if made is None:
        seat = reading("meeting.read")
        return _reply_form(seat, meeting_id, _called(seat, meeting_id, attendee_id), request.form, errors)
    flash(_("回执已提交，会议开始前可以修改。"), "success")
    return redirect(url_for("invitations.notices.show", meeting_id=meeting_id))


@pages.post("/<uuid:meeting_id>/replies")
def reply_all(meeting_id: UUID) -> ResponseReturnValue:
    """All of the unit who have not replied come."""
    done = commands.reply_for_all(current_seat(), meeting_id, _unit_named(request.form.get("unit_id", "")), now=now())
    flash(_("已为 %(n)s 人填写“参加”。", n=len(done)), "success")
    return redirect(url_for("invitations.notices.show", meeting_id=meeting_id))


def _unit_named(text: str) -> UUID:
    """The id that the button sends; anything else names no unit of ours."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing() from error


@pages.get("/<uuid:meeting_id>/attendees/<uuid:attendee_id>/leave")
def ask_leave(meeting_id: UUID, attendee_id: UUID) -> ResponseReturnValue:
    """Does the chair agree that he stays away?"""
    seat = current_seat()
    return _leave_form(seat, meeting_id, _called(seat, meeting_id, attendee_id), {"granted": "true"}, {})


def _leave_form(
    seat: Seat, meeting_id: UUID, who: Attendee, values: Mapping[str, Any], errors: Errors
) -> ResponseReturnValue:
    seat.require("meeting.grant_leave")
    row = queries.before(seat.session, meeting_id).meeting
    return page(
        "invitations/leave.html",
        422 if errors else 200,
        meeting=row,
        who=who,
        chairs=CHAIRS.get(row.chair_post, "") in seat.roles,
        unit=unit_names(seat.session).then(who.unit_id, row.held_on) if who.unit_id else "",
        values=values,
        errors=errors,
    )


@pages.post("/<uuid:meeting_id>/attendees/<uuid:attendee_id>/leave")
def decide_leave(meeting_id: UUID, attendee_id: UUID) -> ResponseReturnValue:
    """The chair's word on the leave stands."""
    seat = current_seat()
    made, errors = submitted(
        schemas.LeaveForm(),
        lambda given: commands.decide_leave(
            seat, meeting_id, attendee_id, granted=given["granted"] == "true", text=given["text"], on=today()
        ),
    )
    if made is None:
        return _leave_form(seat, meeting_id, _called(seat, meeting_id, attendee_id), request.form, errors)
    flash(_("请假意见已登记。"), "success")
    return redirect(url_for("invitations.notices.show", meeting_id=meeting_id))

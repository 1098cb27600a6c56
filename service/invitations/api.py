"""What goes before a meeting, for programs: proposals to convene, notices, replies, one's calendar."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.invitations import commands, proposing, queries, schemas
from service.invitations.calendar_pages import feed_url
from service.invitations.commands import NoticeText
from service.invitations.notice_pages import draft_file, invitation_file, letter_file, now
from service.invitations.readiness import gaps
from service.invitations.rules import Reply
from service.kit.idempotency import idempotent, idempotent_without
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today

api = Blueprint(
    "invitations_api",
    __name__,
    url_prefix="/api/v1/t/<slug>",
    description="Before a meeting: proposals, notices, replies",
)


# ── 通知与回执 ─────────────────────────────────────────────────────────────────────────────────────────────────


def _before(seat: Seat, meeting_id: UUID) -> dict[str, Any]:
    found = queries.before(seat.session, meeting_id)
    row, outlook = found.meeting, found.outlook
    return {
        "meeting_id": row.id,
        "state": row.state,
        "sequence": row.sequence,
        "reply_by": found.reply_by,
        "gaps": gaps(seat, row, today()) if row.state == "planned" else [],
        "attendees": [line.attendee for line in found.lines],
        "untold": [who.id for who in found.untold],
        "left_out": [who.id for who in found.left_out],
        "dropped": [gone["name"] for gone in found.dropped],
        "stale": [line.attendee.id for line in found.lines if line.stale],
        "outlook": asdict(outlook) | {"needed": outlook.needed, "standing": outlook.standing},
        "notices": found.notices,
    }


@api.get("/meetings/<uuid:meeting_id>/notice")
@api.response(200, schemas.BeforeOut)
def before(meeting_id: UUID) -> dict[str, Any]:
    """What is missing before the notice, who was told, who replied what, and what that promises."""
    return _before(reading("meeting.read"), meeting_id)


@api.post("/meetings/<uuid:meeting_id>/notices")
@idempotent
@api.arguments(schemas.NoticeIn)
@api.response(201, schemas.BeforeOut)
def notify(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Tell everybody who has not heard of the meeting as it now stands: of it, of a change, or that it is called off."""
    seat = current_seat()
    commands.notify(seat, meeting_id, NoticeText(**body), on=today(), now=now())
    return _before(seat, meeting_id)


@api.get("/meetings/<uuid:meeting_id>/notice/letter")
@api.arguments(schemas.LetterQuery, location="query")
@api.response(200)
def letter(query: dict[str, Any], meeting_id: UUID) -> Any:
    """The notice as a letter, DOCX or PDF: as it went out, or as it would go out now."""
    if query["notice_id"] is None:
        return draft_file(current_seat(), meeting_id, query["format"])
    return letter_file(reading("meeting.read"), meeting_id, query["notice_id"], query["format"])


@api.get("/meetings/<uuid:meeting_id>/invitation.ics")
@api.response(200)
def invitation(meeting_id: UUID) -> Any:
    """The meeting as iCalendar: REQUEST, or CANCEL once it was called off; the same UID, SEQUENCE raised by each change."""
    return invitation_file(reading("meeting.read"), meeting_id)


@api.post("/meetings/<uuid:meeting_id>/attendees/<uuid:attendee_id>/reply")
@idempotent
@api.arguments(schemas.ReplyIn)
@api.response(201, schemas.AttendeeOut)
def reply(body: dict[str, Any], meeting_id: UUID, attendee_id: UUID) -> Any:
    """Reply for somebody of one's own unit; in place of what was replied before."""
    return commands.reply(current_seat(), meeting_id, attendee_id, Reply(**body), now=now())


@api.post("/meetings/<uuid:meeting_id>/replies")
@idempotent
@api.arguments(schemas.AllIn)
@api.response(201, schemas.AttendeeOut(many=True))
def reply_all(body: dict[str, Any], meeting_id: UUID) -> Any:
    """Everybody of one's unit who has not replied comes."""
    return commands.reply_for_all(current_seat(), meeting_id, body["unit_id"], now=now())


@api.post("/meetings/<uuid:meeting_id>/attendees/<uuid:attendee_id>/leave")
@idempotent
@api.arguments(schemas.LeaveIn)
@api.response(201, schemas.AttendeeOut)
def decide_leave(body: dict[str, Any], meeting_id: UUID, attendee_id: UUID) -> Any:
    """The chair agrees to the leave or does not; the office writes down what the chair said."""
    return commands.decide_leave(current_seat(), meeting_id, attendee_id, **body, on=today())


# ── 提议 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _shown(seat: Seat, proposal_id: UUID) -> dict[str, Any]:
    row = queries.proposal(seat.session, proposal_id)
    api.set_etag({"revision": row.revision})
    names = [column.key for column in row.__table__.columns]
    found = {name: getattr(row, name) for name in names}
    return found | {"units_concerned": queries.proposal_units(seat.session, row.id)}


@api.get("/meetings/proposals")
@api.arguments(schemas.ProposalsQuery, location="query")
@api.response(200, schemas.ProposalsPage)
def proposals(query: dict[str, Any]) -> dict[str, Any]:
    """What units proposed to meet about, the newest first."""
    return framed(queries.proposals(reading("meeting.propose").session, asked(query)))


@api.post("/meetings/proposals")
@idempotent
@api.etag
@api.arguments(schemas.ProposalIn)
@api.response(201, schemas.ProposalShown)
def propose(body: dict[str, Any]) -> dict[str, Any]:
    """Propose a special meeting for one's own unit."""
    seat = current_seat()
    return _shown(seat, proposing.propose(seat, **body, on=today()).id)


@api.get("/meetings/proposals/<uuid:proposal_id>")
@api.etag
@api.response(200, schemas.ProposalShown)
def proposal(proposal_id: UUID) -> dict[str, Any]:
    """One proposal and what became of it."""
    return _shown(reading("meeting.propose"), proposal_id)


@api.post("/meetings/proposals/<uuid:proposal_id>/acceptance")
@idempotent
@api.etag
@api.arguments(schemas.AcceptanceIn)
@api.response(201, schemas.ProposalShown)
def accept(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """A special meeting is in preparation that rests on it."""
    seat = current_seat()
    proposing.accept(seat, proposal_id, **body, on=today())
    return _shown(seat, proposal_id)


@api.post("/meetings/proposals/<uuid:proposal_id>/refusal")
@idempotent
@api.etag
@api.arguments(schemas.RefusalIn)
@api.response(201, schemas.ProposalShown)
def decline(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """The proposal is not followed, and the unit reads why."""
    seat = current_seat()
    proposing.decline(seat, proposal_id, **body, on=today())
    return _shown(seat, proposal_id)


@api.post("/meetings/proposals/<uuid:proposal_id>/withdrawal")
@idempotent
@api.etag
@api.response(201, schemas.ProposalShown)
def withdraw(proposal_id: UUID) -> dict[str, Any]:
    """The unit takes its proposal back before it is answered."""
    seat = current_seat()
    proposing.withdraw(seat, proposal_id, today())
    return _shown(seat, proposal_id)


@api.post("/meetings/proposals/<uuid:proposal_id>/acknowledgement")
@idempotent
@api.etag
@api.response(201, schemas.ProposalShown)
def take_note(proposal_id: UUID) -> dict[str, Any]:
    """The unit has seen the answer."""
    seat = current_seat()
    proposing.take_note(seat, proposal_id, today())
    return _shown(seat, proposal_id)


# ── 日历 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@api.get("/meetings/calendar")
@api.response(200, schemas.FeedOut)
def calendar() -> dict[str, Any]:
    """Whether one's meetings here can be subscribed to, and since when."""
    seat = reading("meeting.read")
    feed = queries.own_feed(seat.session, seat.account_id) if seat.account_id else None
    return {"made_at": feed.made_at if feed else None}


@api.post("/meetings/calendar")
@idempotent_without("url")
@api.response(201, schemas.FeedMade)
def make_calendar() -> dict[str, Any]:
    """A new secret address of one's calendar, shown this once; an older one is void."""
    seat = reading("meeting.read")
    return {"url": feed_url(seat, commands.make_feed(seat, now=now()))}


@api.post("/meetings/calendar/ending")
@idempotent
@api.response(201, schemas.FeedOut)
def end_calendar() -> dict[str, Any]:
    """The address leads nowhere any more."""
    commands.end_feed(reading("meeting.read"))
    return {"made_at": None}

"""Reading what goes before a meeting: proposals, notices, replies, what is missing, whose calendar shows what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.charter.queries import in_force
from service.invitations.models import CalendarFeed, ConveningProposal, ConveningProposalUnit, MeetingNotice
from service.invitations.rules import Answer, Outlook, Sent, left_out, must_hear, outlook, stale, untold
from service.kit.paging import Asked, Page, page_of
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import attendees, meeting
from tenants.errors import Missing

# ── 提议 ──────────────────────────────────────────────────────────────────────────────────────────────────────

SORTABLE = {
    "proposed_on": ConveningProposal.proposed_on,
    "topic": ConveningProposal.topic,
    "state": ConveningProposal.state,
    "id": ConveningProposal.id,
}


def proposals(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """What units proposed to meet about, the newest first."""
    query = select(ConveningProposal)
    if "state" in asked.filters:
        query = query.where(ConveningProposal.state == asked.filters["state"])
    if "unit_id" in asked.filters:
        query = query.where(ConveningProposal.unit_id == UUID(asked.filters["unit_id"]))
    if asked.q:
        query = query.where(ConveningProposal.topic.contains(asked.q, autoescape=True))
    return page_of(session, query, asked, SORTABLE, "-proposed_on", whole=whole)


def proposal(session: Session, proposal_id: UUID) -> ConveningProposal:
    """The proposal of that id."""
    return _found(session.scalars(select(ConveningProposal).where(ConveningProposal.id == proposal_id)).one_or_none())


def held_proposal(session: Session, proposal_id: UUID) -> ConveningProposal:
    """The proposal, held until commit: whoever else answers it waits."""
    query = select(ConveningProposal).where(ConveningProposal.id == proposal_id).with_for_update()
    return _found(session.scalars(query, execution_options={"populate_existing": True}).one_or_none())


def _found(row: ConveningProposal | None) -> ConveningProposal:
    if row is None:
        raise Missing()
    return row


def proposal_units(session: Session, proposal_id: UUID) -> list[UUID]:
    """The units that the proposed meeting would concern."""
    query = select(ConveningProposalUnit.unit_id).where(ConveningProposalUnit.proposal_id == proposal_id)
    return list(session.scalars(query.order_by(ConveningProposalUnit.id)))


def answered_to(units: Iterable[UUID]) -> ColumnElement[bool]:
    """Proposals of these units that were answered, and the unit has not seen it yet."""
    answered = ConveningProposal.state.in_(("accepted", "declined"))
    return answered & ConveningProposal.unit_id.in_(units) & ConveningProposal.noted_on.is_(None)


# ── 通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def notices(session: Session, meeting_id: UUID) -> list[MeetingNotice]:
    """The notices that went out, the first one first."""
    query = select(MeetingNotice).where(MeetingNotice.meeting_id == meeting_id)
    return list(session.scalars(query.order_by(MeetingNotice.sent_at, MeetingNotice.id)))


def notice(session: Session, meeting_id: UUID, notice_id: UUID) -> MeetingNotice:
    """That notice of that meeting."""
    query = select(MeetingNotice).where(MeetingNotice.meeting_id == meeting_id, MeetingNotice.id == notice_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def last_contact(session: Session) -> tuple[str, str]:
    """Whom the latest notice names to be asked, and the number."""
    query = select(MeetingNotice.letter).order_by(MeetingNotice.sent_at.desc()).limit(1)
    letter = session.scalar(query) or {}
    return letter.get("contact", ""), letter.get("phone", "")


# ── 回执 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """Somebody on the list, and whether his reply was given to another day than is now meant."""

    attendee: Attendee
    stale: bool


@dataclass(frozen=True)
class Before:
    """A meeting as it stands before it opens."""

    meeting: Meeting
    lines: list[Line]
    notices: list[MeetingNotice]
    untold: list[Attendee]
    left_out: list[Attendee]  # by choice, of what was last told
    fixed: set[UUID]  # whom no sending may leave out
    dropped: list[dict[str, Any]]  # told before, and no longer on the list: as `MeetingNotice.told` has them
    outlook: Outlook

    @property
    def reply_by(self) -> date | None:
        return self.notices[-1].reply_by if self.notices else None

    @property
    def told(self) -> bool:
        """Whether everybody has heard of the meeting as it now stands."""
        return bool(self.notices) and not self.untold and not self.dropped


def before(session: Session, meeting_id: UUID) -> Before:
    """The meeting with its list, its notices, and what the replies promise."""
    row = meeting(session, meeting_id)
    there, sent = attendees(session, row.id), notices(session, row.id)
    facts, ids = [found.sent for found in sent], [attendee.id for attendee in there]
    asked = row.state in ("planned", "noticed") or (row.state == "cancelled" and bool(sent))
    open_ids = set(untold(row.sequence, facts, ids) if asked else ())
    chosen = set(left_out(row.sequence, facts, ids) if asked else ())
    return Before(
        meeting=row,
        lines=[Line(attendee, stale(attendee.replied_at, facts)) for attendee in there],
        notices=sent,
        untold=[attendee for attendee in there if attendee.id in open_ids],
        left_out=[attendee for attendee in there if attendee.id in chosen],
        fixed={who.id for who in there if _fixed(row, who, facts, untold=who.id in open_ids)},
        dropped=_dropped(sent, {attendee.id for attendee in there}) if asked else [],
        outlook=_outlook(session, row, there),
    )


def _fixed(row: Meeting, who: Attendee, facts: Sequence[Sent], *, untold: bool) -> bool:
    return must_hear(who.id, expected=who.expected, untold=untold, cancelled=row.state == "cancelled", sent=facts)


def _dropped(sent: Sequence[MeetingNotice], there: set[UUID]) -> list[dict[str, Any]]:
    """Who was told of the meeting, is called no more, and has not been told so."""
    latest = {UUID(row["attendee_id"]): row for found in sent for row in found.told}
    return [row for who, row in latest.items() if who not in there and not row.get("released")]


def _outlook(session: Session, row: Meeting, there: Iterable[Attendee]) -> Outlook:
    percent = in_force(session, row.held_on).rules["quorum_percent"] if row.kind == "plenary" else None
    expected = (who for who in there if who.expected)
    return outlook([Answer(who.unit_id, who.reply, who.leave_granted) for who in expected], percent)


def awaiting(units: Iterable[UUID]) -> ColumnElement[bool]:
    """Those of these units from whom a reply is awaited: none yet, or leave that was refused."""
    open_ones = select(Meeting.id).where(Meeting.state == "noticed")
    silent = Attendee.reply.is_(None) | Attendee.leave_granted.is_(False)
    return Attendee.meeting_id.in_(open_ones) & Attendee.unit_id.in_(units) & Attendee.expected & silent


def asking_leave() -> ColumnElement[bool]:
    """Those who ask leave of a meeting to come, and nobody has said yes or no."""
    open_ones = select(Meeting.id).where(Meeting.state == "noticed")
    return Attendee.meeting_id.in_(open_ones) & (Attendee.reply == "leave") & Attendee.leave_granted.is_(None)


def first_awaiting(session: Session, wanted: ColumnElement[bool]) -> UUID | None:
    """The earliest meeting of them."""
    query = select(Meeting.id).join(
        Attendee, (Attendee.tenant_id == Meeting.tenant_id) & (Attendee.meeting_id == Meeting.id)
    )
    return session.scalars(query.where(wanted).order_by(Meeting.held_on).limit(1)).first()


# ── 日历 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def own_feed(session: Session, account_id: UUID) -> CalendarFeed | None:
    """The account's calendar here, if it has one."""
    return session.scalars(select(CalendarFeed).where(CalendarFeed.account_id == account_id)).one_or_none()


def feed_of(session: Session, hashed: str) -> CalendarFeed | None:
    """Whose calendar has that secret address in this tenant."""
    return session.scalars(select(CalendarFeed).where(CalendarFeed.token_hash == hashed)).one_or_none()


def notices_since(session: Session, since: date) -> list[MeetingNotice]:
    """The notices of every meeting from that day on, by the day of the meeting, each meeting's first one first."""
    query = select(MeetingNotice).join(
        Meeting, (Meeting.tenant_id == MeetingNotice.tenant_id) & (Meeting.id == MeetingNotice.meeting_id)
    )
    order = Meeting.held_on, MeetingNotice.sent_at, MeetingNotice.id
    return list(session.scalars(query.where(Meeting.held_on >= since).order_by(*order)))

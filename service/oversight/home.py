"""What the home page says: what waits for this seat, what the office owes, how the conference stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from service.agendas import queries as agendas
from service.charter.models import IN_REVIEW, Charter, Unit
from service.charter.queries import in_force, lead_units, units
from service.charter.sunset import ending
from service.consultations import queries as consultations
from service.dispatches import queries as dispatches
from service.dispatches.models import DispatchDraft
from service.invitations.models import ConveningProposal
from service.invitations.queries import answered_to, asking_leave, awaiting, first_awaiting
from service.invitations.rules import OFFICE as POSTS
from service.kit.period import Period, last_closed_quarter
from service.kit.seat import Seat
from service.matters.listing import count
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import Standing, next_liaison_meeting, plenaries, upcoming
from service.meetings.rhythm import Span
from service.members.queries import missing_liaisons
from service.minutes import queries as minutes
from service.notices.queries import unread
from service.obligations.queries import OWN, Year, mine, year_of
from service.oversight.queries import expected_below, totals
from service.oversight.readiness import Step, open_steps
from service.plans.models import Plan
from service.plans.queries import drafts, to_review
from service.reforms.queries import SEAT_KINDS, WORK_KINDS, to_confirm
from service.reports.models import Report
from service.statistics.queries import Shown, live, periods, shown
from service.submissions.models import Obligation
from service.supervision import queries as supervision
from service.tasks.queries import my_work, waiting

# What waits for a seat among the matters that go up. Source: seed 四(六).
MATTERS = ("accept", "returned", "answer", "removal", "coordinate", "sign", "follow")


@dataclass(frozen=True)
class Pile:
    """So many things of one kind wait for the seat, and where they lie. `kind` is worded by the template."""

    kind: str
    count: int
    endpoint: str
    args: dict[str, Any]


@dataclass(frozen=True)
class Home:
    """The home page's content, part by part; a part that the seat may not see is empty."""

    charter: Charter
    open_steps: list[Step]
    lead: list[Unit]
    units: int
    meetings: Standing
    next_liaison: Span | None
    sitting: list[Meeting]  # those in session to which the seat is called, or which it runs
    planned: Meeting | None  # the next plenary that is in preparation or noticed
    ends_on: date | None
    period: Period
    piles: list[Pile]
    drafts: list[Plan]
    waiting: list[Any]
    figures: list[Shown]
    below: dict[str, Shown]
    expected_below: int
    year: Year | None


def home(seat: Seat, on: date) -> Home:
    """The home page as this seat sees it on that day."""
    session, period = seat.session, last_closed_quarter(on)
    sees_figures, sees_board = seat.may_read("figures.read"), seat.may_read("board.read")
    places = expected_below(session, seat.tenant, period) if sees_board else []
    return Home(
        charter=in_force(session, on),
        open_steps=open_steps(seat, on),
        lead=lead_units(session, on),
        units=len(units(session, on)),
        meetings=plenaries(session, seat.tenant.opened_on, on),
        next_liaison=next_liaison_meeting(session, on),
        sitting=_sitting(seat) if seat.may_read("meeting.read") else [],
        planned=next((row for row in upcoming(session) if row.kind == "plenary"), None),
        ends_on=ending(session, on),
        period=period,
        piles=[pile for pile in _piles(seat, on) if pile.count],
        drafts=drafts(session) if seat.may("plan.approve") else [],
        waiting=my_work(session, seat, on) if seat.may_read("task.read") else [],
        figures=[shown(entry) for entry in live(session, Period.quarter_of(on).so_far(on))] if sees_figures else [],
        below=totals(session, seat.tenant, period) if places else {},
        expected_below=len(places),
        year=mine(seat, year_of(seat, on.year, on)) if seat.may_read(OWN) else None,
    )


def _sitting(seat: Seat) -> list[Meeting]:
    """The meetings in session: to the conference's posts each, to a unit those that expect its people."""
    query = select(Meeting).where(Meeting.state == "in_session").order_by(Meeting.held_on, Meeting.id)
    if not seat.console and not seat.roles & set(POSTS):
        called = select(Attendee.meeting_id).where(Attendee.unit_id.in_(seat.unit_ids), Attendee.expected)
        query = query.where(Meeting.id.in_(called))
    return list(seat.session.scalars(query))


def _piles(seat: Seat, on: date) -> Iterator[Pile]:
    """What waits for this seat, pile by pile: the first thing a home page says. Source: dossier 7.6."""
    yield Pile("notices", unread(seat), "notices.index", {"state": "unread"})
    for reason, wanted in waiting(seat, on).items():
        if reason != "asked":  # the unit's turn is over
            yield _pile(seat, reason, wanted, "tasks.index", mine=reason)
    if seat.may("charter.approve"):
        yield _pile(seat, "approve", Charter.state == IN_REVIEW, "charter.approval.changes")
    if seat.may("plan.approve"):
        agree = drafts(seat.session)
        yield Pile("agree", len(agree), "plans.show" if agree else "", {"plan_id": agree[0].id} if agree else {})
    if seat.may("plan.review"):
        yield _pile(seat, "review_plan", to_review(), "plans.index", state="submitted")
    for endpoint, kinds in (("handovers", WORK_KINDS), ("seats", SEAT_KINDS)):
        yield Pile("hand_over", len(to_confirm(seat, on, kinds)), f"reforms.{endpoint}.index", {})
    if seat.may("submission.review"):
        yield _pile(seat, "receive", Obligation.state == "filed", "submissions.index", state="filed")
    yield from _minutes(seat)
    yield from _before_meetings(seat)
    if seat.may("report.sign"):
        yield _pile(seat, "sign_report", Report.state == "draft", "reports.index", state="draft")
    yield from _consulted(seat, on)
    yield from _supervised(seat, on)
    if seat.may("figures.publish"):
        owed = _unpublished(seat, on)
        yield Pile("publish", len(owed), "statistics.show" if owed else "", {"period": owed[0]} if owed else {})
    if naming := seat.units_for("liaison.register"):
        vacant = [vacancy for vacancy in missing_liaisons(seat.session, on) if vacancy.unit.id in naming]
        yield Pile("name_liaison", len(vacant), "members.index", {})
    for kind in MATTERS:
        yield Pile(f"matter_{kind}", count(seat, kind, on), "matters.index", {"mine": kind})
    if filing := seat.units_for("submission.file"):
        mine = Obligation.unit_id.in_(filing) & Obligation.state.in_(("owed", "returned"))
        yield _pile(seat, "file", mine, "submissions.index")
    yield from _agenda_piles(seat, on)
    yield from _dispatched(seat)


def _consulted(seat: Seat, on: date) -> Iterator[Pile]:
    """Papers on which the seat's units are asked, and what the office has to do with opinions. Source: dossier 2.2."""
    office = seat.may(consultations.START)
    for what in consultations.WAITING:
        if office if what != "reply" else seat.units_for(consultations.ANSWER):
            wanted = consultations.waiting_for(seat, what, on)
            yield _pile(seat, f"consult_{what}", wanted, "consultations.index", waiting=what)


def _dispatched(seat: Seat) -> Iterator[Pile]:
    """What came from above and waits here, what goes down and waits to be sent, what a place says is finished."""
    if seat.may("dispatch.accept"):
        for what in dispatches.WAITING:
            yield _pile(seat, f"dispatch_{what}", dispatches.waiting(what), "dispatches.inbox.index", waiting=what)
    if seat.may("demand.send_down") or seat.may("demand.approve"):
        drafted = DispatchDraft.state == "submitted"
        yield _pile(seat, "dispatch_send", drafted, "dispatches.drafts.index", state="submitted")
    if seat.may("demand.send_down") and (first := dispatches.first_to_judge(seat.session)):
        yield _pile(seat, "dispatch_judge", dispatches.to_judge(), "dispatches.sent.show", dispatch_id=str(first))


def _supervised(seat: Seat, on: date) -> Iterator[Pile]:
    """Orders that wait for this seat: to sign, serve, acknowledge, answer, decide on. Source: dossier 2.2 (督办单)."""
    for what in supervision.WAITING:
        many = supervision.count(seat, what, on)
        yield Pile(f"supervision_{what}", many, "supervision.index", {"waiting": what})


def _agenda_piles(seat: Seat, on: date) -> Iterator[Pile]:
    """Proposals before the office; with a unit, what was returned to it, sent to it, or is asked of it by a call."""
    items = "agendas.items.index"
    if seat.may("meeting.prepare"):
        yield _pile(seat, "agenda_handle", agendas.to_handle(), items, state="proposed")
    if mine := seat.units_for("agenda.submit"):
        yield _pile(seat, "agenda_returned", agendas.returned_to(mine), items, state="returned")
        yield _pile(seat, "agenda_sent", agendas.away_with(mine), items, place="forwarded")
        calls = agendas.open_calls(seat.session, mine, on)
        yield Pile("agenda_call", len(calls), "agendas.show", {"meeting_id": calls[0].meeting_id} if calls else {})


def _before_meetings(seat: Seat) -> Iterator[Pile]:
    """Replies, leave and proposals that wait for this seat. Source: seed 四(三); dossier 2.2 (会议通知/回执)."""
    if units := seat.units_for("meeting.reply"):
        yield _of_a_meeting(seat, "reply", awaiting(units))
    if seat.may("meeting.grant_leave"):
        yield _of_a_meeting(seat, "leave", asking_leave())
    if seat.may("meeting.answer_proposal"):
        wanted = ConveningProposal.state == "submitted"
        yield _pile(seat, "proposal", wanted, "invitations.proposals.index", state="submitted")
    if units := seat.units_for("meeting.propose"):
        yield _pile(seat, "answered", answered_to(units), "invitations.proposals.index")


def _of_a_meeting(seat: Seat, kind: str, wanted: ColumnElement[bool]) -> Pile:
    """So many, and the earliest meeting of them."""
    first = first_awaiting(seat.session, wanted)
    return (
        _pile(seat, kind, wanted, "invitations.notices.show", meeting_id=str(first)) if first else Pile(kind, 0, "", {})
    )


def _pile(seat: Seat, kind: str, wanted: ColumnElement[bool], endpoint: str, **args: str) -> Pile:
    count = seat.session.scalar(select(func.count()).where(wanted)) or 0
    return Pile(kind, count, endpoint, args)


def _minutes(seat: Seat) -> Iterator[Pile]:
    """Minutes that wait for this seat: to be drafted, confirmed, countersigned, signed, published. Source: dossier 2.2."""
    if seat.may("minutes.draft"):
        held = minutes.undrafted(seat.session)
        yield Pile(
            "draft_minutes", len(held), "minutes.show" if held else "", {"meeting_id": held[0].id} if held else {}
        )
        yield _pile(seat, "publish_minutes", minutes.to_publish(seat), "minutes.index", waiting="publish")
    if seat.may("minutes.sign_named"):
        yield _pile(seat, "sign", minutes.to_sign(seat), "minutes.index", waiting="sign")
    if seat.units_for("minutes.check"):
        yield _pile(seat, "confirm", minutes.to_confirm(seat), "minutes.index", waiting="confirm")
        yield _pile(seat, "countersign", minutes.to_countersign(seat), "minutes.index", waiting="countersign")


def _unpublished(seat: Seat, on: date) -> list[str]:
    """The closed quarters of the last year, since the tenant was opened, that are not published yet."""
    states = periods(seat.session, on, 5)
    mine = [state for state in states if state.closed and state.period.end >= seat.tenant.opened_on]
    return [str(state.period) for state in mine if state.latest is None]

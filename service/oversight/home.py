"""What the home page says: what waits for this seat, what the office owes, how the conference stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from service.charter.models import Charter, Unit
from service.charter.queries import in_force, lead_units, units
from service.kit.period import Period, last_closed_quarter
from service.kit.seat import Seat
from service.oversight.queries import expected_below, totals
from service.plans.models import Plan
from service.plans.queries import drafts
from service.statistics.queries import PeriodState, Shown, live, periods, shown
from service.tasks.queries import my_work
from tenants.db import FencedSession


@dataclass(frozen=True)
class Home:
    """The home page's content, part by part; a part that the seat may not see is empty."""

    charter: Charter
    lead: list[Unit]
    units: int
    period: Period
    drafts: list[Plan]
    waiting: list[Any]
    owed: list[PeriodState]
    figures: list[Shown]
    below: dict[str, Shown]
    expected_below: int


def home(seat: Seat, on: date) -> Home:
    """The home page as this seat sees it on that day."""
    session, period = seat.session, last_closed_quarter(on)
    sees_figures, sees_board = seat.may_read("figures.read"), seat.may_read("board.read")
    places = expected_below(session, seat.tenant, period) if sees_board else []
    return Home(
        charter=in_force(session, on),
        lead=lead_units(session, on),
        units=len(units(session, on)),
        period=period,
        drafts=drafts(session) if seat.may("plan.approve") else [],
        waiting=my_work(session, seat, on) if seat.may_read("task.read") else [],
        owed=_owed(session, on) if seat.may("figures.publish") else [],
        figures=[shown(entry) for entry in live(session, Period.quarter_of(on).so_far(on))] if sees_figures else [],
        below=totals(session, seat.tenant, period) if places else {},
        expected_below=len(places),
    )


def _owed(session: FencedSession, on: date) -> list[PeriodState]:
    """The closed quarters of the last year that are not published yet."""
    return [state for state in periods(session, on, 5) if state.closed and state.latest is None]

"""Writing the working calendar: days are set, taken back, taken over from above, and told to the places below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from config.workdays import Special
from service.calendar import rules
from service.calendar.models import CalendarDay
from service.calendar.queries import KEPT, KIND, own_days, told, year_of
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants import offers
from tenants.errors import Conflict, Missing
from tenants.models import children

SET, SEND = "calendar.set", "calendar.send_down"


@command(SET)
def set_days(seat: Seat, *, first: date, last: date, kind: str, name: str, basis: str, on: date) -> int:
    """From the first day to the last offices rest, or work; deadlines that are laid down already stay as they are."""
    called = rules.checked(name, "name", "节日或事由", "what the days are for")
    paper = rules.checked(basis, "basis", "依据文件", "the paper that says so", 200)
    days = dict.fromkeys(rules.span(first, last, on), Special(kind, called))
    _take(seat, days, paper)
    return len(days)


@command(SET)
def set_list(seat: Seat, *, text: str, basis: str, on: date) -> int:
    """The days of a pasted list stand in the calendar; all of them, or none where a line is not understood."""
    paper = rules.checked(basis, "basis", "依据文件", "the paper that says so", 200)
    days = rules.read_list(text, on)
    _take(seat, days, paper)
    return len(days)


def _take(seat: Seat, days: Mapping[date, Special], basis: str) -> None:
    there = own_days(seat.session)
    before = {str(day): there[day].kind for day in days if day in there}
    for day, said in days.items():
        row = there.get(day)
        if row is None:
            seat.session.add(CalendarDay(day=day, kind=said.kind, name=said.name, basis=basis))
        else:
            row.kind, row.name, row.basis = said.kind, said.name, basis
    seat.session.info.pop(KEPT, None)
    after = {str(day): said.kind for day, said in days.items()}
    note(seat, f"calendar:{min(days)}", before=before, after=after, basis=basis)


@command(SET)
def unset_day(seat: Seat, day: date, *, on: date) -> None:
    """The day is again what was announced, or what its weekday says."""
    row = own_days(seat.session).get(day)
    if row is None:
        raise Missing()
    rules.check_ahead(day, on)
    seat.session.delete(row)
    seat.session.info.pop(KEPT, None)
    note(seat, f"calendar:{day}", before={"kind": row.kind, "name": row.name, "basis": row.basis}, after=None)


@command(SET)
def adopt_year(seat: Seat, year: int, *, on: date) -> int:
    """The days to come that the place above told otherwise are taken over; returns how many."""
    found = told(seat.session, year, on)
    if found is None:
        raise Missing()
    if not found.differing:
        raise Conflict("本级日历与上级下发的一致，无须采用。", en="The calendar is the same already.")
    _take(seat, found.differing, f"上级下发的{year}年工作日历（第{found.offer.number}版）")
    return len(found.differing)


@command(SEND)
def send_year(seat: Seat, year: int) -> int:
    """The year's days are on their way to every place directly below, sealed; whether they take them is theirs to say."""
    days, places = year_of(seat.session, year), children(seat.session, seat.tenant.id)
    if not days:
        raise Conflict(f"{year}年还没有放假安排，请先设置。", en=f"Nothing is known of {year} yet; set its days first.")
    if not places:
        raise Conflict("没有下级联席会议可以下发。", en="There is no place below.")
    for level in sorted({place.level for place in places}):
        to = {place.id for place in places if place.level == level}
        offers.offer(seat.session, KIND, level, str(year), rules.content(days), note="", by=seat.name, to=to)
    note(seat, f"calendar:{year}", days=len(days), places=len(places))
    return len(places)

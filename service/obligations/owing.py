"""What is owed in a year, worked out from the charter's versions and from what is on record. Pure.

A duty follows the rule in force on its own day: the last day of the period it is about, the day of the meeting, or
its date in the calendar. So a rule that changes within the year changes what comes after it, and nothing before.
The formulas are those of the rooms that the duties belong to. Source: seed 四; dossier 6; dossier 1.1 P1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from service.agendas.rules import call_deadline, materials_deadline
from service.kit.period import Period
from service.matters.rules import handle_by
from service.meetings.rules import minutes_by, notice_by
from service.minutes.rules import reply_by
from service.obligations.rules import Due
from service.obligations.turns import meetings
from service.obligations.world import Filing, Member, Met, Rules, Version, World, in_force
from service.oversight.rules import deadline
from service.reports import calendar
from service.submissions.rules import Owing, owing


def dues(world: World, year: int) -> list[Due]:
    """All that falls due in that year, each once."""
    found = [
        *_of_units(world, year),
        *_vacancies(world),
        *_opinions(world),
        *_countersigning(world),
        *_handling(world),
        *_of_meetings(world, year),
        *_upward(world, year),
    ]
    return [due for due in found if due.due.year == year]


# --- what each unit reports ---


def _of_units(world: World, year: int) -> Iterator[Due]:
    """What is laid down, as it is on record; and what will be by the rules, for who sits at the table."""
    on_record = {(row.kind, row.unit, row.period): _filed(row) for row in world.filings}
    yield from on_record.values()
    for report in _reports(world, year):
        for member in world.members:
            key = (report.kind, member.id, str(report.about))
            if key not in on_record and member.joined_on <= report.since and member.sits(report.due):
                yield Due(report.kind, str(report.about), report.due, unit=member.id)


def _filed(row: Filing) -> Due:
    exempt = row.state == "exempt"
    done = None if exempt else row.filed_on
    excused = date.min if exempt else None
    return Due(row.kind, row.period, row.due, done, excused, unit=row.unit, row=row.id)


def _reports(world: World, year: int) -> Iterator[Owing]:
    """Each report of the year's calendar, by the rules of its own day."""
    offered: dict[tuple[str, str], list[tuple[Version, Owing]]] = {}
    quarters = [Period(named, "Q", number) for named in (year - 1, year) for number in range(1, 5)]
    for version in world.versions:
        for quarter in quarters:
            for report in owing(quarter, version.rules, world.days):
                offered.setdefault((report.kind, str(report.about)), []).append((version, report))
    for ways in offered.values():
        report = _by_its_day(world, ways)
        if report and world.opened_on <= report.since and world.works(_own_day(report)):
            yield report


def _own_day(report: Owing) -> date:
    return report.about.last if report.kind == "progress" else report.due


def _by_its_day(world: World, ways: list[tuple[Version, Owing]]) -> Owing | None:
    """The report as the version in force on its own day asks for it.

    A date in the year that a new version put before the day of its own effect is owed from that day.
    """
    for version, report in ways:
        by = max(report.due, version.since)
        if report.kind == "progress" and world.at(report.about.last) is version:
            return report
        if report.kind != "progress" and world.at(by) is version:
            return replace(report, due=by)
    return None


# --- a liaison in every unit ---


def _vacancies(world: World) -> Iterator[Due]:
    """Each time a unit was without a liaison: to be filled within so many days. Source: dossier 1.2 M7."""
    for member in world.members:
        for since, until in _gaps(member, max(member.joined_on, world.opened_on)):
            days = world.at(since).rules["liaison_vacancy_days"]
            if days is not None and world.works(since):
                by = since + timedelta(days=days)
                yield Due("liaison_vacancy", since.isoformat(), by, until, member.left_on, unit=member.id)


def _gaps(member: Member, since: date) -> Iterator[tuple[date, date | None]]:
    """The first day of each vacancy, and the day on which it was filled."""
    free: date | None = since
    for first, last in sorted(member.liaisons):
        if free is not None and first > free:
            yield free, first
        if free is not None:
            free = None if last is None else max(free, last + timedelta(days=1))
    if free is not None and (member.left_on is None or free < member.left_on):
        yield free, None


# --- matters, and opinions on papers ---


def _opinions(world: World) -> Iterator[Due]:
    """What units are asked, by the day that they were given. Source: seed 四(六); dossier 2.2 (征求意见)."""
    for asked in world.asked:
        since = asked.asked_on.isoformat()
        yield Due(
            asked.kind, since, asked.due, asked.said_on, asked.ended_on, asked.unit, title=asked.title, row=asked.row
        )


def _countersigning(world: World) -> Iterator[Due]:
    """Units that attended countersign the minutes within so many days. Source: dossier 2.1, 6 (会签反馈 3工作日)."""
    for asked in world.countersigning:
        by = reply_by(asked.asked_on, world.at(asked.held_on).rules, world.days)
        about: dict[str, Any] = {"number": asked.number, "title": asked.title, "row": asked.row}
        yield Due("countersign", asked.asked_on.isoformat(), by, asked.said_on, asked.signed_on, asked.unit, **about)


def _handling(world: World) -> Iterator[Due]:
    """The office takes up, returns or merges what was handed in. Source: seed 三; dossier 1.3 X1."""
    for row in world.handed:
        by, since = (
            handle_by(row.submitted_on, world.at(row.submitted_on).rules, world.days),
            row.submitted_on.isoformat(),
        )
        if by:
            about: dict[str, Any] = {"number": row.number, "title": row.title, "row": row.row}
            yield Due("matter_handling", since, by, row.handled_on, row.withdrawn_on, **about)


# --- meetings ---


def _of_meetings(world: World, year: int) -> Iterator[Due]:
    yield from meetings(world, year)
    for row in world.meetings:
        if world.opened_on <= row.held_on:
            yield from _around(world, row)


def _around(world: World, row: Met) -> Iterator[Due]:
    """What is owed before and after one meeting by the rules of its day."""
    rules, day = world.at(row.held_on).rules, row.held_on
    about: dict[str, Any] = {"period": day.isoformat(), "title": row.title, "row": row.id}
    for kind, by, done in _before(world, rules, row):
        if by and (done or row.ahead):  # what was not done before a meeting cannot be done after it
            yield Due(kind, due=by, done_on=done, **about)
    signed = minutes_by(day, rules, world.days)
    if signed and row.held:
        yield Due("minutes", due=signed, done_on=row.minutes_signed_on, **about)
    if row.kind == "plenary" and rules["liaison_before_plenary"]:
        excused = date.min if row.departed else None
        yield Due("liaison_before", due=day, done_on=_prepared(world, row), excused_from=excused, **about)


def _before(world: World, rules: Rules, row: Met) -> Iterator[tuple[str, date | None, date | None]]:
    """What a meeting is prepared by, the day by which, and the day on which it was done."""
    called, papers = (
        call_deadline(rules, row.held_on, world.days),
        materials_deadline(rules, row.held_on, world.days),
    )
    if row.kind == "plenary":
        yield "agenda_call", called.day if called else None, row.called_on
    yield "notice", notice_by(row.held_on, rules, world.days), row.noticed_on
    if row.papers:
        yield "materials", papers.day if papers else None, row.papers_on


def _prepared(world: World, plenary: Met) -> date | None:
    """The day on which the liaison officers met since the plenary before."""
    held = [row for row in world.meetings if row.held and row.held_on <= plenary.held_on]
    before = [row.held_on for row in held if row.kind == "plenary" and row.held_on < plenary.held_on]
    since = max(before, default=date.min)
    return min((row.held_on for row in held if row.kind == "liaison" and row.held_on > since), default=None)


# --- to the government, and to the conference above ---


def _upward(world: World, year: int) -> Iterator[Due]:
    yield from _to_government(world, year)
    if world.above:
        yield from _to_parent(world, year)


def _to_government(world: World, year: int) -> Iterator[Due]:
    """The reports of the charter's cycle. Source: seed 四(一); dossier 1.4 R1."""
    for version in world.versions:
        for period in (found for named in (year - 1, year) for found in calendar.periods(version.rules, named)):
            if world.at(period.last) is version and world.works(period.last):
                done, row = world.reported.get(str(period), (None, ""))
                yield Due("report", str(period), calendar.due(version.rules, period, world.days), done, row=row)


def _to_parent(world: World, year: int) -> Iterator[Due]:
    """The figures of every quarter since it was opened, by the terms of the place above. Source: dossier 4.4, 6-9."""
    for quarter in (Period(named, "Q", number) for named in (year - 1, year) for number in range(1, 5)):
        if world.opened_on <= quarter.start:
            rules = in_force(world.above, quarter.last).rules
            by = deadline(quarter, rules, world.days)
            yield Due("figures", str(quarter), by.due, world.published.get(str(quarter)))

"""What is owed in a year, worked out from the charter's versions and from what is on record. Pure.

A duty follows the rule in force on its own day: the last day of the period it is about, the day of the meeting, or
its date in the calendar. So a rule that changes within the year changes what comes after it, and nothing before.
The formulas are those of the rooms that the duties belong to. Source: seed 四; dossier 6; dossier 1.1 P1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from service.agendas.rules import call_deadline, materials_deadline
from service.kit.period import Period
from service.meetings.rhythm import Span, spans
from service.meetings.rules import UPCOMING, exists, minutes_by, notice_by, prorated
from service.obligations.rules import Due
from service.oversight.rules import deadline
from service.reports import calendar
from service.submissions.rules import Owing, owing

Rules = Mapping[str, Any]
SPANS = {12: "Y", 6: "H", 3: "Q", 2: "B", 1: "M"}


@dataclass(frozen=True)
class Version:
    """The rules of one version of the charter, and since when they are in force."""

    since: date
    rules: Rules


def in_force(versions: Sequence[Version], day: date) -> Version:
    """The one of them in force that day; of a day before the first, the first."""
    return next((version for version in reversed(versions) if version.since <= day), versions[0])


@dataclass(frozen=True)
class Member:
    """A unit while it sits at the table, and the days on which it had a liaison (none: to this day)."""

    id: str
    joined_on: date
    left_on: date | None = None
    liaisons: Sequence[tuple[date, date | None]] = ()

    def sits(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


@dataclass(frozen=True)
class Filing:
    """A report of a unit that the office has laid down."""

    id: str
    unit: str
    kind: str
    period: str
    due: date
    filed_on: date | None
    state: str


@dataclass(frozen=True)
class Met:
    """A meeting that is prepared, or was held with sign-in."""

    id: str
    kind: str
    title: str
    held_on: date
    state: str = "held"
    noticed_on: date | None = None
    minutes_signed_on: date | None = None
    called_on: date | None = None  # when the units were asked for agenda items
    papers: Sequence[date | None] = ()  # of each agenda item, the day of its first paper
    departed: bool = False  # held otherwise than the charter asks, with a reason on record

    @property
    def held(self) -> bool:
        return self.state == "held"

    @property
    def ahead(self) -> bool:
        return self.state in UPCOMING

    @property
    def papers_on(self) -> date | None:
        """The day on which every item had its paper; none while one lacks it."""
        days = [day for day in self.papers if day]
        return max(days) if days and len(days) == len(self.papers) else None


@dataclass(frozen=True)
class Asked:
    """A unit is asked for its opinion on a paper, by a day that the letter names."""

    row: str
    unit: str
    title: str
    asked_on: date
    due: date
    said_on: date | None
    ended_on: date | None  # nothing more is asked of it


@dataclass(frozen=True)
class World:
    """All that the duties of a year follow from."""

    opened_on: date
    versions: Sequence[Version]
    above: Sequence[Version] = ()  # what the place above has told of its terms; none: there is nobody above
    members: Sequence[Member] = ()
    filings: Sequence[Filing] = ()
    meetings: Sequence[Met] = ()
    asked: Sequence[Asked] = ()
    published: Mapping[str, date] = field(default_factory=dict)  # period: the first day it was published
    reported: Mapping[str, tuple[date, str]] = field(default_factory=dict)  # period: when it was signed, and its row

    def at(self, day: date) -> Version:
        """The version of its charter in force that day; of a day before the first, the first."""
        return in_force(self.versions, day)

    def works(self, day: date) -> bool:
        """Whether anything new is owed that day: since it was opened, until the last day that its charter names."""
        last = self.at(day).rules.get("sunset_on")
        return self.opened_on <= day and (last is None or day <= date.fromisoformat(last))


def dues(world: World, year: int) -> list[Due]:
    """All that falls due in that year, each once."""
    found = [
        *_of_units(world, year),
        *_vacancies(world),
        *_opinions(world),
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
            for report in owing(quarter, version.rules):
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


# --- opinions on papers ---


def _opinions(world: World) -> Iterator[Due]:
    """What units are asked, by the day that they were given. Source: seed 四(六); dossier 2.2 (征求意见)."""
    for asked in world.asked:
        since = asked.asked_on.isoformat()
        yield Due(
            "opinion", since, asked.due, asked.said_on, asked.ended_on, asked.unit, title=asked.title, row=asked.row
        )


# --- meetings ---


def _of_meetings(world: World, year: int) -> Iterator[Due]:
    yield from _plenaries(world, year)
    yield from _held_in(world, list(_liaison_meetings(world, year)), "liaison")
    for row in world.meetings:
        if world.opened_on <= row.held_on:
            yield from _around(world, row)


@dataclass(frozen=True)
class Turn:
    """A meeting that is owed within a span, by that version."""

    due: Due
    span: Span
    version: Version


def _plenaries(world: World, year: int) -> Iterator[Due]:
    """One in each span of the rhythm; without one, as many as the year asks for. Source: seed 四(二); dossier 6-12."""
    turns = list(_turns(world, year, "plenary", "plenary_cadence"))
    version, last = world.at(date(year, 12, 31)), date(year, 12, 31)
    if version.rules["plenary_cadence"] in ("year", "irregular") and world.works(last):
        least = prorated(version.rules["plenary_min"], year, world.opened_on) - len(turns)
        whole = Span(date(year, 1, 1), last)
        turns += [Turn(Due("plenary", str(year), last, number=n), whole, version) for n in range(1, least + 1)]
    yield from _held_in(world, turns, "plenary")


def _liaison_meetings(world: World, year: int) -> Iterator[Turn]:
    for turn in _turns(world, year, "liaison_meeting", "liaison_cadence"):
        if exists("liaison", turn.version.rules):
            yield turn


def _turns(world: World, year: int, kind: str, cadence: str) -> Iterator[Turn]:
    """The spans of the rhythm within the year, each by the version in force on its last day."""
    for version in world.versions:
        rhythm = version.rules[cadence]
        for span in spans(rhythm, year) if rhythm != "year" else ():
            if world.at(span.until) is version and world.opened_on <= span.start and world.works(span.until):
                period = Period.of(span.start, SPANS[span.until.month - span.start.month + 1])
                yield Turn(Due(kind, str(period), span.until), span, version)


def _held_in(world: World, turns: list[Turn], kind: str) -> Iterator[Due]:
    """Each with the meeting that it was kept by: one within its span, else a later one that no other span needs."""
    held = sorted((row.held_on, row.id) for row in world.meetings if row.kind == kind and row.held)
    turns, kept = sorted(turns, key=lambda turn: turn.span.until), {}
    for day in list(held):
        place = next((n for n, turn in enumerate(turns) if n not in kept and turn.span.has(day[0])), None)
        if place is not None:
            kept[place] = day
            held.remove(day)
    spared = _spared(world, turns, kept) if kind == "plenary" else set()
    for place, turn in enumerate(turns):
        if place not in kept and place not in spared:
            late = next((day for day in held if day[0] > turn.span.until), None)
            if late:
                kept[place] = late
                held.remove(late)
        yield _kept(turn, kept.get(place), place in spared)


def _kept(turn: Turn, meeting: tuple[date, str] | None, spared: bool) -> Due:
    if meeting:
        return replace(turn.due, done_on=meeting[0], row=meeting[1])
    return replace(turn.due, excused_from=turn.span.until + timedelta(days=1)) if spared else turn.due


def _spared(world: World, turns: list[Turn], kept: Mapping[int, object]) -> set[int]:
    """The spans that may pass without a meeting, as the year asks for fewer than it has. Source: dossier 2.4 (10—12)."""
    left = {turn.version.since: _slack(world, turn) for turn in turns}
    spared: set[int] = set()
    for place, turn in enumerate(turns):
        if place not in kept and left[turn.version.since] > 0:
            left[turn.version.since] -= 1
            spared.add(place)
    return spared


def _slack(world: World, turn: Turn) -> int:
    year, rules = turn.span.until.year, turn.version.rules
    rhythm = [span for span in spans(rules["plenary_cadence"], year) if span.start >= world.opened_on]
    return max(0, len(rhythm) - prorated(rules["plenary_min"], year, world.opened_on))


def _around(world: World, row: Met) -> Iterator[Due]:
    """What is owed before and after one meeting by the rules of its day."""
    rules, day = world.at(row.held_on).rules, row.held_on
    about: dict[str, Any] = {"period": day.isoformat(), "title": row.title, "row": row.id}
    for kind, by, done in _before(rules, row):
        if by and (done or row.ahead):  # what was not done before a meeting cannot be done after it
            yield Due(kind, due=by, done_on=done, **about)
    signed = minutes_by(day, rules)
    if signed and row.held:
        yield Due("minutes", due=signed, done_on=row.minutes_signed_on, **about)
    if row.kind == "plenary" and rules["liaison_before_plenary"]:
        excused = date.min if row.departed else None
        yield Due("liaison_before", due=day, done_on=_prepared(world, row), excused_from=excused, **about)


def _before(rules: Rules, row: Met) -> Iterator[tuple[str, date | None, date | None]]:
    """What a meeting is prepared by, the day by which, and the day on which it was done."""
    called, papers = call_deadline(rules, row.held_on), materials_deadline(rules, row.held_on)
    if row.kind == "plenary":
        yield "agenda_call", called.day if called else None, row.called_on
    yield "notice", notice_by(row.held_on, rules), row.noticed_on
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
                yield Due("report", str(period), calendar.due(version.rules, period), done, row=row)


def _to_parent(world: World, year: int) -> Iterator[Due]:
    """The figures of every quarter since it was opened, by the terms of the place above. Source: dossier 4.4, 6-9."""
    for quarter in (Period(named, "Q", number) for named in (year - 1, year) for number in range(1, 5)):
        if world.opened_on <= quarter.start:
            rules = in_force(world.above, quarter.last).rules
            shifts = bool(rules["due_shifts_to_workday"])
            by = deadline(quarter, rules["figures_due_days"], rules["grace_workdays"], shifts=shifts)
            yield Due("figures", str(quarter), by.due, world.published.get(str(quarter)))

"""The meetings that a year owes by the rhythm of its rules, each with the one that it was kept by. Pure.

Source: seed 四(二), 四(三); dossier 2.1, 2.4, 6-12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.charter.own_meetings import own_meetings
from service.kit.period import Period
from service.meetings.rhythm import Span, spans
from service.meetings.rules import exists, prorated
from service.obligations.rules import Due
from service.obligations.world import Rules, Version, World

KINDS_OF_SPAN = {12: "Y", 6: "H", 3: "Q", 2: "B", 1: "M"}
ALL_YEAR = ("year", "irregular")  # no rhythm within the year


@dataclass(frozen=True)
class Turn:
    """A meeting that is owed within a span, by that version."""

    due: Due
    span: Span
    version: Version


def meetings(world: World, year: int) -> Iterator[Due]:
    """The plenaries, the liaison officers' meetings, and those of kinds of its own."""
    yield from _held_in(world, _plenaries(world, year), "plenary")
    yield from _held_in(world, list(_turns(world, year, "liaison_meeting", _of_liaisons)), "liaison")
    own = list(_turns(world, year, "own_meeting", _of_own_kinds))
    for name in dict.fromkeys(turn.due.title for turn in own):
        yield from _held_in(world, [turn for turn in own if turn.due.title == name], "own", name)


# What meets in which rhythm by these rules; the name is empty but for kinds of a charter's own.
Rhythms = Callable[[Rules], Iterable[tuple[str, str]]]


def _of_plenaries(rules: Rules) -> list[tuple[str, str]]:
    return [("", rules["plenary_cadence"])] if rules["plenary_cadence"] not in ALL_YEAR else []


def _of_liaisons(rules: Rules) -> list[tuple[str, str]]:
    return [("", rules["liaison_cadence"])] if exists("liaison", rules) else []


def _of_own_kinds(rules: Rules) -> list[tuple[str, str]]:
    return [(own.name, own.cadence) for own in own_meetings(rules)]


def _turns(world: World, year: int, kind: str, rhythms: Rhythms) -> Iterator[Turn]:
    """The spans of the rhythm within the year, each by the version in force on its last day."""
    for version in world.versions:
        for name, cadence in rhythms(version.rules):
            for span in spans(cadence, year):
                if world.at(span.until) is version and world.opened_on <= span.start and world.works(span.until):
                    period = Period.of(span.start, KINDS_OF_SPAN[span.until.month - span.start.month + 1])
                    yield Turn(Due(kind, str(period), span.until, title=name), span, version)


def _plenaries(world: World, year: int) -> list[Turn]:
    """One in each span of the rhythm; without one, as many as the year asks for. Source: seed 四(二); dossier 6-12."""
    turns, last = list(_turns(world, year, "plenary", _of_plenaries)), date(year, 12, 31)
    version = world.at(last)
    if version.rules["plenary_cadence"] in ALL_YEAR and world.works(last):
        least = prorated(version.rules["plenary_min"], year, world.opened_on) - len(turns)
        whole = Span(date(year, 1, 1), last)
        turns += [Turn(Due("plenary", str(year), last, number=n), whole, version) for n in range(1, least + 1)]
    return turns


def _held_in(world: World, turns: list[Turn], kind: str, own: str = "") -> Iterator[Due]:
    """Each with the meeting that it was kept by: one within its span, else a later one that no other span needs."""
    held = sorted(
        (row.held_on, row.id) for row in world.meetings if (row.kind, row.own_kind) == (kind, own) and row.held
    )
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

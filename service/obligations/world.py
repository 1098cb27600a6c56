"""All that the duties of a year follow from: the charter's versions, and what is on record. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.workdays import NATIONAL, Workdays
from service.meetings.rules import UPCOMING

Rules = Mapping[str, Any]


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
    own_kind: str = ""  # which of the kinds that only this charter knows
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
    """A unit is asked for its consent to a matter, or its opinion on a paper, by a day that it was told."""

    row: str
    unit: str
    title: str
    asked_on: date
    due: date
    said_on: date | None
    ended_on: date | None  # nothing more is asked of it
    kind: str = "opinion"  # or `consent`


@dataclass(frozen=True)
class Countersigning:
    """A unit that attended a meeting is asked to countersign its minutes, or a correction of them."""

    row: str  # the meeting
    unit: str
    title: str
    held_on: date
    asked_on: date
    said_on: date | None  # of the text as it stands
    signed_on: date | None  # nothing more is asked
    number: int = 0  # of the meeting's documents


@dataclass(frozen=True)
class Handed:
    """A matter that a unit handed in, and the day on which the office had taken it up, returned or merged it."""

    row: str
    title: str
    submitted_on: date
    handled_on: date | None = None
    withdrawn_on: date | None = None
    number: int = 0  # of those of one day


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
    countersigning: Sequence[Countersigning] = ()
    handed: Sequence[Handed] = ()
    published: Mapping[str, date] = field(default_factory=dict)  # period: the first day it was published
    days: Workdays = NATIONAL  # by which its deadlines are counted
    reported: Mapping[str, tuple[date, str]] = field(default_factory=dict)  # period: when it was signed, and its row

    def at(self, day: date) -> Version:
        """The version of its charter in force that day; of a day before the first, the first."""
        return in_force(self.versions, day)

    def works(self, day: date) -> bool:
        """Whether anything new is owed that day: since it was opened, until the last day that its charter names."""
        last = self.at(day).rules.get("sunset_on")
        return self.opened_on <= day and (last is None or day <= date.fromisoformat(last))

"""What a sitting counts and keeps: who came, what was written down and where two wrote at once, how long items took. Pure.

A note is never written over. Each version that arrives is a row; one that was written upon an older version than the
current one stands aside until somebody settles it. Source: issue 4 (两台浏览器、断网、会话过期不丢一句话).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from service.meetings.rules import ATTENDED, short_of_quorum, unit_came

SHANGHAI = ZoneInfo("Asia/Shanghai")
# No sign that is read as another: 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B.
CODE_SIGNS = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8
NOTE_LENGTH = 20_000
CAME = ("present", "proxy", "leave", "absent")
HOW = ("list", "code")
SETTLED = ("mine", "theirs", "both", "text")
K = TypeVar("K")


@dataclass(frozen=True)
class Version:
    """One version of a note, as it arrived."""

    revision: int
    text: str
    aside: bool = False
    settles: int | None = None  # the version aside that this one takes the place of


@dataclass(frozen=True)
class Placed:
    """Where a text goes: the next version, beside the current one, or nowhere because it is there already."""

    aside: bool = False
    settles: int | None = None
    kept_as: int | None = None  # the version that says it already


def current(versions: Sequence[Version]) -> Version | None:
    """The version that counts."""
    return next((version for version in reversed(versions) if not version.aside), None)


def asides(versions: Sequence[Version]) -> list[Version]:
    """Those that nobody has settled yet."""
    settled = {version.settles for version in versions}
    return [version for version in versions if version.aside and version.revision not in settled]


def place(versions: Sequence[Version], text: str, base: int, settles: int | None = None) -> Placed:
    """Where the text goes that was written upon version `base` (0: upon nothing); never over a text it has not seen.

    What is settled must stand aside still: settled twice, the second text is one of its own.
    """
    now = current(versions)
    open_one = settles if settles in {version.revision for version in asides(versions)} else None
    if base == (now.revision if now else 0):
        same = now is not None and now.text == text and open_one is None
        return Placed(settles=open_one, kept_as=now.revision if same and now else None)
    if open_one is None and (found := _saying(versions, text, base)) is not None:
        return Placed(kept_as=found)
    return Placed(aside=True, settles=open_one)


def _saying(versions: Sequence[Version], text: str, base: int) -> int | None:
    """A version that says the same: the current one, one still aside, or the one it was written upon, unchanged."""
    now = current(versions)
    known = [*([now] if now else []), *asides(versions), *(one for one in versions if one.revision == base)]
    return next((version.revision for version in known if version.text == text), None)


def settled_text(choice: str, mine: str, theirs: str, text: str = "") -> str:
    """What the note says after the choice between two texts; both: the one under the other, none left out."""
    both = "\n".join(part for part in (theirs, mine) if part)
    return {"mine": mine, "theirs": theirs, "both": both, "text": text}[choice]


@dataclass(frozen=True)
class Seen:
    """Somebody on the list, as the count sees him."""

    unit: object
    expected: bool
    came: str | None
    excused: bool = False

    @property
    def mode(self) -> str | None:
        """How he was there; who was excused and did not come is on leave."""
        return self.came or ("leave" if self.excused else None)


@dataclass(frozen=True)
class Count:
    """The list in numbers: people, and units against the quorum."""

    expected: int
    present: int
    proxy: int
    leave: int
    absent: int  # said to be so
    waiting: int  # nothing said yet
    observers: int
    units: int
    units_came: int
    percent: int | None  # the quorum of the charter; none asked for

    @property
    def came(self) -> int:
        return self.present + self.proxy

    @property
    def short(self) -> bool:
        """Whether fewer units came than the charter asks for. Source: dossier 1.2 (应到≥2/3)."""
        return short_of_quorum(self.units_came, self.units, self.percent)

    @property
    def units_needed(self) -> int:
        """The fewest units that make the quorum."""
        return -(-self.units * (self.percent or 0) // 100)


def counted(seen: Iterable[Seen], percent: int | None) -> Count:
    """The list in numbers; observers count for nothing but themselves. Source: dossier 1.2, 6-13."""
    people = list(seen)
    expected = [one for one in people if one.expected]
    modes = [one.mode for one in expected]
    by_unit = {unit: unit_came(one.mode for one in expected if one.unit == unit) for unit in _units(expected)}
    return Count(
        len(expected),
        *(modes.count(mode) for mode in CAME),
        waiting=modes.count(None),
        observers=sum(1 for one in people if not one.expected and one.came in ATTENDED),
        units=len(by_unit),
        units_came=sum(mode in ATTENDED for mode in by_unit.values()),
        percent=percent,
    )


def _units(people: Iterable[Seen]) -> set[object]:
    return {one.unit for one in people if one.unit is not None}


def came_late(signed_in_at: datetime | None, held_on: date, begins: time | None) -> bool:
    """Whether he signed in after the meeting was to begin; a meeting without an hour knows no late ones."""
    if signed_in_at is None or begins is None:
        return False
    return signed_in_at >= datetime.combine(held_on, begins, SHANGHAI) + timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """From when to when an item was talked about; without an end it is being talked about."""

    started_at: datetime
    stopped_at: datetime | None = None


def elapsed(spans: Iterable[Span], at: datetime) -> timedelta:
    """How long an item has been talked about, over all the times it was taken up."""
    return sum((max((span.stopped_at or at) - span.started_at, timedelta()) for span in spans), timedelta())


def following(order: Sequence[K], running: K | None, talked: Iterable[K]) -> K | None:
    """The item that comes next: the first after the running one that was not taken up; else the first such at all."""
    done = {*talked, running}
    after = order[order.index(running) + 1 :] if running in order else order
    return next((item for item in (*after, *order) if item not in done), None)


def shown_code(code: str) -> str:
    """A code as it is read out: K7QM-3F9T."""
    return f"{code[:4]}-{code[4:]}" if code else ""


def plain_code(given: str) -> str:
    """A code as it is kept, from what somebody typed."""
    return "".join(sign for sign in given.upper() if sign.isalnum())

"""Two versions of an agenda side by side: what was added, removed, moved, and which fields changed. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Line:
    """An item as it stands in a version: words, not rows, so that a version says the same for ever."""

    id: str
    title: str
    kind: str
    minutes: int | None
    presenter: str
    unit: str
    starts: str  # by the clock; empty where the meeting's beginning was not known
    papers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"papers": list(self.papers)}


def line_of(kept: Mapping[str, Any]) -> Line:
    """The line as it was kept."""
    words: dict[str, Any] = {field.name: kept[field.name] for field in fields(Line)}
    words["papers"] = tuple(kept["papers"])
    return Line(**words)


# When an item is on follows from those before it: no change of its own.
COMPARED = ("title", "kind", "minutes", "presenter", "unit", "papers")


@dataclass(frozen=True)
class Pair:
    """An item in both versions, or in one of them."""

    before: Line | None
    after: Line | None
    moved: bool = False
    changed: tuple[str, ...] = ()

    @property
    def standing(self) -> str:
        """Named in `agenda_change`; what was moved and changed as well is both, and told by its fields."""
        if self.before is None or self.after is None:
            return "added" if self.before is None else "removed"
        return "moved" if self.moved else "changed" if self.changed else "same"


def compared(before: Sequence[Line], after: Sequence[Line]) -> list[Pair]:
    """Every item of either version once: in the later one's order, what is gone after what it followed.

    As few as can be are called moved: the others kept their order among themselves.
    """
    old = {line.id: line for line in before}
    new = {line.id for line in after}
    moved = _moved([line.id for line in before], [line.id for line in after if line.id in old])
    pairs = [_pair(old.get(line.id), line, line.id in moved) for line in after]
    for at, line in enumerate(before):
        if line.id not in new:
            pairs.insert(_place(pairs, [kept.id for kept in before[:at]]), Pair(line, None))
    return pairs


def unchanged(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether the two say the same."""
    return all(pair.standing == "same" for pair in compared(before, after))


def _pair(before: Line | None, after: Line, moved: bool) -> Pair:
    if before is None:
        return Pair(None, after)
    changed = tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))
    return Pair(before, after, moved, changed)


def _place(pairs: Sequence[Pair], earlier: Sequence[str]) -> int:
    """After the nearest of those it followed that still has a place; before everything if there is none."""
    places = {line.id: at for at, pair in enumerate(pairs) if (line := pair.after or pair.before)}
    return next((places[id] + 1 for id in reversed(earlier) if id in places), 0)


def _moved(before: Sequence[str], kept: Sequence[str]) -> set[str]:
    """Those outside one longest row of items that are in the same order as they were."""
    was = {id: at for at, id in enumerate(before)}
    tails: list[int] = []  # the least end of a rising row of each length
    ends: list[str] = []
    behind: dict[str, str | None] = {}
    for id in kept:
        length = bisect_left(tails, was[id])
        tails[length : length + 1] = [was[id]]
        ends[length : length + 1] = [id]
        behind[id] = ends[length - 1] if length else None
    stayed, last = set[str](), ends[-1] if ends else None
    while last is not None:
        stayed.add(last)
        last = behind[last]
    return set(kept) - stayed

"""Who carries on from whom, through time. Pure: from the records of reforms to steps, and along the steps.

Source: dossier 2.3 (unit_succession; 合并后同比用“两局之和”).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from service.charter.reforming import TRANSFER, Succession

U = TypeVar("U", bound=Hashable)


@dataclass(frozen=True)
class Heir(Generic[U]):
    """A unit that carries on from another, and the duties that it took over from it."""

    unit: U
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Step(Generic[U]):
    """What became of one unit on one day. The first heir carries on in whatever no duty decides; none: it ended."""

    unit: U
    kind: str
    heirs: tuple[Heir[U], ...]
    on: date = date.min

    @property
    def stays(self) -> bool:
        """Whether the unit itself is among those that carry on."""
        return any(heir.unit == self.unit for heir in self.heirs)

    def heir_for(self, duty: str | None) -> U:
        """The unit that carries on with that duty; the unit itself where none does."""
        named = (heir.unit for heir in self.heirs if duty in heir.duties)
        return next(named, self.heirs[0].unit if self.heirs else self.unit)


def steps(
    record: Sequence[Succession], held: Mapping[str, Collection[str]], present: Collection[str]
) -> list[Step[str]]:
    """What the reforms of one version, one after the other, have made of each unit there was: `held`, its duties.

    Heirs that the same version has done away with again are none: `present` are those that its text names.
    """
    return [step for key, codes in held.items() if (step := _through(record, key, frozenset(codes), present))]


def _through(
    record: Sequence[Succession], key: str, codes: frozenset[str], present: Collection[str]
) -> Step[str] | None:
    kind, carried = "", {key: codes}
    for succession in record:
        touched = carried.keys() & {unit.key for unit in succession.sources}
        if touched:
            kind, carried = succession.kind, _passed_on(succession, carried, touched)
    heirs = tuple(Heir(unit, duties) for unit, duties in carried.items() if unit in present)
    return Step(key, kind, heirs) if kind else None


Carried = dict[str, frozenset[str]]


def _passed_on(succession: Succession, carried: Carried, touched: Collection[str]) -> Carried:
    after: Carried = {}
    for unit, codes in carried.items():
        shares = _shares(succession, unit, codes) if unit in touched else {unit: codes}
        for heir, share in shares.items():
            after[heir] = after.get(heir, frozenset()) | share
    return after


def _shares(succession: Succession, unit: str, codes: frozenset[str]) -> Carried:
    """Each heir with what it takes of these duties; what goes nowhere by name is the first one's."""
    heirs = [heir.key for heir in succession.heirs]
    if succession.kind == TRANSFER:
        heirs = [unit, *heirs]
    named = {heir: frozenset(code for code in codes if heir in succession.duties.get(code, ())) for heir in heirs}
    if heirs:
        named[heirs[0]] |= codes - frozenset(succession.duties)
    return named


class Lineage(Generic[U]):
    """All steps of a tenant, to follow a unit along them."""

    def __init__(self, steps: Iterable[Step[U]]) -> None:
        self._steps = sorted(steps, key=lambda step: step.on)

    def __len__(self) -> int:
        return len(self._steps)

    def now(self, unit: U, duty: str | None = None, since: date | None = None) -> U:
        """The unit that stands today where that one stood, for that duty if one is named.

        What a unit that stays at the table has done since a reform (`since`) is its own.
        """
        day = None
        for step in self._steps:
            own = step.stays and since is not None and since >= step.on
            if step.unit == unit and step.on != day and not own:
                unit, day = step.heir_for(duty), step.on  # one day's reforms are one step
        return unit

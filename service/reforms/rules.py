"""What each unit did, as it was then or summed into the unit that stands in its place now. Pure.

Source: dossier 2.3 (历史两单位各自数据保留，合并后同比用“两局之和”); engineering: ratios are Σ numerator ÷ Σ denominator.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import astuple, dataclass
from datetime import date
from typing import Generic, TypeVar

from service.charter.lineage import Lineage

U = TypeVar("U", bound=Hashable)


@dataclass(frozen=True)
class Work:
    """So much of a year's work: only what can be added up."""

    led: int = 0  # tasks, without those withdrawn or merged into others
    closed: int = 0
    owed: int = 0  # reports, without those exempt
    on_time: int = 0
    came: int = 0  # meetings, also by proxy

    def __add__(self, other: Work) -> Work:
        return Work(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True)
class Part(Generic[U]):
    """A piece of work of one unit: under which duty if under one, and on which day it was done if it is done."""

    unit: U
    work: Work
    duty: str | None = None
    done_on: date | None = None


def as_then(parts: Iterable[Part[U]]) -> dict[U, Work]:
    """Each unit's work as it stands on record."""
    return _summed((part.unit, part.work) for part in parts)


def as_now(parts: Iterable[Part[U]], lineage: Lineage[U]) -> dict[U, Work]:
    """The same work, summed into the units that carry on. Nothing is lost and nothing counts twice."""
    return _summed((lineage.now(part.unit, part.duty, part.done_on), part.work) for part in parts)


def _summed(pairs: Iterable[tuple[U, Work]]) -> dict[U, Work]:
    found: dict[U, Work] = {}
    for unit, work in pairs:
        found[unit] = found.get(unit, Work()) + work
    return found

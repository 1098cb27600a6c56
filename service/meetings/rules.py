"""Whether meetings were held as the tenant's own rule asks, and what became of agreed items. Source: dossier 6-8, 6-12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

KINDS = ("plenary", "special", "liaison")  # named in the wording group `meeting_type`
ATTENDED = ("present", "proxy")  # a proxy counts as the unit's attendance. Source: dossier 6-13
MODES = ("present", "proxy", "leave")  # named in `attendance`; a unit without a row was absent


@dataclass(frozen=True)
class Item:
    """What the formulas know of an agreed item of signed minutes."""

    due: date
    done_on: date | None

    def done(self, as_of: date) -> bool:
        return self.done_on is not None and self.done_on <= as_of


def carried_out(items: Iterable[Item], as_of: date) -> tuple[int, int]:
    """Done among those due ÷ due. Source: dossier 6-8."""
    due = [item for item in items if item.due <= as_of]
    return sum(item.done(as_of) for item in due), len(due)


def all_done(items: Iterable[Item], as_of: date) -> tuple[int, int]:
    """Done ÷ all. Source: dossier 6-8."""
    listed = list(items)
    return sum(item.done(as_of) for item in listed), len(listed)


def prorated(low: int, year: int, opened_on: date) -> int:
    """The minimum for a tenant opened within the year: by the months left, rounded up. Source: dossier 6-12."""
    if opened_on.year != year:
        return low
    return ceil(low * (13 - opened_on.month) / 12)


def owed_by(low: int, as_of: date) -> int:
    """The yearly minimum is owed at the year's end; before that, the part of the year gone by, rounded down."""
    return low if as_of.month == 12 else low * as_of.month // 12


def chairs(kind: str, charter: Mapping[str, Any]) -> tuple[str, ...]:
    """The posts that may chair such a meeting by the charter's own rules, the first as a rule.

    Source: seed 四(二), 四(三); dossier 1.4 R2, R3.
    """
    if kind != "plenary":
        return tuple(charter["special_chair"])
    found = [charter["plenary_chair"]]
    if charter["deputy_may_chair"]:
        found.append("deputy_convener")
    if charter["plenary_chair_substitute"]:
        found.append("substitute")
    return tuple(found)

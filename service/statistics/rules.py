"""The arithmetic of published figures: ratios, half-up rounding, what an empty denominator means, competition rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from service.kit.period import Period
from tenants.errors import Refused
from tenants.rollup import NOT_APPLICABLE, REPORTED

NOTHING = "—"
WORDS = ("experience", "problem", "suggestion")  # said beside the figures. Source: seed 四(一), 四(五)
MOST_WORDS = 2000  # of each text that goes up with a period's figures
NOT_REPORTED = "not_reported"
K = TypeVar("K")


@dataclass(frozen=True)
class Amount:
    """A figure as read: its parts, and what it is when there is no value."""

    numerator: Decimal | None
    denominator: Decimal | None
    status: str = REPORTED

    @property
    def reported(self) -> bool:
        return self.status == REPORTED and self.numerator is not None


MISSING = Amount(None, None, NOT_REPORTED)


def ratio(amount: Amount) -> Decimal | None:
    """Numerator ÷ denominator, exactly; none where nothing was reported or the denominator is empty.

    Source: dossier 6-1: |T|=0 is "—", neither 0% nor 100%.
    """
    if not amount.reported or not amount.denominator:
        return None
    assert amount.numerator is not None
    return amount.numerator / amount.denominator


def percent(amount: Amount) -> str:
    """The ratio in percent with one decimal, half up. Source: dossier 6, rule 8."""
    value = ratio(amount)
    if value is None:
        return NOTHING
    return f"{(value * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def whole(amount: Amount) -> str:
    """A count; a true zero is 0."""
    if not amount.reported or amount.numerator is None:
        return NOTHING
    return f"{amount.numerator.quantize(Decimal(1), ROUND_HALF_UP):f}"


def check_on_paper(approved: date, period: Period, on: date, basis: str) -> None:
    """Nothing, or an earlier day is refused: it lies after the period, not after today, and names its paper.

    Source: dossier 7.6 (纸质并行).
    """
    if not period.last < approved <= on:
        raise Refused(
            f"补录的审定日期应在{period.label}结束（{period.last.isoformat()}）之后，且不晚于今天。",
            en=f"The day of approval lies after {period.last} and not after today.",
            source="纸质办理补录",
            field="approved_on",
        )
    if not basis.strip():
        raise Refused(
            "补录须写明书面依据。", en="Name the paper that the entry rests on.", source="纸质办理补录", field="basis"
        )


def compliance(amount: Amount, detail: Mapping[str, object]) -> str:
    """Meetings held against the tenant's own rule: `已开2/应1—2`. Source: dossier 6-12."""
    held, low, high = (detail.get(name) for name in ("held", "min", "max"))
    if not amount.reported or held is None:
        return percent(amount)
    span = f"{low}" if low == high else f"{low}—{high}"
    return f"{held}/{span}"


def rank(values: Mapping[K, Decimal | None], *, higher_is_better: bool = True) -> dict[K, int | None]:
    """Competition ranking 1, 2, 2, 4; who has no value is not ranked. Source: dossier 6-22."""
    given = sorted((value for value in values.values() if value is not None), reverse=higher_is_better)
    first = {value: place for place, value in reversed(list(enumerate(given, start=1)))}
    return {key: None if value is None else first[value] for key, value in values.items()}


def add(amounts: Iterable[Amount]) -> Amount:
    """Σ numerators and Σ denominators of those who reported; nobody reported is not reported.

    Source: dossier 4.3-3 and 6: a missing part takes the place out of both sums.
    """
    given = [amount for amount in amounts if amount.reported]
    if not given:
        return MISSING
    numerator = sum((amount.numerator or Decimal(0) for amount in given), Decimal(0))
    parts = [amount.denominator for amount in given if amount.denominator is not None]
    return Amount(numerator, sum(parts, Decimal(0)) if parts else None)


def coverage(reported: int, expected: int) -> str:
    """`15/16`: said beside every total that is not complete. Source: dossier 6-23."""
    return f"{reported}/{expected}"


def not_applicable() -> Amount:
    """A figure that does not apply here."""
    return Amount(None, None, NOT_APPLICABLE)


def changed(before: Sequence[Mapping[str, object]], after: Sequence[Mapping[str, object]]) -> list[str]:
    """The codes whose figures differ between two revisions."""
    old = {str(row["code"]): row for row in before}
    new = {str(row["code"]): row for row in after}
    return sorted(code for code in old.keys() | new.keys() if old.get(code) != new.get(code))


def reworded(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Which of the texts differ between two revisions."""
    return [name for name in WORDS if (before.get(name) or "") != (after.get(name) or "")]

"""The sums a report states, each with its coverage and what it is made of. Pure: a snapshot's content in, totals out.

Source: dossier 4.3, 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from config.catalogue import Indicator, progress_indicators
from service.statistics.queries import text_of
from service.statistics.rules import MISSING, NOTHING, Amount, add, coverage, percent, ratio

Content = Mapping[str, Any]
Place = Mapping[str, Any]
ROUNDED = "部分数据因四舍五入存在差异。"
# Two shares of one denominator that are each other's rest.
RESTS = (("completeness_rate", "missed_rate"),)


@dataclass(frozen=True)
class Total:
    """One indicator over all places that reported, with its coverage."""

    indicator: Indicator
    amount: Amount
    reported: int
    expected: int
    detail: Mapping[str, Any]

    @property
    def text(self) -> str:
        return text_of(self.indicator, self.amount, dict(self.detail))

    @property
    def covered(self) -> str:
        """`（15/16地区）` beside a total that is not complete, else nothing. Source: dossier 6-23."""
        return "" if self.reported == self.expected else f"（{coverage(self.reported, self.expected)}地区）"


def indicator(key: str) -> Indicator:
    """The progress indicator of that key."""
    return next(found for found in progress_indicators() if found.key == key)


def is_leaf(content: Content) -> bool:
    """Whether nobody below owes figures: such a place reports on itself alone."""
    return not content["expected"]


def own_place(content: Content) -> Place:
    """The holder in the form of a participant."""
    holder = content["holder"]
    return (
        {"id": "", "region_code": "", "revision": None, "sha256": "", "words": {}} | holder | {"figures": holder["own"]}
    )


def contributors(content: Content) -> Sequence[Place]:
    """The places whose figures are summed: those below that published; at a leaf the holder itself."""
    if not is_leaf(content):
        return content["participants"]
    return [own_place(content)] if content["holder"]["own"] else []


def totals(content: Content) -> dict[str, Total]:
    """Σ over the snapshot's contributors, by indicator key."""
    return _totals(contributors(content), content["expected"] or 1, is_leaf(content))


def own_totals(content: Content) -> dict[str, Total]:
    """The holder's own figures without the places below, by indicator key."""
    return _totals([own_place(content)], 1, True)


def _totals(places: Sequence[Place], expected: int, single: bool) -> dict[str, Total]:
    return {found.key: _total(found, places, expected, single) for found in progress_indicators()}


def _total(found: Indicator, places: Sequence[Place], expected: int, single: bool) -> Total:
    amounts = [amount_of(place, found.code) for place in places]
    row = row_of(places[0]["figures"], found.code) if single and places else None
    return Total(found, add(amounts), sum(a.reported for a in amounts), expected, row["detail"] if row else {})


def amount_of(place: Place, code: str) -> Amount:
    """A place's figure in the snapshot; one it did not publish is missing."""
    row = row_of(place["figures"], code)
    return MISSING if row is None else Amount(_decimal(row["numerator"]), _decimal(row["denominator"]), row["status"])


def row_of(figures: Iterable[Mapping[str, Any]], code: str) -> Mapping[str, Any] | None:
    """The figure of that code, if it was published."""
    return next((row for row in figures if row["code"] == code), None)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def plain(value: Decimal | None) -> str:
    """A part as it is printed."""
    return NOTHING if value is None else f"{value:f}"


def rounding_differs(content: Content) -> bool:
    """Whether parts that are printed do not add up to the whole that is printed. Source: dossier 6, rule 8."""
    summed = totals(content)
    counts = (total for total in summed.values() if total.indicator.kind == "count")
    return any(_count_differs(total, content) for total in counts) or any(
        _rest_differs(summed[one].amount, summed[other].amount) for one, other in RESTS
    )


def _count_differs(total: Total, content: Content) -> bool:
    parts = [amount_of(place, total.indicator.code).numerator for place in contributors(content)]
    return sum(_whole(part) for part in parts if part is not None) != _whole(total.amount.numerator or Decimal(0))


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


def _rest_differs(one: Amount, other: Amount) -> bool:
    shares = [ratio(one), ratio(other)]
    if None in shares or sum(share for share in shares if share is not None) != 1:
        return False
    return sum(Decimal(percent(amount).removesuffix("%")) for amount in (one, other)) != 100


def provenance(total: Total, content: Content) -> dict[str, Any]:
    """A total for programs: what it is, its parts, and what each place published for it, in which revision."""
    found = total.indicator
    return {
        "code": found.code,
        "name": found.name_zh,
        "formula": found.formula,
        "text": total.text,
        "numerator": _text(total.amount.numerator),
        "denominator": _text(total.amount.denominator),
        "reported": total.reported,
        "expected": total.expected,
        "places": [_share(place, found.code) for place in contributors(content)],
    }


def _share(place: Place, code: str) -> dict[str, Any]:
    amount = amount_of(place, code)
    return {
        "slug": place["slug"],
        "name": place["name"],
        "revision": place["revision"],
        "sha256": place["sha256"],
        "numerator": _text(amount.numerator),
        "denominator": _text(amount.denominator),
        "status": amount.status,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"

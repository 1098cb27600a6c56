"""The board as the templates show it: each figure with its origin, one click from the publication it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext

from service.kit.layout import locale
from service.kit.seat import Seat
from service.oversight.listing import value
from service.oversight.queries import COLUMNS, Board, Row, columns, trend
from service.statistics.queries import Shown
from service.statistics.rules import MISSING, ratio
from service.statistics.view import figure, meets, state_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one place in the table: what is read, and in one line where it comes from."""

    code: str
    text: str
    state: str
    origin: str
    meets: bool | None
    rank: str


def main_figures(items: Iterable[Shown]) -> list[Shown]:
    """Those of the board's columns, in its order."""
    by_key = {item.indicator.key: item for item in items}
    return [by_key[key] for key in COLUMNS if key in by_key]


DUTIES = ("timeliness_rate", "completeness_rate", "missed_rate", "plenary_compliance")


def duty_figures(items: Iterable[Shown]) -> list[Shown]:
    """How places below did what they owe, as counts: P10–P13. Source: issue 4 (as counts only)."""
    by_key = {item.indicator.key: item for item in items}
    return [by_key[key] for key in DUTIES if key in by_key]


def cells_of(seen: Board) -> Callable[[Row], list[Cell]]:
    """What a template asks for one place: a cell a column, or nothing where nothing came from its part of the tree.

    Words are looked up once, not for each of a thousand cells.
    """
    blank = [Shown(column, MISSING, "", {}) for column in columns()]
    revision, place, period = gettext("第 %(n)s 版"), gettext("第%(n)s位"), str(seen.period)

    def cell(row: Row, empty: Shown) -> Cell:
        found = row.figures.get(empty.indicator.code, empty)
        rank = row.ranks.get(found.indicator.code)
        edition = revision % {"n": row.receipt.revision} if row.receipt and "sources" not in found.detail else ""
        return Cell(
            code=found.indicator.code,
            text=found.text,
            state=state_of(found.amount),
            origin=_origin(found, row.tenant.name, period, edition),
            meets=meets(found),
            rank=place % {"n": rank} if rank else "",
        )

    return lambda row: [cell(row, empty) for empty in blank] if row.figures else []


def _origin(found: Shown, *where: str) -> str:
    amount = found.amount
    parts = [*where, found.indicator.formula]
    if amount.numerator is not None and amount.denominator is not None:
        parts.append(f"{amount.numerator:,f} ÷ {amount.denominator:,f}")
    return " · ".join(part for part in parts if part)


def totals_of(seat: Seat, seen: Board) -> list[dict[str, Any]]:
    """The sums of the places below, each with its coverage and the way to its parts."""
    common = {"tenant": seat.tenant.name, "period": str(seen.period), "as_of": seen.period.end}
    deep = url_for("oversight.show_board", scope="all", period=str(seen.period))
    return [
        figure(found, covered=found.detail["sources"], expected=seen.expected, source_url=deep, **common)
        for found in main_figures(seen.totals.values())
    ]


def tiles(seen: Board) -> list[dict[str, Any]]:
    """Every place in the order of the division codes, by its completion rate."""
    return [
        {
            "name": row.tenant.name,
            "url": url_for("oversight.show_place", place=row.tenant.slug, period=str(seen.period)),
            "value": _percent(value(row, columns()[0].code)),
        }
        for row in seen.rows
    ]


def bars(seen: Board, *, ranked: bool) -> dict[str, Any]:
    """The places by their completion rate; who does not rank its places keeps the order of the division codes."""
    items = [{"name": row.tenant.name, "value": _percent(value(row, columns()[0].code))} for row in seen.rows]
    if ranked:
        items.sort(key=lambda item: (item["value"] is None, -(item["value"] or 0)))
    return {"items": items, "unit": "%", "max": 100}


def trend_of(seat: Seat) -> dict[str, Any]:
    """The total completion rate, period by period."""
    column = columns()[0]
    points = trend(seat.session, seat.tenant, column.code)
    name = column.name_zh if locale() == "zh" else column.name_en
    return {
        "categories": [period for period, _amount in points],
        "unit": "%",
        "series": [{"name": name, "values": [_percent(ratio(amount)) for _period, amount in points]}],
    }


def _percent(rate: Decimal | None) -> float | None:
    return None if rate is None else round(float(rate * 100), 1)

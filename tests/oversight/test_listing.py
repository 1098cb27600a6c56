"""The board as a list, and the quarters that a tenant owes: without a database."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from service.kit.paging import Asked
from service.oversight.listing import closed_since, listed, value
from service.oversight.queries import columns
from service.oversight.rules import Timing
from service.statistics.queries import Shown
from service.statistics.rules import MISSING, Amount

RATE = columns()[0]
OVER = date(2026, 10, 10)
MISSED = Timing("missed", OVER, 46)
COUNT = next(column for column in columns() if column.kind == "count")


@dataclass
class Place:
    region_code: str
    name: str
    level: str = "city"
    id: str = ""

    def __post_init__(self):
        self.id = self.region_code


@dataclass
class Row:
    tenant: Place
    figures: dict[str, Shown] = field(default_factory=dict)
    receipt: Any = None
    timing: Any = MISSED


def a_row(code, name, done=None, of=10, level="city") -> Any:
    if done is None:
        return Row(Place(code, name, level))
    amount = Amount(Decimal(done), Decimal(of))
    return Row(Place(code, name, level), {RATE.code: Shown(RATE, amount, "", {})}, receipt=object())


ROWS = [a_row("03", "丙市", 9), a_row("01", "甲市", 5), a_row("02", "乙市"), a_row("0301", "丁县", 0, level="county")]


def names(asked):
    return [row.tenant.name for row in listed(ROWS, asked).rows]


def test_places_stand_in_the_order_of_the_division_codes_unless_asked_otherwise():
    assert names(Asked()) == ["甲市", "乙市", "丙市", "丁县"]
    assert names(Asked(sort="-region")) == ["丁县", "丙市", "乙市", "甲市"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [(RATE.key, ["丁县", "甲市", "丙市", "乙市"]), (f"-{RATE.key}", ["丙市", "甲市", "丁县", "乙市"])],
)
def test_a_place_without_a_value_is_last_in_either_direction_and_zero_is_a_value(sort, order):
    assert names(Asked(sort=sort)) == order


@pytest.mark.parametrize(
    ("args", "found"),
    [
        ({"q": "乙"}, ["乙市"]),
        ({"q": "03"}, ["丙市", "丁县"]),
        ({"reported": "no"}, ["乙市"]),
        ({"reported": "yes", "level": "county"}, ["丁县"]),
        ({"q": "没有"}, []),
    ],
)
def test_the_list_is_narrowed_by_name_code_report_and_level(args, found):
    assert names(Asked(q=args.pop("q", ""), filters=args)) == found


def test_places_are_narrowed_and_put_in_order_by_how_they_kept_the_deadline():
    kept = [("late", 3), ("on_time", 0), ("missed", 40), ("late", 11), ("overdue", 2), ("open", 0)]
    rows: Any = [Row(Place(f"0{n}", f"{n}"), timing=Timing(s, OVER, days)) for n, (s, days) in enumerate(kept)]  # type: ignore[arg-type]

    def order(**asked: Any) -> str:
        return "".join(row.tenant.name for row in listed(rows, Asked(**asked)).rows)

    assert (order(sort="standing"), order(sort="-standing")) == ("150342", "243051")
    assert order(filters={"standing": "late"}) == "03"


def test_a_page_holds_what_was_asked_for_and_an_export_everything():
    second = listed(ROWS, Asked(per_page=3, page=2))
    assert ([row.tenant.name for row in second.rows], second.total, second.pages) == (["丁县"], 4, 2)
    assert len(listed(ROWS, Asked(per_page=1), whole=True).rows) == 4


def test_a_count_is_compared_by_itself_and_a_rate_by_its_ratio():
    row = a_row("01", "甲市", 1, of=4)
    row.figures[COUNT.code] = Shown(COUNT, Amount(Decimal(3), None), "3", {})
    assert (value(row, RATE.code), value(row, COUNT.code)) == (Decimal("0.25"), Decimal(3))
    row.figures[RATE.code] = Shown(RATE, MISSING, "", {})
    assert value(row, RATE.code) is None


def test_no_quarter_from_before_the_opening_is_owed():
    assert [str(p) for p in closed_since(date(2026, 2, 1), date(2026, 11, 25))] == ["2026Q1", "2026Q2", "2026Q3"]
    assert closed_since(date(2026, 11, 1), date(2026, 11, 25)) == []
    assert len(closed_since(date(2000, 1, 1), date(2026, 11, 25))) == 6

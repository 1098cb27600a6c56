"""The arithmetic of published figures."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from service.statistics.rules import MISSING, Amount, add, changed, percent, rank, ratio, reworded, whole

COUNTS = st.integers(0, 10_000)
VALUES = st.dictionaries(st.text(max_size=3), st.none() | st.integers(-5, 5).map(Decimal), max_size=8)


def amount(numerator: int, denominator: int) -> Amount:
    return Amount(Decimal(numerator), Decimal(denominator))


def test_a_province_is_the_sum_of_its_parts_not_the_mean_of_their_rates():
    """Source: the worked example of dossier 6: 600/1000 and 90/100, one silent: 62.7 %, not 75 %."""
    assert percent(add([amount(600, 1000), amount(90, 100), MISSING])) == "62.7%"


def test_nothing_due_zero_and_silence_never_look_alike():
    assert [percent(amount(0, 0)), percent(amount(0, 5)), percent(MISSING)] == ["—", "0.0%", "—"]
    assert [whole(Amount(Decimal(0), None)), whole(MISSING)] == ["0", "—"]
    assert not add([MISSING, MISSING]).reported


def test_halves_are_rounded_up():
    assert [percent(amount(1, 2000)), percent(amount(1, 8))] == ["0.1%", "12.5%"]
    assert percent(amount(12345, 100_000)) == "12.3%"
    assert percent(amount(1235, 10_000)) == "12.4%"


@given(st.lists(st.tuples(COUNTS, COUNTS)))
def test_the_order_in_which_places_report_does_not_matter(parts):
    amounts = [amount(*pair) for pair in parts]
    assert add(amounts) == add(reversed(amounts))


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_a_total_lies_between_its_parts(a, b, c, d):
    parts = [value for value in (ratio(amount(a, b)), ratio(amount(c, d))) if value is not None]
    total = ratio(add([amount(a, b), amount(c, d)]))
    if b and d:
        assert total is not None and min(parts) <= total <= max(parts)


@given(VALUES)
def test_a_place_is_ranked_by_how_many_are_better(values):
    """Source: dossier 6-22: 1, 2, 2, 4."""
    given_values = [value for value in values.values() if value is not None]
    for key, place in rank(values).items():
        own = values[key]
        assert place == (None if own is None else 1 + sum(other > own for other in given_values))


def test_what_differs_between_two_revisions_is_named():
    before, after = [{"code": "P01", "numerator": "1"}], [{"code": "P01", "numerator": "2"}, {"code": "P02"}]
    assert changed(before, after) == ["P01", "P02"]
    assert changed(before, before) == []
    assert reworded({"problem": "甲"}, {"problem": "乙", "experience": ""}) == ["problem"]

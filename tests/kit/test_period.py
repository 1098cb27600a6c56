"""Periods: when they end, and how far they have run."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from service.kit.period import Period

periods = st.builds(
    lambda year, kind, number: Period(year, kind, min(number, {"Q": 4, "H": 2, "Y": 1}[kind])),
    st.integers(2000, 2098),
    st.sampled_from("QHY"),
    st.integers(1, 4),
)


@given(periods, st.dates(date(2000, 1, 2), date(2099, 12, 31)))
def test_a_period_that_runs_is_looked_at_as_of_yesterday_and_one_that_is_over_as_of_its_last_day(period, on):
    cut = period.so_far(on)
    assert cut.end < on and cut.end <= period.last
    assert (cut.end == period.end) == period.closed(on)
    assert cut == period and str(cut) == str(period) and cut.closed(on) == period.closed(on)


def test_a_quarter_ends_with_its_third_month():
    assert Period.parse("2026Q3").end == date(2026, 9, 30)
    assert Period.parse("2026H1").so_far(date(2026, 5, 2)).end == date(2026, 5, 1)

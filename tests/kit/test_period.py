"""Periods: when they end, and how far they have run."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit.period import FIGURES, MONTHS, Period
from tenants.errors import Refused

periods = st.builds(
    lambda year, kind, number: Period(year, kind, min(number, 12 // MONTHS[kind])),
    st.integers(2000, 2098),
    st.sampled_from(tuple(MONTHS)),
    st.integers(1, 12),
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


@given(periods)
def test_a_period_is_read_as_it_is_written(period):
    assert Period.parse(str(period), tuple(MONTHS)) == period
    assert period == Period.of(period.start, period.kind) == Period.of(period.last, period.kind)


@given(st.integers(2000, 2098), st.sampled_from(tuple(MONTHS)), st.sampled_from(tuple(MONTHS)))
def test_the_periods_of_a_kind_tile_those_of_another_without_gap_or_overlap(year, kind, part):
    """Every month stands in one quarter, every half-year is closed by one: nothing is laid down twice or left out."""
    whole = Period(year, "Y", 1)
    split = [inner for outer in whole.ending(kind) for inner in outer.ending(part)]
    assert split == whole.ending(part)
    assert split[0].start == whole.start and split[-1].last == whole.last
    assert all(after.start == before.last + timedelta(days=1) for before, after in pairwise(split))
    if MONTHS[kind] % MONTHS[part] == 0:
        for outer in whole.ending(kind):
            inner = outer.ending(part)
            assert (inner[0].start, inner[-1].last) == (outer.start, outer.last)
            assert sum(one.months for one in inner) == outer.months


@pytest.mark.parametrize(
    ("text", "label", "english"),
    [
        ("2026M07", "2026年7月", "Jul 2026"),
        ("2026M12", "2026年12月", "Dec 2026"),
        ("2026B4", "2026年7—8月", "Jul–Aug 2026"),
        ("2026Q3", "2026年第三季度", "Q3 2026"),
        ("2026H2", "2026年下半年", "H2 2026"),
        ("2026", "2026年全年", "2026"),
    ],
)
def test_a_period_is_said_as_officials_say_it(text, label, english):
    period = Period.parse(text, tuple(MONTHS))
    assert (period.label, period.english) == (label, english)


@pytest.mark.parametrize("text", ["2026M7", "2026M13", "2026M00", "2026B7", "2026B0", "2026M", "2026Q03"])
def test_what_names_no_period_is_refused(text):
    with pytest.raises(Refused, match="无法识别，应如 2026M07、2026B4"):
        Period.parse(text, tuple(MONTHS))


@pytest.mark.parametrize("text", ["2026M07", "2026B4"])
def test_figures_are_not_published_by_the_month(text):
    """Source: dossier 4.2: every figure is quarterly, half-yearly or yearly."""
    with pytest.raises(Refused, match="应如 2026Q3、2026H1 或 2026"):
        Period.parse(text)
    assert Period.parse(text, tuple(MONTHS)).kind not in FIGURES

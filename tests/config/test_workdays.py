"""Working days: the announced holidays, the make-up days, and the years not yet announced."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reading import read_csv
from config.workdays import NATIONAL, Workdays, announced
from scripts.calendar import special_days

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_each_years_file_holds_only_exceptions_of_that_year_in_order(year):
    rows = read_csv(f"calendar/{year}.csv")
    days = [date.fromisoformat(row["date"]) for row in rows]
    assert days == sorted(set(days)) and {day.year for day in days} == {year}
    assert {row["kind"] for row in rows} == {"holiday", "makeup"} and all(row["name"] for row in rows)
    assert all(day.weekday() >= 5 for day, row in zip(days, rows, strict=True) if row["kind"] == "makeup")


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_each_years_file_says_what_the_maintained_package_says(year):
    rows = [(row["date"], row["kind"], row["name"]) for row in read_csv(f"calendar/{year}.csv")]
    assert rows == list(special_days(year))


def test_holidays_rest_and_make_up_days_work():
    assert not NATIONAL.works(date(2026, 10, 1))
    assert not NATIONAL.works(date(2026, 2, 17)), "Spring Festival on a Tuesday"
    made_up = [date.fromisoformat(row["date"]) for row in read_csv("calendar/2026.csv") if row["kind"] == "makeup"]
    assert made_up and all(NATIONAL.works(day) for day in made_up)
    assert NATIONAL.works(date(2026, 11, 24)) and not NATIONAL.works(date(2026, 11, 22))


def test_a_year_not_yet_announced_knows_weekends_and_says_so():
    assert NATIONAL.known(2026) and not NATIONAL.known(2027)
    assert NATIONAL.works(date(2027, 10, 1)), "a Friday; the holiday is not announced yet"
    assert not NATIONAL.works(date(2027, 1, 2))
    assert NATIONAL.between(date(2026, 12, 31), date(2027, 12, 31)) == 261


def test_a_due_date_in_the_national_holiday_moves_behind_it():
    assert NATIONAL.next(date(2026, 10, 1)) == date(2026, 10, 8)
    assert NATIONAL.next(date(2026, 10, 9)) == date(2026, 10, 9)


def test_seven_working_days_after_a_meeting_skip_the_holiday():
    assert NATIONAL.add(date(2026, 9, 29), 1) == date(2026, 9, 30)
    assert NATIONAL.add(date(2026, 9, 30), 1) == date(2026, 10, 8)


@given(DAYS, st.integers(0, 40))
def test_going_forth_and_back_counts_the_same_days(day, count):
    after = NATIONAL.add(day, count)
    assert NATIONAL.between(day, after) == count
    if count and NATIONAL.works(day):
        assert NATIONAL.add(after, -count) == day


def test_what_a_place_sets_itself_stands_before_what_was_announced():
    own = Workdays({date(2026, 10, 1): True, date(2026, 4, 20): False})
    assert own.works(date(2026, 10, 1)) and not own.works(date(2026, 10, 2))
    assert not own.works(date(2026, 4, 20)), "a local festival on a Monday"
    assert own.add(date(2026, 4, 17), 1) == date(2026, 4, 21) and NATIONAL.add(date(2026, 4, 17), 1) == date(
        2026, 4, 20
    )
    assert Workdays({date(2027, 1, 1): False}).known(2027), "once a place has set a day of the year itself"
    assert announced(2026)[date(2026, 10, 1)].name == "国庆节"

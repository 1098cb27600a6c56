"""Working days: the announced holidays, the make-up days, and the years not yet announced."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reading import read_csv
from config.workdays import add_working_days, calendar_known, is_working_day, next_working_day, working_days

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_each_years_file_holds_only_exceptions_of_that_year_in_order(year):
    rows = read_csv(f"calendar/{year}.csv")
    days = [date.fromisoformat(row["date"]) for row in rows]
    assert days == sorted(set(days)) and {day.year for day in days} == {year}
    assert {row["kind"] for row in rows} == {"holiday", "makeup"} and all(row["name"] for row in rows)
    assert all(day.weekday() >= 5 for day, row in zip(days, rows, strict=True) if row["kind"] == "makeup")


def test_holidays_rest_and_make_up_days_work():
    assert not is_working_day(date(2026, 10, 1))
    assert not is_working_day(date(2026, 2, 17)), "Spring Festival on a Tuesday"
    made_up = [date.fromisoformat(row["date"]) for row in read_csv("calendar/2026.csv") if row["kind"] == "makeup"]
    assert made_up and all(is_working_day(day) for day in made_up)
    assert is_working_day(date(2026, 11, 24)) and not is_working_day(date(2026, 11, 22))


def test_a_year_not_yet_announced_knows_weekends_and_says_so():
    assert calendar_known(2026) and not calendar_known(2027)
    assert is_working_day(date(2027, 10, 1)), "a Friday; the holiday is not announced yet"
    assert not is_working_day(date(2027, 1, 2))
    assert len(working_days(2027)) == 261


def test_a_due_date_in_the_national_holiday_moves_behind_it():
    assert next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)
    assert next_working_day(date(2026, 10, 9)) == date(2026, 10, 9)


def test_seven_working_days_after_a_meeting_skip_the_holiday():
    assert add_working_days(date(2026, 9, 29), 1) == date(2026, 9, 30)
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


@given(DAYS, st.integers(0, 40))
def test_going_forth_and_back_counts_the_same_days(day, count):
    after = add_working_days(day, count)
    between = sum(is_working_day(day + timedelta(days=n)) for n in range(1, (after - day).days + 1))
    assert between == count
    if count and is_working_day(day):
        assert add_working_days(after, -count) == day

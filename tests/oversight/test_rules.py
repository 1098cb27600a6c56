"""When a place owes its figures, and how it kept the day: without a database. Source: dossier 6-9, 6-10."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import NATIONAL
from service.kit.period import Period
from service.oversight.rules import UNREPORTED, Deadline, deadline, timing
from service.submissions.rules import Grace

Q3 = Period.parse("2026Q3")
OPENED = date(2026, 1, 1)
GRACE = Grace(5, NATIONAL)
OWED = Deadline(date(2026, 10, 10), GRACE)


def terms(offset, shifts=True):
    return {"figures_due_days": offset, "grace_workdays": 5, "due_shifts_to_workday": shifts}


@pytest.mark.parametrize(
    ("period", "offset", "shifts", "due"),
    [
        ("2026Q3", 10, True, date(2026, 10, 10)),  # a Saturday that is worked, to make up for the holiday
        ("2026Q3", 3, True, date(2026, 10, 8)),  # within the holiday of the first week of October
        ("2026Q3", 3, False, date(2026, 10, 3)),
        ("2026Q2", 10, True, date(2026, 7, 10)),
        ("2026H1", 25, True, date(2026, 7, 27)),  # the twenty-fifth is a Saturday
    ],
)
def test_the_day_moves_to_a_working_day_where_the_charter_shifts(period, offset, shifts, due):
    assert deadline(Period.parse(period), terms(offset, shifts), NATIONAL) == Deadline(due, GRACE)


@pytest.mark.parametrize(
    ("published", "on", "stands", "days"),
    [
        (date(2026, 10, 10), date(2026, 11, 1), "on_time", 0),
        (date(2026, 10, 11), date(2026, 11, 1), "late", 1),
        (date(2026, 10, 21), date(2026, 11, 1), "late", 11),
        (None, date(2026, 10, 10), "open", 0),
        (None, date(2026, 10, 11), "overdue", 1),
        (None, date(2026, 10, 16), "overdue", 6),
        (None, date(2026, 10, 17), "missed", 7),
    ],
)
def test_a_place_is_in_time_late_not_due_overdue_or_missed(published, on, stands, days):
    found = timing(OWED, Q3, OPENED, published, on)
    assert (found.standing, found.days, found.due) == (stands, days, OWED.due)


def test_who_was_opened_within_the_period_owes_from_the_next_one_on():
    assert timing(OWED, Q3, date(2026, 7, 2), None, date(2026, 11, 1)).standing == "exempt"
    assert timing(OWED, Q3, date(2026, 7, 1), None, date(2026, 11, 1)).standing == "missed"


@given(st.integers(0, 90), st.integers(-30, 200), st.none() | st.integers(1, 200))
def test_days_are_said_of_who_was_late_or_is_and_of_nobody_else(offset, seen, published):
    owed = deadline(Q3, terms(offset), NATIONAL)
    assert NATIONAL.works(owed.due) and owed.due >= Q3.last + timedelta(days=offset)
    day = None if published is None else Q3.last + timedelta(days=published)
    found = timing(owed, Q3, OPENED, day, Q3.last + timedelta(days=seen))
    assert (found.days > 0) == (found.standing in ("late", *UNREPORTED))
    assert (found.standing in ("on_time", "late")) == (day is not None)

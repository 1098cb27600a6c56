"""Which rung a thing has reached."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.reminders.rules import LOOKS_BACK, OVERDUE, rung

DUE = date(2026, 3, 31)
USUAL = (10, 3, 1)


def on(left: int) -> date:
    return DUE - timedelta(days=left)


def test_each_rung_holds_until_the_next_has_come():
    found = [rung(DUE, on(left), USUAL) for left in (11, 10, 9, 4, 3, 2, 1, 0)]
    assert found == [None, "10", "10", "10", "3", "3", "1", "1"]


def test_what_is_over_is_overdue_until_it_is_news_to_nobody():
    assert [rung(DUE, on(-days), USUAL) for days in (1, LOOKS_BACK, LOOKS_BACK + 1)] == [OVERDUE, OVERDUE, None]


@given(st.lists(st.integers(0, 60), max_size=5), st.integers(-60, 90))
def test_a_place_that_reminds_on_other_days_is_never_silent_within_them(reminders, left):
    found = rung(DUE, on(left), reminders)
    if left < 0:
        assert found == (OVERDUE if -left <= LOOKS_BACK else None)
    elif found is None:
        assert all(left > days for days in reminders)
    else:
        assert int(found) == min(days for days in reminders if days >= left)

"""What must hold of a plan, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.plans import rules
from tenants.errors import Refused


def stands(check, *given_values):
    try:
        check(*given_values)
    except Refused:
        return False
    return True


@given(st.sampled_from(["draft", "approved", "closed"]), st.integers(2000, 2099), st.dates())
def test_a_plan_is_filed_exactly_when_it_was_agreed_and_its_year_is_over(state, year, on):
    assert stands(rules.check_closing, state, year, on) == (state == "approved" and on.year > year)


@given(st.integers())
def test_a_year_has_four_digits(year):
    assert stands(rules.check_year, year) == (2000 <= year <= 2099)


@given(st.dates(), st.dates())
def test_a_plan_was_agreed_today_or_before(day, on):
    assert stands(rules.check_agreed_on, day, on) == (day <= on)


@pytest.mark.parametrize(("title", "good"), [("", False), ("要", True), ("要" * 100, True), ("要" * 101, False)])
def test_a_title_is_said_in_at_most_a_hundred_characters(title, good):
    assert stands(rules.check_title, title) == good


def test_each_refusal_names_the_field_and_the_clause():
    with pytest.raises(Refused, match="归档") as refusal:
        rules.check_open("closed", 2026)
    assert (refusal.value.field, refusal.value.source) == ("plan_id", rules.SOURCE)
    with pytest.raises(Refused, match="议定依据") as refusal:
        rules.check_basis("")
    assert refusal.value.field == "basis"
    with pytest.raises(Refused, match="不能再修改"):
        rules.check_draft("approved", "修改")
    assert stands(rules.check_draft, "draft", "修改") and stands(
        rules.check_closing, "approved", 2025, date(2026, 1, 1)
    )

"""What must hold of a plan, without a database."""

from datetime import date, timedelta

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
    assert stands(rules.check_closing, state, date(year, 12, 31), on) == (state == "approved" and on.year > year)


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
        rules.check_open("annual", "closed", "2026年工作要点")
    assert (refusal.value.field, refusal.value.source) == ("plan_id", rules.SOURCE)
    with pytest.raises(Refused, match="议定依据") as refusal:
        rules.check_basis("")
    assert refusal.value.field == "basis"
    with pytest.raises(Refused, match="不能再修改"):
        rules.check_draft("approved", "修改")
    assert stands(rules.check_draft, "draft", "修改") and stands(
        rules.check_closing, "approved", date(2025, 12, 31), date(2026, 1, 1)
    )


@given(st.sampled_from(rules.KINDS), st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 2000))
def test_a_long_term_plan_runs_over_years_and_every_other_within_its_one(kind, begins, days):
    ends = begins + timedelta(days)
    span = rules.Span(kind, begins, ends)
    assert stands(rules.check_span, span, begins.year) == ((kind == "long_term") == (ends.year > begins.year))


def test_an_annual_plan_is_its_whole_year_whatever_days_are_named():
    assert rules.span_of("annual", 2026, date(2026, 3, 1), None) == rules.Span(
        "annual", date(2026, 1, 1), date(2026, 12, 31)
    )
    assert rules.span_of("phase", 2026, date(2026, 3, 1), None).begins == date(2026, 3, 1)


@given(st.sampled_from(rules.KINDS), st.sampled_from(rules.KINDS))
def test_a_plan_is_drawn_only_from_one_of_the_kinds_above_it(kind, above):
    days = {"long_term": (date(2026, 1, 1), date(2030, 12, 31))}
    year = date(2026, 1, 1), date(2026, 12, 31)
    span, parent = (rules.Span(one, *days.get(one, year)) for one in (kind, above))
    assert stands(rules.check_parent, span, parent) == (above in rules.PARENTS[kind])


def test_a_plan_runs_within_the_one_it_is_drawn_from():
    parent = rules.Span("long_term", date(2026, 1, 1), date(2030, 12, 31))
    within, beyond = (rules.span_of("annual", year, None, None) for year in (2030, 2031))
    assert stands(rules.check_parent, within, parent) and not stands(rules.check_parent, beyond, parent)


def test_a_task_of_a_phase_is_due_within_it_and_a_long_term_plan_takes_none():
    phase = rules.Span("phase", date(2026, 3, 1), date(2026, 6, 30))
    assert stands(rules.check_within, phase, date(2026, 6, 30)) and not stands(
        rules.check_within, phase, date(2026, 7, 1)
    )
    assert not stands(rules.check_open, "long_term", "approved", "规划")
    assert stands(rules.check_open, "unit", "draft", "计划")


def test_a_long_term_plan_is_agreed_only_with_the_opinion_that_keeps_plans_in_step():
    assert not stands(rules.check_opinion, "long_term", "") and stands(rules.check_opinion, "annual", "")
    assert stands(rules.check_opinion, "long_term", "已衔接（发改函〔2026〕3号）")

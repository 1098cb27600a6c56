"""Days, standings and the count of a consultation: pure."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import NATIONAL
from service.consultations import rules
from service.consultations.rules import Asked, Opinion, Passage, Terms, passages_of, standing, tallied
from tenants.errors import Refused

DUE = date(2026, 3, 11)
DAYS = st.dates(date(2026, 2, 20), date(2026, 3, 31))
ASKED = st.builds(
    Asked,
    answer=st.sampled_from([None, *rules.ANSWERS]),
    confirmed=st.booleans(),
    late=st.booleans(),
    reminders=st.integers(0, 3),
)
TERMS = st.builds(Terms, due=DAYS, deemed=st.booleans(), reminders=st.integers(0, 3), closed=st.booleans())


@given(st.lists(ASKED, max_size=12), TERMS, DAYS)
def test_replies_and_silent_ones_are_those_asked_and_silence_never_counts_as_a_reply(asked, terms, on):
    tally = tallied(asked, terms, on)
    assert tally.replied + tally.silent == tally.asked == len(asked)
    assert tally.replied == sum(row.answer is not None and row.confirmed for row in asked)
    assert tally.by["deemed"] <= tally.silent
    assert sum(tally.by.values()) == tally.asked


@given(ASKED, TERMS, DAYS)
def test_silence_is_taken_for_something_only_where_announced_reminded_and_past_the_deadline(asked, terms, on):
    if standing(asked, terms, on) == "deemed":
        assert terms.deemed and asked.reminders >= terms.reminders
        assert on > terms.due or terms.closed
        assert asked.answer is None or not asked.confirmed


@pytest.mark.parametrize(
    ("terms", "reminders", "on", "stands"),
    [
        (Terms(DUE, deemed=True, reminders=2), 2, DUE + timedelta(days=1), "deemed"),
        (Terms(DUE, deemed=True, reminders=2), 1, DUE + timedelta(days=1), "silent"),
        (Terms(DUE, deemed=False, reminders=2), 2, DUE + timedelta(days=1), "silent"),
        (Terms(DUE, deemed=True, reminders=2), 2, DUE, "waiting"),
    ],
)
def test_a_silent_unit_stands_by_mode_reminders_and_deadline(terms, reminders, on, stands):
    assert standing(Asked(reminders=reminders), terms, on) == stands


def test_reminders_are_proposed_three_and_one_working_days_before_the_deadline():
    days = rules.reminder_days(DUE, 2, NATIONAL)
    assert days == [NATIONAL.add(DUE, -3), NATIONAL.add(DUE, -1)] and all(map(NATIONAL.works, days))
    first, second = days
    assert not rules.reminder_proposed(DUE, 2, [], first - timedelta(days=1), NATIONAL)
    assert rules.reminder_proposed(DUE, 2, [], first, NATIONAL)
    assert not rules.reminder_proposed(DUE, 2, [first], first, NATIONAL)
    assert rules.reminder_proposed(DUE, 2, [first], second, NATIONAL)
    assert not rules.reminder_proposed(DUE, 2, [first], DUE + timedelta(days=1), NATIONAL)


def test_units_have_the_charters_term_or_a_reason_stands_beside_it():
    monday = date(2026, 3, 2)
    rules.check_time(monday, DUE, 7, "", NATIONAL)
    with pytest.raises(Refused, match="不少于7个工作日"):
        rules.check_time(monday, DUE - timedelta(days=1), 7, " ", NATIONAL)
    rules.check_time(monday, DUE - timedelta(days=1), 7, "上级限期上报", NATIONAL)
    with pytest.raises(Refused, match="发出日之后"):
        rules.check_time(monday, monday, 7, "上级限期上报", NATIONAL)


def test_the_hash_changes_with_title_clauses_and_file():
    base = rules.sealed("甲", ["一", "二"], "")
    assert base == rules.sealed("甲", ["一", "二"], "")
    assert (
        len(
            {
                base,
                rules.sealed("乙", ["一", "二"], ""),
                rules.sealed("甲", ["一二"], ""),
                rules.sealed("甲", ["一", "二"], "f"),
            }
        )
        == 4
    )


def test_an_amendment_quotes_the_paper_says_what_and_why():
    clauses = ["培训不少于四十学时。"]
    good = Passage("四十学时", "六十学时", "国家标准")
    assert passages_of(Opinion("amend", "", [good, Passage("四十学时", "", "")]), clauses) == [good]
    for wrong, field in (
        (Passage("四十学时", "六十学时", ""), "passages.0.reason"),
        (Passage("四十学时", "", "标准"), "passages.0.suggested"),
        (Passage("五十学时", "六十学时", "标准"), "passages.0.original"),
    ):
        with pytest.raises(Refused) as refusal:
            passages_of(Opinion("amend", "", [wrong]), clauses)
        assert refusal.value.field == field
    with pytest.raises(Refused, match="至少填写一条"):
        passages_of(Opinion("amend"), clauses)


def test_an_objection_says_why_and_is_handled_as_an_opinion_on_the_whole():
    with pytest.raises(Refused, match="须说明理由"):
        passages_of(Opinion("object", " "), [])
    assert passages_of(Opinion("object", "无依据"), []) == [Passage("全文", "不同意", "无依据")]
    assert passages_of(Opinion("no_objection", "", [Passage("", "x", "y")]), []) == []

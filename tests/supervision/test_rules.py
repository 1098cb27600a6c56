"""The ladder, the course and the figures of supervision, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import charter_template
from config.workdays import NATIONAL
from service.supervision import rules
from service.supervision.rules import LEVELS, Ladder, OrderFacts, Proposal
from tenants.errors import Forbidden, Refused

TEMPLATE = {rule.key: rule.value for rule in charter_template("province").rules}
DAY = date(2026, 7, 3)


def ladder(*levels: str, **more: Any) -> Ladder:
    return Ladder(TEMPLATE | {"supervision_levels": list(levels)} | more)


PROVINCE, YUNLAN, QINGYU = ladder("yellow", "red"), ladder("blue", "yellow", "red"), ladder("blue", "orange", "red")
LUOXI, HEFENG = ladder(supervision_reminders=False), ladder()


@pytest.mark.parametrize(
    ("place", "level", "above"),
    [
        (PROVINCE, "yellow", "red"),
        (YUNLAN, "blue", "yellow"),
        (QINGYU, "blue", "orange"),
        (QINGYU, "orange", "red"),
        (PROVINCE, "red", None),
    ],
)
def test_the_next_level_is_the_one_that_the_place_itself_knows(place, level, above):
    """Source: dossier 2.4 督办：黄/红；蓝/黄/红；蓝/橙/红."""
    assert place.above(level) == above


def test_a_place_without_orders_is_told_what_it_has_instead():
    """Source: dossier 2.4: 洛溪 无督办单，用议定事项台账；禾丰 仅催办."""
    rules.check_offers_orders(PROVINCE)
    with pytest.raises(Refused, match="以议定事项台账督促落实") as refusal:
        rules.check_offers_orders(LUOXI)
    assert refusal.value.source == rules.ARTICLE
    with pytest.raises(Refused, match="由联席会议办公室催办"):
        rules.check_offers_orders(HEFENG)
    rules.check_reminds(HEFENG)
    with pytest.raises(Refused, match="本级不催办"):
        rules.check_reminds(LUOXI)


def test_a_level_that_the_charter_does_not_know_is_refused_by_name():
    with pytest.raises(Refused, match="督办分黄色、红色，没有蓝色"):
        rules.check_level(PROVINCE, "blue", None, "急")


def test_a_higher_level_at_once_is_for_a_major_urgent_matter_with_its_reason():
    """Source: dossier 2.2 (也可对重大紧急事项直接发高级别)."""
    rules.check_level(YUNLAN, "yellow", "yellow", "")
    with pytest.raises(Refused) as refusal:
        rules.check_level(YUNLAN, "red", "yellow", " ")
    assert refusal.value.field == "urgent"
    rules.check_level(YUNLAN, "red", "yellow", "涉及群众安全")
    rules.check_level(YUNLAN, "red", None, "涉及群众安全")


def test_a_lighter_level_than_the_one_reached_is_refused():
    with pytest.raises(Refused, match="应发红色督办单，不能降级"):
        rules.check_level(PROVINCE, "yellow", "red", "从轻")


@pytest.mark.parametrize(
    ("rung", "running", "silent", "former", "expected"),
    [
        ("yellow", None, False, None, Proposal("yellow", "reached")),
        (None, None, False, None, Proposal(None)),
        ("yellow", "yellow", False, None, Proposal(None)),
        ("red", "yellow", False, None, Proposal("red", "later")),
        ("yellow", "yellow", True, None, Proposal("red", "unanswered")),
        ("red", "red", True, None, Proposal(None)),
        ("blue", None, False, "blue", Proposal("yellow", "again")),
        ("red", None, False, "blue", Proposal("red", "again")),
        ("red", None, False, "red", Proposal("red", "again")),
        (None, None, False, "blue", Proposal(None)),
    ],
)
def test_an_order_is_escalated_when_it_is_late_again_or_not_answered(rung, running, silent, former, expected):
    """Source: dossier 2.2 (升级条件=上级单号+逾期)."""
    assert rules.proposal(YUNLAN, rung, running, silent, former) == expected


@given(
    levels=st.sets(st.sampled_from(LEVELS)),
    pick=st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans(), st.booleans()),
)
def test_whatever_is_proposed_the_charter_knows_it_and_it_is_never_lighter_than_what_runs(levels, pick):
    place = ladder(*levels)
    known = [None, *place.levels]
    rung, level = known[pick[0] % len(known)], known[pick[1] % len(known)]
    running, former = (level, None) if pick[2] else (None, level)
    found = rules.proposal(place, rung, running, pick[3], former)
    assert found.level is None or found.level in place.levels
    if found.level and running:
        assert LEVELS.index(found.level) > LEVELS.index(running)


@pytest.mark.parametrize(
    ("level", "operation"),
    [
        ("blue", "supervision.order_blue"),
        ("yellow", "supervision.order_yellow"),
        ("orange", "supervision.order_yellow"),
        ("red", "supervision.order_red"),
    ],
)
def test_each_level_is_signed_by_whom_the_matrix_says(level, operation):
    assert rules.operation_of(level) == operation


def test_a_red_order_is_signed_by_the_director_or_the_convener_and_by_whom_of_them_the_charter_says():
    """Source: dossier 1.1 D9, 1.6."""
    rules.check_signer(PROVINCE, "red", {"OD"})
    with pytest.raises(Forbidden, match="由召集人、办公室主任签发"):
        rules.check_signer(PROVINCE, "red", {"ODp", "OS"})
    strict = ladder("yellow", "red", supervision_red_signers=["convener"])
    rules.check_signer(strict, "red", {"CV"})
    with pytest.raises(Forbidden):
        rules.check_signer(strict, "red", {"OD"})


def test_the_answer_is_due_in_working_days_by_level():
    """Source: dossier 2.2 (回复时限)."""
    assert rules.answer_by(DAY, "yellow", PROVINCE, NATIONAL) == date(2026, 7, 10)
    assert rules.answer_by(DAY, "red", PROVINCE, NATIONAL) == date(2026, 7, 8)
    assert rules.answer_by(DAY, "red", ladder("red", supervision_red_workdays=None), NATIONAL) is None


def test_a_red_order_of_qingyu_goes_in_copy_to_the_supervision_office():
    """Source: dossier 2.4 (红单抄市督查室)."""
    place = ladder("blue", "orange", "red", supervision_red_copies=["市督查室"])
    assert place.copies("red") == ("市督查室",) and place.copies("orange") == ()


def test_what_was_reminded_of_rests_for_five_working_days():
    assert rules.to_remind(None, DAY, NATIONAL)
    assert not rules.to_remind(DAY, date(2026, 7, 10), NATIONAL)
    assert rules.to_remind(DAY, date(2026, 7, 11), NATIONAL)


def test_an_order_is_closed_when_its_matter_is_done_or_in_time_again():
    for standing, rung in (("done", None), ("gone", None), ("fine", None), ("lagging", None)):
        rules.check_settled(standing, rung)
    for standing, rung in (("late", "yellow"), ("late", None), ("lagging", "blue")):
        with pytest.raises(Refused, match="不能办结"):
            rules.check_settled(standing, rung)


# --- figures: dossier 6-18 ---

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def order(
    chain: str, served: date, state: str, settled: date | None = None, due: date = date(2026, 8, 1)
) -> OrderFacts:
    return OrderFacts(chain, served, due, state, settled)


def test_6_18_an_escalated_order_and_the_one_it_was_escalated_to_count_once():
    """升级单不另计分母(同链计1)."""
    first = order("a", DAY, "escalated")
    found = rules.chains(
        [first, order("a", DAY + timedelta(9), "closed", date(2026, 7, 23)), order("b", DAY, "served")]
    )
    assert rules.closing_rate(found, *YEAR) == (1, 2)
    assert rules.mean_days(found, *YEAR) == 20


def test_6_18_an_escalation_does_not_postpone_the_day_by_which_the_chain_is_to_be_closed():
    later = order("a", DAY + timedelta(9), "served", due=date(2026, 12, 1))
    found = rules.chains([order("a", DAY, "escalated", due=date(2026, 7, 20)), later])
    assert rules.closing_rate(found, date(2026, 7, 1), date(2026, 9, 30)) == (0, 1)


def test_6_18_only_what_is_to_be_closed_within_the_period_counts_and_without_any_there_is_no_rate():
    found = rules.chains([order("a", DAY, "served", due=date(2027, 1, 5))])
    assert rules.closing_rate(found, *YEAR) == (0, 0) and rules.mean_days(found, *YEAR) is None


def test_6_18_what_was_withdrawn_is_neither_closed_nor_to_be_closed():
    assert rules.closing_rate(rules.chains([order("a", DAY, "withdrawn")]), *YEAR) == (0, 0)


def test_6_18_what_was_closed_after_the_period_is_not_closed_in_it():
    found = rules.chains([order("a", DAY, "closed", date(2026, 10, 9))])
    assert rules.closing_rate(found, date(2026, 7, 1), date(2026, 9, 30)) == (0, 1)
    assert rules.closing_rate(found, *YEAR) == (1, 1)


def test_6_18_two_orders_of_one_day_end_as_the_later_one_stands():
    found = rules.chains([order("a", DAY, "escalated"), order("a", DAY, "closed", DAY + timedelta(3))])
    assert rules.closing_rate(found, *YEAR) == (1, 1) and rules.mean_days(found, *YEAR) == Fraction(3)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    st.lists(st.tuples(st.sampled_from("abc"), DAYS, DAYS, st.sampled_from(("served", "closed", "escalated")), DAYS))
)
def test_6_18_the_rate_lies_between_nothing_and_one_and_its_denominator_never_above_the_chains(rows):
    facts = [
        OrderFacts(chain, served, due, state, max(served, settled) if state == "closed" else None)
        for chain, served, due, state, settled in rows
    ]
    found = rules.chains(facts)
    closed, due = rules.closing_rate(found, *YEAR)
    assert 0 <= closed <= due <= len({fact.chain for fact in facts})
    mean = rules.mean_days(found, *YEAR)
    assert mean is None or mean >= 0

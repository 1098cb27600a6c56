"""What a target's rate is, and that nothing that cannot be measured is taken. Source: dossier 6-20."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.tasks.targets import DOWN, UP, Aim, attained, check_aim, check_amount, met
from tenants.errors import Refused

amounts = st.decimals(min_value=0, max_value=10**9, places=2)


def test_actual_over_target_is_shown_as_it_is_beyond_the_whole_too():
    assert attained(Aim(Decimal(1000), Decimal(600))) == Fraction(3, 5)
    assert attained(Aim(Decimal(1000), Decimal(1300))) == Fraction(13, 10)


def test_where_less_is_better_the_rate_is_two_minus_actual_over_target():
    assert attained(Aim(Decimal(50), Decimal(40), DOWN)) == Fraction(6, 5)
    assert attained(Aim(Decimal(50), Decimal(50), DOWN)) == 1
    assert attained(Aim(Decimal(50), Decimal(75), DOWN)) == Fraction(1, 2)


def test_a_target_of_nought_and_an_actual_that_nobody_reported_have_no_rate():
    assert attained(Aim(Decimal(0), Decimal(3))) is None
    assert attained(Aim(Decimal(9), None)) is None
    assert met(Aim(Decimal(9), None)) is None
    assert met(Aim(Decimal(0), Decimal(0), DOWN)) is True


@given(amounts, amounts, st.sampled_from([UP, DOWN]))
def test_a_target_is_met_exactly_when_its_rate_is_the_whole_or_more(target, actual, direction):
    aim = Aim(target, actual, direction)
    rate = attained(aim)
    assert (rate is None) == (target == 0)
    assert rate is None or (rate >= 1) == met(aim)


@pytest.mark.parametrize("wrong", ["-1", "NaN", "Infinity", "1e13", "0.00001"])
def test_an_amount_that_measures_nothing_is_refused_and_a_plain_one_taken(wrong):
    with pytest.raises(Refused) as refusal:
        check_amount(Decimal(wrong), "actuals")
    assert refusal.value.field == "actuals"
    with pytest.raises(Refused):
        check_aim(Decimal(1), Decimal(wrong))
    check_aim(Decimal("12.5"), Decimal(0))

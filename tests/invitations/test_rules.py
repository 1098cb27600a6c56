"""What may be replied, who must be told again, what the replies promise: without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import charter_template
from config.workdays import NATIONAL
from service.charter.text import text_of
from service.invitations import rules
from service.invitations.rules import Answer, Reply, Sent, outlook
from tenants.errors import Conflict, Refused

PROVINCE = dict(text_of(charter_template("province")).rules)
A, B, C = (UUID(int=n) for n in (1, 2, 3))
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)


def a_notice(sequence=1, hour=0, when=("2026-03-12", "09:30"), told=(A, B)):
    return Sent(sequence, NINE + timedelta(hours=hour), when, told)


def test_a_proposal_goes_one_way_and_is_answered_once():
    assert rules.PROPOSAL.step("submitted", "accept") == "accepted"
    for state in ("accepted", "declined", "withdrawn"):
        for verb in ("accept", "decline", "withdraw"):
            with pytest.raises(Conflict) as refused:
                rules.PROPOSAL.step(state, verb)
            assert refused.value.source == "制度四(三)"


def test_r3_a_proposal_needs_a_charter_that_lets_meetings_rest_on_one():
    rules.check_may_propose(PROVINCE)
    for changed in ({"special_meeting": False}, {"special_basis": ["annual_plan"]}):
        with pytest.raises(Refused, match="提交议题"):
            rules.check_may_propose(PROVINCE | changed)


def test_who_has_not_heard_of_the_last_change_must_be_told_again():
    sent = [a_notice()]
    assert rules.untold(1, sent, [A, B, C]) == [C], "C joined the list"
    assert rules.untold(2, sent, [A, B]) == [A, B], "the meeting was moved"
    assert rules.untold(2, [*sent, a_notice(2, 1)], [A, B]) == []


def test_a_reply_to_another_day_is_stale_and_one_to_another_place_is_not():
    moved = [a_notice(), a_notice(2, 2, ("2026-03-13", "09:30"))]
    assert rules.stale(NINE + timedelta(hours=1), moved)
    assert not rules.stale(NINE + timedelta(hours=3), moved)
    assert not rules.stale(NINE + timedelta(hours=1), [a_notice(), a_notice(2, 2)])
    assert not rules.stale(None, moved)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Reply("leave"), "text"),
        (Reply("proxy", proxy_title="处长"), "proxy_name"),
        (Reply("proxy", proxy_name="王五"), "proxy_title"),
    ],
)
def test_a_reply_that_says_too_little_is_refused_at_its_field(given, field):
    with pytest.raises(Refused) as refused:
        rules.check_reply(given, name="张三", has_unit=True, proxies=True)
    assert refused.value.field == field


def test_a_proxy_needs_a_charter_that_lets_one_be_and_a_unit_that_sends_him():
    sends = Reply("proxy", proxy_name="王五", proxy_title="处长")
    rules.check_reply(sends, name="张三", has_unit=True, proxies=True)
    with pytest.raises(Refused, match="不得委派"):
        rules.check_reply(sends, name="张三", has_unit=True, proxies=False)
    with pytest.raises(Refused, match="只有成员单位"):
        rules.check_reply(sends, name="张三", has_unit=False, proxies=True)


def test_nobody_attends_for_a_vacant_post():
    with pytest.raises(Refused, match="尚未确定人选"):
        rules.check_reply(Reply("attends"), name="", has_unit=True, proxies=True)


def test_a_reply_that_sends_nobody_names_no_proxy():
    assert Reply("attends", proxy_name="王五").trimmed == Reply("attends")


def test_the_outlook_counts_units_by_anybody_who_comes():
    """Source: dossier 1.2 (应到≥2/3)."""
    answers = [Answer(A, "attends"), Answer(A, "leave", True), Answer(B, "proxy"), Answer(C, None), Answer(None, None)]
    found = outlook(answers, 67)
    assert found.counts == {"attends": 1, "proxy": 1, "leave": 1, "none": 2}
    assert (found.expected, found.units, found.sure, found.open) == (5, 3, 2, 1)
    assert (found.standing, found.needed) == ("open", 3)
    assert outlook([*answers, Answer(C, "attends")], 67).standing == "met"
    assert outlook([*answers[:3], Answer(C, "leave", True)], 67).standing == "lost"
    assert outlook([*answers[:3], Answer(C, "leave", False)], 67).standing == "open", "leave was refused"
    assert outlook(answers, None).standing == ""


ANSWERS = st.lists(
    st.builds(
        Answer,
        st.sampled_from([None, A, B, C]),
        st.sampled_from([None, "attends", "proxy", "leave"]),
        st.sampled_from([None, True, False]),
    )
)


@given(answers=ANSWERS, percent=st.integers(1, 100))
def test_every_answer_is_counted_once_and_the_quorum_is_what_the_standing_says(answers, percent):
    found = outlook(answers, percent)
    assert sum(found.counts.values()) == found.expected == len(answers)
    assert found.sure + found.open <= found.units
    if found.units:
        assert (found.standing == "met") == (found.sure >= found.needed)
        assert (found.standing == "lost") == (found.sure + found.open < found.needed)


def test_replies_are_asked_for_between_today_and_the_meeting():
    held = date(2026, 3, 12)
    assert rules.reply_day(held, date(2026, 3, 2), NATIONAL) == date(2026, 3, 10)
    assert rules.reply_day(held, date(2026, 3, 11), NATIONAL) == date(2026, 3, 11)
    rules.check_reply_day(held, held, date(2026, 3, 2))
    for day in (date(2026, 3, 1), date(2026, 3, 13)):
        with pytest.raises(Refused) as refused:
            rules.check_reply_day(day, held, date(2026, 3, 2))
        assert refused.value.field == "reply_by"

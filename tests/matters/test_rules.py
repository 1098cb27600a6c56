"""The two gates and the days, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import NATIONAL
from service.matters import rules
from service.matters.rules import CONSENT, MATTER, Hearing, Position
from tenants.errors import Conflict, Refused

BOTH = ("deliberation", "unit_consent")
PASSED, WAITS = Hearing("passed", "第1次全体会议"), Hearing(None)


@pytest.mark.parametrize(
    ("hearings", "found"),
    [
        ([], "none"),
        ([WAITS], "waiting"),
        ([PASSED], "passed"),
        ([Hearing("again")], "again"),
        ([Hearing("again"), WAITS], "waiting"),
        ([Hearing("again"), PASSED], "passed"),
        ([Hearing("not_passed")], "not_passed"),
        ([Hearing(None, dropped=True)], "none"),
        ([Hearing("again"), Hearing(None, dropped=True)], "again"),
    ],
)
def test_gate_one_is_what_a_held_meeting_concluded(hearings, found):
    assert rules.deliberated(hearings) == found
    if found in ("none", "again"):
        rules.check_placing(hearings)
    else:
        with pytest.raises(Refused) as refused:
            rules.check_placing(hearings)
        assert refused.value.source == "制度四(六)"


def test_what_is_missing_is_named_exactly():
    stand = [Position("省财政厅", "objected"), Position("省税务局", "asked"), Position("省商务厅", "agreed")]
    said = [zh for zh, _en in rules.missing(BOTH, [], stand, opened=True)]
    assert said == ["联席会议尚未审议，请先列为议题", "省财政厅未同意", "省税务局未答复"]
    assert rules.missing(BOTH, [PASSED], [Position("省商务厅", "agreed")], opened=True) == []
    with pytest.raises(Refused, match="不能上报：省财政厅未同意；省税务局未答复。") as refused:
        rules.check_up(rules.missing(BOTH, [PASSED], stand, opened=True))
    assert refused.value.source == "制度四(六)"


@given(
    st.lists(st.builds(Position, st.just("单位"), st.sampled_from(["asked", "conditional", "objected"]))),
    st.integers(0, 3),
)
def test_only_an_explicit_consent_opens_the_gate(others, agreed):
    """Silence is never consent, neither is a condition. Source: seed 四(六); rule escalation_deemed_consent."""
    stand = [*others, *[Position("单位", "agreed")] * agreed]
    assert len(rules.missing(BOTH, [PASSED], stand, opened=True)) == len(others)


def test_nobody_asked_is_not_everybody_agreed():
    assert [zh for zh, _ in rules.missing(BOTH, [PASSED], [], opened=False)] == ["尚未征求有关成员单位同意"]


def test_with_dissent_only_a_coordinated_objection_passes_and_silence_never():
    stand = [Position("甲", "objected", apart=True), Position("乙", "objected"), Position("丙", "asked")]
    said = [zh for zh, _ in rules.missing(BOTH, [PASSED], stand, opened=True, with_dissent=True)]
    assert said == ["乙未同意", "丙未答复"]
    assert len(rules.missing(BOTH, [PASSED], stand, opened=True)) == 3


def test_a_condition_a_voided_answer_and_an_unconfirmed_entry_are_said_as_what_they_are():
    stand = [Position("甲", "conditional"), Position("乙", "asked", voided=True), Position("丙", "asked", entered=True)]
    said = "；".join(zh for zh, _ in rules.refusals(stand))
    assert "甲有条件同意" in said and "正文修改后，乙尚未重新答复" in said and "尚未经该单位确认" in said


def test_a_step_that_the_state_forbids_is_refused_with_its_article():
    with pytest.raises(Conflict, match="本事项现为“起草”，不能签发上报") as refused:
        MATTER.step("draft", "sign")
    assert refused.value.source == "制度四(六)"
    assert MATTER.step("accepted", "sign") == "signed"
    with pytest.raises(Conflict, match="不能移出有关成员单位"):
        CONSENT.step("objected", "remove")


@given(st.dates(date(2026, 1, 1), date(2026, 11, 30)), st.integers(1, 30), st.integers(0, 5))
def test_reminders_fall_on_working_days_before_the_deadline(asked, span, times):
    charter = {"consult_workdays": span, "consult_reminders": times}
    days, due = rules.reminder_days(asked, charter, NATIONAL), rules.answer_by(asked, charter, NATIONAL)
    assert days == sorted(set(days)) and all(asked < day <= due and NATIONAL.works(day) for day in days)
    assert len(days) == min(times, span) or span <= times


def test_the_office_has_ten_working_days_unless_the_charter_says_otherwise():
    monday = date(2026, 3, 2)
    assert rules.handle_by(monday, {"submission_handling_workdays": 10}, NATIONAL) == date(2026, 3, 16)
    assert rules.handle_by(monday, {"submission_handling_workdays": None}, NATIONAL) is None

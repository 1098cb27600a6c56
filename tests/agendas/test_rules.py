"""When items and papers are due, how the hour is spent, what an agenda lacks, when a decision stands."""

from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.workdays import NATIONAL
from service.agendas import rules
from service.agendas.rules import Entry, Votes, check_conclusion, lacks, reordered, timetable
from tenants.errors import Conflict, Refused

CHARTER = {
    "agenda_day_of_prev_month": None,
    "agenda_lead_workdays": 10,
    "materials_workdays": 3,
    "plenary_agenda_types": ["study", "progress", "plan", "other"],
}
HELD = date(2026, 9, 24)
MODES = ("consensus", "majority")


def test_items_are_due_ten_working_days_before_or_on_the_day_of_the_month_before():
    """Source: dossier 2.2 (议题征集), 6."""
    found = rules.call_deadline(CHARTER, HELD, NATIONAL)
    assert found == rules.Deadline(date(2026, 9, 11), "agenda_lead_workdays", 10)
    fixed = rules.call_deadline(CHARTER | {"agenda_day_of_prev_month": 20}, HELD, NATIONAL)
    assert fixed == rules.Deadline(date(2026, 8, 20), "agenda_day_of_prev_month", 20)
    last = rules.call_deadline(CHARTER | {"agenda_day_of_prev_month": 31}, date(2026, 1, 8), NATIONAL)
    assert last and last.day == date(2025, 12, 31)
    assert rules.call_deadline(CHARTER | {"agenda_lead_workdays": None}, HELD, NATIONAL) is None


@given(st.lists(st.integers(), unique=True, min_size=1, max_size=12), st.data())
def test_moving_one_item_moves_no_other_past_another(order, data):
    moved, to = data.draw(st.sampled_from(order)), data.draw(st.integers(-3, 15))
    after = reordered(order, moved, to)
    assert sorted(after) == sorted(order)
    assert [one for one in after if one != moved] == [one for one in order if one != moved]
    assert after.index(moved) == min(max(to, 0), len(order) - 1)
    assert reordered(after, moved, order.index(moved)) == order


@given(st.lists(st.none() | st.integers(1, 480), max_size=10), st.times())
def test_the_hours_add_up(minutes, begins):
    slots = timetable(minutes, begins)
    assert [slot.total for slot in slots] == [sum(one or 0 for one in minutes[: n + 1]) for n in range(len(minutes))]
    assert all(slot.until == after.starts for slot, after in pairwise(slots))
    assert all(slot.starts is None for slot in timetable(minutes, None))


def test_r2_items_are_on_by_the_clock_from_when_the_meeting_begins():
    slots = timetable([20, None, 45], time(9))
    assert [(slot.starts, slot.until, slot.total) for slot in slots] == [
        (time(9), time(9, 20), 20),
        (time(9, 20), time(9, 20), 20),
        (time(9, 20), time(10, 5), 65),
    ]


def kinds(*names):
    return [Entry(name, name, 10, 1) for name in names]


@pytest.mark.parametrize(
    ("there", "first", "missing"),
    [
        (("study", "progress", "plan"), True, set()),
        (("study", "progress"), True, {"lacks_plan"}),
        (("study", "progress"), False, set()),
        (("plan",), False, {"lacks_study", "lacks_progress"}),
        ((), True, {"lacks_study", "lacks_progress", "lacks_plan"}),
    ],
)
def test_r2_a_plenary_that_lacks_study_or_progress_or_the_first_that_lacks_the_plan_is_warned(there, first, missing):
    """Source: dossier 1.4 R2."""
    assert {lack.key for lack in lacks(kinds(*there), CHARTER, plenary=True, first=first)} == missing
    assert lacks(kinds(*there), CHARTER, plenary=False, first=first) == []
    fewer = CHARTER | {"plenary_agenda_types": ["other"]}
    assert lacks(kinds(*there), fewer, plenary=True, first=first) == []


def test_without_papers_three_working_days_before_there_is_no_hearing():
    """Source: dossier 2.2 (无材料不上会)."""
    entries = [Entry("甲", "other", 10, 0), Entry("乙", "other", 10, 1)]
    assert rules.without_papers(entries, CHARTER, HELD, date(2026, 9, 21), NATIONAL) == []
    found = rules.without_papers(entries, CHARTER, HELD, date(2026, 9, 22), NATIONAL)
    assert [lack.key for lack in found] == ["without_papers"] and "“甲”" in found[0].message
    assert rules.without_papers(entries, CHARTER | {"materials_workdays": None}, HELD, HELD, NATIONAL) == []


def test_items_that_take_longer_than_the_meeting_are_said():
    entries = kinds("study", "progress")
    assert rules.overlong(entries, time(9), time(9, 20)) == []
    assert "超过会议时长19分钟" in rules.overlong(entries, time(9), time(9, 19))[0].message
    assert rules.overlong(entries, None, time(9)) == rules.overlong(entries, time(9), None) == []


def test_every_item_has_one_of_the_charters_kinds():
    rules.check_kind("plan", ["plan", "other"])
    with pytest.raises(Refused, match="议定计划安排、其他重要事项") as refused:
        rules.check_kind("study", ["plan", "other"])
    assert refused.value.field == "kind" and refused.value.source == "制度四(二)"


def test_by_consensus_nothing_passes_over_an_objection():
    """Source: dossier 1.2 (协商一致)."""
    check_conclusion("consensus", "passed", "", Votes(), 11)
    check_conclusion("consensus", "passed", "", Votes(10, 0, 1), 11)
    check_conclusion("consensus", "again", "财政厅要求补充测算", Votes(10, 1, 0), 11)
    with pytest.raises(Refused, match="1个单位不同意"):
        check_conclusion("consensus", "passed", "", Votes(10, 1, 0), 11)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(1, 40))
def test_by_majority_more_than_half_of_those_present_are_for_it(aye, nay, abstained, present):
    votes = Votes(aye, nay, abstained)
    try:
        check_conclusion("majority", "passed", "", votes, present)
    except Refused as refused:
        assert votes.cast > present or aye * 2 <= present or refused.field == "votes_for"
    else:
        assert aye * 2 > present >= votes.cast


def test_by_majority_votes_are_counted():
    with pytest.raises(Refused, match="请填写同意"):
        check_conclusion("majority", "passed", "", Votes(), 0)
    check_conclusion("majority", "noted", "", Votes(), 0)
    check_conclusion("majority", "passed", "", Votes(3, 2, 0), 0)


@pytest.mark.parametrize("mode", MODES)
def test_what_goes_back_to_its_proposer_says_why(mode):
    for outcome in ("not_passed", "again"):
        check_conclusion(mode, outcome, "补充测算后再议", Votes(), 5)
        with pytest.raises(Refused, match="写明理由") as refused:
            check_conclusion(mode, outcome, " ", Votes(), 5)
        assert refused.value.field == "text"
    with pytest.raises(Refused, match="请选择审议结论"):
        check_conclusion(mode, "", "", Votes(), 5)
    with pytest.raises(Refused, match="多于到会"):
        check_conclusion(mode, "noted", "", Votes(4, 2, 0), 5)
    with pytest.raises(Refused, match="不能为负"):
        check_conclusion(mode, "noted", "", Votes(-1, 0, 0), 5)


def test_what_a_state_does_not_allow_is_refused_with_its_article():
    for state in rules.STATES:
        for step in rules.ITEM.steps:
            if state in step.sources:
                assert rules.ITEM.step(state, step.verb) == (step.target or state)
            else:
                with pytest.raises(Conflict) as refused:
                    rules.ITEM.step(state, step.verb)
                assert refused.value.source == step.article

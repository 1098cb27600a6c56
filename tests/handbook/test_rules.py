"""The year's deadlines by the charter's own rules: nothing of another year, nothing that the charter does not ask for."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import charter_template, handbook_forms, handbook_guide
from config.workdays import NATIONAL
from service.handbook.rules import calendar, event_deadlines
from service.rooms import parts

RULES = {
    rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value
    for rule in charter_template("province").rules
}


def said(year: int = 2026, *, below: bool = True, **changes: object) -> dict[str, date]:
    return {due.what: due.day for due in calendar(year, RULES | changes, NATIONAL, below=below)}


def test_the_provinces_year_holds_what_its_charter_asks_for():
    found = said()
    assert found["报送2026年度工作计划"] == date(2026, 2, 28)  # a Saturday on which offices work
    assert found["报送2026年第一季度工作进展"] == date(2026, 4, 10)
    assert found["报送2025年第四季度工作进展"] == date(2026, 1, 12)  # the 10th is a Saturday
    assert found["报送2026年度工作总结"] == date(2026, 12, 21)  # the 20th is a Sunday
    assert found["向省政府报告2026年上半年工作"] == date(2026, 7, 31)
    assert found["向省政府报告2025年度工作"] == date(2026, 2, 2)
    assert found["编发2026年第三季度联席会议简报（至少1期）"] == date(2026, 9, 30)
    assert found["当年尚未召开全体会议的，自即日起红色提示"] == date(2026, 11, 1)


def test_a_place_with_nobody_below_expects_no_figures():
    assert any("上报" in what for what in said(below=True))
    assert not any("上报" in what for what in said(below=False))


def test_other_rules_make_another_year():
    assert "报送2026年6月工作进展" in said(progress_cycle="month", progress_offset_days=None, progress_day_of_month=5)
    assert "向省政府报告2026年第二季度工作" in said(report_cycle=["quarter"])
    assert not any("报告" in what for what in said(report_cycle=["event"]))
    assert said(due_shifts_to_workday=False)["报送2026年度工作总结"] == date(2026, 12, 20)
    quarterly = calendar(2026, RULES | {"plenary_cadence": "quarter"}, NATIONAL, below=False)
    assert [due.day.month for due in quarterly if due.what.startswith("召开第")] == [3, 6, 9, 12]
    monthly = calendar(2026, RULES | {"agenda_day_of_prev_month": 20}, NATIONAL, below=False)
    assert sum(due.what == "报送下月会议议题" for due in monthly) == 12
    assert not any("简报" in what for what in said(bulletin_min=0))


@given(st.integers(2024, 2026), st.sampled_from(["month", "quarter", "half_year"]), st.booleans())
def test_the_calendar_is_in_order_without_repeats_and_of_its_year_only(year, cycle, below):
    found = calendar(year, RULES | {"progress_cycle": cycle}, NATIONAL, below=below)
    days = [due.day for due in found]
    assert days == sorted(days)
    assert {day.year for day in days} == {year}
    assert len(found) == len(set(found))
    moved = [due for due in found if due.who != "office"]
    assert all(NATIONAL.works(due.day) for due in moved)


@pytest.mark.parametrize(("changes", "expected"), [({}, True), ({"notice_workdays": None}, False)])
def test_time_limits_that_the_tenant_left_open_are_not_listed(changes, expected):
    found = [(limit.what, limit.within, limit.within_en) for limit in event_deadlines(RULES | changes)]
    assert (("发出会议通知", "会前5个工作日", "5 working days before") in found) is expected


def test_every_form_and_every_step_names_a_menu_that_there_is(app):
    menus = {entry.label for room in parts("pages") for entry in getattr(room, "NAV", ())}
    assert menus >= {re.split("[—、（]", form.where)[0] for form in handbook_forms()}
    named = {name for step in handbook_guide() for name in re.findall("“([^”]+)”", step.text)}
    assert named and menus >= named

"""The year's deadlines as the charter's own rules make them. Pure.

Source: seed 四(一), 四(二), 四(四), 四(五); dossier 6 (默认期限建议表), 5.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.workdays import next_working_day
from service.kit.period import Period
from service.submissions.rules import KINDS, month_day, owing

Rules = Mapping[str, Any]
UNITS, OFFICE, BELOW = "各成员单位", "联席会议办公室", "下级联席会议"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """What falls due on a day, who owes it, and the article it rests on."""

    day: date
    what: str
    who: str
    article: str


def calendar(year: int, rules: Rules, *, below: bool) -> list[Due]:
    """Everything that falls due in that year, day by day. `below`: there are places that report figures here."""
    sources: tuple[Callable[[int, Rules], Iterator[Due]], ...] = (_submissions, _reports, _bulletins, _plenary, _agenda)
    found = [due for told in (year - 1, year) for source in sources for due in source(told, rules)]
    found += [due for told in (year - 1, year) for due in _figures(told, rules)] if below else []
    return sorted({due for due in found if due.day.year == year})


def _submissions(year: int, rules: Rules) -> Iterator[Due]:
    """What each unit owes the office. Source: seed 四(四)."""
    for owed in owing(Period(year, "Y", 1), rules):
        about = str(owed.about.year) if owed.about.kind == "Y" else owed.about.label
        yield Due(owed.due, f"报送{about}{KINDS[owed.kind]}", UNITS, "四(四)")


def _reports(year: int, rules: Rules) -> Iterator[Due]:
    """What the office owes the government. Source: seed 四(一)."""
    cycle, to = rules["report_cycle"], rules["report_to"]
    if "half_year" in cycle:
        yield Due(_day(year, rules["report_due_half_year"], rules), f"向{to}报告{year}年上半年工作", OFFICE, "四(一)")
    if "year" in cycle:
        yield Due(_day(year + 1, rules["report_due_year"], rules), f"向{to}报告{year}年度工作", OFFICE, "四(一)")
    if "quarter" in cycle and rules["report_due_quarter_days"] is not None:
        for quarter in _quarters(year):
            day = _after(quarter, rules["report_due_quarter_days"], rules)
            yield Due(day, f"向{to}报告{quarter.label}工作", OFFICE, "四(一)")


def _figures(year: int, rules: Rules) -> Iterator[Due]:
    """What the places below owe here. Source: seed 四(一); dossier 4.4."""
    for quarter in _quarters(year):
        day = _after(quarter, rules["figures_due_days"], rules)
        yield Due(day, f"上报{quarter.label}统计数据和进度数据", BELOW, "四(一)")


def _bulletins(year: int, rules: Rules) -> Iterator[Due]:
    """A cycle's bulletins are out by its end. Source: seed 四(五)."""
    kinds = {"month": "M", "two_months": "B", "quarter": "Q"}
    if rules["bulletin_min"]:
        for period in Period(year, "Y", 1).ending(kinds[rules["bulletin_cycle"]]):
            yield Due(period.last, f"编发{period.label}联席会议简报（至少{rules['bulletin_min']}期）", OFFICE, "四(五)")


def _plenary(year: int, rules: Rules) -> Iterator[Due]:
    """The year's plenary. Source: seed 四(二)."""
    if rules["plenary_none_red_from"] and rules["plenary_min"]:
        day = month_day(year, rules["plenary_none_red_from"], shifts=False)
        yield Due(day, "当年尚未召开全体会议的，自即日起红色提示", OFFICE, "四(二)")


def _agenda(year: int, rules: Rules) -> Iterator[Due]:
    """Where items for the next month's meeting are named by a day of the month. Source: dossier 2.2 (议题征集)."""
    if (day := rules["agenda_day_of_prev_month"]) is not None:
        for month in Period(year, "Y", 1).ending("M"):
            named = min(date(year, month.number, 1) + timedelta(days=day - 1), month.last)
            yield Due(_shifted(named, rules), "报送下月会议议题", UNITS, "四(二)")


def _quarters(year: int) -> list[Period]:
    return Period(year, "Y", 1).ending("Q")


def _day(year: int, text: str, rules: Rules) -> date:
    return month_day(year, text, shifts=bool(rules["due_shifts_to_workday"]))


def _after(period: Period, days: int, rules: Rules) -> date:
    return _shifted(period.last + timedelta(days=days), rules)


def _shifted(day: date, rules: Rules) -> date:
    return next_working_day(day) if rules["due_shifts_to_workday"] else day


# What is counted not from the calendar but from what happens: rule, what, from when.
EVENTS = (
    ("agenda_lead_workdays", "征集会议议题", "会前{n}个工作日"),
    ("notice_workdays", "发出会议通知", "会前{n}个工作日"),
    ("materials_workdays", "提交会议材料", "会前{n}个工作日"),
    ("minutes_countersign_workdays", "会签会议纪要", "收到后{n}个工作日"),
    ("minutes_workdays", "印发会议纪要", "会后{n}个工作日"),
    ("submission_handling_workdays", "办公室处理成员单位报送事项", "收到后{n}个工作日"),
    ("important_matter_workdays", "报告重要事项", "发生后{n}个工作日"),
    ("consult_workdays", "反馈征求意见", "发函后{n}个工作日"),
    ("grace_workdays", "逾期未报的，认定为漏报", "期限届满后{n}个工作日"),
    ("liaison_vacancy_days", "补齐空缺的联络员", "空缺后{n}日"),
    ("overdue_yellow_days", "任务逾期，发黄色督办", "逾期{n}日"),
    ("overdue_red_days", "任务逾期，发红色督办", "逾期{n}日"),
)


def event_deadlines(rules: Rules) -> list[tuple[str, str]]:
    """What is to be done and within which time, for the rules that this tenant has set."""
    return [(what, when.format(n=rules[key])) for key, what, when in EVENTS if rules.get(key) is not None]

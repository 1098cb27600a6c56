"""The year's deadlines as the charter's own rules make them. Pure.

Source: seed 四(一), 四(二), 四(四), 四(五); dossier 6 (默认期限建议表), 5.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.workdays import Workdays
from service.kit.period import Period
from service.meetings.rhythm import spans
from service.oversight.rules import deadline
from service.reports.calendar import due as report_due
from service.reports.calendar import periods as reported
from service.submissions.rules import KINDS, month_day, moving, owing, shifted

Rules = Mapping[str, Any]
UNITS, OFFICE, BELOW = "units", "office", "below"  # named in the wording group `owed_by`


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """What falls due on a day, who owes it, and the article it rests on."""

    day: date
    what: str
    who: str
    article: str
    en: str


def calendar(year: int, rules: Rules, days: Workdays, *, below: bool) -> list[Due]:
    """Everything that falls due in that year, day by day. `below`: there are places that report figures here."""
    sources: tuple[Callable[[int, Rules, Workdays], Iterator[Due]], ...] = (
        _submissions,
        _reports,
        _bulletins,
        _plenary,
        _agenda,
    )
    found = [due for told in (year - 1, year) for source in sources for due in source(told, rules, days)]
    found += [due for told in (year - 1, year) for due in _figures(told, rules, days)] if below else []
    return sorted({due for due in found if due.day.year == year})


ENGLISH = {"plan": "Work plan", "progress": "Progress report", "annual_summary": "Annual summary"}


def _submissions(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """What each unit owes the office. Source: seed 四(四)."""
    for owed in owing(Period(year, "Y", 1), rules, days):
        about = str(owed.about.year) if owed.about.kind == "Y" else owed.about.label
        en = f"{ENGLISH[owed.kind]} for {owed.about.english}"
        yield Due(owed.due, f"报送{about}{KINDS[owed.kind]}", UNITS, "四(四)", en)


def _reports(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """What the office owes the government. Source: seed 四(一)."""
    for about in reported(rules, year):
        said = f"{about.year}年度" if about.kind == "Y" else about.label
        en = f"Report to the government on {about.english}"
        yield Due(report_due(rules, about, days), f"向{rules['report_to']}报告{said}工作", OFFICE, "四(一)", en)


def _figures(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """What the places below owe here. Source: seed 四(一); dossier 4.4."""
    for quarter in Period(year, "Y", 1).ending("Q"):
        by = deadline(quarter, rules, days)
        yield Due(by.due, f"上报{quarter.label}数据", BELOW, "四(一)", f"Figures of {quarter.english}")


def _bulletins(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """A cycle's bulletins are out by its end. Source: seed 四(五)."""
    kinds = {"month": "M", "two_months": "B", "quarter": "Q"}
    if rules["bulletin_min"]:
        for period in Period(year, "Y", 1).ending(kinds[rules["bulletin_cycle"]]):
            count = rules["bulletin_min"]
            en = f"At least {count} bulletin(s) for {period.english}"
            yield Due(period.last, f"编发{period.label}联席会议简报（至少{count}期）", OFFICE, "四(五)", en)


def _plenary(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """The year's plenaries, each by the end of its span where the charter sets a rhythm. Source: seed 四(二); dossier 2.4."""
    if (cadence := rules.get("plenary_cadence", "year")) != "year":
        for number, span in enumerate(spans(cadence, year), start=1):
            yield Due(span.until, f"召开第{number}次全体会议", OFFICE, "四(二)", f"Plenary {number} is held")
    if rules["plenary_none_red_from"] and rules["plenary_min"]:
        day = month_day(year, rules["plenary_none_red_from"], None)
        en = "Red note from this day if no plenary was held this year"
        yield Due(day, "当年尚未召开全体会议的，自即日起红色提示", OFFICE, "四(二)", en)


def _agenda(year: int, rules: Rules, days: Workdays) -> Iterator[Due]:
    """Where items for the next month's meeting are named by a day of the month. Source: dossier 2.2 (议题征集)."""
    if (day := rules["agenda_day_of_prev_month"]) is not None:
        for month in Period(year, "Y", 1).ending("M"):
            named = min(date(year, month.number, 1) + timedelta(days=day - 1), month.last)
            yield Due(
                shifted(named, moving(rules, days)),
                "报送下月会议议题",
                UNITS,
                "四(二)",
                "Agenda items for next month",
            )


@dataclass(frozen=True, slots=True)
class Limit:
    """What is to be done within which time of something happening."""

    what: str
    within: str
    en: str
    within_en: str


# What is counted not from the calendar but from what happens: rule, what, from when; the same in English.
EVENTS = (
    ("agenda_lead_workdays", "征集会议议题", "会前{n}个工作日", "Call for agenda items", "{n} working days before"),
    ("notice_workdays", "发出会议通知", "会前{n}个工作日", "Meeting notice", "{n} working days before"),
    ("materials_workdays", "提交会议材料", "会前{n}个工作日", "Meeting papers", "{n} working days before"),
    ("minutes_countersign_workdays", "会签会议纪要", "收到后{n}个工作日", "Countersign minutes", "{n} working days"),
    ("minutes_workdays", "印发会议纪要", "会后{n}个工作日", "Issue minutes", "{n} working days after the meeting"),
    ("submission_handling_workdays", "办公室处理成员单位报送事项", "收到后{n}个工作日", "Handle a submission", "{n} working days"),
    ("important_matter_workdays", "报告重要事项", "发生后{n}个工作日", "Report an important matter", "{n} working days"),
    ("consult_workdays", "反馈征求意见", "发函后{n}个工作日", "Answer a consultation", "{n} working days"),
    ("grace_workdays", "逾期未报的，认定为漏报", "期限届满后{n}个工作日", "Counted as missed", "{n} working days overdue"),
    ("liaison_vacancy_days", "补齐空缺的联络员", "空缺后{n}日", "Fill a liaison vacancy", "{n} days"),
    ("overdue_yellow_days", "任务逾期，发黄色督办", "逾期{n}日", "Yellow supervision of a task", "{n} days overdue"),
    ("overdue_red_days", "任务逾期，发红色督办", "逾期{n}日", "Red supervision of a task", "{n} days overdue"),
)  # fmt: skip


def event_deadlines(rules: Rules) -> list[Limit]:
    """The limits that this tenant has set."""
    told = ((rules.get(key), words) for key, *words in EVENTS)
    return [Limit(*(word.format(n=days) for word in words)) for days, words in told if days is not None]

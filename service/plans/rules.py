"""What must hold of an annual plan. Pure. Source: seed 四(二); dossier 1.1 D8."""

from __future__ import annotations

from datetime import date

from tenants.errors import Refused

DRAFT, APPROVED, CLOSED = "draft", "approved", "closed"  # the wording group `plan_state`
YEARS = range(2000, 2100)
LONGEST_TITLE = 100
SOURCE = "制度四(二)：议定年度工作计划"


def check_title(title: str) -> None:
    """Nothing, or the title is refused."""
    if not title or len(title) > LONGEST_TITLE:
        raise Refused(
            f"请填写计划名称，不超过{LONGEST_TITLE}字。",
            en=f"Give the plan a title of at most {LONGEST_TITLE} characters.",
            source=SOURCE,
            field="title",
        )


def check_year(year: int) -> None:
    """Nothing, or the year is refused."""
    if year not in YEARS:
        raise Refused("年度应为四位年份，如2026。", en="The year has four digits.", source=SOURCE, field="year")


def check_draft(state: str, verb: str) -> None:
    """Nothing, or what only a draft allows is refused."""
    if state != DRAFT:
        raise Refused(
            f"计划已经议定，不能再{verb}。", en="The plan has been agreed; this is for drafts only.", source=SOURCE
        )


def check_basis(basis: str) -> None:
    """Nothing, or an agreement that names neither meeting nor paper is refused."""
    if not basis:
        raise Refused(
            "请填写议定依据：哪次会议或哪份文件。",
            en="Name the meeting or the paper that agreed the plan.",
            source=SOURCE,
            field="basis",
        )


def check_agreed_on(day: date, on: date) -> None:
    """Nothing, or a day to come is refused."""
    if day > on:
        raise Refused(
            "议定日期不能晚于今天。", en="A plan cannot have been agreed on a day to come.", field="agreed_on"
        )


def check_closing(state: str, year: int, on: date) -> None:
    """Nothing, or the plan is not ready to be filed: it is agreed, and its year is over."""
    if state != APPROVED:
        raise Refused("计划议定后方可归档，且只归档一次。", en="Only an agreed plan is filed, once.", source=SOURCE)
    if on.year <= year:
        raise Refused(
            f"{year}年结束后方可归档。", en=f"The plan is filed after {year} is over.", source=SOURCE, field="year"
        )


def check_open(state: str, year: int) -> None:
    """Nothing, or the plan takes no more tasks."""
    if state == CLOSED:
        raise Refused(
            f"{year}年度工作计划已归档，不能再列任务。",
            en=f"The plan of {year} is filed; it takes no more tasks.",
            source=SOURCE,
            field="plan_id",
        )

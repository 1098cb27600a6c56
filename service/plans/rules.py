"""What must hold of a plan. Pure.

The year's plan is agreed by a plenary, and so are long-term and phase plans; a unit's own plan is reviewed by the
office. Source: seed 一, 四(二), 四(四); dossier 1.1 D4, D8, 2.2, 5.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tenants.errors import Refused

DRAFT, SUBMITTED, APPROVED, CLOSED = "draft", "submitted", "approved", "closed"  # the wording group `plan_state`
STATES = (DRAFT, SUBMITTED, APPROVED, CLOSED)
LONG_TERM, ANNUAL, PHASE, UNIT = "long_term", "annual", "phase", "unit"  # the wording group `plan_kind`
KINDS = (ANNUAL, PHASE, LONG_TERM, UNIT)
COLLECTIVE = (ANNUAL, PHASE, LONG_TERM)  # the conference's own: drafted by the office, agreed by a plenary
# A plan is drawn from one of these.
PARENTS: Mapping[str, tuple[str, ...]] = {
    LONG_TERM: (),
    ANNUAL: (LONG_TERM,),
    PHASE: (ANNUAL, LONG_TERM),
    UNIT: (ANNUAL, PHASE),
}
YEARS = range(2000, 2100)
LONGEST_TITLE = 100
LONGEST_TEXT = 20_000
SOURCE = "制度四(二)：议定年度工作计划"
UNITS_OWN = "制度四(四)：各成员单位制定相应的工作规划和年度工作计划"
LINKED = "制度一：组织制定中长期规划；规划须与发展改革部门衔接"


@dataclass(frozen=True)
class Span:
    """From which day to which a plan of that kind runs."""

    kind: str
    begins: date
    ends: date

    def holds(self, other: Span) -> bool:
        """Whether the other runs within this one."""
        return self.begins <= other.begins and other.ends <= self.ends


def span_of(kind: str, year: int, begins: date | None, ends: date | None) -> Span:
    """The days of a plan: the whole year unless others are named; an annual plan is always its whole year."""
    check_year(year)
    whole = date(year, 1, 1), date(year, 12, 31)
    if kind == ANNUAL:
        return Span(kind, *whole)
    return Span(kind, begins or whole[0], ends or whole[1])


def check_span(span: Span, year: int) -> None:
    """Nothing, or the days are refused: a long-term plan runs over years, every other within its one."""
    if span.begins.year != year or span.begins.year not in YEARS:
        raise _wrong_days(f"开始日期应在{year}年内。", f"The plan begins in {year}.", "begins")
    if span.ends < span.begins:
        raise _wrong_days("结束日期不能早于开始日期。", "A plan does not end before it begins.", "ends")
    if span.kind == LONG_TERM and span.ends.year == year:
        raise _wrong_days(
            "中长期规划应跨年度；一年之内的，请拟订年度计划或阶段性安排。", "A long-term plan runs over years.", "ends"
        )
    if span.kind != LONG_TERM and span.ends.year != year:
        raise _wrong_days(
            f"结束日期应在{year}年内；跨年度的，请拟订中长期规划。", f"The plan ends within {year}.", "ends"
        )


def _wrong_days(message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, source=SOURCE, field=field)


def check_parent(span: Span, parent: Span | None) -> None:
    """Nothing, or the plan cannot be drawn from that one."""
    if parent is None:
        return
    if parent.kind not in PARENTS[span.kind]:
        raise Refused(
            "所选上位计划的类别不符：年度计划出自中长期规划，阶段性安排、单位计划出自年度计划。",
            en="A plan of this kind is not drawn from one of that kind.",
            source=SOURCE,
            field="parent_id",
        )
    if not parent.holds(span):
        raise Refused(
            f"本计划的起止日期应在上位计划的期间（{parent.begins}至{parent.ends}）之内。",
            en=f"The plan runs within {parent.begins} to {parent.ends}, as the one it is drawn from.",
            source=SOURCE,
            field="parent_id",
        )


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


def check_collective(kind: str) -> None:
    """Nothing, or a unit's own plan is refused what the conference does with its own."""
    if kind not in COLLECTIVE:
        raise Refused(
            "单位计划由该单位拟订、报办公室审核，不经会议议定。",
            en="A unit's own plan is drafted by the unit and reviewed by the office.",
            source=UNITS_OWN,
            field="kind",
        )


def check_draft(state: str, verb: str) -> None:
    """Nothing, or what only a draft allows is refused."""
    if state == SUBMITTED:
        raise Refused(
            f"计划已报办公室审核，退回后方可{verb}。", en="The plan is with the office for review.", source=UNITS_OWN
        )
    if state != DRAFT:
        raise Refused(
            f"计划已经议定，不能再{verb}。", en="The plan has been agreed; this is for drafts only.", source=SOURCE
        )


def check_submitted(state: str) -> None:
    """Nothing, or the plan does not wait for the office's review."""
    if state != SUBMITTED:
        raise Refused("该计划现在不待审核，请刷新后核对。", en="The plan does not wait for review.", source=UNITS_OWN)


def check_remark(remark: str) -> None:
    """Nothing, or a plan sent back without a word is refused."""
    if not remark:
        raise Refused("请写明退回修改的意见。", en="Say what is to be changed.", source=UNITS_OWN, field="remark")


def check_basis(basis: str) -> None:
    """Nothing, or an agreement that names neither meeting nor paper is refused."""
    if not basis:
        raise Refused(
            "请填写议定依据：哪次会议或哪份文件。",
            en="Name the meeting or the paper that agreed the plan.",
            source=SOURCE,
            field="basis",
        )


def check_opinion(kind: str, opinion: str) -> None:
    """Nothing, or a long-term plan without the word of who keeps plans in step is refused. Source: dossier 1.1 D4."""
    if kind == LONG_TERM and not opinion:
        raise Refused(
            "中长期规划议定前须有发展改革部门的衔接意见，请写明意见和文号。",
            en="A long-term plan needs the opinion of the development and reform department.",
            source=LINKED,
            field="opinion",
        )


def check_agreed_on(day: date, on: date) -> None:
    """Nothing, or a day to come is refused."""
    if day > on:
        raise Refused(
            "议定日期不能晚于今天。", en="A plan cannot have been agreed on a day to come.", field="agreed_on"
        )


def check_closing(state: str, ends: date, on: date) -> None:
    """Nothing, or the plan is not ready to be filed: it is agreed, and its time is over."""
    if state != APPROVED:
        raise Refused("计划议定后方可归档，且只归档一次。", en="Only an agreed plan is filed, once.", source=SOURCE)
    if on <= ends:
        until = f"{ends.year}年" if (ends.month, ends.day) == (12, 31) else f"计划期（至{ends}）"
        raise Refused(
            f"{until}结束后方可归档。", en=f"The plan is filed after {ends} is over.", source=SOURCE, field="year"
        )


def check_open(kind: str, state: str, title: str) -> None:
    """Nothing, or the plan takes no more tasks; a long-term one takes none at all. Source: dossier 1.1 D4, 6-1."""
    if kind == LONG_TERM:
        raise Refused(
            "中长期规划按年度分解：请在各年度计划中列任务。",
            en="A long-term plan is broken down by the year: list tasks in the annual plans.",
            source=SOURCE,
            field="plan_id",
        )
    if state == CLOSED:
        raise Refused(
            f"“{title}”已归档，不能再列任务。",
            en=f"{title} is filed; it takes no more tasks.",
            source=SOURCE,
            field="plan_id",
        )


def check_within(span: Span, due: date) -> None:
    """Nothing, or a task that is due outside the days of its plan is refused; within its year it is anyway."""
    if span.kind == PHASE and not span.begins <= due <= span.ends:
        raise Refused(
            f"完成时限应在本阶段（{span.begins}至{span.ends}）之内。",
            en=f"The task is due between {span.begins} and {span.ends}.",
            source=SOURCE,
            field="due",
        )

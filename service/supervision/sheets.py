"""The lists as tables to take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from service.kit.face import label
from service.supervision.models import SupervisionOrder, SupervisionReminder
from service.supervision.rules import is_silent
from service.supervision.worklist import REMIND, Entry

ORDERS = (
    "单号",
    "督办级别",
    "督办事项",
    "事项类别",
    "责任单位",
    "原定时限",
    "办理时限",
    "送达日",
    "回复时限",
    "回复日",
    "状态",
    "逾期未回复",
    "办结日",
)
WORKLIST = ("督办事项", "事项类别", "责任单位", "时限", "逾期天数", "应发级别", "原因", "上级单号", "已催办次数")
REMINDERS = ("日期", "督办事项", "事项类别", "责任单位", "时限", "催办内容", "催办人")


def order_rows(rows: Iterable[SupervisionOrder], on: date) -> Iterator[list[Any]]:
    """The orders, line by line."""
    for row in rows:
        what = [row.number, label("supervision_level", row.level), row.title, _kind(row.subject[0]), row.addressee]
        days = [row.since, row.due, row.served_on, row.answer_by, row.answered_on]
        silent = "是" if is_silent(row.state, row.answer_by, on) else ""
        closed = row.ended_on if row.state == "closed" else None
        yield [*what, *days, label("supervision_state", row.state), silent, closed]


def worklist_rows(rows: Iterable[Entry]) -> Iterator[list[Any]]:
    """What is to be supervised, line by line."""
    for row in rows:
        level = label("supervision_level", row.level) if row.level else label("supervision_why", REMIND)
        what = [row.subject.title, _kind(row.subject.kind), row.addressee, row.subject.due, row.late]
        yield [
            *what,
            level,
            label("supervision_why", row.why),
            row.before.number if row.before else "",
            len(row.reminded),
        ]


def reminder_rows(rows: Iterable[SupervisionReminder]) -> Iterator[list[Any]]:
    """The reminders, line by line."""
    for row in rows:
        yield [row.on, row.title, _kind(row.subject[0]), row.addressee, row.since, row.text, row.by]


def _kind(kind: str) -> str:
    return label("supervision_subject", kind)

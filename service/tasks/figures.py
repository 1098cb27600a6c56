"""What the ledger publishes, P01 to P07, P15, P16. One statement, whatever the number of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from service.kit.period import Period
from service.tasks import rules
from service.tasks.models import Extension, Task, TaskEvent
from service.tasks.rules import Ratio, TaskFacts
from tenants.rollup import Entry


def figures(session: Session, period: Period) -> list[Entry]:
    """The tasks of the year's plan as they stood at the end of the period's last day. Source: dossier 6-1 to 6-4."""
    return entries(facts(session, period.year, period.end), period.end)


def facts(session: Session, year: int, as_of: date) -> list[TaskFacts]:
    """The year's tasks as they stood at the end of that day: state and due date then, not now."""
    return [TaskFacts(*row) for row in session.execute(_facts(year, as_of))]


def _facts(year: int, as_of: date) -> Select[str, date, date, date | None, date | None]:
    """A task listed after that day was no task of the period: a closed period does not change by new work."""
    listed = select(TaskEvent.id).where(
        TaskEvent.tenant_id == Task.tenant_id,
        TaskEvent.task_id == Task.id,
        TaskEvent.verb == "add",
        TaskEvent.on <= as_of,
    )
    return select(
        func.coalesce(_state(as_of), "not_started"),
        func.coalesce(_due(as_of), Task.due0),
        Task.due0,
        Task.done_on,
        Task.claimed_on,
    ).where(Task.year == year, listed.correlate(Task).exists())


def _state(as_of: date) -> ScalarSelect[str]:
    """The state after the last step up to that day."""
    steps = select(TaskEvent.state).where(
        TaskEvent.tenant_id == Task.tenant_id, TaskEvent.task_id == Task.id, TaskEvent.on <= as_of
    )
    return steps.order_by(TaskEvent.on.desc(), TaskEvent.id.desc()).limit(1).correlate(Task).scalar_subquery()


def _due(as_of: date) -> ScalarSelect[date]:
    """The due date that the last extension granted up to that day set."""
    granted = select(Extension.due_after).where(
        Extension.tenant_id == Task.tenant_id, Extension.task_id == Task.id, Extension.granted_on <= as_of
    )
    return granted.order_by(Extension.granted_on.desc(), Extension.id.desc()).limit(1).correlate(Task).scalar_subquery()


def entries(tasks: list[TaskFacts], as_of: date) -> list[Entry]:
    """The figures of these tasks."""
    resting = {"suspended": len(rules.suspended(tasks))}
    overdue = rules.overdue_current(tasks, as_of)
    return [
        _ratio("P01", rules.completion(tasks, as_of), resting),
        _ratio("P02", rules.due_completion(tasks, as_of), resting),
        _ratio("P03", rules.on_time(tasks, as_of), resting),
        _ratio("P04", rules.on_time_original(tasks, as_of), resting),
        _count("P05", rules.overdue_cumulative(tasks, as_of).numerator),
        _count("P06", overdue.numerator),
        _ratio("P07", overdue, resting),
        _count("P15", len(rules.planned(tasks))),
        _count("P16", resting["suspended"]),
    ]


def _ratio(code: str, value: Ratio, detail: Mapping[str, Any]) -> Entry:
    return Entry(code, Decimal(value.numerator), Decimal(value.denominator or 0), detail=detail)


def _count(code: str, value: int) -> Entry:
    return Entry(code, Decimal(value), None)

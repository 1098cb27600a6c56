"""What the ledger publishes, P01 to P07, P15, P16. One query, whatever the number of tasks.

T is the annual plan's tasks: those of phases and of units' own plans are counted nowhere here. Source: dossier 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Exists, ScalarSelect, func, select

from service.kit.facts import UNTIL, YEAR, Facts, Query
from service.kit.period import Period
from service.plans.models import Plan
from service.plans.rules import ANNUAL
from service.tasks import rules
from service.tasks.models import Extension, Task, TaskEvent
from service.tasks.rules import Ratio, TaskFacts
from tenants.rollup import Entry


def figures(facts: Facts, period: Period) -> list[Entry]:
    """The tasks of the year's plan as they stood at the end of the period's last day. Source: dossier 6-1 to 6-4."""
    return entries([TaskFacts(*row) for row in facts["tasks"]], period.end)


def _state() -> ScalarSelect[str]:
    """The state after the last step up to that day."""
    steps = select(TaskEvent.state).where(
        TaskEvent.tenant_id == Task.tenant_id, TaskEvent.task_id == Task.id, TaskEvent.on <= UNTIL
    )
    return steps.order_by(TaskEvent.on.desc(), TaskEvent.id.desc()).limit(1).correlate(Task).scalar_subquery()


def _due() -> ScalarSelect[date]:
    """The due date that the last extension granted up to that day set."""
    granted = select(Extension.due_after).where(
        Extension.tenant_id == Task.tenant_id, Extension.task_id == Task.id, Extension.granted_on <= UNTIL
    )
    return granted.order_by(Extension.granted_on.desc(), Extension.id.desc()).limit(1).correlate(Task).scalar_subquery()


def _listed() -> Exists:
    """Whether the task was listed by that day: a closed period does not change by new work."""
    listed = select(TaskEvent.id).where(
        TaskEvent.tenant_id == Task.tenant_id,
        TaskEvent.task_id == Task.id,
        TaskEvent.verb == "add",
        TaskEvent.on <= UNTIL,
    )
    return listed.correlate(Task).exists()


def of_the_annual_plan() -> Exists:
    """Whether the task is one of T: the figures, and whatever says "the year's tasks", count no other plan's."""
    annual = select(Plan.id).where(Plan.tenant_id == Task.tenant_id, Plan.id == Task.plan_id, Plan.kind == ANNUAL)
    return annual.correlate(Task).exists()


# The year's tasks as they stood at the end of that day: state and due date then, not now.
FACTS: Mapping[str, Query] = {
    "tasks": select(
        func.coalesce(_state(), "not_started"),
        func.coalesce(_due(), Task.due0),
        Task.due0,
        Task.done_on,
        Task.claimed_on,
    ).where(Task.year == YEAR, of_the_annual_plan(), _listed())
}


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

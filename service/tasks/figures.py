"""What the ledger publishes: P01–P07, P15, P16. One query, whatever the number of tasks."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.kit.period import Period
from service.tasks import rules
from service.tasks.models import Task, facts_of
from service.tasks.rules import Ratio
from tenants.rollup import Entry


def figures(session: Session, period: Period) -> list[Entry]:
    """The year's tasks as they stood at the end of the period's last day. Source: dossier 6, rows 1–4."""
    as_of = period.end
    query = select(Task.state, Task.due, Task.due0, Task.extended_on, Task.done_on, Task.claimed_on, Task.ended_on)
    tasks = [facts_of(row, as_of) for row in session.execute(query.where(Task.year == period.year))]
    resting = len(rules.suspended(tasks))
    overdue = rules.overdue_current(tasks, as_of)
    return [
        _ratio("P01", rules.completion(tasks, as_of), suspended=resting),
        _ratio("P02", rules.due_completion(tasks, as_of)),
        _ratio("P03", rules.on_time(tasks, as_of)),
        _ratio("P04", rules.on_time_original(tasks, as_of)),
        _count("P05", rules.overdue_cumulative(tasks, as_of).numerator),
        _count("P06", overdue.numerator),
        _ratio("P07", overdue),
        _count("P15", len(rules.planned(tasks))),
        _count("P16", resting),
    ]


def _ratio(code: str, value: Ratio, **detail: int) -> Entry:
    return Entry(code, Decimal(value.numerator), Decimal(value.denominator or 0), detail=detail)


def _count(code: str, value: int) -> Entry:
    return Entry(code, Decimal(value), None)

"""How far a plan is: its tasks by quarter, by policy field and duty, and by unit, each with its lights. Four statements.

T is counted: without what was withdrawn or merged; what is suspended is in no rate. Source: dossier 6 (T, 1, 2, 7).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.labels import label
from service.charter.models import Duty
from service.charter.names import unit_names
from service.plans.models import Plan
from service.plans.queries import drawn_from
from service.plans.rules import LONG_TERM
from service.tasks.models import Task
from service.tasks.queries import lights, paces
from service.tasks.rules import LIGHTS, OUTSIDE_THE_PLAN, Light, Pace

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class One:
    """A task as it is counted."""

    plan_id: UUID
    unit: UUID
    duty: UUID
    field: str
    due: date
    state: str
    light: Light | None

    @property
    def done(self) -> bool:
        return self.state == "closed_out"


@dataclass(frozen=True)
class Line:
    """Some of the tasks in numbers: how many, how many done, and how many show each light."""

    name: str
    total: int
    done: int
    suspended: int
    lights: Mapping[str, int]
    steps: tuple[int, int] = (0, 0)  # milestones of a quarter: reached, of so many

    @property
    def measured(self) -> int:
        """What the rate is taken over."""
        return self.total - self.suspended


@dataclass(frozen=True)
class Standing:
    """The plan in numbers."""

    whole: Line
    quarters: Sequence[Line]
    fields: Sequence[tuple[Line, Sequence[Line]]]  # a policy field, and its duties
    units: Sequence[Line]
    plans: Sequence[tuple[Plan, Line]]  # of a long-term plan: those drawn from it


def standing(session: Session, plan: Plan, on: date) -> Standing:
    """How far the plan is that morning; of a long-term plan, those that were drawn from it."""
    below = [one for one in drawn_from(session, plan.id) if one.kind != LONG_TERM] if plan.kind == LONG_TERM else []
    found, pace = _tasks(session, [one.id for one in below] or [plan.id], on)
    return Standing(
        whole=_line("", found),
        quarters=[] if plan.kind == LONG_TERM else _quarters(plan.year, found, pace.values()),
        fields=_fields(session, found),
        units=_units(session, found),
        plans=[(one, _line(one.title, [task for task in found if task.plan_id == one.id])) for one in below],
    )


def _tasks(session: Session, plan_ids: Sequence[UUID], on: date) -> tuple[list[One], Mapping[UUID, Pace]]:
    its_duty = (Duty.tenant_id == Task.tenant_id) & (Duty.id == Task.duty_id)
    wanted = (Task.plan_id.in_(plan_ids), Task.state.not_in(OUTSIDE_THE_PLAN))
    columns = (Task.id, Task.plan_id, Task.lead_unit_id, Task.duty_id, Duty.policy_field, Task.due, Task.state)
    rows = session.execute(select(*columns).join(Duty, its_duty).where(*wanted)).all()
    pace = paces(session, select(Task.id).where(*wanted))
    lit = lights(session, pace, on)
    return [One(*row[1:], light=lit[row[0]]) for row in rows], pace


def _line(name: str, tasks: Sequence[One], steps: tuple[int, int] = (0, 0)) -> Line:
    return Line(
        name,
        len(tasks),
        sum(task.done for task in tasks),
        sum(task.state == "suspended" for task in tasks),
        {light: sum(task.light == light for task in tasks) for light in LIGHTS},
        steps,
    )


def _quarters(year: int, tasks: Sequence[One], pace: Iterable[Pace]) -> list[Line]:
    """What is due in each quarter, and the milestones that are."""
    steps = [step for one in pace for step in one.milestones]
    return [
        _line(f"Q{number}", [task for task in tasks if _within(task.due, year, number)], _reached(steps, year, number))
        for number in range(1, 5)
    ]


def _within(day: date, year: int, quarter: int) -> bool:
    return day.year == year and (day.month - 1) // 3 + 1 == quarter


def _reached(steps: Iterable[tuple[date, date | None]], year: int, quarter: int) -> tuple[int, int]:
    due = [done for day, done in steps if _within(day, year, quarter)]
    return sum(done is not None for done in due), len(due)


def _fields(session: Session, tasks: Sequence[One]) -> list[tuple[Line, Sequence[Line]]]:
    query = select(Duty.id, Duty.code, Duty.text).where(Duty.id.in_({task.duty for task in tasks}))
    duties = {key: (code, f"{code} {text}") for key, code, text in session.execute(query)}
    found: list[tuple[Line, Sequence[Line]]] = []
    for field, mine in sorted(_by(tasks, lambda task: task.field).items()):
        parts = sorted(_by(mine, lambda task: task.duty).items(), key=lambda part: duties[part[0]][0])
        found.append((_line(label("policy_field", field), mine), [_line(duties[key][1], one) for key, one in parts]))
    return found


def _units(session: Session, tasks: Sequence[One]) -> list[Line]:
    """In the charter's order; those that carry nothing are left out."""
    mine = _by(tasks, lambda task: task.unit)
    return [_line(name, mine[unit]) for unit, name in unit_names(session).items() if unit in mine]


def _by(tasks: Iterable[One], key: Callable[[One], K]) -> dict[K, list[One]]:
    found: dict[K, list[One]] = defaultdict(list)
    for task in tasks:
        found[key(task)].append(task)
    return found

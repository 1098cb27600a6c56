"""Reading the ledger: the list, one task with all that belongs to it, what waits for a seat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from service.charter.models import Duty, Unit
from service.charter.queries import in_force
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.tasks.choosing import before_the_office, chosen, concerns
from service.tasks.models import (
    CloseRequest,
    Extension,
    ExtensionRequest,
    Milestone,
    ProgressEntry,
    Task,
    TaskEvent,
    TaskEvidence,
    TaskUnit,
)
from service.tasks.rules import MOVING, OPEN, Light, Pace, light, quarter_steps, rung
from tenants.errors import Missing

SORTABLE = {
    "no": Task.no,
    "content": Task.content,
    "due": Task.due,
    "state": Task.state,
    "percent": Task.percent,
    "id": Task.id,
}
# Why a task waits for a seat; their names are in the wording group `task_waiting`.
REASONS = ("verify", "extend", "confirm_entry", "returned", "report", "help", "asked")
# What is seen together, beside what waits: all of one's unit's, and what the office looks after.
PILES = ("unit", "office")


def task(session: Session, task_id: UUID) -> Task:
    """The task of that id."""
    return _one(session, select(Task).where(Task.id == task_id))


def held_task(session: Session, task_id: UUID) -> Task:
    """The task of that id, held until commit: its steps come one after the other."""
    return _one(
        session, select(Task).where(Task.id == task_id).with_for_update().execution_options(populate_existing=True)
    )


def milestone(session: Session, task_id: UUID, milestone_id: UUID) -> Milestone:
    """The task's milestone of that id."""
    return _one(session, select(Milestone).where(Milestone.task_id == task_id, Milestone.id == milestone_id))


def pending_request(session: Session, task_id: UUID) -> CloseRequest:
    """The request that waits for the office; a task that asks to be closed out has exactly one."""
    query = select(CloseRequest).where(CloseRequest.task_id == task_id, CloseRequest.state == "pending")
    return session.scalars(query).one()


def offered_quarters(session: Session, row: Task) -> list[tuple[str, date]]:
    """The quarters of the task that have no milestone yet, each with its last day."""
    held = session.scalars(select(Milestone.due).where(Milestone.task_id == row.id))
    return quarter_steps(row.start, row.due, held)


def evidence(session: Session, task_id: UUID, shared: bool | None = None) -> list[TaskEvidence]:
    """What shows what was done, the newest first; `shared`: only what may be sent up, or only what may not."""
    query = select(TaskEvidence).where(TaskEvidence.task_id == task_id)
    wanted = query if shared is None else query.where(TaskEvidence.shared == shared)
    return list(session.scalars(wanted.order_by(TaskEvidence.on.desc(), TaskEvidence.id.desc())))


def _one(session: Session, query: Select[Any]) -> Any:
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def wanted(session: Session, asked: Asked, on: date, only: ColumnElement[bool] | None = None) -> Select[Task]:
    """The tasks that the filters name."""
    found = select(Task).where(chosen(asked, on, lambda: in_force(session, on).rules))
    return found if only is None else found.where(only)


@dataclass(frozen=True)
class Row:
    """A task in the list, with what the list shows of it."""

    task: Task
    light: Light | None
    supervision: str | None
    asked: date | None = None  # until when an extension is asked for, where that waits


def ledger(
    session: Session, asked: Asked, on: date, *, only: ColumnElement[bool] | None = None, whole: bool = False
) -> Page:
    """The tasks asked for, each with its light that morning."""
    page = page_of(session, wanted(session, asked, on, only), asked, SORTABLE, "due", whole=whole)
    return replace(page, rows=rows_of(session, page.rows, on))


def rows_of(session: Session, tasks: Sequence[Task], on: date) -> list[Row]:
    """The tasks, each with its light and its rung that morning."""
    pace = paces(session, [row.id for row in tasks])
    lit = lights(session, pace, on)
    steps = rungs(session, pace, lit, on)
    asked = asked_until(session, [row.id for row in tasks])
    return [Row(row, lit[row.id], steps[row.id], asked.get(row.id)) for row in tasks]


def asked_until(session: Session, task_ids: Sequence[UUID]) -> dict[UUID, date]:
    """Until when these tasks' requests for an extension that wait would have it."""
    query = select(ExtensionRequest.task_id, ExtensionRequest.due_asked).where(
        ExtensionRequest.state == "pending", ExtensionRequest.task_id.in_(task_ids)
    )
    return {task_id: due for task_id, due in session.execute(query)}


def paces(session: Session, wanted: Select[Any] | Sequence[UUID]) -> dict[UUID, Pace]:
    """What the lights of these tasks are read from. Two statements, whatever their number."""
    steps: dict[UUID, list[tuple[date, date | None]]] = defaultdict(list)
    milestones = select(Milestone.task_id, Milestone.due, Milestone.done_on).where(Milestone.task_id.in_(wanted))
    for task_id, due, done_on in session.execute(milestones):
        steps[task_id].append((due, done_on))
    tasks = select(Task.id, Task.state, Task.start, Task.due, Task.percent, Task.due0).where(Task.id.in_(wanted))
    return {
        task_id: Pace(state, start, due, percent, tuple(steps.get(task_id, ())), due > due0)
        for task_id, state, start, due, percent, due0 in session.execute(tasks)
    }


def lights(session: Session, tasks: Mapping[UUID, Pace], on: date) -> dict[UUID, Light | None]:
    """The lights of these tasks that morning, by the tenant's own rules. Source: dossier 6-7."""
    rules = in_force(session, on).rules if tasks else {}
    return {
        key: light(
            pace,
            on,
            soon_days=rules["due_soon_days"],
            lag_points=rules["pro_rata_lag_points"],
            blue=rules["extended_light"],
        )
        for key, pace in tasks.items()
    }


def duty_names(session: Session) -> dict[UUID, str]:
    """Every duty as `RS3 职业培训`, also those that ended."""
    return {key: f"{code} {text}" for key, code, text in session.execute(select(Duty.id, Duty.code, Duty.text))}


def cooperating(session: Session, task_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The units that cooperate in these tasks, in the charter's order."""
    query = (
        select(TaskUnit.task_id, TaskUnit.unit_id)
        .join(Unit, (Unit.tenant_id == TaskUnit.tenant_id) & (Unit.id == TaskUnit.unit_id))
        .where(TaskUnit.task_id.in_(task_ids))
        .order_by(Unit.position)
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for task_id, unit_id in session.execute(query):
        found[task_id].append(unit_id)
    return found


def rungs(
    session: Session, tasks: Mapping[UUID, Pace], lit: Mapping[UUID, Light | None], on: date
) -> dict[UUID, str | None]:
    """Which rung of the tenant's own ladder of supervision each of these tasks has reached. Source: dossier 2.4."""
    ladder = in_force(session, on).rules if tasks else {}
    return {key: rung(pace, lit[key], on, ladder) for key, pace in tasks.items()}


@dataclass(frozen=True)
class Whole:
    """One task with all that belongs to it."""

    task: Task
    light: Light | None
    supervision: str | None
    cooperating: list[UUID]
    milestones: list[Milestone]
    requests: list[CloseRequest]
    extensions: list[Extension]
    events: list[TaskEvent]


def whole(session: Session, task_id: UUID, on: date) -> Whole:
    """The task with its units, milestones, requests, extensions and history, the newest first."""
    row, pace = task(session, task_id), paces(session, [task_id])
    lit = lights(session, pace, on)
    return Whole(
        task=row,
        light=lit[task_id],
        supervision=rungs(session, pace, lit, on)[task_id],
        cooperating=cooperating(session, [task_id])[task_id],
        milestones=_of(session, Milestone, task_id, Milestone.due, Milestone.id),
        requests=_of(session, CloseRequest, task_id, CloseRequest.claimed_on.desc(), CloseRequest.id.desc()),
        extensions=_of(session, Extension, task_id, Extension.granted_on.desc(), Extension.id.desc()),
        events=_of(session, TaskEvent, task_id, TaskEvent.on.desc(), TaskEvent.id.desc()),
    )


def _of(session: Session, model: Any, task_id: UUID, *order: Any) -> list[Any]:
    return list(session.scalars(select(model).where(model.task_id == task_id).order_by(*order)))


def reports(session: Session, task_id: UUID) -> list[TaskEvent]:
    """What units reported on the task, the newest first."""
    query = select(TaskEvent).where(TaskEvent.task_id == task_id, TaskEvent.verb == "report")
    return list(session.scalars(query.order_by(TaskEvent.on.desc(), TaskEvent.id.desc())))


def mergeable(session: Session, row: Task) -> list[Task]:
    """The tasks of the same plan that the task could be merged into."""
    query = select(Task).where(Task.plan_id == row.plan_id, Task.id != row.id, Task.state.in_(OPEN))
    return list(session.scalars(query.order_by(Task.no)))


@dataclass(frozen=True)
class Waiting:
    """A task that waits for this seat, and why: one of REASONS."""

    task: Task
    reason: str
    light: Light | None


def waiting(seat: Seat, on: date) -> dict[str, ColumnElement[bool]]:
    """The tasks that can wait for this seat, by reason: close-outs for the office, a unit's own and those it helps."""
    found: dict[str, ColumnElement[bool]] = {}
    if seat.may("task.close_out"):
        found["verify"] = Task.state == "close_requested"
    if seat.may("task.grant_extension"):
        asked = select(ExtensionRequest.task_id).where(ExtensionRequest.state == "pending")
        found["extend"] = Task.state.in_(OPEN) & Task.id.in_(asked)
    if confirming := seat.units_for("task.approve_progress") | seat.units_for("task.report_progress"):
        found["confirm_entry"] = Task.state.in_(MOVING) & Task.id.in_(_entries(seat, confirming, on))
    if reporting := seat.units_for("task.report_progress"):
        found |= _of_units(reporting, on)
    return found


def _entries(seat: Seat, unit_ids: Iterable[UUID], on: date) -> Select[Any]:
    """Entries that wait for this seat: for the unit's people, or, where the charter says so, its representative."""
    approving = seat.units_for("task.approve_progress")
    mine = ProgressEntry.unit_id.in_(approving)
    if not in_force(seat.session, on).rules["progress_approval"]:
        mine |= ProgressEntry.unit_id.in_(list(unit_ids)) & ProgressEntry.on_behalf
    return select(ProgressEntry.task_id).where(ProgressEntry.state == "pending", mine)


def _of_units(unit_ids: Iterable[UUID], on: date) -> dict[str, ColumnElement[bool]]:
    ids = list(unit_ids)
    own, moving = Task.lead_unit_id.in_(ids), Task.state.in_(MOVING)
    returned = Task.id.in_(select(CloseRequest.task_id).where(CloseRequest.state == "returned"))
    helped = Task.id.in_(select(TaskUnit.task_id).where(TaskUnit.unit_id.in_(ids)))
    return {
        "returned": own & moving & returned,
        "report": own & moving & ~returned & (Task.start <= on),
        "help": helped & ~own & moving & (Task.start <= on),
        "asked": own & (Task.state == "close_requested"),
    }


def mine(seat: Seat, reason: str, on: date) -> ColumnElement[bool] | None:
    """The tasks that concern this seat for that reason, or for `all`; no reason: every task."""
    if not reason:
        return None
    if reason in PILES:
        return concerns(seat.unit_ids) if reason == "unit" else before_the_office(on)
    found = waiting(seat, on)
    return or_(false(), *(wanted for name, wanted in found.items() if reason in ("all", name)))


def my_work(session: Session, seat: Seat, on: date, most: int = 10) -> list[Waiting]:
    """What this seat has to do, reason by reason, the most pressing first: for a page's corner, `most` of each."""
    wanted = [(reason, tasks) for reason, tasks in waiting(seat, on).items() if reason != "asked"]
    found = [(row, reason) for reason, tasks in wanted for row in _pressing(session, tasks, most)]
    lit = lights(session, paces(session, [row.id for row, _ in found]), on)
    return [Waiting(row, reason, lit[row.id]) for row, reason in found]


def _pressing(session: Session, wanted: ColumnElement[bool], most: int) -> list[Task]:
    return list(session.scalars(select(Task).where(wanted).order_by(Task.due, Task.no).limit(most)))

"""Reading tables that were brought, what their rows are read against, and what a plan's tasks are as such a table."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.breakdown import rules
from service.breakdown.checking import ERROR, World
from service.breakdown.models import PENDING, Breakdown, BreakdownRow
from service.breakdown.naming import DutyWords, Former, Member, Table
from service.charter import queries as charter
from service.charter.names import unit_names
from service.charter.succession import lineage_of
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.plans.models import Plan
from service.plans.rules import UNIT
from service.tasks.models import Milestone, Task
from service.tasks.queries import cooperating, duty_names
from service.tasks.rules import OUTSIDE_THE_PLAN
from tenants.errors import Forbidden, Missing

T = TypeVar("T", Breakdown, BreakdownRow)
LISTS = "task.break_down"
ROWS = {"line": BreakdownRow.line, "level": BreakdownRow.level, "state": BreakdownRow.state, "id": BreakdownRow.id}
TABLES = {"brought_on": Breakdown.brought_on, "state": Breakdown.state, "rows": Breakdown.rows, "id": Breakdown.id}


def may_list(seat: Seat, plan: Plan) -> bool:
    """Whether the seat lists tasks in the plan by a table: the office, and a unit in its own plan."""
    own = plan.kind == UNIT and plan.unit_id is not None and seat.sits_for(plan.unit_id, LISTS)
    return own or (seat.may(LISTS) and seat.may("task.plan"))


def check_may_list(seat: Seat, plan: Plan) -> None:
    """Nothing, or the seat is refused."""
    if not may_list(seat, plan):
        raise Forbidden(
            "联席会议的计划由办公室分解，单位计划由该单位分解。",
            en="The office breaks down the conference's plans, a unit its own.",
            source="角色与权限矩阵",
        )


# --- tables that were brought ---


def breakdown(session: Session, breakdown_id: UUID, *, hold: bool = False) -> Breakdown:
    """The table of that id; held until commit where asked for."""
    query = select(Breakdown).where(Breakdown.id == breakdown_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return _one(session, query)


def row_of(session: Session, breakdown_id: UUID, row_id: UUID) -> BreakdownRow:
    """The table's row of that id, held until commit."""
    query = select(BreakdownRow).where(BreakdownRow.breakdown_id == breakdown_id, BreakdownRow.id == row_id)
    return _one(session, query.with_for_update())


def _one(session: Session, query: Select[T]) -> T:
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def tables(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """The tables that were brought, the newest first."""
    query = select(Breakdown)
    if "plan" in asked.filters:
        query = query.where(Breakdown.plan_id == UUID(asked.filters["plan"]))
    if asked.q:
        query = query.where(Breakdown.name.contains(asked.q, autoescape=True))
    return page_of(session, query, asked, TABLES, "-brought_on", whole=whole)


def rows(session: Session, breakdown_id: UUID, asked: Asked, *, whole: bool = False) -> Page:
    """The table's rows in their order."""
    query = select(BreakdownRow).where(BreakdownRow.breakdown_id == breakdown_id)
    if "level" in asked.filters:
        query = query.where(BreakdownRow.level == asked.filters["level"])
    if "state" in asked.filters:
        query = query.where(BreakdownRow.state == asked.filters["state"])
    return page_of(session, query, asked, ROWS, "line", whole=whole)


def not_listed(session: Session, breakdown_id: UUID) -> list[BreakdownRow]:
    """The rows that are no task of the plan, in their order."""
    query = select(BreakdownRow).where(BreakdownRow.breakdown_id == breakdown_id, BreakdownRow.task_id.is_(None))
    return list(session.scalars(query.order_by(BreakdownRow.line)))


def to_list(session: Session, breakdown_id: UUID, most: int) -> list[BreakdownRow]:
    """The next rows that wait to be listed; those with errors do not."""
    query = select(BreakdownRow).where(
        BreakdownRow.breakdown_id == breakdown_id, BreakdownRow.state == PENDING, BreakdownRow.level != ERROR
    )
    return list(session.scalars(query.order_by(BreakdownRow.line).limit(most).with_for_update()))


@dataclass(frozen=True)
class Counts:
    """How many rows are of each level and in each state; `ready`: how many can be listed now."""

    level: dict[str, int]
    state: dict[str, int]
    ready: int


def counts(session: Session, breakdown_id: UUID) -> Counts:
    """The table in numbers."""
    query = select(BreakdownRow.level, BreakdownRow.state, func.count()).where(
        BreakdownRow.breakdown_id == breakdown_id
    )
    level: dict[str, int] = defaultdict(int)
    state: dict[str, int] = defaultdict(int)
    ready = 0
    for one, other, number in session.execute(query.group_by(BreakdownRow.level, BreakdownRow.state)):
        level[one] += number
        state[other] += number
        ready += number if other == PENDING and one != ERROR else 0
    return Counts(level, state, ready)


# --- what rows are read against ---


def world(seat: Seat, plan: Plan, on: date) -> World:
    """The plan, the units of that day under every name they bore, those that left with their heirs, and the duties."""
    duties = [DutyWords(duty.id, duty.code, duty.text) for duty in charter.duties(seat.session, on)]
    holdings: dict[UUID, set[UUID]] = defaultdict(set)
    for duty_id, holders in charter.division(seat.session, on).items():
        for holder in holders:
            holdings[holder.unit_id].add(duty_id)
    held = {unit: frozenset(owed) for unit, owed in holdings.items()}
    return World(plan.year, plan.span, _table(seat.session, seat.tenant.name, duties, on), duties, held, plan.unit_id)


def _table(session: Session, place: str, duties: Sequence[DutyWords], on: date) -> Table:
    names = unit_names(session)
    members = [Member(unit.id, unit.name, sorted(names.ever(unit.id))) for unit in charter.units(session, on)]
    return Table(place, members, list(_former(session, duties, {member.id for member in members}, on)))


def _former(session: Session, duties: Sequence[DutyWords], members: set[UUID], on: date) -> Iterator[Former]:
    lineage, names = lineage_of(session), unit_names(session)
    for unit in charter.former_units(session, on):
        heirs: dict[UUID, set[str]] = {}
        for code in (None, *(duty.code for duty in duties)):
            heir = lineage.now(unit.id, code)
            if heir in members:
                heirs.setdefault(heir, set()).update({code} if code else set())
        for name in sorted(names.ever(unit.id)):
            yield Former(name, [(heir, frozenset(codes)) for heir, codes in heirs.items()])


def digest(identity: str) -> str:
    """A row's identity in a short form; an empty one stays so."""
    return hashlib.sha256(identity.encode()).hexdigest()[:32] if identity else ""


def present(session: Session, plan_id: UUID) -> dict[str, tuple[UUID, int]]:
    """The plan's tasks by the identity of a row: the content as it is compared, and who leads. Withdrawn ones too."""
    query = select(Task.id, Task.no, Task.content, Task.lead_unit_id).where(Task.plan_id == plan_id)
    return {
        digest(f"{rules.identity(content)}@{lead}"): (task_id, no)
        for task_id, no, content, lead in session.execute(query)
    }


# --- a plan's tasks as the table ---


def plan_table(session: Session, plan_id: UUID) -> Iterator[list[str]]:
    """The tasks of the plan in the nine columns, which are read back as the same; without what was withdrawn or merged."""
    return (cells for _task, cells in plan_rows(session, plan_id))


def plan_rows(session: Session, plan_id: UUID) -> Iterator[tuple[Task, list[str]]]:
    """The same, each row with its task."""
    query = select(Task).where(Task.plan_id == plan_id, Task.state.not_in(OUTSIDE_THE_PLAN)).order_by(Task.no)
    tasks = list(session.scalars(query))
    names, duties = unit_names(session), duty_names(session)
    helping, steps = cooperating(session, [task.id for task in tasks]), _steps(session, plan_id)
    for task in tasks:
        units = [names.then(unit, task.done_on) for unit in (task.lead_unit_id, *helping[task.id])]
        yield (
            task,
            [
                str(task.no),
                task.content,
                task.deliverable,
                duties[task.duty_id],
                units[0],
                "、".join(units[1:]),
                rules.steps_text(steps[task.id], task.due),
                task.due.isoformat(),
                task.person,
            ],
        )


def _steps(session: Session, plan_id: UUID) -> dict[UUID, list[tuple[str, date]]]:
    its_task = (Task.tenant_id == Milestone.tenant_id) & (Task.id == Milestone.task_id)
    query = (
        select(Milestone.task_id, Milestone.title, Milestone.due).join(Task, its_task).where(Task.plan_id == plan_id)
    )
    found: dict[UUID, list[tuple[str, date]]] = defaultdict(list)
    for task_id, title, due in session.execute(query.order_by(Milestone.due, Milestone.id)):
        found[task_id].append((title, due))
    return found

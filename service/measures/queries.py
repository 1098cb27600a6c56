"""Reading policies, measures and instruments; how far a policy document is carried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from service.kit.paging import Asked, Page, page_of
from service.measures.models import Instrument, InstrumentStage, Measure, MeasureTask, PolicyDocument
from service.measures.rules import unbroken
from service.tasks.models import Task
from service.tasks.queries import lights, paces
from service.tasks.rules import OPEN, Light, Ratio, TaskFacts, completion, due_completion, overdue_current, planned
from tenants.errors import Missing

READ = "policy.read"
POLICIES = {
    "issued_on": PolicyDocument.issued_on,
    "title": PolicyDocument.title,
    "level": PolicyDocument.level,
    "id": PolicyDocument.id,
}
MEASURES = {
    "recorded_on": Measure.recorded_on,
    "policy_field": Measure.policy_field,
    "state": Measure.state,
    "issued_on": Measure.issued_on,
    "id": Measure.id,
}
INSTRUMENTS = {"title": Instrument.title, "state": Instrument.state, "kind": Instrument.kind, "id": Instrument.id}


def one(session: Session, model: Any, row_id: UUID) -> Any:
    """The row of that id."""
    return _or_missing(session.scalars(select(model).where(model.id == row_id)).one_or_none())


def held(session: Session, model: Any, row_id: UUID) -> Any:
    """The row of that id, held until commit."""
    query = select(model).where(model.id == row_id).with_for_update().execution_options(populate_existing=True)
    return _or_missing(session.scalars(query).one_or_none())


def _or_missing(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def _narrowed(query: Select[Any], asked: Asked, columns: Mapping[str, Any], words: Any) -> Select[Any]:
    for name, column in columns.items():
        if asked.filters.get(name):
            query = query.where(column == asked.filters[name])
    return query.where(words.contains(asked.q, autoescape=True)) if asked.q else query


@dataclass(frozen=True)
class Standing:
    """How far something is carried out: its tasks of the plan, and how many are done, due, overdue."""

    tasks: int
    done: Ratio
    due: Ratio
    overdue: Ratio


def standing(facts: Sequence[TaskFacts], on: date) -> Standing:
    """The rates over these tasks on that day. Source: dossier 6-1, 6-2, 6-4."""
    return Standing(len(planned(facts)), completion(facts, on), due_completion(facts, on), overdue_current(facts, on))


@dataclass(frozen=True)
class PolicyRow:
    """A policy document in the list, with its measures and how far it is carried out."""

    policy: PolicyDocument
    measures: int
    standing: Standing
    unbroken: bool


def policies(session: Session, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The documents asked for, the newest first. Three statements, whatever their number."""
    query = _narrowed(select(PolicyDocument), asked, {"level": PolicyDocument.level}, PolicyDocument.title)
    page = page_of(session, query, asked, POLICIES, "-issued_on", whole=whole)
    ids = [row.id for row in page.rows]
    counts = dict(
        session.execute(
            select(Measure.policy_document_id, func.count())
            .where(Measure.policy_document_id.in_(ids))
            .group_by(Measure.policy_document_id)
        ).all()
    )
    facts = _facts(session, Measure.policy_document_id, Measure.policy_document_id.in_(ids))
    rows = [_policy_row(row, counts.get(row.id, 0), facts.get(row.id, []), on) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def _policy_row(row: PolicyDocument, measures: int, facts: Sequence[TaskFacts], on: date) -> PolicyRow:
    return PolicyRow(row, measures, standing(facts, on), unbroken(row.level, row.recorded_on, len(facts), on))


def _facts(session: Session, key: Any, wanted: ColumnElement[bool]) -> Mapping[UUID, list[TaskFacts]]:
    """What the formulas know of the tasks under these measures, by that key; a task under two of them counts once."""
    query = (
        select(key, Task.id, Task.state, Task.due, Task.due0, Task.done_on, Task.claimed_on)
        .join(MeasureTask, (MeasureTask.tenant_id == Measure.tenant_id) & (MeasureTask.measure_id == Measure.id))
        .join(Task, (Task.tenant_id == MeasureTask.tenant_id) & (Task.id == MeasureTask.task_id))
        .where(wanted)
        .distinct()
    )
    found: dict[UUID, list[TaskFacts]] = defaultdict(list)
    for name, _task, state, due, due0, done_on, claimed_on in session.execute(query):
        found[name].append(TaskFacts(state, due, due0, done_on, claimed_on))
    return found


@dataclass(frozen=True)
class MeasureRow:
    """A measure with its policy document's title and how far it is carried out."""

    measure: Measure
    policy: PolicyDocument | None
    standing: Standing


def measures(session: Session, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """The measures asked for, the newest first."""
    columns = {
        "policy_field": Measure.policy_field,
        "state": Measure.state,
        "unit": Measure.unit_id,
        "policy": Measure.policy_document_id,
    }
    query = _narrowed(select(Measure), asked, columns, Measure.content)
    page = page_of(session, query, asked, MEASURES, "-recorded_on", whole=whole)
    return Page(_measure_rows(session, page.rows, on), page.total, page.number, page.per_page, page.sort)


def _measure_rows(session: Session, rows: Iterable[Measure], on: date) -> list[MeasureRow]:
    listed = list(rows)
    facts = _facts(session, Measure.id, Measure.id.in_([row.id for row in listed]))
    named = {row.policy_document_id for row in listed if row.policy_document_id}
    papers = {row.id: row for row in session.scalars(select(PolicyDocument).where(PolicyDocument.id.in_(named)))}
    return [
        MeasureRow(
            row,
            papers.get(row.policy_document_id) if row.policy_document_id else None,
            standing(facts.get(row.id, []), on),
        )
        for row in listed
    ]


@dataclass(frozen=True)
class Lit:
    """A task with its light that morning."""

    task: Task
    light: Light | None


@dataclass(frozen=True)
class Carried:
    """How far one policy document is carried out: its measures, each with its tasks."""

    policy: PolicyDocument
    standing: Standing
    measures: list[tuple[MeasureRow, list[Lit]]]
    unbroken: bool


def carried(session: Session, policy_id: UUID, on: date) -> Carried:
    """The document, its measures, their tasks with lights, and the rates over all of them."""
    row: PolicyDocument = one(session, PolicyDocument, policy_id)
    mine = session.scalars(select(Measure).where(Measure.policy_document_id == row.id).order_by(Measure.id))
    rows = _measure_rows(session, mine, on)
    tasks = tasks_of(session, [each.measure.id for each in rows], on)
    facts = _facts(session, Measure.policy_document_id, Measure.policy_document_id == row.id).get(row.id, [])
    shown = [(each, tasks.get(each.measure.id, [])) for each in rows]
    return Carried(row, standing(facts, on), shown, unbroken(row.level, row.recorded_on, len(facts), on))


def tasks_of(session: Session, measure_ids: Sequence[UUID], on: date) -> Mapping[UUID, list[Lit]]:
    """The tasks of each measure, with their lights."""
    query = (
        select(MeasureTask.measure_id, Task)
        .join(Task, (Task.tenant_id == MeasureTask.tenant_id) & (Task.id == MeasureTask.task_id))
        .where(MeasureTask.measure_id.in_(measure_ids))
        .order_by(Task.due, Task.no)
    )
    pairs = session.execute(query).all()
    lit = lights(session, paces(session, [row.id for _, row in pairs]), on)
    found: dict[UUID, list[Lit]] = defaultdict(list)
    for measure_id, row in pairs:
        found[measure_id].append(Lit(row, lit[row.id]))
    return found


def of_task(session: Session, task_id: UUID) -> list[Measure]:
    """The measures that the task carries out."""
    query = select(Measure).join(
        MeasureTask, (MeasureTask.tenant_id == Measure.tenant_id) & (MeasureTask.measure_id == Measure.id)
    )
    return list(session.scalars(query.where(MeasureTask.task_id == task_id).order_by(Measure.id)))


def linkable(session: Session, row: Measure) -> list[Task]:
    """The open tasks that the measure's unit leads and that do not carry it out yet."""
    taken = select(MeasureTask.task_id).where(MeasureTask.measure_id == row.id)
    query = select(Task).where(Task.lead_unit_id == row.unit_id, Task.state.in_(OPEN), Task.id.not_in(taken))
    return list(session.scalars(query.order_by(Task.due, Task.no)))


def instruments(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """The instruments asked for, by title."""
    columns = {"kind": Instrument.kind, "state": Instrument.state, "unit": Instrument.unit_id}
    query = _narrowed(select(Instrument), asked, columns, Instrument.title)
    return page_of(session, query, asked, INSTRUMENTS, "title", whole=whole)


def stages(session: Session, instrument_id: UUID) -> list[InstrumentStage]:
    """What it went through, the newest first."""
    query = select(InstrumentStage).where(InstrumentStage.instrument_id == instrument_id)
    return list(session.scalars(query.order_by(InstrumentStage.reached_on.desc(), InstrumentStage.id.desc())))


def last_stages(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, date]:
    """Since when each of these instruments stands where it does."""
    query = select(InstrumentStage.instrument_id, func.max(InstrumentStage.reached_on))
    grouped = query.where(InstrumentStage.instrument_id.in_(ids)).group_by(InstrumentStage.instrument_id)
    return {row_id: day for row_id, day in session.execute(grouped)}


def papers(session: Session) -> list[PolicyDocument]:
    """Every policy document, the newest first: for choosing one."""
    return list(session.scalars(select(PolicyDocument).order_by(PolicyDocument.issued_on.desc())))

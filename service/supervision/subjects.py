"""What can be supervised: tasks, agreed items that became no task, things owed; how late each stands that day.

Of places below only what was dispatched to them and how they answered, never their inner work. Source: dossier 1.1 D9, 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from config.labels import label
from service.calendar.queries import workdays
from service.charter.names import unit_names
from service.charter.queries import in_force, rule
from service.kit.period import MONTHS, Period
from service.meetings.models import Meeting, Resolution
from service.meetings.queries import resolution
from service.submissions.models import Obligation
from service.submissions.queries import obligation
from service.submissions.rules import Grace
from service.tasks.models import Task
from service.tasks.queries import lights, paces, rungs, task
from service.tasks.rules import OPEN, Light, Pace, behind, rung
from tenants.dispatch import OPEN as OPEN_STILL
from tenants.dispatch import Dispatch, DispatchPlace, over
from tenants.errors import Missing
from tenants.models import Tenant

DONE, GONE, LATE, LAGGING, FINE = "done", "gone", "late", "lagging", "fine"  # named in `supervision_standing`


@dataclass(frozen=True)
class Subject:
    """One thing that a unit is to have done by a day, and how it stands."""

    kind: str  # rules.SUBJECTS
    id: UUID
    title: str
    unit_id: UUID | None  # none: a place below
    due: date
    standing: str
    rung: str | None = None  # the rung of the ladder that it has reached
    done_on: date | None = None
    place_id: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID]:
        return self.kind, self.id


def pressing(session: Session, on: date) -> list[Subject]:
    """Everything that is late that day, or behind its schedule, the longest late first."""
    found = [*_tasks(session, on), *_resolutions(session, on), *_obligations(session, on), *_places(session, on)]
    return sorted(found, key=lambda one: (one.due, one.title, one.id))


def subjects(session: Session, keys: Iterable[tuple[str, UUID]], on: date) -> dict[tuple[str, UUID], Subject]:
    """These things and how they stand; the tasks among them in four statements, whatever their number."""
    asked = set(keys)
    ids = [subject_id for kind, subject_id in asked if kind == "task"]
    tasks = _standing(session, select(Task).where(Task.id.in_(ids)), on) if ids else []
    others = [subject(session, kind, subject_id, on) for kind, subject_id in asked if kind != "task"]
    return {one.key: one for one in (*tasks, *others)}


def subject(session: Session, kind: str, subject_id: UUID, on: date) -> Subject:
    """That thing and how it stands; Missing where there is none."""
    return _ONE[kind](session, subject_id, on)


# --- tasks ---


def _tasks(session: Session, on: date) -> list[Subject]:
    running = select(Task).where(Task.state.in_(OPEN), Task.start <= on)
    found = _standing(session, running, on)
    return [one for one in found if one.standing in (LATE, LAGGING)]


def _standing(session: Session, query: Select[Task], on: date) -> list[Subject]:
    """The tasks with their standing: four statements, whatever their number."""
    rows = list(session.scalars(query))
    pace = paces(session, query.with_only_columns(Task.id))
    lit = lights(session, pace, on)
    steps = rungs(session, pace, lit, on)
    points = rule(session, "pro_rata_lag_points", on)
    slow = {key for key, one in pace.items() if lit[key] == "yellow" and behind(one, on, points)}
    return [_of_task(row, lit[row.id], row.id in slow, steps[row.id]) for row in rows]


def _of_task(row: Task, lit: Light | None, slow: bool, step: str | None) -> Subject:
    standing = _task_standing(row, lit, slow)
    reached = step if standing in (LATE, LAGGING) else None
    return Subject("task", row.id, row.content, row.lead_unit_id, row.due, standing, reached, row.done_on)


def _task_standing(row: Task, lit: Light | None, slow: bool) -> str:
    """A task whose close-out waits for the office is not the unit's to hasten, unless it was late already."""
    if row.state == "closed_out":
        return DONE
    if row.state not in OPEN:
        return GONE
    return LATE if lit == "red" else LAGGING if slow and row.state != "close_requested" else FINE


def _task(session: Session, subject_id: UUID, on: date) -> Subject:
    row = task(session, subject_id)
    return _standing(session, select(Task).where(Task.id == row.id), on)[0]


# --- agreed items ---


def _resolutions(session: Session, on: date) -> list[Subject]:
    """What signed minutes say is to be done, and is no task."""
    query = (
        select(Resolution)
        .join(Meeting, and_(Meeting.tenant_id == Resolution.tenant_id, Meeting.id == Resolution.meeting_id))
        .where(
            Resolution.kind == "action",
            Resolution.task_id.is_(None),
            Resolution.done_on.is_(None),
            Resolution.due < on,
            Meeting.minutes_signed_on.is_not(None),
        )
    )
    ladder = in_force(session, on).rules
    return [_of_resolution(row, None, on, ladder) for row in session.scalars(query)]


def _of_resolution(row: Resolution, became: Task | None, on: date, ladder: Mapping[str, Any]) -> Subject:
    assert row.lead_unit_id is not None and row.due is not None
    done = row.done_on or (became.done_on if became else None)
    gone = became is not None and became.state not in OPEN and done is None
    standing = DONE if done else GONE if gone else LATE if row.due < on else FINE
    step = rung_of(row.due, on, ladder) if standing == LATE else None
    return Subject("resolution", row.id, row.text, row.lead_unit_id, row.due, standing, step, done)


def rung_of(due: date, on: date, ladder: Mapping[str, Any]) -> str | None:
    """The rung that a thing with nothing but a due date has reached: the ladder of tasks."""
    return rung(Pace("in_progress", due, due), "red", on, ladder)


def _resolution(session: Session, subject_id: UUID, on: date) -> Subject:
    row = resolution(session, subject_id)
    became = task(session, row.task_id) if row.task_id else None
    return _of_resolution(row, became, on, in_force(session, on).rules)


# --- things owed ---


def _obligations(session: Session, on: date) -> list[Subject]:
    """What was not filed by the end of its grace. Source: dossier 6-10 (漏报)."""
    grace = Grace(rule(session, "grace_workdays", on) or 0, workdays(session))
    query = select(Obligation).where(
        Obligation.state != "exempt", Obligation.filed_on.is_(None), Obligation.due <= grace.last_missed(on)
    )
    ladder = in_force(session, on).rules
    return [_of_obligation(row, on, ladder) for row in session.scalars(query)]


def _of_obligation(row: Obligation, on: date, ladder: Mapping[str, Any]) -> Subject:
    gone = row.state == "exempt"
    standing = DONE if row.filed_on else GONE if gone else LATE if row.due < on else FINE
    period = Period.parse(row.period, tuple(MONTHS)).label
    title = f"报送{period}{label('submission_kind', row.kind)}"
    step = rung_of(row.due, on, ladder) if standing == LATE else None
    return Subject("obligation", row.id, title, row.unit_id, row.due, standing, step, row.filed_on)


def _obligation(session: Session, subject_id: UUID, on: date) -> Subject:
    return _of_obligation(obligation(session, subject_id), on, in_force(session, on).rules)


# --- what was dispatched below ---

DISPATCHED = ("task", "data_request")  # what there is to do; an order is not supervised by an order
FINISHED = "finished"


def _places(session: Session, on: date) -> list[Subject]:
    """The places that are late with what was dispatched to them, by what they themselves answered."""
    query = _dispatched().where(
        Dispatch.state == OPEN_STILL,
        Dispatch.kind.in_(DISPATCHED),
        Dispatch.due < on,
        ~over(),
        or_(DispatchPlace.state != FINISHED, DispatchPlace.verdict == "returned"),
    )
    ladder = in_force(session, on).rules
    return [_of_place(place, row, ended, on, ladder) for place, row, ended in session.execute(query)]


def _dispatched() -> Select[DispatchPlace, Dispatch, bool]:
    mine = and_(Dispatch.tenant_id == DispatchPlace.tenant_id, Dispatch.id == DispatchPlace.dispatch_id)
    receiver = Tenant.id == DispatchPlace.receiver_id
    return select(DispatchPlace, Dispatch, over()).join(Dispatch, mine).join(Tenant, receiver)


def _of_place(place: DispatchPlace, row: Dispatch, ended: bool, on: date, ladder: Mapping[str, Any]) -> Subject:
    done = place.finished_on if place.state == FINISHED and place.verdict != "returned" else None
    gone = done is None and (row.state != OPEN_STILL or ended)
    due = row.due or date.max
    standing = DONE if done else GONE if gone else LATE if due < on else FINE
    step = rung_of(due, on, ladder) if standing == LATE else None
    return Subject("dispatch_place", place.id, row.title, None, due, standing, step, done, place.receiver_id)


def _place(session: Session, subject_id: UUID, on: date) -> Subject:
    for place, row, ended in session.execute(_dispatched().where(DispatchPlace.id == subject_id)):
        if row.kind in DISPATCHED:
            return _of_place(place, row, ended, on, in_force(session, on).rules)
    raise Missing()


def addressee(session: Session, found: Subject) -> str:
    """The unit or the place that is to have done it."""
    if found.unit_id is not None:
        return unit_names(session)[found.unit_id]
    return session.scalars(select(Tenant.name).where(Tenant.id == found.place_id)).one()


_ONE = {"task": _task, "resolution": _resolution, "obligation": _obligation, "dispatch_place": _place}


def among(columns: Mapping[str, Any], keys: Iterable[tuple[str, UUID]]) -> Any:
    """The condition under which a row is about one of these things; `columns`: by kind, the row's own."""
    by_kind: dict[str, list[UUID]] = {kind: [] for kind in columns}
    for kind, subject_id in keys:
        by_kind.setdefault(kind, []).append(subject_id)
    return or_(*(columns[kind].in_(ids) for kind, ids in by_kind.items() if kind in columns))

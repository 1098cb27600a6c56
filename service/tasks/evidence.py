"""Files that show what was done, and what was written to a task. Source: dossier 2.2 (佐证), 1.6."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from service.files.keeping import Upload, store
from service.kit.command import command, note
from service.kit.seat import Seat
from service.notices.telling import OFFICE
from service.tasks import rules
from service.tasks.models import Task, TaskComment, TaskEvidence
from service.tasks.moves import not_yours
from service.tasks.queries import held_task
from service.tasks.telling import tell_all, units_of
from tenants.errors import Missing, Refused

ADD, SHARE, COMMENT = "task.add_evidence", "task.share_evidence", "task.comment"


@command(ADD)
def add_evidence(
    seat: Seat, task_id: UUID, upload: Upload, *, title: str = "", shared: bool = False, on: date
) -> TaskEvidence:
    """The task has one file more; `shared`: it may be sent up, which is for those to say who speak for the unit."""
    row = held_task(seat.session, task_id)
    unit_id = speaks_for(seat, row, ADD)
    if row.state in rules.OUTSIDE_THE_PLAN:
        raise Refused(
            "任务已不在计划内，不再收材料。", en="The task is outside the plan.", field="file", source="任务台账与销号"
        )
    if shared:
        seat.require(SHARE)
    file = store(seat, upload.filename, upload.content)
    found = TaskEvidence(
        task_id=row.id,
        file_id=file.id,
        title=title.strip() or file.name.rpartition(".")[0],
        shared=shared,
        unit_id=unit_id,
        by=seat.name,
        on=on,
    )
    seat.session.add(found)
    seat.session.flush()
    note(seat, f"task:{row.id}", evidence=found.title, shared=shared, sha256=file.sha256)
    return found


@command(SHARE)
def mark_evidence(seat: Seat, task_id: UUID, *, evidence_id: UUID, shared: bool, on: date) -> Task:
    """The file may be sent up, or stays here: for the unit that brought it, and for the office."""
    row = held_task(seat.session, task_id)
    found = evidence_of(seat, row.id, evidence_id)
    if not may_mark(seat, found):
        raise not_yours()
    note(seat, f"task:{row.id}", evidence=found.title, before=found.shared, after=shared, on=str(on))
    found.shared = shared
    return row


def may_mark(seat: Seat, found: TaskEvidence) -> bool:
    """Whether the seat may say that the file may go up: the office any, a unit its own."""
    return of_the_office(seat) or (found.unit_id is not None and seat.sits_for(found.unit_id, SHARE))


def evidence_of(seat: Seat, task_id: UUID, evidence_id: UUID) -> TaskEvidence:
    """The task's piece of evidence of that id."""
    query = select(TaskEvidence).where(TaskEvidence.task_id == task_id, TaskEvidence.id == evidence_id)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


@command(COMMENT)
def comment(seat: Seat, task_id: UUID, *, text: str, on: date) -> TaskComment:
    """A unit of the task, or the office, wrote to it; those concerned are told. It is never changed."""
    row = held_task(seat.session, task_id)
    unit_id = speaks_for(seat, row, COMMENT)
    words = rules.checked_text(text, "text", "请填写留言。", "Write something.")
    found = TaskComment(task_id=row.id, unit_id=unit_id, by=seat.name, on=on, text=words)
    seat.session.add(found)
    seat.session.flush()
    note(seat, f"task:{row.id}", comment=str(found.id))
    tell_all(seat, row, "task_commented", str(found.id), on)
    return found


def speaks_for(seat: Seat, row: Task, operation: str) -> UUID | None:
    """The unit of the task for which the seat does it; none: it does it as the office. Else refused."""
    mine = [unit_id for unit_id in units_of(seat, row) if not seat.console and seat.sits_for(unit_id, operation)]
    if mine:
        return mine[0]
    if not of_the_office(seat):
        raise not_yours()
    return None


def of_the_office(seat: Seat) -> bool:
    """Whether the seat does the office's work."""
    return seat.console or bool(seat.roles & set(OFFICE))

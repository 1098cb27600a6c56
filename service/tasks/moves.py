"""What every step of a task shares: who may speak for it, the state it leads to, its line in the history."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.kit.command import note
from service.kit.seat import Seat
from service.tasks.models import Task, TaskEvent
from service.tasks.queries import cooperating
from service.tasks.rules import checked_text, step
from tenants.errors import Forbidden


def moved(
    seat: Seat,
    row: Task,
    verb: str,
    on: date,
    text: str = "",
    *,
    unit_id: UUID | None = None,
    percent: int | None = None,
) -> Task:
    """The task is in the state the verb leads to, and its history says so; refused where the state forbids it."""
    before = row.state
    row.state = step(row.state, verb)
    happened(seat, row, verb, on, text, unit_id=unit_id, percent=percent)
    note(seat, f"task:{row.id}", before={"state": before}, after={"state": row.state}, text=text)
    return row


def happened(
    seat: Seat,
    row: Task,
    verb: str,
    on: date,
    text: str = "",
    *,
    unit_id: UUID | None = None,
    percent: int | None = None,
) -> None:
    """The task's history has one more line."""
    seat.session.add(
        TaskEvent(
            task_id=row.id,
            verb=verb,
            on=on,
            state=row.state,
            by=seat.name,
            unit_id=unit_id,
            percent=percent,
            text=text,
        )
    )


def check_speaks(seat: Seat, row: Task, operation: str) -> None:
    """Nothing, or who does not sit for the lead unit is refused."""
    if not seat.sits_for(row.lead_unit_id, operation):
        raise not_yours()


def speaking_unit(seat: Seat, row: Task, operation: str) -> UUID:
    """The unit this seat speaks for in the task: the lead unit, else one that cooperates; else refused."""
    units = [row.lead_unit_id, *cooperating(seat.session, [row.id])[row.id]]
    mine = [unit_id for unit_id in units if seat.sits_for(unit_id, operation)]
    if not mine:
        raise not_yours()
    return mine[0]


def not_yours() -> Forbidden:
    """Who carries nothing of the task does this not."""
    return Forbidden(
        "本任务由承担单位的人员办理，您不是该单位的人员。",
        en="Only the people of the units that carry the task do this.",
        source="制度四(四)：各成员单位按照职责分工做好工作",
    )


def approved(reason: str) -> str:
    """The approval that the step rests on. Source: dossier 6-1 (有批文)."""
    return checked_text(reason, "reason", "请填写批准依据和理由。", "Name the approval and the reason.")

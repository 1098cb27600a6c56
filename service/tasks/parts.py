"""Each unit answers for its own part of a task; the lead speaks for the whole. Source: seed 四(四) (密切配合、形成合力)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from service.kit.command import command, note
from service.kit.seat import Seat
from service.tasks import rules
from service.tasks.aims import take_actuals
from service.tasks.models import Task, TaskUnit
from service.tasks.moves import moved
from service.tasks.queries import held_task
from tenants.errors import Missing, Refused


@dataclass(frozen=True)
class Report:
    """What a unit says: how far its part is, or the whole if it leads; what was done; what the targets amount to."""

    percent: int | None
    text: str
    done: bool = False
    actuals: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])


def checked(row: Task, unit_id: UUID, report: Report) -> Report:
    """The report with its words trimmed, or a refusal at its field: the lead says how far the whole is, in percent."""
    words = rules.checked_text(report.text, "text", "请填写进展情况。", "Say what was done.")
    leads = unit_id == row.lead_unit_id
    if leads and report.done:
        raise Refused(
            "牵头单位认为任务已完成的，请申请销号。", en="The lead unit asks for the close-out instead.", field="done"
        )
    if report.actuals and not leads:
        raise Refused(
            "目标实绩由牵头单位填报。", en="The lead unit reports what the targets amount to.", field="actuals"
        )
    if leads and report.percent is None:
        raise Refused("请填写完成进度（%）。", en="Say how far the task is, in percent.", field="percent")
    if report.percent is not None:
        rules.check_percent(report.percent)
    return Report(report.percent, words, report.done, report.actuals)


def told(seat: Seat, row: Task, unit_id: UUID, report: Report, on: date, words: str = "") -> Task:
    """The report counts: the history has it, and the task, or the unit's part of it, is as far as was said."""
    said = words or report.text
    reached = take_actuals(seat, row, report.actuals, on)
    text = "；".join([said, *reached])
    if unit_id == row.lead_unit_id:
        row.percent = report.percent or 0
        return moved(seat, row, "report", on, text, unit_id=unit_id, percent=row.percent)
    part = part_of(seat, row.id, unit_id)
    _further(part, report, said, on)
    shown = f"本单位部分{part.percent}%：{text}" if report.percent is not None or report.done else text
    return moved(seat, row, "report", on, shown, unit_id=unit_id)


def _further(part: TaskUnit, report: Report, said: str, on: date) -> None:
    part.said, part.said_on = said, on
    if report.done:
        part.percent, part.done_on = 100, part.done_on or on
    elif report.percent is not None:
        part.percent = report.percent
        part.done_on = part.done_on if report.percent == 100 else None


def part_of(seat: Seat, task_id: UUID, unit_id: UUID) -> TaskUnit:
    """The part of the task that the cooperating unit answers for."""
    query = select(TaskUnit).where(TaskUnit.task_id == task_id, TaskUnit.unit_id == unit_id)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


@command("task.plan")
def set_part(seat: Seat, task_id: UUID, *, unit_id: UUID, part: str, on: date) -> Task:
    """The cooperating unit answers for that part."""
    row = held_task(seat.session, task_id)
    found = part_of(seat, row.id, unit_id)
    words = rules.checked_text(part, "part", "请写明该单位负责的部分。", "Say what the unit answers for.")
    before, found.part = found.part, words
    note(seat, f"task:{row.id}", before={"part": before}, after={"part": words, "unit_id": str(unit_id)})
    return moved(seat, row, "revise", on, f"明确分工：{words}", unit_id=unit_id)

"""Writing: what was agreed becomes tasks under duties, several at once. Source: dossier 1.4 R2 (议定事项→任务), 2.2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.breakdown.rules import nearest
from service.charter.models import Duty
from service.charter.queries import duties_of
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting, Resolution
from service.meetings.queries import cooperating, held_meeting, meeting, resolutions
from service.minutes.rules import ARTICLE
from service.plans.models import Plan
from service.plans.queries import plan_of
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task
from tenants.errors import Conflict, LianxiError, Refused


@dataclass(frozen=True)
class Proposal:
    """What an agreed item would become: under which plan, and under which of its lead's duties; or why it cannot."""

    resolution: Resolution
    plan: Plan | None
    duties: list[Duty]
    proposed: UUID | None
    why_not: str = ""
    why_not_en: str = ""


def proposals(seat: Seat, meeting_id: UUID, on: date) -> list[Proposal]:
    """The agreed items of signed minutes that are to be done and are no task yet, each with its duty proposed."""
    held = meeting(seat.session, meeting_id)
    if held.minutes_signed_on is None:
        return []
    return [_proposal(seat, row, on) for row in resolutions(seat.session, meeting_id) if _open(row)]


def _open(row: Resolution) -> bool:
    return row.kind == "action" and row.task_id is None and row.done_on is None


def _proposal(seat: Seat, row: Resolution, on: date) -> Proposal:
    assert row.due is not None and row.lead_unit_id is not None
    plan, duties = plan_of(seat.session, row.due.year), duties_of(seat.session, row.lead_unit_id, on)
    chosen = nearest(row.text, {duty.id: duty.text for duty in duties})
    if plan is None:
        why = f"还没有{row.due.year}年度工作计划。", f"There is no plan of {row.due.year}."
        return Proposal(row, None, duties, chosen, *why)
    if not duties:
        return Proposal(row, plan, [], None, "牵头单位现在没有承担职责。", "The lead unit holds no duty now.")
    return Proposal(row, plan, duties, chosen)


@command("task.plan")
def plan_items(seat: Seat, meeting_id: UUID, *, chosen: Mapping[UUID, UUID], on: date) -> list[Task]:
    """Each chosen item is a task of the year's plan, under the duty named with it; all of them, or none.

    Refused: before the minutes are signed; an item that is a task already; what a task is refused for (tasks.commands).
    """
    held = held_meeting(seat.session, meeting_id)
    if held.minutes_signed_on is None:
        raise Conflict("纪要签发后方可转为任务。", en="The minutes are not signed yet.", source=ARTICLE)
    if not chosen:
        raise Refused("请选择要转为任务的议定事项。", en="Choose what becomes a task.", field="items")
    found = {row.id: row for row in resolutions(seat.session, meeting_id)}
    tasks = [_planned(seat, held, found.get(key), duty, on) for key, duty in chosen.items()]
    note(seat, f"meeting:{held.id}", tasks=[task.id for task in tasks])
    return tasks


def _planned(seat: Seat, held: Meeting, row: Resolution | None, duty_id: UUID, on: date) -> Task:
    if row is None or row.kind != "action" or row.due is None:
        raise Refused("所选事项不能转为任务。", en="That item becomes no task.", field="items")
    at = f"items.{row.id}"
    if not _open(row):
        raise Conflict(f"“{row.text[:20]}”已转为任务或已办结。", en="It is a task, or done, already.", field=at)
    plan = plan_of(seat.session, row.due.year)
    if plan is None:
        raise Refused(f"还没有{row.due.year}年度工作计划。", en=f"There is no plan of {row.due.year}.", field=at)
    task = _added(seat, plan, _text(seat, held, row, duty_id), at, on)
    row.task_id = task.id
    return task


def _added(seat: Seat, plan: Plan, text: TaskText, at: str, on: date) -> Task:
    """A refusal is led to the line of the item."""
    try:
        return add_task(seat, plan.id, text, on=on)
    except LianxiError as refusal:
        refusal.field = at
        raise


def _text(seat: Seat, held: Meeting, row: Resolution, duty_id: UUID) -> TaskText:
    assert row.due is not None
    helping = cooperating(seat.session, [row.id]).get(row.id, [])
    start = max(held.held_on, date(row.due.year, 1, 1))
    return TaskText(row.text, duty_id, row.lead_unit_id, start, row.due, row.deliverable, helping)

"""Writing the ledger: the office sets tasks and verifies their end, the unit that leads one reports on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from service.charter.queries import duty, holds, unit_named
from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans.queries import plan
from service.tasks.models import Milestone, Task, TaskEvent
from service.tasks.queries import milestone, task
from service.tasks.rules import check_dates, step
from tenants.errors import Forbidden, Refused


@dataclass(frozen=True)
class NewTask:
    """What a task is made of."""

    content: str
    deliverable: str
    duty_id: UUID
    lead_unit_id: UUID
    start: date
    due: date
    coop_unit_ids: Sequence[UUID] = ()
    milestones: Sequence[tuple[str, date]] = ()


@command("task.plan")
def add_task(seat: Seat, plan_id: UUID, new: NewTask) -> Task:
    """The plan has one more task, under a duty that its lead unit holds.

    Refused: a duty the unit does not hold; dates outside the plan's year. Source: seed 四(四).
    """
    session, year_plan = seat.session, plan(seat.session, plan_id)
    _check(seat, new, year_plan.year)
    row = Task(
        plan_id=plan_id,
        year=year_plan.year,
        no=(session.scalar(select(func.max(Task.no)).where(Task.plan_id == plan_id)) or 0) + 1,
        content=new.content.strip(),
        deliverable=new.deliverable.strip(),
        duty_id=new.duty_id,
        lead_unit_id=new.lead_unit_id,
        coop_unit_ids=[str(unit) for unit in new.coop_unit_ids],
        start=new.start,
        due=new.due,
        due0=new.due,
    )
    session.add(row)
    session.flush()
    session.add_all(Milestone(task_id=row.id, title=title, due=day) for title, day in new.milestones)
    note(seat, f"task:{row.id}", no=row.no, content=row.content, due=row.due, lead_unit=new.lead_unit_id)
    return row


def _check(seat: Seat, new: NewTask, year: int) -> None:
    if not new.content.strip():
        raise Refused("请填写任务内容。", en="Say what is to be done.", field="content")
    lead, owed = unit_named(seat.session, new.lead_unit_id), duty(seat.session, new.duty_id)
    if not holds(seat.session, lead.id, owed.id):
        raise Refused(
            f"“{owed.code} {owed.text}”不是{lead.name}的职责,请选择该单位承担的职责。",
            en=f"{lead.name} does not hold the duty {owed.code}.",
            source="工作规则(四):各成员单位按照职责分工做好工作",
            field="duty_id",
        )
    for unit_id in new.coop_unit_ids:
        unit_named(seat.session, unit_id)
    check_dates(new.start, new.due, year)


def _moved(seat: Seat, row: Task, verb: str, on: date, text: str = "", percent: int | None = None) -> None:
    before = row.state
    row.state = step(row.state, verb)
    seat.session.add(TaskEvent(task_id=row.id, verb=verb, on=on, by=seat.name, text=text.strip(), percent=percent))
    note(seat, f"task:{row.id}", before={"state": before}, after={"state": row.state}, text=text.strip())


def _own(seat: Seat, row: Task) -> None:
    """Only the people of the unit that leads a task speak for it."""
    if not seat.sits_for(row.lead_unit_id):
        raise Forbidden(
            "只有牵头单位的人员可以填报本任务。",
            en="Only the people of the lead unit report on this task.",
            source="工作规则(四)",
        )


@command("task.report_progress")
def report_progress(seat: Seat, task_id: UUID, percent: int, text: str, on: date) -> Task:
    """The task stands at that percentage; what was done is in its history."""
    row = task(seat.session, task_id)
    _own(seat, row)
    if not 0 <= percent <= 100:
        raise Refused("进度应在0到100之间。", en="Progress is between 0 and 100.", field="percent")
    if not text.strip():
        raise Refused("请填写进展情况。", en="Say what was done.", field="text")
    _moved(seat, row, "report", on, text, percent)
    row.percent = percent
    return row


@command("task.report_progress")
def reach_milestone(seat: Seat, milestone_id: UUID, on: date) -> Milestone:
    """The milestone is reached on that day."""
    found = milestone(seat.session, milestone_id)
    row = task(seat.session, found.task_id)
    _own(seat, row)
    found.done_on = on
    _moved(seat, row, "reach", on, found.title)
    return found


@command("task.request_close_out")
def request_close_out(seat: Seat, task_id: UUID, text: str, on: date) -> Task:
    """The unit holds the task for done and asks the office to verify; the day it asked is kept.

    Source: dossier 2.2, 6-3 (the accepted request's day decides whether it was on time).
    """
    row = task(seat.session, task_id)
    _own(seat, row)
    if not text.strip():
        raise Refused("请说明完成情况和佐证。", en="Say what was achieved.", field="text")
    _moved(seat, row, "request_close_out", on, text)
    row.claimed_on = on
    return row


@command("task.close_out")
def verify_close_out(seat: Seat, task_id: UUID, on: date) -> Task:
    """The office has verified it: the task is closed out."""
    row = task(seat.session, task_id)
    _moved(seat, row, "verify", on)
    row.done_on, row.percent = on, 100
    return row


@command("task.close_out")
def return_close_out(seat: Seat, task_id: UUID, reason: str, on: date) -> Task:
    """The request is returned with a reason; the next one counts."""
    if not reason.strip():
        raise Refused("退回须说明理由。", en="Say why it is returned.", field="reason")
    row = task(seat.session, task_id)
    _moved(seat, row, "return", on, reason)
    row.claimed_on = None
    return row


@command("task.grant_extension")
def extend(seat: Seat, task_id: UUID, due: date, reason: str, on: date) -> Task:
    """The task is due later; the date first set is kept. Source: dossier 6-3, 6-5."""
    row = task(seat.session, task_id)
    check_dates(row.start, due, row.year)
    if due <= row.due:
        raise Refused("新时限应晚于现行时限。", en="The new date is later than the present one.", field="due")
    if not reason.strip():
        raise Refused("延期须说明理由。", en="Say why it is extended.", field="reason")
    _moved(seat, row, "extend", on, f"{row.due.isoformat()} → {due.isoformat()}:{reason}")
    row.due, row.extended_on = due, on
    return row


@command("task.suspend")
def suspend(seat: Seat, task_id: UUID, reason: str, on: date) -> Task:
    """The task rests with approval; it leaves the denominators, and its number is said. Source: dossier 6-1."""
    return _end(seat, task_id, "suspend", reason, on)


@command("task.withdraw")
def cancel(seat: Seat, task_id: UUID, reason: str, on: date) -> Task:
    """The task is no task of the year any more. Source: dossier 6, notation T."""
    return _end(seat, task_id, "cancel", reason, on)


def _end(seat: Seat, task_id: UUID, verb: str, reason: str, on: date) -> Task:
    if not reason.strip():
        raise Refused("请说明依据(批文)。", en="Name the approval it rests on.", field="reason")
    row = task(seat.session, task_id)
    _moved(seat, row, verb, on, reason)
    row.ended_on = on
    return row

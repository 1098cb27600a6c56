"""Setting tasks: the office lays them down under the units' duties, and grants what changes their course."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm.attributes import flag_modified

from service.charter import queries as charter
from service.charter.models import Unit
from service.charter.names import unit_names
from service.charter.sunset import refuse_after
from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans.models import Plan
from service.plans.queries import held_plan
from service.plans.rules import check_open, check_within
from service.tasks import rules
from service.tasks.extensions import lapsed
from service.tasks.models import Milestone, Task, TaskUnit
from service.tasks.moves import approved, check_speaks, happened, moved
from service.tasks.queries import cooperating as cooperating_in
from service.tasks.queries import held_task, offered_quarters, task
from service.tasks.telling import tell_units
from tenants.errors import Missing, Refused

DIVISION = "制度四(四)：各成员单位按照职责分工做好工作"


@dataclass(frozen=True)
class TaskText:
    """What a task is made of."""

    content: str
    duty_id: UUID
    lead_unit_id: UUID | None  # none: the unit to which the duty is routed, and with it those that work along
    start: date
    due: date
    deliverable: str = ""
    cooperating: Sequence[UUID] = ()
    milestones: Sequence[tuple[str, date]] = field(default=())
    person: str = ""


@command("task.plan")
def add_task(seat: Seat, plan_id: UUID, text: TaskText, *, on: date) -> Task:
    """The plan has one more task, under a duty that its lead unit holds.

    Refused: a duty the unit does not hold, a unit that is no member, dates outside the plan's year.
    Source: seed 四(四); dossier 1.3.
    """
    row = added(seat, held_plan(seat.session, plan_id), text, on)
    tell_units(seat, row, "task_assigned", "listed", on)
    return row


def added(seat: Seat, plan: Plan, text: TaskText, on: date) -> Task:
    """The plan, which the caller holds, has one more task: a step of a command that let the seat list tasks in it."""
    refuse_after(seat.session, on)
    check_open(plan.kind, plan.state, plan.title)
    text = _routed(seat, text, on)
    _check(seat, plan, text, on)
    row = _new(seat, plan, text, on)
    seat.session.add(row)
    seat.session.flush()
    _cooperate(seat, row, text.cooperating)
    for number, (title, due) in enumerate(text.milestones):
        _set_milestone(seat, row, title, due, at=f"milestones.{number}.")
    happened(seat, row, "add", on)
    note(seat, f"task:{row.id}", before=None, after=line(row))
    return row


def _routed(seat: Seat, text: TaskText, on: date) -> TaskText:
    """The task with its units named: by hand, or by the charter's own division. Source: seed 四(四); dossier 1.3."""
    if text.lead_unit_id is not None:
        return text
    found = charter.route_of(seat.session, text.duty_id, on)
    if found is None:
        raise Refused(
            "这项职责现在没有承担单位，请先在制度中确定，或直接指定牵头单位。",
            en="Nobody holds this duty now; settle it in the charter, or name the lead unit.",
            source=DIVISION,
            field="duty_id",
        )
    lead, others = found
    return replace(text, lead_unit_id=lead, cooperating=text.cooperating or others)


def _new(seat: Seat, plan: Plan, text: TaskText, on: date) -> Task:
    assert text.lead_unit_id is not None
    last = seat.session.scalar(select(func.max(Task.no)).where(Task.plan_id == plan.id))
    return Task(
        plan_id=plan.id,
        year=plan.year,
        no=(last or 0) + 1,
        content=text.content.strip(),
        deliverable=text.deliverable.strip(),
        duty_id=text.duty_id,
        charter_id=charter.version_on(seat.session, on),
        lead_unit_id=text.lead_unit_id,
        person=text.person.strip(),
        start=text.start,
        due=text.due,
        due0=text.due,
    )


def _check(seat: Seat, plan: Plan, text: TaskText, on: date) -> None:
    rules.checked_text(text.content, "content", "请填写任务内容。", "Say what is to be done.")
    rules.check_dates(text.start, text.due, plan.year)
    check_within(plan.span, text.due)
    assert text.lead_unit_id is not None
    members = {unit.id: unit for unit in charter.units(seat.session, on)}
    _check_member(members, text.lead_unit_id, "lead_unit_id")
    _check_duty(seat, members[text.lead_unit_id], text.duty_id)
    _check_cooperating(members, text.lead_unit_id, text.cooperating)


def _check_member(members: Collection[UUID], unit_id: UUID, name: str) -> None:
    if unit_id not in members:
        raise Refused(
            "所选单位不是现任成员单位，请从成员单位中选择。",
            en="The unit is no member unit; choose one of the members.",
            source="制度二（成员单位）",
            field=name,
        )


def _check_duty(seat: Seat, lead: Unit, duty_id: UUID) -> None:
    duty = charter.duty(seat.session, duty_id)
    if not charter.holds(seat.session, lead.id, duty_id):
        raise Refused(
            f"“{duty.code} {duty.text}”不是{lead.name}承担的职责。请选择该单位承担的职责，或先在制度中调整职责分工。",
            en=f"{lead.name} does not hold the duty {duty.code}; choose one it holds, or change the division first.",
            source=DIVISION,
            field="duty_id",
        )


def _check_cooperating(members: Collection[UUID], lead_id: UUID, unit_ids: Sequence[UUID]) -> None:
    for unit_id in unit_ids:
        _check_member(members, unit_id, "cooperating")
    if lead_id in unit_ids:
        raise Refused(
            "牵头单位不必再列为配合单位。", en="The lead unit is not also a cooperating one.", field="cooperating"
        )


def _cooperate(seat: Seat, row: Task, unit_ids: Sequence[UUID]) -> None:
    """These units cooperate; who did before keeps the part that it answers for."""
    had = set(cooperating_in(seat.session, [row.id])[row.id])
    gone = had - set(unit_ids)
    seat.session.execute(delete(TaskUnit).where(TaskUnit.task_id == row.id, TaskUnit.unit_id.in_(gone)))
    fresh = (unit_id for unit_id in dict.fromkeys(unit_ids) if unit_id not in had)
    seat.session.add_all(TaskUnit(task_id=row.id, unit_id=unit_id) for unit_id in fresh)


def line(row: Task) -> dict[str, object]:
    """The task as an audit line says it."""
    names = ("no", "content", "deliverable", "duty_id", "lead_unit_id", "start", "due", "state")
    return {name: getattr(row, name) for name in names}


@command("task.plan")
def revise_task(
    seat: Seat, task_id: UUID, *, content: str, deliverable: str, cooperating: Sequence[UUID], on: date
) -> Task:
    """The task reads so, and these units cooperate; lead, duty and dates stay as they were agreed."""
    row = held_task(seat.session, task_id)
    rules.checked_text(content, "content", "请填写任务内容。", "Say what is to be done.")
    members = {unit.id for unit in charter.units(seat.session, on)}
    had = cooperating_in(seat.session, [row.id])[row.id]
    _check_cooperating(members | set(had), row.lead_unit_id, cooperating)
    before = line(row)
    moved(seat, row, "revise", on)
    row.content, row.deliverable = content.strip(), deliverable.strip()
    flag_modified(row, "content")  # the cooperating units are part of the task: a new revision
    _cooperate(seat, row, cooperating)
    note(seat, f"task:{row.id}", before=before, after=line(row))
    return row


@command("task.add_milestone")
def add_milestone(seat: Seat, task_id: UUID, *, title: str, due: date, on: date) -> Milestone:
    """The task has one more step with a date of its own. Source: dossier 2.2."""
    row = held_task(seat.session, task_id)
    if not seat.may("task.check_close_out"):  # the office sets them for any task, a liaison for the unit's own
        check_speaks(seat, row, "task.add_milestone")
    found = _set_milestone(seat, row, title, due)
    moved(seat, row, "revise", on, f"增设节点：{found.title}（{found.due}）")
    return found


@command("task.add_milestone")
def add_milestones(seat: Seat, task_id: UUID, *, milestones: Sequence[Mapping[str, Any]], on: date) -> Task:
    """The task has these steps more; none given: one at the end of each quarter that has none. Source: dossier 2.2."""
    row = held_task(seat.session, task_id)
    if not seat.may("task.check_close_out"):
        check_speaks(seat, row, "task.add_milestone")
    given = [(step["title"], step["due"]) for step in milestones] or offered_quarters(seat.session, row)
    if not given:
        raise Refused("各季度均已有节点。", en="Every quarter has its milestone.", source="以季度为节点")
    for number, (title, due) in enumerate(given):
        _set_milestone(seat, row, title, due, at=f"milestones.{number}.")
    return moved(seat, row, "revise", on, f"增设季度节点：{'；'.join(f'{title}（{due}）' for title, due in given)}")


def _set_milestone(seat: Seat, row: Task, title: str, due: date, at: str = "") -> Milestone:
    """A refusal is at its field; `at` leads it where several are set at once."""
    name = rules.checked_text(title, f"{at}title", "请填写节点内容。", "Say what the milestone is.")
    rules.check_milestone(due, row.start, row.due, f"{at}due")
    found = Milestone(task_id=row.id, title=name, due=due)
    seat.session.add(found)
    return found


@command("task.suspend")
def suspend(seat: Seat, task_id: UUID, *, reason: str, on: date) -> Task:
    """The task rests with approval: out of every denominator, its number said beside. Source: dossier 6-1."""
    return moved(seat, held_task(seat.session, task_id), "suspend", on, approved(reason))


@command("task.suspend")
def resume(seat: Seat, task_id: UUID, *, reason: str, on: date) -> Task:
    """The task goes on after it rested."""
    return moved(seat, held_task(seat.session, task_id), "resume", on, approved(reason))


@command("task.withdraw")
def withdraw(seat: Seat, task_id: UUID, *, reason: str, on: date) -> Task:
    """The task is no task of the year any more. Source: dossier 6 (T)."""
    lapsed(seat, task_id, "任务已撤销", on)
    return moved(seat, held_task(seat.session, task_id), "withdraw", on, approved(reason))


@command("task.withdraw")
def merge_into(seat: Seat, task_id: UUID, *, target_id: UUID, reason: str, on: date) -> Task:
    """The task goes on as part of another of the same plan, and is counted only there. Source: dossier 6 (T)."""
    row, target = held_task(seat.session, task_id), task(seat.session, target_id)
    if target.id == row.id or target.plan_id != row.plan_id or target.state not in rules.OPEN:
        raise Refused(
            "只能并入同一计划中尚在办理的另一项任务。",
            en="A task is merged into another open one of the same plan.",
            field="target_id",
        )
    moved(seat, row, "merge", on, f"并入第{target.no}项：{approved(reason)}")
    row.merged_into_id = target.id
    lapsed(seat, row.id, f"任务已并入第{target.no}项", on)
    return row


@command("task.plan")
def hand_over(seat: Seat, task_id: UUID, *, from_unit_id: UUID, unit_id: UUID, on: date) -> Task:
    """The unit that follows carries the open task, as lead or helping; who did what until now stays as it was.

    Refused: a task that is closed, a unit that is no member, a lead that does not hold the task's duty.
    Source: dossier 1.3 ⑤, 2.3.
    """
    row = held_task(seat.session, task_id)
    members = {unit.id: unit for unit in charter.units(seat.session, on)}
    _check_member(members, unit_id, "unit_id")
    names = unit_names(seat.session)
    helping = cooperating_in(seat.session, [row.id])[row.id]
    before = {"lead_unit_id": row.lead_unit_id, "cooperating": helping}
    if from_unit_id not in (row.lead_unit_id, *helping):
        raise Missing()
    if row.lead_unit_id == from_unit_id:
        _check_carries(seat, members[unit_id], row.duty_id)
        row.lead_unit_id = unit_id
    _hand_part_over(seat, row, from_unit_id, unit_id, helping)
    moved(seat, row, "hand_over", on, f"{names.then(from_unit_id, row.start)} → {names[unit_id]}")
    after = [unit_id if unit == from_unit_id else unit for unit in helping]
    _cooperate(seat, row, [unit for unit in after if unit != row.lead_unit_id])
    flag_modified(row, "content")  # who helps is part of the task: a new revision
    note(seat, f"task:{row.id}", before=before, after={"lead_unit_id": row.lead_unit_id, "cooperating": after})
    return row


def _hand_part_over(seat: Seat, row: Task, before: UUID, after: UUID, helping: Sequence[UUID]) -> None:
    """The part that was answered for goes on with who follows, unless he has one of his own in it."""
    if before in helping and after not in (row.lead_unit_id, *helping):
        own = (TaskUnit.task_id == row.id, TaskUnit.unit_id == before)
        seat.session.execute(update(TaskUnit).where(*own).values(unit_id=after))


def _check_carries(seat: Seat, lead: Unit, duty_id: UUID) -> None:
    """A duty that has ended asks nothing of the unit that finishes what was begun under it."""
    if charter.duty(seat.session, duty_id).ended_on is None:
        _check_duty(seat, lead, duty_id)

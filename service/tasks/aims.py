"""The measurable targets of a task: set by the office, tied to an indicator or not; what was reached comes with progress.

Source: dossier 6-20; config/indicators/statistics.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from config.catalogue import statistical_indicators
from service.kit.command import command, note
from service.kit.seat import Seat
from service.tasks import rules
from service.tasks.models import Task, TaskTarget
from service.tasks.moves import moved
from service.tasks.queries import held_task
from service.tasks.targets import AIM, UP, check_aim, check_amount
from tenants.errors import Missing, Refused


@command("task.plan")
def set_target(
    seat: Seat,
    task_id: UUID,
    *,
    target: Decimal,
    indicator_code: str | None = None,
    name: str = "",
    measure: str = "",
    baseline: Decimal | None = None,
    direction: str = UP,
    on: date,
) -> Task:
    """The task is measured by one more target; that of an indicator bears the indicator's name and unit."""
    row = held_task(seat.session, task_id)
    check_aim(target, baseline)
    known = _indicator(indicator_code) if indicator_code else (name, measure)
    title = rules.checked_text(
        known[0], "name", "请填写目标名称，或选择指标。", "Name the target, or choose an indicator."
    )
    unit = rules.checked_text(known[1], "measure", "请填写计量单位。", "Say what it is counted in.")
    seat.session.add(
        TaskTarget(
            task_id=row.id,
            indicator_code=indicator_code or None,
            name=title,
            measure=unit,
            baseline=baseline,
            target=target,
            direction=direction,
        )
    )
    return moved(seat, row, "revise", on, f"设定目标：{title}{_said(target)}{unit}")


def _indicator(code: str) -> tuple[str, str]:
    found = next((one for one in statistical_indicators() if one.code == code), None)
    if found is None:
        raise Refused(
            "没有这项指标，请从列表中选择。", en="There is no such indicator.", field="indicator_code", source=AIM
        )
    return found.name_zh, found.unit


@command("task.plan")
def drop_target(seat: Seat, task_id: UUID, *, target_id: UUID, on: date) -> Task:
    """The task is not measured by that target any more; one whose actual was reported stays."""
    row = held_task(seat.session, task_id)
    found = _target(seat, row.id, target_id)
    if found.actual is not None:
        raise Refused(
            "该目标已有实绩，不能取消。", en="An actual was reported for it: it stays.", field="target_id", source=AIM
        )
    seat.session.delete(found)
    note(seat, f"task:{row.id}", dropped=found.name)
    return moved(seat, row, "revise", on, f"取消目标：{found.name}")


def _target(seat: Seat, task_id: UUID, target_id: UUID) -> TaskTarget:
    query = select(TaskTarget).where(TaskTarget.task_id == task_id, TaskTarget.id == target_id)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def take_actuals(seat: Seat, row: Task, actuals: Mapping[UUID, Decimal], on: date) -> list[str]:
    """The targets amount to so much; in words, as the history says them."""
    return [_taken(_target(seat, row.id, target_id), actual, on) for target_id, actual in actuals.items()]


def _taken(found: TaskTarget, actual: Decimal, on: date) -> str:
    check_amount(actual, "actuals")
    found.actual, found.actual_on = actual, on
    return f"{found.name}{_said(actual)}{found.measure}"


def _said(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"

"""A later due date: asked for by the unit, decided by the office; the date first set stays. Source: dossier 1.6, 6-5."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from service.kit.command import command, note
from service.kit.seat import Seat
from service.tasks import rules
from service.tasks.course import EXTENSION
from service.tasks.models import Extension, ExtensionRequest, Task
from service.tasks.moves import check_speaks, moved
from service.tasks.queries import held_task
from service.tasks.telling import tell_office, tell_units
from tenants.errors import Conflict, Missing


@command("task.request_extension")
def request_extension(seat: Seat, task_id: UUID, *, due: date, reason: str, on: date) -> ExtensionRequest:
    """The lead unit asks for a later due date; until it is decided the present one holds.

    Refused: a date that is no later, or beyond the plan's year; a second request while one waits.
    """
    row = held_task(seat.session, task_id)
    check_speaks(seat, row, "task.request_extension")
    rules.check_extension(due, row.due, row.year)
    why = rules.checked_text(reason, "reason", "请填写申请延期的理由。", "Say why more time is needed.")
    moved(seat, row, "ask_extension", on, f"{row.due} → {due}：{why}", unit_id=row.lead_unit_id)
    if pending(seat, row.id):
        raise Conflict("已有延期申请待办公室决定，请等候。", en="A request for an extension waits already.")
    asked = ExtensionRequest(
        task_id=row.id, unit_id=row.lead_unit_id, due_asked=due, reason=why, asked_on=on, by=seat.name, state="pending"
    )
    seat.session.add(asked)
    seat.session.flush()
    tell_office(seat, row, "task_extension_asked", str(asked.id), on, due)
    return asked


@command("task.grant_extension")
def extend(seat: Seat, task_id: UUID, *, due: date, reason: str, on: date) -> Task:
    """The task is due later; the date first set is kept beside it. Whoever asked for it is answered.

    Source: dossier 6-3, 6-5.
    """
    row = held_task(seat.session, task_id)
    rules.check_extension(due, row.due, row.year)
    why = rules.checked_text(reason, "reason", "请填写延期理由。", "Say why the task is extended.")
    moved(seat, row, "extend", on, f"{row.due} → {due}：{why}")
    seat.session.add(
        Extension(task_id=row.id, due_before=row.due, due_after=due, granted_on=on, granted_by=seat.name, reason=why)
    )
    row.due = due
    _decide(seat, row.id, "grant", why, on)
    tell_units(seat, row, "task_extended", str(due), on)
    return row


@command("task.grant_extension")
def refuse_extension(seat: Seat, task_id: UUID, *, reason: str, on: date) -> Task:
    """The request is refused with a reason: the task is due as it was."""
    row = held_task(seat.session, task_id)
    why = rules.checked_text(reason, "reason", "不同意延期须说明理由。", "Say why it is refused.")
    asked = _decide(seat, row.id, "refuse", why, on)
    if asked is None:
        raise Missing("没有待决定的延期申请。", en="No request for an extension waits.")
    moved(seat, row, "refuse_extension", on, why)
    tell_units(seat, row, "task_extension_refused", str(asked.id), on, asked.unit_id)
    return row


def pending(seat: Seat, task_id: UUID) -> ExtensionRequest | None:
    """The request for the task that waits; there is one at most."""
    query = select(ExtensionRequest).where(ExtensionRequest.task_id == task_id, ExtensionRequest.state == "pending")
    return seat.session.scalars(query).one_or_none()


def _decide(seat: Seat, task_id: UUID, verb: str, answer: str, on: date) -> ExtensionRequest | None:
    """The request that waits, if any, has that answer."""
    asked = pending(seat, task_id)
    if asked:
        asked.state = EXTENSION.step(asked.state, verb)
        asked.decided_on, asked.decided_by, asked.answer = on, seat.name, answer
        note(seat, f"task:{task_id}", extension_request=str(asked.id), decided=asked.state)
    return asked


def lapsed(seat: Seat, task_id: UUID, why: str, on: date) -> None:
    """A task that ended needs no more time: its request that waits is answered so."""
    _decide(seat, task_id, "refuse", why, on)

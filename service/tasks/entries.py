"""Progress that waits for a word: entered by the office for a unit that confirms it, or for its representative.

Source: dossier 1.6 (代录须注明受托单位并由该单位确认；成员代表审定).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.charter.queries import rule
from service.kit.command import command, note
from service.kit.seat import Seat
from service.tasks import rules
from service.tasks.course import COURSE, ENTRY
from service.tasks.models import ProgressEntry, Task
from service.tasks.moves import not_yours
from service.tasks.parts import Report, checked, told
from service.tasks.queries import held_task
from service.tasks.telling import tell_office, tell_representative, tell_units, units_of
from tenants.errors import Missing, Refused

MATRIX = "角色与权限矩阵：填报任务进展"
REPORT, APPROVE = "task.report_progress", "task.approve_progress"


@command("task.enter_on_behalf")
def enter_on_behalf(
    seat: Seat,
    task_id: UUID,
    *,
    unit_id: UUID,
    text: str,
    basis: str,
    percent: int | None = None,
    done: bool = False,
    on: date,
) -> ProgressEntry:
    """What a unit said otherwise is entered in its name; it counts when the unit has confirmed it."""
    row = held_task(seat.session, task_id)
    if unit_id not in units_of(seat, row):
        raise Refused(
            "只能为承担本任务的单位代录。", en="Only for a unit that carries the task.", field="unit_id", source=MATRIX
        )
    why = rules.checked_text(basis, "basis", "请写明受托依据，如来函或电话记录。", "Say what the entry rests on.")
    report = checked(row, unit_id, Report(percent, text, done))
    entry = entered(seat, row, unit_id, report, on, basis=why)
    tell_units(seat, row, "task_entry_waits", str(entry.id), on, unit_id)
    return entry


def awaits_approval(seat: Seat, on: date) -> bool:
    """Whether here the unit's representative approves what it reports: the place's own rule."""
    return bool(rule(seat.session, "progress_approval", on))


def submitted(seat: Seat, row: Task, unit_id: UUID, report: Report, on: date) -> Task:
    """The report waits for the unit's representative."""
    entry = entered(seat, row, unit_id, report, on)
    tell_representative(seat, row, "task_entry_waits", str(entry.id), on, unit_id)
    return row


def entered(seat: Seat, row: Task, unit_id: UUID, report: Report, on: date, basis: str = "") -> ProgressEntry:
    """One more entry waits, in place of the one that waited before."""
    COURSE.step(row.state, "report")
    if before := _waiting(seat, row.id, unit_id):
        _settle(seat, before, "return", "由新的填报替代", on)
        seat.session.flush()
    entry = ProgressEntry(
        task_id=row.id,
        unit_id=unit_id,
        percent=report.percent or 0,
        text=report.text,
        done=report.done,
        actuals={str(key): str(value) for key, value in report.actuals.items()},
        on_behalf=bool(basis),
        basis=basis,
        entered_on=on,
        by=seat.name,
        state="pending",
    )
    seat.session.add(entry)
    seat.session.flush()
    note(seat, f"task:{row.id}", entry=str(entry.id), unit_id=str(unit_id), text=report.text, basis=basis)
    return entry


def _waiting(seat: Seat, task_id: UUID, unit_id: UUID) -> ProgressEntry | None:
    query = select(ProgressEntry).where(
        ProgressEntry.task_id == task_id, ProgressEntry.unit_id == unit_id, ProgressEntry.state == "pending"
    )
    return seat.session.scalars(query).one_or_none()


@command(REPORT)
def confirm_entry(seat: Seat, task_id: UUID, *, entry_id: UUID, on: date) -> Task:
    """The unit confirms what was entered in its name; where its representative approves, that is for him."""
    row, entry = _held(seat, task_id, entry_id, REPORT)
    if awaits_approval(seat, on) or not entry.on_behalf:
        raise Refused(
            "这条进展须由本单位成员代表审定。",
            en="The unit's representative approves it.",
            source=MATRIX,
            field="entry_id",
        )
    return _accepted(seat, row, entry, on)


@command(APPROVE)
def approve_entry(seat: Seat, task_id: UUID, *, entry_id: UUID, on: date) -> Task:
    """The unit's representative approves it: it counts from that day."""
    row, entry = _held(seat, task_id, entry_id, APPROVE)
    return _accepted(seat, row, entry, on)


@command(REPORT)
def decline_entry(seat: Seat, task_id: UUID, *, entry_id: UUID, reason: str, on: date) -> Task:
    """The unit does not stand to what was entered in its name."""
    return _returned(seat, *_held(seat, task_id, entry_id, REPORT), reason, on)


@command(APPROVE)
def return_entry(seat: Seat, task_id: UUID, *, entry_id: UUID, reason: str, on: date) -> Task:
    """The unit's representative returns it with a reason."""
    return _returned(seat, *_held(seat, task_id, entry_id, APPROVE), reason, on)


def _held(seat: Seat, task_id: UUID, entry_id: UUID, operation: str) -> tuple[Task, ProgressEntry]:
    row = held_task(seat.session, task_id)
    query = select(ProgressEntry).where(ProgressEntry.task_id == row.id, ProgressEntry.id == entry_id)
    entry = seat.session.scalars(query).one_or_none()
    if entry is None:
        raise Missing()
    if not seat.sits_for(entry.unit_id, operation):
        raise not_yours()
    return row, entry


def _accepted(seat: Seat, row: Task, entry: ProgressEntry, on: date) -> Task:
    report = Report(entry.percent, entry.text, entry.done, _amounts(entry.actuals))
    by = f"（{entry.by}代录，依据：{entry.basis}）" if entry.on_behalf else f"（{entry.by}填报）"
    _settle(seat, entry, "accept", "", on)
    told(seat, row, entry.unit_id, report, on, f"{entry.text}{by}")
    return row


def _amounts(kept: Mapping[str, Any]) -> dict[UUID, Decimal]:
    return {UUID(key): Decimal(value) for key, value in kept.items()}


def _returned(seat: Seat, row: Task, entry: ProgressEntry, reason: str, on: date) -> Task:
    why = rules.checked_text(reason, "reason", "退回须说明理由。", "Say why it is returned.")
    _settle(seat, entry, "return", why, on)
    if entry.on_behalf:
        tell_office(seat, row, "task_entry_decided", str(entry.id), on)
    else:
        tell_units(seat, row, "task_entry_decided", str(entry.id), on, entry.unit_id)
    return row


def _settle(seat: Seat, entry: ProgressEntry, verb: str, reason: str, on: date) -> None:
    entry.state = ENTRY.step(entry.state, verb)
    entry.decided_on, entry.decided_by, entry.reason = on, seat.name, reason
    note(seat, f"task:{entry.task_id}", entry=str(entry.id), state=entry.state)

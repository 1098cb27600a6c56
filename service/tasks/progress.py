"""Carrying tasks out: the units report and ask to be closed out, the office verifies or returns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from service.kit.command import command, note
from service.kit.seat import Seat
from service.tasks import rules
from service.tasks.entries import awaits_approval, submitted
from service.tasks.extensions import lapsed
from service.tasks.models import CloseRequest, Milestone, Task
from service.tasks.moves import check_speaks, moved, speaking_unit
from service.tasks.parts import Report, checked, told
from service.tasks.queries import held_task, milestone, pending_request
from service.tasks.telling import tell_office, tell_units
from tenants.errors import Refused


@command("task.report_progress")
def report_progress(
    seat: Seat,
    task_id: UUID,
    *,
    percent: int | None,
    text: str,
    done: bool = False,
    actuals: Mapping[UUID, Decimal] | None = None,
    on: date,
) -> Task:
    """What was done stands in the task's history; the lead's report says how far the task is, another's its own part.

    Where the place's charter says so, it waits for the unit's representative. Source: seed 四(四); dossier 1.6.
    """
    row = held_task(seat.session, task_id)
    unit_id = speaking_unit(seat, row, "task.report_progress")
    report = checked(row, unit_id, Report(percent, text, done, actuals or {}))
    if awaits_approval(seat, on):
        return submitted(seat, row, unit_id, report, on)
    return told(seat, row, unit_id, report, on)


@command("task.report_progress")
def reach_milestone(seat: Seat, task_id: UUID, milestone_id: UUID, *, on: date) -> Milestone:
    """The milestone was reached that day."""
    row = held_task(seat.session, task_id)
    check_speaks(seat, row, "task.report_progress")
    found = milestone(seat.session, task_id, milestone_id)
    if found.done_on is not None:
        raise Refused(
            f"该节点已于{found.done_on}完成。", en=f"The milestone was reached on {found.done_on}.", field="milestone"
        )
    found.done_on = on
    moved(seat, row, "reach", on, found.title, unit_id=row.lead_unit_id)
    return found


@command("task.request_close_out")
def request_close_out(seat: Seat, task_id: UUID, *, statement: str, on: date) -> CloseRequest:
    """The unit holds the task for done; the day it asked is kept, and decides about on time if it is accepted.

    Source: dossier 2.2 (申请销号), 6-3.
    """
    row = held_task(seat.session, task_id)
    check_speaks(seat, row, "task.request_close_out")
    words = rules.checked_text(
        statement, "statement", "请说明完成情况和佐证材料。", "Say what was achieved, and how it can be seen."
    )
    moved(seat, row, "request_close_out", on, words, unit_id=row.lead_unit_id)
    request = CloseRequest(
        task_id=row.id, unit_id=row.lead_unit_id, claimed_on=on, statement=words, by=seat.name, state="pending"
    )
    seat.session.add(request)
    seat.session.flush()
    tell_office(seat, row, "task_close_asked", str(request.id), on)
    return request


@command("task.close_out")
def verify_close_out(
    seat: Seat,
    task_id: UUID,
    *,
    on: date,
    remark: str = "",
    claimed_on: date | None = None,
    done_on: date | None = None,
) -> Task:
    """The office verified it: the task is closed out, claimed on the day of the request now accepted.

    What was done on paper first is entered with its own days and the paper it rests on; the moment of entry is kept
    beside them. Source: dossier 1.6 (代录), 7.6 (纸质并行).
    """
    row = held_task(seat.session, task_id)
    words = remark.strip()
    request = _decide(seat, row, "verify", "accepted", on, words)
    claimed, done = claimed_on or done_on or request.claimed_on, done_on or on
    if claimed_on or done_on:
        rules.check_on_paper(claimed, done, row.start, on, words)
    row.claimed_on, row.done_on, row.percent = claimed, done, 100
    note(seat, f"task:{row.id}", claimed_on=claimed, done_on=done)
    moved(seat, row, "verify", done, words)
    lapsed(seat, row.id, "任务已销号", on)
    tell_units(seat, row, "task_closed_out", str(request.id), on)
    return row


@command("task.close_out")
def return_close_out(seat: Seat, task_id: UUID, *, reason: str, on: date) -> Task:
    """The request is returned with a reason; only a later one counts. Source: dossier 2.2 (不合格退回), 6-3."""
    row = held_task(seat.session, task_id)
    why = rules.checked_text(reason, "reason", "退回须说明理由。", "Say why it is returned.")
    request = _decide(seat, row, "return", "returned", on, why)
    tell_units(seat, row, "task_close_returned", str(request.id), on, request.unit_id)
    return moved(seat, row, "return", on, why)


def _decide(seat: Seat, row: Task, verb: str, state: str, on: date, reason: str) -> CloseRequest:
    rules.step(row.state, verb)  # refuses where nothing was asked for
    request = pending_request(seat.session, row.id)
    request.state, request.decided_on, request.decided_by, request.reason = state, on, seat.name, reason
    return request

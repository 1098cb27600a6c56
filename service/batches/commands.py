"""Writing: a batch is prepared by trying each of its rows and taking that back; then it is begun.

The rows themselves are done one by one by the tasks' own commands (carrying.py), each with its audit line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from service.batches.models import DRAFT, READY, REFUSED, RUNNING, SAME, Batch, BatchRow
from service.batches.queries import MOST, batch, check_there, counts
from service.batches.verbs import VERBS
from service.charter.queries import unit_named
from service.kit.command import command, note
from service.kit.seat import OWN, Seat
from tenants import ledger
from tenants.errors import Conflict, LianxiError, Refused

JOB = "batches.carry_out"
AT_ONCE = 50  # rows that are done while the reader waits; more are a job


@dataclass(frozen=True)
class Given:
    """A row to be: its task, what it alone is told, and what is wrong with it already."""

    line: int
    task_id: UUID | None
    told: Mapping[str, Any]
    same: bool = False
    wrong: Refused | None = None


@command(OWN)
def prepare(seat: Seat, *, verb: str, given: Mapping[str, Any], rows: Iterable[Given], on: date) -> Batch:
    """The batch can be looked through: of each row it is known whether it will be done, and if not why."""
    seat.require(VERBS[verb].operation)
    every = list(rows)
    _check_number(len(every))
    _check_there(seat, [one.task_id for one in every if one.task_id], given.get("unit_id"))
    told = {name: given.get(name, "") for name in VERBS[verb].asks or given}
    made = Batch(verb=verb, given=told, account_id=seat.account_id, made_by=seat.name, made_on=on)
    seat.session.add(made)
    seat.session.flush()
    found = [_row(seat, made, one, on) for one in every]
    seat.session.add_all(found)
    note(seat, f"batch:{made.id}", act="prepare", verb=verb, rows=len(found))
    return made


def _check_number(count: int) -> None:
    if not 1 <= count <= MOST:
        raise Refused(f"请选择1至{MOST}项任务。", en=f"Choose 1 to {MOST} tasks.", field="task")


def _check_there(seat: Seat, task_ids: list[UUID], unit_id: str | None) -> None:
    """Nothing, or what is named is not there."""
    check_there(seat.session, set(task_ids))
    if unit_id:
        unit_named(seat.session, UUID(unit_id))


def _row(seat: Seat, made: Batch, one: Given, on: date) -> BatchRow:
    row = BatchRow(batch_id=made.id, line=one.line, task_id=one.task_id, given=dict(one.told), state=READY)
    wrong = one.wrong or (None if one.same or one.task_id is None else _tried(seat, made, one.task_id, one.told, on))
    if wrong is not None:
        refuse(row, wrong, REFUSED)
    elif one.same:
        row.state = SAME
    return row


def refuse(row: BatchRow, wrong: LianxiError, state: str) -> None:
    """The row bears why it is not done."""
    row.state, row.said, row.said_en = state, wrong.message, wrong.message_en
    row.article, row.field = wrong.source or "", wrong.field or ""


def _tried(seat: Seat, made: Batch, task_id: UUID, told: Mapping[str, Any], on: date) -> LianxiError | None:
    """What the command would say against it; whatever it did is taken back."""
    session = seat.session
    line = session.info.pop("note")
    session.info["note"] = type(line)()  # what it notes is of no line
    step = session.begin_nested()
    try:
        VERBS[made.verb].act(seat, task_id, {**made.given, **told}, on)
        session.flush()
    except LianxiError as wrong:
        return wrong
    finally:
        step.rollback()
        session.info["note"] = line
    return None


@command(OWN)
def begin(seat: Seat, batch_id: UUID, *, on: date, at_once: int = AT_ONCE) -> Batch:
    """What can be done of it is being done: by the caller where it is little, else in the background."""
    made = batch(seat, batch_id, hold=True)
    seat.require(VERBS[made.verb].operation)
    if made.state != DRAFT:
        raise Conflict("这一批已经办理，请另选任务。", en="It was carried out already; choose anew.")
    ready = counts(seat.session, batch_id).get(READY, 0)
    if not ready:
        raise Refused("没有可以办理的任务。", en="There is nothing that can be done.", field="")
    made.state = RUNNING
    if ready > at_once:
        payload = {"batch": str(made.id), "on": on.isoformat()}
        made.job_id = ledger.post(seat.session, JOB, payload, dedupe=str(made.id), created_by=seat.account_id)
    note(seat, f"batch:{made.id}", act="begin", verb=made.verb, rows=ready)
    return made

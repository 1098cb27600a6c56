"""Writing: a table is brought, its cells are put right, and its rows are listed as tasks in the background, in pieces.

Each piece is one transaction that also says what became of its rows: whoever goes on after a break does none twice.
Source: dossier 5.3, 7.6 (预览确认、部分导入).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from service.breakdown import queries
from service.breakdown.checking import ERROR, Finding, Reading, World, read
from service.breakdown.models import (
    DONE,
    DRAFT,
    HALTED,
    LISTED,
    PENDING,
    PRESENT,
    REFUSED,
    RUNNING,
    Breakdown,
    BreakdownRow,
)
from service.breakdown.queries import LISTS, check_may_list, digest
from service.breakdown.rules import COLUMNS, CONTENT
from service.breakdown.sheets import MOST_LETTERS, Line
from service.kit.command import command, note
from service.kit.seat import Seat
from service.plans.models import Plan
from service.plans.queries import held_plan, plan
from service.plans.rules import check_open
from service.tasks.commands import TaskText, added
from tenants import ledger
from tenants.errors import Conflict, LianxiError, Refused

JOB = "breakdown.list"
PIECE = 100  # rows a transaction


@command(LISTS)
def bring_table(seat: Seat, plan_id: UUID, *, name: str, lines: Sequence[Line], on: date) -> Breakdown:
    """The table stands beside the plan, every row read; nothing is listed yet."""
    into = _open_plan(seat, plan(seat.session, plan_id))
    table = Breakdown(plan_id=plan_id, name=name[:120], rows=len(lines), brought_by=seat.name, brought_on=on)
    seat.session.add(table)
    seat.session.flush()
    world, known = queries.world(seat, into, on), queries.present(seat.session, plan_id)
    first: dict[str, int] = {}
    for line in lines:
        row = BreakdownRow(breakdown_id=table.id, line=line.line, cells=dict(line.cells))
        reading = _say(row, world)
        _compare(row, reading, known, first)
        seat.session.add(row)
    note(seat, f"breakdown:{table.id}", plan=str(plan_id), name=table.name, rows=table.rows)
    return table


def _open_plan(seat: Seat, row: Plan) -> Plan:
    check_may_list(seat, row)
    check_open(row.kind, row.state, row.title)
    return row


def _say(row: BreakdownRow, world: World) -> Reading:
    """The row bears what is to be said of its cells."""
    reading = read(row.cells, world)
    row.identity = digest(reading.identity)
    _bear(row, reading)
    return reading


def _bear(row: BreakdownRow, reading: Reading) -> None:
    row.level, row.findings = reading.level, [finding.as_json() for finding in reading.findings]


def _compare(row: BreakdownRow, reading: Reading, known: Mapping[str, tuple[UUID, int]], first: dict[str, int]) -> None:
    """What is in the plan already, or in the table above, is said to be: it is listed once."""
    if row.identity and row.identity in known:
        no = known[row.identity][1]
        reading.warn(CONTENT, f"计划中已有（第{no}项），不重复列入", f"It is in the plan already (no. {no})")
    elif row.identity and row.identity in first:
        at = first[row.identity]
        reading.warn(CONTENT, f"与第{at}行重复，只列一次", f"The same as row {at}; listed once")
    first.setdefault(row.identity, row.line)
    _bear(row, reading)


@command(LISTS)
def correct_row(seat: Seat, breakdown_id: UUID, row_id: UUID, *, cells: Mapping[str, str], on: date) -> BreakdownRow:
    """The row's cells read so, and what is to be said of them is said anew."""
    table = queries.breakdown(seat.session, breakdown_id, hold=True)
    into = _open_plan(seat, plan(seat.session, table.plan_id))
    _check_still(table)
    row = queries.row_of(seat.session, breakdown_id, row_id)
    if row.task_id is not None:
        raise Conflict("该行已列入计划，请在任务页修改。", en="The row is a task already; change it there.")
    before = dict(row.cells)
    row.cells = before | {name: text.strip()[:MOST_LETTERS] for name, text in cells.items() if name in COLUMNS}
    _compare(row, _say(row, queries.world(seat, into, on)), queries.present(seat.session, table.plan_id), {})
    row.state, row.said = PENDING, ""
    note(seat, f"breakdown:{table.id}", line=row.line, before=before, after=row.cells)
    return row


def _check_still(table: Breakdown) -> None:
    if table.state == RUNNING:
        raise Conflict("正在列入任务，请等办理完毕或先暂停。", en="It is being listed; wait, or halt it first.")


@command(LISTS)
def run_table(seat: Seat, breakdown_id: UUID, *, on: date) -> Breakdown:
    """Its rows without errors are being listed in the background; a second time, those that are left."""
    table = queries.breakdown(seat.session, breakdown_id, hold=True)
    _open_plan(seat, plan(seat.session, table.plan_id))
    _check_still(table)
    if not queries.counts(seat.session, breakdown_id).ready:
        raise Refused("没有可以列入的行，请先改正错误。", en="There is no row to list; put the errors right.", field="")
    table.state, table.said = RUNNING, ""
    payload = {"breakdown": str(table.id), "on": on.isoformat()}
    table.job_id = ledger.post(seat.session, JOB, payload, dedupe=str(table.id), created_by=seat.account_id)
    note(seat, f"breakdown:{table.id}", act="run")
    return table


@command(LISTS)
def halt_table(seat: Seat, breakdown_id: UUID) -> Breakdown:
    """After the piece at hand no more of its rows are listed; they can be later."""
    table = queries.breakdown(seat.session, breakdown_id, hold=True)
    check_may_list(seat, plan(seat.session, table.plan_id))
    if table.state != RUNNING:
        raise Conflict("现在没有在办理。", en="It is not being listed now.")
    table.state = HALTED
    note(seat, f"breakdown:{table.id}", act="halt")
    return table


@command(LISTS)
def discard_table(seat: Seat, breakdown_id: UUID) -> UUID:
    """The table is gone, and the plan is as it was; of one whose rows were listed, nothing goes."""
    table = queries.breakdown(seat.session, breakdown_id, hold=True)
    check_may_list(seat, plan(seat.session, table.plan_id))
    if table.state != DRAFT:
        raise Conflict("已经列入任务的导入记录予以保留。", en="What was listed keeps its record.")
    seat.session.execute(delete(BreakdownRow).where(BreakdownRow.breakdown_id == table.id))
    seat.session.delete(table)
    note(seat, f"breakdown:{table.id}", act="discard", name=table.name)
    return table.plan_id


@command(LISTS)
def list_piece(seat: Seat, breakdown_id: UUID, *, on: date) -> bool:
    """The next rows are tasks of the plan, or it is said why not; false where none is left, or the work was halted."""
    table = queries.breakdown(seat.session, breakdown_id, hold=True)
    note(seat, f"breakdown:{table.id}")
    if table.state != RUNNING:
        return False
    rows = queries.to_list(seat.session, table.id, PIECE)
    if not rows:
        table.state = DONE
        return False
    into = _open_plan(seat, held_plan(seat.session, table.plan_id))
    world, known = queries.world(seat, into, on), queries.present(seat.session, table.plan_id)
    for row in rows:
        _list(seat, into, row, read(row.cells, world), known, on)
    note(seat, f"breakdown:{table.id}", tasks=[str(row.task_id) for row in rows if row.state == LISTED])
    return True


def _list(
    seat: Seat, into: Plan, row: BreakdownRow, reading: Reading, known: dict[str, tuple[UUID, int]], on: date
) -> None:
    """The row is a task, or was one already, or is refused; whatever it is, the others go on."""
    row.identity = digest(reading.identity)
    if reading.level == ERROR:
        row.state = REFUSED
        _bear(row, reading)
    elif row.identity in known:
        row.state, row.task_id = PRESENT, known[row.identity][0]
    else:
        _add(seat, into, row, reading, known, on)


def _add(
    seat: Seat, into: Plan, row: BreakdownRow, reading: Reading, known: dict[str, tuple[UUID, int]], on: date
) -> None:
    try:
        with seat.session.begin_nested():
            task = added(seat, into, _text(reading), on)
    except LianxiError as refusal:
        row.state, row.said = REFUSED, refusal.message
        row.level = ERROR
        row.findings = [*row.findings, Finding(CONTENT, ERROR, refusal.message, refusal.message_en).as_json()]
        return
    known[row.identity] = task.id, task.no
    row.state, row.task_id = LISTED, task.id


def _text(reading: Reading) -> TaskText:
    assert reading.duty and reading.lead and reading.start and reading.due
    return TaskText(
        content=reading.content,
        duty_id=reading.duty,
        lead_unit_id=reading.lead,
        start=reading.start,
        due=reading.due,
        deliverable=reading.deliverable,
        cooperating=reading.cooperating,
        milestones=reading.steps,
        person=reading.person,
    )

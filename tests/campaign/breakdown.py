"""A table of thousands of rows becomes tasks while the worker is killed: every good row once, every wrong one reported.

`python -m tests.campaign.breakdown --rows 4000 --kills 3` prints how long each step took and how much memory.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

import click
from openpyxl import Workbook
from redis import Redis
from sqlalchemy import Engine, func, select

from service.breakdown import queries
from service.breakdown.commands import bring_table, run_table
from service.breakdown.models import Breakdown
from service.breakdown.rules import COLUMNS
from service.breakdown.sheets import uploaded
from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.embedded import Endpoints
from service.kit.bell import doorbell
from service.kit.seat import Seat
from service.tasks.models import Task
from tenants import ledger
from tenants.db import acting_for, fenced_engine
from tenants.models import Tenant
from tests.campaign.kills import Say, Workers, fresh, hasten
from tests.factories import a_tenant
from tests.work.office import a_plan, console

ON = date(2026, 2, 1)
DUE = ("9月底", "2026-06-30", "第三季度", "12月10日前", "全年")
EVERY_WRONG = 100  # each so many-th row has no day
PATIENCE, QUIET = 900.0, 5.0  # seconds


@dataclass
class Outcome:
    """How long each step took, how much memory the reading process came to, and what is wrong at the end."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])
    megabytes: int = 0
    listed: int = 0
    kills: int = 0
    faults: list[str] = field(default_factory=list[str])


def campaign(at: Endpoints, *, rows: int, kills: int, seed: int = 1, say: Say) -> Outcome:
    """A table of so many rows was brought and listed through so many kills, then brought and listed again."""
    engine, redis, dice = fenced_engine(at.app), Redis.from_url(at.redis), Random(seed)
    ledger.hang_doorbell(doorbell(redis))
    done = Outcome()
    try:
        tenant = a_tenant(engine, furnish=furnish)
        seat = console(engine, tenant)
        plan = a_plan(seat)
        table = _brought(seat, plan.id, _workbook(seat, rows), done, "")
        with Workers(at, 1, dice) as crew:
            began = time.monotonic()
            run_table(seat, table.id, on=ON)
            _follow(engine, tenant, table, crew, kills, dice, say)
            done.seconds["list"], done.kills = time.monotonic() - began, crew.killed
            done.faults += _faults(engine, tenant, table, rows)
            again = _brought(seat, plan.id, _workbook(seat, rows), done, " again")
            run_table(seat, again.id, on=ON)
            _follow(engine, tenant, again, crew, 0, dice, say)
        done.faults += _faults(engine, tenant, table, rows)
        done.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        done.listed = rows - rows // EVERY_WRONG
        return done
    finally:
        ledger.hang_doorbell(None)
        engine.dispose()
        redis.close()


def _workbook(seat: Seat, rows: int) -> bytes:
    """So many tasks of all units that hold a duty, each under one it holds."""
    able = [(unit, duties_of(seat.session, unit.id, ON)) for unit in units(seat.session, ON)]
    able = [(unit, owed) for unit, owed in able if owed]
    book = Workbook(write_only=True)
    sheet = book.create_sheet("表")
    sheet.append(list(COLUMNS.values()))
    for number in range(1, rows + 1):
        unit, owed = able[number % len(able)]
        due = "尽快" if number % EVERY_WRONG == 0 else DUE[number % len(DUE)]
        helping = able[(number + 1) % len(able)][0].name
        words = [number, f"推进第{number}项工作", "工作总结", owed[number % len(owed)].code, unit.name, helping]
        sheet.append([*words, "Q1：印发方案；Q2：组织实施", due, "张三"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _brought(seat: Seat, plan_id: object, body: bytes, done: Outcome, which: str) -> Breakdown:
    began = time.monotonic()
    lines = uploaded("表.xlsx", body)
    done.seconds[f"read{which}"] = time.monotonic() - began
    began = time.monotonic()
    table = bring_table(seat, plan_id, name="表.xlsx", lines=lines, on=ON)  # type: ignore[arg-type]
    done.seconds[f"look through{which}"] = time.monotonic() - began
    return table


def _follow(
    engine: Engine, tenant: Tenant, table: Breakdown, crew: Workers, kills: int, dice: Random, say: Say
) -> None:
    """Until the table is done; the worker dies as often as asked for, somewhere on the way."""
    deadline, total = time.monotonic() + PATIENCE, table.rows
    moved, before = time.monotonic(), -1
    fatal = sorted(dice.sample(range(total // 10, total * 9 // 10), kills))
    while True:
        with acting_for(engine, tenant.id) as session:
            found = queries.breakdown(session, table.id)
            counts = queries.counts(session, table.id)
        behind = sum(number for state, number in counts.state.items() if state != "pending")
        if found.state != "running":
            return
        assert time.monotonic() < deadline, f"{behind} of {total} are behind us"
        if fatal and behind >= fatal[0]:
            fatal.pop(0)
            crew.kill_one()
            say(f"killed with {behind} of {total} behind us")
        if behind != before:
            moved, before = time.monotonic(), behind
        elif time.monotonic() > moved + QUIET:  # time is helped along: whoever was not answered is rung again
            hasten(engine)
            ledger.sweep(engine)
            moved = time.monotonic()
        time.sleep(0.1)


def _faults(engine: Engine, tenant: Tenant, table: Breakdown, rows: int) -> Iterator[str]:
    """What is lost, doubled, misnumbered or not reported."""
    wrong = rows // EVERY_WRONG
    with acting_for(engine, tenant.id) as session:
        found = list(session.scalars(select(Task.no).order_by(Task.no)))
        if found != list(range(1, rows - wrong + 1)):
            yield f"{len(found)} tasks of {rows - wrong}"
        different = session.scalar(select(func.count(Task.content.distinct())))
        if different != len(found):
            yield f"{len(found) - (different or 0)} tasks are doubled"
        reported = len(queries.not_listed(session, table.id))
        if reported != wrong:
            yield f"{reported} rows reported of {wrong}"


@click.command()
@click.option("--rows", default=4000, show_default=True)
@click.option("--kills", default=3, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(rows: int, kills: int, seed: int) -> None:
    """Exit code 1 when a row is lost or doubled."""
    with fresh() as at:
        done = campaign(at, rows=rows, kills=kills, seed=seed, say=click.echo)
    for step, seconds in done.seconds.items():
        click.echo(f"{step}: {seconds:.1f} s")
    click.echo(f"{done.listed} listed, {done.kills} kills, {done.megabytes} MB where the table was read")
    for fault in done.faults:
        click.echo(fault, err=True)
    sys.exit(bool(done.faults))


if __name__ == "__main__":
    main()

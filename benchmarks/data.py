"""What is measured on: places opened, planned and published by the product's own commands; crowds by copying rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import Engine, select, text
from uuid_utils.compat import uuid7

from service.accounts.models import Account, AccountDoor, SeatGrant
from service.accounts.passwords import password_hash
from service.admin.onboarding import open_places, openings
from service.charter.queries import duties_of, units
from service.embedded import superuser
from service.kit.period import Period
from service.kit.seat import Seat
from service.meetings.commands import Agreed, Held, confirm_resolution, record_meeting
from service.meetings.models import Resolution
from service.minutes.recording import issued
from service.plans.commands import agree_plan, draft_plan
from service.rooms import handlers, metadata
from service.statistics.commands import publish_period
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.models import Obligation
from service.tasks.commands import TaskText, add_task
from service.tasks.extensions import extend
from service.tasks.models import Task
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import ledger, rollup
from tenants.db import GLOBAL_TABLES, acting_for
from tenants.models import Tenant, by_slug

PROVINCE, CITY, BUSY = "340000", "340100", "340102"
PERIOD = Period(2026, "Q", 3)
AFTER = PERIOD.end + timedelta(days=9)  # when everybody publishes
OPENED = date(2025, 12, 1)
PASSWORD = "benchmark-only-1"
NOT_COPIED = {"ledger_job", "idempotency_key"}


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    places: int  # of the province, opened by the product
    others: int  # more tenants, copied from one that the product made
    tasks: int  # of the city whose page is read, and of every copy of it
    earlier: int  # periods published before
    busy: int = 200_000  # tasks of the one place that has more than all others


def build(engine: Engine, data: Path, scale: Scale) -> None:
    """A province with its places, one city at work, everybody's figures published; then the crowd."""
    for _step in open_places(engine, openings(PROVINCE, whole=True)[: scale.places], on=OPENED, actor="benchmark"):
        pass
    plan_year(engine, tenant(engine, CITY), scale.tasks)
    work_through_the_year(engine, tenant(engine, CITY))
    plan_year(engine, tenant(engine, BUSY), scale.tasks)
    for slug in (PROVINCE, CITY):
        seat_reader(engine, tenant(engine, slug))
    publish_all(engine, [place.slug for place in openings(PROVINCE, whole=True)[: scale.places]])
    repeat_periods(engine, tenant(engine, PROVINCE), scale.earlier)
    with superuser(data) as connection:
        if scale.others:
            crowd(connection, tenant(engine, CITY).id, scale.others)
        multiply_tasks(connection, tenant(engine, BUSY).id, scale)
        connection.execute("VACUUM ANALYZE")


def tenant(engine: Engine, slug: str) -> Tenant:
    with acting_for(engine, None) as session:
        found = by_slug(session, slug)
    assert found is not None, slug
    return found


def plan_year(engine: Engine, at: Tenant, count: int) -> None:
    """The place has an agreed plan with that many tasks, each under a duty of its lead unit."""
    with acting_for(engine, at.id) as session:
        seat = Seat(session, at, "benchmark", console=True)
        year, on = PERIOD.year, date(PERIOD.year, 2, 10)
        plan = draft_plan(seat, year=year, title=f"{year}年工作要点", on=on)
        owed = [(unit.id, duties_of(session, unit.id, on)) for unit in units(session, on)]
        for number in range(count):
            lead, duties = owed[number % len(owed)]
            due = date(year, 3, 31) + timedelta(days=number * 2 % 270)
            text = TaskText(f"落实第{number + 1}项重点任务", duties[0].id, lead, date(year, 1, 15), due, "工作台账")
            add_task(seat, plan.id, text, on=on)
        agree_plan(seat, plan.id, basis="第一次全体会议", agreed_on=on, on=on)


def work_through_the_year(engine: Engine, at: Tenant) -> None:
    """Tasks are closed out, in time or late, or extended; units file; the place has met and agreed on things."""
    with acting_for(engine, at.id) as session:
        seat = Seat(session, at, "benchmark", console=True)
        for number, row in enumerate(session.scalars(select(Task).order_by(Task.no)).all()):
            if number % 5 == 0:
                extend(seat, row.id, due=row.due + timedelta(days=20), reason="第1号批示", on=date(PERIOD.year, 3, 1))
            if number % 3 == 0 and row.due < PERIOD.end:
                close_out(seat, row.id, row.due + timedelta(days=number % 4 * 5 - 8))
        file_reports(seat)
        meet(seat)


def close_out(seat: Seat, task_id: UUID, on: date) -> None:
    report_progress(seat, task_id, percent=90, text="已完成", on=on)
    request_close_out(seat, task_id, statement="已完成，材料附后", on=on)
    verify_close_out(seat, task_id, on=on + timedelta(days=3))


def file_reports(seat: Seat) -> None:
    """What was owed by the quarter before is laid down; most of it was filed."""
    for quarter in (1, 2):
        period = Period(PERIOD.year, "Q", quarter)
        lay_down_obligations(seat, period, period.end)
    for number, row in enumerate(seat.session.scalars(select(Obligation).order_by(Obligation.id)).all()):
        if number % 6:
            file_submission(seat, row.id, text="无", on=row.due + timedelta(days=number % 4 - 2))


def meet(seat: Seat) -> None:
    """One plenary with signed minutes; half of what was agreed is done."""
    on = date(PERIOD.year, 3, 20)
    members = [unit.id for unit in units(seat.session, on)]
    agreed = [Agreed(f"议定事项{n + 1}", unit_id, on + timedelta(days=n * 30)) for n, unit_id in enumerate(members)]
    held = Held("plenary", "第一次全体会议", on, "召集人", "convener", dict.fromkeys(members, "present"), agreed)
    row = record_meeting(seat, held, on)
    issued(seat, row.id, on, on + timedelta(days=7))
    for item in seat.session.scalars(select(Resolution).order_by(Resolution.due)).all()[::2]:
        if item.due is not None:
            confirm_resolution(seat, item.id, item.due)


def seat_reader(engine: Engine, at: Tenant) -> None:
    """Somebody of the place's office may sign in."""
    with acting_for(engine, at.id) as session, session.begin():
        account = Account(id=uuid7(), username=reader(at.slug), name="测", password_hash=password_hash(PASSWORD))
        session.add(account)
        session.flush()
        session.add(AccountDoor(account_id=account.id, tenant_id=at.id))
        session.add(SeatGrant(account_id=account.id, role="OS", unit_id=None, from_date=OPENED))


def reader(slug: str) -> str:
    return f"reader-{slug}"


def publish_all(engine: Engine, slugs: Sequence[str]) -> None:
    """Everybody has published the period, and it has come to the root."""
    for slug in slugs:
        at = tenant(engine, slug)
        with acting_for(engine, at.id) as session:
            publish_period(Seat(session, at, "benchmark", console=True), PERIOD, AFTER)
    for _job in ledger.drain(engine, handlers()):
        pass


def repeat_periods(engine: Engine, at: Tenant, count: int) -> None:
    """The root holds the same figures for that many earlier periods, too."""
    statement = text(
        "INSERT INTO figure SELECT tenant_id, :new, source_id, code, via_id, publication_id, revision, status,"
        " numerator, denominator, detail FROM figure WHERE period = :old"
    )
    period = PERIOD
    with acting_for(engine, at.id) as session, session.begin():
        for _ in range(count):
            period = period.previous()
            session.execute(statement, {"new": str(period), "old": str(PERIOD)})
        rollup.rebuild(session)


def crowd(connection: psycopg.Connection, model: UUID, count: int) -> None:
    """That many more tenants, each with a copy of all the model's rows; composite keys let the ids repeat."""
    connection.execute(
        "CREATE TEMP TABLE newcomer AS SELECT gen_random_uuid() AS id, lpad(n::text, 5, '0') AS code"
        " FROM generate_series(1, %s) n",
        [count],
    )
    connection.execute(
        "INSERT INTO tenant (id, slug, region_code, name, level, path, state, opened_on)"
        " SELECT id, 'b' || code, 'B' || code, '县' || code, 'county', replace(id::text, '-', '')::ltree, 'running', %s"
        " FROM newcomer",
        [OPENED],
    )
    connection.execute("SET session_replication_role = replica")
    for table in metadata().sorted_tables:
        if table.name not in GLOBAL_TABLES | dict.fromkeys(NOT_COPIED):
            columns = [f'"{column.name}"' for column in table.columns if column.name != "tenant_id"]
            into, values = ", ".join(("tenant_id", *columns)), ", ".join(("n.id", *(f"m.{name}" for name in columns)))
            statement = f"INSERT INTO {table.name} ({into}) SELECT {values} FROM {table.name} m, newcomer n"
            connection.execute(f"{statement} WHERE m.tenant_id = %s ORDER BY n.id".encode(), [model])
    connection.execute("SET session_replication_role = DEFAULT")


def multiply_tasks(connection: psycopg.Connection, at: UUID, scale: Scale) -> None:
    """The place's plan holds so many tasks: its own, over and over, under new numbers."""
    columns = [f'"{column.name}"' for column in metadata().tables["task"].columns if column.name not in ("id", "no")]
    names, copies = ", ".join(columns), scale.busy // scale.tasks - 1
    connection.execute(
        f"INSERT INTO task (id, no, {names}) SELECT gen_random_uuid(), no + n * %s, {names} FROM task,"
        " generate_series(1, %s) n WHERE tenant_id = %s".encode(),
        [scale.tasks, copies, at],
    )


def without_wall(data: Path, name: str) -> None:
    """A second database with the same rows and no row-level security. Nobody may be using the first one."""
    with superuser(data, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE lianxi".encode())
        connection.execute(f"GRANT CONNECT ON DATABASE {name} TO lianxi_app".encode())
    with superuser(data, name) as connection:
        for table in metadata().tables.values():
            if table.name not in GLOBAL_TABLES:
                connection.execute(f"ALTER TABLE {table.name} DISABLE ROW LEVEL SECURITY".encode())
        connection.execute("ANALYZE")

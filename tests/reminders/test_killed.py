"""The worker is killed in the middle of a thousand reminders: each person has each exactly once. Source: issue 5."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from service.charter.opening import furnish
from service.charter.queries import lead_units
from service.kit.bell import doorbell
from service.kit.web import today
from service.notices.daily import DAILY
from service.notices.models import Notice
from service.tasks.models import Task
from tenants import ledger
from tenants.db import acting_for
from tests.factories import a_tenant, an_account
from tests.running import wait_for
from tests.work.office import a_plan, a_task, console

TASKS, PEOPLE = 500, 2


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish, on=today().replace(month=1, day=1))


@pytest.fixture
def people(engine, tenant) -> list[UUID]:
    """Two people of a unit with five hundred tasks that are due in three days."""
    seat = console(engine, tenant)
    due = today() + timedelta(days=3)
    unit = lead_units(seat.session, due)[0].id
    first = a_task(seat, a_plan(seat, due.year), due, today())
    names = {column.name for column in Task.__table__.columns} - {"id", "no", "content"}
    kept = {name: getattr(first, name) for name in names}
    rows = [{**kept, "id": uuid7(), "no": number, "content": f"任务{number}"} for number in range(2, TASKS + 1)]
    seat.session.execute(insert(Task).values(rows))
    seat.session.commit()
    seat.session.close()
    return [an_account(engine, tenant, "LI", unit=unit).id for _ in range(PEOPLE)]


@contextmanager
def a_worker(stack) -> Iterator[subprocess.Popen[bytes]]:
    """The service's own worker, as a process; killed at the end, if it lives."""
    surroundings = {"DATABASE_URL": stack.app, "REDIS_URL": stack.redis, "SECRET_KEY": "only for tests"}
    quiet, command = subprocess.DEVNULL, [sys.executable, "-m", "service.worker"]
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env=os.environ | surroundings, start_new_session=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def job_of(engine, tenant, job_id) -> ledger.Job:
    with acting_for(engine, tenant.id) as session:
        return session.scalars(select(ledger.Job).where(ledger.Job.id == job_id)).one()


def reminders(engine, tenant, people) -> Counter[tuple[UUID, str]]:
    """How often each person was told each thing."""
    with acting_for(engine, tenant.id) as session:
        query = select(Notice.account_id, Notice.args["task_id"].astext)
        wanted = (Notice.account_id.in_(people), Notice.kind == "task_due")
        return Counter((row[0], row[1]) for row in session.execute(query.where(*wanted)))


def test_a_worker_killed_in_the_middle_of_a_thousand_reminders_loses_and_doubles_none(engine, stack, tenant, people):
    ring = doorbell(Redis.from_url(stack.redis))
    with acting_for(engine, tenant.id) as session, session.begin():
        job_id = ledger.post(session, DAILY, {}, dedupe="first")
    with a_worker(stack):
        ring(tenant.id, job_id)
        wait_for(lambda: job_of(engine, tenant, job_id).progress_done >= TASKS // 3, "the round is under way")
    killed_at = job_of(engine, tenant, job_id)
    assert killed_at.state == "running" and killed_at.progress_done < killed_at.progress_total
    assert len(reminders(engine, tenant, people)) < TASKS * PEOPLE
    with a_worker(stack):
        ring(tenant.id, job_id)  # as the sweeper does for every bell that nobody answered
        wait_for(lambda: job_of(engine, tenant, job_id).state == "done", "the round is done")
    found = reminders(engine, tenant, people)
    assert len(found) == TASKS * PEOPLE and set(found.values()) == {1}

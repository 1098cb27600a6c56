"""The clock and the worker where the database dies under them: a line, and on they go."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select, update

from service import embedded
from service.installation import environment
from service.kit.bell import doorbell
from service.migrating import migrate
from tenants import ledger
from tenants.db import acting_for, fenced_engine
from tenants.ledger import Bell, Job
from tests.factories import a_tenant
from tests.running import surroundings, wait_for


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation of our own: its database is killed."""
    folder = tmp_path_factory.mktemp("parts") / "data"
    with embedded.running(folder) as endpoints:
        migrate(endpoints.owner)
        yield folder


@contextmanager
def part(name: str, data: Path, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """That part, looking each second, every line of it an object."""
    environ = environment(data, surroundings()) | {"LIANXI_LOG": "json", "LIANXI_SWEEP_SECONDS": "1"}
    with output.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", name], stdout=out, stderr=out, env=environ)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def said(output: Path) -> list[str]:
    """What it said, line by line; a line that is no object would be a traceback's."""
    return [json.loads(line)["event"] for line in output.read_text().splitlines()]


def kill_postgres(data: Path) -> None:
    pid = embedded.postgres_pid(data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: embedded.postgres_pid(data) is None, "the server is gone")


def due_again(data: Path) -> None:
    """Every bell is due."""
    engine = fenced_engine(embedded.endpoints(data).app)
    with acting_for(engine, None) as session, session.begin():
        session.execute(update(Bell).values(due_at=datetime.now(UTC)))
    engine.dispose()


@pytest.fixture(scope="module")
def job(data: Path) -> tuple[UUID, UUID]:
    """A job that nobody has a handler for, in a tenant of its own."""
    engine = fenced_engine(embedded.endpoints(data).app)
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session, session.begin():
        job_id = ledger.post(session, "test.effect", {})
    engine.dispose()
    return tenant.id, job_id


def test_the_clock_says_in_a_line_that_the_database_died_and_rings_once_it_is_back(
    data: Path, job: tuple[UUID, UUID], tmp_path: Path
):
    output = tmp_path / "clock"
    due_again(data)
    with part("service.clock", data, output) as clock:
        wait_for(lambda: "rang 1 bells again" in said(output), "a first look")
        kill_postgres(data)
        wait_for(lambda: any("did not answer" in line for line in said(output)), "a line that says so")
        with embedded.running(data):
            due_again(data)
            wait_for(lambda: said(output).count("rang 1 bells again") == 2, "it went on")
            assert clock.poll() is None


def test_the_worker_says_in_a_line_that_the_database_died_and_works_once_it_is_back(
    data: Path, job: tuple[UUID, UUID], tmp_path: Path
):
    output, (tenant_id, job_id) = tmp_path / "worker", job
    with Redis.from_url(embedded.endpoints(data).redis) as redis:
        ring = doorbell(redis)
        kill_postgres(data)
        with part("service.worker", data, output) as worker:
            wait_for(lambda: any("does not answer yet" in line for line in said(output)), "it waits for the database")
            with embedded.running(data):
                wait_for(lambda: tried(data, tenant_id, job_id, ring) > 0, "it works")
                kill_postgres(data)
                redis.delete(f"rq:job:{job_id.hex}")
                ring(tenant_id, job_id)
                wait_for(lambda: any("is still due" in line for line in said(output)), "a line that says so")
                assert worker.poll() is None
            with embedded.running(data):
                pass


def tried(data: Path, tenant_id: UUID, job_id: UUID, ring: ledger.Ring) -> int:
    """How often the job was tried; rung once more."""
    ring(tenant_id, job_id)
    engine = fenced_engine(embedded.endpoints(data).app)
    with acting_for(engine, tenant_id) as session:
        attempts = session.scalars(select(Job.attempts).where(Job.id == job_id)).one()
    engine.dispose()
    return attempts

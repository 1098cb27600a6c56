"""The ledger: a job is a row; a bell may be lost, rung twice or answered by somebody who dies on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from service.kit.bell import doorbell, queue
from tenants import ledger
from tenants.audit import Act, AuditEntry, append
from tenants.db import acting_for
from tenants.ledger import Bell, Job
from tests.factories import a_tenant

KIND = "test.effect"


@pytest.fixture
def tenant(engine):
    return a_tenant(engine)


@pytest.fixture
def rings():
    """What the doorbell of this process rang."""
    heard: list[tuple[UUID, UUID]] = []
    ledger.hang_doorbell(lambda tenant_id, job_id: heard.append((tenant_id, job_id)))
    yield heard
    ledger.hang_doorbell(None)


def posted(engine, tenant, payload=None, **more) -> UUID:
    with acting_for(engine, tenant.id) as session, session.begin():
        return ledger.post(session, KIND, payload or {}, **more)


def job(engine, tenant, job_id) -> Job:
    with acting_for(engine, tenant.id) as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def bells(engine, tenant) -> list[Bell]:
    with acting_for(engine, None) as session:
        return list(session.scalars(select(Bell).where(Bell.tenant_id == tenant.id)))


def effects(engine, tenant) -> int:
    with acting_for(engine, tenant.id) as session:
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == KIND)
        return session.scalar(query.where(AuditEntry.tenant_id == tenant.id)) or 0


def effect(work: ledger.Work) -> None:
    append(work.session, Act(KIND, "test", None, f"job:{work.job_id}", {}))


def run(engine, tenant, job_id, handler: ledger.Handler = effect) -> bool:
    return ledger.run(engine, tenant.id, job_id, {KIND: handler})


def failing(_work: ledger.Work) -> None:
    raise RuntimeError("the other side is away")


def in_a_process_that_dies(act: Callable[[], object]) -> None:
    """The act in a forked process, which is killed if it comes to the end alive."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_job_stands_with_the_transaction_that_posted_it_or_not_at_all(engine, tenant, rings):
    with acting_for(engine, tenant.id) as session:
        ledger.post(session, KIND, {})
        session.rollback()
    assert bells(engine, tenant) == [] and rings == []
    with acting_for(engine, tenant.id) as session:
        job_id = ledger.post(session, KIND, {"n": 1})
        assert rings == []
        session.commit()
    assert rings == [(tenant.id, job_id)]
    assert job(engine, tenant, job_id).payload == {"n": 1}


def test_a_doorbell_that_fails_fails_nothing_else(engine, tenant):
    def broken(*_ids: UUID) -> None:
        raise ConnectionError("no Redis")

    ledger.hang_doorbell(broken)
    try:
        job_id = posted(engine, tenant)
    finally:
        ledger.hang_doorbell(None)
    assert job(engine, tenant, job_id).state == "waiting"


def test_a_job_is_done_once_however_often_it_is_rung(engine, tenant):
    job_id = posted(engine, tenant)
    assert run(engine, tenant, job_id)
    assert not run(engine, tenant, job_id)
    assert effects(engine, tenant) == 1
    done = job(engine, tenant, job_id)
    assert (done.state, done.error) == ("done", None)
    assert bells(engine, tenant) == []


def test_of_two_who_answer_at_once_one_does_it(engine, tenant):
    job_id, inside, go_on = posted(engine, tenant), Event(), Event()

    def slow(work: ledger.Work) -> None:
        inside.set()
        assert go_on.wait(10)
        effect(work)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(run, engine, tenant, job_id, slow)
        assert inside.wait(10)
        assert not run(engine, tenant, job_id)
        go_on.set()
        assert first.result()
    assert effects(engine, tenant) == 1


def test_a_worker_killed_before_its_commit_has_done_nothing_and_the_job_is_still_due(engine, tenant):
    job_id = posted(engine, tenant)

    def killed(work: ledger.Work) -> None:
        effect(work)
        work.session.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    def work_and_die() -> None:
        engine.dispose(close=False)
        run(engine, tenant, job_id, killed)

    in_a_process_that_dies(work_and_die)
    assert effects(engine, tenant) == 0
    assert len(bells(engine, tenant)) == 1
    assert run(engine, tenant, job_id)
    assert effects(engine, tenant) == 1


def test_a_worker_killed_between_commit_and_acknowledgement_leaves_nothing_to_do_twice(engine, tenant):
    job_id = posted(engine, tenant)

    def work_and_die() -> None:
        engine.dispose(close=False)
        run(engine, tenant, job_id)

    in_a_process_that_dies(work_and_die)
    assert effects(engine, tenant) == 1
    assert not run(engine, tenant, job_id)  # the bell that was never acknowledged rings again
    assert effects(engine, tenant) == 1


def test_a_failure_leaves_no_trace_but_its_words_and_waits_longer_each_time(engine, tenant):
    job_id, waits = posted(engine, tenant), []

    def half(work: ledger.Work) -> None:
        effect(work)
        failing(work)

    for attempt in range(1, ledger.MAX_ATTEMPTS):
        assert run(engine, tenant, job_id, half)
        row = job(engine, tenant, job_id)
        assert (row.state, row.attempts) == ("waiting", attempt)
        assert "the other side is away" in (row.error or "")
        waits.append(row.due_at - datetime.now(UTC))
    assert effects(engine, tenant) == 0
    assert all(later > earlier * 1.5 for earlier, later in pairwise(waits))


def test_a_job_that_fails_too_often_lies_dead_until_somebody_revives_it(engine, tenant, rings):
    job_id = posted(engine, tenant)
    for _ in range(ledger.MAX_ATTEMPTS):
        run(engine, tenant, job_id, failing)
    with acting_for(engine, tenant.id) as session, session.begin():
        assert [row.id for row in ledger.dead(session)] == [job_id]
        assert bells(engine, tenant) == []
        assert ledger.revive(session, job_id)
        assert not ledger.revive(session, job_id)
    assert rings[-1] == (tenant.id, job_id)
    assert run(engine, tenant, job_id)
    assert job(engine, tenant, job_id).state == "done"


def test_progress_is_seen_while_the_work_goes_on_and_after_it_failed(engine, tenant):
    job_id, seen = posted(engine, tenant), []

    def long(work: ledger.Work) -> None:
        work.progress(3, 9)
        seen.append(job(engine, tenant, job_id).progress_done)
        failing(work)

    run(engine, tenant, job_id, long)
    assert seen == [3]
    assert job(engine, tenant, job_id).progress_total == 9


def test_a_waiting_twin_is_answered_and_a_running_one_is_none(engine, tenant):
    first = posted(engine, tenant, dedupe="report")
    assert posted(engine, tenant, dedupe="report") == first
    assert posted(engine, tenant, dedupe="another") != first
    during: list[UUID] = []

    def slow(_work: ledger.Work) -> None:
        during.append(posted(engine, tenant, dedupe="report"))

    run(engine, tenant, first, slow)
    assert during[0] != first
    assert job(engine, tenant, during[0]).state == "waiting"


def test_many_jobs_are_posted_as_if_each_by_itself(engine, tenant, rings):
    first = posted(engine, tenant, dedupe="a")
    rings.clear()
    with acting_for(engine, tenant.id) as session, session.begin():
        ledger.post_many(session, KIND, {name: {"of": name} for name in "abc"})
    with acting_for(engine, tenant.id) as session:
        rows = session.execute(select(Job.id, Job.dedupe, Job.payload, Job.state).order_by(Job.dedupe)).all()
    assert [(row.dedupe, row.state) for row in rows] == [(name, "waiting") for name in "abc"]
    assert rows[0].id == first and [row.payload for row in rows[1:]] == [{"of": "b"}, {"of": "c"}]
    assert {one.job_id for one in bells(engine, tenant)} == {row.id for row in rows}
    assert {ring[-1] for ring in rings} >= {row.id for row in rows[1:]}
    assert all(run(engine, tenant, row.id) for row in rows) and effects(engine, tenant) == 3


def test_a_job_that_failed_gives_way_to_the_twin_posted_meanwhile(engine, tenant):
    first = posted(engine, tenant, dedupe="report")

    def slow(work: ledger.Work) -> None:
        posted(engine, tenant, dedupe="report")
        failing(work)

    run(engine, tenant, first, slow)
    assert job(engine, tenant, first).state == "cancelled"
    assert [bell.job_id for bell in bells(engine, tenant)] != [first]


def test_a_job_for_later_is_not_rung_now(engine, tenant, rings):
    posted(engine, tenant, due_at=datetime.now(UTC) + timedelta(hours=1))
    assert rings == []
    ledger.sweep(engine)
    assert rings == []


def test_the_sweeper_rings_again_what_was_not_answered_in_time(engine, tenant, rings):
    job_id = posted(engine, tenant)
    rings.clear()
    ledger.sweep(engine)
    assert (tenant.id, job_id) not in rings
    with acting_for(engine, None) as session, session.begin():
        session.execute(update(Bell).where(Bell.job_id == job_id).values(due_at=datetime.now(UTC)))
    ledger.sweep(engine)
    assert rings.count((tenant.id, job_id)) == 1
    ledger.sweep(engine)
    assert rings.count((tenant.id, job_id)) == 1


def test_a_bell_that_still_hangs_there_is_not_hung_up_twice(engine, tenant, settings):
    """Else a sweeper that rings faster than workers answer would fill the queue with nothing to do."""
    with Redis.from_url(settings.redis_url) as redis:
        ring, line = doorbell(redis), queue(redis)
        line.empty()
        job_id = posted(engine, tenant)
        for _ in range(3):
            ring(tenant.id, job_id)
        assert len(line) == 1
        line.pop_job_id()  # taken by a worker that then died
        ring(tenant.id, job_id)
        assert len(line) == 1
        line.empty()

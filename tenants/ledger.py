"""The ledger of background work: PostgreSQL keeps it, RQ is only the doorbell.

A job is a row written in the business transaction. After commit its id is rung to RQ; the worker locks the
job, checks that it is not done, and writes effect and `done` in one commit. A lost ring is repaired by the
sweeper from `bell`, a content-free list of what is due where.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Engine, Index, bindparam, delete, event, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column
from uuid_utils.compat import uuid7

from tenants.db import Base, FencedSession, TenantOwned, acting_for
from tenants.models import WORKING

log = logging.getLogger("lianxi.ledger")

REPEAT_RING = timedelta(seconds=60)
HELD = timedelta(minutes=10)
MAX_ATTEMPTS = 6
UNFINISHED = ("waiting", "running")


class Job(TenantOwned, Base):
    """A command to be called later, in its own tenant."""

    __tablename__ = "ledger_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'dead', 'cancelled')", name="state"),
        Index(
            "uq_ledger_job_waiting",
            "tenant_id",
            "kind",
            "dedupe",
            unique=True,
            postgresql_where=text("state = 'waiting' AND dedupe IS NOT NULL"),
        ),
        Index("ix_ledger_job_state", "tenant_id", "state", "created_at"),
    )

    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedupe: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Bell(Base):
    """A job is due: where and when, never what."""

    __tablename__ = "bell"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Work:
    """What a handler is given: its job's payload, and a session of the job's own tenant."""

    engine: Engine
    session: FencedSession
    job_id: UUID
    payload: Mapping[str, Any]
    created_by: UUID | None

    def progress(self, done: int, total: int) -> None:
        """The job's row shows how far it is, at once, whatever becomes of the rest."""
        with acting_for(self.engine, self.session.tenant_id) as session, session.begin():
            values = {"progress_done": done, "progress_total": total}
            session.execute(update(Job).where(Job.id == self.job_id).values(**values))


class NotYet(Exception):
    """The work cannot be done for now, which is nobody's failure: it waits, and no attempt is counted."""


Handler = Callable[[Work], None]
Ring = Callable[[UUID, UUID], None]
_doorbell: list[Ring] = []


def hang_doorbell(ring: Ring | None) -> None:
    """From now on this process rings that bell after each commit that posted work."""
    _doorbell[:] = [ring] if ring else []


_POSTED = text("""
WITH job AS (
    INSERT INTO ledger_job (tenant_id, id, kind, payload, dedupe, state, attempts, due_at,
                            progress_done, progress_total, created_by)
    VALUES (:tenant, :job, :kind, :payload, :dedupe, 'waiting', 0, :due, 0, 0, :created_by)
    ON CONFLICT (tenant_id, kind, dedupe) WHERE state = 'waiting' AND dedupe IS NOT NULL DO NOTHING
    RETURNING id
)
INSERT INTO bell (tenant_id, job_id, due_at) SELECT :tenant, id, :ring FROM job RETURNING job_id
""").bindparams(bindparam("payload", type_=JSONB))
_POSTED_MANY = text("""
WITH job AS (
    INSERT INTO ledger_job (tenant_id, id, kind, payload, dedupe, state, attempts, due_at, progress_done, progress_total)
    SELECT :tenant, wanted.id, :kind, wanted.payload, wanted.dedupe, 'waiting', 0, :due, 0, 0
    FROM jsonb_to_recordset(:rows) AS wanted (id uuid, payload jsonb, dedupe text)
    ON CONFLICT (tenant_id, kind, dedupe) WHERE state = 'waiting' AND dedupe IS NOT NULL DO NOTHING
    RETURNING id
)
INSERT INTO bell (tenant_id, job_id, due_at) SELECT :tenant, id, :ring FROM job RETURNING job_id
""").bindparams(bindparam("rows", type_=JSONB))
_LOCKED = text("SELECT pg_try_advisory_xact_lock(:key)")
_WANTED = text("""
SELECT job.kind, job.payload, job.dedupe, job.state, job.created_by, tenant.state AS tenant_state
FROM ledger_job AS job JOIN tenant ON tenant.id = job.tenant_id WHERE job.tenant_id = :tenant AND job.id = :job
""")
_FINISHED = text("""
WITH rung AS (DELETE FROM bell WHERE tenant_id = :tenant AND job_id = :job)
UPDATE ledger_job SET state = 'done', finished_at = :now, error = NULL WHERE tenant_id = :tenant AND id = :job
""")


def post(
    session: FencedSession,
    kind: str,
    payload: Mapping[str, Any],
    *,
    dedupe: str | None = None,
    due_at: datetime | None = None,
    created_by: UUID | None = None,
) -> UUID:
    """The job stands in the ledger with the business transaction; a waiting twin is answered instead.

    A twin that is being done already may have read what is about to change: it says `running`, and is none.
    """
    now = datetime.now(UTC)
    due = due_at or now
    values = {"tenant": session.tenant_id, "kind": kind, "payload": dict(payload), "dedupe": dedupe, "due": due}
    values |= {"ring": max(due, now + REPEAT_RING), "created_by": created_by}
    while True:
        job_id = session.scalar(_POSTED, values | {"job": uuid7()})
        if job_id is not None:
            break
        twin = _waiting_twin(session, kind, dedupe)
        if twin is not None:
            return twin
    if due <= now:
        session.info.setdefault("rings", []).append(job_id)
    return job_id


def post_many(session: FencedSession, kind: str, payloads: Mapping[str, Mapping[str, Any]]) -> None:
    """The jobs stand in the ledger as if each were posted by itself, by what it is known by; in one statement."""
    now = datetime.now(UTC)
    wanted = {uuid7(): (dedupe, payload) for dedupe, payload in payloads.items()}
    rows = [{"id": str(job), "payload": dict(given), "dedupe": name} for job, (name, given) in wanted.items()]
    values = {"tenant": session.tenant_id, "kind": kind, "due": now, "ring": now + REPEAT_RING, "rows": rows}
    posted = set(session.scalars(_POSTED_MANY, values))
    session.info.setdefault("rings", []).extend(job for job in wanted if job in posted)
    for job, (dedupe, payload) in wanted.items():
        if job not in posted:
            post(session, kind, payload, dedupe=dedupe)


def _waiting_twin(session: FencedSession, kind: str, dedupe: str | None) -> UUID | None:
    return session.scalars(
        select(Job.id).where(Job.kind == kind, Job.dedupe == dedupe, Job.state == "waiting")
    ).one_or_none()


@event.listens_for(FencedSession, "after_commit")
def _ring_after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for job_id in session.info.pop("rings", []):
        _ring(session.info["tenant"], job_id)


def _ring(tenant_id: UUID, job_id: UUID) -> None:
    for ring in _doorbell:
        try:
            ring(tenant_id, job_id)
        except Exception:
            # The job is safe in the ledger; the sweeper rings again.
            log.warning("the doorbell did not answer; the sweeper will ring job %s", job_id)


@event.listens_for(FencedSession, "after_rollback")
def _forget_rings(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("rings", None)


def run(engine: Engine, tenant_id: UUID, job_id: UUID, handlers: Mapping[str, Handler]) -> bool:
    """The job's effect and its `done` are committed together; false when there was nothing to do."""
    with acting_for(engine, tenant_id) as session:
        job = _take(session, job_id)
        if job is None:
            session.rollback()
            return False
        work = Work(engine, session, job_id, job.payload, job.created_by)
        if job.dedupe is not None:
            _say_running(engine, session.tenant_id, job_id)
        try:
            handlers[job.kind](work)
        except Exception as error:
            if isinstance(error, NotYet):
                log.info("job %s (%s) waits: %s", job_id, job.kind, error)
            else:
                log.exception("job %s (%s) failed", job_id, job.kind)
            session.rollback()
            _put_off(session, job_id, error)
            return True
        _finish(session, job_id)
        session.commit()
    return True


def _take(session: FencedSession, job_id: UUID) -> Any:
    """The job if it is ours to do: an advisory lock leaves its row free for progress. First locked, then looked at."""
    key = (job_id.int & (2**63 - 1)) ^ (job_id.int >> 65)
    if not session.scalar(_LOCKED, {"key": key}):
        return None
    job = session.execute(_WANTED, {"tenant": session.tenant_id, "job": job_id}).one_or_none()
    if job is not None and job.tenant_state not in WORKING:
        return None  # the sweeper rings again; once the tenant works again, so does the job
    if job is None or job.state not in UNFINISHED:
        session.execute(delete(Bell).where(Bell.tenant_id == session.tenant_id, Bell.job_id == job_id))
        session.commit()
        return None
    return job


def _say_running(engine: Engine, tenant_id: UUID | None, job_id: UUID) -> None:
    """Seen by all at once: what is posted from now on is another job."""
    with acting_for(engine, tenant_id) as session, session.begin():
        session.execute(update(Job).where(Job.id == job_id).values(state="running"))


def _finish(session: FencedSession, job_id: UUID) -> None:
    session.flush()
    session.execute(_FINISHED, {"tenant": session.tenant_id, "job": job_id, "now": datetime.now(UTC)})


def _put_off(session: FencedSession, job_id: UUID, error: Exception) -> None:
    """The failure is on the job's row, and it is tried again later, or lies dead for an administrator."""
    job = session.scalars(select(Job).where(Job.id == job_id)).one()
    held = isinstance(error, NotYet)
    attempts = job.attempts + (0 if held else 1)
    due = datetime.now(UTC) + (HELD if held else timedelta(seconds=2**attempts * 5))
    dead = attempts >= MAX_ATTEMPTS
    state = "dead" if dead else "waiting"
    if job.dedupe is not None and _waiting_twin(session, job.kind, job.dedupe) not in (None, job_id):
        dead, state = True, "cancelled"  # the twin that was posted meanwhile does it
    values = {"attempts": attempts, "error": repr(error)[:2000], "due_at": due, "state": state}
    session.execute(update(Job).where(Job.id == job_id).values(**values))
    mine = (Bell.tenant_id == session.tenant_id, Bell.job_id == job_id)
    session.execute(delete(Bell).where(*mine) if dead else update(Bell).where(*mine).values(due_at=due))
    session.commit()


def dead(session: FencedSession) -> list[Job]:
    """The tenant's jobs that failed too often, the newest first."""
    query = select(Job).where(Job.state == "dead").order_by(Job.created_at.desc())
    return list(session.scalars(query))


def revive(session: FencedSession, job_id: UUID) -> bool:
    """A dead job is due again, with all its attempts, or left to its waiting twin; false if it is not dead."""
    now = datetime.now(UTC)
    query = select(Job).where(Job.id == job_id, Job.state == "dead").with_for_update()
    job = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if job is None:
        return False
    if job.dedupe is not None and _waiting_twin(session, job.kind, job.dedupe) is not None:
        job.state = "cancelled"
        return True
    job.state, job.attempts, job.due_at = "waiting", 0, now
    session.add(Bell(tenant_id=session.tenant_id, job_id=job_id, due_at=now + REPEAT_RING))
    session.info.setdefault("rings", []).append(job_id)
    return True


_SWEPT = text("""
UPDATE bell SET due_at = :next WHERE (tenant_id, job_id) IN (
    SELECT tenant_id, job_id FROM bell WHERE due_at <= now() ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
) RETURNING tenant_id, job_id
""")


def sweep(engine: Engine, limit: int = 500) -> int:
    """Every bell that is due has been rung again; returns how many. One short statement: workers wait for no sweep."""
    with acting_for(engine, None) as session, session.begin():
        rows = session.execute(_SWEPT, {"next": datetime.now(UTC) + REPEAT_RING, "most": limit}).all()
    for tenant_id, job_id in rows:
        _ring(tenant_id, job_id)
    return len(rows)


def drain(engine: Engine, handlers: Mapping[str, Handler]) -> Iterator[UUID]:
    """Do all work that is due now, here, in this process; yields each job done."""
    seen: set[UUID] = set()
    while batch := [row for row in _bells(engine) if row.job_id not in seen]:
        for row in batch:
            seen.add(row.job_id)
            if run(engine, row.tenant_id, row.job_id, handlers):
                yield row.job_id


def _bells(engine: Engine) -> list[Any]:
    horizon = datetime.now(UTC) + REPEAT_RING
    with acting_for(engine, None) as session:
        query = select(Bell.tenant_id, Bell.job_id).where(Bell.due_at <= horizon).order_by(Bell.due_at)
        return list(session.execute(query))


def waiting(engine: Engine) -> int:
    """How many jobs are due or will be."""
    with acting_for(engine, None) as session:
        return session.scalar(select(func.count()).select_from(Bell)) or 0

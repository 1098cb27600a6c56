"""Reading the tenant's background work."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from service.jobs.rules import UNFINISHED, brief
from service.kit.paging import Asked, Page, page_of
from tenants.errors import Missing
from tenants.ledger import Job

SORTABLE = {
    "created": Job.created_at,
    "due": Job.due_at,
    "attempts": Job.attempts,
    "state": Job.state,
    "kind": Job.kind,
    "id": Job.id,
}


@dataclass(frozen=True)
class Row:
    """A job as it is shown: nothing of what it works on."""

    job: Job
    error: str


def jobs(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """The jobs in the state asked for, or all that are not finished: the newest first."""
    state = asked.filters.get("state")
    query = select(Job).where(Job.state == state if state else Job.state.in_(UNFINISHED))
    if asked.q:
        query = query.where(cast(Job.id, String).contains(asked.q.lower(), autoescape=True))
    page = page_of(session, query, asked, SORTABLE, "-created", whole=whole)
    return Page([_row(job) for job in page.rows], page.total, page.number, page.per_page, page.sort)


def _row(job: Job) -> Row:
    return Row(job, brief(job.error))


def job(session: Session, job_id: UUID) -> Row:
    """The job of that id."""
    found = session.scalars(select(Job).where(Job.id == job_id)).one_or_none()
    if found is None:
        raise Missing()
    return _row(found)

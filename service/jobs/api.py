"""Background work, for the administrator's programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.jobs import commands, queries, schemas
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading

api = Blueprint("jobs_api", __name__, url_prefix="/api/v1/t/<slug>/jobs", description="Background work")


@api.get("")
@api.arguments(schemas.JobsQuery, location="query")
@api.response(200, schemas.JobsPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The jobs that are not finished, or those in one state; the newest first."""
    return listed(queries.jobs(reading("job.manage").session, asked(query)))


@api.get("/<uuid:job_id>")
@api.response(200, schemas.JobOut)
def show(job_id: UUID) -> Any:
    """One job."""
    return queries.job(reading("job.manage").session, job_id)


@api.post("/<uuid:job_id>/revival")
@idempotent
@api.response(201, schemas.JobOut)
def run_again(job_id: UUID) -> Any:
    """Try a job again that was given up."""
    seat = current_seat()
    return queries.job(seat.session, commands.run_again(seat, job_id))

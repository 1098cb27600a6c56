"""Writing: a job that failed too often is tried again."""

from __future__ import annotations

from uuid import UUID

from service.jobs.queries import job
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants import ledger
from tenants.errors import Conflict


@command("job.manage")
def run_again(seat: Seat, job_id: UUID) -> UUID:
    """The dead job is due again, with all its attempts; a job that is not dead is refused."""
    row = job(seat.session, job_id).job
    attempts = row.attempts
    if not ledger.revive(seat.session, row.id):
        raise Conflict(
            "只有失败待处理的任务才能重新办理；该任务当前不需要。请刷新后核对。",
            en="Only a job that was given up is run again; this one need not be.",
            source=f"后台任务失败{ledger.MAX_ATTEMPTS}次后停止自动重试",
        )
    note(seat, f"job:{row.id}", act="run again", kind=row.kind, attempts=attempts)
    return row.id

"""Background work that was given up, in whatever tenant: for the operator of the installation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from service.jobs.commands import run_again
from service.jobs.rules import brief
from service.kit.seat import Seat
from tenants import ledger
from tenants.db import acting_for
from tenants.errors import LianxiError
from tenants.models import Tenant


@dataclass(frozen=True)
class DeadLetter:
    """One job that was given up, where, and what its last error was."""

    tenant: Tenant
    job_id: UUID
    kind: str
    attempts: int
    error: str


def dead_letters(engine: Engine, tenants: Sequence[Tenant]) -> list[DeadLetter]:
    """What was given up in these tenants, the newest of each first."""
    found: list[DeadLetter] = []
    for tenant in tenants:
        with acting_for(engine, tenant.id) as session:
            jobs = ledger.dead(session)
        found += [DeadLetter(tenant, job.id, job.kind, job.attempts, brief(job.error)) for job in jobs]
    return found


def run_all_again(engine: Engine, letters: Sequence[DeadLetter]) -> Iterator[tuple[DeadLetter, str]]:
    """Each is due again, on its tenant's record; or the sentence that refused it."""
    for letter in letters:
        with acting_for(engine, letter.tenant.id) as session:
            try:
                run_again(Seat(session, letter.tenant, "console", console=True), letter.job_id)
                yield letter, ""
            except LianxiError as refusal:
                yield letter, refusal.message

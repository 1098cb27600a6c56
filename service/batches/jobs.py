"""What this room does later: a batch of many rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from service.accounts.models import Account
from service.accounts.queries import take_seat
from service.batches import queries
from service.batches.carrying import carry_on
from service.batches.commands import JOB
from service.batches.models import READY
from service.kit.seat import Seat
from tenants.db import FencedSession, acting_for
from tenants.ledger import Work
from tenants.models import Tenant

SAY_EVERY = 20  # rows


def run(work: Work) -> None:
    """Every row that can be is done, as the person who asked for it and under the same policy."""
    batch_id, on = UUID(work.payload["batch"]), date.fromisoformat(work.payload["on"])
    with acting_for(work.engine, work.session.tenant_id) as session:
        seat = _seat_of(session, work.created_by, on)
        queries.batch(seat, batch_id)
        total = queries.counts(session, batch_id).get(READY, 0)
        done = 0
        while carry_on(seat, batch_id, on):
            done += 1
            if done % SAY_EVERY == 0 or done == total:
                work.progress(done, total)


def _seat_of(session: FencedSession, account_id: UUID | None, on: date) -> Seat:
    """The seat of who asked for it, as it is now; without an account it was the operator of the installation."""
    tenant = session.scalars(select(Tenant).where(Tenant.id == session.tenant_id)).one()
    account = session.scalars(select(Account).where(Account.id == account_id)).one() if account_id else None
    return take_seat(session, tenant, account, on) if account else Seat(session, tenant, "console", console=True)


HANDLERS = {JOB: run}

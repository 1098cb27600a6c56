"""What this room does later: the rows of a table become tasks, piece by piece, with a bar that says how far it is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from service.accounts.models import Account
from service.accounts.queries import take_seat
from service.breakdown import queries
from service.breakdown.commands import JOB, list_piece
from service.breakdown.models import HALTED, PENDING, RUNNING
from service.kit.seat import Seat
from service.kit.web import today
from tenants.db import FencedSession, acting_for
from tenants.errors import LianxiError
from tenants.ledger import Work
from tenants.models import Tenant


def run(work: Work) -> None:
    """Every row that can be is listed, as the person who asked for it and under the same policy.

    Each piece is committed by itself, in a session of its own: this one's lock keeps a second worker away. After a
    break the next worker goes on where the last piece ended.
    """
    table_id, on = UUID(work.payload["breakdown"]), date.fromisoformat(work.payload["on"])
    queries.breakdown(work.session, table_id)
    _say_how_far(work, table_id)
    while _piece(work, table_id, on):
        _say_how_far(work, table_id)


def _piece(work: Work, table_id: UUID, on: date) -> bool:
    """The next rows are done; false when none are left, or when nobody may go on."""
    with acting_for(work.engine, work.session.tenant_id) as session:
        try:
            return list_piece(seat_of(session, work.created_by, today()), table_id, on=on)
        except LianxiError as refusal:  # the plan was filed meanwhile, the person sits there no more
            why = refusal.message
    with acting_for(work.engine, work.session.tenant_id) as session, session.begin():
        _halt(session, table_id, why)
    return False


def _say_how_far(work: Work, table_id: UUID) -> None:
    """How many rows are behind us, listed, found present or refused, of those that could be listed."""
    with acting_for(work.engine, work.session.tenant_id) as session:
        counts = queries.counts(session, table_id)
    behind = sum(number for state, number in counts.state.items() if state != PENDING)
    work.progress(behind, behind + counts.ready)


def seat_of(session: FencedSession, account_id: UUID | None, on: date) -> Seat:
    """The seat of who asked for it, as it is now; without an account it was the operator of the installation."""
    tenant = session.scalars(select(Tenant).where(Tenant.id == session.tenant_id)).one()
    account = session.scalars(select(Account).where(Account.id == account_id)).one() if account_id else None
    return take_seat(session, tenant, account, on) if account else Seat(session, tenant, "console", console=True)


def _halt(session: FencedSession, table_id: UUID, why: str) -> None:
    table = queries.breakdown(session, table_id, hold=True)
    if table.state == RUNNING:
        table.state, table.said = HALTED, why


HANDLERS = {JOB: run}

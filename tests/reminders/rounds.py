"""The daily round, as tests go it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Engine, select
from uuid_utils.compat import uuid7

from service.notices.models import Notice
from service.reminders.jobs import remind_all
from tenants.db import acting_for
from tenants.ledger import Work
from tenants.models import Tenant


def go_round(engine: Engine, tenant: Tenant, on: date) -> None:
    """The round of that day is done."""
    with acting_for(engine, tenant.id) as session, session.begin():
        remind_all(Work(engine, session, uuid7(), {}, None), on)


def reminded(engine: Engine, tenant: Tenant, account: UUID | None, *kinds: str) -> list[str]:
    """What the account was told, kind by kind, in order; of these kinds if any are named."""
    with acting_for(engine, tenant.id) as session:
        query = select(Notice.kind).where(Notice.account_id == account).order_by(Notice.made_at, Notice.key)
        return [kind for kind in session.scalars(query) if not kinds or kind in kinds]

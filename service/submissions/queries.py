"""Reading what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.charter.models import Unit
from service.submissions.models import Obligation
from tenants.errors import Missing

SORTABLE = {"due": Obligation.due, "state": Obligation.state, "period": Obligation.period, "id": Obligation.id}


def obligation(session: Session, obligation_id: UUID) -> Obligation:
    """The obligation of that id."""
    found = session.scalars(select(Obligation).where(Obligation.id == obligation_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def obligations(filters: Mapping[str, str]) -> Select[Obligation, str]:
    """What is owed, with the unit's name."""
    query = select(Obligation, Unit.name).join(
        Unit, (Unit.tenant_id == Obligation.tenant_id) & (Unit.id == Obligation.unit_id)
    )
    for name in ("state", "kind", "period"):
        if filters.get(name):
            query = query.where(getattr(Obligation, name) == filters[name])
    return query


def obligations_of(session: Session, year: int) -> list[Obligation]:
    """Everything owed for a year, in the order in which it falls due."""
    query = select(Obligation).where(Obligation.period.startswith(str(year)))
    return list(session.scalars(query.order_by(Obligation.due, Obligation.id)))

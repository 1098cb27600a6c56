"""Reading what is owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.charter.models import Unit
from service.charter.queries import rule
from service.kit.paging import Asked, Page, page_of
from service.submissions.models import Obligation
from service.submissions.rules import KINDS, STATES, Standing, standing
from tenants.errors import Missing

SORTABLE = {
    "due": Obligation.due,
    "state": Obligation.state,
    "period": Obligation.period,
    "unit": Unit.position,
    "id": Obligation.id,
}
FILTERS = ("state", "kind", "period", "unit")


@dataclass(frozen=True)
class Row:
    """One obligation as the list shows it."""

    obligation: Obligation
    unit: str
    standing: Standing


def obligation(session: Session, obligation_id: UUID) -> Obligation:
    """The obligation of that id."""
    found = session.scalars(select(Obligation).where(Obligation.id == obligation_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def listed(session: Session, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """What is owed, the next due first; each with how it stands that day."""
    query = select(Obligation, Unit.name).join(
        Unit, (Unit.tenant_id == Obligation.tenant_id) & (Unit.id == Obligation.unit_id)
    )
    wanted = asked.filters
    if wanted.get("state") in STATES:
        query = query.where(Obligation.state == wanted["state"])
    if wanted.get("kind") in KINDS:
        query = query.where(Obligation.kind == wanted["kind"])
    if "period" in wanted:
        query = query.where(Obligation.period == wanted["period"])
    if "unit" in wanted:
        query = query.where(Unit.key == wanted["unit"])
    if asked.q:
        query = query.where(Unit.name.contains(asked.q, autoescape=True))
    page = page_of(session, query, asked, SORTABLE, "-due", whole=whole)
    grace = rule(session, "grace_workdays", on) or 0
    rows = [Row(row, unit, standing(row.due, row.filed_on, row.state, on, grace)) for row, unit in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def shown(session: Session, obligation_id: UUID, on: date) -> Row:
    """One obligation with its unit and how it stands that day."""
    row = obligation(session, obligation_id)
    unit = session.scalars(select(Unit.name).where(Unit.id == row.unit_id)).one()
    grace = rule(session, "grace_workdays", on) or 0
    return Row(row, unit, standing(row.due, row.filed_on, row.state, on, grace))


def periods(session: Session) -> list[str]:
    """The periods for which something is owed, the newest first."""
    query = select(Obligation.period).distinct().order_by(Obligation.period.desc())
    return list(session.scalars(query))


def obligations_of(session: Session, year: int) -> list[Obligation]:
    """Everything owed for a year, in the order in which it falls due."""
    query = select(Obligation).where(Obligation.period.startswith(str(year)))
    return list(session.scalars(query.order_by(Obligation.due, Obligation.id)))

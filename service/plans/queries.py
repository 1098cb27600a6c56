"""Reading plans."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.plans.models import Plan
from tenants.errors import Missing


def plans(session: Session) -> list[Plan]:
    """Every plan, the newest year first."""
    return list(session.scalars(select(Plan).order_by(Plan.year.desc())))


def plan(session: Session, plan_id: UUID) -> Plan:
    """The plan of that id."""
    found = session.scalars(select(Plan).where(Plan.id == plan_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def plan_of(session: Session, year: int) -> Plan | None:
    """The year's plan, if there is one."""
    return session.scalars(select(Plan).where(Plan.year == year)).one_or_none()

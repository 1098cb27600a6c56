"""Reading plans."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.kit.paging import Asked, Page, page_of
from service.plans.models import Plan
from service.plans.rules import DRAFT
from tenants.errors import Missing

SORTABLE = {"year": Plan.year, "title": Plan.title, "state": Plan.state, "id": Plan.id}


def plans(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """The tenant's plans, the newest year first."""
    query = select(Plan)
    if asked.q:
        query = query.where(Plan.title.contains(asked.q, autoescape=True))
    return page_of(session, query, asked, SORTABLE, "-year", whole=whole)


def all_plans(session: Session) -> list[Plan]:
    """Every plan, the newest year first: for choosing one."""
    return list(session.scalars(select(Plan).order_by(Plan.year.desc())))


def drafts(session: Session) -> list[Plan]:
    """The plans that wait to be agreed, the newest year first."""
    return list(session.scalars(select(Plan).where(Plan.state == DRAFT).order_by(Plan.year.desc())))


def plan(session: Session, plan_id: UUID) -> Plan:
    """The plan of that id."""
    return _one(session, select(Plan).where(Plan.id == plan_id))


def held_plan(session: Session, plan_id: UUID) -> Plan:
    """The plan of that id, held until commit: its tasks are numbered one after the other."""
    return _one(
        session, select(Plan).where(Plan.id == plan_id).with_for_update().execution_options(populate_existing=True)
    )


def _one(session: Session, query: Select[Plan]) -> Plan:
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def plan_of(session: Session, year: int) -> Plan | None:
    """The year's plan, if there is one."""
    return session.scalars(select(Plan).where(Plan.year == year)).one_or_none()

"""Reading plans."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from service.kit.paging import Asked, Page, page_of
from service.plans.models import Plan
from service.plans.rules import ANNUAL, COLLECTIVE, DRAFT, PARENTS, SUBMITTED
from tenants.errors import Missing

SORTABLE = {
    "year": Plan.year,
    "title": Plan.title,
    "kind": Plan.kind,
    "state": Plan.state,
    "ends": Plan.ends,
    "id": Plan.id,
}
_NEWEST = (Plan.year.desc(), Plan.kind != ANNUAL, Plan.id)


def plans(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """The tenant's plans, the newest year first."""
    query = select(Plan)
    for name, column in (("kind", Plan.kind), ("state", Plan.state)):
        if name in asked.filters:
            query = query.where(column == asked.filters[name])
    if "year" in asked.filters:
        query = query.where(Plan.year == int(asked.filters["year"]))
    if "unit" in asked.filters:
        query = query.where(Plan.unit_id == UUID(asked.filters["unit"]))
    if asked.q:
        query = query.where(Plan.title.contains(asked.q, autoescape=True))
    return page_of(session, query, asked, SORTABLE, "-year", whole=whole)


def all_plans(session: Session) -> list[Plan]:
    """Every plan, the newest year first and in a year the annual one first: for choosing one."""
    return list(session.scalars(select(Plan).order_by(*_NEWEST)))


def drafts(session: Session) -> list[Plan]:
    """The conference's plans that wait to be agreed, the newest year first."""
    query = select(Plan).where(Plan.state == DRAFT, Plan.kind.in_(COLLECTIVE))
    return list(session.scalars(query.order_by(*_NEWEST)))


def to_review() -> ColumnElement[bool]:
    """The units' plans that wait for the office."""
    return Plan.state == SUBMITTED


def parents(session: Session, kind: str) -> list[Plan]:
    """The plans that one of that kind may be drawn from, the newest first."""
    return list(session.scalars(select(Plan).where(Plan.kind.in_(PARENTS[kind])).order_by(*_NEWEST)))


def drawn_from(session: Session, plan_id: UUID) -> list[Plan]:
    """The plans that were drawn from this one, year by year."""
    query = select(Plan).where(Plan.parent_id == plan_id)
    return list(session.scalars(query.order_by(Plan.year, Plan.kind, Plan.begins, Plan.id)))


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
    """The year's plan, if there is one: the annual one, which a plenary agrees."""
    return session.scalars(select(Plan).where(Plan.year == year, Plan.kind == ANNUAL)).one_or_none()


def unit_plan(session: Session, unit_id: UUID, year: int) -> Plan | None:
    """The unit's own plan of the year, if there is one."""
    return session.scalars(select(Plan).where(Plan.year == year, Plan.unit_id == unit_id)).one_or_none()

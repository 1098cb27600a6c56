"""Reading one's own filters."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from service.filters.models import SavedFilter
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from tenants.errors import Missing

SORTABLE = {"name": SavedFilter.name, "list": SavedFilter.list, "id": SavedFilter.id}


def filters(seat: Seat, asked: Asked) -> Page:
    """The seat's own, by name."""
    query = select(SavedFilter).where(SavedFilter.account_id == seat.account_id)
    if "list" in asked.filters:
        query = query.where(SavedFilter.list == asked.filters["list"])
    if asked.q:
        query = query.where(SavedFilter.name.contains(asked.q, autoescape=True))
    return page_of(seat.session, query, asked, SORTABLE, "name")


def of_list(seat: Seat, which: str) -> list[SavedFilter]:
    """The seat's own of that list, by name."""
    query = select(SavedFilter).where(SavedFilter.account_id == seat.account_id, SavedFilter.list == which)
    return list(seat.session.scalars(query.order_by(SavedFilter.name)))


def saved_filter(seat: Seat, filter_id: UUID) -> SavedFilter:
    """The seat's own of that id; another person's is none."""
    query = select(SavedFilter).where(SavedFilter.account_id == seat.account_id, SavedFilter.id == filter_id)
    found = seat.session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found

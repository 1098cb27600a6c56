"""The numbers of orders: one series a year, without gaps; a withdrawn order keeps its own. Source: dossier 3.7."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from service.supervision.models import SupervisionSeries
from service.supervision.rules import number_text
from tenants.db import FencedSession


def next_number(session: FencedSession, code: str, year: int) -> tuple[int, int, str]:
    """The year's next number; its row is held until commit, so that a refusal gives the number back."""
    values = {"id": uuid7(), "tenant_id": session.tenant_id, "year": year, "last": 0}
    session.execute(
        insert(SupervisionSeries).values(values).on_conflict_do_nothing(index_elements=["tenant_id", "year"])
    )
    query = select(SupervisionSeries).where(SupervisionSeries.year == year)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    found.last += 1
    return year, found.last, number_text(code, year, found.last)

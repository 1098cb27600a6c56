"""Pre-rolled rows: what was delivered to a node, summed up its own part of the tree.

`figure` holds, in the holder's own rows, the newest revision of each source below it; `rollup` holds the sums
for each direct child's part of the tree and for the holder's whole. Nothing here opens another tenant's tables.
A change recomputes the one child's part it came through and the whole, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Numeric, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, mapped_column

from tenants.audit import digest
from tenants.db import Base, FencedSession

REPORTED = "reported"  # a value, which may be a true zero
NOT_APPLICABLE = "na"


class Figure(Base):
    """The newest published figure of one source, as delivered to the holder."""

    __tablename__ = "figure"
    __table_args__ = (Index("ix_figure_via", "tenant_id", "period", "via_id", "code"),)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    via_id: Mapped[UUID]
    publication_id: Mapped[UUID]
    revision: Mapped[int]
    status: Mapped[str]
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    detail: Mapped[dict[str, Any]]


class Rollup(Base):
    """The sum over one node's part of the tree: numerator, denominator, and how many sources gave a value."""

    __tablename__ = "rollup"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    node_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    numerator: Mapped[Decimal | None] = mapped_column(Numeric)
    denominator: Mapped[Decimal | None] = mapped_column(Numeric)
    sources: Mapped[int]


@dataclass(frozen=True)
class Entry:
    """One figure of a publication."""

    code: str
    numerator: Decimal | None
    denominator: Decimal | None
    status: str = REPORTED
    detail: Mapping[str, Any] | None = None


def record(
    session: FencedSession,
    *,
    period: str,
    source_id: UUID,
    via_id: UUID,
    publication_id: UUID,
    revision: int,
    entries: Iterable[Entry],
) -> None:
    """The holder's rows show this revision unless they show a newer one, and the path's sums follow."""
    holder = _holder(session)
    session.execute(select(func.pg_advisory_xact_lock(_lock_key(holder, period))))
    if _known_revision(session, holder, period, source_id) >= revision:
        return
    where = (Figure.tenant_id == holder, Figure.period == period, Figure.source_id == source_id)
    session.execute(delete(Figure).where(*where))
    common = {
        "tenant_id": holder,
        "period": period,
        "source_id": source_id,
        "via_id": via_id,
        "publication_id": publication_id,
        "revision": revision,
    }
    rows = [common | _columns(entry) for entry in entries]
    if rows:
        session.execute(insert(Figure), rows)
    refresh(session, period, via_id)


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "status": entry.status,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "detail": dict(entry.detail or {}),
    }


def _holder(session: FencedSession) -> UUID:
    assert session.tenant_id is not None, "a rollup belongs to a tenant"
    return session.tenant_id


def _lock_key(holder: UUID, period: str) -> int:
    return int(digest([holder, period])[:15], 16)


def _known_revision(session: FencedSession, holder: UUID, period: str, source_id: UUID) -> int:
    where = (Figure.tenant_id == holder, Figure.period == period, Figure.source_id == source_id)
    return session.scalar(select(func.max(Figure.revision)).where(*where)) or 0


def refresh(session: FencedSession, period: str, via_id: UUID) -> None:
    """The sums of one child's part and of the whole are those of the figures."""
    holder = _holder(session)
    if via_id != holder:
        _replace(session, period, via_id, _sum_of_figures(holder, period, via_id, via_id))
    _replace(session, period, holder, _sum_of_parts(holder, period))


def _replace(session: FencedSession, period: str, node_id: UUID, sums: Any) -> None:
    holder = _holder(session)
    new = upsert(Rollup).from_select(
        ["tenant_id", "period", "node_id", "code", "numerator", "denominator", "sources"], sums
    )
    columns = {name: new.excluded[name] for name in ("numerator", "denominator", "sources")}
    session.execute(new.on_conflict_do_update(index_elements=list(Rollup.__table__.primary_key), set_=columns))
    emptied = select(Figure.code).where(Figure.tenant_id == holder, Figure.period == period)
    session.execute(
        delete(Rollup).where(
            Rollup.tenant_id == holder,
            Rollup.period == period,
            Rollup.node_id == node_id,
            Rollup.code.not_in(emptied if node_id == holder else emptied.where(Figure.via_id == node_id)),
        )
    )


def _sum_of_figures(holder: UUID, period: str, node: UUID | ColumnElement[Any], via_id: UUID | None) -> Any:
    given = Figure.status == REPORTED
    query = (
        select(
            literal(holder).label("tenant_id"),
            Figure.period,
            literal(node) if isinstance(node, UUID) else node,
            Figure.code,
            func.sum(Figure.numerator).filter(given),
            func.sum(Figure.denominator).filter(given),
            func.count().filter(given),
        )
        .where(Figure.tenant_id == holder, Figure.period == period)
        .group_by(Figure.period, Figure.code)
    )
    if not isinstance(node, UUID):
        query = query.group_by(node)
    return query if via_id is None else query.where(Figure.via_id == via_id)


def _sum_of_parts(holder: UUID, period: str) -> Any:
    """Children's parts are already summed; the holder's own figures join them."""
    parts = select(Rollup.code, Rollup.numerator, Rollup.denominator, Rollup.sources).where(
        Rollup.tenant_id == holder, Rollup.period == period, Rollup.node_id != holder
    )
    given = Figure.status == REPORTED
    own = select(
        Figure.code,
        func.sum(Figure.numerator).filter(given),
        func.sum(Figure.denominator).filter(given),
        func.count().filter(given),
    ).where(Figure.tenant_id == holder, Figure.period == period, Figure.via_id == holder)
    every = parts.union_all(own.group_by(Figure.code)).subquery()
    return select(
        literal(holder),
        literal(period),
        literal(holder),
        every.c.code,
        func.sum(every.c.numerator),
        func.sum(every.c.denominator),
        func.sum(every.c.sources),
    ).group_by(every.c.code)


def rebuild(session: FencedSession) -> int:
    """Every pre-rolled row of the session's tenant is made anew from its figures; returns how many periods."""
    holder = _holder(session)
    periods = list(session.scalars(select(Figure.period).where(Figure.tenant_id == holder).distinct()))
    session.execute(delete(Rollup).where(Rollup.tenant_id == holder))
    for period in sorted(periods):
        sums = _sum_of_figures(holder, period, Figure.via_id.expression, None).where(Figure.via_id != holder)
        names = ["tenant_id", "period", "node_id", "code", "numerator", "denominator", "sources"]
        session.execute(insert(Rollup).from_select(names, sums))
        _replace(session, period, holder, _sum_of_parts(holder, period))
    return len(periods)


def state_hash(session: FencedSession) -> str:
    """One hash of all pre-rolled rows: the incremental path and a rebuild must agree on it."""
    query = select(Rollup).where(Rollup.tenant_id == session.tenant_id)
    query = query.order_by(Rollup.period, Rollup.node_id, Rollup.code)
    rows = session.scalars(query)
    return digest([[r.period, r.node_id, r.code, r.numerator, r.denominator, r.sources] for r in rows])

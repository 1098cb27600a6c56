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

from sqlalchemy import Index, Numeric, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.audit import canonical, digest
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


_HELD = text("SELECT pg_advisory_xact_lock_shared(:all), pg_advisory_xact_lock(:period)")

# The revision stands in the holder's figures, unless a newer one does; then one child's part is summed from its figures,
# and the whole from the parts, which are summed already, and the holder's own. A statement sees no rows that it writes
# itself: the part is what the others in it have published, and what comes now.
_RECORDED = text("""
WITH published AS (
    SELECT * FROM jsonb_to_recordset(CAST(:figures AS jsonb))
        AS f (code text, status text, numerator numeric, denominator numeric, detail jsonb)
), newest AS (
    SELECT WHERE NOT EXISTS (SELECT FROM figure WHERE tenant_id = :holder AND period = :period
        AND source_id = :source AND revision >= :revision)
), gone AS (
    DELETE FROM figure USING newest WHERE tenant_id = :holder AND period = :period AND source_id = :source
        AND code NOT IN (SELECT code FROM published)
), come AS (
    INSERT INTO figure (tenant_id, period, source_id, code, via_id, publication_id, revision,
                        status, numerator, denominator, detail)
    SELECT :holder, :period, :source, code, :via, :publication, :revision,
           status, numerator, denominator, coalesce(detail, '{}')
    FROM published, newest
    ON CONFLICT (tenant_id, period, source_id, code) DO UPDATE SET
        via_id = excluded.via_id, publication_id = excluded.publication_id, revision = excluded.revision,
        status = excluded.status, numerator = excluded.numerator, denominator = excluded.denominator,
        detail = excluded.detail
), part AS (
    SELECT code, sum(numerator) FILTER (WHERE status = 'reported') AS numerator,
           sum(denominator) FILTER (WHERE status = 'reported') AS denominator,
           count(*) FILTER (WHERE status = 'reported') AS sources
    FROM (
        SELECT code, status, numerator, denominator FROM published
        UNION ALL
        SELECT code, status, numerator, denominator FROM figure
        WHERE tenant_id = :holder AND period = :period AND via_id = :via AND source_id <> :source
    ) AS stands GROUP BY code
), parts AS (
    SELECT code, numerator, denominator, sources FROM part
    UNION ALL
    SELECT code, numerator, denominator, sources FROM rollup
    WHERE tenant_id = :holder AND period = :period AND node_id NOT IN (:holder, :via)
    UNION ALL
    SELECT code, sum(numerator) FILTER (WHERE status = 'reported'),
           sum(denominator) FILTER (WHERE status = 'reported'), count(*) FILTER (WHERE status = 'reported')
    FROM figure WHERE tenant_id = :holder AND period = :period AND via_id = :holder AND :via <> :holder GROUP BY code
), sums AS (
    SELECT :via AS node_id, code, numerator, denominator, sources FROM part WHERE :via <> :holder
    UNION ALL
    SELECT :holder, code, sum(numerator), sum(denominator), sum(sources) FROM parts GROUP BY code
), left_over AS (
    DELETE FROM rollup USING newest WHERE tenant_id = :holder AND period = :period AND node_id IN (:via, :holder)
        AND NOT EXISTS (SELECT FROM sums WHERE sums.node_id = rollup.node_id AND sums.code = rollup.code)
)
INSERT INTO rollup (tenant_id, period, node_id, code, numerator, denominator, sources)
SELECT :holder, :period, node_id, code, trim_scale(numerator), trim_scale(denominator), sources FROM sums, newest
ON CONFLICT (tenant_id, period, node_id, code) DO UPDATE SET
    numerator = excluded.numerator, denominator = excluded.denominator, sources = excluded.sources
    WHERE (rollup.numerator, rollup.denominator, rollup.sources)
        IS DISTINCT FROM (excluded.numerator, excluded.denominator, excluded.sources)
""")

# All of it from the figures in one pass; only rows that differ are written.
_REBUILT = text("""
WITH parts AS MATERIALIZED (
    SELECT period, via_id, code, sum(numerator) FILTER (WHERE status = 'reported') AS numerator,
           sum(denominator) FILTER (WHERE status = 'reported') AS denominator,
           count(*) FILTER (WHERE status = 'reported') AS sources
    FROM figure WHERE tenant_id = :holder GROUP BY period, via_id, code
), sums AS MATERIALIZED (
    SELECT period, via_id AS node_id, code, trim_scale(numerator) AS numerator,
           trim_scale(denominator) AS denominator, sources
    FROM parts WHERE via_id <> :holder
    UNION ALL
    SELECT period, :holder, code, trim_scale(sum(numerator)), trim_scale(sum(denominator)), sum(sources)
    FROM parts GROUP BY period, code
), gone AS (
    DELETE FROM rollup WHERE tenant_id = :holder AND NOT EXISTS (SELECT FROM sums
        WHERE (sums.period, sums.node_id, sums.code) = (rollup.period, rollup.node_id, rollup.code))
), changed AS (
    UPDATE rollup SET numerator = sums.numerator, denominator = sums.denominator, sources = sums.sources
    FROM sums WHERE tenant_id = :holder
        AND (sums.period, sums.node_id, sums.code) = (rollup.period, rollup.node_id, rollup.code)
        AND (sums.numerator, sums.denominator, sums.sources)
            IS DISTINCT FROM (rollup.numerator, rollup.denominator, rollup.sources)
), come AS (
    INSERT INTO rollup (tenant_id, period, node_id, code, numerator, denominator, sources)
    SELECT :holder, period, node_id, code, numerator, denominator, sources FROM sums
    WHERE NOT EXISTS (SELECT FROM rollup WHERE tenant_id = :holder
        AND (sums.period, sums.node_id, sums.code) = (rollup.period, rollup.node_id, rollup.code))
)
SELECT count(DISTINCT period) FROM parts
""")


def hold(session: FencedSession, period: str) -> None:
    """Until commit nobody else changes the holder's figures of that period, and nobody rebuilds them."""
    holder = _holder(session)
    session.execute(_HELD, {"all": _lock_key(holder), "period": _lock_key(holder, period)})


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
    """The holder's rows show this revision unless they show a newer one, and the path's sums follow.

    To be called with the period held.
    """
    values = {
        "holder": _holder(session),
        "period": period,
        "source": source_id,
        "via": via_id,
        "publication": publication_id,
        "revision": revision,
        "figures": canonical([_columns(entry) for entry in entries]),
    }
    session.execute(_RECORDED, values)


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


def _lock_key(*parts: object) -> int:
    return int(digest(["rollup", *parts])[:15], 16)


def rebuild(session: FencedSession) -> int:
    """Every pre-rolled row of the session's tenant is what its figures say; returns how many periods."""
    holder = _holder(session)
    session.execute(select(func.pg_advisory_xact_lock(_lock_key(holder))))
    session.expire_all()
    return session.scalar(_REBUILT, {"holder": holder}) or 0


def state_hash(session: FencedSession) -> str:
    """One hash of all pre-rolled rows: the incremental path and a rebuild must agree on it."""
    query = select(Rollup).where(Rollup.tenant_id == session.tenant_id)
    query = query.order_by(Rollup.period, Rollup.node_id, Rollup.code)
    rows = session.scalars(query)
    return digest([[r.period, r.node_id, r.code, r.numerator, r.denominator, r.sources] for r in rows])

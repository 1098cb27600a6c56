"""The door up: a tenant publishes sealed figures; the ledger carries them into rows of each tenant above.

Nobody reads across the wall. The relay job runs in the sender's tenant, reads the sender's own row, then opens
a session of the receiver and writes there what was sealed. Receiving twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Index, Table, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants import ledger, rollup
from tenants.audit import Act, append, digest, plain
from tenants.db import Base, FencedSession, TenantOwned, acting_for, own_unique
from tenants.models import Tenant

RELAY = "exchange.relay"


class Publication(TenantOwned, Base):
    """A sealed revision of one period's figures, published by the tenant itself. Never changed."""

    __tablename__ = "publication"
    __table_args__ = (own_unique("period", "revision"),)

    period: Mapped[str]
    revision: Mapped[int]
    cutoff: Mapped[date]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    published_by: Mapped[str]
    published_on: Mapped[date]  # the day it counts from; `published_at` is the moment it was entered
    published_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(default="")  # the paper that an earlier day rests on


class Delivery(TenantOwned, Base):
    """A publication from below, sealed as it came, in the receiver's own rows."""

    __tablename__ = "delivery"
    __table_args__ = (
        own_unique("source_id", "period", "revision"),
        Index("ix_delivery_period", "tenant_id", "period", "source_id"),
    )

    source_id: Mapped[UUID]
    via_id: Mapped[UUID]
    publication_id: Mapped[UUID]
    period: Mapped[str]
    revision: Mapped[int]
    cutoff: Mapped[date]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    published_by: Mapped[str]
    published_on: Mapped[date]
    published_at: Mapped[datetime]
    basis: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True)
class Parcel:
    """What travels up: the sealed publication and where it came from."""

    source_id: UUID
    publication_id: UUID
    period: str
    revision: int
    cutoff: date
    content: Mapping[str, Any]
    sha256: str
    published_by: str
    published_on: date
    published_at: datetime
    basis: str


class BrokenSeal(RuntimeError):
    """The content is not what was sealed."""


def publish(
    session: FencedSession,
    at: Tenant,
    *,
    period: str,
    after: int,
    cutoff: date,
    entries: Sequence[rollup.Entry],
    words: Mapping[str, Any],
    by: str,
    on: date,
    basis: str = "",
) -> Publication:
    """The figures are sealed as the next revision, count in the tenant's own rollup, and are on their way up.

    To be called with the period held, so that two who publish at once get two revisions; `after` is its newest, or 0.
    `on` is the day they were published; of one that is past, `basis` names the paper.
    """
    content = plain({"figures": [_sealed(e) for e in entries], "words": dict(words)})
    publication = Publication(
        period=period,
        revision=after + 1,
        cutoff=cutoff,
        content=content,
        sha256=digest(content),
        published_by=by,
        published_on=on,
        published_at=datetime.now(UTC),
        basis=basis,
    )
    session.add(publication)
    session.flush()
    _count(session, _parcel(publication), at.id)
    _send_up(session, at, {"publication": str(publication.id)})
    return publication


def _sealed(entry: rollup.Entry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "status": entry.status,
        "detail": dict(entry.detail or {}),
    }


def _parcel(row: Publication | Delivery) -> Parcel:
    source_id, publication_id = (
        (row.source_id, row.publication_id) if isinstance(row, Delivery) else (row.tenant_id, row.id)
    )
    return Parcel(
        source_id,
        publication_id,
        row.period,
        row.revision,
        row.cutoff,
        row.content,
        row.sha256,
        row.published_by,
        row.published_on,
        row.published_at,
        row.basis,
    )


def _count(session: FencedSession, parcel: Parcel, via_id: UUID) -> None:
    rollup.record(
        session,
        period=parcel.period,
        source_id=parcel.source_id,
        via_id=via_id,
        publication_id=parcel.publication_id,
        revision=parcel.revision,
        entries=[_entry(row) for row in parcel.content["figures"]],
    )


def _entry(row: Mapping[str, Any]) -> rollup.Entry:
    return rollup.Entry(
        code=row["code"],
        numerator=_decimal(row["numerator"]),
        denominator=_decimal(row["denominator"]),
        status=row["status"],
        detail=row["detail"],
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _send_up(session: FencedSession, at: Tenant, payload: Mapping[str, str]) -> None:
    if at.parent_id is not None:
        ledger.post(session, RELAY, payload)


def sending(session: FencedSession, publication: Publication) -> ledger.Job | None:
    """The job that carries the publication to the tenant above; none at the root of the tree."""
    mine = ledger.Job.payload["publication"].astext == str(publication.id)
    query = select(ledger.Job).where(ledger.Job.tenant_id == session.tenant_id, ledger.Job.kind == RELAY, mine)
    return session.scalars(query.limit(1)).one_or_none()


def relay(work: ledger.Work) -> None:
    """The sender's sealed row stands in the parent's own rows, once, and is on its way further up.

    A parent that is suspended or closed takes nothing: the row waits until it works again.
    """
    row, parent = _on_its_way(work.session, work.payload)
    if parent is None:
        return
    if not parent.working:
        raise ledger.NotYet(f"{parent.name} is {parent.state}")
    with acting_for(work.engine, parent.id) as receiving, receiving.begin():
        receive(receiving, parent, _parcel(row), via_id=row.tenant_id)


def _on_its_way(session: FencedSession, payload: Mapping[str, str]) -> tuple[Publication | Delivery, Tenant | None]:
    """The sender's sealed row, and the parent it goes to."""
    [(kind, row_id)] = payload.items()
    sealed = {"publication": Publication, "delivery": Delivery}[kind]
    parent = select(Tenant.parent_id).where(Tenant.id == session.tenant_id).scalar_subquery()
    query = select(sealed, Tenant).outerjoin(Tenant, Tenant.id == parent).where(sealed.id == UUID(row_id))
    row, above = session.execute(query).one()
    return row, above


def receive(session: FencedSession, at: Tenant, parcel: Parcel, *, via_id: UUID) -> None:
    """The parcel is in the receiver's rows and sums; a second time nothing happens."""
    if digest(parcel.content) != parcel.sha256:
        raise BrokenSeal(f"publication {parcel.publication_id} revision {parcel.revision}")
    rollup.hold(session, parcel.period)
    delivery_id = _delivered(session, parcel, via_id)
    if delivery_id is None:
        return
    _count(session, parcel, via_id)
    _send_up(session, at, {"delivery": str(delivery_id)})
    detail = {
        "source": parcel.source_id,
        "period": parcel.period,
        "revision": parcel.revision,
        "sha256": parcel.sha256,
    }
    append(session, Act("publication.receive", "exchange", None, f"delivery:{delivery_id}", detail))


_DELIVERED = insert(cast(Table, Delivery.__table__)).on_conflict_do_nothing().returning(Delivery.id)


def _delivered(session: FencedSession, parcel: Parcel, via_id: UUID) -> UUID | None:
    """The id of the new row; none if the revision is there already."""
    row = {"tenant_id": session.tenant_id, "id": uuid7(), "via_id": via_id, **vars(parcel)}
    return session.scalar(_DELIVERED, row)

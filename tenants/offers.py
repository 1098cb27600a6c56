"""The door down for words: a tenant offers a sealed text to the level below it; each place there holds a copy.

As on the way up (exchange.py) nobody reads across the wall: a relay runs in the sender's tenant, reads the sender's
own row, and writes the sealed copy into the receiver's rows. An offer changes nothing there: what comes of it is the
receiver's to decide. Receiving twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants import ledger
from tenants.audit import Act, append, digest, plain
from tenants.db import Base, FencedSession, TenantOwned, acting_for, own_key, own_unique
from tenants.exchange import BrokenSeal
from tenants.models import Tenant

RELAY = "offers.relay"


class Offered:
    """What is the same of a text at its sender's and of its copies below."""

    kind: Mapped[str]
    level: Mapped[str]  # the level of the places that it is meant for
    number: Mapped[int]
    title: Mapped[str]
    note: Mapped[str]  # what the sender says of it
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    sha256: Mapped[str]
    offered_by: Mapped[str]
    offered_at: Mapped[datetime]


SEALED = ("kind", "level", "number", "title", "note", "content", "sha256", "offered_by", "offered_at")


class Offer(Offered, TenantOwned, Base):
    """A sealed text that this tenant offers to the places of a level below it. Never changed."""

    __tablename__ = "offer"
    __table_args__ = (own_unique("kind", "level", "number"),)


class OfferDelivery(TenantOwned, Base):
    """The sender's note that the text stands in that place's rows."""

    __tablename__ = "offer_delivery"
    __table_args__ = (own_key("offer_id", "offer"), own_unique("offer_id", "receiver_id"))

    offer_id: Mapped[UUID]
    receiver_id: Mapped[UUID]
    delivered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ReceivedOffer(Offered, TenantOwned, Base):
    """A text from above, sealed as it came, in the receiver's own rows."""

    __tablename__ = "received_offer"
    __table_args__ = (
        own_unique("source_id", "kind", "level", "number"),
        Index("ix_received_offer_kind", "tenant_id", "kind", "received_at"),
    )

    source_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


def offer(
    session: FencedSession,
    kind: str,
    level: str,
    title: str,
    content: Mapping[str, Any],
    *,
    note: str,
    by: str,
    to: Collection[UUID] | None = None,
) -> Offer:
    """The text is sealed as the next number of its kind and level, and on its way to every place of that level.

    To those of them that are named in `to`, if any are.
    """
    sealed = plain(content)
    row = Offer(
        kind=kind,
        level=level,
        number=next_number(session, kind, level),
        title=title,
        note=note,
        content=sealed,
        sha256=digest(sealed),
        offered_by=by,
        offered_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    send(session, row, to)
    return row


def next_number(session: FencedSession, kind: str, level: str) -> int:
    """The number that the next text of that kind and level bears."""
    last = select(func.max(Offer.number)).where(Offer.kind == kind, Offer.level == level)
    return (session.scalar(last) or 0) + 1


def send(session: FencedSession, row: Offer, to: Collection[UUID] | None = None) -> int:
    """The text is on its way to each place of its level, or of those in `to`, that lacks it; returns how many."""
    there = set(session.scalars(select(OfferDelivery.receiver_id).where(OfferDelivery.offer_id == row.id)))
    wanting = [place for place in places_of(session, row.level) if place.id not in there and _meant(place, to)]
    for place in wanting:
        way = {"offer": str(row.id), "to": str(place.id)}
        ledger.post(session, RELAY, way, dedupe=f"{row.id}:{place.id}")
    return len(wanting)


def _meant(place: Tenant, to: Collection[UUID] | None) -> bool:
    return to is None or place.id in to


def places_of(session: FencedSession, level: str) -> list[Tenant]:
    """The places of that level below the session's tenant that are not closed, by region code."""
    query = select(Tenant).where(_below(session), Tenant.level == level, Tenant.state != "closed")
    return list(session.scalars(query.order_by(Tenant.region_code)))


def _below(session: FencedSession) -> ColumnElement[bool]:
    own = select(Tenant.path).where(Tenant.id == session.tenant_id).scalar_subquery()
    return Tenant.path.descendant_of(own) & (Tenant.id != session.tenant_id)


def relay(work: ledger.Work) -> None:
    """The sender's sealed text stands in the receiver's own rows, once. A place that rests takes nothing: it waits."""
    session, receiver_id = work.session, UUID(work.payload["to"])
    place = session.scalars(select(Tenant).where(Tenant.id == receiver_id, _below(session))).one_or_none()
    if place is None:
        return  # no longer below this tenant: nothing of it is theirs
    if not place.working:
        raise ledger.NotYet(f"{place.name} is {place.state}")
    row = session.scalars(select(Offer).where(Offer.id == UUID(work.payload["offer"]))).one()
    assert session.tenant_id is not None
    with acting_for(work.engine, receiver_id) as receiving, receiving.begin():
        receive(receiving, session.tenant_id, {field: getattr(row, field) for field in SEALED})
    _delivered(session, row.id, receiver_id)


def _delivered(session: FencedSession, offer_id: UUID, receiver_id: UUID) -> None:
    """The sender's rows and record say that it arrived."""
    row = {"tenant_id": session.tenant_id, "id": uuid7(), "offer_id": offer_id, "receiver_id": receiver_id}
    added = insert(OfferDelivery).values(row).on_conflict_do_nothing().returning(OfferDelivery.id)
    if session.scalar(added) is not None:
        append(session, Act("offer.deliver", "offers", None, f"offer:{offer_id}", {"to": receiver_id}))


def receive(session: FencedSession, source_id: UUID, sealed: Mapping[str, Any]) -> None:
    """The text is in the receiver's rows; a second time nothing happens."""
    if digest(sealed["content"]) != sealed["sha256"]:
        raise BrokenSeal(f"offer {sealed['kind']} {sealed['level']} {sealed['number']} of {source_id}")
    row = {"tenant_id": session.tenant_id, "id": uuid7(), "source_id": source_id, **sealed}
    found = session.scalar(insert(ReceivedOffer).values(row).on_conflict_do_nothing().returning(ReceivedOffer.id))
    if found is None:
        return
    detail = {"source": source_id, **{field: sealed[field] for field in ("kind", "level", "number", "sha256")}}
    append(session, Act("offer.receive", "offers", None, f"received_offer:{found}", detail))


def deliveries(session: FencedSession, offer_id: UUID) -> dict[UUID, datetime]:
    """Since when the text stands in each place's rows."""
    query = select(OfferDelivery.receiver_id, OfferDelivery.delivered_at).where(OfferDelivery.offer_id == offer_id)
    return {row.receiver_id: row.delivered_at for row in session.execute(query)}

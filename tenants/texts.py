"""The door up for words: a tenant publishes a sealed text of its own; every tenant above holds it as it came.

As with figures (exchange.py) nobody reads across the wall: the relay runs in the sender's tenant, reads the
sender's own row, and writes the sealed copy into the receiver's rows. Receiving twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants import ledger
from tenants.audit import Act, append, digest, plain
from tenants.db import Base, FencedSession, TenantOwned, acting_for, own_unique
from tenants.exchange import BrokenSeal
from tenants.models import Tenant

RELAY = "texts.relay"


class Sealed:
    """What is the same of a text at home and of its copies above."""

    kind: Mapped[str]
    revision: Mapped[int]
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    sha256: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime]


_SEALED = ("kind", "revision", "title", "content", "sha256", "published_by", "published_at")


class PublishedText(Sealed, TenantOwned, Base):
    """A sealed revision of a text of this kind, published by the tenant itself. Never changed."""

    __tablename__ = "published_text"
    __table_args__ = (own_unique("kind", "revision"),)


class ReceivedText(Sealed, TenantOwned, Base):
    """A text from below, sealed as it came, in the receiver's own rows."""

    __tablename__ = "received_text"
    __table_args__ = (
        own_unique("source_id", "kind", "revision"),
        Index("ix_received_text_kind", "tenant_id", "kind", "source_id"),
    )

    source_id: Mapped[UUID]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


def publish(session: FencedSession, kind: str, title: str, content: Mapping[str, Any], *, by: str) -> PublishedText:
    """The text is sealed as the next revision of its kind, and on its way up."""
    sealed = plain(content)
    row = PublishedText(
        kind=kind,
        revision=(session.scalar(select(func.max(PublishedText.revision)).where(PublishedText.kind == kind)) or 0) + 1,
        title=title,
        content=sealed,
        sha256=digest(sealed),
        published_by=by,
        published_at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    _send_up(session, session.tenant_id, row.id)
    return row


def _send_up(session: FencedSession, source_id: UUID | None, row_id: UUID) -> None:
    parent = session.scalar(select(Tenant.parent_id).where(Tenant.id == session.tenant_id))
    if parent is not None:
        ledger.post(session, RELAY, {"source": str(source_id), "text": str(row_id)})


def relay(work: ledger.Work) -> None:
    """The sender's sealed row stands in the parent's own rows, once, and is on its way further up.

    A parent that is suspended or closed takes nothing: the row waits until it works again.
    """
    session, source = work.session, UUID(work.payload["source"])
    above = select(Tenant.parent_id).where(Tenant.id == session.tenant_id).scalar_subquery()
    parent = session.scalars(select(Tenant).where(Tenant.id == above)).one_or_none()
    if parent is None:
        return
    if not parent.working:
        raise ledger.NotYet(f"{parent.name} is {parent.state}")
    row = _on_its_way(session, source, UUID(work.payload["text"]))
    with acting_for(work.engine, parent.id) as receiving, receiving.begin():
        receive(receiving, source, {field: getattr(row, field) for field in _SEALED})


def _on_its_way(session: FencedSession, source: UUID, row_id: UUID) -> PublishedText | ReceivedText:
    """The sender's row of that text: its own, or one that came from that place."""
    if source == session.tenant_id:
        return session.scalars(select(PublishedText).where(PublishedText.id == row_id)).one()
    came = select(ReceivedText).where(ReceivedText.id == row_id, ReceivedText.source_id == source)
    return session.scalars(came).one()


def receive(session: FencedSession, source_id: UUID, sealed: Mapping[str, Any]) -> None:
    """The text is in the receiver's rows; a second time nothing happens."""
    if digest(sealed["content"]) != sealed["sha256"]:
        raise BrokenSeal(f"text {sealed['kind']} revision {sealed['revision']} of {source_id}")
    row = {"tenant_id": session.tenant_id, "id": uuid7(), "source_id": source_id, **sealed}
    found = session.scalar(insert(ReceivedText).values(row).on_conflict_do_nothing().returning(ReceivedText.id))
    if found is None:
        return
    _send_up(session, source_id, found)
    detail = {"source": source_id, **{field: sealed[field] for field in ("kind", "revision", "sha256")}}
    append(session, Act("text.receive", "exchange", None, f"received_text:{found}", detail))


def latest_own(session: FencedSession, kind: str) -> PublishedText | None:
    """What the tenant itself published last of that kind."""
    query = select(PublishedText).where(PublishedText.kind == kind)
    return session.scalars(query.order_by(PublishedText.revision.desc()).limit(1)).one_or_none()


def revisions(session: FencedSession, source_id: UUID, kind: str) -> list[ReceivedText]:
    """Every revision of that kind that a place below published, the latest first."""
    query = select(ReceivedText).where(ReceivedText.source_id == source_id, ReceivedText.kind == kind)
    return list(session.scalars(query.order_by(ReceivedText.revision.desc())))


def latest_of_each(session: FencedSession, kind: str) -> dict[UUID, ReceivedText]:
    """The latest revision of that kind of each place below that published one."""
    query = select(ReceivedText).where(ReceivedText.kind == kind).order_by(ReceivedText.revision)
    return {row.source_id: row for row in session.scalars(query)}

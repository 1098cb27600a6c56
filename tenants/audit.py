"""The audit chain: append-only, one hash chain per tenant, verifiable row by row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, FencedSession

GENESIS = "0" * 64


class AuditHead(Base):
    """Where a tenant's chain ends. Locking this row orders the tenant's writers."""

    __tablename__ = "audit_head"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str]


class AuditEntry(Base):
    """One write: who did what to which thing, before and after."""

    __tablename__ = "audit_entry"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str]
    prev: Mapped[str]
    hash: Mapped[str]


@dataclass(frozen=True)
class Act:
    """What is to be written down."""

    action: str
    actor: str
    account_id: UUID | None
    subject: str
    detail: Mapping[str, Any]
    request_id: str = ""


# Every write of the house ends with these two: the head is held, then entry and head are written in one statement.
_HEAD = text("SELECT seq, hash FROM audit_head WHERE tenant_id = :tenant_id FOR UPDATE")
_APPENDED = text("""
WITH moved AS (UPDATE audit_head SET seq = :seq, hash = :hash WHERE tenant_id = :tenant_id)
INSERT INTO audit_entry (tenant_id, seq, at, account_id, actor, action, subject, detail, request_id, prev, hash)
VALUES (:tenant_id, :seq, :at, :account_id, :actor, :action, :subject, :detail, :request_id, :prev, :hash)
""").bindparams(bindparam("detail", type_=JSONB))


def begin_chain(session: FencedSession) -> None:
    """The session's tenant has a chain, still empty."""
    session.execute(insert(AuditHead).values(tenant_id=session.tenant_id, seq=0, hash=GENESIS))


def append(session: FencedSession, act: Act) -> None:
    """The act is the last entry of the tenant's chain. Call it last: it holds the chain until commit."""
    head = session.execute(_HEAD, {"tenant_id": session.tenant_id}).one()
    session.execute(_APPENDED, _entry(session.tenant_id, head.seq + 1, head.hash, act))


def _entry(tenant_id: UUID | None, seq: int, prev: str, act: Act) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "tenant_id": tenant_id,
        "seq": seq,
        "at": datetime.now(UTC),
        "account_id": act.account_id,
        "actor": act.actor,
        "action": act.action,
        "subject": act.subject,
        "detail": plain(act.detail),
        "request_id": act.request_id,
        "prev": prev,
    }
    return entry | {"hash": digest(entry)}


def plain(value: Any) -> Any:
    """The same value in JSON's own types."""
    return json.loads(canonical(value))


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, exact decimals."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def _as_text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an audit line")


def digest(value: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many rows hold, and the first that does not."""

    rows: int
    bad_seq: int | None = None
    reason: str = ""

    @property
    def sound(self) -> bool:
        return self.bad_seq is None


def verify(session: FencedSession) -> Verdict:
    """Whether the session's tenant's chain is whole, with the first bad row if it is not."""
    prev, seq = GENESIS, 0
    query = select(AuditEntry).where(AuditEntry.tenant_id == session.tenant_id).order_by(AuditEntry.seq)
    with closing(session.scalars(query.execution_options(yield_per=500))) as entries:
        for entry in entries:
            reason = _fault(entry, seq + 1, prev)
            if reason:
                return Verdict(seq, entry.seq, reason)
            prev, seq = entry.hash, entry.seq
    return _verdict_at_head(session, seq, prev)


def _fault(entry: AuditEntry, seq: int, prev: str) -> str:
    if entry.seq != seq:
        return f"row {seq} is missing"
    if entry.prev != prev:
        return "it does not follow the row before it"
    columns = (
        "tenant_id",
        "seq",
        "at",
        "account_id",
        "actor",
        "action",
        "subject",
        "detail",
        "request_id",
        "prev",
    )
    if entry.hash != digest({name: getattr(entry, name) for name in columns}):
        return "its content was changed"
    return ""


def _verdict_at_head(session: FencedSession, seq: int, last: str) -> Verdict:
    head = session.get(AuditHead, session.tenant_id)
    if head is None:
        return Verdict(seq, 0, "the chain has no head")
    if (head.seq, head.hash) != (seq, last):
        return Verdict(seq, seq + 1, f"the chain ends at {seq}, its head says {head.seq}")
    return Verdict(seq)

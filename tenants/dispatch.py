"""The door down for what is to be done: a tenant dispatches a sealed thing to chosen places directly below it.

As at the other doors nobody reads across the wall: a relay runs in the sender's tenant, reads the sender's own rows,
and writes what was sealed into the receiver's rows. What comes of it there is the receiver's; what the receiver says
of it comes back through answers.py, into the sender's rows.

    row = send(session, "task", "摸清家政企业底数", {"text": …}, due, to=[city.id, …], by="王海", note="")
    amend(session, row, content={…}, note="时限改为10月底", by=…)      every receiver holds the new revision, and the old
    recall(session, row, "误发", by=…)   close(session, row, "已办结", by=…)   add_places(session, row, [successor.id])
    judge(session, place, "returned", "缺县区明细", by=…)               the sender's word on what one place answered

The relay carries what stands when it runs, so that what overtakes arrives whole; arriving twice changes nothing.
A place that rests takes nothing until it works again; one that was closed, or is no longer below, has ended: the
sender's row says so and waits for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, LargeBinary, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants import ledger
from tenants.audit import Act, append, digest, plain
from tenants.db import Base, FencedSession, TenantOwned, Versioned, acting_for, own_key, own_unique
from tenants.exchange import BrokenSeal
from tenants.models import Tenant, children

RELAY = "dispatch.relay"
OPEN, RECALLED, CLOSED = "open", "recalled", "closed"
STATES = (OPEN, RECALLED, CLOSED)
VERDICTS = ("", "accepted", "returned", "reminded")  # the sender's word to one place
_STATE_CHECK = "state IN ('open', 'recalled', 'closed')"


class Dispatch(Versioned, TenantOwned, Base):
    """Something that this tenant sent down, as it stands now; each of its wordings is a DispatchRevision."""

    __tablename__ = "dispatch"
    __table_args__ = (
        own_unique("kind", "year", "number"),
        own_key("passes_on_id", "received_dispatch"),
        CheckConstraint(_STATE_CHECK, name="state"),
        Index("ix_dispatch_kind", "tenant_id", "kind", "sent_at"),
    )

    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    due: Mapped[date | None]
    wording: Mapped[int] = mapped_column(default=1)  # the number of its latest revision
    state: Mapped[str] = mapped_column(default=OPEN)
    ended_why: Mapped[str] = mapped_column(default="")
    passes_on_id: Mapped[UUID | None]  # what came from above, if this passes it on
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]


class DispatchRevision(TenantOwned, Base):
    """One sealed wording of a dispatch. Never changed."""

    __tablename__ = "dispatch_revision"
    __table_args__ = (own_key("dispatch_id", "dispatch"), own_unique("dispatch_id", "wording"))

    dispatch_id: Mapped[UUID]
    wording: Mapped[int]
    title: Mapped[str]
    due: Mapped[date | None]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    note: Mapped[str]  # what the sender says of the change
    by: Mapped[str]
    at: Mapped[datetime]


class DispatchPlace(TenantOwned, Base):
    """One receiver of a dispatch as the sender knows it: what arrived there, and what it answered last."""

    __tablename__ = "dispatch_place"
    __table_args__ = (
        own_key("dispatch_id", "dispatch"),
        own_unique("dispatch_id", "receiver_id"),
        CheckConstraint("verdict IN ('', 'accepted', 'returned', 'reminded')", name="verdict"),
    )

    dispatch_id: Mapped[UUID]
    receiver_id: Mapped[UUID]
    wording: Mapped[int] = mapped_column(default=0)  # the latest that arrived there; 0: nothing yet
    arrived_at: Mapped[datetime | None]
    answers: Mapped[int] = mapped_column(default=0)  # the number of its last answer
    state: Mapped[str] = mapped_column(default="")  # what that answer said
    percent: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    answered_on: Mapped[date | None]
    began_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    acknowledged: Mapped[int] = mapped_column(default=0)  # the latest wording that somebody there took note of
    verdict: Mapped[str] = mapped_column(default="")
    verdict_text: Mapped[str] = mapped_column(default="")
    verdicts: Mapped[int] = mapped_column(default=0)  # how many words on its answers were said
    ended_on: Mapped[date | None]  # nothing more is awaited of the place
    ended_why: Mapped[str] = mapped_column(default="")


class ReceivedDispatch(Versioned, TenantOwned, Base):
    """What came from above, sealed as it came, in the receiver's own rows; and how far the receiver is with it."""

    __tablename__ = "received_dispatch"
    __table_args__ = (
        own_unique("source_id", "dispatch_id"),
        CheckConstraint(f"sender_{_STATE_CHECK}", name="sender_state"),
        Index("ix_received_dispatch_kind", "tenant_id", "kind", "received_at"),
    )

    source_id: Mapped[UUID]
    dispatch_id: Mapped[UUID]
    kind: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    due: Mapped[date | None]
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    sha256: Mapped[str]
    wording: Mapped[int]
    parcel_id: Mapped[UUID]  # beside which its files stand: the sender's id of that wording
    note: Mapped[str]
    sender_state: Mapped[str]
    ended_why: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str] = mapped_column(default="")
    verdict_text: Mapped[str] = mapped_column(default="")
    verdicts: Mapped[int] = mapped_column(default=0)
    sent_by: Mapped[str]
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(default="received")  # the receiver's own; answers.py
    answers: Mapped[int] = mapped_column(default=0)
    acknowledged: Mapped[int] = mapped_column(default=0)


class SealedFile(TenantOwned, Base):
    """A file that travels with a wording or an answer: the same bytes on both sides. Never changed."""

    __tablename__ = "sealed_file"
    __table_args__ = (own_unique("parcel_id", "position"),)

    parcel_id: Mapped[UUID]  # of the revision or the answer, the same on both sides
    position: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


@dataclass(frozen=True)
class Attached:
    """A file to be sealed."""

    name: str
    media_type: str
    sha256: str
    content: bytes


# --- sending ---


def send(
    session: FencedSession,
    kind: str,
    title: str,
    content: Mapping[str, Any],
    due: date | None,
    *,
    to: Collection[UUID],
    by: str,
    on: date,
    note: str = "",
    passes_on: ReceivedDispatch | None = None,
    files: Sequence[Attached] = (),
) -> Dispatch:
    """It is sealed under the next number of its kind and year, and on its way to these places below."""
    row = Dispatch(
        kind=kind,
        year=on.year,
        number=next_number(session, kind, on.year),
        title=title,
        due=due,
        sent_by=by,
        sent_at=datetime.now(UTC),
        passes_on_id=passes_on.id if passes_on else None,
    )
    session.add(row)
    session.flush()
    _seal(session, row, content, note, by, files)
    add_places(session, row, to)
    return row


def next_number(session: FencedSession, kind: str, year: int) -> int:
    """The number that the next dispatch of that kind and year bears."""
    last = select(func.max(Dispatch.number)).where(Dispatch.kind == kind, Dispatch.year == year)
    return (session.scalar(last) or 0) + 1


def _seal(
    session: FencedSession, row: Dispatch, content: Mapping[str, Any], note: str, by: str, files: Sequence[Attached]
) -> None:
    sealed = plain(content)
    named = {"title": row.title, "due": row.due, "content": sealed, "files": [file.sha256 for file in files]}
    revision = DispatchRevision(
        dispatch_id=row.id,
        wording=row.wording,
        title=row.title,
        due=row.due,
        content=sealed,
        sha256=digest(plain(named)),
        note=note,
        by=by,
        at=datetime.now(UTC),
    )
    session.add(revision)
    session.flush()
    keep_files(session, revision.id, files)


def keep_files(session: FencedSession, parcel_id: UUID, files: Sequence[Attached]) -> None:
    """The files stand beside the parcel that they travel with."""
    for position, file in enumerate(files):
        values = {"name": file.name, "media_type": file.media_type, "sha256": file.sha256, "content": file.content}
        session.add(SealedFile(parcel_id=parcel_id, position=position, size=len(file.content), **values))


def files_of(session: FencedSession, parcel_id: UUID) -> list[SealedFile]:
    """The files of a wording or an answer, in their order."""
    query = select(SealedFile).where(SealedFile.parcel_id == parcel_id).order_by(SealedFile.position)
    return list(session.scalars(query))


def amend(
    session: FencedSession,
    row: Dispatch,
    *,
    title: str,
    content: Mapping[str, Any],
    due: date | None,
    note: str,
    by: str,
    files: Sequence[Attached] = (),
) -> Dispatch:
    """It has a new wording, on its way to every place; the one before stays on record on both sides."""
    row.title, row.due, row.wording = title, due, row.wording + 1
    _seal(session, row, content, note, by, files)
    _send_again(session, row)
    return row


def recall(session: FencedSession, row: Dispatch, why: str) -> Dispatch:
    """It is taken back: every place is told, and nothing more is awaited."""
    return _end(session, row, RECALLED, why)


def close(session: FencedSession, row: Dispatch, why: str) -> Dispatch:
    """It is done with: every place is told."""
    return _end(session, row, CLOSED, why)


def _end(session: FencedSession, row: Dispatch, state: str, why: str) -> Dispatch:
    row.state, row.ended_why = state, why
    session.flush()
    _send_again(session, row)
    return row


def add_places(session: FencedSession, row: Dispatch, to: Collection[UUID]) -> int:
    """It is on its way to these places too, each directly below and not closed; returns how many are new."""
    assert session.tenant_id is not None
    below = {place.id for place in children(session, session.tenant_id) if place.state != "closed"}
    there = set(session.scalars(select(DispatchPlace.receiver_id).where(DispatchPlace.dispatch_id == row.id)))
    fresh = [place_id for place_id in dict.fromkeys(to) if place_id in below and place_id not in there]
    session.add_all(DispatchPlace(dispatch_id=row.id, receiver_id=place_id) for place_id in fresh)
    session.flush()
    _post(session, row.id, fresh)
    return len(fresh)


def judge(session: FencedSession, row: DispatchPlace, verdict: str, text: str) -> None:
    """The sender's word on what the place answered is on its way there."""
    row.verdict, row.verdict_text, row.verdicts = verdict, text, row.verdicts + 1
    if verdict == "returned":
        row.finished_on = None  # only a later answer counts. Source: dossier 6-3
    session.flush()
    _post(session, row.dispatch_id, [row.receiver_id])


def end_place(session: FencedSession, row: DispatchPlace, on: date, why: str) -> None:
    """Nothing more is awaited of the place."""
    row.ended_on, row.ended_why = on, why
    session.flush()


def gone(tenant: Tenant, sender_id: UUID | None) -> str:
    """Why nothing can be awaited of the place any more: `closed`, `moved` away from the sender; empty while it can."""
    return "closed" if tenant.state == "closed" else "" if tenant.parent_id == sender_id else "moved"


def over() -> ColumnElement[bool]:
    """The same of a place that was sent something, asked of its row joined with its tenant; or its sender said so."""
    away = Tenant.parent_id.is_distinct_from(DispatchPlace.tenant_id)
    return or_(DispatchPlace.ended_on.is_not(None), Tenant.state == "closed", away)


def _send_again(session: FencedSession, row: Dispatch) -> None:
    query = select(DispatchPlace.receiver_id).where(DispatchPlace.dispatch_id == row.id)
    _post(session, row.id, session.scalars(query.where(DispatchPlace.ended_on.is_(None))).all())


def _post(session: FencedSession, dispatch_id: UUID, places: Sequence[UUID]) -> None:
    ways = {f"{dispatch_id}:{place_id}": {"dispatch": str(dispatch_id), "to": str(place_id)} for place_id in places}
    ledger.post_many(session, RELAY, ways)


# --- the way down ---

Arrived = Callable[[FencedSession, ReceivedDispatch], None]


def relay(work: ledger.Work, arrived: Arrived | None = None) -> None:
    """What stands at the sender stands in the receiver's own rows; `arrived` is told of it in their transaction."""
    session, receiver_id = work.session, UUID(work.payload["to"])
    query = select(DispatchPlace).where(
        DispatchPlace.dispatch_id == UUID(work.payload["dispatch"]), DispatchPlace.receiver_id == receiver_id
    )
    place = session.scalars(query.with_for_update()).one()
    tenant = session.scalars(select(Tenant).where(Tenant.id == receiver_id)).one()
    if why := gone(tenant, session.tenant_id):
        end_place(session, place, datetime.now(UTC).date(), why)
        return
    if not tenant.working:
        raise ledger.NotYet(f"{tenant.name} is {tenant.state}")
    row = session.scalars(select(Dispatch).where(Dispatch.id == place.dispatch_id)).one()
    sealed = _latest(session, row)
    assert session.tenant_id is not None
    files = files_of(session, sealed.id)
    with acting_for(work.engine, receiver_id) as receiving, receiving.begin():
        came = _receive(receiving, session.tenant_id, _parcel(row, sealed, place), sealed, files)
        if came is not None and arrived is not None:
            arrived(receiving, came)
    if place.wording < sealed.wording:
        place.wording, place.arrived_at = sealed.wording, place.arrived_at or datetime.now(UTC)
        append(session, Act("dispatch.deliver", "dispatch", None, f"dispatch:{row.id}", {"to": receiver_id}))


def _latest(session: FencedSession, row: Dispatch) -> DispatchRevision:
    query = select(DispatchRevision).where(DispatchRevision.dispatch_id == row.id)
    return session.scalars(query.where(DispatchRevision.wording == row.wording)).one()


def _parcel(row: Dispatch, sealed: DispatchRevision, place: DispatchPlace) -> dict[str, Any]:
    """The sender's rows as the receiver keeps them."""
    return {
        "kind": row.kind,
        "year": row.year,
        "number": row.number,
        "title": sealed.title,
        "due": sealed.due,
        "content": sealed.content,
        "sha256": sealed.sha256,
        "wording": sealed.wording,
        "parcel_id": sealed.id,
        "note": sealed.note,
        "sender_state": row.state,
        "ended_why": row.ended_why,
        "verdict": place.verdict,
        "verdict_text": place.verdict_text,
        "verdicts": place.verdicts,
        "sent_by": sealed.by,
        "sent_at": sealed.at,
    }


def _receive(
    session: FencedSession,
    source_id: UUID,
    parcel: Mapping[str, Any],
    sealed: DispatchRevision,
    files: Sequence[SealedFile],
) -> ReceivedDispatch | None:
    """The parcel is in the receiver's rows; nothing where what is there is the same already, or newer."""
    named = {"title": parcel["title"], "due": parcel["due"], "content": parcel["content"]}
    if digest(plain(named | {"files": sums(files)})) != parcel["sha256"]:
        raise BrokenSeal(f"dispatch {parcel['kind']} {parcel['year']}/{parcel['number']} of {source_id}")
    known = session.scalars(
        select(ReceivedDispatch)
        .where(ReceivedDispatch.source_id == source_id, ReceivedDispatch.dispatch_id == sealed.dispatch_id)
        .with_for_update()
    ).one_or_none()
    if known is None:
        known = ReceivedDispatch(id=uuid7(), source_id=source_id, dispatch_id=sealed.dispatch_id, **parcel)
        session.add(known)
    elif not _newer(known, parcel):
        return None
    else:
        said = parcel["verdicts"] > known.verdicts
        for name, value in parcel.items():
            if said or name not in _VERDICT:
                setattr(known, name, value)
    session.flush()
    _keep_copies(session, sealed.id, files)
    detail = {"source": source_id, **{name: parcel[name] for name in ("kind", "year", "number", "wording", "sha256")}}
    detail |= {"sender_state": parcel["sender_state"], "verdict": parcel["verdict"]}
    append(session, Act("dispatch.receive", "dispatch", None, f"received_dispatch:{known.id}", detail))
    return known


_VERDICT = ("verdict", "verdict_text", "verdicts")


def sums(files: Iterable[Attached | SealedFile]) -> list[str]:
    """What the bytes of each file are summed up as, whatever is said beside them."""
    return [hashlib.sha256(file.content).hexdigest() for file in files]


def _newer(known: ReceivedDispatch, parcel: Mapping[str, Any]) -> bool:
    """A later wording, a later word on the answer, or the end: nothing of it ever goes back."""
    ends = known.sender_state == OPEN and parcel["sender_state"] != OPEN
    return ends or parcel["wording"] > known.wording or parcel["verdicts"] > known.verdicts


def _keep_copies(session: FencedSession, parcel_id: UUID, files: Sequence[SealedFile]) -> None:
    for file in files:
        values = {"tenant_id": session.tenant_id, "id": uuid7(), "parcel_id": parcel_id, "position": file.position}
        values |= {name: getattr(file, name) for name in ("name", "media_type", "size", "sha256", "content")}
        session.execute(insert(SealedFile).values(values).on_conflict_do_nothing())

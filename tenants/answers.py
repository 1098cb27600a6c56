"""The door back: what a receiver says of a dispatch reaches the rows of who sent it, sealed, and nobody else's.

    answer(session, received, "begun", percent=30, words="已部署到县区", content={"counts": …}, by="李明", on=today)

A receiver answers as often as it will; the sender's row of the place says what the latest answer said. Answers
arrive in any order and any number of times: an older one never takes the place of a newer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants import ledger
from tenants.audit import Act, append, digest, plain
from tenants.db import Base, FencedSession, TenantOwned, acting_for, own_key, own_unique
from tenants.dispatch import Attached, Dispatch, DispatchPlace, ReceivedDispatch, files_of, keep_files, sums
from tenants.exchange import BrokenSeal
from tenants.models import Tenant

RELAY = "answers.relay"
# What a receiver can say; a place that has said nothing yet has at most received it.
STATES = ("noted", "accepted", "declined", "begun", "finished")


class Answered:
    """What is the same of an answer at the receiver's and at the sender's. Never changed."""

    number: Mapped[int]
    state: Mapped[str]
    percent: Mapped[int | None]
    words: Mapped[str]
    content: Mapped[dict[str, Any]]
    wording: Mapped[int]  # the wording of the dispatch that it answers
    sha256: Mapped[str]
    by: Mapped[str]
    answered_on: Mapped[date]
    at: Mapped[datetime]


_SEALED = ("number", "state", "percent", "words", "content", "wording", "sha256", "by", "answered_on", "at")


class DispatchAnswer(Answered, TenantOwned, Base):
    """An answer of this tenant's own to what came from above."""

    __tablename__ = "dispatch_answer"
    __table_args__ = (
        own_key("received_dispatch_id", "received_dispatch"),
        own_unique("received_dispatch_id", "number"),
    )

    received_dispatch_id: Mapped[UUID]


class ReceivedAnswer(Answered, TenantOwned, Base):
    """An answer from below, sealed as it came, in the sender's own rows."""

    __tablename__ = "received_answer"
    __table_args__ = (own_key("dispatch_id", "dispatch"), own_unique("dispatch_id", "receiver_id", "number"))

    dispatch_id: Mapped[UUID]
    receiver_id: Mapped[UUID]
    parcel_id: Mapped[UUID]  # beside which its files stand
    received_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))


def answer(
    session: FencedSession,
    row: ReceivedDispatch,
    state: str,
    *,
    percent: int | None = None,
    words: str = "",
    content: Mapping[str, Any] | None = None,
    files: Sequence[Attached] = (),
    by: str,
    on: date,
) -> DispatchAnswer:
    """The answer is sealed as the next of this dispatch, and on its way to its sender. The row is held by the caller."""
    sealed = plain(content or {})
    row.state, row.answers, row.acknowledged = state, row.answers + 1, row.wording
    row.verdict, row.verdict_text = _met(row)
    found = DispatchAnswer(
        received_dispatch_id=row.id,
        number=row.answers,
        state=state,
        percent=percent,
        words=words,
        content=sealed,
        wording=row.wording,
        sha256=_seal_of(row.answers, state, percent, words, sealed, [file.sha256 for file in files]),
        by=by,
        answered_on=on,
        at=datetime.now(UTC),
    )
    session.add(found)
    session.flush()
    keep_files(session, found.id, files)
    ledger.post(session, RELAY, {"answer": str(found.id)})
    return found


def _met(row: ReceivedDispatch | DispatchPlace) -> tuple[str, str]:
    """The sender's word after one more answer: what was returned or reminded of has been answered."""
    return (row.verdict, row.verdict_text) if row.verdict == "accepted" else ("", "")


def _seal_of(
    number: int, state: str, percent: int | None, words: str, content: Mapping[str, Any], files: Sequence[str]
) -> str:
    return digest([number, state, percent, words, content, list(files)])


Arrived = Callable[[FencedSession, DispatchPlace], None]


def relay(work: ledger.Work, arrived: Arrived | None = None) -> None:
    """The answer stands in the sender's rows, `arrived` is told; a sender that rests gets it when it works again."""
    session = work.session
    row = session.scalars(select(DispatchAnswer).where(DispatchAnswer.id == UUID(work.payload["answer"]))).one()
    came = session.scalars(select(ReceivedDispatch).where(ReceivedDispatch.id == row.received_dispatch_id)).one()
    sender = session.scalars(select(Tenant).where(Tenant.id == came.source_id)).one()
    if sender.state == "closed":
        return
    if not sender.working:
        raise ledger.NotYet(f"{sender.name} is {sender.state}")
    assert session.tenant_id is not None
    files = [Attached(file.name, file.media_type, file.sha256, file.content) for file in files_of(session, row.id)]
    with acting_for(work.engine, sender.id) as receiving, receiving.begin():
        place = _receive(receiving, came.dispatch_id, session.tenant_id, row, files)
        if place is not None and arrived is not None:
            arrived(receiving, place)


def _receive(
    session: FencedSession, dispatch_id: UUID, receiver_id: UUID, row: DispatchAnswer, files: Sequence[Attached]
) -> DispatchPlace | None:
    """The answer is in the sender's rows, and its place's row says what the latest one said; none if it was there."""
    if _seal_of(row.number, row.state, row.percent, row.words, row.content, sums(files)) != row.sha256:
        raise BrokenSeal(f"answer {row.number} of {receiver_id} to {dispatch_id}")
    query = select(DispatchPlace).where(
        DispatchPlace.dispatch_id == dispatch_id, DispatchPlace.receiver_id == receiver_id
    )
    place = session.scalars(query.with_for_update()).one_or_none()
    if place is None:
        return None  # nobody there was sent this
    values = {"tenant_id": session.tenant_id, "id": uuid7(), "dispatch_id": dispatch_id, "receiver_id": receiver_id}
    values |= {"parcel_id": row.id, "received_at": datetime.now(UTC)} | {name: getattr(row, name) for name in _SEALED}
    added = insert(ReceivedAnswer).values(values).on_conflict_do_nothing().returning(ReceivedAnswer.id)
    found = session.scalar(added)
    if found is None:
        return None
    keep_files(session, row.id, files)
    _say(place, row)
    detail = {"from": receiver_id, "number": row.number, "state": row.state, "sha256": row.sha256}
    append(session, Act("answer.receive", "answers", None, f"dispatch:{dispatch_id}", detail))
    return place


def _say(place: DispatchPlace, row: DispatchAnswer) -> None:
    place.acknowledged = max(place.acknowledged, row.wording)
    if row.state in ("begun", "finished"):
        place.began_on = min(place.began_on or row.answered_on, row.answered_on)
    if row.number > place.answers:
        place.answers, place.state, place.percent, place.words = row.number, row.state, row.percent, row.words
        place.answered_on = row.answered_on
        place.verdict, place.verdict_text = _met(place)
        place.finished_on = (place.finished_on or row.answered_on) if row.state == "finished" else None


def answers_of(session: FencedSession, dispatch_id: UUID, receiver_id: UUID) -> list[ReceivedAnswer]:
    """What a place answered, the latest first."""
    query = select(ReceivedAnswer).where(
        ReceivedAnswer.dispatch_id == dispatch_id, ReceivedAnswer.receiver_id == receiver_id
    )
    return list(session.scalars(query.order_by(ReceivedAnswer.number.desc())))


def own_answers(session: FencedSession, received_id: UUID) -> list[DispatchAnswer]:
    """What this tenant answered, the latest first."""
    query = select(DispatchAnswer).where(DispatchAnswer.received_dispatch_id == received_id)
    return list(session.scalars(query.order_by(DispatchAnswer.number.desc())))


def sender_of(session: FencedSession, row: ReceivedDispatch) -> Tenant:
    """Who sent it."""
    return session.scalars(select(Tenant).where(Tenant.id == row.source_id)).one()


def dispatch_passing_on(session: FencedSession, received_id: UUID) -> list[Dispatch]:
    """The dispatches by which this tenant passed on what it received."""
    return list(session.scalars(select(Dispatch).where(Dispatch.passes_on_id == received_id).order_by(Dispatch.id)))

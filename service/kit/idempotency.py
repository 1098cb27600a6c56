"""Idempotency-Key on POST: a repeated request is answered as the first was, and does nothing twice.

The key is kept in the transaction of the effect, so one never stands without the other; the answer is added
right after. Source: the IETF draft of the Idempotency-Key header field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from service.kit.seat import Seat
from service.kit.web import current_seat
from tenants.db import Base, TenantOwned, own_unique
from tenants.errors import Conflict, Refused


class IdempotencyKey(TenantOwned, Base):
    """One POST that was carried out, and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (own_unique("account_id", "route", "key"),)

    account_id: Mapped[UUID]
    route: Mapped[str]
    key: Mapped[str]
    payload_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def idempotent(route: Callable[..., Any]) -> Callable[..., Any]:
    """The route honours the Idempotency-Key header where one is sent. Put it outermost, above the schemas."""

    @wraps(route)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")[:200]
        if not key:
            return route(*args, **kwargs)
        seat = current_seat()
        earlier = _earlier(seat, key)
        if earlier is not None:
            return _again(earlier)
        row = _keep(seat, key)
        response = make_response(route(*args, **kwargs))
        _remember(seat, row.id, response)
        return response

    return guarded


def _payload_hash() -> str:
    return hashlib.sha256(request.get_data()).hexdigest()


def _earlier(seat: Seat, key: str) -> IdempotencyKey | None:
    query = select(IdempotencyKey).where(
        IdempotencyKey.account_id == seat.account_id,
        IdempotencyKey.route == f"{request.method} {request.path}",
        IdempotencyKey.key == key,
    )
    return seat.session.scalars(query).one_or_none()


def _again(earlier: IdempotencyKey) -> Response:
    if earlier.payload_hash != _payload_hash():
        raise Refused("同一幂等键已用于不同内容的请求。", en="This Idempotency-Key was used with another payload.")
    if earlier.status is None:
        raise Conflict("该请求正在办理,请稍后查询结果。", en="The first request with this key is still running.")
    response = Response(earlier.body or "", earlier.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _keep(seat: Seat, key: str) -> IdempotencyKey:
    """The key waits in the session and is committed by the command itself."""
    assert seat.account_id is not None
    row = IdempotencyKey(
        account_id=seat.account_id,
        route=f"{request.method} {request.path}",
        key=key,
        payload_hash=_payload_hash(),
    )
    seat.session.add(row)
    return row


def _remember(seat: Seat, row_id: UUID, response: Response) -> None:
    with seat.session.begin():
        values = {"status": response.status_code, "body": response.get_data(as_text=True)}
        seat.session.execute(update(IdempotencyKey).where(IdempotencyKey.id == row_id).values(**values))

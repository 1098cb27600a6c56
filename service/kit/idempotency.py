"""Idempotency-Key on POST: a repeated request is answered as the first was, and does nothing twice.

The command's commit waits until its answer is known: effect, key and answer are committed together, so that a
crash leaves all three or none. While the first request runs, its key is held by an advisory lock and a second one is
told so at once; the unique key is what the database itself insists on.
Source: the IETF draft of the Idempotency-Key header field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, json, make_response, request
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from service.kit.command import commit_held
from service.kit.seat import Seat
from service.kit.web import current_seat
from tenants.audit import digest
from tenants.db import Base, TenantOwned, own_unique
from tenants.errors import Conflict, Refused

KEPT_HEADERS = ("ETag", "Location")


class IdempotencyKey(TenantOwned, Base):
    """One POST that was carried out, and what was answered."""

    __tablename__ = "idempotency_key"
    __table_args__ = (own_unique("account_id", "route", "key"),)

    account_id: Mapped[UUID]
    route: Mapped[str]
    key: Mapped[str]
    payload_hash: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def idempotent(route: Callable[..., Any]) -> Callable[..., Any]:
    """The route honours the Idempotency-Key header where one is sent. Put it outermost, above the schemas."""
    return _guarded(route, ())


def idempotent_without(*secrets: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The same, for an answer that holds secrets: they are shown once and not kept, a repeated answer says null."""
    return lambda route: _guarded(route, secrets)


def _guarded(route: Callable[..., Any], secrets: tuple[str, ...]) -> Callable[..., Any]:
    @wraps(route)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            return route(*args, **kwargs)
        seat = current_seat()
        _hold(seat, key)
        earlier = _earlier(seat, key)
        if earlier is not None:
            return _again(earlier)
        with commit_held(seat.session):
            response = make_response(route(*args, **kwargs))
            seat.session.add(_row(seat, key, response, secrets))
        return response

    guarded.idempotent = True  # type: ignore[attr-defined]  # a house test asks
    return guarded


def _route() -> str:
    return f"{request.method} {request.path}"


def _payload_hash() -> str:
    """Of what was sent; a form with files by its parts, whose boundary each sender draws anew."""
    if request.mimetype != "multipart/form-data":
        return hashlib.sha256(request.get_data()).hexdigest()
    files = [[name, file.filename, _hash_of(file)] for name, file in request.files.items(multi=True)]
    return digest([list(request.form.items(multi=True)), files])


def _hash_of(file: FileStorage) -> str:
    file.stream.seek(0)
    found = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return found


def _hold(seat: Seat, key: str) -> None:
    """No other request with this key runs until this one's transaction ends."""
    if not 1 <= len(key) <= 200:
        raise Refused("幂等键最长200个字符。", en="An Idempotency-Key has at most 200 characters.")
    number = int(digest([seat.tenant.id, seat.account_id, _route(), key])[:15], 16)
    if not seat.session.scalar(select(func.pg_try_advisory_xact_lock(number))):
        raise Conflict("该请求正在办理，请稍后再试。", en="The first request with this key is still running.")


def _earlier(seat: Seat, key: str) -> IdempotencyKey | None:
    query = select(IdempotencyKey).where(
        IdempotencyKey.account_id == seat.account_id,
        IdempotencyKey.route == _route(),
        IdempotencyKey.key == key,
    )
    return seat.session.scalars(query).one_or_none()


def _again(earlier: IdempotencyKey) -> Response:
    if earlier.payload_hash != _payload_hash():
        raise Refused("同一幂等键已用于不同内容的请求。", en="This Idempotency-Key was used with another payload.")
    response = Response(earlier.body, earlier.status, earlier.headers, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _row(seat: Seat, key: str, response: Response, secrets: tuple[str, ...]) -> IdempotencyKey:
    body = response.get_data(as_text=True)
    return IdempotencyKey(
        account_id=seat.account_id,
        route=_route(),
        key=key,
        payload_hash=_payload_hash(),
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=json.dumps(json.loads(body) | dict.fromkeys(secrets)) if secrets else body,
    )

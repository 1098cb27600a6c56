"""The door: which person, at which tenant's table, this request comes from.

No seat, a foreign tenant and an unknown tenant answer the same: not found.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask_login import current_user
from sqlalchemy import or_, select

from service.accounts.models import Account, AccountDoor, ApiToken, SeatGrant
from service.kit.database import engine, request_session
from service.kit.seat import Seat
from service.kit.web import today
from tenants.db import FencedSession, acting_for
from tenants.errors import Missing
from tenants.models import Tenant, by_slug


def hang(app: Flask) -> None:
    """Every request under /t/<slug>/ passes here before its route runs."""
    app.before_request(enter)
    app.url_value_preprocessor(_take_slug)
    app.url_defaults(_give_slug)


def _take_slug(_endpoint: str | None, values: dict[str, object] | None) -> None:
    g.slug = values.pop("slug", None) if values else None


def _give_slug(endpoint: str, values: dict[str, object]) -> None:
    if "slug" not in values and g.get("slug") and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values["slug"] = g.slug


def enter() -> None:
    """`g.seat` is the seat of this request, if its path names a tenant."""
    g.request_id = request.headers.get("X-Request-Id", "")[:64] or uuid4().hex
    slug = g.get("slug")
    if slug is None:
        return
    bearer = _bearer()
    with acting_for(engine(), None) as outside:
        tenant = by_slug(outside, slug)
        account = _by_token(outside, bearer, tenant) if bearer else _signed_in(outside)
        allowed = tenant and account and _may_enter(outside, account, tenant)
    if account is None:
        g.must_sign_in = True
        raise Missing()
    if not allowed or tenant is None:
        raise Missing()
    g.seat = take_seat(request_session(tenant.id), tenant, account, today(), g.request_id)
    if not g.seat.roles:
        raise Missing()


def take_seat(session: FencedSession, tenant: Tenant, account: Account, on: date, request_id: str = "") -> Seat:
    """The account's seat at that tenant's table on that day."""
    grants = session.execute(
        select(SeatGrant.role, SeatGrant.unit_id).where(
            SeatGrant.account_id == account.id,
            SeatGrant.from_date <= on,
            or_(SeatGrant.to_date.is_(None), SeatGrant.to_date >= on),
        )
    ).all()
    return Seat(
        session=session,
        tenant=tenant,
        name=account.name,
        account_id=account.id,
        roles=frozenset(role for role, _ in grants),
        unit_ids=frozenset(unit for _, unit in grants if unit),
        request_id=request_id,
    )


def _bearer() -> str | None:
    if not request.path.startswith("/api/"):
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else ""


def token_hash(token: str) -> str:
    """What is kept of a token or a one-time link."""
    return hashlib.sha256(token.encode()).hexdigest()


def _by_token(session: FencedSession, token: str, tenant: Tenant | None) -> Account | None:
    if tenant is None:
        return None
    query = (
        select(Account)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == token_hash(token),
            ApiToken.tenant_id == tenant.id,
            ApiToken.expires_at > datetime.now(UTC),
            ApiToken.revoked_at.is_(None),
            Account.active,
        )
    )
    return session.scalars(query).one_or_none()


def _signed_in(session: FencedSession) -> Account | None:
    if request.path.startswith("/api/") or not current_user.is_authenticated:
        return None
    return session.get(Account, current_user.id)


def _may_enter(session: FencedSession, account: Account, tenant: Tenant) -> bool:
    return account.active and session.get(AccountDoor, (account.id, tenant.id)) is not None


def doors(session: FencedSession, account_id: UUID) -> list[Tenant]:
    """The tenants an account may enter."""
    query = select(Tenant).join(AccountDoor, AccountDoor.tenant_id == Tenant.id)
    return list(session.scalars(query.where(AccountDoor.account_id == account_id).order_by(Tenant.region_code)))

"""Things to test with. Every call makes new ones, in tenants of the test's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID
from weakref import WeakSet

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, insert, update
from uuid_utils.compat import uuid7

from service.accounts.models import Account, AccountDoor, ApiToken, SeatGrant
from service.accounts.passwords import token_hash
from service.accounts.queries import take_seat
from service.kit.seat import Seat
from tenants.db import FencedSession, acting_for
from tenants.models import Region, Tenant
from tenants.onboarding import Furnish, Opening, open_tenant

_numbers = count(1)
_open_sessions: list[FencedSession] = []
_lasting: WeakSet[FencedSession] = WeakSet()  # those that outlive a test; between tests they hold no connection
SEATED = date(2020, 1, 1)
_NAMES = {"province": "测试省", "city": "测试市", "county": "测试县"}


def unfurnished(_session: FencedSession, _tenant: Tenant, _opening: Opening) -> None:
    """An empty house: for tests of the kernel alone."""


def a_region(engine: Engine) -> str:
    """The code of a new fictional division."""
    code = f"T{next(_numbers):05d}"
    with acting_for(engine, None) as session, session.begin():
        session.execute(insert(Region).values(code=code, name=f"测试{code}", level="county", kind="县"))
    return code


def a_tenant(
    engine: Engine,
    level: str = "province",
    parent: Tenant | None = None,
    furnish: Furnish = unfurnished,
    on: date = date(2026, 1, 1),
) -> Tenant:
    """A new tenant, below `parent` if one is given."""
    code = a_region(engine)
    opening = Opening(
        region_code=code,
        name=f"{_NAMES[level]}{code}",
        level=level,
        slug=code.lower(),
        parent_code=parent.region_code if parent else None,
    )
    return open_tenant(engine, opening, furnish, on=on, actor="test")


def put(owner: Engine, tenant: Tenant, state: str) -> None:
    """The owner role sets the state: the service's own may not."""
    with owner.begin() as connection:
        connection.execute(update(Tenant).where(Tenant.id == tenant.id).values(state=state))


def a_small_province(engine: Engine, furnish: Furnish = unfurnished) -> tuple[Tenant, Tenant, Tenant]:
    """A province, one city in it, one county in that."""
    province = a_tenant(engine, furnish=furnish)
    city = a_tenant(engine, "city", province, furnish=furnish)
    return province, city, a_tenant(engine, "county", city, furnish=furnish)


def release_seats() -> None:
    """Every session that a_seat opened is closed, a lasting one holds nothing; conftest calls it after each test."""
    while _open_sessions:
        _open_sessions.pop().close()
    for session in list(_lasting):
        if session.in_transaction():
            session.rollback()


def lasting(session: FencedSession) -> FencedSession:
    """The session, which gives its connection back after each test."""
    _lasting.add(session)
    return session


def an_account(
    engine: Engine, tenant: Tenant, *roles: str, unit: UUID | None = None, on: date = SEATED, name: str = "测试员"
) -> Account:
    """A new person who holds these roles at the tenant's table, for the unit if one is named."""
    account = Account(id=uuid7(), username=f"user{next(_numbers)}", name=name)
    with acting_for(engine, tenant.id) as session, session.begin():
        session.add(account)
        session.flush()
        session.add(AccountDoor(account_id=account.id, tenant_id=tenant.id))
        session.add_all(SeatGrant(account_id=account.id, role=role, unit_id=unit, from_date=on) for role in roles)
    return account


def a_seat(engine: Engine, tenant: Tenant, *roles: str, unit: UUID | None = None) -> Seat:
    """A new person's seat, with a session of its own, in the roles of these codes (CV, OS, LI …)."""
    account = an_account(engine, tenant, *roles, unit=unit)
    session = acting_for(engine, tenant.id)
    _open_sessions.append(session)
    seat = take_seat(session, tenant, account, date.max)
    session.rollback()  # nothing is held open until the test's first statement
    return seat


def a_token(engine: Engine, tenant: Tenant, *roles: str, unit: UUID | None = None) -> str:
    """A new person's bearer token for the API."""
    return token_of(engine, tenant, an_account(engine, tenant, *roles, unit=unit).id)


def token_of(engine: Engine, tenant: Tenant, account_id: UUID) -> str:
    """That person's bearer token for the API."""
    token = uuid7().hex
    with acting_for(engine, tenant.id) as session, session.begin():
        row = ApiToken(token_hash=token_hash(token), account_id=account_id, tenant_id=tenant.id, label="test")
        row.expires_at = datetime(2100, 1, 1, tzinfo=UTC)
        session.add(row)
    return token


def bearing(token: str, **headers: str) -> dict[str, str]:
    """The headers of an API request with this token: `bearing(token, If_Match=etag)`."""
    return {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): text for name, text in headers.items()}


def signed_in(app: Flask, engine: Engine, tenant: Tenant, *roles: str, unit: UUID | None = None) -> FlaskClient:
    """A browser in which a new person is signed in; it sends the CSRF token by itself."""
    account = an_account(engine, tenant, *roles, unit=unit)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = account.get_id()
        session["_fresh"] = True
        session["csrf_token"] = raw = uuid7().hex
    signer = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = str(signer.dumps(raw))
    return client

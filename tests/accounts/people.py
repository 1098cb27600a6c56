"""Persons who can sign in, and browsers in which they do."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update
from werkzeug.test import TestResponse

from service.accounts.models import Account
from service.accounts.passwords import password_hash
from tenants.db import acting_for
from tenants.models import Tenant
from tests.factories import an_account

PASSWORD = "correct-horse-battery"
HASH = password_hash(PASSWORD)


def a_person(engine: Engine, tenant: Tenant, *roles: str, name: str = "测试员") -> Account:
    """A person with seats and a password."""
    account = an_account(engine, tenant, *roles, name=name)
    with acting_for(engine, None) as session, session.begin():
        session.get_one(Account, account.id).password_hash = HASH
    return account


def closed(owner: Engine, account_id: UUID) -> None:
    """The account is closed: by the owner role, the service's own may not."""
    with owner.begin() as connection:
        connection.execute(update(Account).where(Account.id == account_id).values(active=False))


def found_in(response: TestResponse, pattern: str) -> str:
    """What the page shows at that place."""
    found = re.search(pattern, response.get_data(as_text=True))
    assert found, f"the page does not show {pattern}"
    return found[1]


def token_in(response: TestResponse) -> str:
    """The CSRF token of a page, as its forms send it."""
    return found_in(response, r'name="csrf_token" value="([^"]+)"')


def post(client: FlaskClient, form: str, url: str | None = None, **fields: str) -> TestResponse:
    """The form on that page, filled in and sent."""
    return client.post(url or form, data={"csrf_token": token_in(client.get(form)), **fields})


def sign_in(app: Flask, username: str, password: str = PASSWORD) -> FlaskClient:
    """A new browser, signed in by the sign-in page."""
    client = app.test_client()
    assert post(client, "/sign-in", username=username, password=password).status_code == 302
    return client

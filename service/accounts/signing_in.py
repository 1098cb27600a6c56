"""Signing in: the right password opens, five wrong ones close for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import Account
from service.accounts.passwords import matches

MOST_FAILURES = 5
CLOSED_FOR = timedelta(minutes=15)


def authenticate(session: Session, username: str, password: str, now: datetime) -> Account | None:
    """The account whose password this is; unknown, wrong, locked and ended accounts are answered alike."""
    query = select(Account).where(Account.username == username).with_for_update()
    account = session.scalars(query).one_or_none()
    right = matches(account.password_hash if account else None, password)
    if account is None or not account.active or (account.locked_until and account.locked_until > now):
        return None
    if right:
        account.failures, account.locked_until = 0, None
        return account
    account.failures += 1
    if account.failures >= MOST_FAILURES:
        account.failures, account.locked_until = 0, now + CLOSED_FOR
    return None

"""Signing in, and what a person does with the own account before any tenant is known.

An unknown username, a wrong password and an account without one are answered alike, after the same work;
five failures close the username for a quarter of an hour, whether somebody bears it or not.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from math import ceil

from redis import Redis
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.models import Account, ApiToken, Invitation
from service.accounts.passwords import matches, outdated, password_hash, token_hash
from service.accounts.queries import by_username
from service.accounts.rules import check_password, normal_username
from tenants.errors import Refused

MOST_FAILURES = 5
LOCK_SECONDS = 15 * 60
log = logging.getLogger("lianxi.accounts")


class Attempts:
    """How often a username was tried lately. An attempt is counted before it is judged: parallel ones too."""

    def __init__(self, redis: Redis, username: str) -> None:
        self._redis = redis
        self._key = "sign-in:" + hashlib.sha256(username.encode()).hexdigest()

    def count(self) -> int:
        """This attempt's number. The lock runs from the fifth; later ones do not lengthen it."""
        with self._redis.pipeline() as both:  # a count that never ends would lock for ever
            both.incr(self._key)
            both.expire(self._key, LOCK_SECONDS, nx=True)
            number = int(both.execute()[0])
        if number <= MOST_FAILURES:
            self._redis.expire(self._key, LOCK_SECONDS)
        return number

    def minutes_left(self) -> int:
        """How long the username stays closed."""
        return max(1, ceil(int(self._redis.ttl(self._key)) / 60))

    def forget(self) -> None:
        """The next attempt is the first."""
        self._redis.delete(self._key)


def sign_in(session: Session, redis: Redis, username: str, password: str) -> Account:
    """The account of that name and password; refused after five failures in a row."""
    username = normal_username(username)
    attempts = Attempts(redis, username)
    number = attempts.count()
    if number > MOST_FAILURES:
        raise _locked(attempts)
    account = by_username(session, username)
    right = matches(account.password_hash if account else None, password)
    if account is None or not right or not account.active:
        log.warning("sign-in failed, attempt %d", number)
        raise _locked(attempts) if number == MOST_FAILURES else _wrong()
    attempts.forget()
    if outdated(account.password_hash or ""):
        account.password_hash = password_hash(password)
        session.commit()
    log.info("account %s signed in", account.id)
    return account


def _wrong() -> Refused:
    return Refused(
        "用户名或口令不正确，请核对后重试。连续5次不正确的，将暂停登录15分钟。",
        en="The username or the password is not right. After five failures sign-in pauses for 15 minutes.",
    )


def _locked(attempts: Attempts) -> Refused:
    minutes = attempts.minutes_left()
    return Refused(
        f"为保护账号安全，该用户名已暂停登录，请于{minutes}分钟后再试。如忘记口令，请联系本级系统管理员。",
        en=f"To protect the account, sign-in is paused for this username; try again in {minutes} minutes.",
        source="等保三级 登录失败处理（GB/T 22239）",
    )


def invited(session: Session, token: str, now: datetime) -> tuple[Invitation, Account]:
    """The invitation behind a one-time link; an unknown, used or expired one is refused alike."""
    return _invited(session, token, now, lock=False)


def _invited(session: Session, token: str, now: datetime, *, lock: bool) -> tuple[Invitation, Account]:
    query = select(Invitation).where(Invitation.token_hash == token_hash(token))
    if lock:  # whoever waited here sees what the first one wrote
        query = query.with_for_update().execution_options(populate_existing=True)
    invitation = session.scalars(query).one_or_none()
    if invitation is None or not invitation.open_at(now):
        raise _over()
    return invitation, session.get_one(Account, invitation.account_id)


def _over() -> Refused:
    return Refused(
        "该邀请链接无效、已使用或已过期，请联系发出邀请的系统管理员重新邀请。",
        en="This invitation is not valid, was used, or has expired; ask for a new one.",
        source="邀请链接7日内有效，限用一次",
    )


def accept(session: Session, token: str, password: str, now: datetime) -> Account:
    """The invited person has a password, and the link is used up."""
    _invitation, account = _invited(session, token, now, lock=False)
    check_password(password, account.username)
    hashed = password_hash(password)
    invitation, account = _invited(session, token, now, lock=True)
    session.refresh(account, with_for_update=True)
    if account.activated:  # a link sets the first password and never another
        raise _over()
    invitation.used_at = now
    _set_password(session, account, hashed, now)
    session.commit()
    log.info("account %s was activated", account.id)
    return account


def _set_password(session: Session, account: Account, hashed: str, now: datetime) -> None:
    """The account opens with this password alone: its sessions have ended, its tokens of every tenant are revoked."""
    account.set_password(hashed)
    mine = (ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
    session.execute(update(ApiToken).where(*mine).values(revoked_at=now))


def change_password(session: Session, redis: Redis, account: Account, current: str, new: str, now: datetime) -> Account:
    """The account has a new password, and nothing that rested on the old one opens any more.

    Guessing the current password locks as signing in does.
    """
    try:
        account = sign_in(session, redis, account.username, current)
    except Refused as refusal:
        refusal.field = "current"
        raise
    check_password(new, account.username)
    if new == current:
        raise Refused("新口令不得与原口令相同。", en="The new password must differ from the old.", field="password")
    _set_password(session, account, password_hash(new), now)
    session.commit()
    log.info("account %s changed its password", account.id)
    return account

"""Passwords: argon2, and the least that one must be."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from tenants.errors import Refused

SHORTEST = 10
_hasher = PasswordHasher()
# Checked in place of an unknown person's, so that both take the same time.
_NOBODY = _hasher.hash("nobody signs in with this")


def checked_hash(password: str) -> str:
    """What is kept of a password that is long enough."""
    if len(password) < SHORTEST:
        raise Refused(f"口令至少{SHORTEST}个字符。", en=f"At least {SHORTEST} characters.", field="password")
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was kept."""
    try:
        return _hasher.verify(kept or _NOBODY, password) and kept is not None
    except VerificationError:
        return False

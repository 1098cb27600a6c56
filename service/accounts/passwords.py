"""Passwords are kept as argon2id hashes, and verified in the same time whether or not there is one."""

from __future__ import annotations

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second choice for argon2id: 19 MiB, two passes; a burst of sign-ins stays small in memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# The hash of a password that nobody knows: verified against where there is no account or no password yet.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$hzfZP59OAG0Vcygh03lkVw$JIttcOPDO6pTt4wt+bJ/KKktE5U/+znEud4C/VE5BJ0"


def password_hash(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; takes as long when none is."""
    try:
        _hasher.verify(kept or NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def new_token() -> str:
    """A secret that nobody guesses: for a one-time link or an API token."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of such a secret. It is random and long: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()

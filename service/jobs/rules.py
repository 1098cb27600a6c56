"""What an administrator may see of a job: its number, how often it was tried, and its error without anybody's data."""

from __future__ import annotations

STATES = ("dead", "waiting", "running", "done", "cancelled")
UNFINISHED = ("dead", "waiting", "running")
LONGEST = 160
# From here on an error quotes rows: the statement, its parameters, the values of a key.
_QUOTES = ("\n", "\\n", "[SQL", "DETAIL", "(Background")


def brief(error: str | None) -> str:
    """The kind of error and what it says first. Source: dossier 1.6 (三员无业务数据权限)."""
    text = error or ""
    end = min((text.find(mark) for mark in _QUOTES if mark in text), default=len(text))
    return text[: min(end, LONGEST)].rstrip()

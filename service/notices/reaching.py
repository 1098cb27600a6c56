"""Who is reached by a notice, and how: the accounts themselves, their deputies of the day, by letter, by the messenger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, bindparam, text

from config.settings import remind_at
from service.notices.rules import AT_ONCE, NEVER, Quiet, letter_at
from tenants import ledger
from tenants.db import FencedSession

LETTER, MESSAGE = "notices.letter", "notices.message"
TOGETHER = timedelta(minutes=1)  # what the messenger is sent within it is one message


@dataclass(frozen=True)
class Reached:
    """One account that is told: for itself or as a deputy; the letter that it wants, and whether the messenger is sent it."""

    account_id: UUID
    for_id: UUID | None
    deputy_id: UUID | None
    letter: str | None
    quiet: Quiet | None
    message: bool


# One statement: it runs with every notice. Whoever is told himself comes before whom he is also told for.
_REACHED = text("""
WITH away AS (
    SELECT account_id, deputy_id FROM deputy WHERE tenant_id = :tenant AND account_id = ANY(:accounts)
    AND ended_at IS NULL AND :on BETWEEN from_date AND to_date
), who AS (
    SELECT told.account_id, NULL::uuid AS for_id, away.deputy_id
    FROM unnest(:accounts) AS told (account_id) LEFT JOIN away ON away.account_id = told.account_id
    UNION ALL SELECT deputy_id, account_id, NULL FROM away
)
SELECT who.account_id, who.for_id, who.deputy_id, box.address, box.quiet_from, box.quiet_to, choice.way,
    EXISTS (SELECT FROM messenger WHERE tenant_id = :tenant AND kinds @> to_jsonb(CAST(:kind AS text))) AS message
FROM who
LEFT JOIN mailbox AS box ON box.tenant_id = :tenant AND box.account_id = who.account_id AND box.address <> ''
LEFT JOIN notice_choice AS choice
    ON choice.tenant_id = :tenant AND choice.account_id = who.account_id AND choice.kind = :kind
ORDER BY who.account_id, who.for_id NULLS FIRST
""").bindparams(bindparam("accounts", type_=ARRAY(Uuid)), bindparam("tenant", type_=Uuid), bindparam("on", type_=Date))


def reached(session: FencedSession, accounts: Iterable[UUID], kind: str, on: date) -> list[Reached]:
    """Each account that is told, once."""
    given = {"tenant": session.tenant_id, "accounts": sorted(accounts), "kind": kind, "on": on}
    found: dict[UUID, Reached] = {}
    for row in session.execute(_REACHED, given):
        found.setdefault(row.account_id, _reached(row))
    return list(found.values())


def _reached(row: Any) -> Reached:
    way = row.way or AT_ONCE
    return Reached(
        account_id=row.account_id,
        for_id=row.for_id,
        deputy_id=row.deputy_id,
        letter=way if row.address and way != NEVER else None,
        quiet=Quiet(row.quiet_from, row.quiet_to) if row.quiet_from and row.quiet_to else None,
        message=row.message and row.for_id is None,
    )


def post_letter(session: FencedSession, account_id: UUID, way: str, quiet: Quiet | None, now: datetime) -> None:
    """The letter to the account stands in the ledger; what is told until it goes stands in it too."""
    due = letter_at(way, now, remind_at(), quiet)
    ledger.post(session, LETTER, {"account": str(account_id), "way": way}, dedupe=f"{account_id}/{way}", due_at=due)


def post_message(session: FencedSession, now: datetime) -> None:
    """The message to the messenger stands in the ledger."""
    ledger.post(session, MESSAGE, {}, dedupe="messenger", due_at=now + TOGETHER)

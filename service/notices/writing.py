"""What is sent is fixed before it is sent: a letter to an account, a message to the place's messenger.

Each is a row of its own, and every try sends that row under its id. Source: issue 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from config.notices import notice_kinds
from service.accounts.models import Account
from service.accounts.queries import take_seat
from service.notices.models import Letter, Mailbox, Messenger, Notice
from service.notices.queries import readable
from service.notices.reaching import LETTER
from service.notices.rules import SHANGHAI, after_quiet
from tenants import ledger
from tenants.db import FencedSession
from tenants.ledger import Work
from tenants.models import Tenant

SEND = "notices.send"
MOST = 20  # sentences in one message; a letter has all


def write_letter(work: Work) -> None:
    """All that waits to be written to the account that way stands in one letter; in quiet hours it waits on."""
    session, now = work.session, datetime.now(UTC)
    account_id, way = UUID(work.payload["account"]), work.payload["way"]
    box = session.scalars(select(Mailbox).where(Mailbox.account_id == account_id)).one()
    later = after_quiet(now, box.quiet)
    if later > now:
        ledger.post(session, LETTER, work.payload, dedupe=f"{account_id}/{way}", due_at=later)
        return
    rows = _taken(session, account_id, way)
    told = _still_told(session, account_id, rows, now)
    if told and box.address:
        content = {"lines": [_line(row, box.locale) for row in told], "locale": box.locale}
        _send(session, Letter(channel="mail", account_id=account_id, address=box.address, content=content, made_at=now))


def _taken(session: FencedSession, account_id: UUID, way: str) -> list[Notice]:
    """What waited for the letter, in order; none of it waits any longer."""
    query = select(Notice).where(Notice.account_id == account_id, Notice.letter == way)
    rows = list(session.scalars(query.order_by(Notice.made_at, Notice.id).with_for_update()))
    for row in rows:
        row.letter = None
    return rows


def _still_told(session: FencedSession, account_id: UUID, rows: Sequence[Notice], now: datetime) -> list[Notice]:
    """What the person has not read yet and may still see."""
    account = session.scalars(select(Account).where(Account.id == account_id)).one()
    seat = take_seat(session, _tenant(session), account, now.astimezone(SHANGHAI).date())
    kinds = set(readable(seat)) if account.active and seat.sits else set[str]()
    return [row for row in rows if row.read_at is None and row.kind in kinds]


def _line(row: Notice, locale: str) -> dict[str, str]:
    """The sentence and where it leads; nothing else leaves the house."""
    kind = notice_kinds()[row.kind]
    return {"name": kind.named(locale), "sentence": kind.sentence(row.params, locale), "notice": str(row.id)}


def write_message(work: Work) -> None:
    """All that waits for the messenger stands in one message; what was told to several is said once."""
    session, now = work.session, datetime.now(UTC)
    messenger = session.scalars(select(Messenger)).one_or_none()
    waiting = update(Notice).where(Notice.message).values(message=False).returning(Notice.id)
    ids = list(session.scalars(waiting))
    rows = session.scalars(select(Notice).where(Notice.id.in_(ids)).order_by(Notice.made_at, Notice.id)).all()
    known = notice_kinds()
    once = {row.key: row for row in reversed(rows) if row.kind in known}
    if once and messenger is not None:
        told = [_line(row, "zh") | {"kind": row.kind, "key": row.key} for row in reversed(once.values())]
        content = {"lines": told[:MOST], "count": len(told)}
        _send(session, Letter(channel="hook", address=messenger.url, content=content, made_at=now))


def _send(session: FencedSession, letter: Letter) -> None:
    session.add(letter)
    session.flush()
    ledger.post(session, SEND, {"letter": str(letter.id)})


def _tenant(session: FencedSession) -> Tenant:
    return session.scalars(select(Tenant).where(Tenant.id == session.tenant_id)).one()


def tenant_said(session: FencedSession) -> dict[str, Any]:
    """The place's name and slug, as letters and messages say them."""
    tenant = _tenant(session)
    return {"name": tenant.name, "slug": tenant.slug}

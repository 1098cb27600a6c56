"""Writing: where the place's messenger of the government is, and what it is sent."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from config.notices import notice_kinds
from service.kit.command import command, note
from service.kit.seat import Seat
from service.notices import rules
from service.notices.models import Messenger
from service.notices.queries import messenger
from tenants.errors import Missing, Refused

SET = "notice.messenger"
READ = SET


@command(SET)
def set_messenger(seat: Seat, *, url: str, kinds: Sequence[str], now: datetime) -> Messenger:
    """What happens of these kinds is sent there. A new address has a new secret."""
    address, wanted = rules.checked_url(url), list(dict.fromkeys(kinds))
    if not wanted or not set(wanted) <= set(notice_kinds()):
        raise Refused("请至少选择一类通知。", en="Choose one kind or more.", field="kinds")
    row = messenger(seat.session) or Messenger(url="", secret="", revision=0)
    if row.url != address:
        row.secret = secrets.token_hex(24)
    row.url, row.kinds, row.set_by, row.set_at, row.revision = address, wanted, seat.name, now, row.revision + 1
    seat.session.add(row)
    note(seat, "messenger", host=address.split("/")[2], kinds=wanted)
    return row


@command(SET)
def drop_messenger(seat: Seat) -> None:
    """Nothing is sent to a messenger any more."""
    row = messenger(seat.session)
    if row is None:
        raise Missing()
    seat.session.delete(row)
    note(seat, "messenger", dropped=True)

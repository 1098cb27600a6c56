"""Writing: where and when a person is written to, and of what."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from config.notices import notice_kinds
from service.kit.command import command, note
from service.kit.seat import OWN, Seat
from service.notices import rules
from service.notices.models import Mailbox, NoticeChoice
from tenants import ledger
from tenants.errors import Conflict, Missing, Refused

CODE = "notices.code"


def own_account(seat: Seat) -> UUID:
    """Whose seat it is; the console has no notices of its own."""
    if seat.account_id is None:
        raise Missing()
    return seat.account_id


def _own(seat: Seat) -> Mailbox:
    account_id = own_account(seat)
    new = insert(Mailbox).values(tenant_id=seat.tenant.id, account_id=account_id).on_conflict_do_nothing()
    seat.session.execute(new)
    query = select(Mailbox).where(Mailbox.account_id == account_id).with_for_update()
    return seat.session.scalars(query, execution_options={"populate_existing": True}).one()


@command(OWN)
def ask_address(seat: Seat, *, address: str, locale: str, now: datetime) -> Mailbox:
    """A code is on its way to the address; nothing else goes there before it was typed in. Refused: again within a minute."""
    box, asked = _own(seat), rules.checked_address(address)
    if box.asked_at is not None and now < box.asked_at + rules.CODE_AGAIN:
        raise Conflict(
            "确认码刚刚发出，请一分钟后再试。", en="A code was sent just now; wait a minute.", field="address"
        )
    box.asked, box.asked_at, box.tries, box.locale = asked, now, 0, locale
    box.code = f"{secrets.randbelow(1_000_000):06d}"
    ledger.post(seat.session, CODE, {"account": str(box.account_id)}, dedupe=str(box.account_id))
    note(seat, f"mailbox:{box.account_id}", act="ask")
    return box


@command(OWN)
def confirm_address(seat: Seat, *, code: str, now: datetime) -> bool:
    """The address is the person's, if that was the code; after five wrong ones a new code is needed."""
    box = _own(seat)
    if not box.code or box.asked_at is None or now >= box.asked_at + rules.CODE_LASTS:
        raise Refused("确认码已失效，请重新发送。", en="The code is over: ask for another.", field="code")
    right = secrets.compare_digest(code.strip().encode(), box.code.encode())
    if right:
        box.address, box.confirmed_at, box.asked, box.code = box.asked, now, "", ""
    else:
        box.tries += 1
        box.code = box.code if box.tries < rules.CODE_TRIES else ""
    note(seat, f"mailbox:{box.account_id}", act="confirm", right=right)
    return right


@command(OWN)
def drop_address(seat: Seat) -> None:
    """Nothing is written to the person any more."""
    box = _own(seat)
    box.address, box.confirmed_at, box.asked, box.code = "", None, "", ""
    note(seat, f"mailbox:{box.account_id}", act="drop")


@command(OWN)
def choose(
    seat: Seat, *, ways: Mapping[str, str], quiet_from: time | None = None, quiet_to: time | None = None
) -> Mailbox:
    """The person is written to of each kind in that way, and never within the quiet hours."""
    box, quiet = _own(seat), rules.checked_quiet(quiet_from, quiet_to)
    if not set(ways) <= set(notice_kinds()) or not set(ways.values()) <= set(rules.WAYS):
        raise Refused("请从列出的类别和方式中选择。", en="Choose from the kinds and ways listed.", field="ways")
    box.quiet_from, box.quiet_to = (quiet.begins, quiet.ends) if quiet else (None, None)
    _keep(seat, box.account_id, ways)
    changed = {kind: way for kind, way in ways.items() if way != rules.AT_ONCE}
    note(seat, f"mailbox:{box.account_id}", act="choose", quiet=[str(quiet_from), str(quiet_to)], ways=changed)
    return box


def _keep(seat: Seat, account_id: UUID, ways: Mapping[str, str]) -> None:
    rows = [
        {"tenant_id": seat.tenant.id, "account_id": account_id, "kind": kind, "way": way} for kind, way in ways.items()
    ]
    if rows:
        new = insert(NoticeChoice).values(rows)
        keys = ["tenant_id", "account_id", "kind"]
        seat.session.execute(new.on_conflict_do_update(index_elements=keys, set_={"way": new.excluded.way}))

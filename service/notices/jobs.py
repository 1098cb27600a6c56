"""What this room does later: letters and messages are put together, and sent.

Sending is at least once: the other side may take it just before we die, and is sent it again under the same id.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from config.outward import read_outward
from service.notices import mail, messenger
from service.notices.choosing import CODE
from service.notices.models import Letter, Mailbox, Messenger
from service.notices.reaching import LETTER, MESSAGE
from service.notices.writing import SEND, tenant_said, write_letter, write_message
from tenants.ledger import Work


def send(work: Work) -> None:
    """The letter was taken by the other side; or there is nowhere to send it any more, and the row says so."""
    letter = work.session.scalars(select(Letter).where(Letter.id == UUID(work.payload["letter"]))).one()
    if letter.sent_at is None and not letter.dropped:
        letter.dropped = _mail(work, letter) if letter.channel == "mail" else _message(work, letter)
        letter.sent_at = None if letter.dropped else datetime.now(UTC)


def _mail(work: Work, letter: Letter) -> str:
    outward = read_outward()
    if outward.smtp is None:
        return "letters are off"
    found = mail.letter(outward, tenant_said(work.session), letter.id, letter.made_at, letter)
    mail.deliver(outward.smtp, found)
    return ""


def _message(work: Work, letter: Letter) -> str:
    found = work.session.scalars(select(Messenger)).one_or_none()
    if found is None:
        return "there is no messenger any more"
    outward = read_outward()
    body = messenger.body_of(outward, tenant_said(work.session), letter.id, letter.content)
    messenger.deliver(outward, found.url, found.secret, letter.id, body, datetime.now(UTC))
    return ""


def send_code(work: Work) -> None:
    """Whoever asked for the address is sent a code; one that was used or replaced meanwhile goes nowhere."""
    outward, account_id = read_outward(), UUID(work.payload["account"])
    box = work.session.scalars(select(Mailbox).where(Mailbox.account_id == account_id)).one()
    if outward.smtp is not None and box.code:
        mail.deliver(outward.smtp, mail.code_letter(outward, tenant_said(work.session), box))


HANDLERS = {LETTER: write_letter, MESSAGE: write_message, SEND: send, CODE: send_code}

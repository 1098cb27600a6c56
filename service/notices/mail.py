"""A letter as it goes out by SMTP: the sentences, a link to each, and nothing else of what they are about."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from config.outward import Outward, Smtp

PATIENCE = 30  # seconds to wait for the server's next word
WORDS = {
    "zh": ("{n} 条通知", "请登录查看：", "由系统自动发出，请勿回复。提醒方式可在系统的“提醒设置”中更改：", "联席"),
    "en": (
        "{n} notices",
        "Read more:",
        "Sent by the system; please do not reply. Choose how you are told at:",
        "Lianxi",
    ),
}
CODE = {
    "zh": ("邮箱确认码", "您的邮箱确认码是 {code}，30 分钟内有效。如非本人操作，请不必理会。"),
    "en": (
        "Confirm your address",
        "Your confirmation code is {code}; it lasts 30 minutes. Ignore this if it was not you.",
    ),
}


def letter(outward: Outward, place: dict[str, Any], letter_id: UUID, made_at: datetime, row: Any) -> EmailMessage:
    """The message: the same id and the same words at every try."""
    content = row.content
    many, more, footer, _name = WORDS[content["locale"]]
    lines, base = content["lines"], f"/t/{place['slug']}/notices"
    subject = lines[0]["name"] if len(lines) == 1 else many.format(n=len(lines))
    parts = [f"{line['sentence']}\n{more}{outward.link(_place(base, line))}" for line in lines]
    body = "\n\n".join([*parts, f"{footer}{outward.link(f'{base}/settings')}"])
    return message(outward, f"【{place['name']}】{subject}", body, row.address, letter_id, made_at, content["locale"])


def _place(base: str, line: dict[str, str]) -> str:
    return f"{base}/{line['notice']}/place"


def code_letter(outward: Outward, place: dict[str, Any], box: Any) -> EmailMessage:
    """The message that asks whether the address is the person's."""
    subject, body = CODE[box.locale]
    words = body.format(code=box.code)
    return message(outward, f"【{place['name']}】{subject}", words, box.asked, box.id, box.asked_at, box.locale)


def message(
    outward: Outward, subject: str, body: str, to: str, own_id: UUID, made_at: datetime, locale: str
) -> EmailMessage:
    """A plain-text message under a stable id."""
    assert outward.smtp is not None, "letters are off"
    found = EmailMessage(policy=SMTP)
    found["Subject"] = subject
    found["From"] = formataddr((WORDS[locale][3], outward.smtp.sender))
    found["To"] = to
    found["Date"] = format_datetime(made_at)
    found["Message-ID"] = f"<{own_id}.{int(made_at.timestamp())}@{urlsplit(outward.url).hostname}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(body + "\n")
    return found


def deliver(smtp: Smtp, found: EmailMessage) -> None:
    """The server has taken the message, or whatever it said is raised."""
    with _connection(smtp) as server:
        if smtp.user:
            server.login(smtp.user, smtp.password)
        server.send_message(found)


@contextmanager
def _connection(smtp: Smtp) -> Iterator[smtplib.SMTP]:
    if smtp.scheme == "smtps":
        with smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE, context=ssl.create_default_context()) as server:
            yield server
        return
    with smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE) as server:
        if smtp.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        yield server

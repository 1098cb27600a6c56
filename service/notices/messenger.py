"""A message to a messenger of the government: JSON by https, signed, to an address that is held to what it resolved to.

At least once, under a stable id (`X-Lianxi-Delivery`); the signature is HMAC-SHA256 of `timestamp.body`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
from datetime import datetime
from http.client import HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from config.outward import Outward
from service.notices.rules import may_reach

PATIENCE = 10.0  # seconds to wait for the other side's next word
MOST_READ = 4096


class NotTaken(RuntimeError):
    """The messenger did not take the message; it is tried again."""


class _Pinned(HTTPSConnection):
    """A connection to one address of a host, whatever its name stands for by now."""

    def __init__(self, parts: SplitResult, address: str, context: ssl.SSLContext) -> None:
        super().__init__(parts.hostname or "", parts.port or 443, timeout=PATIENCE, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), PATIENCE)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def body_of(outward: Outward, place: dict[str, Any], letter_id: UUID, content: dict[str, Any]) -> bytes:
    """What is sent: a text that the usual robots show, and beside it the same for programs."""
    lines, count = content["lines"], content["count"]
    link = outward.link(f"/t/{place['slug']}/notices/")
    text = [f"【{place['name']}】", *(line["sentence"] for line in lines)]
    text += [f"……共{count}条。"] if count > len(lines) else []
    said = {"msgtype": "text", "text": {"content": "\n".join([*text, link]).strip()}}
    said |= {"id": str(letter_id), "tenant": place["slug"], "count": count, "link": link}
    told = [{name: line[name] for name in ("kind", "sentence")} for line in lines]
    return json.dumps(said | {"notices": told}, ensure_ascii=False, sort_keys=True).encode()


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What proves to the receiver that the message is ours and when it was sent."""
    return "sha256=" + hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def deliver(outward: Outward, url: str, secret: str, letter_id: UUID, body: bytes, now: datetime) -> None:
    """The messenger has taken the message; anything else is raised."""
    parts, stamp = urlsplit(url), str(int(now.timestamp()))
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Lianxi-Delivery": str(letter_id)}
    headers |= {"X-Lianxi-Timestamp": stamp, "X-Lianxi-Signature": signature(secret, stamp, body)}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    context = ssl.create_default_context(cafile=str(outward.ca) if outward.ca else None)
    connection = _Pinned(parts, _address(parts, outward), context)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        _check(answer.status, answer.read(MOST_READ))
    finally:
        connection.close()


def _address(parts: SplitResult, outward: Outward) -> str:
    """The address that is connected to: of a host that we may reach, looked up once."""
    host, port = parts.hostname or "", parts.port or 443
    found = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not may_reach(host, found, outward.private_hosts):
        raise NotTaken(f"{host} is not a public address; the operator may allow it (LIANXI_WEBHOOK_PRIVATE)")
    return found[0]


def _check(status: int, answer: bytes) -> None:
    """Robots say 200 also to what they refuse, with an errcode."""
    if not 200 <= status < 300:  # a redirect too: it would lead past the check of the address
        raise NotTaken(f"the messenger answered {status}")
    try:
        said = json.loads(answer)
    except ValueError:
        return
    code = said.get("errcode", 0) if isinstance(said, dict) else 0
    if code not in (0, "0"):
        raise NotTaken(f"the messenger refused it: errcode {code}")

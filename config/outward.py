"""What the service may send outward, by the environment: letters by SMTP, and messages to a messenger of the government."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class SettingsError(RuntimeError):
    """The environment does not say enough, or says something unsafe."""


@dataclass(frozen=True)
class Smtp:
    """The server that takes our letters, and from whom they are."""

    scheme: str  # of PORTS
    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True)
class Outward:
    """What may be sent. Without an SMTP server no letter is offered to anybody."""

    url: str = ""  # under which people reach the service: what links begin with
    smtp: Smtp | None = None
    private_hosts: tuple[str, ...] = ()  # of messengers that may lie in the government's own network
    ca: Path | None = None  # certificates of its own that the messenger's is held against

    def link(self, path: str) -> str:
        """The path as an address, or nothing where nobody said under which one the service is reached."""
        return f"{self.url}{path}" if self.url else ""


NOTHING = Outward()


def read_outward(environ: Mapping[str, str] = os.environ) -> Outward:
    """What the environment says; refused where it contradicts itself."""
    url = environ.get("LIANXI_URL", "").strip().rstrip("/")
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise SettingsError(f"LIANXI_URL 应为 http 或 https 地址，现为“{url}”。LIANXI_URL must be an http(s) address.")
    ca = environ.get("LIANXI_WEBHOOK_CA", "").strip()
    hosts = (host.strip().lower() for host in environ.get("LIANXI_WEBHOOK_PRIVATE", "").split(","))
    return Outward(url, _smtp(environ, url), tuple(host for host in hosts if host), Path(ca) if ca else None)


def _smtp(environ: Mapping[str, str], url: str) -> Smtp | None:
    given, sender = environ.get("LIANXI_SMTP", "").strip(), environ.get("LIANXI_MAIL_FROM", "").strip()
    if not given:
        return None
    parts = urlsplit(given)
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingsError(
            f"LIANXI_SMTP 应形如 {'、'.join(f'{scheme}://主机:端口' for scheme in PORTS)}。"
            "LIANXI_SMTP must be smtp://, smtp+starttls:// or smtps://host:port."
        )
    if "@" not in sender or not url:
        raise SettingsError(
            "已设 LIANXI_SMTP，还须设 LIANXI_MAIL_FROM（发件地址）和 LIANXI_URL（访问地址）。"
            "LIANXI_SMTP needs LIANXI_MAIL_FROM and LIANXI_URL as well."
        )
    return _server(parts, sender)


def _server(parts: SplitResult, sender: str) -> Smtp:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme], sender, user, password)

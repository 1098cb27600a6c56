"""Settings: one frozen object read from the environment. A missing secret in production is no start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from config.outward import NOTHING, Outward, SettingsError, read_outward

__all__ = ["Settings", "SettingsError", "hosts_in", "normal_url", "read_settings", "remind_at"]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """All that the service reads from its surroundings."""

    env: str  # production | development | test
    database_url: str  # the app role
    redis_url: str
    secret_key: str
    owner_url: str | None = None  # the owner role; migrations only
    data: Path = Path(".data")
    log_format: str = "text"
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0  # how many stand before the service and say, each, for whom they ask
    secure_cookies: bool = False
    max_upload_bytes: int = 20 * MEGABYTE  # of one file
    session_hours: int = 12
    sign_in_rate: str = "30 per minute"
    pool_size: int = 5
    outward: Outward = NOTHING  # letters and messages; nothing unless it is set
    sweep_seconds: float = 15.0  # between two looks for bells that were lost

    @property
    def production(self) -> bool:
        return self.env == "production"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings as the environment gives them."""
    env = environ.get("LIANXI_ENV", "development")
    production = env == "production"
    return Settings(
        env=env,
        database_url=_needed(environ, "DATABASE_URL"),
        redis_url=_needed(environ, "REDIS_URL"),
        secret_key=_needed(environ, "SECRET_KEY"),
        owner_url=environ.get("DATABASE_OWNER_URL") or None,
        data=Path(environ.get("LIANXI_DATA", ".data")),
        log_format=environ.get("LIANXI_LOG") or ("json" if production else "text"),
        trusted_hosts=hosts_in(environ),
        trusted_proxies=_number(environ, "LIANXI_TRUSTED_PROXIES"),
        secure_cookies=environ.get("LIANXI_SECURE_COOKIES", "1" if production else "0") == "1",
        max_upload_bytes=_number(environ, "LIANXI_UPLOAD_MB", 20) * MEGABYTE,
        sweep_seconds=float(_number(environ, "LIANXI_SWEEP_SECONDS", 15)),
        outward=read_outward(environ),
        sign_in_rate=environ.get("LIANXI_SIGN_IN_RATE", "30 per minute"),
    )


def remind_at(environ: Mapping[str, str] = os.environ) -> time:
    """The time of day, in China, at which people are reminded and digests go out."""
    said = environ.get("LIANXI_REMIND_AT", "").strip() or "08:30"
    try:
        return time.fromisoformat(said)
    except ValueError as error:
        raise SettingsError(f"LIANXI_REMIND_AT 应为时刻，如 08:30，现为“{said}”。It must be a time of day.") from error


def hosts_in(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names under which people reach the service; none: under any."""
    return tuple(host.strip() for host in environ.get("LIANXI_TRUSTED_HOSTS", "").split(",") if host.strip())


def _number(environ: Mapping[str, str], name: str, otherwise: int = 0) -> int:
    value = environ.get(name, "").strip() or str(otherwise)
    if not (value.isascii() and value.isdecimal()):
        raise SettingsError(f"{name} 应为非负整数，现为“{value}”。{name} must be a whole number, 0 or more.")
    return int(value)


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise SettingsError(f"{name} is not set; the service does not start without it")
    return normal_url(value) if name == "DATABASE_URL" else value


def normal_url(url: str) -> str:
    """The same PostgreSQL address, naming the driver that is installed."""
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url

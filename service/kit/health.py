"""/healthz: the process is alive. /readyz: database, queue and migrations are as they should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text

from service.kit.database import engine
from tenants.db import acting_for

health = Blueprint("health", __name__)
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@health.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether the service can do its work, part by part."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    ready = all(state == "ok" for state in parts.values())
    return jsonify(status="ready" if ready else "not ready", **parts), 200 if ready else 503


def _state(check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:
        return type(error).__name__


def _database() -> str:
    with acting_for(engine(), None) as session:
        session.execute(text("SELECT 1"))
    return "ok"


def _queue() -> str:
    return "ok" if current_app.extensions["lianxi.redis"].ping() else "no answer"


def _migrations() -> str:
    with acting_for(engine(), None) as session:
        current = set(session.scalars(text("SELECT version_num FROM alembic_version")))
    return "ok" if current == expected_heads() else "pending"


@cache
def expected_heads() -> frozenset[str]:
    """The revision this code was written for, read from the migrations without Alembic, which would stay in memory."""
    texts = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    return frozenset(_named("revision", texts) - _named("down_revision", texts))


def _named(which: str, texts: list[str]) -> set[str]:
    return {found for text in texts for found in re.findall(rf'^{which} = "(\w+)"$', text, re.MULTILINE)}


CHECKS: dict[str, Callable[[], str]] = {"database": _database, "queue": _queue, "migrations": _migrations}

"""THE list of rooms. The app, the migrations and the house tests read it; a room not listed here is not built."""

from __future__ import annotations

from functools import cache
from importlib import import_module, util
from types import ModuleType

from sqlalchemy import MetaData

from service.kit import idempotency
from tenants import answers, audit, dispatch, exchange, ledger, models, offers, rollup, texts
from tenants.db import Base

ROOMS: tuple[str, ...] = (
    "accounts",
    "jobs",
    "files",
    "notices",
    "filters",
    "calendar",
    "charter",
    "patterns",
    "members",
    "plans",
    "tasks",
    "breakdown",
    "measures",
    "dispatches",
    "submissions",
    "meetings",
    "agendas",
    "invitations",
    "sittings",
    "minutes",
    "matters",
    "consultations",
    "supervision",
    "batches",
    "statistics",
    "reforms",
    "oversight",
    "reports",
    "obligations",
    "handbook",
    "reminders",
)
# Rows that belong to no room.
KERNEL = (answers, audit, dispatch, exchange, idempotency, ledger, models, offers, rollup, texts)


def parts(kind: str) -> list[ModuleType]:
    """That module of every room that has one: `parts("pages")`, `parts("api")`, `parts("models")`."""
    names = [f"service.{room}.{kind}" for room in ROOMS]
    return [import_module(name) for name in names if _exists(name)]


def _exists(name: str) -> bool:
    try:
        return util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def metadata() -> MetaData:
    """The shape of the whole database: the kernel's tables and every room's."""
    parts("models")
    return Base.metadata


@cache
def handlers() -> dict[str, ledger.Handler]:
    """What the worker can do: the kernel's relays, and each room's `jobs.HANDLERS`."""
    table: dict[str, ledger.Handler] = {
        exchange.RELAY: exchange.relay,
        offers.RELAY: offers.relay,
        texts.RELAY: texts.relay,
        dispatch.RELAY: dispatch.relay,
        answers.RELAY: answers.relay,
    }
    for module in parts("jobs"):
        table |= module.HANDLERS
    return table


# Whoever imports the list has every table that a room's rows may point at, those of rooms above it too.
parts("models")

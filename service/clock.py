"""The clock: one process that rings the bells that were lost."""

from __future__ import annotations

import logging
import signal
from threading import Event

from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from config.settings import read_settings
from service.kit import logs
from service.kit.bell import doorbell
from tenants import ledger
from tenants.db import fenced_engine, stand

log = logging.getLogger("lianxi.clock")


def main() -> None:
    """Sweep until told to stop."""
    settings = read_settings()
    logs.configure(settings.log_format)
    engine = fenced_engine(settings.database_url, pool_size=1)
    stopped = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    stand(engine, stopped.wait)
    ledger.hang_doorbell(doorbell(Redis.from_url(settings.redis_url)))
    while not stopped.wait(settings.sweep_seconds):
        _sweep(engine)


def _sweep(engine: Engine) -> None:
    """The bells that are due have been rung; a database that does not answer is one line, and the next sweep's work."""
    try:
        rung = ledger.sweep(engine)
    except OperationalError as error:
        log.warning("the database did not answer (%s); the next sweep tries again", type(error.orig).__name__)
        return
    if rung:
        log.info("rang %d bells again", rung)


if __name__ == "__main__":
    main()

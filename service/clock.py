"""The clock: one process that rings the bells that were lost."""

from __future__ import annotations

import logging
import signal
from threading import Event

from redis import Redis
from sqlalchemy.exc import OperationalError

from config.settings import read_settings
from service.kit import logs
from service.kit.bell import doorbell
from tenants import ledger
from tenants.db import fenced_engine, refuse_privileged

SWEEP_SECONDS = 15
log = logging.getLogger("lianxi.clock")


def main() -> None:
    """Sweep until told to stop."""
    settings = read_settings()
    logs.configure(settings.log_format)
    engine = fenced_engine(settings.database_url, pool_size=1)
    refuse_privileged(engine)
    ledger.hang_doorbell(doorbell(Redis.from_url(settings.redis_url)))
    stopped = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopped.set())
    while not stopped.wait(SWEEP_SECONDS):
        try:
            rung = ledger.sweep(engine)
        except OperationalError:
            log.warning("the database did not answer; the next sweep tries again")
            continue
        if rung:
            log.info("rang %d bells again", rung)


if __name__ == "__main__":
    main()

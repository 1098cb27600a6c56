"""The worker: RQ brings the id of a job, the ledger has the rest."""

from __future__ import annotations

import logging
from functools import cache
from time import sleep
from uuid import UUID

from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from config.settings import read_settings
from service.kit import logs
from service.kit.bell import doorbell, queue
from service.rooms import handlers
from tenants import ledger
from tenants.db import fenced_engine, stand

log = logging.getLogger("lianxi.worker")


def answer(tenant_id: str, job_id: str) -> None:
    """The job has been done, put off, or was done already; where the database died under it, it is still due."""
    try:
        ledger.run(_engine(), UUID(tenant_id), UUID(job_id), handlers())
    except OperationalError as error:
        log.warning("job %s: the database did not answer (%s); the job is still due", job_id, type(error.orig).__name__)


@cache
def _engine() -> Engine:
    return fenced_engine(read_settings().database_url, pool_size=2)


def main() -> None:
    """Work until told to stop.

    No child is forked for each job: measured, that took longer than the work, and a killed worker left an orphan.
    What a death leaves undone is still due in the ledger.
    """
    settings = read_settings()
    logs.configure(settings.log_format)
    redis = Redis.from_url(settings.redis_url)
    stand(_engine(), sleep)
    ledger.hang_doorbell(doorbell(redis))
    handlers()
    SimpleWorker([queue(redis)], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")


if __name__ == "__main__":
    main()

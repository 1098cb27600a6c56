"""The worker: RQ brings the id of a job, the ledger has the rest."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from config.settings import read_settings
from service.kit import logs
from service.rooms import handlers
from tenants import ledger
from tenants.db import fenced_engine, refuse_privileged

QUEUE = "ledger"
_KEPT: dict[str, Any] = {"result_ttl": 0, "failure_ttl": 3600, "job_timeout": 3600}  # seconds


def queue(redis: Redis) -> Queue:
    """The one queue: it carries ids only."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def doorbell(redis: Redis) -> ledger.Ring:
    """A bell that rings there; one that nobody has answered yet is not hung up twice."""
    line = queue(redis)

    def ring(tenant_id: UUID, job_id: UUID) -> None:
        if redis.lpos(line.key, job_id.hex) is None:
            ids = (str(tenant_id), str(job_id))
            line.enqueue("service.worker.answer", *ids, job_id=job_id.hex, **_KEPT)

    return ring


def answer(tenant_id: str, job_id: str) -> None:
    """The job has been done, put off, or was done already."""
    ledger.run(_engine(), UUID(tenant_id), UUID(job_id), handlers())


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
    refuse_privileged(_engine())
    ledger.hang_doorbell(doorbell(redis))
    handlers()
    SimpleWorker([queue(redis)], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")


if __name__ == "__main__":
    main()

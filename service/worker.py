"""The worker: RQ brings the id of a job, the ledger has the rest."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine

from config.settings import read_settings
from service.kit import logs
from service.rooms import handlers
from tenants import ledger
from tenants.db import fenced_engine, refuse_privileged

QUEUE = "ledger"


def queue(redis: Redis) -> Queue:
    """The one queue: it carries ids only."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def doorbell(redis: Redis) -> ledger.Ring:
    """A bell that rings there."""
    line = queue(redis)

    def ring(tenant_id: UUID, job_id: UUID) -> None:
        line.enqueue(
            "service.worker.answer", str(tenant_id), str(job_id), result_ttl=0, failure_ttl=3600, job_timeout=3600
        )

    return ring


def answer(tenant_id: str, job_id: str) -> None:
    """The job has been done, put off, or was done already."""
    engine = _engine()
    engine.dispose(close=False)  # a forked child never speaks on its parent's connections
    ledger.run(engine, UUID(tenant_id), UUID(job_id), handlers())


@cache
def _engine() -> Engine:
    return fenced_engine(read_settings().database_url, pool_size=2)


def main() -> None:
    """Work until told to stop."""
    settings = read_settings()
    logs.configure(settings.log_format)
    redis = Redis.from_url(settings.redis_url)
    refuse_privileged(_engine())
    _engine().dispose()
    ledger.hang_doorbell(doorbell(redis))
    handlers()
    Worker([queue(redis)], connection=redis, serializer=JSONSerializer).work(logging_level="WARNING")


if __name__ == "__main__":
    main()

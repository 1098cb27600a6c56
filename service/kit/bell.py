"""The bell that RQ hangs in Redis: it carries the id of a job, the ledger has the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tenants import ledger

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

"""A dispatch from one province to thousands of places: sent, delivered, carried by the worker, read at both ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from redis import Redis
from sqlalchemy import create_engine, delete, func, select, text, update
from uuid_utils.compat import uuid7

from benchmarks.changing import hung
from benchmarks.data import AFTER, CITY, PROVINCE, tenant
from benchmarks.memory import megabytes
from benchmarks.stage import House
from benchmarks.statements import instead, replay, said_by
from service.dispatches.commands import DispatchText, send_draft, write_draft
from service.kit.bell import doorbell
from service.kit.seat import Seat
from service.rooms import handlers
from tenants import dispatch, ledger
from tenants.db import acting_for
from tenants.dispatch import DispatchPlace
from tenants.ledger import Bell, Job
from tenants.models import children

TEXT = "请各地对辖区内从业主体逐一核实，按月更新台账，发现的问题随时上报。" * 12
PATIENCE = 900.0  # seconds
# The rows of a dispatch to every place below, as the database makes them by itself: no seal, no record of it.
SET_BASED = tuple(
    text(statement)
    for statement in (
        "INSERT INTO dispatch (tenant_id, id, kind, year, number, title, wording, state, ended_why, sent_by, sent_at,"
        " revision) VALUES (:of, :new, 'task', 1990, 1, '摸底', 1, 'open', '', '省', now(), 1)",
        "INSERT INTO dispatch_place (tenant_id, id, dispatch_id, receiver_id, wording, answers, state, words,"
        " acknowledged, verdict, verdict_text, verdicts, ended_why) SELECT :of, gen_random_uuid(), :new, id, 0, 0, '',"
        " '', 0, '', '', 0, '' FROM tenant WHERE parent_id = :of",
        "WITH job AS (INSERT INTO ledger_job (tenant_id, id, kind, payload, dedupe, state, attempts, due_at,"
        " progress_done, progress_total) SELECT :of, gen_random_uuid(), 'dispatch.relay',"
        " jsonb_build_object('dispatch', CAST(:new AS text), 'to', id), concat(CAST(:new AS text), ':', id),"
        " 'waiting', 0, now(), 0, 0 FROM tenant WHERE parent_id = :of RETURNING id)"
        " INSERT INTO bell (tenant_id, job_id, due_at) SELECT :of, id, now() FROM job",
    )
)


@contextmanager
def gathered(house: House) -> Iterator[None]:
    """Every place that stands alone in the house stands directly below its province, for as long as this lasts."""
    owner = create_engine(house.at.owner)
    above = tenant(house.engine, PROVINCE).id
    alone = "UPDATE tenant SET parent_id = :above WHERE parent_id IS NULL AND level = 'county' RETURNING id"
    with owner.begin() as connection:
        moved = list(connection.execute(text(alone), {"above": above}).scalars())
    try:
        yield
    finally:
        with owner.begin() as connection:
            connection.execute(text("UPDATE tenant SET parent_id = NULL WHERE id = ANY(:ids)"), {"ids": moved})
        owner.dispose()


class Sender:
    """The province of a house, which sends to every place directly below it."""

    def __init__(self, house: House) -> None:
        self.house, self.engine, self.tenant = house, house.engine, tenant(house.engine, PROVINCE)
        with acting_for(self.engine, self.tenant.id) as session:
            self.places = [place.id for place in children(session, self.tenant.id)]
        self.jobs: list[UUID] = []
        self.written()

    def written(self) -> None:
        """One more dispatch waits to be sent."""
        due = AFTER + timedelta(days=30)
        words = DispatchText("task", "摸清家政企业底数", TEXT, due, "training", places=self.places)
        with self._seat() as seat:
            self.draft_id = write_draft(seat, words, on=AFTER).id

    def sent(self) -> None:
        """It is numbered, sealed, recorded, and on its way to all of them."""
        with self._seat() as seat:
            self.sent_id = send_draft(seat, self.draft_id, on=AFTER).id

    def set_based(self) -> None:
        """The bare rows of as much, taken back."""
        row = {"of": self.tenant.id, "new": uuid7()}
        with acting_for(self.engine, self.tenant.id) as session:
            for statement in SET_BASED:
                session.execute(statement, row)
            session.rollback()

    def ready(self) -> None:
        """Something is on its way that has not arrived."""
        if not self.jobs:
            self.written()
            self.sent()
            self.jobs = self.on_the_way()

    def on_the_way(self) -> list[UUID]:
        with acting_for(self.engine, self.tenant.id) as session:
            mine = Job.payload["dispatch"].astext == str(self.sent_id)
            return list(session.scalars(select(Job.id).where(Job.kind == dispatch.RELAY, mine)))

    def delivered(self) -> None:
        """One place has it in its own rows, and its sender knows."""
        assert ledger.run(self.engine, self.tenant.id, self.jobs.pop(), handlers())

    def bare_row(self) -> Any:
        """An act that puts the row of one delivery into its receiver's rows once more."""
        self.ready()
        [(statement, given)] = [one for one in said_by(self.engine, self.delivered) if _RECEIVED in one[0]]
        return partial(_again, self, statement, given)

    def dropped(self) -> None:
        """Nothing of it is on its way any more."""
        self.jobs = []
        with acting_for(self.engine, self.tenant.id) as session, session.begin():
            waiting = select(Job.id).where(Job.kind == dispatch.RELAY, Job.state == "waiting")
            session.execute(delete(Bell).where(Bell.tenant_id == self.tenant.id, Bell.job_id.in_(waiting)))
            session.execute(update(Job).where(Job.id.in_(waiting)).values(state="cancelled"))

    def carried(self) -> tuple[float, float, float]:
        """All of it sent here and carried by the worker of `lianxi up`: seconds to send, seconds in all, most megabytes."""
        self.written()
        most, start = 0.0, monotonic()
        with Redis.from_url(self.house.at.redis) as redis, hung(doorbell(redis)):
            self.sent()
        sent = monotonic() - start
        while self.arrived() < len(self.places):
            assert monotonic() - start < PATIENCE, "the worker does not answer"
            most = max(most, megabytes(self.house.pid)[1])
            sleep(1)
        return sent, monotonic() - start, max(most, megabytes(self.house.pid)[1])

    def arrived(self) -> int:
        """In how many places the last one stands."""
        mine = (DispatchPlace.dispatch_id == self.sent_id, DispatchPlace.arrived_at.is_not(None))
        with acting_for(self.engine, self.tenant.id) as session:
            return session.scalar(select(func.count()).select_from(DispatchPlace).where(*mine)) or 0

    @contextmanager
    def _seat(self) -> Iterator[Seat]:
        with acting_for(self.engine, self.tenant.id) as session:
            yield Seat(session, self.tenant, "benchmark", console=True)


_RECEIVED = "INSERT INTO received_dispatch "


def _again(sender: Sender, statement: str, given: Any) -> None:
    new = {given["id"]: uuid7(), given["dispatch_id"]: uuid7()}
    replay(sender.engine, given["tenant_id"], [(statement, instead(given, new))], commit=True)


def pages(house: House) -> Sequence[partial[str]]:
    """What the city's inbox and the province's list show, read whole."""
    return (
        partial(house.city.get, f"/t/{CITY}/dispatches/inbox/?per_page=10"),
        partial(house.province.get, f"/t/{PROVINCE}/dispatches/sent/?per_page=10"),
    )

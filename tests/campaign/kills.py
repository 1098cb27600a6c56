"""Publications travel up while the workers are killed at random: none may be lost, none may count twice.

`python -m tests.campaign.kills --publications 1000 --kills 50`
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from uuid import UUID

import click
from redis import Redis
from sqlalchemy import Engine, func, select, update

from service.embedded import Endpoints, running
from service.kit.bell import doorbell
from service.migrating import migrate
from tenants import audit, exchange, ledger, rollup
from tenants.audit import AuditEntry
from tenants.db import FencedSession, acting_for, fenced_engine
from tenants.exchange import Delivery, Publication
from tenants.ledger import Bell, Job
from tenants.models import Tenant
from tenants.rollup import Entry, Figure
from tests.factories import a_tenant

PERIOD = "2026Q3"
PATIENCE = 600.0  # seconds
Say = Callable[[str], None]


@dataclass(frozen=True)
class Tree:
    """A province, its cities, and the counties, which publish."""

    province: Tenant
    cities: list[Tenant]
    counties: dict[UUID, Tenant]  # by id

    @property
    def receivers(self) -> list[Tenant]:
        return [self.province, *self.cities]


@dataclass(frozen=True)
class Outcome:
    """What is wrong at the end; nothing should be."""

    published: int
    kills: int
    seconds: float
    faults: list[str]


def campaign(at: Endpoints, *, publications: int, kills: int, workers: int = 2, seed: int = 1, say: Say) -> Outcome:
    """So many publications have travelled up through so many kills."""
    started, dice = time.monotonic(), Random(seed)
    engine, redis = fenced_engine(at.app), Redis.from_url(at.redis)
    ledger.hang_doorbell(doorbell(redis))
    try:
        tree = plant(engine)
        with Workers(at, workers, dice) as crew:
            sent = publish_and_kill(engine, tree, crew, publications, kills, dice, say)
            settle(engine, say)
        return Outcome(sum(sent.values()), crew.killed, time.monotonic() - started, list(faults(engine, tree, sent)))
    finally:
        ledger.hang_doorbell(None)
        engine.dispose()
        redis.close()


def plant(engine: Engine) -> Tree:
    """The province has three cities with four counties each."""
    province = a_tenant(engine)
    cities = [a_tenant(engine, "city", province) for _ in range(3)]
    counties = [a_tenant(engine, "county", city) for city in cities for _ in range(4)]
    return Tree(province, cities, {county.id: county for county in counties})


class Workers:
    """Worker processes of the service; killed ones are replaced."""

    def __init__(self, at: Endpoints, count: int, dice: Random) -> None:
        self._surroundings = os.environ | {"DATABASE_URL": at.app, "REDIS_URL": at.redis, "SECRET_KEY": "campaign"}
        self._count, self._dice = count, dice
        self._crew: list[subprocess.Popen[bytes]] = []
        self.killed = 0

    def __enter__(self) -> Workers:
        self._crew = [self._start() for _ in range(self._count)]
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._crew:
            self._end(process)

    def _start(self) -> subprocess.Popen[bytes]:
        quiet = subprocess.DEVNULL
        command = [sys.executable, "-m", "service.worker"]
        return subprocess.Popen(
            command, stdin=quiet, stdout=quiet, stderr=quiet, env=self._surroundings, start_new_session=True
        )

    def kill_one(self) -> None:
        """A worker dies in the middle of whatever it does; another takes its place."""
        place = self._dice.randrange(self._count)
        self._end(self._crew[place])
        self.killed += 1
        self._crew[place] = self._start()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()


def publish_and_kill(
    engine: Engine, tree: Tree, crew: Workers, publications: int, kills: int, dice: Random, say: Say
) -> Counter[UUID]:
    """Everything is published, and as many kills have happened on the way as were asked for."""
    sent: Counter[UUID] = Counter()
    fatal = set(dice.sample(range(publications), min(kills, publications)))
    for number in range(publications):
        county = dice.choice(list(tree.counties.values()))
        publish(engine, county, dice)
        sent[county.id] += 1
        if number in fatal:
            time.sleep(dice.uniform(0, 0.4))
            crew.kill_one()
        if number % 100 == 99:
            say(f"published {number + 1}/{publications}, killed {crew.killed}, under way {ledger.waiting(engine)}")
    return sent


def publish(engine: Engine, county: Tenant, dice: Random) -> None:
    done = dice.randrange(100)
    entries = [Entry("P01", Decimal(done), Decimal(100)), Entry("P06", Decimal(100 - done), None)]
    with acting_for(engine, county.id) as session, session.begin():
        rollup.hold(session, PERIOD)
        after = session.scalar(select(func.max(Publication.revision)).where(Publication.period == PERIOD)) or 0
        days = {"cutoff": date(2026, 9, 30), "on": date(2026, 10, 9)}
        told = {"after": after, "words": {}, "by": "campaign", **days}
        exchange.publish(session, county, period=PERIOD, entries=entries, **told)


def settle(engine: Engine, say: Say) -> None:
    """Nothing is under way any longer. Time is helped along: what was not answered counts as overdue at once."""
    deadline, before = time.monotonic() + PATIENCE, -1
    while left := ledger.waiting(engine):
        assert time.monotonic() < deadline, f"{left} jobs are still under way"
        if left == before:
            hasten(engine)
            ledger.sweep(engine)
        before = left
        say(f"under way {left}")
        time.sleep(2)


def hasten(engine: Engine) -> None:
    """Every bell is due now."""
    with acting_for(engine, None) as session, session.begin():
        session.execute(update(Bell).values(due_at=datetime.now(UTC)))


def faults(engine: Engine, tree: Tree, sent: Counter[UUID]) -> Iterator[str]:
    """What is lost, doubled, broken or out of step."""
    for tenant in tree.receivers:
        owed = Counter({key: count for key, count in sent.items() if is_below(tree.counties[key], tenant)})
        with acting_for(engine, tenant.id) as session:
            for fault in (*faults_of_deliveries(session, owed), *faults_of_sums(session)):
                yield f"{tenant.level} {tenant.slug}: {fault}"
    yield from faults_everywhere(engine, [*tree.receivers, *tree.counties.values()])


def faults_of_deliveries(session: FencedSession, owed: Counter[UUID]) -> Iterator[str]:
    """Every publication came, once, with one line of audit, and the newest revision counts."""
    got = Counter(session.scalars(select(Delivery.source_id)))
    if got != owed:
        yield f"{got.total()} delivered of {owed.total()}"
    lines = select(func.count()).where(AuditEntry.tenant_id == session.tenant_id)
    said = session.scalar(lines.where(AuditEntry.action == "publication.receive"))
    if said != got.total():
        yield f"{said} audit lines for {got.total()} deliveries"
    newest = session.execute(select(Figure.source_id, func.max(Figure.revision)).group_by(Figure.source_id))
    if {source: revision for source, revision in newest} != owed:
        yield "the figures are not those of the newest revisions"


def faults_of_sums(session: FencedSession) -> Iterator[str]:
    before = rollup.state_hash(session)
    rollup.rebuild(session)
    if rollup.state_hash(session) != before:
        yield "the sums differ from a rebuild"
    session.rollback()


def faults_everywhere(engine: Engine, tenants: list[Tenant]) -> Iterator[str]:
    for tenant in tenants:
        with acting_for(engine, tenant.id) as session:
            verdict = audit.verify(session)
            if not verdict.sound:
                yield f"{tenant.slug}: audit row {verdict.bad_seq}: {verdict.reason}"
            undone = session.scalars(select(Job.state).where(Job.state != "done")).all()
            if undone:
                yield f"{tenant.slug}: jobs {Counter(undone)}"


def is_below(county: Tenant, tenant: Tenant) -> bool:
    return str(county.path).startswith(f"{tenant.path}.")


@contextmanager
def fresh() -> Iterator[Endpoints]:
    """Servers of our own, migrated."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="lianxi-campaign-"))
        at = stack.enter_context(running(Path(folder)))
        migrate(at.owner)
        yield at


@click.command()
@click.option("--publications", default=1000, show_default=True)
@click.option("--kills", default=50, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(publications: int, kills: int, seed: int) -> None:
    """Exit code 1 when anything is lost or doubled."""
    with fresh() as at:
        outcome = campaign(at, publications=publications, kills=kills, seed=seed, say=click.echo)
    click.echo(f"published {outcome.published}, kills {outcome.kills}, {outcome.seconds:.0f} s")
    for fault in outcome.faults:
        click.echo(fault, err=True)
    click.echo("zero lost, zero doubled" if not outcome.faults else f"{len(outcome.faults)} faults")
    sys.exit(bool(outcome.faults))


if __name__ == "__main__":
    main()

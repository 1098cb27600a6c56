"""One change until the root shows it, and the plain SQL that gives the same figures."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from time import sleep
from typing import Any
from uuid import UUID

from redis import Redis
from sqlalchemy import Engine, select, text

from benchmarks.data import AFTER, CITY, PERIOD, PROVINCE, tenant
from service.calendar.queries import workdays
from service.charter.queries import rule
from service.kit.bell import doorbell
from service.kit.seat import Seat
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.statistics.queries import live
from service.submissions.rules import Grace
from service.tasks.commands import resume, suspend
from service.tasks.models import Task
from tenants import ledger
from tenants.db import acting_for
from tenants.rollup import Entry

# Every figure that a place publishes, its parts side by side, as the formulas of the rooms give them.
FIGURES = text("""
WITH known AS (
    SELECT coalesce(step.state, 'not_started') AS state, coalesce(later.due_after, due0) AS due, due0,
           claimed_on, coalesce(done_on <= :on, false) AS done
    FROM task
    LEFT JOIN LATERAL (SELECT state FROM task_event AS e WHERE (e.tenant_id, e.task_id) = (task.tenant_id, task.id)
        AND "on" <= :on ORDER BY "on" DESC, id DESC LIMIT 1) AS step ON true
    LEFT JOIN LATERAL (SELECT due_after FROM extension AS e WHERE (e.tenant_id, e.task_id) = (task.tenant_id, task.id)
        AND granted_on <= :on ORDER BY granted_on DESC, id DESC LIMIT 1) AS later ON true
    WHERE year = :year AND EXISTS (SELECT FROM plan AS p
        WHERE (p.tenant_id, p.id) = (task.tenant_id, task.plan_id) AND kind = 'annual') AND EXISTS (SELECT FROM task_event AS e
        WHERE (e.tenant_id, e.task_id) = (task.tenant_id, task.id) AND verb = 'add' AND "on" <= :on)
), measured AS (
    SELECT * FROM known WHERE state NOT IN ('suspended', 'withdrawn', 'merged')
), owed AS (
    SELECT due, filed_on FROM obligation WHERE due BETWEEN :first AND :on AND state <> 'exempt'
), item AS (
    SELECT resolution.due, coalesce(resolution.done_on, task.done_on) AS done_on
    FROM resolution JOIN meeting ON (meeting.tenant_id, meeting.id) = (resolution.tenant_id, meeting_id)
    LEFT JOIN task ON (task.tenant_id, task.id) = (resolution.tenant_id, task_id)
    WHERE minutes_signed_on <= :on AND resolution.due >= :first AND resolution.kind = 'action'
), held AS (
    SELECT kind FROM meeting WHERE state = 'held' AND held_on BETWEEN :first AND :on AND EXISTS (SELECT FROM attendance
        WHERE (attendance.tenant_id, meeting_id) = (meeting.tenant_id, meeting.id) AND mode IN ('present', 'proxy'))
)
SELECT * FROM
 (SELECT count(*) FILTER (WHERE state NOT IN ('withdrawn', 'merged')) AS "P15",
         count(*) FILTER (WHERE state = 'suspended') AS "P16" FROM known) AS of_all,
 (SELECT count(*) FILTER (WHERE done) AS "P01", count(*) AS "P01 of",
         count(*) FILTER (WHERE due <= :on AND done) AS "P02", count(*) FILTER (WHERE due <= :on) AS "P02 of",
         count(*) FILTER (WHERE claimed_on <= due AND done) AS "P03",
         count(*) FILTER (WHERE due <= :on OR done) AS "P03 of",
         count(*) FILTER (WHERE claimed_on <= due0 AND done) AS "P04",
         count(*) FILTER (WHERE due0 <= :on OR done) AS "P04 of",
         count(*) FILTER (WHERE due <= :on AND (done AND claimed_on <= due) IS NOT TRUE) AS "P05",
         count(*) FILTER (WHERE due <= :on AND NOT done) AS "P06",
         count(*) FILTER (WHERE due <= :on AND NOT done) AS "P07", count(*) FILTER (WHERE due <= :on) AS "P07 of"
  FROM measured) AS of_tasks,
 (SELECT count(*) FILTER (WHERE filed_on <= due) AS "P10", count(*) FILTER (WHERE filed_on <= :on) AS "P11",
         count(*) FILTER (WHERE (filed_on <= :on) IS NOT TRUE AND due <= :missed) AS "P12",
         count(*) AS "P10 of", count(*) AS "P11 of", count(*) AS "P12 of" FROM owed) AS of_filings,
 (SELECT count(*) FILTER (WHERE due <= :on AND done_on <= :on) AS "P08", count(*) FILTER (WHERE due <= :on) AS "P08 of",
         count(*) FILTER (WHERE done_on <= :on) AS "P09", count(*) AS "P09 of" FROM item) AS of_items,
 (SELECT count(*) FILTER (WHERE kind = 'plenary') AS "P13", count(*) FILTER (WHERE kind = 'special') AS "P14"
  FROM held) AS of_meetings,
 (SELECT rules ->> 'plenary_min' AS "P13 low", rules ->> 'plenary_max' AS "P13 high", opened_on AS "P13 since"
  FROM charter JOIN tenant ON tenant.id = charter.tenant_id
  WHERE charter.state IN ('approved', 'in_force', 'superseded') AND effective_from <= :on
  ORDER BY effective_from DESC LIMIT 1) AS of_the_rule
""")
SHOWN = text("SELECT max(revision) FROM figure WHERE (tenant_id, period, source_id) = (:holder, :period, :source)")


class Change:
    """A correction of the city's figures, published and carried to the root."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.city, self.province = tenant(engine, CITY), tenant(engine, PROVINCE)
        with acting_for(engine, self.city.id) as session:
            grace = Grace(rule(session, "grace_workdays", PERIOD.end), workdays(session))
            missed = grace.last_missed(PERIOD.end)
        self.asked = {"year": PERIOD.year, "first": date(PERIOD.year, 1, 1), "on": PERIOD.end, "missed": missed}

    def recomputed_plainly(self) -> dict[str, Any]:
        """The city's figures by one statement."""
        with acting_for(self.engine, self.city.id) as session:
            return dict(session.execute(FIGURES, self.asked).mappings().one())

    def recomputed(self) -> list[Entry]:
        """The city's figures as the product computes them."""
        with acting_for(self.engine, self.city.id) as session:
            return live(session, PERIOD)

    def check(self) -> None:
        """Nothing, or the two ways do not give the same figures and are no measure of each other."""
        plain = self.recomputed_plainly()
        for entry in self.recomputed():
            held = (entry.detail or {}).get(
                "held"
            )  # P13 says whether the place met its own rule, from how often it met
            said = (held, None) if held is not None else (entry.numerator, entry.denominator)
            assert said == (plain[entry.code], plain.get(f"{entry.code} of")), entry

    def prepared(self) -> None:
        """The city's next revision will say something new: a task rests or goes on, and the words say when."""
        with self._city() as seat:
            last = seat.session.scalars(select(Task).order_by(Task.no.desc()).limit(1)).one()
            move = resume if last.state == "suspended" else suspend
            move(seat, last.id, reason="第3号批示", on=PERIOD.end)
            prepare_words(seat, PERIOD, {"experience": f"更正于{datetime.now(UTC).isoformat()}"})

    def published(self) -> None:
        """Computed, sealed, delivered, summed, read at the root, all here: each job when its bell rings."""
        rung: deque[tuple[UUID, UUID]] = deque()
        with hung(lambda *bell: rung.append(bell)):
            revision = self._publish()
            while rung:
                ledger.run(self.engine, *rung.popleft(), handlers())
        assert self._shown() == revision

    def awaited(self) -> None:
        """Computed and sealed here; the worker of `lianxi up` does the rest."""
        revision, patience = self._publish(), 2000
        while self._shown() != revision:
            patience -= 1
            assert patience, "the worker does not answer"
            sleep(0.002)

    def _publish(self) -> int:
        with self._city() as seat:
            return publish_period(seat, PERIOD, AFTER).revision

    @contextmanager
    def _city(self) -> Iterator[Seat]:
        with acting_for(self.engine, self.city.id) as session:
            yield Seat(session, self.city, "benchmark", console=True)

    def _shown(self) -> int | None:
        with acting_for(self.engine, self.province.id) as session:
            return session.scalar(SHOWN, {"holder": self.province.id, "period": str(PERIOD), "source": self.city.id})

    @contextmanager
    def rung_at(self, redis_url: str) -> Iterator[None]:
        """What is posted in this process rings there."""
        with Redis.from_url(redis_url) as redis, hung(doorbell(redis)):
            yield


@contextmanager
def hung(ring: ledger.Ring) -> Iterator[None]:
    """That bell rings in this process, for as long as this lasts."""
    ledger.hang_doorbell(ring)
    try:
        yield
    finally:
        ledger.hang_doorbell(None)

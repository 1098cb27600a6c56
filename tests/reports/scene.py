"""A small province whose places publish a quarter: in time, late, never, and corrected later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Engine, select

from service.charter.opening import furnish
from service.kit.period import Period
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.tasks.models import Task
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import ledger
from tenants.db import acting_for
from tenants.exchange import Publication
from tenants.models import Tenant
from tests.factories import a_tenant
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
PUBLISHED = date(2026, 10, 9)
LATE = date(2026, 11, 5)
DUE = date(2026, 6, 30)
LATER = date(2026, 12, 20)


@dataclass
class Scene:
    """The province and the cities below it."""

    engine: Engine
    province: Tenant
    cities: dict[str, Tenant]
    open_tasks: dict[str, list[Task]] = field(default_factory=dict)

    def work(self, name: str, done: int, late: int, later: int) -> None:
        """The place has a year of tasks: done in time, still overdue, and not due yet."""
        seat = console(self.engine, self.cities[name])
        plan = a_plan(seat)
        for _ in range(done):
            self._close(name, a_task(seat, plan, DUE))
        self.open_tasks[name] = [a_task(seat, plan, DUE) for _ in range(late)]
        for _ in range(later):
            a_task(seat, plan, LATER)

    def _close(self, name: str, task: Task) -> None:
        seat = console(self.engine, self.cities[name])
        report_progress(seat, task.id, percent=90, text="已开展", on=DUE - timedelta(days=5))
        request_close_out(seat, task.id, statement="已完成", on=DUE - timedelta(days=3))
        verify_close_out(seat, task.id, on=DUE + timedelta(days=3))

    def publish(self, name: str, on: date = PUBLISHED, **words: str) -> None:
        """The city's figures go up and arrive."""
        seat = console(self.engine, self.cities[name])
        if words:
            prepare_words(seat, Q3, words)
        publish_period(seat, Q3, on)
        self.arrive()

    def correct(self, name: str) -> None:
        """A task turns out to have been done; the city publishes again."""
        self._close(name, self.open_tasks[name].pop())
        self.publish(name, LATE)

    def arrive(self) -> None:
        list(ledger.drain(self.engine, handlers()))

    def published(self, name: str) -> Publication | None:
        """The city's newest revision, read as the city itself."""
        with acting_for(self.engine, self.cities[name].id) as session:
            query = select(Publication).where(Publication.period == str(Q3)).order_by(Publication.revision.desc())
            return session.scalars(query.limit(1)).one_or_none()


def a_quarter(engine: Engine) -> Scene:
    """甲 in time, 乙 late, 丙 silent, 丁 corrected before the report, 戊 a county below the silent one."""
    province = a_tenant(engine, furnish=furnish)
    places = {name: a_tenant(engine, "city", province, furnish) for name in "甲乙丙丁"}
    scene = Scene(engine, province, places | {"戊": a_tenant(engine, "county", places["丙"], furnish)})
    scene.work("甲", done=2, late=1, later=3)
    scene.work("乙", done=1, late=2, later=0)
    scene.work("丙", done=5, late=0, later=0)
    scene.work("丁", done=0, late=2, later=1)
    scene.publish("甲", experience="一人一码，服务可查。", problem="用房落实难。", suggestion="统一合同文本。")
    scene.publish("丁")
    scene.correct("丁")
    scene.publish("乙", LATE)
    scene.work("戊", done=1, late=0, later=0)
    scene.publish("戊", LATE)
    return scene

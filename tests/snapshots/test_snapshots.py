"""The API's specification, a page of each room, and the figures of a small fixed sample, against what was kept.

Where they differ on purpose: `make snapshot`, and read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, select

from config.catalogue import roles
from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.kit.period import Period
from service.kit.seat import Seat
from service.meetings.commands import Held, record_meeting
from service.oversight.queries import board
from service.plans.commands import agree_plan, draft_plan
from service.rooms import ROOMS, handlers
from service.statistics.commands import publish_period
from service.statistics.queries import live
from service.tasks.commands import TaskText, add_task
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants import ledger
from tenants.audit import plain
from tenants.db import acting_for
from tenants.models import Tenant
from tenants.rollup import Rollup
from tests.factories import a_small_province, signed_in
from tests.snapshots.outline import outline, settled

KEPT = Path(__file__).parent / "kept"
NOW = datetime(2026, 10, 15, 2, tzinfo=UTC)
Q3 = Period.parse("2026Q3")
SEEN = date(2026, 11, 20)
ADMINISTRATIVE = {"accounts", "jobs"}
FROM_ABOVE = {"oversight", "reports"}  # rooms that are more to see at the province
EVERYTHING = tuple(code for code, role in roles().items() if role.plane == "business")


def check(name: str, now: str) -> None:
    """It is what was kept, or is kept from now on if that was asked for."""
    path = KEPT / name
    if os.environ.get("SNAPSHOT") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(now)
    assert path.exists(), f"{name} was never kept: make snapshot"
    assert now == path.read_text(), f"{name} differs from what was kept; if on purpose: make snapshot"


@pytest.fixture(scope="module", autouse=True)
def _one_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def places(engine: Engine) -> tuple[Tenant, Tenant, Tenant]:
    """A province, a city that is silent, a county that worked a year and published the third quarter."""
    province, city, county = a_small_province(engine, furnish=furnish)
    with acting_for(engine, county.id) as session:
        work(Seat(session, county, "测试员", console=True))
    for _job in ledger.drain(engine, handlers()):
        pass
    return province, city, county


def work(seat: Seat) -> None:
    """Three tasks: one closed in time, one under way, one overdue."""
    session, on = seat.session, date(2026, 2, 2)
    plan = draft_plan(seat, year=2026, title="2026年工作要点", on=on)
    table = units(session, on)
    tasks = []
    for number, due in enumerate((date(2026, 6, 30), date(2026, 12, 20), date(2026, 8, 31))):
        lead = table[number]
        owed = duties_of(session, lead.id, on)[0]
        text = TaskText(f"第{number + 1}项任务", owed.id, lead.id, on, due, "总结")
        tasks.append(add_task(seat, plan.id, text, on=on))
    agree_plan(seat, plan.id, basis="第一次全体会议", agreed_on=on, on=on)
    report_progress(seat, tasks[1].id, percent=40, text="按计划推进", on=date(2026, 7, 1))
    report_progress(seat, tasks[0].id, percent=95, text="基本完成", on=date(2026, 6, 1))
    request_close_out(seat, tasks[0].id, statement="已完成", on=date(2026, 6, 20))
    verify_close_out(seat, tasks[0].id, on=date(2026, 6, 25))
    everyone = {unit.id: "present" for unit in table}
    record_meeting(seat, Held("plenary", "第一次全体会议", on, "张三", "convener", everyone), on)
    publish_period(seat, Q3, date(2026, 10, 9))


def test_the_specification_of_the_api(app: Flask):
    spec = app.test_client().get("/api/openapi.json").json
    check("openapi.json", json.dumps(spec, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


# Their things are shown by other rooms; a sitting has only pages of one meeting.
WITHOUT_PAGE = {"files", "sittings", "reminders"}


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in WITHOUT_PAGE])
def test_a_page_of_the_room(app: Flask, engine: Engine, places, room: str):
    tenant = places[0] if room in FROM_ABOVE else places[2]
    held = ("SA",) if room in ADMINISTRATIVE else EVERYTHING
    client = signed_in(app, engine, tenant, *held, unit=None)
    answer = client.get(first_page(app, room, tenant.slug), follow_redirects=True)
    assert answer.status_code == 200
    check(f"pages/{room}.txt", outline(answer.get_data(as_text=True)))


def first_page(app: Flask, room: str, slug: str) -> str:
    """The shortest address of the room that asks for nothing but the tenant; of oversight, the board."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(f"{room}.")]
    plain_ones = [rule for rule in rules if rule.arguments == {"slug"} and "GET" in (rule.methods or ())]
    rule = min(plain_ones, key=lambda rule: (rule.endpoint == "oversight.start", len(rule.rule)))
    return rule.rule.replace("<slug>", slug)


def test_the_figures_of_a_fixed_sample(engine: Engine, places):
    province, _city, county = places
    with acting_for(engine, county.id) as session:
        own: Any = plain([vars(entry) for entry in live(session, Q3)])
    with acting_for(engine, province.id) as session:
        seen = board(session, province, Q3, SEEN, deep=True)
        sums = session.scalars(select(Rollup).where(Rollup.tenant_id == province.id).order_by(Rollup.code))
        rolled = [[row.code, row.numerator, row.denominator, row.sources] for row in sums if row.node_id == province.id]
    figures = {
        "live": own,
        "totals": {code: total.text for code, total in sorted(seen.totals.items())},
        "coverage": [seen.reported, seen.expected],
        "rolled": plain(rolled),
    }
    check("figures.json", settled(json.dumps(figures, ensure_ascii=False, indent=1, sort_keys=True)) + "\n")

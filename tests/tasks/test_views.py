"""Many tasks at once: filters, tabs, board, calendar, timeline."""

import random
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from service.charter.opening import furnish
from service.charter.queries import duty, in_force, units
from service.kit.web import today
from service.tasks import progress
from service.tasks.choosing import at_rung, lit
from service.tasks.commands import suspend, withdraw
from service.tasks.models import Milestone, Task
from service.tasks.queries import lights, paces
from service.tasks.rules import rung
from service.tasks.views import Span
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

YEAR_END = date(2026, 12, 20)
ON = date(2026, 9, 15)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/tasks"


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def plan(seat):
    return a_plan(seat)


@pytest.fixture
def asked(app):
    """What the service asks of its database."""
    heard = []

    def hear(*_args):
        heard.append(1)

    served = app.extensions["lianxi.engine"]
    event.listen(served, "before_cursor_execute", hear)
    yield heard
    event.remove(served, "before_cursor_execute", hear)


def scattered(seat, plan, count=60):
    """Tasks in every state, on every side of every limit, with and without steps."""
    dice = random.Random(7)
    for _ in range(count):
        start = date(2026, 1, 1) + timedelta(days=dice.randrange(300))
        due = start + timedelta(days=dice.randrange(1, max(2, (date(2026, 12, 31) - start).days)))
        row = a_task(seat, plan, due, start)
        for _step in range(dice.choice((0, 0, 1, 3))):
            day = start + timedelta(days=dice.randrange((due - start).days + 1))
            done = day + timedelta(days=dice.randrange(-20, 20)) if dice.random() < 0.5 else None
            seat.session.add(Milestone(task_id=row.id, title="节点", due=day, done_on=done))
        row.percent, row.state = dice.randrange(101), dice.choice(("not_started", "in_progress", "in_progress", "close_requested", "suspended", "withdrawn"))  # fmt: skip
    seat.session.flush()


LADDERS = (
    {"supervision_levels": ["yellow", "red"], "overdue_yellow_days": 1, "overdue_red_days": 30},
    {"supervision_levels": ["blue", "orange", "red"], "overdue_yellow_days": 5, "overdue_red_days": None},
    {"supervision_levels": ["blue"], "overdue_yellow_days": None, "overdue_red_days": 3},
)


def test_the_database_sees_the_lights_and_rungs_that_the_rules_see(seat, plan):
    scattered(seat, plan)
    every = set()
    for offset in range(-120, 121, 40):
        on = ON + timedelta(days=offset)
        pace = paces(seat.session, select(Task.id))
        seen = lights(seat.session, pace, on)
        rules = dict(in_force(seat.session, on).rules)
        assert dict(seat.session.execute(select(Task.id, lit(on, rules))).all()) == seen
        every |= set(seen.values())
    assert every == {"red", "yellow", "green", "grey", None}, "every light was tried"
    for ladder in LADDERS:
        _same_rungs(seat.session, ladder)


def _same_rungs(session, ladder):
    rules = dict(in_force(session, ON).rules) | ladder
    pace = paces(session, select(Task.id))
    seen = lights(session, pace, ON)
    reached = {key: rung(one, seen[key], ON, rules) for key, one in pace.items()}
    for level in ("blue", "yellow", "orange", "red"):
        found = set(session.scalars(select(Task.id).where(at_rung(level, ON, rules))))
        assert found == {key for key, value in reached.items() if value == level}, level


def shown(client, url):
    """The tasks on a page."""
    return set(re.findall(r"/tasks/(0[0-9a-f-]{35})", client.get(url).text))


def test_each_filter_narrows_the_list_and_the_other_views_with_it(app, engine, tenant, root, seat, plan):
    other = units(seat.session, today())[1]
    late = a_task(seat, plan, date(2026, 3, 1), cooperating=[other.id])
    later = a_task(seat, plan, YEAR_END)
    rest = a_task(seat, plan, date(2026, 6, 30))
    suspend(seat, rest.id, reason="批文", on=today())
    office = signed_in(app, engine, tenant, "OS")
    field = duty(seat.session, late.duty_id).policy_field
    first, last, resting = str(late.id), str(later.id), str(rest.id)
    wanted = {
        "overdue=1": {first},
        f"unit={other.id}": {first},
        f"unit={other.id}&part=lead": set(),
        f"unit={late.lead_unit_id}&part=lead": {first, last, resting},
        "due_from=2026-05-01&due_to=2026-08-01": {resting},
        f"duty={late.duty_id}&state=suspended": {resting},
        f"field={field}&overdue=1": {first},
        "extended=1": set(),
        "extended=0&light=red": {first},
        "supervision=red": {first},
        "origin=hand&overdue=1": {first},
        "origin=table": set(),
        "origin=dispatched": set(),
        "q=2": {last},
        "q=培训总结": {first, last, resting},
        "mine=office": {first},
    }
    for query, ids in wanted.items():
        assert shown(office, f"{root}/?{query}") == ids, query
        assert shown(office, f"{root}/board?{query}") == ids, query
        assert shown(office, f"{root}/timeline?{query}") == ids, query
    for view in ("", "board", "calendar", "timeline"):
        page = office.get(f"{root}/{view}?overdue=1&month=2026-03").text
        assert f"{root}/timeline?overdue=1" in page and f"{root}/board?overdue=1" in page
    assert shown(office, f"{root}/calendar?month=2026-03") == {first}
    assert office.get(f"{root}/?field=nonsense", follow_redirects=True).status_code == 200


def counts(client, url):
    """What the tabs say, by name."""
    found = re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+)<span class="lx-count">(\d+)', client.get(url).text)
    return {name: int(count) for name, count in found}


def test_the_tabs_say_whose_and_how_many(app, engine, tenant, root, seat, plan):
    other = units(seat.session, today())[1]
    a_task(seat, plan, date(2026, 3, 1))
    asked = a_task(seat, plan, YEAR_END, cooperating=[other.id])
    progress.request_close_out(seat, asked.id, statement="已完成", on=today())
    own = signed_in(app, engine, tenant, "LI", unit=asked.lead_unit_id)
    helper = signed_in(app, engine, tenant, "LI", unit=other.id)
    director = signed_in(app, engine, tenant, "OD")
    assert counts(own, f"{root}/") == {"全部任务": 2, "待我办理": 2, "本单位任务": 2, "办公室跟进": 2}
    assert counts(helper, f"{root}/board") == {"全部任务": 2, "待我办理": 0, "本单位任务": 1, "办公室跟进": 2}
    assert counts(director, f"{root}/timeline?overdue=1") == {"全部任务": 1, "待我办理": 0, "办公室跟进": 1}
    assert shown(helper, f"{root}/?mine=unit") == {str(asked.id)}


def test_the_board_has_a_column_for_each_state_and_links_to_the_form(app, engine, tenant, root, seat, plan):
    task = a_task(seat, plan, YEAR_END)
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    page = own.get(f"{root}/board").text
    assert re.findall(r'id="lane-(\w+)"', page) == ["not_started", "in_progress", "close_requested", "closed_out", "suspended"]  # fmt: skip
    assert f"{root}/{task.id}#f-text" in page and "draggable" not in page
    assert "#f-text" not in signed_in(app, engine, tenant, "GV").get(f"{root}/board").text
    withdraw(seat, task.id, reason="批文", on=today())
    assert 'id="lane-withdrawn"' in own.get(f"{root}/board").text
    assert "没有符合条件的任务" in own.get(f"{root}/board?q=没有的").text


def test_a_column_shows_the_first_and_leads_to_the_others(app, engine, tenant, root, seat, plan):
    for _ in range(22):
        a_task(seat, plan, YEAR_END)
    page = signed_in(app, engine, tenant, "OS").get(f"{root}/board").text
    assert page.count('class="lx-task-card') == 20 and "在列表中看全部 22 项" in page


def test_the_calendar_shows_days_steps_and_which_days_are_worked(app, engine, tenant, root, seat, plan):
    task = a_task(seat, plan, date(2026, 9, 30), milestones=[("印发方案", date(2026, 9, 20))])
    office = signed_in(app, engine, tenant, "OS")
    page = office.get(f"{root}/calendar?month=2026-09").text
    assert 'id="day-2026-09-30"' in page and 'id="day-2026-09-20"' in page and "印发方案" in page
    assert "2026年9月" in page and "month=2026-08" in page and "month=2026-10" in page
    assert re.search(r'id="day-2026-09-20">.*?星期日(?! <span)', page, re.S), "worked: a make-up day"
    assert "本月没有到期" in office.get(f"{root}/calendar?month=2026-02").text
    assert office.get(f"{root}/calendar?month=nonsense").status_code == 200
    table = office.get(f"{root}/calendar?month=2026-09&format=csv").get_data().decode("utf-8-sig")
    assert table.count("\n") == 3 and "2026-09-20,是,节点,印发方案" in table
    assert str(task.id) in page


def test_the_timeline_draws_bars_steps_and_the_day_first_set_without_a_style(app, engine, tenant, root, seat, plan):
    a_task(seat, plan, date(2026, 6, 30), milestones=[("方案", date(2026, 3, 20))])
    a_task(seat, plan, YEAR_END)
    page = signed_in(app, engine, tenant, "OS").get(f"{root}/timeline").text
    assert page.count('class="lx-bar-plan') == 3 and "lx-step-open" in page and "style=" not in page
    assert 'aria-label="2026-01-10 至 2026-06-30，进度 0%"' in page


def test_days_lie_on_the_span_in_proportion():
    span = Span(date(2026, 1, 1), date(2026, 12, 31))
    assert (span.at(date(2026, 1, 1)), span.at(date(2025, 1, 1)), span.at(date(2027, 6, 1))) == ("0.00%", "0.00%", "100.00%")  # fmt: skip
    assert span.width(span.first, span.last) == "100.00%"
    assert span.width(date(2026, 1, 1), date(2026, 1, 10), 50) == f"{500 / 365:.2f}%"
    assert [month.month for month in span.months] == list(range(1, 13))


@pytest.mark.parametrize("view", ["", "board", "calendar?month=2026-12", "timeline"])
def test_a_view_of_many_asks_the_database_as_often_as_of_one(app, engine, tenant, root, seat, plan, view, asked):
    office = signed_in(app, engine, tenant, "OS")
    a_task(seat, plan, YEAR_END, milestones=[("节点", date(2026, 12, 1))])
    office.get(f"{root}/{view}")
    asked.clear()
    office.get(f"{root}/{view}")
    few = len(asked)
    for _ in range(5):
        a_task(seat, plan, YEAR_END, milestones=[("节点", date(2026, 12, 1))])
    asked.clear()
    office.get(f"{root}/{view}")
    assert len(asked) == few


def test_a_program_narrows_by_the_same_filters(client, engine, tenant, seat, plan):
    late = a_task(seat, plan, date(2026, 3, 1))
    a_task(seat, plan, YEAR_END)
    api, headers = f"/api/v1/t/{tenant.slug}/tasks", bearing(a_token(engine, tenant, "OS"))
    for query in (
        "overdue=true",
        "light=red",
        "supervision=red",
        "due_to=2026-04-01",
        "mine=office",
        "origin=hand&q=1",
    ):
        assert [row["id"] for row in client.get(f"{api}?{query}", headers=headers).json["items"]] == [str(late.id)], (
            query
        )
    assert client.get(f"{api}?light=purple", headers=headers).status_code == 422
    assert client.get(f"{api}?plan=all", headers=headers).json["total"] == 2

"""The facts of several rooms in one statement are what each room's query alone would have found."""

from datetime import date

import pytest
from sqlalchemy import event, select

from service.charter.opening import furnish
from service.kit.facts import Question
from service.kit.period import Period
from service.meetings import figures as meetings
from service.statistics.queries import live
from service.submissions import figures as submissions
from service.submissions.commands import lay_down_obligations
from service.submissions.models import Obligation
from service.tasks import figures as tasks
from tenants.errors import Refused
from tests.factories import a_tenant
from tests.work.office import a_plan, a_task, console

Q3 = Period.parse("2026Q3")
TOLD = {"year": 2026, "first": date(2026, 1, 1), "until": date(2026, 9, 30)}
QUERIES = {**tasks.FACTS, **submissions.FACTS, **meetings.FACTS}


@pytest.fixture
def seat(engine):
    seat = console(engine, a_tenant(engine, furnish=furnish))
    plan = a_plan(seat)
    for due in (date(2026, 6, 30), date(2026, 12, 20)):
        a_task(seat, plan, due)
    lay_down_obligations(seat, Period.parse("2026Q2"), date(2026, 6, 30))
    return seat


def test_each_answer_is_what_its_query_alone_finds(engine, seat):
    console(engine, a_tenant(engine, furnish=furnish))
    facts = Question(QUERIES).ask(seat.session, Q3)
    told = TOLD | {"tenant": seat.tenant.id}
    for name, query in QUERIES.items():
        assert sorted(facts[name], key=str) == sorted(map(tuple, seat.session.execute(query, told)), key=str), name
    assert len(facts["tasks"]) == 2
    assert facts["obligations"] and facts["items"] == []


def test_a_tenants_figures_are_one_question(engine, seat):
    said = []
    seat.session.connection()

    def hear(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        assert live(seat.session, Q3)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    [statement] = said
    for table in ("task", "task_event", "extension", "obligation", "charter", "resolution", "meeting", "attendance"):
        assert f"{table}.tenant_id = %(tenant)s" in statement, table


def test_what_was_not_flushed_yet_is_among_the_facts(seat):
    for row in seat.session.scalars(select(Obligation)):
        row.state = "exempt"
    assert {state for _due, _filed, state in Question(QUERIES).ask(seat.session, Q3)["obligations"]} == {"exempt"}
    seat.session.rollback()


def test_figures_of_a_day_without_a_charter_are_refused(seat):
    with pytest.raises(Refused, match="没有施行中的联席会议制度"):
        live(seat.session, Period.parse("2001Q1"))

"""Whoever has something to do is reminded of it by the charter's rule, once for each thing and rung."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from config.settings import SettingsError, remind_at
from service.charter.commands import set_rules
from service.charter.opening import furnish
from service.charter.queries import lead_units, units
from service.kit.period import Period
from service.matters.consulting import reply
from service.matters.models import Instruction
from service.notices.daily import DAILY
from service.notices.models import Notice
from service.notices.rules import next_time
from service.reminders.jobs import HANDLERS
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.models import Obligation
from service.tasks.commands import add_milestone
from tenants import ledger
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.factories import a_tenant, an_account
from tests.invitations.conference import planned, staffed
from tests.invitations.conference import tell as notify
from tests.matters.course import DAY, Table
from tests.minutes.scene import LATE, SENT, a_scene
from tests.reminders.rounds import go_round, reminded
from tests.work.office import a_plan, a_task, console

DUE = date(2026, 6, 30)
TASK = ("task_due", "task_overdue")


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


def before(days: int, day: date = DUE) -> date:
    return day - timedelta(days=days)


def test_a_task_is_told_ten_three_and_one_day_before_and_once_it_is_overdue(engine, tenant, seat):
    lead, office = (lead_units(seat.session, DAY)[0].id, an_account(engine, tenant, "OS").id)
    liaison = an_account(engine, tenant, "LI", unit=lead).id
    other = an_account(engine, tenant, "LI", unit=units(seat.session, DAY)[-1].id).id
    a_task(seat, a_plan(seat), DUE)
    told = []
    for left in (11, 10, 10, 7, 3, 1, 0, -1, -5, -1):
        go_round(engine, tenant, before(left))
        told.append(len(reminded(engine, tenant, liaison, *TASK)))
    assert told == [0, 1, 1, 1, 2, 3, 3, 4, 4, 4]
    assert reminded(engine, tenant, liaison, *TASK) == ["task_due"] * 3 + ["task_overdue"]
    assert reminded(engine, tenant, office, *TASK) == ["task_overdue"]
    assert reminded(engine, tenant, other, *TASK) == []


def test_the_days_are_those_of_the_charter(engine, tenant, seat):
    in_force(engine, tenant, lambda office: set_rules(office, {"due_reminder_days": [20]}), since=date(2026, 1, 5))
    liaison = an_account(engine, tenant, "LI", unit=lead_units(seat.session, DAY)[0].id).id
    a_task(seat, a_plan(seat), DUE)
    go_round(engine, tenant, before(21))
    assert reminded(engine, tenant, liaison, *TASK) == []
    for left in (20, 10, 3):
        go_round(engine, tenant, before(left))
    assert reminded(engine, tenant, liaison, *TASK) == ["task_due"]


def test_a_later_day_is_told_anew(engine, tenant, seat):
    liaison = an_account(engine, tenant, "LI", unit=lead_units(seat.session, DAY)[0].id).id
    row = a_task(seat, a_plan(seat), DUE)
    go_round(engine, tenant, before(3))
    row.due = DUE + timedelta(days=30)
    seat.session.commit()
    go_round(engine, tenant, before(3, row.due))
    assert reminded(engine, tenant, liaison, *TASK) == ["task_due"] * 2


def test_milestones_are_told_to_who_leads(engine, tenant, seat):
    liaison = an_account(engine, tenant, "LI", unit=lead_units(seat.session, DAY)[0].id).id
    row = a_task(seat, a_plan(seat), DUE)
    add_milestone(seat, row.id, title="完成初稿", due=date(2026, 4, 30), on=date(2026, 3, 1))
    go_round(engine, tenant, date(2026, 4, 29))
    go_round(engine, tenant, date(2026, 5, 1))
    assert reminded(engine, tenant, liaison, "milestone_due", "milestone_overdue") == [
        "milestone_due",
        "milestone_overdue",
    ]


def test_what_a_unit_owes_is_told_until_it_has_filed(engine, tenant, seat):
    first, second = (unit.id for unit in units(seat.session, DAY)[:2])
    filed, silent = (an_account(engine, tenant, "LI", unit=unit).id for unit in (first, second))
    lay_down_obligations(seat, Period.parse("2026Q1"), date(2026, 1, 2))
    owed = seat.session.scalars(select(Obligation).where(Obligation.unit_id == first)).all()
    due = owed[0].due
    for one in owed:
        file_submission(seat, one.id, text="已办理", on=before(20, due))
    go_round(engine, tenant, before(3, due))
    assert "owed_due" in reminded(engine, tenant, silent) and "owed_due" not in reminded(engine, tenant, filed)
    with acting_for(engine, tenant.id) as session:
        rows = session.scalars(select(Notice).where(Notice.account_id == silent, Notice.kind == "owed_due")).all()
    assert {row.endpoint for row in rows} <= {"submissions.show", "submissions.index"}
    assert all(row.params["what"].startswith("@obligation_kind.") for row in rows)


def test_consent_that_was_asked_is_told_until_it_was_given(engine, tenant, seat):
    table = Table(engine, tenant, seat)
    answered, silent = table.rep("FIN"), table.rep("STAX")
    row = table.asked(("设立专项资金", "CZ1"), ("落实税收优惠", "TX1"))
    reply(answered, row.id, unit_id=table.id("FIN"), opinion="agree", on=DAY)
    go_round(engine, tenant, DAY + timedelta(days=4))
    assert "owed_due" in reminded(engine, tenant, silent.account_id)
    assert "owed_due" not in reminded(engine, tenant, answered.account_id)


def test_minutes_that_lie_with_a_unit_are_told_and_then_who_signs(engine):
    scene = a_scene(engine)
    scene.decided(minutes_countersign=False)
    came, convener = scene.liaison(0).account_id, scene.convener().account_id
    scene.circulated()
    go_round(engine, scene.tenant, SENT + timedelta(days=4))
    assert "minutes_due" in reminded(engine, scene.tenant, came)
    assert "minutes_to_sign" not in reminded(engine, scene.tenant, convener)
    for _day in range(2):
        go_round(engine, scene.tenant, LATE)  # silence after the last day waits for nobody
    assert reminded(engine, scene.tenant, convener, "minutes_to_sign") == ["minutes_to_sign"]


def test_a_meeting_to_which_a_unit_has_not_replied_is_told(engine, tenant, seat):
    staffed(seat)
    liaison = an_account(engine, tenant, "LI", unit=units(seat.session, DAY)[0].id).id
    made = notify(seat, planned(seat))
    assert made.reply_by
    go_round(engine, tenant, made.reply_by)
    assert reminded(engine, tenant, liaison, "reply_due") == ["reply_due"]


def test_an_instruction_is_told_to_the_unit_that_follows_it(engine, tenant, seat):
    table = Table(engine, tenant, seat)
    follower = table.rep("COM")
    row = table.asked(("设立专项资金", "CZ1"))
    said = {"text": "请抓紧办理", "given_by": "省长", "given_on": DAY, "due": DAY + timedelta(days=10)}
    seat.session.add(Instruction(matter_id=row.id, unit_id=table.id("COM"), **said))
    seat.session.commit()
    go_round(engine, tenant, DAY)
    assert reminded(engine, tenant, follower.account_id, "instruction_due") == ["instruction_due"]


def test_the_round_posts_its_own_next_even_if_it_fails(engine, tenant, monkeypatch):
    with acting_for(engine, tenant.id) as session, session.begin():
        first = ledger.post(session, DAILY, {}, dedupe="first")
    monkeypatch.setattr("service.reminders.jobs.remind_all", lambda *_: 1 / 0)
    assert ledger.run(engine, tenant.id, first, HANDLERS)
    monkeypatch.undo()
    assert ledger.run(engine, tenant.id, first, HANDLERS)
    with acting_for(engine, tenant.id) as session:
        jobs = session.scalars(select(ledger.Job).where(ledger.Job.kind == DAILY).order_by(ledger.Job.id)).all()
    assert [job.state for job in jobs] == ["done", "waiting"]
    assert jobs[1].due_at > datetime.now(UTC)


def test_the_next_round_is_at_the_time_of_day_that_was_set(monkeypatch):
    morning = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in China
    assert next_time(morning, time(8, 30)) == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert next_time(morning, time(7, 0)) == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert remind_at({}) == time(8, 30) and remind_at({"LIANXI_REMIND_AT": "07:15"}) == time(7, 15)
    with pytest.raises(SettingsError, match="LIANXI_REMIND_AT"):
        remind_at({"LIANXI_REMIND_AT": "早上"})

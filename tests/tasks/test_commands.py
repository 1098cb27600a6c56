"""What the ledger refuses, each beside the same act allowed; and what stands afterwards."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from service.accounts.models import SeatGrant
from service.accounts.queries import take_seat
from service.charter.commands import name_conference
from service.charter.opening import furnish
from service.charter.queries import duties, duties_of, units, version_on
from service.kit.period import Period
from service.plans.commands import close_plan
from service.statistics.queries import live
from service.tasks import commands, extensions, progress
from service.tasks.commands import TaskText
from service.tasks.models import CloseRequest, Extension, Milestone, Task, TaskEvent
from service.tasks.queries import cooperating
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant, an_account
from tests.work.office import START, a_plan, a_task, console

DAY = timedelta(days=1)
MAY, DUE = date(2026, 5, 1), date(2026, 6, 30)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def plan(office):
    return a_plan(office)


@pytest.fixture
def task(office, plan):
    return a_task(office, plan, DUE)


@pytest.fixture
def lead(office):
    return units(office.session, START)[0]


@pytest.fixture
def other(office):
    return units(office.session, START)[1]


def text(office, lead, **changes):
    owed = duties_of(office.session, lead.id, START)[0]
    given = {"content": "开展培训", "duty_id": owed.id, "lead_unit_id": lead.id, "start": START, "due": DUE}
    return TaskText(**(given | changes))


def count(office, model):
    return office.session.scalar(select(func.count()).select_from(model))


def refused(field, act):
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.field == field
    return str(refusal.value)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"content": "  "}, "content"),
        ({"due": date(2027, 1, 1)}, "due"),
        ({"due": date(2025, 12, 31)}, "due"),
        ({"start": DUE + DAY}, "start"),
        ({"milestones": [("方案", START - DAY)]}, "milestones.0.due"),
        ({"milestones": [("方案", DUE + DAY)]}, "milestones.0.due"),
        ({"milestones": [(" ", DUE)]}, "milestones.0.title"),
    ],
)
def test_a_task_that_does_not_fit_its_plan_is_refused_and_one_that_fits_is_listed(office, plan, lead, changes, field):
    refused(field, lambda: commands.add_task(office, plan.id, text(office, lead, **changes), on=START))
    assert (count(office, Task), count(office, Milestone), count(office, TaskEvent)) == (0, 0, 0)
    good = text(office, lead, milestones=[("启动", START), ("验收", DUE)])
    assert commands.add_task(office, plan.id, good, on=START).no == 1
    assert count(office, Milestone) == 2


def test_only_member_units_lead_and_cooperate(office, plan, lead, other):
    nobody = UUID(int=7)
    for changes, field in (({"lead_unit_id": nobody}, "lead_unit_id"), ({"cooperating": [nobody]}, "cooperating")):
        given = text(office, lead, **changes)
        assert "成员单位" in refused(field, lambda given=given: commands.add_task(office, plan.id, given, on=START))
    twice = text(office, lead, cooperating=[other.id, other.id])
    row = commands.add_task(office, plan.id, twice, on=START)
    assert cooperating(office.session, [row.id])[row.id] == [other.id]


def test_the_lead_unit_does_not_cooperate_with_itself(office, plan, lead, task, other):
    refused(
        "cooperating", lambda: commands.add_task(office, plan.id, text(office, lead, cooperating=[lead.id]), on=START)
    )
    revised = {"content": "修订", "deliverable": "", "on": MAY}
    refused("cooperating", lambda: commands.revise_task(office, task.id, cooperating=[task.lead_unit_id], **revised))
    assert commands.revise_task(office, task.id, cooperating=[other.id], **revised).content == "修订"


def test_a_plan_that_was_filed_takes_no_more_tasks(office, plan, lead):
    commands.add_task(office, plan.id, text(office, lead), on=START)
    close_plan(office, plan.id, on=date(2027, 1, 4))
    refused("plan_id", lambda: commands.add_task(office, plan.id, text(office, lead), on=START))


def test_tasks_are_numbered_one_after_the_other_within_their_plan(office, plan, lead):
    numbers = [commands.add_task(office, plan.id, text(office, lead), on=START).no for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_a_duty_that_does_not_exist_is_missing(office, plan, lead):
    with pytest.raises(Missing):
        commands.add_task(office, plan.id, text(office, lead, duty_id=UUID(int=7)), on=START)


def test_a_task_is_merged_only_into_another_open_one_of_its_plan(office, plan, task):
    gone = a_task(office, plan, DUE)
    commands.withdraw(office, gone.id, reason="批文", on=MAY)
    elsewhere = a_task(office, a_plan(office, 2027), date(2027, 6, 30), start=date(2027, 1, 10))
    for target in (task, gone, elsewhere):
        refused("target_id", lambda target=target: merge(office, task, target))
    with pytest.raises(Missing):
        commands.merge_into(office, task.id, target_id=UUID(int=7), reason="批文", on=MAY)
    into = a_task(office, plan, DUE)
    refused("reason", lambda: commands.merge_into(office, task.id, target_id=into.id, reason=" ", on=MAY))
    assert (merge(office, task, into).state, task.merged_into_id) == ("merged", into.id)
    refused("target_id", lambda: merge(office, into, task))


def merge(office, row, target):
    return commands.merge_into(office, row.id, target_id=target.id, reason="批文", on=MAY)


def asked(office, task, on):
    progress.report_progress(office, task.id, percent=90, text="已开展", on=on)
    return progress.request_close_out(office, task.id, statement="已完成", on=on)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"claimed_on": MAY + DAY, "done_on": MAY}, "done_on"),
        ({"claimed_on": START - DAY, "done_on": MAY}, "done_on"),
        ({"claimed_on": MAY, "done_on": DUE + DAY}, "done_on"),
        ({"claimed_on": MAY, "done_on": MAY, "remark": " "}, "remark"),
    ],
)
def test_what_was_done_on_paper_is_entered_with_its_days_in_order_and_its_paper(office, task, days, field):
    asked(office, task, DUE)
    refused(field, lambda: progress.verify_close_out(office, task.id, **({"remark": "书面报告"} | days), on=DUE))
    assert task.state == "close_requested"
    paper = {"claimed_on": MAY, "done_on": MAY + DAY, "remark": "书面报告"}
    closed = progress.verify_close_out(office, task.id, **paper, on=DUE)
    assert (closed.claimed_on, closed.done_on, closed.percent) == (MAY, MAY + DAY, 100)


def test_only_the_request_that_was_accepted_decides_about_on_time(office, task):
    asked(office, task, MAY)
    refused("reason", lambda: progress.return_close_out(office, task.id, reason=" ", on=MAY))
    progress.return_close_out(office, task.id, reason="缺少佐证", on=MAY + DAY)
    asked(office, task, DUE + DAY)
    closed = progress.verify_close_out(office, task.id, on=DUE + 2 * DAY)
    assert (closed.claimed_on, closed.done_on) == (DUE + DAY, DUE + 2 * DAY)
    decided = office.session.execute(select(CloseRequest.state, CloseRequest.reason).order_by(CloseRequest.claimed_on))
    assert list(decided) == [("returned", "缺少佐证"), ("accepted", "")]


def test_nothing_is_verified_that_was_not_asked_for(office, task):
    with pytest.raises(Conflict, match="不能确认销号"):
        progress.verify_close_out(office, task.id, on=MAY)
    asked(office, task, MAY)
    assert progress.verify_close_out(office, task.id, on=MAY).state == "closed_out"


@pytest.mark.parametrize("percent", [None, -1, 101])
def test_the_lead_unit_says_how_far_it_is_between_nothing_and_all(office, task, percent):
    refused("percent", lambda: progress.report_progress(office, task.id, percent=percent, text="进展", on=MAY))
    assert progress.report_progress(office, task.id, percent=100, text="进展", on=MAY).percent == 100


def test_a_cooperating_unit_reports_but_does_not_say_how_far_the_task_is(engine, tenant, office, plan, lead, other):
    row = commands.add_task(office, plan.id, text(office, lead, cooperating=[other.id]), on=START)
    helper = a_seat(engine, tenant, "LI", unit=other.id)
    progress.report_progress(helper, row.id, percent=80, text="已配合", on=MAY)
    with pytest.raises(Forbidden):
        progress.request_close_out(helper, row.id, statement="已完成", on=MAY)
    office.session.expire_all()
    assert office.session.get(Task, (tenant.id, row.id)).percent == 0
    own = a_seat(engine, tenant, "LI", unit=lead.id)
    assert progress.request_close_out(own, row.id, statement="已完成", on=MAY).unit_id == lead.id


def test_a_liaison_sets_milestones_for_the_own_units_tasks_only(engine, tenant, office, task, other):
    step = {"title": "验收", "due": DUE, "on": MAY}
    with pytest.raises(Forbidden):
        commands.add_milestone(a_seat(engine, tenant, "LI", unit=other.id), task.id, **step)
    own = a_seat(engine, tenant, "LI", unit=task.lead_unit_id)
    assert commands.add_milestone(own, task.id, **step).due == DUE
    with pytest.raises(Forbidden):
        commands.add_milestone(a_seat(engine, tenant, "UC", unit=task.lead_unit_id), task.id, **step)


def test_an_extension_goes_on_within_the_year_and_each_is_kept(office, task):
    grant = {"reason": "汛期影响", "on": MAY}
    refused("due", lambda: extensions.extend(office, task.id, due=DUE, **grant))
    assert "下一年度" in refused("due", lambda: extensions.extend(office, task.id, due=date(2027, 1, 1), **grant))
    extensions.extend(office, task.id, due=DUE + DAY, **grant)
    later = extensions.extend(office, task.id, due=date(2026, 12, 31), **grant)
    assert (later.due0, later.due) == (DUE, date(2026, 12, 31))
    spans = office.session.execute(select(Extension.due_before, Extension.due_after).order_by(Extension.due_after))
    assert list(spans) == [(DUE, DUE + DAY), (DUE + DAY, date(2026, 12, 31))]


@pytest.mark.parametrize(
    ("act", "allowed", "denied"),
    [
        (commands.suspend, "OD", "ODp"),
        (commands.withdraw, "CV", "OS"),
        (progress.return_close_out, "ODp", "OS"),
    ],
)
def test_the_matrix_of_roles_decides_who_changes_a_tasks_course(engine, tenant, office, task, act, allowed, denied):
    asked(office, task, MAY)
    with pytest.raises(Forbidden):
        act(a_seat(engine, tenant, denied), task.id, reason="批文", on=MAY)
    assert act(a_seat(engine, tenant, allowed), task.id, reason="批文", on=MAY).state != "close_requested"


def test_a_role_held_for_one_unit_says_nothing_of_another(engine, tenant, office, task, lead, other):
    """A liaison of one unit who is a clerk of another reports for both, but asks for close-out only where he is liaison."""
    person = an_account(engine, tenant, "UC", unit=lead.id)
    with acting_for(engine, tenant.id) as session:
        session.add(SeatGrant(account_id=person.id, role="LI", unit_id=other.id, from_date=START))
        session.commit()
        seat = take_seat(session, tenant, person, MAY)
        progress.report_progress(seat, task.id, percent=90, text="已开展", on=MAY)
        with pytest.raises(Forbidden):
            progress.request_close_out(seat, task.id, statement="全部完成", on=MAY)
        with pytest.raises(Forbidden):
            commands.add_milestone(seat, task.id, title="方案", due=DUE, on=MAY)


def test_a_task_listed_after_a_period_is_no_task_of_it(engine):
    """Source: dossier 6 (as_of): a closed period does not change by new work."""
    seat = console(engine, a_tenant(engine, furnish=furnish))
    plan = a_plan(seat)
    a_task(seat, plan, date(2026, 9, 1))
    before = {entry.code: entry.denominator for entry in live(seat.session, Period.parse("2026Q3"))}
    a_task(seat, plan, date(2026, 12, 1), start=date(2026, 11, 1))
    after = {entry.code: entry.denominator for entry in live(seat.session, Period.parse("2026Q3"))}
    year = {entry.code: entry.denominator for entry in live(seat.session, Period.parse("2026Q4"))}
    assert before == after
    assert (after["P01"], year["P01"]) == (1, 2)


def test_a_task_without_a_lead_is_routed_by_its_duty_and_keeps_the_version_it_was_made_under(
    engine, tenant, office, plan
):
    """Source: seed 四(四); dossier 1.1 P1, 1.3."""
    tax = next(duty for duty in duties(office.session, START) if duty.code == "TX1")
    words = TaskText("落实税收优惠", tax.id, None, START, DUE)
    row = commands.add_task(office, plan.id, words, on=START)
    named = {unit.id: unit.key for unit in units(office.session, START)}
    assert named[row.lead_unit_id] == "STAX"
    assert [named[unit] for unit in cooperating(office.session, [row.id])[row.id]] == ["LTAX"]
    first = version_on(office.session, START)
    assert row.charter_id == first
    in_force(engine, tenant, lambda seat: name_conference(seat, "省家政专班"), since=MAY)
    later = commands.add_task(office, plan.id, words, on=MAY)
    assert later.charter_id == version_on(office.session, MAY) != first
    assert office.session.get_one(Task, {"tenant_id": tenant.id, "id": row.id}).charter_id == first

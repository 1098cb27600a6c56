"""Who answers for what in a task, and what belongs to it: each refusal beside the same act allowed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from service.charter.commands import set_rules
from service.charter.opening import furnish
from service.charter.queries import units
from service.files.keeping import Upload
from service.notices.models import Notice
from service.tasks import aims, commands, entries, evidence, extensions, links, parts, progress
from service.tasks.details import detail
from service.tasks.models import Task
from service.tasks.queries import evidence as evidence_of
from service.tasks.queries import whole
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_tenant
from tests.work.office import START, a_plan, a_task, console

MAY, DUE = date(2026, 5, 1), date(2026, 6, 30)
DAY = timedelta(days=1)
PHOTO = Upload("现场照片.txt", "照片说明".encode())


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
def helpers(office):
    return [unit.id for unit in units(office.session, START)[1:3]]


@pytest.fixture
def task(office, plan, helpers):
    return a_task(office, plan, DUE, cooperating=helpers)


def a_liaison(engine, tenant, unit):
    return a_seat(engine, tenant, "LI", unit=unit)


def seen(office, task, on=MAY):
    office.session.expire_all()
    return detail(office.session, task.id, on)


def test_each_cooperating_unit_answers_for_its_own_part_and_the_lead_for_the_whole(
    engine, tenant, office, task, helpers
):
    first, second = helpers
    parts.set_part(office, task.id, unit_id=first, part="组织培训师资", on=MAY)
    with pytest.raises(Missing):
        parts.set_part(office, task.id, unit_id=task.lead_unit_id, part="全局", on=MAY)
    helper = a_liaison(engine, tenant, first)
    progress.report_progress(helper, task.id, percent=60, text="师资已到位", on=MAY)
    ours, theirs = seen(office, task).parts
    assert (ours.part, ours.percent, ours.said, ours.said_on) == ("组织培训师资", 60, "师资已到位", MAY)
    assert (theirs.unit_id, theirs.percent, theirs.said) == (second, 0, "")
    assert office.session.get_one(Task, (tenant.id, task.id)).percent == 0
    progress.report_progress(helper, task.id, percent=None, text="全部完成", done=True, on=MAY + DAY)
    found = seen(office, task)
    assert (found.parts[0].percent, found.parts[0].done_on, found.open_parts) == (100, MAY + DAY, [second])
    lead = a_liaison(engine, tenant, task.lead_unit_id)
    with pytest.raises(Refused) as refusal:
        progress.report_progress(lead, task.id, percent=90, text="完成", done=True, on=MAY)
    assert refusal.value.field == "done"
    progress.report_progress(lead, task.id, percent=90, text="完成", on=MAY)
    progress.request_close_out(lead, task.id, statement="已完成", on=MAY)
    assert progress.verify_close_out(office, task.id, on=MAY).state == "closed_out", (
        "an open part warns, and stops nothing"
    )


def test_a_part_stays_with_its_unit_when_others_join_and_goes_on_with_who_follows(office, task, helpers):
    first, second = helpers
    third = units(office.session, START)[4].id
    parts.set_part(office, task.id, unit_id=first, part="师资", on=MAY)
    commands.revise_task(office, task.id, content="修订", deliverable="", cooperating=[first, third], on=MAY)
    assert {part.unit_id: part.part for part in seen(office, task).parts} == {first: "师资", third: ""}
    commands.hand_over(office, task.id, from_unit_id=first, unit_id=second, on=MAY)
    assert {part.unit_id: part.part for part in seen(office, task).parts} == {second: "师资", third: ""}


def test_targets_bear_the_indicators_name_and_what_was_reached_comes_with_progress(
    engine, tenant, office, task, helpers
):
    faults: list[tuple[dict[str, Any], str]] = [
        ({"indicator_code": "Z99"}, "indicator_code"),
        ({"measure": "人"}, "name"),
        ({"name": "x"}, "measure"),
    ]
    for wrong, field in faults:
        with pytest.raises(Refused) as refusal:
            aims.set_target(office, task.id, target=Decimal(100), **wrong, on=MAY)
        assert refusal.value.field == field
    aims.set_target(office, task.id, target=Decimal(1000), indicator_code="B01", name="别的", on=MAY)
    aims.set_target(office, task.id, target=Decimal(50), name="投诉", measure="件", direction="down", on=MAY)
    workers, complaints = seen(office, task).targets
    assert (workers.row.name, workers.row.measure, workers.attained) == ("从业人员数", "人", None)
    with pytest.raises(Missing):
        progress.report_progress(office, task.id, percent=50, text="进展", actuals={uuid4(): Decimal(1)}, on=MAY)
    helper = a_liaison(engine, tenant, helpers[0])
    with pytest.raises(Refused) as refusal:
        progress.report_progress(helper, task.id, percent=50, text="x", actuals={workers.row.id: Decimal(1)}, on=MAY)
    assert refusal.value.field == "actuals"
    given = {workers.row.id: Decimal(600), complaints.row.id: Decimal(40)}
    progress.report_progress(office, task.id, percent=50, text="进展", actuals=given, on=MAY)
    workers, complaints = seen(office, task).targets
    assert (workers.attained, workers.met, complaints.attained, complaints.met) == (
        Decimal("0.6"),
        False,
        Decimal("1.2"),
        True,
    )
    assert "从业人员数600人" in whole(office.session, task.id, MAY).events[0].text
    with pytest.raises(Refused):
        aims.drop_target(office, task.id, target_id=workers.row.id, on=MAY)


def test_a_task_waits_for_others_never_in_a_circle_and_says_when_one_is_late(engine, tenant, office, plan, task):
    before, long_before = a_task(office, plan, MAY), a_task(office, plan, DUE)
    links.add_need(office, task.id, needs_id=before.id, on=MAY)
    links.add_need(office, before.id, needs_id=long_before.id, on=MAY)
    for one, other in ((long_before, task), (before, task), (task, task), (task, before)):
        with pytest.raises(Refused) as refusal:
            links.add_need(office, one.id, needs_id=other.id, on=MAY)
        assert refusal.value.field == "needs_id"
    foreign = console(engine, a_tenant(engine, furnish=furnish))
    elsewhere = a_task(foreign, a_plan(foreign), DUE)
    with pytest.raises(Missing):
        links.add_need(office, task.id, needs_id=elsewhere.id, on=MAY)
    assert [need.late for need in seen(office, task, MAY).needs] == [False]
    assert [need.late for need in seen(office, task, MAY + DAY).needs] == [True]
    links.drop_need(office, before.id, needs_id=long_before.id, on=MAY)
    links.add_need(office, long_before.id, needs_id=task.id, on=MAY)


def test_the_quarters_milestones_are_set_in_one_go_where_none_is_yet(office, plan):
    row = a_task(office, plan, date(2026, 11, 20), milestones=[("方案", date(2026, 5, 10))])
    commands.add_milestones(office, row.id, milestones=[], on=MAY)
    days = [step.due for step in whole(office.session, row.id, MAY).milestones]
    assert days == [date(2026, 3, 31), date(2026, 5, 10), date(2026, 9, 30), date(2026, 11, 20)]
    with pytest.raises(Refused):
        commands.add_milestones(office, row.id, milestones=[], on=MAY)


def test_evidence_goes_up_only_where_the_unit_or_the_office_says_so(engine, tenant, office, task):
    clerk = a_seat(engine, tenant, "UC", unit=task.lead_unit_id)
    with pytest.raises(Forbidden):
        evidence.add_evidence(clerk, task.id, PHOTO, shared=True, on=MAY)
    brought = evidence.add_evidence(clerk, task.id, PHOTO, on=MAY)
    assert (brought.title, brought.shared, brought.unit_id) == ("现场照片", False, task.lead_unit_id)
    stranger = a_liaison(engine, tenant, units(office.session, START)[5].id)
    for act in (
        lambda: evidence.add_evidence(stranger, task.id, PHOTO, on=MAY),
        lambda: evidence.mark_evidence(stranger, task.id, evidence_id=brought.id, shared=True, on=MAY),
        lambda: evidence.comment(stranger, task.id, text="留言", on=MAY),
    ):
        with pytest.raises(Forbidden):
            act()
    liaison = a_liaison(engine, tenant, task.lead_unit_id)
    evidence.mark_evidence(liaison, task.id, evidence_id=brought.id, shared=True, on=MAY)
    office.session.expire_all()
    assert [row.id for row in evidence_of(office.session, task.id, shared=True)] == [brought.id]
    assert evidence_of(office.session, task.id, shared=False) == []
    with pytest.raises(Missing):
        evidence.mark_evidence(liaison, task.id, evidence_id=UUID(int=7), shared=True, on=MAY)


def told(office, kind):
    return [row.account_id for row in office.session.scalars(select(Notice).where(Notice.kind == kind))]


def test_what_is_written_to_a_task_is_told_to_those_concerned_but_not_to_who_wrote(
    engine, tenant, office, task, helpers
):
    lead, helper = a_liaison(engine, tenant, task.lead_unit_id), a_liaison(engine, tenant, helpers[0])
    director = a_seat(engine, tenant, "OD")
    with pytest.raises(Refused):
        evidence.comment(helper, task.id, text=" ", on=MAY)
    evidence.comment(helper, task.id, text="请提供名单", on=MAY)
    office.session.expire_all()
    assert set(told(office, "task_commented")) == {lead.account_id, director.account_id}
    (one,) = seen(office, task).comments
    assert (one.unit_id, one.text) == (helpers[0], "请提供名单")


def test_an_extension_is_asked_by_the_lead_and_decided_by_the_office_and_the_first_date_stays(
    engine, tenant, office, task, helpers
):
    lead, director = a_liaison(engine, tenant, task.lead_unit_id), a_seat(engine, tenant, "OD")
    want = {"due": DUE + 10 * DAY, "reason": "汛期影响", "on": MAY}
    with pytest.raises(Forbidden):
        extensions.request_extension(a_liaison(engine, tenant, helpers[0]), task.id, **want)
    with pytest.raises(Refused):
        extensions.request_extension(lead, task.id, due=DUE, reason="x", on=MAY)
    asked = extensions.request_extension(lead, task.id, **want)
    with pytest.raises(Conflict):
        extensions.request_extension(lead, task.id, **want)
    assert seen(office, task).asked and told(office, "task_extension_asked") == [director.account_id]
    with pytest.raises(Forbidden):
        extensions.refuse_extension(lead, task.id, reason="x", on=MAY)
    with pytest.raises(Refused):
        extensions.refuse_extension(director, task.id, reason=" ", on=MAY)
    extensions.refuse_extension(director, task.id, reason="年内必须完成", on=MAY)
    with pytest.raises(Missing):
        extensions.refuse_extension(director, task.id, reason="再答", on=MAY)
    assert lead.account_id in told(office, "task_extension_refused")
    extensions.request_extension(lead, task.id, **want)
    extensions.extend(director, task.id, due=DUE + 5 * DAY, reason="同意五日", on=MAY)
    found = seen(office, task)
    assert [(row.state, row.answer) for row in found.extension_requests] == [
        ("granted", "同意五日"),
        ("refused", "年内必须完成"),
    ]
    row = office.session.get_one(Task, (tenant.id, task.id))
    assert (row.due0, row.due, asked.due_asked) == (DUE, DUE + 5 * DAY, DUE + 10 * DAY)
    extensions.request_extension(lead, task.id, **want)
    commands.withdraw(director, task.id, reason="批文", on=MAY)
    assert seen(office, task).asked is None, "what has ended needs no more time"


def test_what_the_office_enters_for_a_unit_counts_when_that_unit_has_confirmed_it(
    engine, tenant, office, task, helpers
):
    clerk = a_seat(engine, tenant, "OS")
    lead, helper = a_liaison(engine, tenant, task.lead_unit_id), a_liaison(engine, tenant, helpers[0])
    words: dict[str, Any] = {"unit_id": task.lead_unit_id, "percent": 40, "text": "来电报进展", "on": MAY}
    faults: list[tuple[dict[str, Any], str]] = [
        ({"basis": " "}, "basis"),
        ({"basis": "来电", "unit_id": UUID(int=7)}, "unit_id"),
    ]
    for wrong, field in faults:
        with pytest.raises(Refused) as refusal:
            entries.enter_on_behalf(clerk, task.id, **(words | wrong))
        assert refusal.value.field == field
    with pytest.raises(Forbidden):
        entries.enter_on_behalf(lead, task.id, **words, basis="来电")
    first = entries.enter_on_behalf(clerk, task.id, **words, basis="5月1日来电")
    assert whole(office.session, task.id, MAY).task.percent == 0
    with pytest.raises(Forbidden):
        entries.confirm_entry(helper, task.id, entry_id=first.id, on=MAY)
    entries.confirm_entry(lead, task.id, entry_id=first.id, on=MAY + DAY)
    office.session.expire_all()
    found = whole(office.session, task.id, MAY)
    assert found.task.percent == 40
    assert "代录，依据：5月1日来电" in found.events[0].text and found.events[0].on == MAY + DAY
    with pytest.raises(Conflict):
        entries.confirm_entry(lead, task.id, entry_id=first.id, on=MAY)
    second = entries.enter_on_behalf(clerk, task.id, **words, basis="来电")
    entries.decline_entry(lead, task.id, entry_id=second.id, reason="与实际不符", on=MAY)
    assert [entry.state for entry in seen(office, task).entries] == ["returned", "accepted"]


def test_where_the_charter_says_so_a_units_report_waits_for_its_representative(engine, tenant, office, task):
    in_force(engine, tenant, lambda seat: set_rules(seat, {"progress_approval": True}), since=MAY)
    on = MAY + DAY
    lead, head = a_liaison(engine, tenant, task.lead_unit_id), a_seat(engine, tenant, "MR", unit=task.lead_unit_id)
    progress.report_progress(lead, task.id, percent=30, text="第一次", on=on)
    progress.report_progress(lead, task.id, percent=55, text="第二次", on=on)
    latest, replaced = seen(office, task).entries
    assert (latest.state, replaced.state, replaced.reason) == ("pending", "returned", "由新的填报替代")
    assert whole(office.session, task.id, on).task.percent == 0
    with pytest.raises(Refused):
        entries.confirm_entry(lead, task.id, entry_id=latest.id, on=on)
    entries.approve_entry(head, task.id, entry_id=latest.id, on=on)
    office.session.expire_all()
    assert whole(office.session, task.id, on).task.percent == 55
    assert head.account_id in told(office, "task_entry_waits")

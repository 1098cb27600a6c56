"""Policies, the measures that carry them out, laws and standards in the making. Source: seed 一; dossier 1.1 D1, D3, D5, D6."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.kit.paging import Asked
from service.measures import commands, queries
from service.measures.commands import InstrumentText, MeasureText, PolicyText
from service.measures.models import MeasureTask
from service.measures.rules import INSTRUMENT, unbroken
from service.tasks.commands import TaskText, withdraw
from service.tasks.progress import report_progress, request_close_out, verify_close_out
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, console

ON = date(date.today().year, 3, 2)
PAPER = PolicyText(
    "state", "关于促进家政服务业提质扩容的意见", "国务院办公厅", ON - timedelta(days=30), "国办发〔2026〕1号"
)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def unit(engine, tenant):
    return units(a_seat(engine, tenant, "OS").session, ON)[0]


def recorded(engine, tenant, unit, **changes):
    """A policy with one measure of the unit, on record."""
    office = a_seat(engine, tenant, "OS")
    policy = commands.record_policy(office, PAPER, on=ON)
    text = {"content": "扩大培训补贴范围", "unit_id": unit.id, "field": "training"} | changes
    return policy, commands.record_measure(office, MeasureText(**text, policy_document_id=policy.id), on=ON)


def tasks_under(engine, tenant, unit, measure, count):
    """So many tasks under the measure, in the year's plan."""
    boss, office = console(engine, tenant), a_seat(engine, tenant, "OS")
    plan = a_plan(boss, ON.year)
    duty = duties_of(office.session, unit.id, ON)[0]
    due = date(ON.year, 9, 30)
    texts = [TaskText(f"任务{n}", duty.id, unit.id, ON, due) for n in range(count)]
    return [commands.break_down(office, measure.id, plan_id=plan.id, text=text, on=ON) for text in texts]


def test_d1_a_paper_of_the_state_becomes_measures_and_tasks_and_says_how_far_it_is(engine, tenant, unit):
    """Source: dossier 1.1 D1 (录入国办发文→拆3条任务→可查某文件落实率)."""
    policy, measure = recorded(engine, tenant, unit)
    first, _second, third = tasks_under(engine, tenant, unit, measure, 3)
    boss = console(engine, tenant)
    report_progress(boss, first.id, percent=90, text="已办", on=ON)
    request_close_out(boss, first.id, statement="办结", on=ON)
    verify_close_out(boss, first.id, on=ON)
    withdraw(boss, third.id, reason="批文", on=ON)
    found = queries.carried(boss.session, policy.id, date(ON.year, 10, 1))
    assert (found.standing.tasks, found.standing.done.numerator, found.standing.done.denominator) == (2, 1, 2)
    assert (found.standing.overdue.numerator, found.standing.overdue.denominator) == (1, 2)
    [(row, tasks)] = found.measures
    assert row.measure.id == measure.id and {one.task.state for one in tasks} == {
        "closed_out",
        "not_started",
        "withdrawn",
    }
    [listed] = queries.policies(boss.session, Asked(), ON).rows
    assert (listed.measures, listed.standing.tasks, listed.unbroken) == (1, 2, False)


def test_d1_a_paper_from_above_without_a_task_is_pointed_out_after_thirty_days(engine, tenant):
    assert not unbroken("state", ON, 0, ON + timedelta(days=30)) and unbroken("state", ON, 0, ON + timedelta(days=31))
    assert not unbroken("city", ON, 0, ON + timedelta(days=99)) and not unbroken(
        "province", ON, 1, ON + timedelta(days=99)
    )


def test_a_task_under_two_measures_of_a_paper_counts_once(engine, tenant, unit):
    policy, measure = recorded(engine, tenant, unit)
    [task] = tasks_under(engine, tenant, unit, measure, 1)
    office = a_seat(engine, tenant, "OS")
    text = MeasureText("另一措施", unit.id, "other", policy.id)
    second = commands.record_measure(office, text, on=ON)
    commands.link_task(office, second.id, task_id=task.id, on=ON)
    with pytest.raises(Conflict):
        commands.link_task(office, second.id, task_id=task.id, on=ON)
    assert queries.carried(office.session, policy.id, ON).standing.tasks == 1
    assert [row.id for row in queries.of_task(office.session, task.id)] == [measure.id, second.id]
    commands.unlink_task(office, second.id, task_id=task.id, on=ON)
    assert [row.id for row in queries.of_task(office.session, task.id)] == [measure.id]


def test_d5_every_measure_has_a_policy_field_and_a_unit_speaks_for_itself_only(engine, tenant, unit):
    mine, others = a_seat(engine, tenant, "LI", unit=unit.id), units(a_seat(engine, tenant, "OS").session, ON)[1]
    with pytest.raises(Refused, match="领域") as refusal:
        commands.record_measure(mine, MeasureText("措施", unit.id, "nonsense"), on=ON)
    assert refusal.value.field == "policy_field"
    with pytest.raises(Forbidden):
        commands.record_measure(mine, MeasureText("措施", others.id, "training"), on=ON)
    row = commands.record_measure(mine, MeasureText("措施", unit.id, "training"), on=ON)
    with pytest.raises(Refused, match="停止执行的依据"):
        commands.end_measure(mine, row.id, why=" ", on=ON)
    with pytest.raises(Conflict, match="拟出台"):
        commands.end_measure(mine, row.id, why="废止", on=ON)
    assert commands.issue_measure(mine, row.id, issued_as="省人社发〔2026〕3号", issued_on=ON, on=ON).state == "issued"
    commands.end_measure(mine, row.id, why="省人社发〔2026〕9号", on=ON)
    with pytest.raises(Conflict, match="已停止执行"):
        commands.link_task(a_seat(engine, tenant, "OS"), row.id, task_id=row.id, on=ON)


def test_d3_a_regulation_goes_from_drafting_to_consultation_and_never_skips_review(engine, tenant, unit):
    """Source: dossier 1.1 D3 (某条例项目从“起草”推进到“征求意见”)."""
    mine = a_seat(engine, tenant, "MR", unit=unit.id)
    row = commands.begin_instrument(mine, InstrumentText("regulation", "家政服务条例", unit.id), on=ON)
    step = {"text": "已办", "reached_on": ON, "on": ON}
    for verb, state in (("draft", "drafting"), ("consult", "consulting")):
        assert commands.advance(mine, row.id, verb=verb, **step).state == state
    with pytest.raises(Conflict, match="不能公布"):
        commands.advance(mine, row.id, verb="publish", code="1号", **step)
    commands.advance(mine, row.id, verb="review", **step)
    with pytest.raises(Refused) as refusal:
        commands.advance(mine, row.id, verb="publish", **step)
    assert refusal.value.field == "code"
    mine.session.rollback()
    assert commands.advance(mine, row.id, verb="publish", code="省人大公告第1号", **step).code == "省人大公告第1号"
    assert [stage.state for stage in queries.stages(mine.session, row.id)][::-1] == [
        "begun",
        "drafting",
        "consulting",
        "reviewing",
        "published",
    ]
    with pytest.raises(Forbidden):
        commands.advance(a_seat(engine, tenant, "LI"), row.id, verb="drop", **step)


@pytest.mark.parametrize("state", INSTRUMENT.all_states())
def test_what_a_stage_does_not_allow_is_refused_with_its_article(state):
    for verb in {step.verb for step in INSTRUMENT.steps if step.sources} - INSTRUMENT.possible(state):
        with pytest.raises(Conflict) as refusal:
            INSTRUMENT.step(state, verb)
        assert refusal.value.source == "制度一：建立服务规范、制定行业标准"


def test_the_same_paper_is_recorded_once_and_a_place_sees_only_its_own(engine, tenant):
    office = a_seat(engine, tenant, "OS")
    row = commands.record_policy(office, PAPER, on=ON)
    with pytest.raises(Conflict):
        commands.record_policy(office, PAPER, on=ON)
    other = a_seat(engine, a_tenant(engine, furnish=furnish), "OS")
    with pytest.raises(Missing):
        queries.carried(other.session, row.id, ON)
    assert queries.policies(other.session, Asked(), ON).total == 0


def test_people_record_and_look_on_pages(app, engine, tenant, unit):
    office, reader = signed_in(app, engine, tenant, "OS"), signed_in(app, engine, tenant, "UC", unit=unit.id)
    root = f"/t/{tenant.slug}"
    assert "还没有政策文件" in office.get(f"{root}/policies/").text
    form = {"level": "state", "title": "意见", "issuer": "国办", "issued_on": "2099-01-01", "number": "〔2026〕1号"}
    wrong = office.post(f"{root}/policies/", data=form)
    assert wrong.status_code == 422 and "不能晚于今天" in wrong.text and 'value="国办"' in wrong.text
    shown = office.post(f"{root}/policies/", data=form | {"issued_on": "2026-01-05"}, follow_redirects=True)
    assert "政策文件已登记" in shown.text and "还没有贯彻措施" in shown.text
    policy_id = shown.request.path.rsplit("/", 1)[1]
    assert reader.post(f"{root}/policies/", data=form).status_code == 403
    measure = {"content": "措施甲", "unit_id": str(unit.id), "field": "training", "policy_document_id": policy_id}
    page = reader.post(f"{root}/measures/", data=measure, follow_redirects=True)
    assert "措施已登记" in page.text and "从业人员培训" in page.text
    path = page.request.path
    assert "列入台账" not in page.text, "the office's to do"
    plan = a_plan(console(engine, tenant), ON.year)
    duty = duties_of(console(engine, tenant).session, unit.id, ON)[0]
    task = {"content": "办", "plan_id": str(plan.id), "duty_id": str(duty.id), "start": str(ON), "due": str(ON)}
    late = office.post(f"{path}/tasks", data=task | {"due": f"{ON.year + 1}-01-01"})
    assert late.status_code == 422 and "完成时限应在" in late.text
    assert "任务已列入台账" in office.post(f"{path}/tasks", data=task, follow_redirects=True).text
    assert "措施甲" in office.get(f"{root}/policies/{policy_id}").text
    [task_id] = [row.task_id for row in console(engine, tenant).session.scalars(select(MeasureTask))]
    assert "落实的政策措施" in office.get(f"{root}/tasks/{task_id}").text
    assert "措施甲" in office.get(f"{root}/measures/?format=csv").text
    assert "意见" in office.get(f"{root}/policies/?format=csv&level=state").text
    issued = reader.post(f"{path}/issue", data={"issued_as": "1号", "issued_on": str(ON)}, follow_redirects=True)
    assert "已登记出台" in issued.text and "停止执行" in issued.text
    item = {"title": "服务规范", "type": "service_norm", "unit_id": str(unit.id)}
    made = reader.post(f"{root}/instruments/", data=item, follow_redirects=True)
    assert "项目已登记" in made.text and "服务规范" in office.get(f"{root}/instruments/?kind=standard").text
    step = {"verb": "draft", "text": "起草组成立", "reached_on": str(ON)}
    went = reader.post(f"{made.request.path}/stages", data=step, follow_redirects=True)
    assert "起草组成立" in went.text and "服务规范" in office.get(f"{root}/instruments/?format=csv").text


def test_programs_do_the_same(client, engine, tenant, unit):
    api, own = f"/api/v1/t/{tenant.slug}", bearing(a_token(engine, tenant, "OS"))
    body = {"level": "state", "title": "意见", "issuer": "国办", "issued_on": "2026-01-05"}
    made = client.post(f"{api}/policies", json=body, headers=own)
    path = f"{api}/policies/{made.json['id']}"
    assert (
        client.put(path, json=body | {"number": "1号"}, headers=own | {"If-Match": made.headers["ETag"]}).status_code
        == 200
    )
    assert client.put(path, json=body, headers=own | {"If-Match": made.headers["ETag"]}).status_code == 412
    measure = {"content": "甲", "unit_id": str(unit.id), "field": "training", "policy_document_id": made.json["id"]}
    row = client.post(f"{api}/measures", json=measure, headers=own).json
    plan = a_plan(console(engine, tenant), ON.year)
    duty = duties_of(console(engine, tenant).session, unit.id, ON)[0]
    task = {"content": "办", "plan_id": str(plan.id), "duty_id": str(duty.id), "start": str(ON), "due": str(ON)}
    task_id = client.post(f"{api}/measures/{row['id']}/tasks", json=task, headers=own).json["task_id"]
    found = client.get(path, headers=own).json
    assert found["standing"]["tasks"] == 1 and found["measures"][0]["tasks"][0]["id"] == task_id
    link = f"{api}/measures/{row['id']}/links"
    assert client.delete(f"{link}/{task_id}", headers=own).status_code == 204
    assert client.post(link, json={"task_id": task_id}, headers=own).status_code == 201
    assert client.get(f"{api}/measures?policy={made.json['id']}", headers=own).json["total"] == 1
    item = {"title": "条例", "type": "regulation", "unit_id": str(unit.id)}
    begun = client.post(f"{api}/instruments", json=item, headers=own).json
    assert (begun["kind"], begun["stages"][0]["state"]) == ("legislation", "begun")
    step = {"verb": "review", "text": "审", "reached_on": str(ON)}
    refused = client.post(f"{api}/instruments/{begun['id']}/stages", json=step, headers=own)
    assert refused.status_code == 409 and "不能进入审查" in refused.json["detail"]
    stranger = bearing(a_token(engine, tenant, "OB"))
    assert client.get(f"{api}/policies", headers=stranger).status_code == 403

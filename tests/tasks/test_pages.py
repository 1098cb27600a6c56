"""The ledger as officials use it: set a task, report, ask, verify, return, extend; and the same by program."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.kit.web import today
from service.plans.commands import draft_plan
from service.tasks import progress
from service.tasks.models import Task
from service.tasks.queries import whole
from tenants.db import acting_for
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

YEAR_END = date(2026, 12, 20)


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
def task(seat, plan):
    return a_task(seat, plan, YEAR_END, milestones=[("完成方案", date(2026, 3, 1))])


def form_of(seat, plan, **changes):
    lead = units(seat.session, today())[0]
    owed = duties_of(seat.session, lead.id, today())[0]
    fields = {"plan_id": plan.id, "lead_unit_id": lead.id, "duty_id": owed.id, "content": "组织专项培训"}
    return fields | {"start": "2026-01-10", "due": "2026-12-01", "deliverable": "总结"} | changes


def test_without_a_plan_the_ledger_says_what_comes_first(app, engine, tenant, root):
    assert "还没有年度工作计划" in signed_in(app, engine, tenant, "OS").get(f"{root}/").text


def test_the_form_offers_only_the_duties_of_the_chosen_unit(app, engine, tenant, root, seat, plan):
    first, second = units(seat.session, today())[:2]
    text = signed_in(app, engine, tenant, "OS").get(f"{root}/new?lead_unit_id={second.id}&plan_id={plan.id}").text
    assert all(duty.text in text for duty in duties_of(seat.session, second.id, today()))
    assert duties_of(seat.session, first.id, today())[0].text not in text


def test_the_office_lists_a_task_with_cooperating_units(app, engine, tenant, root, seat, plan):
    other = units(seat.session, today())[1]
    data = form_of(seat, plan, cooperating=[str(other.id)])
    answer = signed_in(app, engine, tenant, "OS").post(f"{root}/", data=data, follow_redirects=True)
    assert "任务已列入台账" in answer.text and other.name in answer.text


def test_a_duty_that_the_unit_does_not_hold_is_refused_and_nothing_is_written(app, engine, tenant, root, seat, plan):
    foreign = duties_of(seat.session, units(seat.session, today())[1].id, today())[0]
    office = signed_in(app, engine, tenant, "OS")
    answer = office.post(f"{root}/", data=form_of(seat, plan, duty_id=foreign.id))
    assert answer.status_code == 422
    assert "承担的职责" in answer.text and "组织专项培训" in answer.text
    assert seat.session.scalars(select(Task)).all() == []
    assert office.post(f"{root}/", data=form_of(seat, plan)).status_code == 302


def test_a_lead_unit_that_is_no_member_is_refused_at_the_first_step(app, engine, tenant, root, seat, plan):
    answer = signed_in(app, engine, tenant, "OS").post(f"{root}/", data=form_of(seat, plan, lead_unit_id=uuid4()))
    assert answer.status_code == 422
    assert 'href="#f-lead_unit_id"' in answer.text and "不是现任成员单位" in answer.text


def test_an_empty_form_says_what_is_missing_at_each_field(app, engine, tenant, root, seat, plan):
    data = form_of(seat, plan, content=" ", due="")
    text = signed_in(app, engine, tenant, "OS").post(f"{root}/", data=data).text
    assert 'href="#f-content"' in text and 'href="#f-due"' in text


def rows(*given):
    """A form's rows of milestones."""
    return {"milestones.title": [title for title, _due in given], "milestones.due": [due for _title, due in given]}


def test_a_task_is_listed_with_its_milestones_and_empty_rows_are_none(app, engine, tenant, root, seat, plan):
    given = rows(("", ""), ("拟定方案", "2026-03-20"), ("", ""), (" 完成培训 ", "2026-11-20"))
    office = signed_in(app, engine, tenant, "OS")
    assert office.post(f"{root}/", data=form_of(seat, plan) | given).status_code == 302
    (task,) = seat.session.scalars(select(Task))
    found = [(step.title, step.due) for step in whole(seat.session, task.id, today()).milestones]
    assert found == [("拟定方案", date(2026, 3, 20)), ("完成培训", date(2026, 11, 20))]


def test_rows_of_milestones_come_and_go_without_a_script_and_nothing_is_written(app, engine, tenant, root, seat, plan):
    office, given = signed_in(app, engine, tenant, "OS"), rows(("方案", "2026-03-20"), ("总结", "2026-11-20"))
    page = office.get(f"{root}/new?lead_unit_id={form_of(seat, plan)['lead_unit_id']}&plan_id={plan.id}").text
    assert page.count('name="milestones.title"') == 1
    more = office.post(f"{root}/", data=form_of(seat, plan) | given | {"row": "more"})
    assert more.status_code == 200 and more.text.count('name="milestones.title"') == 3
    assert "组织专项培训" in more.text and 'value="2026-11-20"' in more.text and more.text.count(" autofocus") == 1
    less = office.post(f"{root}/", data=form_of(seat, plan) | given | {"row": "0"})
    assert less.text.count('name="milestones.title"') == 1
    assert 'value="总结"' in less.text and 'value="方案"' not in less.text
    assert seat.session.scalars(select(Task)).all() == []
    assert signed_in(app, engine, tenant, "LI").post(f"{root}/", data=given | {"row": "more"}).status_code == 403


@pytest.mark.parametrize(
    ("step", "field", "said"),
    [
        (("方案", "2026-12-02"), "due", "节点时限应在任务的启动日2026-01-10和完成时限2026-12-01之间"),
        (("方案", ""), "due", "请填写。"),
        (("方案", "三月"), "due", "请填写日期"),
        (("", "2026-03-20"), "title", "请填写。"),
    ],
)
def test_what_is_wrong_with_a_milestone_is_said_in_its_row(app, engine, tenant, root, seat, plan, step, field, said):
    office, good = signed_in(app, engine, tenant, "OS"), ("总结", "2026-11-20")
    wrong = office.post(f"{root}/", data=form_of(seat, plan) | rows(good, step))
    assert wrong.status_code == 422 and said in wrong.text
    assert f'href="#f-milestones.1.{field}"' in wrong.text and f'id="f-milestones.1.{field}-error"' in wrong.text
    assert 'value="总结"' in wrong.text and seat.session.scalars(select(Task)).all() == []
    assert office.post(f"{root}/", data=form_of(seat, plan) | rows(good)).status_code == 302


def test_a_unit_reports_asks_and_the_office_returns_then_verifies(app, engine, tenant, root, task):
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    office = signed_in(app, engine, tenant, "OD")
    path = f"{root}/{task.id}"
    empty = own.post(f"{path}/progress", data={"percent": "40", "text": " "})
    assert empty.status_code == 422 and 'value="40"' in empty.text
    assert (
        "进展顺利"
        in own.post(f"{path}/progress", data={"percent": "40", "text": "进展顺利"}, follow_redirects=True).text
    )
    assert "申请销号" in own.post(f"{path}/close-request", data={"statement": "已完成"}, follow_redirects=True).text
    assert own.post(f"{path}/close-out").status_code == 403
    assert "缺少照片" in office.post(f"{path}/close-return", data={"reason": "缺少照片"}, follow_redirects=True).text
    assert "请补正后重新申请" in own.get(path).text and "请补正后重新申请" not in office.get(path).text
    own.post(f"{path}/close-request", data={"statement": "已补齐"})
    assert "已销号" in office.post(f"{path}/close-out", follow_redirects=True).text


def test_a_stranger_sees_the_task_but_no_form_and_may_not_report(app, engine, tenant, root, task, seat):
    other = next(unit for unit in units(seat.session, today()) if unit.id != task.lead_unit_id)
    stranger = signed_in(app, engine, tenant, "LI", unit=other.id)
    page = stranger.get(f"{root}/{task.id}")
    assert page.status_code == 200 and "提交进展" not in page.text
    assert stranger.post(f"{root}/{task.id}/progress", data={"percent": "1", "text": "x"}).status_code == 403
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    assert "提交进展" in own.get(f"{root}/{task.id}").text


def test_a_milestone_is_reached_once(app, engine, tenant, root, task):
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    (path,) = re.findall(rf'action="({root}/{task.id}/milestones/[0-9a-f-]+)"', own.get(f"{root}/{task.id}").text)
    assert "节点已完成" in own.post(path, follow_redirects=True).text
    assert own.post(path).status_code == 422


def test_an_extension_keeps_the_date_first_set(app, engine, tenant, root, seat, plan):
    task = a_task(seat, plan, date(2026, 6, 30))
    director = signed_in(app, engine, tenant, "OD")
    early = director.post(f"{root}/{task.id}/extension", data={"due": "2026-06-01", "reason": "档期"})
    assert early.status_code == 422 and "应晚于现行时限" in early.text
    done = director.post(
        f"{root}/{task.id}/extension", data={"due": "2026-08-30", "reason": "档期"}, follow_redirects=True
    )
    assert "2026-08-30" in done.text and "2026-06-30" in done.text
    clerk = signed_in(app, engine, tenant, "OS")
    assert clerk.post(f"{root}/{task.id}/extension", data={"due": "2026-09-30", "reason": "x"}).status_code == 403


def test_a_task_is_merged_suspended_resumed_and_withdrawn_with_a_reason(app, engine, tenant, root, seat, plan):
    one, two = a_task(seat, plan, YEAR_END), a_task(seat, plan, YEAR_END)
    director = signed_in(app, engine, tenant, "OD")
    director.post(f"{root}/{one.id}/suspension", data={"reason": "批文1"})
    assert "恢复办理" in director.get(f"{root}/{one.id}").text
    director.post(f"{root}/{one.id}/resumption", data={"reason": "批文2"})
    director.post(f"{root}/{one.id}/merger", data={"target_id": two.id, "reason": "批文3"})
    assert director.post(f"{root}/{two.id}/withdrawal", data={"reason": ""}).status_code == 422
    director.post(f"{root}/{two.id}/withdrawal", data={"reason": "批文4"})
    with acting_for(engine, tenant.id) as session:
        states = dict(session.execute(select(Task.id, Task.state)).all())
    assert states == {one.id: "merged", two.id: "withdrawn"}


def test_the_list_is_narrowed_by_state_unit_and_light_and_leaves_as_a_file(app, engine, tenant, root, seat, plan):
    late = a_task(seat, plan, date(2026, 3, 1))
    a_task(seat, plan, YEAR_END, start=date(2026, 12, 1))
    office = signed_in(app, engine, tenant, "OS")
    assert office.get(f"{root}/?light=red").text.count("/tasks/0") == 1
    assert str(late.id) in office.get(f"{root}/?light=red").text
    assert "没有符合条件的任务" in office.get(f"{root}/?state=closed_out").text
    assert office.get(f"{root}/?unit=nonsense&page=x&sort=evil", follow_redirects=True).status_code == 200
    table = office.get(f"{root}/?format=csv&light=red").get_data().decode("utf-8-sig")
    assert table.count("\n") == 2 and "逾期" in table


def test_a_page_of_tasks_asks_the_database_as_often_as_a_page_of_one(app, engine, tenant, root, seat, plan):
    office = signed_in(app, engine, tenant, "OS")
    asked = []
    served = app.extensions["lianxi.engine"]
    event.listen(served, "before_cursor_execute", lambda *_args: asked.append(1))
    a_task(seat, plan, YEAR_END)
    office.get(f"{root}/")  # entered: the record of it is written
    asked.clear()
    office.get(f"{root}/")
    few = len(asked)
    for _ in range(12):
        a_task(seat, plan, YEAR_END, milestones=[("节点", date(2026, 5, 1))])
    asked.clear()
    office.get(f"{root}/")
    assert len(asked) == few


def test_a_program_lists_a_task_once_revises_it_with_the_tag_and_closes_it_out(client, engine, tenant, seat, plan):
    api = f"/api/v1/t/{tenant.slug}/tasks"
    office = bearing(a_token(engine, tenant, "OS", "OD"))
    body = {name: str(value) for name, value in form_of(seat, plan).items()}
    body |= {"milestones": [{"title": "方案", "due": "2026-03-01"}]}
    made = client.post(api, json=body, headers=office | {"Idempotency-Key": "k1"})
    again = client.post(api, json=body, headers=office | {"Idempotency-Key": "k1"})
    assert (made.status_code, again.json["id"]) == (201, made.json["id"])
    path = f"{api}/{made.json['id']}"
    change = {"content": "组织技能培训"}
    assert client.patch(path, json=change, headers=office).status_code == 428
    changed = client.patch(path, json=change, headers=office | {"If-Match": made.headers["ETag"]})
    assert changed.json["content"] == "组织技能培训"
    assert client.patch(path, json=change, headers=office | {"If-Match": made.headers["ETag"]}).status_code == 412
    own = bearing(a_token(engine, tenant, "LI", unit=seat.session.get(Task, (tenant.id, made.json["id"])).lead_unit_id))
    step = made.json["milestones"][0]["id"]
    reached = client.post(f"{path}/milestones/{step}/completion", headers=own)
    assert reached.json["milestones"][0]["done_on"]
    assert client.post(f"{path}/progress", json={"percent": 130, "text": "x"}, headers=own).status_code == 422
    assert client.post(f"{path}/progress", json={"percent": 90, "text": "完成九成"}, headers=own).status_code == 201
    assert client.post(f"{path}/close-request", json={"statement": "已完成"}, headers=own).status_code == 201
    assert client.post(f"{path}/close-out", json={}, headers=own).status_code == 403
    done = client.post(f"{path}/close-out", json={}, headers=office).json
    assert (done["state"], done["percent"], done["requests"][0]["state"]) == ("closed_out", 100, "accepted")
    listed = client.get(f"{api}?state=closed_out", headers=office).json
    assert [row["id"] for row in listed["items"]] == [made.json["id"]]
    assert client.get(f"{api}?state=nonsense", headers=office).status_code == 422


def test_a_refusal_names_the_rule_in_both_languages(client, engine, tenant, seat, plan):
    foreign = duties_of(seat.session, units(seat.session, today())[1].id, today())[0]
    body = {name: str(value) for name, value in form_of(seat, plan, duty_id=foreign.id).items()}
    headers = bearing(a_token(engine, tenant, "OS"))
    problem = client.post(f"/api/v1/t/{tenant.slug}/tasks", json=body, headers=headers)
    assert problem.status_code == 422
    assert problem.json["field"] == "duty_id" and "制度四" in problem.json["source"]
    assert "does not hold" in problem.json["detail_en"]


def told(client, root):
    """What the list shows for each reason: how many tasks."""
    reasons = ("verify", "returned", "report", "help", "asked", "all")
    return {reason: client.get(f"{root}/?mine={reason}").text.count("/tasks/0") for reason in reasons}


def test_each_sees_what_waits_for_them_and_why(app, engine, tenant, root, seat, plan):
    other = units(seat.session, today())[1]
    start = date(2026, 1, 10)
    returned, due, asked = (a_task(seat, plan, YEAR_END, start, cooperating=[other.id]) for _ in range(3))
    for row in (returned, asked):
        progress.request_close_out(seat, row.id, statement="已完成", on=today())
    progress.return_close_out(seat, returned.id, reason="缺佐证", on=today())
    own = signed_in(app, engine, tenant, "LI", unit=due.lead_unit_id)
    helper = signed_in(app, engine, tenant, "LI", unit=other.id)
    director, auditor = (signed_in(app, engine, tenant, role) for role in ("OD", "GV"))
    assert told(own, root) == {"verify": 0, "returned": 1, "report": 1, "help": 0, "asked": 1, "all": 3}
    assert told(helper, root) == {"verify": 0, "returned": 0, "report": 0, "help": 2, "asked": 0, "all": 2}
    assert told(director, root) == {"verify": 1, "returned": 0, "report": 0, "help": 0, "asked": 0, "all": 1}
    assert set(told(auditor, root).values()) == {0}
    assert "没有与我有关的任务" in auditor.get(f"{root}/?mine=all").text
    assert "已退回，待补正" in own.get(f"/t/{tenant.slug}/").text
    assert "待配合" in helper.get(f"/t/{tenant.slug}/").text


def test_a_program_asks_what_waits_for_it(client, engine, tenant, seat, plan, task):
    api = f"/api/v1/t/{tenant.slug}/tasks"
    progress.request_close_out(seat, task.id, statement="已完成", on=today())
    director, liaison = (
        bearing(a_token(engine, tenant, "OD")),
        bearing(a_token(engine, tenant, "LI", unit=task.lead_unit_id)),
    )
    assert [row["id"] for row in client.get(f"{api}?mine=verify", headers=director).json["items"]] == [str(task.id)]
    assert client.get(f"{api}?mine=verify", headers=liaison).json["items"] == []
    assert client.get(f"{api}?mine=nonsense", headers=liaison).status_code == 422


def test_a_unit_sees_its_open_tasks_first_on_the_home_page(app, engine, tenant, task):
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    assert task.content in own.get(f"/t/{tenant.slug}/").text


def test_a_convener_is_told_of_the_plan_that_waits(app, engine, tenant, seat):
    draft_plan(seat, year=2026, title="待议定的要点", on=today())
    convener, office = (signed_in(app, engine, tenant, role) for role in ("CV", "OS"))
    assert "待议定的要点待议定" in convener.get(f"/t/{tenant.slug}/").text
    assert "待议定的要点待议定" not in office.get(f"/t/{tenant.slug}/").text


def test_the_ledger_opens_with_the_newest_plan_and_the_years_before_are_one_choice_away(app, engine):
    tenant = a_tenant(engine, furnish=furnish)
    office = console(engine, tenant)
    before = a_plan(office)
    a_task(office, before, date(2026, 6, 30))
    reader, root = signed_in(app, engine, tenant, "OS"), f"/t/{tenant.slug}/tasks/"
    assert "开展培训" in reader.get(root).text, "one plan alone is shown"
    draft_plan(office, year=2027, title="明年计划", on=date(2026, 11, 1))
    assert "没有符合条件的任务" in reader.get(root).text
    assert "开展培训" in reader.get(f"{root}?plan=").text
    assert "开展培训" in reader.get(f"{root}?plan={before.id}").text

"""Many tasks at once: tried before it is done, done one by one, reported on one screen and by a workbook."""

import io
import re
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from service.batches.commands import AT_ONCE
from service.batches.models import BatchRow
from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.web import today
from service.rooms import handlers
from service.tasks.commands import suspend
from service.tasks.models import Task, TaskEvent
from service.tasks.progress import request_close_out
from tenants import ledger
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, a_task, console

YEAR_END = date(2026, 12, 20)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/batches"


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def plan(seat):
    return a_plan(seat)


def one_task(session, task_id):
    return session.scalars(select(Task).where(Task.id == task_id)).one()


def states(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        return dict(session.execute(select(Task.id, Task.state)).all())


def test_a_verb_is_tried_on_each_task_then_done_where_it_can_be(app, engine, tenant, root, seat, plan):
    open_, asked, short = (
        a_task(seat, plan, date(2026, 11, 1)),
        a_task(seat, plan, YEAR_END),
        a_task(seat, plan, YEAR_END),
    )
    request_close_out(seat, asked.id, statement="已完成", on=today())
    director = signed_in(app, engine, tenant, "OD")
    ids = [str(row.id) for row in (open_, asked, short)]
    assert "已选 3 项任务" in director.get(f"{root}/new?task=" + "&task=".join(ids)).text
    given = {"verb": "extend", "task": ids, "due": "2026-12-10", "reason": "第8号批示"}
    missing = director.post(f"{root}/", data=given | {"reason": ""})
    assert missing.status_code == 422 and 'href="#f-reason"' in missing.text and 'value="2026-12-10"' in missing.text
    answer = director.post(f"{root}/", data=given, follow_redirects=True)
    path, page = answer.request.path, answer.text
    assert "确认办理 1 项" in page and "不能" in page and "应晚于现行时限" in page
    with acting_for(engine, tenant.id) as session:
        assert one_task(session, open_.id).due == date(2026, 11, 1), "nothing was done yet"
        before = session.scalar(select(func.count()).select_from(AuditEntry))
    assert "已办理" in director.post(f"{path}/run", follow_redirects=True).text
    with acting_for(engine, tenant.id) as session:
        assert one_task(session, open_.id).due == date(2026, 12, 10)
        assert one_task(session, short.id).due == YEAR_END
        lines = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq).offset(before)).all()
    assert [line for line in lines if line == "task.grant_extension"] == ["task.grant_extension"], (
        "one line for one task"
    )
    assert "已经办理" in director.post(f"{path}/run", follow_redirects=True).text
    assert "批准延期" in director.get(f"{root}/").text
    assert "批准延期" in director.get(f"{root}/?format=csv").get_data().decode("utf-8-sig")


def test_all_that_the_filters_name_are_suspended_in_a_job_each_once(app, engine, tenant, root, seat, plan):
    count = AT_ONCE + 5
    for _ in range(count):
        a_task(seat, plan, YEAR_END)
    other = a_task(seat, plan, date(2026, 3, 1))
    director = signed_in(app, engine, tenant, "OD")
    page = director.get(f"{root}/new?every=1&verb=suspend&query=due_from%3D2026-12-01").text
    ids = re.findall(r'name="task" value="([^"]+)"', page.split('name="reason"')[0].split('name="verb" value=')[-1])
    assert len(ids) == count
    answer = director.post(f"{root}/", data={"verb": "suspend", "task": ids, "reason": "批文"}, follow_redirects=True)
    running = director.post(f"{answer.request.path}/run", follow_redirects=True).text
    assert "hx-get" in running and "办理进度" in running
    assert set(states(engine, tenant).values()) == {"not_started"}
    list(ledger.drain(engine, handlers()))
    found = states(engine, tenant)
    assert found.pop(other.id) == "not_started" and set(found.values()) == {"suspended"}
    with acting_for(engine, tenant.id) as session:
        assert session.scalar(select(func.count()).where(TaskEvent.verb == "suspend")) == count
        assert set(session.scalars(select(BatchRow.state))) == {"carried"}


def test_who_may_not_do_it_alone_may_not_do_it_to_many(app, engine, tenant, root, seat, plan):
    task = a_task(seat, plan, YEAR_END)
    given = {"verb": "withdraw", "task": [str(task.id)], "reason": "批文"}
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    assert own.post(f"{root}/", data=given).status_code == 403
    director, other = (signed_in(app, engine, tenant, "OD") for _ in range(2))
    path = director.post(f"{root}/", data=given).headers["Location"]
    assert other.get(path).status_code == 404 and other.post(f"{path}/run").status_code == 404
    director.post(f"{path}/run")
    assert states(engine, tenant)[task.id] == "withdrawn"


def test_what_changed_since_it_was_looked_through_is_refused_and_the_others_are_done(
    app, engine, tenant, root, seat, plan
):
    one, two = a_task(seat, plan, YEAR_END), a_task(seat, plan, YEAR_END)
    director = signed_in(app, engine, tenant, "OD")
    given = {"verb": "suspend", "task": [str(one.id), str(two.id)], "reason": "批文"}
    path = director.post(f"{root}/", data=given).headers["Location"]
    suspend(seat, one.id, reason="批文", on=today())
    page = director.post(f"{path}/run", follow_redirects=True).text
    assert "未办成" in page and "不能中止" in page and set(states(engine, tenant).values()) == {"suspended"}


def test_the_lead_is_handed_over_to_a_unit_that_holds_the_duty_or_it_says_why_not(
    app, engine, tenant, root, seat, plan
):
    task, other = a_task(seat, plan, YEAR_END), units(seat.session, today())[1]
    office = signed_in(app, engine, tenant, "OS")
    page = office.post(f"{root}/", data={"verb": "hand_over", "task": [str(task.id)], "unit_id": str(other.id)}, follow_redirects=True).text  # fmt: skip
    assert "不是" in page and "承担的职责" in page and "没有可以办理的任务" in page and "依据：" in page


def test_many_reports_on_one_screen_with_errors_at_their_rows(app, engine, tenant, root, seat, plan):
    one, two, three = (a_task(seat, plan, YEAR_END) for _ in range(3))
    own = signed_in(app, engine, tenant, "LI", unit=one.lead_unit_id)
    assert own.get(f"{root}/reports").text.count("<textarea") == 3
    given = {f"percent.{one.id}": "30", f"text.{one.id}": "印发方案", f"percent.{two.id}": "130", f"text.{two.id}": "开展培训", f"percent.{three.id}": "0"}  # fmt: skip
    wrong = own.post(f"{root}/reports", data=given)
    assert wrong.status_code == 422 and "已填报 1 项" in wrong.text and "0至100的整数" in wrong.text
    assert f'id="f-percent.{two.id}" value="130"' in wrong.text and "开展培训" in wrong.text
    assert "上期：印发方案" in wrong.text
    last = own.post(f"{root}/reports", data={f"text.{two.id}": "另写的", "last": "1"}).text
    assert ">印发方案</textarea>" in last and ">另写的</textarea>" in last
    assert "没有改动" in own.post(f"{root}/reports", data={f"percent.{one.id}": "30"}, follow_redirects=True).text
    with acting_for(engine, tenant.id) as session:
        assert session.scalar(select(func.count()).where(TaskEvent.verb == "report")) == 1
    assert signed_in(app, engine, tenant, "GV").post(f"{root}/reports", data=given).status_code == 403
    assert "没有要填报的任务" in signed_in(app, engine, tenant, "LI", unit=units(seat.session, today())[2].id).get(f"{root}/reports").text  # fmt: skip


def filled(content, changes):
    """The workbook with cells changed, as it is brought back."""
    book = load_workbook(io.BytesIO(content))
    for place, value in changes.items():
        book.active[place] = value  # type: ignore[index]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_filled_in_looked_through_and_twice_is_once(app, engine, tenant, root, seat, plan):
    tasks = [a_task(seat, plan, YEAR_END - timedelta(days=9 - n)) for n in range(4)]
    own = signed_in(app, engine, tenant, "LI", unit=tasks[0].lead_unit_id)
    sheet = own.get(f"{root}/reports?format=xlsx").data
    sheet = filled(sheet, {"E2": 40, "F2": "印发方案", "E3": "过半", "F3": "推进", "A4": "x", "F4": "别的"})

    def brought():
        return own.post(f"{root}/reports/file", data={"file": (io.BytesIO(sheet), "进展.xlsx")}, follow_redirects=True)

    answer = brought()
    assert (
        "确认办理 1 项" in answer.text and "“过半”不是0至100的整数" in answer.text and "请勿改动任务编号" in answer.text
    )
    assert answer.text.count("没有改动") >= 2
    own.post(f"{answer.request.path}/run")
    with acting_for(engine, tenant.id) as session:
        assert one_task(session, tasks[0].id).percent == 40
    again = brought()
    assert "没有可以办理的任务" in again.text
    with acting_for(engine, tenant.id) as session:
        assert session.scalar(select(func.count()).where(TaskEvent.verb == "report")) == 1
    for name, content in (("进展.xls", b"x"), ("进展.xlsx", b"PK\x03\x04 no"), ("进展.txt", b"a,b")):
        assert own.post(f"{root}/reports/file", data={"file": (io.BytesIO(content), name)}).status_code == 422
    changed = filled(sheet, {"A1": "编号"})
    assert "表头应有" in own.post(f"{root}/reports/file", data={"file": (io.BytesIO(changed), "a.xlsx")}).text


def test_a_program_prepares_looks_through_and_has_it_done(client, engine, tenant, seat, plan):
    task, asked = a_task(seat, plan, YEAR_END), a_task(seat, plan, YEAR_END)
    request_close_out(seat, asked.id, statement="已完成", on=today())
    api, headers = f"/api/v1/t/{tenant.slug}/batches", bearing(a_token(engine, tenant, "OD"))
    body = {"verb": "extend", "task": [str(task.id), str(asked.id)], "due": "2026-12-28", "reason": "批示"}
    assert client.post(api, json=body | {"due": None}, headers=headers).status_code == 422
    made = client.post(api, json=body, headers=headers)
    assert (made.status_code, made.json["state"]) == (201, "draft")
    path = f"{api}/{made.json['id']}"
    rows = client.get(f"{path}/rows", headers=headers).json["items"]
    assert [row["state"] for row in rows] == ["ready", "refused"] and rows[1]["said_en"]
    ran = client.post(f"{path}/run", headers=headers | {"Idempotency-Key": "once"})
    assert ran.json["state"] == "running" and ran.json["job_id"]
    list(ledger.drain(engine, handlers()))
    assert client.get(path, headers=headers).json["state"] == "done"
    assert client.get(f"{path}/rows?state=carried", headers=headers).json["total"] == 1
    assert client.get(f"{api}?state=done", headers=headers).json["total"] == 1

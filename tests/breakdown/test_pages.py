"""A plan's table and progress as people and programs see them."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from service.charter.opening import furnish
from service.plans.commands import Outline, draft_plan
from service.rooms import handlers
from tenants import ledger
from tests.breakdown.test_listing import HEAD, a_line
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import AGREED, a_plan, a_task, console


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def office(app, engine, tenant):
    return signed_in(app, engine, tenant, "OS")


def done(engine, tenant):
    """All work that is due is done."""
    return list(ledger.drain(engine, handlers()))


def test_a_table_is_pasted_put_right_on_its_page_and_listed(app, engine, tenant, seat, office):
    plan = a_plan(seat)
    at = f"/t/{tenant.slug}/plans/{plan.id}/table"
    assert "本计划还没有任务" in office.get(at).text
    text = "\n".join([HEAD, a_line(seat, "甲任务"), a_line(seat, "乙任务", due="尽快"), a_line(seat, "丙任务", due="全年")])  # fmt: skip
    answer = office.post(at, data={"text": text}, follow_redirects=True)
    page, path = answer.text, answer.request.path
    assert "列入 2 项任务" in page and "“尽快”不是日期" in page and "按2026年12月31日计" in page
    assert page.count("<textarea") == 1
    row = page.split('action="')[-1].split("?")[0]
    kept = office.post(f"{row}?level=error", data={"due": "10月底"})
    assert kept.headers["Location"].endswith("?level=error")
    assert "第 3 行已改正" in office.get(path).text
    running = office.post(f"{path}/run", follow_redirects=True).text
    assert "办理进度" in running and "hx-get" in running
    assert "hx-get" in office.get(f"{path}/job").text
    done(engine, tenant)
    assert "已完成" in office.get(f"{path}/job").text or "hx-get" not in office.get(f"{path}/job").text
    table = office.get(at).text
    assert "甲任务" in table and "乙任务" in table and "2026-10-31" in table
    assert "已列入" in office.get(path).text
    assert "没有可以列入的行" in office.post(f"{path}/run", follow_redirects=True).text
    assert "粘贴的表格" in office.get(f"/t/{tenant.slug}/breakdowns/").text


def test_a_form_that_cannot_be_read_comes_back_as_it_was(tenant, seat, office):
    at = f"/t/{tenant.slug}/plans/{a_plan(seat).id}/table"
    wrong = office.post(at, data={"text": "姓名\t电话\n甲\t1"})
    assert wrong.status_code == 422 and "没有找到表头" in wrong.text and "姓名\t电话" in wrong.text
    file = office.post(at, data={"file": (io.BytesIO(b"x"), "表.doc")})
    assert file.status_code == 422 and "xlsx 或 .csv" in file.text
    assert office.post(at, data={"text": ""}).status_code == 422


def test_what_is_wrong_leaves_as_a_file_and_the_table_in_every_form(tenant, seat, office):
    plan = a_plan(seat)
    a_task(seat, plan, date(2026, 6, 30), milestones=[("印发方案", date(2026, 3, 31))])
    root = f"/t/{tenant.slug}/plans/{plan.id}"
    at = f"{root}/table"
    body = "\n".join([HEAD, a_line(seat, "甲", due="尽快")])
    path = office.post(at, data={"text": body}, follow_redirects=True).request.path
    faults = office.get(f"{path}/faults.csv").get_data().decode("utf-8-sig")
    assert "甲" in faults and "“尽快”不是日期" in faults
    exported = office.get(f"{at}?format=csv").get_data().decode("utf-8-sig")
    assert "开展培训" in exported and "Q1：印发方案" in exported
    sheet = load_workbook(io.BytesIO(office.get(f"{at}?format=xlsx").data)).active
    assert sheet is not None and sheet["B3"].value == "开展培训"
    assert load_workbook(io.BytesIO(office.get(f"{root}/template.xlsx").data)).sheetnames[0] == "任务分解表"
    assert office.get(f"{root}/plan.pdf").data.startswith(b"%PDF")
    assert office.get(f"{root}/plan.docx").data.startswith(b"PK")
    assert "已放弃" in office.post(f"{path}/discard", follow_redirects=True).text


def test_the_progress_of_a_plan_by_quarter_unit_and_field(tenant, seat, office):
    plan = a_plan(seat)
    root = f"/t/{tenant.slug}/plans"
    assert "本计划还没有任务" in office.get(f"{root}/{plan.id}/progress").text
    a_task(seat, plan, date(2026, 6, 30), milestones=[("印发方案", date(2026, 3, 31))])
    a_task(seat, plan, date(2026, 12, 31))
    text = office.get(f"{root}/{plan.id}/progress").text
    assert "共 2 项任务" in text and "第二季度" in text and "0/1" in text and "按牵头单位" in text
    long = draft_plan(
        seat, year=2026, kind="long_term", title="规划", on=AGREED, outline=Outline(ends=date(2030, 12, 31))
    )
    phase = draft_plan(seat, year=2026, kind="phase", title="阶段安排", on=AGREED, outline=Outline(parent_id=long.id))
    a_task(seat, phase, date(2026, 12, 31))
    text = office.get(f"{root}/{long.id}/progress").text
    assert "按分解的计划" in text and "阶段安排" in text and "共 1 项任务" in text


def test_who_lists_nothing_sees_the_table_and_no_form(app, engine, tenant, seat, office):
    plan = a_plan(seat)
    at = f"/t/{tenant.slug}/plans/{plan.id}/table"
    reader = signed_in(app, engine, tenant, "GV")
    assert "读入并核对" in office.get(at).text and "读入并核对" not in reader.get(at).text
    assert reader.post(at, data={"text": HEAD}).status_code == 403
    assert signed_in(app, engine, tenant, "SA").get(at).status_code == 403


def test_a_program_brings_a_table_puts_it_right_and_has_it_listed(client, engine, tenant, seat):
    plan = a_plan(seat)
    root = f"/api/v1/t/{tenant.slug}"
    headers = bearing(a_token(engine, tenant, "OS"))
    text = "\n".join([HEAD, a_line(seat, "甲"), a_line(seat, "乙", due="尽快")])
    made = client.post(f"{root}/plans/{plan.id}/breakdowns", json={"text": text}, headers=headers)
    assert (made.status_code, made.json["rows"], made.json["state"]) == (201, 2, "draft")
    path = f"{root}/breakdowns/{made.json['id']}"
    wrong = client.get(f"{path}/rows?level=error", headers=headers).json["items"]
    assert [(row["line"], row["findings"][0]["column"]) for row in wrong] == [(3, "due")]
    fixed = client.post(f"{path}/rows/{wrong[0]['id']}/correction", json={"due": "9月"}, headers=headers)
    assert (fixed.status_code, fixed.json["level"]) == (201, "warning") or fixed.json["level"] == "ok"
    assert client.post(f"{path}/run", headers=headers).json["state"] == "running"
    done(engine, tenant)
    assert client.get(path, headers=headers).json["state"] == "done"
    rows = client.get(f"{path}/rows?state=listed", headers=headers).json
    assert rows["total"] == 2 and all(row["task_id"] for row in rows["items"])
    tasks = client.get(f"{root}/tasks?plan={plan.id}", headers=headers).json
    assert [row["content"] for row in tasks["items"]] == ["甲", "乙"]
    file = (io.BytesIO(text.encode()), "表.csv")
    sent = client.post(f"{root}/plans/{plan.id}/breakdowns/file", data={"file": file}, headers=headers)
    assert (sent.status_code, sent.json["name"]) == (201, "表.csv")
    tag = {"If-Match": sent.headers["ETag"]}
    again = f"{root}/breakdowns/{sent.json['id']}"
    assert client.delete(again, headers=headers).status_code == 428
    assert client.delete(again, headers=headers | tag).status_code == 204
    assert client.get(again, headers=headers).status_code == 404
    assert client.get(f"{root}/breakdowns", headers=headers).json["total"] == 1
    assert client.post(f"{path}/halt", headers=headers).status_code == 409

"""What belongs to a task on its page and by API: forms that come back, files that arrive, what is told to whom."""

import io
import re
from datetime import date

import pytest

from service.charter.opening import furnish
from service.charter.queries import units
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.work.office import START, a_plan, a_task, console

YEAR_END = date(2026, 12, 20)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def task(seat):
    return a_task(seat, a_plan(seat), YEAR_END, cooperating=[units(seat.session, START)[1].id])


def file(words="照片说明"):
    return (io.BytesIO(words.encode()), "现场照片.txt")


def test_progress_brings_its_evidence_along_or_neither(app, engine, tenant, task):
    path = f"/t/{tenant.slug}/tasks/{task.id}"
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    wrong = own.post(f"{path}/progress", data={"percent": "40", "text": "进展", "file": (io.BytesIO(b""), "空.txt")})
    assert wrong.status_code == 422 and "文件是空的" in wrong.text and 'value="40"' in wrong.text
    assert "填报进展 40%" not in own.get(path).text
    sent = {"percent": "40", "text": "进展", "file": file(), "shared": "1"}
    assert "填报进展 40%" in own.post(f"{path}/progress", data=sent, follow_redirects=True).text
    page = own.get(path).text
    (address,) = re.findall(r'href="([^"]+/evidence/[^"]+/file)"', page)
    assert "可上报" in page and own.get(address).get_data().decode() == "照片说明"
    assert own.post(f"{path}/evidence", data={"title": "x"}).status_code == 422
    stranger = signed_in(app, engine, tenant, "AS")
    assert stranger.post(f"{path}/evidence", data={"file": file()}).status_code == 403


def test_an_open_part_warns_at_the_close_out_and_an_extension_is_asked_and_refused(app, engine, tenant, task):
    path = f"/t/{tenant.slug}/tasks/{task.id}"
    own = signed_in(app, engine, tenant, "LI", unit=task.lead_unit_id)
    director = signed_in(app, engine, tenant, "OD")
    assert "负责的部分尚未完成" in own.get(path).text
    early = own.post(f"{path}/extension-request", data={"due": "2026-06-01", "reason": "汛期"})
    assert early.status_code == 422 and "应晚于现行时限" in early.text
    own.post(f"{path}/extension-request", data={"due": "2026-12-31", "reason": "汛期"})
    assert "待办公室决定" in own.get(path).text and "决定延期申请" in director.get(path).text
    assert "申请延期" in director.get(f"/t/{tenant.slug}/tasks/?mine=extend").text
    assert "待决定延期申请" in director.get(f"/t/{tenant.slug}/").text
    director.post(f"{path}/extension-refusal", data={"reason": "年内必须完成"})
    assert "未获同意：年内必须完成" in own.get(path).text


def test_quarters_are_offered_in_one_form_and_what_is_wrong_stands_in_its_row(app, engine, tenant, task):
    path = f"/t/{tenant.slug}/tasks/{task.id}"
    office = signed_in(app, engine, tenant, "OS")
    assert office.get(path).text.count('name="milestones.title"') == 4
    rows = {"milestones.title": ["一季度", "二季度"], "milestones.due": ["2026-03-31", "2027-01-01"]}
    wrong = office.post(f"{path}/quarters", data=rows)
    assert wrong.status_code == 422 and 'id="f-milestones.1.due-error"' in wrong.text and "一季度" in wrong.text
    rows["milestones.due"][1] = "2026-06-30"
    assert "二季度" in office.post(f"{path}/quarters", data=rows, follow_redirects=True).text


def test_a_program_reads_and_writes_what_belongs_to_a_task(client, engine, tenant, task):
    path = f"/api/v1/t/{tenant.slug}/tasks/{task.id}"
    office, own = bearing(a_token(engine, tenant, "OS")), bearing(a_token(engine, tenant, "LI", unit=task.lead_unit_id))
    helper = client.get(path, headers=office).json["open_parts"][0]
    assert client.post(f"{path}/part", json={"unit_id": helper, "part": "师资"}, headers=own).status_code == 403
    client.post(f"{path}/part", json={"unit_id": helper, "part": "师资"}, headers=office)
    made = client.post(f"{path}/targets", json={"indicator_code": "B01", "target": "1000"}, headers=office).json
    assert made["targets"][0]["attained"] is None and made["parts"][0]["part"] == "师资"
    body = {"percent": 60, "text": "进展", "actuals": [{"target_id": made["targets"][0]["id"], "actual": "600"}]}
    told = client.post(f"{path}/progress", json=body, headers=own).json
    assert (told["targets"][0]["attained"], told["targets"][0]["met"]) == ("0.6000", False)
    brought = client.post(f"{path}/evidence", data={"file": file(), "title": "照片"}, headers=own)
    assert brought.status_code == 201 and brought.json["evidence"][0]["shared"] is False
    kept = brought.json["evidence"][0]["id"]
    assert client.get(f"{path}/evidence/{kept}/file", headers=office).get_data().decode() == "照片说明"
    marked = client.post(f"{path}/evidence-mark", json={"evidence_id": kept, "shared": True}, headers=office).json
    assert marked["evidence"][0]["shared"] is True
    assert (
        client.post(f"{path}/comments", json={"text": "请抓紧"}, headers=office).json["comments"][0]["text"] == "请抓紧"
    )
    asked = client.post(f"{path}/extension-request", json={"due": "2026-12-31", "reason": "汛期"}, headers=own).json
    assert asked["extension_requests"][0]["state"] == "pending"
    listed = client.get(f"/api/v1/t/{tenant.slug}/tasks", headers=office).json["items"]
    assert listed[0]["extension_asked"] == "2026-12-31"

"""An annual plan from draft to filed, as people and programs do it."""

from datetime import date

import pytest

from service.charter.opening import furnish
from service.plans.commands import close_plan
from tenants.errors import Refused
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import a_plan, console

YEAR = date.today().year


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/plans"


def drafted(client, root, **changes):
    return client.post(f"{root}/", data={"year": YEAR, "title": "年度工作要点"} | changes, follow_redirects=True)


def test_an_empty_list_says_what_to_do_next(app, engine, tenant, root):
    text = signed_in(app, engine, tenant, "OS").get(f"{root}/").text
    assert "还没有工作计划" in text and "拟订年度计划" in text


def test_the_office_drafts_and_the_convener_agrees(app, engine, tenant, root):
    office, convener = (signed_in(app, engine, tenant, role) for role in ("OS", "CV"))
    answer = drafted(office, root)
    assert "计划已拟订" in answer.text and "由召集人确认议定" in answer.text
    path = answer.request.path
    assert office.post(f"{path}/approval", data={"basis": "会议"}).status_code == 403
    unfounded = convener.post(f"{path}/approval", data={"basis": " ", "agreed_on": "2026-01-05"})
    assert unfounded.status_code == 422
    assert "哪次会议或哪份文件" in unfounded.text and 'value="2026-01-05"' in unfounded.text
    agreed = convener.post(f"{path}/approval", data={"basis": "第1次全体会议"}, follow_redirects=True)
    assert "计划已议定" in agreed.text and "第1次全体会议" in agreed.text


def test_a_second_plan_of_the_year_is_refused_with_the_form_as_it_was(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    drafted(office, root)
    again = drafted(office, root, title="另一份")
    assert again.status_code == 422
    assert "已有工作计划" in again.text and 'value="另一份"' in again.text


def test_a_plan_is_not_agreed_on_a_day_to_come(app, engine, tenant, root):
    convener = signed_in(app, engine, tenant, "CV")
    path = drafted(signed_in(app, engine, tenant, "OS"), root).request.path
    late = convener.post(f"{path}/approval", data={"basis": "会议", "agreed_on": f"{YEAR + 1}-01-01"})
    assert late.status_code == 422 and "不能晚于今天" in late.text
    assert convener.post(f"{path}/approval", data={"basis": "会议", "agreed_on": f"{YEAR}-01-01"}).status_code == 302


def test_a_draft_is_renamed_and_an_agreed_plan_is_not(app, engine, tenant, root):
    office, convener = (signed_in(app, engine, tenant, role) for role in ("OS", "CV"))
    path = drafted(office, root).request.path
    assert "甲" in office.post(f"{path}/edit", data={"title": "甲"}, follow_redirects=True).text
    convener.post(f"{path}/approval", data={"basis": "会议"})
    late = office.post(f"{path}/edit", data={"title": "乙"})
    assert late.status_code == 422 and "已经议定" in late.text


def test_a_plan_is_filed_only_after_its_year(engine, tenant):
    seat = console(engine, tenant)
    plan = a_plan(seat)
    with pytest.raises(Refused, match="2026年结束后"):
        close_plan(seat, plan.id, on=date(2026, 12, 31))
    assert close_plan(a_seat(engine, tenant, "OD"), plan.id, on=date(2027, 1, 4)).state == "closed"


def test_the_list_leaves_as_a_file(app, engine, tenant, root):
    a_plan(console(engine, tenant))
    answer = signed_in(app, engine, tenant, "GV").get(f"{root}/?format=csv")
    assert "2026年工作要点" in answer.get_data().decode("utf-8-sig")


def test_a_program_drafts_revises_with_the_tag_and_has_it_agreed(client, engine, tenant):
    api = f"/api/v1/t/{tenant.slug}/plans"
    office = bearing(a_token(engine, tenant, "OS", "OD"))
    convener = bearing(a_token(engine, tenant, "CV"))
    made = client.post(api, json={"year": YEAR, "title": "要点"}, headers=office)
    assert made.status_code == 201
    path, tag = f"{api}/{made.json['id']}", made.headers["ETag"]
    assert client.patch(path, json={"title": "工作要点"}, headers=office).status_code == 428
    assert client.patch(path, json={"title": "工作要点"}, headers=office | {"If-Match": tag}).status_code == 200
    assert client.patch(path, json={"title": "晚了"}, headers=office | {"If-Match": tag}).status_code == 412
    assert client.post(f"{path}/approval", json={"basis": "会议"}, headers=office).status_code == 403
    assert client.post(f"{path}/approval", json={"basis": "会议"}, headers=convener).json["state"] == "approved"
    listed = client.get(api, headers=office).json
    assert [row["title"] for row in listed["items"]] == ["工作要点"]


def test_an_administrator_of_the_system_sees_no_plan(app, engine, tenant, root):
    assert signed_in(app, engine, tenant, "SA").get(f"{root}/").status_code == 403
    assert signed_in(app, engine, tenant, "OS").get(f"{root}/").status_code == 200

"""Long-term, phase and units' own plans beside the year's, as people and programs do them; what the figures count."""

from datetime import date

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.charter.queries import duties_of, lead_units, units
from service.notices.models import Notice
from service.plans import commands
from service.plans.commands import Outline, agree_plan, draft_plan
from service.plans.queries import plan_of
from service.plans.units import accept_plan, draft_unit_plan, return_plan, submit_plan
from service.tasks.commands import TaskText, add_task
from service.tasks.figures import FACTS
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in
from tests.work.office import AGREED, a_plan, a_task, console

YEAR = date.today().year


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


def member(seat, number=0):
    return units(seat.session, AGREED)[number].id


def test_the_plan_of_the_year_is_the_annual_one_whatever_stands_beside_it(engine, tenant):
    seat = console(engine, tenant)
    draft_plan(seat, year=2026, kind="phase", title="春节阶段安排", on=AGREED)
    draft_unit_plan(seat, unit_id=member(seat), year=2026, title="人社厅计划", on=AGREED)
    assert plan_of(seat.session, 2026) is None
    annual = draft_plan(seat, year=2026, title="要点", on=AGREED)
    found = plan_of(seat.session, 2026)
    assert found and found.id == annual.id
    with pytest.raises(Conflict, match="已有工作计划"):
        draft_plan(seat, year=2026, title="又一份", on=AGREED)
    assert draft_plan(seat, year=2026, kind="phase", title="暑期阶段安排", on=AGREED).state == "draft"


def test_the_figures_count_the_annual_plan_s_tasks_and_no_others(engine, tenant):
    seat = console(engine, tenant)
    annual = a_plan(seat)
    a_task(seat, annual, date(2026, 6, 30))
    phase = draft_plan(seat, year=2026, kind="phase", title="阶段安排", on=AGREED)
    a_task(seat, phase, date(2026, 6, 30))
    own = draft_unit_plan(seat, unit_id=member(seat), year=2026, title="计划", on=AGREED)
    a_task(seat, own, date(2026, 6, 30))
    rows = seat.session.execute(FACTS["tasks"], {"year": 2026, "until": date(2026, 9, 30), "tenant": tenant.id}).all()
    assert len(rows) == 1


def test_an_annual_plan_is_drawn_from_the_long_term_one_and_the_long_term_one_takes_no_task(engine, tenant):
    seat = console(engine, tenant)
    long = draft_plan(
        seat, year=2026, kind="long_term", title="2026—2030年规划", on=AGREED, outline=Outline(ends=date(2030, 12, 31))
    )
    lead = lead_units(seat.session, AGREED)[0]
    duty = duties_of(seat.session, lead.id, AGREED)[0]
    text = TaskText("开展培训", duty.id, lead.id, date(2026, 1, 10), date(2026, 6, 30))
    with pytest.raises(Refused, match="按年度分解"):
        add_task(seat, long.id, text, on=AGREED)
    annual = draft_plan(seat, year=2026, title="要点", on=AGREED, outline=Outline(parent_id=long.id))
    assert add_task(seat, annual.id, text, on=AGREED).year == 2026
    with pytest.raises(Refused, match="衔接意见"):
        agree_plan(seat, long.id, basis="第1次全体会议", agreed_on=AGREED, on=AGREED)
    agreed = agree_plan(seat, long.id, basis="第1次全体会议", opinion="已衔接", agreed_on=AGREED, on=AGREED)
    assert agreed.state == "approved"


def test_a_unit_drafts_its_own_plan_and_the_office_sends_it_back_and_reviews_it(engine, tenant):
    seat = console(engine, tenant)
    mine, other = member(seat, 0), member(seat, 1)
    liaison, director = a_seat(engine, tenant, "LI", unit=mine), a_seat(engine, tenant, "OD")
    with pytest.raises(Forbidden, match="本单位"):
        draft_unit_plan(liaison, unit_id=other, year=2026, title="计划", on=AGREED)
    row = draft_unit_plan(liaison, unit_id=mine, year=2026, title="计划", on=AGREED)
    with pytest.raises(Refused, match="不待审核"):
        accept_plan(director, row.id, on=AGREED)
    submit_plan(liaison, row.id, on=AGREED)
    with pytest.raises(Refused, match="退回后方可修改"):
        commands.revised(liaison, row, "改", None)
    returned = return_plan(director, row.id, remark="请列明时限", on=AGREED)
    assert (returned.state, returned.remark) == ("draft", "请列明时限")
    submit_plan(liaison, row.id, on=AGREED)
    accepted = accept_plan(director, row.id, on=AGREED)
    assert (accepted.state, accepted.agreed_on, accepted.remark) == ("approved", AGREED, "")
    told = seat.session.execute(select(Notice.kind, Notice.account_id).order_by(Notice.kind)).all()
    assert sorted(told) == sorted(
        [("plan_submitted", director.account_id)] * 2
        + [(kind, liaison.account_id) for kind in ("plan_returned", "plan_reviewed")]
    )
    with pytest.raises(Refused, match="不经会议议定"):
        agree_plan(seat, row.id, basis="会议", agreed_on=AGREED, on=AGREED)


def test_the_pages_of_a_unit_s_plan_from_draft_to_review(app, engine, tenant):
    seat = console(engine, tenant)
    root, unit = f"/t/{tenant.slug}/plans", member(seat)
    liaison = signed_in(app, engine, tenant, "LI", unit=unit)
    office, director = (signed_in(app, engine, tenant, role) for role in ("OS", "OD"))
    assert "拟订单位工作计划" in liaison.get(f"{root}/").text
    assert liaison.get(f"{root}/new?kind=annual").status_code == 403
    assert "工作要点" in liaison.get(f"{root}/new?kind=unit").text
    form = {"kind": "unit", "unit_id": str(unit), "year": YEAR, "title": "本单位计划", "text": "一、抓培训"}
    answer = liaison.post(f"{root}/", data=form, follow_redirects=True)
    assert "请报办公室审核" in answer.text and "一、抓培训" in answer.text
    path = answer.request.path
    assert "已报办公室审核" in liaison.post(f"{path}/submission", follow_redirects=True).text
    assert office.post(f"{path}/review").status_code == 403
    empty = director.post(f"{path}/return", data={"remark": " "})
    assert empty.status_code == 422 and "写明退回修改的意见" in empty.text
    assert "已退回" in director.post(f"{path}/return", data={"remark": "补时限"}, follow_redirects=True).text
    assert "补时限" in liaison.get(path).text
    liaison.post(f"{path}/edit", data={"title": "本单位工作计划"})
    liaison.post(f"{path}/submission")
    assert "已审核" in director.post(f"{path}/review", follow_redirects=True).text
    assert "本单位工作计划" in office.get(f"{root}/?kind=unit").text
    assert "本单位工作计划" not in office.get(f"{root}/?kind=annual").text


def test_a_program_does_the_same(client, engine, tenant):
    seat = console(engine, tenant)
    unit = member(seat)
    api = f"/api/v1/t/{tenant.slug}/plans"
    liaison, director = (bearing(a_token(engine, tenant, role, unit=unit)) for role in ("LI", "OD"))
    body = {"unit_id": str(unit), "year": YEAR, "title": "计划"}
    made = client.post(f"{api}/of-units", json=body, headers=liaison)
    assert (made.status_code, made.json["kind"]) == (201, "unit")
    path = f"{api}/{made.json['id']}"
    assert client.post(f"{api}/of-units", json=body, headers=liaison).status_code == 409
    patched = client.patch(path, json={"title": "新计划"}, headers=liaison | {"If-Match": made.headers["ETag"]})
    assert (patched.json["title"], patched.json["begins"]) == ("新计划", f"{YEAR}-01-01")
    assert client.post(f"{path}/submission", headers=liaison).json["state"] == "submitted"
    assert client.post(f"{path}/review", headers=liaison).status_code == 403
    back = client.post(f"{path}/return", json={"remark": "补"}, headers=director)
    assert (back.json["state"], back.json["remark"]) == ("draft", "补")
    client.post(f"{path}/submission", headers=liaison)
    assert client.post(f"{path}/review", headers=director).json["state"] == "approved"
    listed = client.get(f"{api}?kind=unit&unit={unit}", headers=liaison).json
    assert [row["title"] for row in listed["items"]] == ["新计划"]
    office = bearing(a_token(engine, tenant, "OS"))
    long = {"year": YEAR, "kind": "long_term", "title": "规划", "ends": f"{YEAR}-12-31"}
    assert client.post(api, json=long, headers=office).status_code == 422
    assert client.post(api, json=long | {"ends": f"{YEAR + 4}-12-31"}, headers=office).status_code == 201


def test_the_choice_of_a_plan_says_its_year_once(app, engine, tenant):
    a_plan(console(engine, tenant))
    text = signed_in(app, engine, tenant, "OS").get(f"/t/{tenant.slug}/tasks/new").text
    assert "2026年工作要点" in text and "2026 2026年" not in text

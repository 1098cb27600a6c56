"""The pages and the API of matters: the same verbs, seen by those who may."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from service.charter.models import Unit
from service.kit.web import today
from service.matters import queries
from service.matters.commands import draft_matter, submit
from service.matters.consulting import reply
from tenants.db import acting_for
from tests.factories import a_token, bearing, signed_in
from tests.matters.course import DAY


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/matters"


@pytest.fixture
def api(tenant):
    return f"/api/v1/t/{tenant.slug}/matters"


def test_a_unit_drafts_row_by_row_submits_and_reads_what_became_of_it(app, engine, tenant, table, root):
    liaison = signed_in(app, engine, tenant, "LI", unit=table.id("FIN"))
    assert "起草事项" in liaison.get(f"{root}/").text
    form = {"kind": "policy_proposal", "unit_id": str(table.id("FIN")), "title": "设立专项资金"}
    rows = {
        "passages.text": ["总则", ""],
        "passages.duty": ["", ""],
        "passages.duty2": ["", ""],
        "passages.duty3": ["", ""],
    }
    more = liaison.post(f"{root}/", data=form | rows | {"row": "more"}).text
    assert "第 3 条" in more and "设立专项资金" in more
    empty = liaison.post(f"{root}/", data=form | rows | {"passages.text": ["", ""]})
    assert empty.status_code == 422 and "正文应有1至60条" in empty.text
    wrong = liaison.post(f"{root}/", data=form | rows | {"title": ""})
    assert wrong.status_code == 422 and "请填写" in wrong.text and "总则" in wrong.text
    rows["passages.text"], rows["passages.duty"] = ["总则", "资金"], ["", str(table.duties["CZ1"].id)]
    page = liaison.post(f"{root}/", data=form | rows, follow_redirects=True)
    assert page.status_code == 200 and "已存为草稿" in page.text and "涉及职责：" in page.text
    path = page.request.path
    assert signed_in(app, engine, tenant, "OS").get(path).status_code == 404, "nobody else sees a draft"
    assert "资金" in liaison.get(f"{path}/text").text
    changed = liaison.post(f"{path}/text", data={"title": "设立专项资金建议"} | rows, follow_redirects=True)
    assert "第 2 稿" in changed.text and "以前各稿" in changed.text
    assert "应在" in liaison.post(f"{path}/submission", follow_redirects=True).text
    office = signed_in(app, engine, tenant, "OS")
    refused = office.post(f"{path}/return", data={"reason": ""})
    assert refused.status_code == 422 and "请填写" in refused.text
    assert office.post(f"{path}/return", data={"reason": "请补充测算"}).status_code == 302
    assert "办公室退回：请补充测算" in liaison.get(path).text
    assert "退回待修改" in liaison.get(f"{root}/?mine=returned").text
    assert "撤回后不再办理" in liaison.get(f"{path}/withdrawal").text
    assert "已撤回" in liaison.post(f"{path}/withdrawal", follow_redirects=True).text


def test_the_button_is_grey_with_the_sentence_until_finance_itself_agrees(app, engine, tenant, table, root):
    row = table.asked(("设立专项资金", "CZ1"))
    table.concluded(row)
    path = f"{root}/{row.id}"
    convener, finance = (
        signed_in(app, engine, tenant, "CV"),
        signed_in(app, engine, tenant, "MR", unit=table.id("FIN")),
    )
    said = {"unit_id": str(table.id("FIN")), "opinion": "object", "text_no": "1"}
    refused = finance.post(f"{path}/reply", data=said)
    assert refused.status_code == 422 and "请说明理由" in refused.text and "checked" in refused.text
    finance.post(f"{path}/reply", data=said | {"text": "资金来源不明"})
    blocked = convener.get(path).text
    assert "disabled" in blocked and "省财政厅未同意" in blocked and "意见分歧" in blocked
    stubborn = convener.post(f"{path}/signature", data={"text_no": "1"})
    assert stubborn.status_code == 422 and "不能上报：省财政厅未同意。" in stubborn.text
    director = signed_in(app, engine, tenant, "OD")
    talk = {"held_at": "2026-03-18T09:30", "coordinator": "office_director", "coordinator_name": "李主任"}
    talk |= {"participants": "省财政厅", "points": "来源", "conclusion": "统筹"}
    assert director.post(f"{path}/round", data=talk | {"points": ""}).status_code == 422
    told = director.post(f"{path}/round", data=talk, follow_redirects=True)
    assert "2026-03-18 09:30" in told.text and "统筹" in told.text
    assert "disabled" in convener.get(path).text
    finance.post(f"{path}/reply", data=said | {"opinion": "agree"})
    ready = convener.get(path).text
    assert "disabled" not in ready and "两个条件均已具备" in ready and "经协调" in ready
    assert "待签发上报" in convener.get(f"/t/{tenant.slug}/").text
    asked = convener.get(f"{path}/signature").text
    assert "随即锁定" in asked and 'name="text_no" value="1"' in asked
    assert "已签发" in convener.post(f"{path}/signature", data={"text_no": "1"}, follow_redirects=True).text
    for kind, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        assert convener.get(f"{path}/course.{kind}").data.startswith(magic)


def test_the_list_narrows_sorts_says_what_is_late_and_comes_as_a_file(app, engine, tenant, table, root):
    office, seat = signed_in(app, engine, tenant, "OS"), table.seat
    assert "没有重大事项" in office.get(f"{root}/").text
    long_ago = today() - timedelta(days=60)
    late = draft_matter(
        seat,
        kind="major_issue",
        unit_id=table.id("COM"),
        title="久拖",
        passages=table.passages(("甲", "")),
        on=long_ago,
    )
    submit(seat, late.id, on=long_ago)
    fresh = draft_matter(
        seat, kind="key_project", unit_id=table.id("FIN"), title="新报", passages=table.passages(("乙", "")), on=today()
    )
    submit(seat, fresh.id, on=today())
    slow = table.asked(("资金", "CZ1"), title="未答复")
    assert all(name in office.get(f"{root}/").text for name in ("久拖", "新报", "未答复", "逾期未处理", "逾期未答复"))
    narrowed = office.get(f"{root}/?late=handling").text
    assert "久拖" in narrowed and "新报" not in narrowed
    assert slow.title in office.get(f"{root}/?late=answer&state=accepted&sort=-title").text
    assert "新报" in office.get(f"{root}/?kind=key_project&unit=FIN&q=新").text
    assert "久拖" in office.get(f"{root}/?mine=accept").text
    assert "逾期未处理" in office.get(f"{root}/?format=csv").get_data().decode("utf-8-sig")
    assert "已逾期" in office.get(f"{root}/{late.id}").text
    assert "待办公室受理" in office.get(f"/t/{tenant.slug}/").text
    finance = signed_in(app, engine, tenant, "MR", unit=table.id("FIN"))
    assert (
        slow.title in finance.get(f"{root}/?mine=answer").text
        and "待本单位答复" in finance.get(f"/t/{tenant.slug}/").text
    )
    assert "久拖" not in finance.get(f"{root}/").text, "what the office has not taken up is its raiser's alone"
    assert signed_in(app, engine, tenant, "SA").get(f"{root}/").status_code == 403


def test_the_office_does_the_rest_of_the_course_on_the_page(app, engine, tenant, table, root):
    row, seat = table.raised(("资金", "CZ1"), ("总则", "")), table.seat
    path = f"{root}/{row.id}"
    office, director = signed_in(app, engine, tenant, "OS"), signed_in(app, engine, tenant, "OD")
    assert "省财政厅" in office.get(f"{path}/consultation").text
    assert "第 1 稿" in office.post(f"{path}/placement", follow_redirects=True).text
    page = office.post(
        f"{path}/unit", data={"unit_id": str(table.id("COM")), "reason": "涉及网络"}, follow_redirects=True
    )
    assert "增列：涉及网络" in page.text
    office.post(f"{path}/consultation")
    office.post(f"{path}/removal-request", data={"unit_id": str(table.id("COM")), "reason": "不涉及"})
    assert "申请移出省商务厅" in director.get(path).text and "申请移出省商务厅" not in office.get(path).text
    assert (
        "已移出"
        in director.post(
            f"{path}/removal", data={"unit_id": str(table.id("COM")), "approve": "1"}, follow_redirects=True
        ).text
    )
    edit = office.get(f"{path}/text").text
    assert "实质修改使所涉单位的意见失效" in edit
    rows = {"title": row.title, "reason": "规范标点", "editorial": "1", "passages.text": ["资金二", "总则"]}
    rows |= {"passages.duty": [str(table.duties["CZ1"].id), ""], "passages.duty2": ["", ""], "passages.duty3": ["", ""]}
    wrong = office.post(f"{path}/text", data=rows)
    assert wrong.status_code == 422 and "不限于标点和空格" in wrong.text and "资金二" in wrong.text
    assert office.post(f"{path}/text", data=rows | {"editorial": ""}).status_code == 302
    table.decided(consult_proxy_entry=True)
    entry = {"unit_id": str(table.id("FIN")), "opinion": "agree", "paper_no": "财函1号"}
    assert "已代录，待确认" in office.post(f"{path}/entry", data=entry, follow_redirects=True).text
    finance = signed_in(app, engine, tenant, "MR", unit=table.id("FIN"))
    seen = re.search(r'name="seen" value="(\d+)"', finance.get(path).text)
    assert seen and "确认为本单位意见" in finance.get(path).text
    assert (
        "财函1号"
        in finance.post(
            f"{path}/entry-confirmation", data={"unit_id": str(table.id("FIN")), "seen": seen[1]}, follow_redirects=True
        ).text
    )
    assert "终止" in office.post(f"{path}/discontinuation", data={"reason": "不再需要"}, follow_redirects=True).text
    seat.session.expire_all()
    assert office.post(f"{path}/placement").status_code == 422


def test_a_representative_lets_the_liaison_answer_and_takes_it_back(app, engine, tenant, table, root):
    mr, liaison = (signed_in(app, engine, tenant, role, unit=table.id("FIN")) for role in ("MR", "LI"))
    row = table.asked(("资金", "CZ1"))
    path, said = f"{root}/{row.id}", {"unit_id": str(table.id("FIN")), "opinion": "agree", "text_no": "1"}
    assert "受委托提交" not in liaison.get(path).text
    assert liaison.post(f"{path}/delegated-reply", data=said).status_code == 403
    form = {"unit_id": str(table.id("FIN")), "from_date": today().isoformat(), "to_date": "2020-01-01", "basis": "出差"}
    assert mr.post(f"{root}/delegations", data=form).status_code == 422
    page = mr.post(f"{root}/delegations", data=form | {"to_date": "2099-01-01"}, follow_redirects=True)
    assert "出差" in page.text and "有效" in page.text
    assert 'name="text_no" value="1"' in liaison.get(path).text
    late = liaison.post(f"{path}/delegated-reply", data=said | {"text_no": "7"})
    assert late.status_code == 422 and "请看过新稿后再办理" in late.text
    assert "委托：出差" in liaison.post(f"{path}/delegated-reply", data=said, follow_redirects=True).text
    given = page.text.split("/delegations/")[1].split("/")[0]
    assert liaison.post(f"{root}/delegations/{given}/withdrawal").status_code == 403
    assert "撤回" in mr.post(f"{root}/delegations/{given}/withdrawal", follow_redirects=True).text


def test_programs_take_a_matter_from_draft_to_closed(client, engine, tenant, table, api):
    def token(*roles, unit=None):
        return bearing(a_token(engine, tenant, *roles, unit=table.id(unit) if unit else None))

    liaison, office = token("LI", unit="FIN"), token("OS")
    body = {"kind": "policy_proposal", "unit_id": str(table.id("FIN")), "title": "资金"}
    body |= {"passages": [{"text": "设立", "duties": [str(table.duties["CZ1"].id)]}]}
    made = client.post(api, json=body, headers=liaison | {"Idempotency-Key": "one"})
    again = client.post(api, json=body, headers=liaison | {"Idempotency-Key": "one"})
    assert made.status_code == 201 and again.json["id"] == made.json["id"] and made.headers["ETag"]
    one = f"{api}/{made.json['id']}"
    assert client.get(one, headers=office).status_code == 404
    client.post(f"{one}/submission", json={}, headers=liaison)
    refused = client.post(f"{one}/signature", json={"text_no": 1}, headers=token("CV"))
    assert refused.status_code == 409 and refused.content_type == "application/problem+json"
    client.post(f"{one}/acceptance", json={}, headers=office)
    client.post(f"{one}/consultation", json={}, headers=office)
    said = {"unit_id": str(table.id("FIN")), "opinion": "agree", "text_no": 1}
    assert client.post(f"{one}/reply", json=said, headers=liaison).status_code == 403
    found = client.post(f"{one}/reply", json=said, headers=token("MR", unit="FIN")).json
    assert found["units"][0]["state"] == "agreed" and len(found["units"][0]["digest"]) == 64
    assert found["missing"] == ["联席会议尚未审议，请先列为议题"] and found["units"][0]["passages"] == [1]
    table.concluded(queries.matter(table.seat, UUID(found["id"])))
    signed = client.post(f"{one}/signature", json={"text_no": 1}, headers=token("CV"))
    assert signed.status_code == 201 and signed.json["state"] == "signed" and signed.json["gate"] == "passed"
    assert client.post(f"{one}/dispatch", json={"number": "人社呈1号"}, headers=office).json["sent_to"] == "省政府"
    assert client.post(f"{one}/acknowledgement", json={}, headers=token("GV")).json["state"] == "received"
    closed = client.post(f"{one}/closure", json={"text": "已落实"}, headers=office).json
    assert closed["outcome"]["closing"] == "已落实"
    listed = client.get(f"{api}?state=closed", headers=token("GV")).json
    assert [row["title"] for row in listed["items"]] == ["资金"]
    assert client.get(f"{api}?state=nonsense", headers=office).status_code == 422
    assert client.get(f"{api}/delegations", headers=liaison).json == []


def test_what_the_director_and_the_convener_have_to_do_lies_on_their_home_page(app, engine, tenant, table):
    row = table.asked(("资金", "CZ1"))
    home = f"/t/{tenant.slug}/"
    director = signed_in(app, engine, tenant, "OD")
    assert "待协调分歧" not in director.get(home).text
    reply(table.rep("FIN"), row.id, unit_id=table.id("FIN"), opinion="object", text="不妥", on=DAY)
    assert "待协调分歧" in director.get(home).text
    assert "待签发上报" not in signed_in(app, engine, tenant, "CV").get(home).text


def test_the_office_reads_that_a_unit_whose_consent_it_asks_was_abolished(app, engine, tenant, table, root):
    row = table.asked()
    key = next(key for key, state in table.states(row).items() if state == "asked")
    office = signed_in(app, engine, tenant, "OS")
    assert "机构调整" not in office.get(f"{root}/{row.id}").text
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(Unit).where(Unit.id == table.id(key)).values(left_on=DAY))
    assert "其会签不会再有答复" in office.get(f"{root}/{row.id}").text

"""Consultations on pages and by API: from the draft to what became of each opinion."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
import time_machine
from sqlalchemy import update

from service.charter.models import Unit
from service.charter.opening import furnish
from service.consultations import queries
from service.consultations.letter import DEEMED_SENTENCE
from service.kit.paging import Asked
from tenants.db import acting_for
from tests.consultations.papers import CLAUSES, DUE, SENT, rules, sent, table
from tests.documents.measure import opened
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

DAY = "2026-03-02T02:00:00Z"
FORM = {
    "title": "家政服务员培训管理办法（征求意见稿）",
    "clauses": "\n\n".join(CLAUSES),
    "contact": "周璟",
    "phone": "0990-88120036",
    "mode": "explicit",
    "ordinary": "1",
}


@pytest.fixture(autouse=True)
def _on_the_day():
    with time_machine.travel(DAY, tick=False):
        yield


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return a_seat(engine, tenant, "OS")


@pytest.fixture
def office(app, engine, tenant):
    return signed_in(app, engine, tenant, "OS")


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/consultations"


@pytest.fixture
def api(tenant):
    return f"/api/v1/t/{tenant.slug}/consultations"


def drafted(office, root, members, **changes):
    data = FORM | {"unit_ids": [str(unit.id) for unit in members]} | changes
    return office.post(f"{root}/", data=data)


def test_an_empty_list_says_what_to_do_and_the_form_says_what_does_not_come_here(app, engine, tenant, office, root):
    assert "起草、发函、汇总" in office.get(f"{root}/").text
    assert "重大事项" in office.get(f"{root}/new").text
    unit = signed_in(app, engine, tenant, "MR", unit=table(a_seat(engine, tenant, "OS"))[0].id)
    assert "办公室向本单位征求意见后" in unit.get(f"{root}/").text
    assert unit.get(f"{root}/new").status_code == 403


def test_a_draft_with_faults_comes_back_as_it_was_with_the_rule_at_the_field(seat, office, root):
    members = table(seat)[:2]
    for changes, said in (
        ({"ordinary": ""}, "制度四(六)"),
        ({"unit_ids": []}, "请选择征求意见的单位"),
        ({"clauses": ""}, "请填写征求意见稿正文"),
        ({"mode": "deemed_no_objection"}, "不能视为无意见"),
        ({"due": "2026-03-02"}, "今天之后"),
        ({"title": ""}, "请填写"),
    ):
        answer = drafted(office, root, members, **changes)
        assert answer.status_code == 422 and said in answer.text, changes
        assert "周璟" in answer.text


def test_from_the_draft_to_what_became_of_an_opinion(app, engine, tenant, seat, office, root):
    members = table(seat)[:2]
    assert drafted(office, root, members).status_code == 302
    row = queries.listed(seat, Asked(), SENT).rows[0].consultation
    path = f"{root}/{row.id}"
    assert (
        "征求中" in office.post(f"{path}/sending", data={"number": "衡家服办函〔2026〕3号"}, follow_redirects=True).text
    )
    own, other = (signed_in(app, engine, tenant, "MR", unit=unit.id) for unit in members)
    assert "待本单位反馈" in own.get(f"{root}/?waiting=reply").text
    form = own.get(f"{path}/units/{members[0].id}/reply").text
    assert CLAUSES[1] in form and "存为草稿" in form
    rows = {
        "passages.original": list(CLAUSES),
        "passages.suggested": ["", "不少于六十学时", ""],
        "passages.reason": ["", "", ""],
    }
    wrong = own.post(f"{path}/units/{members[0].id}/replies", data={"answer": "amend"} | rows)
    assert wrong.status_code == 422 and "请填写理由" in wrong.text and "不少于六十学时" in wrong.text
    right = {"answer": "amend"} | rows | {"passages.reason": ["", "国家标准", ""]}
    assert "有修改意见" in own.post(f"{path}/units/{members[0].id}/replies", data=right, follow_redirects=True).text
    assert other.post(f"{path}/units/{members[0].id}/replies", data=right).status_code == 403
    assert "不少于六十学时" not in other.get(path).text
    other.post(f"{path}/units/{members[1].id}/replies", data={"answer": "no_objection"})
    assert "1 条待处理" in office.get(f"{path}/handling").text
    seat.session.rollback()
    one = queries.whole(seat.session, queries.consultation(seat.session, row.id), SENT).lines[0].passages[0]
    place = f"{path}/passages/{one.id}/handling"
    refused = office.post(place, data={"outcome": "not_adopted"})
    assert refused.status_code == 422 and "须说明理由" in refused.text
    assert own.post(place, data={"outcome": "adopted"}).status_code == 403
    assert office.post(place, data={"outcome": "partly_adopted", "outcome_reason": "定为五十学时"}).status_code == 302
    assert "定为五十学时" not in own.get(path).text, "not before it is closed"
    assert "已办结" in office.post(f"{path}/closing", data={}, follow_redirects=True).text
    assert "定为五十学时" in own.get(path).text and "部分采纳" in own.get(path).text
    assert "定为五十学时" not in other.get(path).text
    again = office.post(f"{path}/rounds", follow_redirects=True)
    assert "修改文稿" in again.text and CLAUSES[0] in again.text


def test_a_stranger_finds_nothing_and_an_asked_unit_its_own(app, engine, tenant, seat, root):
    row = sent(seat, 1)
    for unit, status in ((table(seat)[0], 200), (table(seat)[1], 404)):
        client = signed_in(app, engine, tenant, "LI", unit=unit.id)
        assert client.get(f"{root}/{row.id}").status_code == status
        assert client.get(f"{root}/{row.id}/letter.pdf").status_code == status
        assert client.get(f"{root}/{row.id}/summary.xlsx").status_code == 404


def test_the_letter_names_deadline_contact_and_deemed_silence_only_where_it_counts(engine, tenant, office, root, seat):
    plain = sent(seat)
    pages = opened(office.get(f"{root}/{plain.id}/letter.pdf").data)
    words = "".join(page.text for page in pages).replace("\n", "")
    for said in ("2026年3月11日前反馈", "周璟", "0990-88120036", "征求意见反馈表", "□无意见", CLAUSES[0]):
        assert said in words, said
    assert DEEMED_SENTENCE not in words
    rules(engine, tenant, consult_deemed_no_objection=True)
    deemed = sent(a_seat(engine, tenant, "OS"), mode="deemed_no_objection")
    word = docx.Document(BytesIO(office.get(f"{root}/{deemed.id}/letter.docx").data))
    assert any(DEEMED_SENTENCE in line.text for line in word.paragraphs)


def test_the_summary_leaves_as_a_sheet_and_as_a_document(engine, tenant, office, root, seat):
    rules(engine, tenant, consult_deemed_no_objection=True, consult_reminders=0)
    row = sent(a_seat(engine, tenant, "OS"), 2, mode="deemed_no_objection")
    with time_machine.travel("2026-03-13T02:00:00Z", tick=False):
        sheet = openpyxl.load_workbook(BytesIO(office.get(f"{root}/{row.id}/summary.xlsx").data)).active
        text = "".join(page.text for page in opened(office.get(f"{root}/{row.id}/summary.pdf").data)).replace("\n", "")
        assert office.get(f"{root}/{row.id}/summary.docx").data[:2] == b"PK"
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][1] == "未反馈（视为无意见）"
    assert "反馈0个，未反馈2个（其中视为无意见2个）" in text


def test_a_file_may_be_the_paper_and_only_who_is_asked_gets_it(app, engine, tenant, seat, office, root):
    members = table(seat)[:1]
    upload = (BytesIO(b"%PDF-1.7 paper"), "办法.pdf")
    data = FORM | {"unit_ids": [str(members[0].id)], "clauses": "", "file": upload}
    assert office.post(f"{root}/", data=data, content_type="multipart/form-data").status_code == 302
    row = queries.listed(seat, Asked(), SENT).rows[0].consultation
    office.post(f"{root}/{row.id}/sending", data={})
    own, other = (signed_in(app, engine, tenant, "MR", unit=unit.id) for unit in table(seat)[:2])
    assert own.get(f"{root}/{row.id}/paper").data == b"%PDF-1.7 paper"
    assert other.get(f"{root}/{row.id}/paper").status_code == 404
    nothing = sent(seat, 1)
    assert own.get(f"{root}/{nothing.id}/paper").status_code == 404


def test_the_office_enters_on_behalf_and_the_unit_confirms_on_pages(app, engine, tenant, seat, office, root):
    members = table(seat)
    row = sent(seat, 1)
    assert office.get(f"{root}/{row.id}/units/{members[0].id}/entry").status_code == 404
    rules(engine, tenant, consult_proxy_entry=True)
    row = sent(a_seat(engine, tenant, "OS"), 1)
    place = f"{root}/{row.id}/units/{members[0].id}"
    assert "来文" in office.get(f"{place}/entry").text
    assert office.post(f"{place}/entries", data={"answer": "no_objection"}).status_code == 422
    entered = office.post(
        f"{place}/entries", data={"answer": "no_objection", "paper_basis": "来函8号"}, follow_redirects=True
    )
    assert "代录待确认" in entered.text
    own = signed_in(app, engine, tenant, "MR", unit=members[0].id)
    assert "来函8号" in own.get(f"{root}/{row.id}").text
    for unread in ({}, {"seen": "9" * 5_000}):
        assert own.post(f"{place}/confirmations", data=unread).status_code == 409
    seen = re.search(r'name="seen" value="(\d+)"', own.get(f"{root}/{row.id}").text)
    assert seen
    assert "无意见" in own.post(f"{place}/confirmations", data={"seen": seen[1]}, follow_redirects=True).text


def test_the_liaison_is_let_reply_on_the_page(app, engine, tenant, seat, root):
    row, unit = sent(seat, 1), table(seat)[0]
    place = f"{root}/{row.id}/units/{unit.id}"
    liaison, head = (signed_in(app, engine, tenant, role, unit=unit.id) for role in ("LI", "MR"))
    assert "草拟意见" in liaison.get(f"{root}/{row.id}").text
    assert liaison.post(f"{place}/drafts", data={"answer": "no_objection"}).status_code == 302
    assert "已草拟" in head.get(f"{root}/{row.id}").text
    assert liaison.post(f"{place}/delegations").status_code == 403
    assert head.post(f"{place}/delegations").status_code == 302
    assert "已反馈" in liaison.post(f"{place}/replies", data={"answer": "no_objection"}, follow_redirects=True).text


def test_the_office_narrows_to_what_waits_and_home_says_so(app, engine, tenant, seat, office, root):
    row = sent(seat, 1)
    own = signed_in(app, engine, tenant, "MR", unit=table(seat)[0].id)
    assert "待反馈征求意见" in own.get(f"/t/{tenant.slug}/").text
    assert "没有征求意见件" in office.get(f"{root}/?waiting=remind").text
    with time_machine.travel(f"{DUE}T02:00:00Z", tick=False):
        assert row.title in office.get(f"{root}/?waiting=remind&state=sent&year=2026").text
        assert "征求意见应催办" in office.get(f"/t/{tenant.slug}/").text
        assert office.post(f"{root}/{row.id}/reminders", data={"how": "电话"}).status_code == 302
    own.post(f"{root}/{row.id}/units/{table(seat)[0].id}/replies", data={"answer": "object", "text": "无依据"})
    assert "待处理意见" in office.get(f"/t/{tenant.slug}/").text
    assert "没有征求意见件" in office.get(f"{root}/?q=不存在").text
    assert "家政服务员" in office.get(f"{root}/?format=csv&sort=-due").get_data().decode("utf-8-sig")


def test_a_program_does_the_same(client, engine, tenant, seat, api):
    unit = table(seat)[0]
    office, own = bearing(a_token(engine, tenant, "OS")), bearing(a_token(engine, tenant, "MR", unit=unit.id))
    body = {
        "title": "办法",
        "clauses": list(CLAUSES),
        "unit_ids": [str(unit.id)],
        "contact": "周璟",
        "phone": "1",
        "ordinary": True,
    }
    assert client.post(api, json=body | {"ordinary": False}, headers=office).json["field"] == "ordinary"
    assert client.post(api, json=body, headers=own).status_code == 403
    made = client.post(api, json=body, headers=office)
    place = f"{api}/{made.json['id']}"
    assert client.put(place, json=body | {"title": "办法二"}, headers=office).status_code == 428
    match = office | {"If-Match": made.headers["ETag"]}
    assert client.put(place, json=body | {"title": "办法二"}, headers=match).json["title"] == "办法二"
    assert client.put(place, json=body, headers=match).status_code == 412
    assert client.get(place, headers=own).status_code == 404
    assert client.post(f"{place}/sending", json={}, headers=office).json["due"] == str(DUE)
    said: dict[str, Any] = {"unit_id": str(unit.id), "answer": "amend"}
    assert client.post(f"{place}/replies", json=said, headers=own).json["field"] == "passages"
    said["passages"] = [{"original": CLAUSES[1], "suggested": "六十", "reason": "标准"}]
    replied = client.post(f"{place}/replies", json=said, headers=own).json
    assert (replied["replied"], replied["silent"], replied["lines"][0]["standing"]) == (1, 0, "amend")
    passage = f"{place}/passages/{replied['lines'][0]['passages'][0]['id']}/handling"
    assert client.post(passage, json={"outcome": "adopted"}, headers=own).status_code == 403
    assert client.post(passage, json={"outcome": "adopted"}, headers=office).status_code == 201
    assert client.post(f"{place}/closing", json={}, headers=office).json["state"] == "closed"
    assert client.get(f"{api}?state=closed", headers=own).json["total"] == 1
    assert client.post(f"{place}/rounds", headers=office).json["round"] == 2


def test_times_of_a_removed_unit_stay_readable_to_it(app, engine, tenant, seat, office, root):
    row, unit = sent(seat, 2), table(seat)[0]
    place = f"{root}/{row.id}"
    assert office.post(f"{place}/removed-units", data={"unit_id": str(unit.id)}).status_code == 422
    kept = office.post(
        f"{place}/removed-units", data={"unit_id": str(unit.id), "reason": "与职责无关"}, follow_redirects=True
    )
    assert "与职责无关" in kept.text
    later = (DUE + timedelta(days=7)).isoformat()
    assert office.post(f"{place}/extension", data={"due": later}).status_code == 302
    assert office.post(f"{place}/withdrawal", data={"reason": "另行研究"}).status_code == 302
    own = signed_in(app, engine, tenant, "MR", unit=unit.id)
    assert "另行研究" in own.get(place).text


def test_the_office_reads_that_a_unit_it_asks_was_abolished_and_what_to_do(app, engine, tenant, seat, office, root):
    row, unit = sent(seat), table(seat)[1]
    liaison = signed_in(app, engine, tenant, "LI", unit=table(seat)[0].id)
    assert "机构调整" not in office.get(f"{root}/{row.id}").text
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(Unit).where(Unit.id == unit.id).values(left_on=SENT))
    said = office.get(f"{root}/{row.id}").text
    assert f"{unit.name}已于 {SENT} 退出成员单位" in said and "增加该承接单位" in said
    assert "机构调整" not in liaison.get(f"{root}/{row.id}").text

"""The handbook over HTTP: page, data and files; numbers in part, whole only for whoever may and on record."""

from __future__ import annotations

import io
import re
from datetime import date

import docx
import pytest
from sqlalchemy import select

from service.charter import commands as charter_commands
from service.charter.opening import furnish
from service.kit.web import today
from service.members import commands
from service.members.rules import PersonText
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tests.charter import drafts
from tests.documents.measure import opened
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

SEATED = date(2026, 1, 1)
NUMBER = "13800001234"
TITLES = (
    "制度文本",
    "组织机构",
    "联络员通讯录",
    "职责分工",
    "工作规则和时限",
    "统计报表制度",
    "文书表单目录",
    "政策文件",
    "系统操作指引",
    "年度大事记",
)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish, on=SEATED)


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/handbook"


@pytest.fixture(autouse=True)
def liaison(engine, tenant):
    words = PersonText("张建", "预算处处长", "处级", NUMBER)
    seat = a_seat(engine, tenant, "OS")
    commands.register_liaison(seat, "liaison/FIN/1", words, from_date=SEATED, on=SEATED)


def bare(text: str) -> str:
    return "".join(text.split())


def test_the_page_lists_the_parts_and_the_years_deadlines(app, engine, tenant, root):
    text = signed_in(app, engine, tenant, "LI").get(f"{root}/").text
    for title in TITLES:
        assert f"<li>{title}</li>" in text
    assert f"{today().year}年度工作总结" in text
    assert "会前5个工作日" in text
    assert NUMBER not in text
    assert f"{root}/document.docx" in text
    assert "打印完整号码" not in text
    assert "打印完整号码" in signed_in(app, engine, tenant, "OS").get(f"{root}/").text


def test_the_page_is_english_for_whoever_asked_for_it(app, engine, tenant, root):
    client = signed_in(app, engine, tenant, "LI")
    with client.session_transaction() as session:
        session["locale"] = "en"
    text = client.get(f"{root}/").text
    assert f"Deadlines of {today().year}" in text
    assert f"Annual summary for {today().year}" in text and "5 working days before" in text
    word = docx.Document(io.BytesIO(client.get(f"{root}/document.docx").data))
    assert "第一部分　制度文本" in [item.text for item in word.paragraphs]


def test_programs_get_contents_and_deadlines(engine, tenant, client):
    answer = client.get(f"/api/v1/t/{tenant.slug}/handbook", headers=bearing(a_token(engine, tenant, "LI")))
    told = answer.json
    assert [entry["text"].partition("　")[2] for entry in told["contents"] if entry["level"] == 1] == list(TITLES)
    assert ("发出会议通知", "会前5个工作日") in [(one["what"], one["within"]) for one in told["deadlines"]]
    assert all(due["day"].startswith(str(today().year)) for due in told["calendar"])


def test_word_and_pdf_hold_every_part_with_cover_contents_and_page_numbers(app, engine, tenant, root):
    client = signed_in(app, engine, tenant, "LI")
    pages = [bare(page.text) for page in opened(client.get(f"{root}/document.pdf").data)]
    assert pages[0].startswith("内部资料注意保存省发展家庭服务业联席会议工作手册")
    assert pages[1].startswith("目录")
    word = docx.Document(io.BytesIO(client.get(f"{root}/document.docx").data))
    written = [bare(item.text) for item in word.paragraphs]
    for number, title in zip("一二三四五六七八九十", TITLES, strict=True):
        assert any(page.startswith(f"第{number}部分{title}") for page in pages)
        assert f"第{number}部分{title}" in pages[1]
        assert f"第{number}部分{title}" in written
    assert pages[2].endswith("—1—")
    for words in ("张建", "138****1234", "预算处处长", "空缺", "报送2026年度工作总结", "TX1"):
        assert any(words in page for page in pages)
    assert not any(NUMBER in page for page in pages)
    directory = next(table for table in word.tables if "电话" in [cell.text for cell in table.rows[0].cells])
    assert [cell.text for cell in directory.rows[4].cells] == [
        "省财政厅", "张　建", "预算处处长", "处级", "138****1234", "2026-01-01",
    ]  # fmt: skip


def test_whole_numbers_go_to_whoever_may_see_them_and_into_the_audit_log(app, engine, tenant, root):
    office = signed_in(app, engine, tenant, "OS")
    answer = office.post(f"{root}/document", data={"format": "pdf"})
    assert answer.status_code == 200
    assert any(NUMBER in bare(page.text) for page in opened(answer.data))
    assert office.post(f"{root}/document", data={"format": "exe"}).status_code == 404
    assert signed_in(app, engine, tenant, "LI").post(f"{root}/document", data={"format": "pdf"}).status_code == 403
    with acting_for(engine, tenant.id) as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "directory.numbers")).all()
        assert [line.detail["people"] for line in lines] == [1]


def test_programs_get_whole_numbers_once_and_only_by_that_right(engine, tenant, client):
    path, token = f"/api/v1/t/{tenant.slug}/members/numbers", a_token(engine, tenant, "OD")
    headers = bearing(token, Idempotency_Key="once")
    answer = client.post(path, headers=headers)
    assert answer.status_code == 201
    assert answer.json["items"] == [{"post": "liaison/FIN/1", "name": "张建", "mobile": NUMBER}]
    assert client.post(path, headers=headers).json["items"] is None
    assert client.post(path, headers=bearing(a_token(engine, tenant, "LI"))).status_code == 403


def test_a_task_force_without_a_handbook_rule_is_told_so_and_called_by_its_own_word(app, engine, tenant, root):
    def changed(seat):
        charter_commands.name_conference(seat, "省家庭服务业工作专班")
        charter_commands.set_rules(seat, {"handbook": False, "body_kind": "task_force"})

    drafts.in_force(engine, tenant, changed, since=today())
    client = signed_in(app, engine, tenant, "LI")
    text = client.get(f"{root}/").text
    assert "本级制度没有要求编印工作手册" in text and "工作专班办公室" in text
    told = bare("".join(page.text for page in opened(client.get(f"{root}/document.pdf").data)))
    assert "省家庭服务业工作专班办公室编印" in told
    assert "工作专班成员" in told and "工作专班简报" in told
    own = told.rpartition("第二部分组织机构")[2]
    assert own
    assert [own[place.start() - 20 : place.start() + 12] for place in re.finditer("联席会议", own)] == []


def test_the_places_below_are_told_only_as_they_published(app, engine, tenant, root):
    city = a_tenant(engine, "city", tenant, furnish=furnish, on=SEATED)
    client = signed_in(app, engine, tenant, "LI")
    told = "".join(bare(page.text) for page in opened(client.get(f"{root}/document.pdf").data))
    assert "各地联席会议概况" in told and bare(city.name) in told
    assert "已公开本级制度的0个" in told


def test_who_may_not_read_it_gets_nothing_and_no_other_tenant_does(app, engine, tenant, client, root):
    other = a_tenant(engine, furnish=furnish, on=SEATED)
    for path in (f"{root}/", f"{root}/document.pdf"):
        assert signed_in(app, engine, tenant, "GV").get(path).status_code == 200
        for role in ("AS", "SA"):
            assert signed_in(app, engine, tenant, role).get(path).status_code == 403
        assert signed_in(app, engine, other, "CV").get(path).status_code == 404
    api = f"/api/v1/t/{tenant.slug}/handbook/document?format=docx"
    assert client.get(api, headers=bearing(a_token(engine, tenant, "GV"))).status_code == 200
    assert client.get(api, headers=bearing(a_token(engine, tenant, "AS"))).status_code == 403
    assert client.get(api, headers=bearing(a_token(engine, other, "CV"))).status_code in (401, 404)

"""The pages of agendas: the office arranges, units propose, everybody reads what is open to him."""

import io

import pytest

from service.agendas.commands import add_item
from service.agendas.rules import ItemText
from service.kit.web import today
from tests.agendas.scene import a_meeting
from tests.factories import signed_in
from tests.files.samples import PDF, PNG


@pytest.fixture
def meeting(scene):
    return a_meeting(scene.office, today().replace(year=today().year + 1))


@pytest.fixture
def office(app, engine, scene):
    return signed_in(app, engine, scene.tenant, "OS")


@pytest.fixture
def unit(app, engine, scene):
    return signed_in(app, engine, scene.tenant, "LI", unit=scene.units[3].id)


@pytest.fixture
def root(scene):
    return f"/t/{scene.tenant.slug}"


@pytest.fixture
def agenda(root, meeting):
    return f"{root}/meetings/{meeting.id}/agenda"


def proposal(scene, meeting=None, **more):
    words = {"title": "家政补贴", "kind": "other", "unit_id": str(scene.units[3].id), "minutes": "15"}
    return words | ({"for_meeting_id": str(meeting.id)} if meeting else {}) | more


def test_an_item_goes_from_the_units_form_to_the_agenda_and_back(scene, root, agenda, meeting, office, unit):
    empty = office.get(agenda).text
    assert "议程上还没有议题" in empty and "没有待列入的议题" in empty and "尚未发出征集" in empty
    called = office.post(f"{agenda}/call", follow_redirects=True).text
    assert "已发出议题征集" in called and "议题征集提前(工作日)" in called and called.count("未报") == 11
    wrong = unit.post(f"{root}/agenda-items/", data=proposal(scene, meeting, kind=""))
    assert wrong.status_code == 422 and "家政补贴" in wrong.text and "请填写" in wrong.text
    sent = unit.post(f"{root}/agenda-items/", data=proposal(scene, meeting), follow_redirects=True)
    item = sent.request.path
    assert "议题已报送办公室" in sent.text and "待办公室处理" in sent.text
    assert "采纳并列入" in office.get(agenda).text and "采纳并列入" not in unit.get(agenda).text
    nowhy = office.post(f"{item}/return", data={})
    assert nowhy.status_code == 422 and "请填写退回理由" in nowhy.text
    assert "请补充依据" in office.post(f"{item}/return", data={"reason": "请补充依据"}, follow_redirects=True).text
    assert "退回理由：请补充依据" in unit.get(item).text
    words = {name: text for name, text in proposal(scene, title="家政补贴标准").items() if name != "unit_id"}
    again = unit.post(f"{item}/amendment", data=words, follow_redirects=True)
    assert "已修改并重新报送" in again.text
    form = {"meeting_id": str(meeting.id), "at": str(meeting.id)}
    taken = office.post(f"{item}/acceptance", data=form, follow_redirects=True)
    assert taken.request.path == agenda and "1. 家政补贴标准" in taken.text and "09:00–09:15" in taken.text
    assert office.post(f"{item}/removal", data={"at": "no id"}, follow_redirects=True).request.path == item


def test_r2_every_item_has_a_kind_and_a_plenary_without_study_progress_or_plan_is_warned(scene, agenda, office):
    wrong = office.post(agenda, data={"title": "学习文件"})
    assert wrong.status_code == 422 and "学习文件" in wrong.text
    page = office.post(agenda, data={"title": "学习文件", "kind": "study", "minutes": "30"}, follow_redirects=True).text
    assert "全体会议应有“学习贯彻”" not in page and "全体会议应有“通报进展、分析问题、提出建议”" in page
    assert "当年首次全体会议应有“议定计划安排”" in page and "依据：制度四(二)" in page
    assert page.count("无材料") >= 1


def test_the_order_is_changed_and_the_settled_versions_are_compared(scene, root, agenda, meeting, office, unit):
    rows = [
        add_item(scene.office, ItemText(title, "other", 10), meeting_id=meeting.id, on=today())
        for title in ("甲议题", "乙议题", "丙议题")
    ]
    settled = office.post(f"{agenda}/versions", follow_redirects=True).text
    assert "第 1 版" in settled and "确定议程" not in settled
    assert "与上一版相同" in office.post(f"{agenda}/versions").text
    moved = office.post(
        f"{root}/agenda-items/{rows[2].id}/position", data={"to": "1", "at": str(meeting.id)}, follow_redirects=True
    ).text
    assert moved.index("丙议题") < moved.index("甲议题") and "有改动，尚未确定" in moved
    office.post(f"{root}/agenda-items/{rows[1].id}/removal", data={})
    now = unit.get(f"{agenda}/versions").text
    assert "现在的议程对照" in now and "次序变动" in now and "移出" in now
    office.post(f"{agenda}/versions", data={"reason": "调整"})
    two = unit.get(f"{agenda}/versions?before=1&after=2").text
    assert "第 1 版与第 2 版对照" in two and "次序变动" in two
    assert unit.get(f"{agenda}/versions?before=7").status_code == 404
    assert "确定议程" not in unit.get(agenda).text
    assert unit.post(f"{agenda}/versions").status_code == 403


def test_papers_are_uploaded_by_form_and_served_only_to_readers(app, engine, scene, root, meeting, office, unit):
    item = unit.post(f"{root}/agenda-items/", data=proposal(scene, meeting), follow_redirects=True).request.path
    assert "请勿上传涉密材料" in unit.get(item).text
    none = unit.post(f"{item}/papers", data={}, content_type="multipart/form-data")
    assert none.status_code == 422 and "请选择要上传的文件" in none.text
    fake = unit.post(f"{item}/papers", data={"file": (io.BytesIO(PNG), "假.pdf"), "title": "测算"})
    assert fake.status_code == 422 and "与扩展名" in fake.text and "测算" in fake.text
    sent = {"file": (io.BytesIO(PDF), "测算报告.pdf"), "access": "office"}
    shown = unit.post(f"{item}/papers", data=sent, follow_redirects=True).text
    assert "测算报告.pdf" in shown and "仅办公室" in shown
    file = f"{item}/papers/{shown.split(f'{item}/papers/')[1][:36]}"
    served = unit.get(file)
    assert served.data == PDF and served.headers["Content-Disposition"].startswith("attachment;")
    office.post(f"{item}/acceptance", data={"meeting_id": str(meeting.id)})
    colleague = signed_in(app, engine, scene.tenant, "LI", unit=scene.units[5].id)
    assert colleague.get(file).status_code == 404 and "没有向本单位开放的材料" in colleague.get(item).text
    assert colleague.post(f"{item}/papers", data=sent | {"file": (io.BytesIO(PDF), "a.pdf")}).status_code == 403
    assert office.get(file).status_code == 200


def test_the_list_is_narrowed_and_taken_out(scene, root, meeting, office, unit):
    assert "没有议题" in office.get(f"{root}/agenda-items/").text
    unit.post(f"{root}/agenda-items/", data=proposal(scene))
    add_item(scene.office, ItemText("学习文件", "study", 10), meeting_id=meeting.id, on=today())
    assert "共 2 条" in office.get(f"{root}/agenda-items/").text
    backlog = office.get(f"{root}/agenda-items/?place=backlog").text
    assert "家政补贴" in backlog and "学习文件" not in backlog
    assert "没有“x”这一选项" in office.get(f"{root}/agenda-items/?place=x", follow_redirects=True).text
    assert "家政补贴" in office.get(f"{root}/agenda-items/?format=csv&kind=other").get_data(as_text=True)
    assert office.get(f"{root}/agenda-items/?format=xlsx").data[:2] == b"PK"


def test_conclusion_carrying_and_forwarding_by_form(scene, root, office, unit):
    row = scene.item()
    item = f"{root}/agenda-items/{row.id}"
    scene.put("in_session")
    assert "写明理由" in office.post(f"{item}/conclusion", data={"outcome": "again"}).text
    assert (
        "再议"
        in office.post(f"{item}/conclusion", data={"outcome": "again", "text": "补充"}, follow_redirects=True).text
    )
    assert "待审议" in office.post(f"{item}/carrying", follow_redirects=True).text
    sent = office.post(f"{item}/forwarding", data={"unit_id": str(scene.units[3].id)}, follow_redirects=True).text
    assert "等待反馈" in sent
    page = unit.get(item).text
    form = page.split(f"{item}/forwards/")[1][:36]
    assert "请填写" in unit.post(f"{item}/forwards/{form}", data={}).text
    assert (
        "已列入预算" in unit.post(f"{item}/forwards/{form}", data={"outcome": "已列入预算"}, follow_redirects=True).text
    )
    assert "已列入预算" in office.get(item).text


def test_what_waits_is_on_the_home_page_of_whom_it_waits_for(scene, root, agenda, meeting, office, unit):
    office.post(f"{agenda}/call")
    assert "议题征集待报送" in unit.get(f"{root}/").text and "议题征集待报送" not in office.get(f"{root}/").text
    item = unit.post(f"{root}/agenda-items/", data=proposal(scene, meeting), follow_redirects=True).request.path
    assert "待处理议题" in office.get(f"{root}/").text and "议题征集待报送" not in unit.get(f"{root}/").text
    office.post(f"{item}/return", data={"reason": "请补充"})
    assert "退回的议题" in unit.get(f"{root}/").text and "待处理议题" not in office.get(f"{root}/").text
    row = add_item(scene.office, ItemText("学习文件", "study", 10), on=today())
    office.post(f"{root}/agenda-items/{row.id}/forwarding", data={"unit_id": str(scene.units[3].id)})
    assert "转来议题待反馈" in unit.get(f"{root}/").text


def test_the_agenda_is_a_paper(scene, agenda, meeting, office, unit):
    add_item(scene.office, ItemText("学习文件", "study", 10, "张三"), meeting_id=meeting.id, on=today())
    assert unit.get(f"{agenda}/document.pdf").data[:4] == b"%PDF"
    assert office.get(f"{agenda}/document.docx").data[:2] == b"PK"


def test_who_reads_no_meetings_reads_no_agendas(app, engine, scene, root, agenda):
    for role, status in (("SA", 403), ("OS", 200)):
        browser = signed_in(app, engine, scene.tenant, role)
        for path in (agenda, f"{root}/agenda-items/", f"{root}/agenda-items/new", f"{agenda}/document.pdf"):
            assert browser.get(path).status_code == status, path

"""A notice read as a charter: the seed itself, a paper in other words, and what is no such paper. Source: seed 二, 三."""

import io
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import charter_template
from service.charter import notice, notice_file, notice_form
from service.charter.notice_words import sentences
from service.charter.opening import furnish
from service.charter.text import text_of
from tenants.errors import Refused
from tests.charter.test_api import Caller
from tests.charter.test_pages import Browser
from tests.charter.test_setup import drafted, revision
from tests.factories import a_tenant

SEED = Path("config/charters/seed.txt").read_text("utf-8")
PROVINCE = charter_template("province")
CITY = charter_template("city", reform="2018")
PAPER = """关于印发《海州市家政服务业高质量发展联席会议制度》的通知
一、组成人员
（一）联席会议由市商务局、市人力资源和社会保障局牵头，成员单位包括市商务局、市人力资源和社会保障局、市发展改革委、市教育局、市税务局、团市委和市妇联。
（二）总召集人由市政府分管副市长担任，副召集人由市商务局局长、市人力资源和社会保障局局长担任。
联席会议办公室设在市商务局，办公室主任由市商务局一名分管副局长兼任。各成员单位确定一名科级干部作为联络员。
二、职责分工
1.市商务局：负责监督管理家庭服务企业的服务质量；会同市教育局开展“家政+”专业建设（含社区教育），配合做好“一老一小”照护需求摸底。
2．市教育局、市妇联：协助开展家政职业教育。
市卫生健康委：负责母婴护理员健康体检。
三、工作规则
全体会议原则上每季度召开一次。联席会议实行双月通报。
"""


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(app, engine, tenant):
    return Browser(app, engine, tenant, "OS")


def corrected(found, template, **changes):
    values = notice_form.values_of(found) | changes
    return notice_form.corrected(text_of(template), text_of(template), values, list(template.rules))


def test_the_seed_reads_as_its_eleven_units_and_forty_four_duties():
    found = notice.read(SEED, PROVINCE)
    assert (len(found.units), len(found.duties)) == (11, 44)
    done = corrected(found, PROVINCE)
    template = text_of(PROVINCE)
    assert done.faults == {}
    assert [unit.key for unit in done.text.units] == [unit.key for unit in template.units]
    assert [unit.category for unit in done.text.units] == [unit.category for unit in template.units]
    assert {d.code: (d.text, d.policy_field, d.holders) for d in done.text.duties} == {
        d.code: (d.text, d.policy_field, d.holders) for d in template.duties
    }
    assert (done.text.leads, done.text.office_host) == (("HRSS",), "HRSS")
    assert done.text.conference_name == template.conference_name
    assert dict(done.text.rules) == dict(template.rules)


def test_of_the_seed_nothing_is_left_but_the_mark_of_the_annex():
    assert notice.read(SEED, PROVINCE).rest == [(1, "附件1：")]


def test_a_paper_in_other_words_gives_its_units_leads_posts_and_rhythm():
    found = notice.read(PAPER, CITY)
    assert found.name == "海州市家政服务业高质量发展联席会议"
    assert [unit.name for unit in found.units if unit.listed] == [
        "市商务局", "市人力资源和社会保障局", "市发展改革委", "市教育局", "市税务局", "团市委", "市妇联",
    ]  # fmt: skip
    assert [unit.name for unit in found.units if not unit.listed] == ["市卫生健康委"]
    assert {unit.name: unit.key for unit in found.units}["市教育局"] == ""
    assert found.leads == ["市商务局", "市人力资源和社会保障局"]
    assert found.host == "市商务局"
    assert [(post.role, post.place, post.name) for post in found.posts] == [
        ("convener", "市政府", "分管副市长"),
        ("deputy_convener", "市商务局", "局长"),
        ("deputy_convener", "市人力资源和社会保障局", "局长"),
        ("office_director", "市商务局", "分管副局长"),
    ]
    assert found.rules == {
        "liaison_rank": "科级", "plenary_min": 4, "plenary_max": 4, "plenary_cadence": "quarter",
    }  # fmt: skip


def test_a_duty_in_other_words_is_a_new_one_with_its_grade_and_whole_quotes():
    duties = {duty.text: duty for duty in notice.read(PAPER, CITY).duties}
    assert duties["监管企业服务质量"].known and duties["监管企业服务质量"].code == "SW2"
    built = duties["会同市教育局开展“家政+”专业建设（含社区教育）"]
    assert (built.code, built.grade, built.known) == ("SW7", "coordinate", False)
    assert duties["配合做好“一老一小”照护需求摸底"].grade == "cooperate"
    taught = duties["协助开展家政职业教育"]
    assert (taught.grade, taught.holders, taught.policy_field) == ("assist", ("市教育局", "市妇联"), "training")
    assert duties["母婴护理员健康体检"].holders == ("市卫生健康委",)


def test_what_was_not_recognised_is_told_with_its_line():
    assert (11, "联席会议实行双月通报。") in notice.read(PAPER, CITY).rest


WORDS = st.text(
    alphabet="市商务局、民政由等部门组成。负责：；，召集人担任办公室设在一二\n（）“”联席会议制度", max_size=300
)


@given(WORDS)
def test_no_sentence_is_lost_whatever_the_paper(text):
    found = notice.read(text, PROVINCE)
    kept = "".join(words for _line, words in found.rest) + found.name + "".join(unit.name for unit in found.units)
    kept += "".join(duty.quote for duty in found.duties) + "".join(p.place + p.name for p in found.posts)
    kept += (found.host or "") + "".join(found.leads)
    for _number, line in notice.lines_of(text):
        if notice.HEADING.match(line) or notice.TITLE.match(line) or "：" in line:
            continue
        for sentence in sentences(line):
            assert sentence in kept or any(name and name in sentence for name in _names(found)) or "不设" in sentence


def _names(found):
    return [found.host or "", *found.leads, *(unit.name for unit in found.units), *(p.name for p in found.posts)]


def test_two_that_only_assist_are_told_to_need_one_that_carries_the_duty():
    done = corrected(notice.read(PAPER, CITY), CITY)
    assert list(done.faults) == ["duty-3-holders"]
    assert "须有一个负责" in str(done.faults["duty-3-holders"])


def test_rows_are_corrected_left_out_and_added():
    found = notice.read(PAPER, CITY)
    at = next(number for number, unit in enumerate(found.units) if unit.name == "市卫生健康委")
    duty = next(number for number, row in enumerate(found.duties) if row.holders == ("市卫生健康委",))
    known = {
        f"unit-{at}-keep": "",
        "unit-8-keep": "1", "unit-8-name": "市民政局", "unit-8-category": "政府部门", "unit-8-key": "",
        "duty-3-grade": "coordinate",
        f"duty-{duty}-holders": "市民政局", f"duty-{duty}-text": "护理员体检",
    }  # fmt: skip
    done = corrected(found, CITY, **known)
    assert done.faults == {}
    names = {unit.key: unit.name for unit in done.text.units}
    assert "市卫生健康委" not in names.values() and "市民政局" in names.values()
    (held,) = next(d for d in done.text.duties if d.text == "护理员体检").holders
    assert names[held.unit] == "市民政局"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"unit-0-name": ""}, "unit-0-name", "请填写单位名称"),
        ({"unit-0-keep": ""}, "duty-0-holders", "不在保留的成员单位之中"),
        ({"duty-0-code": ".."}, "duty-0-code", "句点"),
        ({"unit-0-lead": "", "unit-1-lead": ""}, "leads", "一个或两个牵头部门"),
        ({"host": "市公安局"}, "host", "不在成员单位之中"),
        ({"post-0-name": ""}, "post-0-name", "请填写职务名称"),
        ({"rule-plenary_max": "十"}, "rules", ""),
        ({"conference_name": ""}, "conference_name", "请填写联席会议名称"),
    ],
)
def test_a_row_that_cannot_be_is_told_at_its_field(change, field, words):
    done = corrected(notice.read(PAPER, CITY), CITY, **change)
    assert words in str(done.faults[field])


def a_document(text):
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [SEED.encode(), SEED.encode("gb18030"), SEED.encode("utf-8-sig"), a_document(SEED)])
def test_a_file_in_any_of_the_usual_ways_reads_alike(data):
    assert len(notice.read(notice_file.words_of(data), PROVINCE).duties) == 44


def test_a_table_of_units_and_duties_reads_as_paragraphs():
    document = Document()
    document.add_paragraph("二、职责分工")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "省商务厅", "负责监督管理家庭服务企业的服务质量。"
    out = io.BytesIO()
    document.save(out)
    assert [d.code for d in notice.read(notice_file.words_of(out.getvalue()), PROVINCE).duties] == ["SW2"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\x00\x00", b"a" * 2_000_001, b"x" * 30_001]
)
def test_what_is_no_notice_is_refused_at_the_field(data):
    with pytest.raises(Refused) as caught:
        notice_file.words_of(data)
    assert caught.value.field == "notice"


def test_lines_of_equal_width_are_one_paragraph():
    width = 30
    cut = "\n".join(
        "\n".join(line[at : at + width] for at in range(0, len(line), width)) or line for line in SEED.splitlines()
    )
    assert len(notice.read(cut, PROVINCE).duties) == 44


def test_a_notice_is_pasted_previewed_corrected_and_taken(engine, tenant, office):
    client, root = office.client, f"{office.root}/setup"
    assert "通知正文" in office.get("/setup/?setup=1")
    assert client.post(f"{root}/notice/", data={"notice": " "}).status_code == 422
    page = client.post(f"{root}/notice/", data={"notice": SEED}).text
    assert page.count("模板职责</") == 44 and "附件1：" in page
    found = notice.read(SEED, PROVINCE)
    values = {k: v for k, v in notice_form.values_of(found).items() if v} | {"template": PROVINCE.version}
    wrong = client.post(f"{root}/notice/rows", data=values | {"unit-0-name": ""})
    assert wrong.status_code == 422 and "请填写单位名称" in wrong.text and "统筹协调发展工作" in wrong.text
    assert client.post(f"{root}/notice/rows", data=values | {"unit-4-name": "省商务局"}).status_code == 422  # duties
    values = {k: v.replace("省商务厅", "省商务委") for k, v in values.items()}
    assert client.post(f"{root}/notice/rows", data=values).location.endswith("/draft/name?setup=1")
    text = drafted(engine, tenant)
    assert text.unit("COM") and text.unit("COM").name == "省商务委"  # type: ignore[union-attr]
    assert text.unit("COM").joined_on is not None  # type: ignore[union-attr]
    stale = client.post(f"{root}/notice/rows", data=values)
    assert stale.status_code == 422 and "他人已修改" in stale.text
    values["revision"] = revision(office.get("/setup/?setup=1"))
    assert client.post(f"{root}/notice/rows", data=values).status_code == 302


def test_a_notice_is_uploaded_as_a_file(office):
    data = {"notice_file": (io.BytesIO(a_document(SEED)), "通知.docx")}
    answer = office.client.post(f"{office.root}/setup/notice/", data=data, content_type="multipart/form-data")
    assert answer.text.count("模板职责</") == 44
    data = {"notice_file": (io.BytesIO(b"PK\x03\x04no"), "通知.docx")}
    answer = office.client.post(f"{office.root}/setup/notice/", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422 and "另存为 .docx" in answer.text


def test_who_may_not_write_the_charter_reads_no_notice_into_it(app, engine, tenant, office):
    liaison = Browser(app, engine, tenant, "LO").client
    for path in ("/setup/notice/", "/setup/notice/rows"):
        assert liaison.post(office.root + path, data={"notice": SEED}).status_code == 403
    assert office.client.post(f"{office.root}/setup/notice/", data={"notice": SEED}).status_code == 200


def test_a_program_has_a_notice_read_and_writes_the_draft_with_it(app, engine, tenant):
    office = Caller(app, engine, tenant, "OS")
    answer = office("POST", "/charter/notice", {"text": SEED})
    assert answer.status_code == 200 and answer.json["faults"] == []
    assert answer.json["rest"] == [{"line": 1, "words": "附件1："}]
    assert len(answer.json["text"]["duties"]) == 44 and answer.json["new_duties"] == []
    assert office("POST", "/charter/draft").status_code == 201
    written = office.write("PUT", "", answer.json["text"])
    assert written.status_code == 200
    assert Caller(app, engine, tenant, "LO")("POST", "/charter/notice", {"text": SEED}).status_code == 403

"""The charter on paper: what its document holds, in DOCX, PDF and XLSX, for every version and the draft."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from config.catalogue import charter_template
from service.charter import commands, queries
from service.charter.models import Charter
from service.charter.opening import furnish
from service.charter.overview import Overview
from service.charter.paper import annexes, charter_blocks, inscription
from service.charter.text import UnitEntry, text_of
from service.documents.model import Heading, Paragraph, Table
from service.kit.web import today
from tests.charter import drafts
from tests.documents.measure import opened
from tests.factories import a_seat, a_tenant, a_token, bearing, signed_in

TEMPLATE = charter_template("province")
SEEN = Overview(text_of(TEMPLATE), TEMPLATE)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish, on=date(2026, 1, 1))


@pytest.fixture
def reader(app, engine, tenant):
    return signed_in(app, engine, tenant, "LI")


@pytest.fixture
def root(tenant):
    return f"/t/{tenant.slug}/charter"


def bare(text: str) -> str:
    return "".join(text.split())


def pdf_text(answer) -> str:
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    return bare("".join(page.text for page in opened(answer.data)))


def word_of(answer):
    assert (answer.status_code, answer.content_type) == (200, DOCX)
    return docx.Document(io.BytesIO(answer.data))


def sheet_of(answer) -> Any:
    return load_workbook(io.BytesIO(answer.data)).active


def words_of(block) -> str:
    if isinstance(block, Paragraph):
        return "".join(run.text for run in block.runs)
    return block.number + block.text + "".join(run.text for run in block.follows)


# ── the model ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_blocks_say_the_seed_word_for_word_with_its_own_numbers():
    said = [words_of(block) for block in charter_blocks(SEEN)]
    headings = [f"{article.number}、{article.heading}" for article in SEEN.articles if article.heading]
    passages = [paragraph.text for article in SEEN.articles for paragraph in article.paragraphs]
    assert headings == ["一、主要职责", "二、成员单位", "三、职责分工", "四、工作规则"]
    assert [text for text in said if text not in headings] == passages


def test_a_rules_first_sentence_is_a_heading_only_where_it_reads_like_one():
    rules = [block for block in charter_blocks(SEEN) if isinstance(block, Heading) and block.level == 2]
    assert [block.number for block in rules] == ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）"]
    assert rules[0].text == "定期向省政府报告工作。"
    assert rules[5].text == ""  # a whole rule, not a title
    assert all(block.follows for block in rules)


def test_the_annexes_list_the_units_in_order_and_who_holds_which_duty():
    units, duties = (block for part in annexes(SEEN) for block in part.blocks if isinstance(block, Table))
    assert [row[1] for row in units.rows] == [unit.name for unit in SEEN.units]
    assert units.rows[0] == ("1", "省人力资源社会保障厅", "政府部门", "牵头部门、联席会议办公室所在单位")
    assert len(duties.rows) == 44
    table = {row[0]: row[2] for row in duties.rows}
    assert table["TX1"] == "省国税局（负责，共同）、省地税局（负责，共同）"
    assert table["CZ1"] == "省财政厅（会同）"
    assert table["MZ4"] == "省民政厅（协助）"


@pytest.mark.parametrize(
    ("state", "since", "until", "words"),
    [
        ("draft", None, None, "（征求意见稿）"),
        ("in_review", None, None, "（草案）"),
        ("in_force", date(2026, 1, 1), None, "（自2026年1月1日起施行）"),
        ("superseded", date(2026, 1, 1), date(2026, 7, 1), "（自2026年1月1日起施行，自2026年7月1日起由新版本替代）"),
    ],
)
def test_the_inscription_tells_a_draft_from_what_is_in_force(state, since, until, words):
    assert inscription(Charter(state=state, effective_from=since), until) == words


# ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_reads_the_same_as_pdf_and_as_word(reader, root):
    printed = pdf_text(reader.get(f"{root}/document.pdf"))
    word = word_of(reader.get(f"{root}/document.docx"))
    written = [bare(item.text) for item in word.paragraphs]
    assert written[0] == "附件1" and written[1] == "省发展家庭服务业联席会议制度"
    for words in (
        "附件1",
        "（自2026年1月1日起施行）",
        "四、工作规则",
        "各地根据本地区实际，因地制宜，确定牵头部门和职责分工。",
    ):
        assert words in printed
        assert words in written
    assert "附表1成员单位名单" in printed and "附表2职责分工表" in printed
    units, duties = word.tables
    assert [row.cells[1].text for row in units.rows[1:]] == [unit.name for unit in SEEN.units]
    assert len(duties.rows) == 45


def test_a_draft_bears_its_mark_and_an_old_version_until_when_it_was_in_force(app, engine, tenant, reader, root):
    seat = a_seat(engine, tenant, "OS", "CV")
    first = queries.in_force(seat.session, today()).id
    seat.session.rollback()
    assert reader.get(f"{root}/draft/document.pdf").status_code == 404
    commands.begin_draft(seat, on=today())
    commands.name_conference(seat, "衡川省家政服务业联席会议")
    printed = pdf_text(reader.get(f"{root}/draft/document.pdf"))
    assert "衡川省家政服务业联席会议制度（征求意见稿）" in printed
    assert "征求意见稿" not in pdf_text(reader.get(f"{root}/document.pdf"))
    commands.submit_draft(seat, "第一次全体会议议定")
    assert "制度（草案）" in pdf_text(reader.get(f"{root}/draft/document.pdf"))
    commands.approve_draft(seat, effective_from=today() + timedelta(days=1), on=today())
    old = pdf_text(reader.get(f"{root}/versions/{first}/document.pdf"))
    assert "起施行）" in old and "替代" not in old  # not before that day comes


def test_a_superseded_version_says_what_took_its_place(engine, tenant, reader, root):
    with_seat = a_seat(engine, tenant, "OS")
    first = queries.in_force(with_seat.session, today()).id
    with_seat.session.rollback()
    drafts.in_force(engine, tenant, lambda seat: commands.name_conference(seat, "新名联席会议"), since=date(2026, 3, 1))
    assert "自2026年3月1日起由新版本替代" in pdf_text(reader.get(f"{root}/versions/{first}/document.pdf"))
    assert "新名联席会议制度（自2026年3月1日起施行）" in pdf_text(reader.get(f"{root}/document.pdf"))


def test_the_charter_page_leads_to_its_documents_and_the_matrix_page_to_its_sheet(reader, root):
    text = reader.get(f"{root}/").text
    assert f'{root}/document.docx"' in text and f'{root}/document.pdf"' in text
    assert f'{root}/duties/matrix.xlsx"' in reader.get(f"{root}/duties/matrix").text


# ── the matrix ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_matrix_is_set_to_be_printed(reader, root):
    answer = reader.get(f"{root}/duties/matrix.xlsx")
    sheet = sheet_of(answer)
    assert sheet["A1"].value == "省发展家庭服务业联席会议职责分工矩阵"
    assert sheet["A2"].value.endswith("（自2026年1月1日起施行）")
    assert [cell.value for cell in sheet[3]][3:] == [unit.name for unit in SEEN.units]
    assert sheet.freeze_panes == "D4"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'职责分工矩阵'!$A$1:$N$50"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert "共&N页" in sheet.oddFooter.center.text
    assert sheet.column_dimensions["B"].width > 40


def test_the_matrix_says_each_grade_in_words_and_marks_what_is_joint(reader, root):
    sheet = sheet_of(reader.get(f"{root}/duties/matrix.xlsx"))
    rows = {row[0]: row for row in sheet.iter_rows(min_row=4, max_row=47, values_only=True)}
    names = [cell.value for cell in sheet[3]]
    for duty in SEEN.duties:
        said = {names[n]: text for n, text in enumerate(rows[duty.code]) if n > 2 and text}
        words = {"lead": "负责", "coordinate": "会同", "assist": "协助", "cooperate": "配合"}
        assert said == {
            SEEN.by_key[held.unit].name: words[held.grade] + ("（共）" if held.joint else "") for held in duty.holders
        }
    totals = [cell.value for cell in sheet[48]][3:]
    assert totals == [len(SEEN.text.duties_of(unit.key)) for unit in SEEN.units]


def test_a_name_that_looks_like_a_formula_stays_text_and_many_units_take_a3(engine, tenant, reader, root):
    seat = a_seat(engine, tenant, "OS", "CV")
    commands.begin_draft(seat, on=today())
    for name in ("=1+1", "省二局", "省三局"):
        commands.add_unit(seat, UnitEntry("", name, "政府部门"))
    sheet = sheet_of(reader.get(f"{root}/draft/duties/matrix.xlsx"))
    assert sheet.page_setup.paperSize == 8
    assert "（征求意见稿）" in sheet["A2"].value
    assert [sheet.cell(3, column).value for column in (15, 16, 17)] == ["'=1+1", "省二局", "省三局"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


# ── for programs, and for whom not ────────────────────────────────────────────────────────────────────────────


def test_programs_get_the_same_documents(engine, tenant, client, reader, root):
    api, headers = f"/api/v1/t/{tenant.slug}/charter", bearing(a_token(engine, tenant, "LI"))
    for kind in ("docx", "pdf"):
        answer = client.get(f"{api}/document?format={kind}", headers=headers)
        assert answer.data == reader.get(f"{root}/document.{kind}").data
    matrix = client.get(f"{api}/matrix", headers=headers).json
    assert len(matrix["units"]) == 11 and len(matrix["duties"]) == 44
    joint = next(duty for duty in matrix["duties"] if duty["code"] == "TX1")
    assert [holder["joint"] for holder in joint["holders"]] == [True, True]
    sheet = client.get(f"{api}/matrix?format=xlsx", headers=headers)
    assert sheet_of(sheet)["A1"].value.endswith("矩阵")
    assert client.get(f"{api}/document?format=odt", headers=headers).status_code == 422
    for at in ("draft", "no-version", "018f0000-0000-7000-8000-000000000000"):
        assert client.get(f"{api}/document?at={at}", headers=headers).status_code == 404


def test_who_may_not_read_the_charter_gets_no_document_of_it_and_no_other_tenant_does(
    app, engine, tenant, root, client
):
    other = a_tenant(engine, furnish=furnish)
    with_seat = a_seat(engine, tenant, "OS")
    version = queries.in_force(with_seat.session, today()).id
    with_seat.session.rollback()
    api = f"/api/v1/t/{tenant.slug}/charter"
    for path in ("/document.pdf", "/duties/matrix.xlsx"):
        assert signed_in(app, engine, tenant, "AS").get(f"{root}{path}").status_code == 200
        assert signed_in(app, engine, tenant, "SA").get(f"{root}{path}").status_code == 403
        assert signed_in(app, engine, other, "CV").get(f"{root}{path}").status_code == 404
    for path in ("/document", "/matrix?format=xlsx"):
        assert client.get(f"{api}{path}", headers=bearing(a_token(engine, tenant, "AS"))).status_code == 200
        assert client.get(f"{api}{path}", headers=bearing(a_token(engine, tenant, "SA"))).status_code == 403
    own = f"/api/v1/t/{other.slug}/charter/document?at={version}"
    assert client.get(own, headers=bearing(a_token(engine, other, "CV"))).status_code == 404

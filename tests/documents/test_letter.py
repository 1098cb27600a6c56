"""A letter against the ruler: GB/T 9704—2012 10.1, in the PDF as printed and in the DOCX as written."""

from __future__ import annotations

import io
from datetime import date
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from service.documents.composition import first_page_room
from service.documents.docx import render_docx
from service.documents.model import Attachment, Genre, Layout, OfficialDocument, Table
from service.documents.pdf import render_pdf
from service.documents.rules import review
from tests.documents.measure import MM, Sheet, opened, steps
from tests.documents.sample import prose

TOP, RIGHT = 37.0, 184.0
THREE = 16 / MM  # the height of a 3号 character
LINE = 28.95 / MM
FORM = Table(("序号", "修改建议", "理由"), (("9", "", ""),) * 3, row_height=60)


def a_letter(**changes: Any) -> OfficialDocument:
    fields: dict[str, Any] = {
        "genre": Genre.LETTER,
        "layout": Layout.LETTER,
        "issuing_organ": "衡川省发展家庭服务业联席会议办公室",
        "document_number": "衡家服办函〔2026〕3号",
        "title": "关于征求《从业人员培训管理办法（征求意见稿）》意见的函",
        "addressee": "省民政厅、省财政厅",
        "blocks": (prose("文" * 800), prose("请于2026年12月4日前反馈。")),
        "attachments": (Attachment("反馈表", (FORM,)),),
        "document_date": date(2026, 11, 25),
        "note": "联系人：周璟，电话：0990-88120036",
        "copy_to": "省商务厅",
        "printed_by": "办公室",
        "printed_on": date(2026, 11, 25),
    }
    return OfficialDocument(**(fields | changes))


@pytest.fixture(scope="module")
def letter() -> list[Sheet]:
    return opened(render_pdf(a_letter()))


@pytest.fixture(scope="module")
def word() -> Any:
    return docx.Document(io.BytesIO(render_docx(a_letter())))


def test_the_mark_is_the_organs_name_alone_30_millimetres_below_the_edge_of_the_page(letter: list[Sheet]) -> None:
    left, top, right, _bottom = letter[0].red_ink()
    assert top == pytest.approx(30, abs=0.3)
    assert (left + right) / 2 == pytest.approx(105, abs=1)
    assert "文件" not in letter[0].text


def test_double_rules_of_170_millimetres_stand_4_below_the_mark_and_20_above_the_foot(letter: list[Sheet]) -> None:
    upper_thick, upper_thin, lower_thin, lower_thick = letter[0].rules()
    for thick, thin in ((upper_thick, upper_thin), (lower_thick, lower_thin)):
        assert thick.width > 2 * thin.width
        assert (thick.left, thick.right) == pytest.approx((20, 190), abs=0.6)
    assert upper_thick.y - upper_thick.width / 2 - letter[0].red_ink()[3] == pytest.approx(4, abs=0.3)
    assert lower_thick.y + lower_thick.width / 2 == pytest.approx(297 - 20, abs=0.1)


def test_the_number_ends_at_the_right_edge_seven_eighths_of_a_character_below_the_rule(letter: list[Sheet]) -> None:
    number, rule = letter[0].line_with("衡家服办函"), letter[0].rules()[1]
    assert number[-1].right == pytest.approx(RIGHT, abs=0.5)
    assert number[0].baseline - 0.88 * THREE - rule.y - rule.width / 2 == pytest.approx(THREE * 7 / 8, abs=0.2)


def test_the_title_is_two_lines_below_the_number(letter: list[Sheet]) -> None:
    number, title = letter[0].line_with("衡家服办函")[0], letter[0].line_with("关于征求")[0]
    below = number.baseline + 0.12 * THREE + (LINE - THREE) / 2
    assert title.baseline - 0.88 * 22 / MM - (35 - 22) / 2 / MM - below == pytest.approx(2 * LINE, abs=0.3)


def test_only_the_first_page_has_rules_and_no_page_number(letter: list[Sheet]) -> None:
    assert "— 1 —" not in letter[0].text
    assert "— 2 —" in letter[1].text and len(letter[1].rules()) == 0


def test_the_imprint_names_the_copy_and_neither_printer_nor_rules(letter: list[Sheet], word: Any) -> None:
    assert "抄送：省商务厅。" in letter[-1].text and "印发" not in letter[-1].text
    assert [row.cells[0].text for row in word.tables[-1].rows] == ["抄送：省商务厅。"]
    borders = word.tables[-1]._tbl.tblPr.find(qn("w:tblBorders"))
    assert {side.get(qn("w:val")) for side in borders} == {"nil"}


def test_without_a_number_the_title_stays_where_it_is(letter: list[Sheet]) -> None:
    draft = opened(render_pdf(a_letter(document_number=None)))[0]
    assert draft.line_with("关于征求")[0].baseline == pytest.approx(letter[0].line_with("关于征求")[0].baseline)


@pytest.mark.parametrize("organ", ["林县商务局", "洛溪市促进家政服务业提质扩容工作牵头部门发展和改革委员会"])
def test_the_mark_fits_between_the_edge_and_the_rule_however_long_the_name(organ: str) -> None:
    page = opened(render_pdf(a_letter(issuing_organ=organ)))[0]
    left, top, right, bottom = page.red_ink()
    assert top == pytest.approx(30, abs=0.3) and left >= 20 and right <= 190
    assert page.rules()[0].y - bottom == pytest.approx(4.3, abs=0.3)


def test_a_form_leaves_room_to_write_and_its_words_stand_in_the_middle_of_their_row(
    letter: list[Sheet], word: Any
) -> None:
    edges = sorted({round(rule.y, 1) for rule in letter[-1].rules()})
    assert steps(edges)[-3:] == pytest.approx([60 / MM] * 3, abs=0.2)
    number = letter[-1].line_with("9")[0]
    row = next((above, below) for above, below in pairwise(edges) if above < number.baseline < below)
    assert number.baseline - 0.38 * number.size / MM == pytest.approx(sum(row) / 2, abs=0.2)
    heights = [row._tr.trPr.find(qn("w:trHeight")) for row in word.tables[0].rows]
    assert [height.get(qn("w:val")) for height in heights[1:]] == ["1200"] * 3 and heights[0] is None


def test_the_docx_has_the_mark_over_its_rule_in_the_head_of_the_first_page(word: Any) -> None:
    section = word.sections[0]
    mark = section.first_page_header.paragraphs[0]
    rule = mark._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert mark.text == "衡川省发展家庭服务业联席会议办公室"
    assert rule.get(qn("w:val")) == "thickThinSmallGap"
    assert section.header_distance.mm == pytest.approx(30, abs=1.5)
    assert [mark.paragraph_format.left_indent.mm, mark.paragraph_format.right_indent.mm] == pytest.approx(
        [-8, -6], abs=0.1
    )


def test_the_docx_has_the_lower_rule_and_no_number_at_the_foot_of_the_first_page(word: Any) -> None:
    foot = word.sections[0].first_page_footer
    rule = foot.paragraphs[0]._p.pPr
    assert "PAGE" not in foot._element.xml and "PAGE" in word.sections[0].footer._element.xml
    assert rule.find(qn("w:pBdr")).find(qn("w:top")).get(qn("w:val")) == "thinThickSmallGap"
    frame = rule.find(qn("w:framePr"))
    assert int(frame.get(qn("w:y"))) / 20 / MM == pytest.approx(276, abs=0.5)
    assert int(frame.get(qn("w:w"))) / 20 / MM == pytest.approx(170, abs=0.1)


def test_a_fit_letter_raises_nothing_and_its_title_ends_in_its_genre() -> None:
    assert review(a_letter()) == ()
    assert [found.code for found in review(a_letter(title="关于征求意见的通知"))] == ["title.parts"]


def test_a_letters_first_page_has_more_room_than_a_document_with_a_masthead() -> None:
    assert first_page_room(a_letter()) > first_page_room(a_letter(layout=Layout.GENERAL)) > 0


def test_a_checksum_wider_than_its_cell_breaks_instead_of_running_over() -> None:
    table = Table(("文稿", "校验码"), (("第一稿", "7c92f68eff9f" * 3),), (9.0, 1.0))
    (page,) = opened(render_pdf(a_letter(blocks=(table,), attachments=(), copy_to="")))
    assert max(char.right for char in page.chars()) <= RIGHT + 0.3

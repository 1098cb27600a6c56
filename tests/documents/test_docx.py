"""The DOCX against the standard: fonts, sizes, margins and spacing as written in the file."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from service.documents.docx import render_docx
from service.documents.model import Attachment, Genre, Table
from service.documents.pdf import render_pdf
from tests.documents.measure import opened
from tests.documents.sample import prose, provincial_report

CHARACTER = 156 / 28 * 72 / 25.4


@pytest.fixture(scope="module")
def package() -> bytes:
    return render_docx(provincial_report())


@pytest.fixture(scope="module")
def word(package: bytes) -> Any:
    return read(package)


def read(package: bytes) -> Any:
    return docx.Document(io.BytesIO(package))


def paragraph(word: Any, words: str) -> Any:
    return next(item for item in word.paragraphs if words in item.text)


def east_asian(run: Any) -> str:
    return run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia"))


def latin(run: Any) -> str:
    return run._r.rPr.find(qn("w:rFonts")).get(qn("w:ascii"))


def points(length: Any) -> float:
    return round(length.pt, 2)


# ── 版面 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_upright_pages_are_a4_with_the_margins_of_the_standard(word: Any) -> None:
    section = word.sections[0]
    sides = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(side.mm, 1) for side in sides] == [37, 28, 35, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_locality_table_has_a_turned_section_and_the_next_is_upright_again(word: Any) -> None:
    assert [section.orientation for section in word.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    turned = word.sections[1]
    sides = (turned.top_margin, turned.left_margin, turned.bottom_margin, turned.right_margin)
    assert [round(side.mm, 1) for side in sides] == [28, 35, 26, 37]


def test_lines_are_exactly_28_95_points_22_to_a_page(word: Any) -> None:
    spacing = word.styles["Normal"].paragraph_format
    assert spacing.line_spacing_rule == WD_LINE_SPACING.EXACTLY
    assert points(spacing.line_spacing) == 28.95
    assert points(spacing.space_before) == points(spacing.space_after) == 0
    grid = word.sections[0]._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert 22 * 28.95 <= 225 * 72 / 25.4 < 23 * 28.95


def test_28_characters_fit_a_line(word: Any) -> None:
    run = paragraph(word, "按照省发展").runs[0]
    tightened = int(run._r.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + tightened) <= 156 * 72 / 25.4 < 29 * (16 + tightened)


def test_body_is_size_three_fangsong_with_two_characters_indent(word: Any) -> None:
    item = paragraph(word, "按照省发展")
    assert (east_asian(item.runs[0]), points(item.runs[0].font.size)) == ("仿宋_GB2312", 16)
    assert latin(item.runs[0]) == "Times New Roman"
    assert points(item.paragraph_format.first_line_indent) == pytest.approx(2 * CHARACTER, abs=0.1)


def test_quotes_and_dashes_are_set_as_chinese(word: Any) -> None:
    run = next(run for run in paragraph(word, "双召集人").runs if "“" in run.text)
    assert run._r.rPr.find(qn("w:rFonts")).get(qn("w:hint")) == "eastAsia"


# ── 版头、主体 ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_masthead_is_red_xiaobiaosong_35_millimetres_down(word: Any) -> None:
    item = word.paragraphs[0]
    run = item.runs[0]
    assert item.text == "衡川省人力资源和社会保障厅文件"
    assert (east_asian(run), str(run.font.color.rgb)) == ("方正小标宋简体", "E60012")
    assert item.paragraph_format.space_before.mm == pytest.approx(35, abs=1.5)
    squeeze = int(run._r.rPr.find(qn("w:w")).get(qn("w:val"))) / 100
    assert len(item.text) * run.font.size.pt * squeeze <= 156 * 72 / 25.4 + 1


def test_number_and_signer_share_a_line_over_a_red_rule(word: Any) -> None:
    item = paragraph(word, "签发人：")
    assert item.text == "\t衡人社报〔2026〕36号\t签发人：林昇远"
    assert [east_asian(run) for run in item.runs] == ["仿宋_GB2312", "楷体_GB2312"]
    stops = [points(stop.position) for stop in item.paragraph_format.tab_stops]
    assert stops == pytest.approx([CHARACTER, 27 * CHARACTER], abs=0.1)
    rule = item._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert (rule.get(qn("w:color")), rule.get(qn("w:sz"))) == ("E60012", "12")


def test_without_signer_the_number_is_centred() -> None:
    item = paragraph(read(render_docx(provincial_report(genre=Genre.CIRCULAR, signer=None))), "衡人社报")
    assert item.alignment == WD_ALIGN_PARAGRAPH.CENTER and item.text == "衡人社报〔2026〕36号"


def test_an_upward_draft_leaves_room_for_who_will_sign() -> None:
    """Source: GB/T 9704 7.2.6."""
    assert "签发人：" in paragraph(read(render_docx(provincial_report(signer=None))), "衡人社报").text


def test_the_title_is_size_two_xiaobiaosong_two_lines_below_in_the_lines_of_the_pdf(word: Any) -> None:
    item = paragraph(word, "关于2026年")
    assert item.text.split("\n") == ["关于2026年前三季度发展", "家庭服务业工作情况的报告"]
    assert {(east_asian(run), points(run.font.size)) for run in item.runs} == {("方正小标宋简体", 22)}
    assert points(item.paragraph_format.space_before) == pytest.approx(57.9, abs=0.1)


def test_headings_are_heiti_kaiti_and_found_by_the_navigator(word: Any) -> None:
    first, second = paragraph(word, "一、政策落实"), paragraph(word, "（二）国家政策")
    assert (first.style.name, east_asian(first.runs[0])) == ("Heading 1", "黑体")
    assert (second.style.name, east_asian(second.runs[0])) == ("Heading 2", "楷体_GB2312")
    for level in (1, 2, 3, 4):
        style = word.styles[f"Heading {level}"]
        assert (points(style.font.size), style.font.bold, str(style.font.color.rgb)) == (16, False, "000000")


def test_what_runs_on_after_a_heading_is_fangsong(word: Any) -> None:
    item = paragraph(word, "（一）总体情况。")
    assert [east_asian(run) for run in item.runs][:2] == ["楷体_GB2312", "仿宋_GB2312"]


def test_attachments_are_listed_and_hang(word: Any) -> None:
    first, second = paragraph(word, "附件：1."), paragraph(word, "2.逾期")
    assert points(first.paragraph_format.space_before) == 28.95
    starts = [
        item.paragraph_format.left_indent.pt + item.paragraph_format.first_line_indent.pt for item in (first, second)
    ]
    assert starts == pytest.approx([2 * CHARACTER, 5 * CHARACTER], abs=0.2)


def test_signature_and_date_leave_room_for_a_seal(word: Any) -> None:
    items = [item for item in word.paragraphs if item.text == "衡川省人力资源和社会保障厅"]
    signature, day = items[0], paragraph(word, "2026年10月20日")
    assert points(signature.paragraph_format.space_before) == pytest.approx(3 * 28.95, abs=0.1)
    assert day.paragraph_format.right_indent.pt >= 4 * CHARACTER - 0.1
    assert signature.alignment == day.alignment == WD_ALIGN_PARAGRAPH.RIGHT


def test_there_is_no_picture_of_a_seal_and_no_font_in_the_file(package: bytes) -> None:
    names = zipfile.ZipFile(io.BytesIO(package)).namelist()
    assert not [name for name in names if name.startswith(("word/fonts/", "word/media/")) or name.endswith(".odttf")]


# ── 附件、表格、版记 ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_repeats_its_head_and_breaks_no_row(word: Any) -> None:
    for table in word.tables[:-1]:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_tables_are_as_wide_as_the_text_area(word: Any) -> None:
    widths = [sum(cell.width.pt for cell in table.rows[0].cells) / 72 * 25.4 for table in word.tables]
    assert widths == pytest.approx([156, 156, 225, 156, 156], abs=1)


def test_annexes_start_pages_with_their_label_in_heiti(word: Any) -> None:
    for number in (1, 2):
        label = next(item for item in word.paragraphs if item.text == f"附件{number}")
        assert label.paragraph_format.page_break_before
        assert east_asian(label.runs[0]) == latin(label.runs[0]) == "黑体"


def test_turned_tables_in_a_row_leave_no_empty_page() -> None:
    table = Table(("甲", "乙"), (("1", "2"),), landscape=True)
    word = read(
        render_docx(provincial_report(blocks=(prose("文。"), table, table, prose("特此报告。")), attachments=()))
    )
    assert [section.orientation for section in word.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]


def test_turned_annexes_in_a_row_share_a_section() -> None:
    annex = Attachment("表", (Table(("甲", "乙"), (("1", "2"),), landscape=True),))
    word = read(render_docx(provincial_report(attachments=(annex, annex))))
    assert len(word.sections) == 3


def test_the_imprint_floats_at_the_foot_of_the_text_area_between_its_rules(word: Any) -> None:
    table = word.tables[-1]
    properties = table._tbl.tblPr
    place = properties.find(qn("w:tblpPr"))
    assert (place.get(qn("w:vertAnchor")), place.get(qn("w:tblpYSpec"))) == ("margin", "bottom")
    rules = {side.tag.split("}")[1]: side.get(qn("w:sz")) for side in properties.find(qn("w:tblBorders"))}
    # Eighths of a point: 8 are 0.35 mm, 6 are 0.26 mm.
    assert (rules["top"], rules["insideH"], rules["bottom"], rules["left"]) == ("8", "6", "8", None)
    assert table.rows[0].cells[0].text.startswith("抄送：省发展改革委") and table.rows[0].cells[0].text.endswith("。")
    assert table.rows[1].cells[0].text == "衡川省人力资源和社会保障厅办公室\t2026年10月21日印发"
    assert {points(run.font.size) for row in table.rows for run in row.cells[0].paragraphs[0].runs} == {14}


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages(word: Any) -> None:
    assert word.settings.odd_and_even_pages_header_footer
    odd, even = word.sections[0].footer.paragraphs[0], word.sections[0].even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT)
    assert (
        odd.paragraph_format.right_indent.pt
        == even.paragraph_format.left_indent.pt
        == pytest.approx(CHARACTER, abs=0.1)
    )
    for item in (odd, even):
        assert item.text == "—  —" and "PAGE" in item._p.xml
        assert {(east_asian(run), points(run.font.size)) for run in item.runs} == {("宋体", 14)}


def test_the_number_of_a_turned_page_stands_at_its_left_edge(word: Any) -> None:
    for foot in (word.sections[1].footer, word.sections[1].even_page_footer):
        place = foot.paragraphs[0]._p.pPr.find(qn("w:framePr"))
        assert Mm(20) < Pt(int(place.get(qn("w:x"))) / 20) < Mm(28)
        assert foot.paragraphs[0]._p.pPr.find(qn("w:textDirection")).get(qn("w:val")) == "tbRl"


def test_a_document_that_ends_turned_turns_back_for_its_imprint() -> None:
    word = read(render_docx(provincial_report(data_note=None, blocks=(prose("特此报告。"),))))
    assert word.sections[-1].orientation == WD_ORIENT.PORTRAIT
    assert word.tables[-1].rows[0].cells[0].text.startswith("抄送：")


def test_every_figure_of_the_text_leads_to_a_row_that_is_there(word: Any) -> None:
    body = word.element.body
    targets = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert len(targets) == 28
    assert targets <= marks


def test_figures_stand_in_the_text_in_their_places(word: Any) -> None:
    assert "年度任务完成率65.0%；到期任务12项" in paragraph(word, "总体情况").text


# ── 文件本身 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_document_gives_the_same_bytes(package: bytes) -> None:
    assert render_docx(provincial_report()) == package


def test_the_properties_name_title_and_organ_and_no_program(word: Any) -> None:
    core = word.core_properties
    assert (core.title, core.author) == (
        "关于2026年前三季度发展家庭服务业工作情况的报告",
        "衡川省人力资源和社会保障厅",
    )
    assert "python" not in f"{core.comments}{core.last_modified_by}".lower()
    assert core.created.date() == provincial_report().document_date


# The order of the schema (ECMA-376), as far as these files use it.
ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr tabs autoSpaceDE autoSpaceDN "
    "snapToGrid spacing ind contextualSpacing jc textDirection outlineLvl rPr sectPr",
    "w:rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern sz szCs u vertAlign lang",
    "w:tblPr": "tblStyle tblpPr tblOverlap tblStyleRowBandSize tblStyleColBandSize tblW jc tblInd tblBorders tblLayout "
    "tblCellMar tblLook",
    "w:sectPr": "headerReference footerReference type pgSz pgMar cols docGrid",
}


@pytest.mark.parametrize("tag", ORDER)
def test_children_of_properties_stand_in_the_order_of_the_schema(word: Any, tag: str) -> None:
    """Word repairs or refuses a file whose properties are out of order."""
    feet = [foot._element for part in word.sections for foot in (part.footer, part.even_page_footer)]
    styles = [style.element for style in word.styles if style.name in ("Normal", "Heading 1", "Heading 2")]
    for properties in (found for root in (word.element, *styles, *feet) for found in root.iter(qn(tag))):
        tags = [child.tag.split("}")[1] for child in properties]
        assert tags == sorted(tags, key=ORDER[tag].split().index)


def test_pdf_and_docx_print_the_same_words(word: Any) -> None:
    printed = "".join("".join(page.text.split()) for page in opened(render_pdf(provincial_report())))
    for item in word.paragraphs:
        for words in filter(None, item.text.split()):
            # A word may run over a page, where the number stands between.
            assert words[:12] in printed, words

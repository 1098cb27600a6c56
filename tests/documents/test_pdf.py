"""The PDF against the ruler: every figure of GB/T 9704—2012 that can be measured on the page."""

from __future__ import annotations

import time
from datetime import date

import pypdfium2.raw as raw
import pytest

from service.documents.model import Attachment, Figure, Genre, Heading, Paragraph, Table, Text, runs
from service.documents.pdf import render_pdf
from tests.documents.measure import MM, Char, Sheet, opened, steps
from tests.documents.sample import a_page_of_text, prose, provincial_report

TOP, BOTTOM, LEFT, RIGHT = 37.0, 262.0, 28.0, 184.0
CHARACTER = 156 / 28
LINE = 28.95 / MM


@pytest.fixture(scope="module")
def report() -> list[Sheet]:
    return opened(render_pdf(provincial_report()))


@pytest.fixture(scope="module")
def full_page() -> Sheet:
    return opened(render_pdf(a_page_of_text()))[1]


def top_of(char: Char) -> float:
    """The upper edge of the character's em box."""
    return char.baseline - 0.88 * char.size / MM


def bottom_of(char: Char) -> float:
    return char.baseline + 0.12 * char.size / MM


def words_of(line: list[Char]) -> str:
    return "".join(char.text for char in line)


# ── 版面 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_page_is_a4_and_the_locality_table_lies(report: list[Sheet]) -> None:
    sizes = [(round(page.width), round(page.height)) for page in report]
    assert sizes[6] == (297, 210)
    assert set(sizes[:6] + sizes[7:]) == {(210, 297)}


def test_a_full_page_holds_22_lines_of_28_characters(full_page: Sheet) -> None:
    body = full_page.lines()[:-1]
    assert [len(line) for line in body] == [28] * 22


def test_the_text_area_keeps_the_margins_to_a_millimetre(full_page: Sheet) -> None:
    body = full_page.lines()[:-1]
    half_leading = (LINE - 16 / MM) / 2
    assert body[0][0].left == pytest.approx(LEFT, abs=0.1)
    assert body[0][-1].right == pytest.approx(RIGHT, abs=0.2)
    assert top_of(body[0][0]) - half_leading == pytest.approx(TOP, abs=0.1)
    assert bottom_of(body[-1][0]) + half_leading == pytest.approx(BOTTOM, abs=0.5)


def test_lines_follow_each_other_at_28_95_points_and_characters_at_a_28th(full_page: Sheet) -> None:
    body = full_page.lines()[:-1]
    assert steps([line[0].baseline for line in body]) == pytest.approx([LINE] * 21, abs=0.01)
    assert steps([char.left for char in body[3]]) == pytest.approx([CHARACTER] * 27, abs=0.01)


def test_the_body_is_size_three_fangsong_with_two_characters_indent(report: list[Sheet]) -> None:
    first = report[0].line_with("按照省发展家庭")[0]
    assert (first.size, first.font) == (16, "FandolFang-Regular")
    assert first.left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)


def test_headings_are_heiti_kaiti_fangsong(report: list[Sheet]) -> None:
    fonts = {
        mark: page.line_with(mark)[0].font
        for page, mark in ((report[0], "一、政策"), (report[0], "（一）总体"), (report[1], "1.行业"))
    }
    assert report[1].line_with("1.行业")[2].font == "FandolFang-Regular"
    assert fonts["一、政策"] == "FandolHei-Regular"
    assert fonts["（一）总体"] == "FandolKai-Regular"


def test_what_runs_on_after_a_heading_is_fangsong_again(report: list[Sheet]) -> None:
    line = report[0].line_with("（一）总体情况。")
    assert {char.font for char in line[:8]} == {"FandolKai-Regular"}
    assert {char.font for char in line[8:10]} == {"FandolFang-Regular"}


# ── 版头 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_masthead_is_red_and_35_millimetres_below_the_text_areas_edge(report: list[Sheet]) -> None:
    left, top, right, bottom = report[0].red_ink()
    assert top == pytest.approx(TOP + 35, abs=0.3)
    assert left >= LEFT - 0.3 and right <= RIGHT + 0.3
    assert (left + right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert bottom - top < 22


def test_number_and_signer_share_a_line_one_character_from_the_edges(report: list[Sheet]) -> None:
    line = report[0].line_with("签发人：林昇远")
    assert words_of(line) == "衡人社报〔2026〕36号签发人：林昇远"
    assert line[0].left == pytest.approx(LEFT + CHARACTER, abs=0.2)
    assert line[-1].right == pytest.approx(RIGHT - CHARACTER, abs=0.5)
    assert line[-1].font == "FandolKai-Regular"


def test_the_number_stands_two_lines_below_the_masthead(report: list[Sheet]) -> None:
    number = report[0].line_with("衡人社报")[0]
    line_top = top_of(number) - (LINE - 16 / MM) / 2
    assert line_top - report[0].red_ink()[3] == pytest.approx(2 * LINE, abs=0.7)


def test_the_red_rule_is_4_millimetres_below_the_number_and_as_wide_as_the_text(report: list[Sheet]) -> None:
    rule = report[0].rules()[0]
    assert rule.y - bottom_of(report[0].line_with("衡人社报")[0]) == pytest.approx(4, abs=0.3)
    assert (rule.left, rule.right) == pytest.approx((LEFT, RIGHT), abs=0.6)


def test_an_upward_draft_leaves_room_for_who_will_sign() -> None:
    """Source: GB/T 9704 7.2.6."""
    line = opened(render_pdf(provincial_report(signer=None)))[0].line_with("衡人社报")
    assert "签发人" in "".join(glyph.text for glyph in line)


def test_without_a_signer_the_number_is_centred() -> None:
    page = opened(render_pdf(provincial_report(genre=Genre.CIRCULAR, signer=None)))[0]
    line = page.line_with("衡人社报")
    assert (line[0].left + line[-1].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)


@pytest.mark.parametrize(
    "organ", ["林县商务局", "衡川省人力资源和社会保障厅", "洛溪市促进家政服务业提质扩容工作牵头部门发展和改革委员会"]
)
def test_the_masthead_fits_one_line_however_long_the_organ(organ: str) -> None:
    left, top, right, bottom = opened(render_pdf(provincial_report(issuing_organ=organ)))[0].red_ink()
    assert left >= LEFT - 0.5 and right <= RIGHT + 0.5
    assert top == pytest.approx(72, abs=0.4)
    assert bottom - top <= 22


# ── 主体 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_title_is_size_two_two_lines_below_the_rule_and_centred(report: list[Sheet]) -> None:
    first, second = report[0].line_with("关于2026年"), report[0].line_with("家庭服务业工作情况的报告")
    assert {first[0].size, second[0].size} == {22}
    assert first[0].font == "FandolSong-Bold"
    for line in (first, second):
        assert (line[0].left + line[-1].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
    gap = top_of(first[0]) - (35 - 22) / 2 / MM - report[0].rules()[0].y
    assert gap == pytest.approx(2 * LINE, abs=0.5)


def test_the_addressee_is_flush_one_line_below_the_title_and_text_follows_on_the_first_page(
    report: list[Sheet],
) -> None:
    title, addressee = report[0].line_with("工作情况的报告"), report[0].line_with("省人民政府：")
    assert addressee[0].left == pytest.approx(LEFT, abs=0.1)
    below_title = bottom_of(title[0]) + (35 - 22) / 2 / MM
    assert top_of(addressee[0]) - (LINE - 16 / MM) / 2 - below_title == pytest.approx(LINE, abs=0.2)
    assert "按照省发展家庭服务业" in report[0].text


def test_attachments_are_listed_one_line_below_the_text_two_characters_in(report: list[Sheet]) -> None:
    page = report[3]
    last, first, second = (page.line_with(words) for words in ("特此报告。", "附件：1.", "2.逾期"))
    assert first[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)
    assert first[3].left == pytest.approx(second[0].left, abs=0.1)
    assert first[0].baseline - last[0].baseline == pytest.approx(2 * LINE, abs=0.05)
    assert words_of(page.line_with("3.各市")).endswith("一览表")


def test_the_date_is_four_characters_from_the_right_and_the_signature_centred_on_it(report: list[Sheet]) -> None:
    names = [line for line in report[3].lines() if words_of(line) == "衡川省人力资源和社会保障厅"]
    signature, day = names[0], report[3].line_with("2026年10月20日")
    assert day[-1].right <= RIGHT - 4 * CHARACTER + 0.3
    middle = (signature[0].left + signature[-1].right) / 2
    assert (day[0].left + day[-1].right) / 2 == pytest.approx(middle, abs=0.5)
    assert RIGHT - signature[-1].right == pytest.approx(2 * CHARACTER, abs=0.5)
    assert day[0].baseline - signature[0].baseline == pytest.approx(LINE, abs=0.05)


def test_a_short_signature_leaves_the_date_four_characters_from_the_right() -> None:
    pages = opened(render_pdf(provincial_report(signature="林县商务局", attachments=(), data_note=None)))
    page = next(page for page in pages if "2026年10月20日" in page.text)
    assert page.line_with("2026年10月20日")[-1].right == pytest.approx(RIGHT - 4 * CHARACTER, abs=0.3)


def test_three_lines_stay_free_for_the_seal(report: list[Sheet]) -> None:
    last, signature = report[3].line_with("3.各市"), report[3].line_with("和社会保障厅")
    assert signature[0].baseline - last[0].baseline == pytest.approx(4 * LINE, abs=0.05)


def test_the_note_is_in_brackets_two_characters_in_below_the_date(report: list[Sheet]) -> None:
    note, day = report[3].line_with("（联系人："), report[3].line_with("2026年10月20日")
    # The bracket's own ink is in the right half of its square, which hangs over where a line begins.
    assert LEFT + CHARACTER <= note[0].left <= LEFT + 2 * CHARACTER + 0.1
    assert note[0].baseline - day[0].baseline == pytest.approx(LINE, abs=0.05)


def test_the_closing_words_go_with_the_signature_to_the_next_page() -> None:
    for lines in range(1, 24):
        body = (Paragraph((Text("国" * 28 * lines),)), prose("特此报告。"))
        pages = opened(render_pdf(provincial_report(blocks=body, attachments=(), data_note=None)))
        signed = next(page for page in pages if "2026年10月20日" in page.text)
        assert "特此报告" in signed.text, f"alone after {lines} lines"


def test_a_long_last_paragraph_is_not_dragged_off_the_first_page() -> None:
    body = (Paragraph((Text("国" * 28 * 30),)),)
    assert "国国国" in opened(render_pdf(provincial_report(blocks=body, attachments=(), data_note=None)))[0].text


def test_a_heading_does_not_stay_alone_at_the_foot_of_a_page() -> None:
    for lines in range(1, 12):
        body = (Paragraph((Text("国" * 28 * lines),)), Heading(1, "孤立标题"), prose("民" * 28 * 6))
        pages = opened(render_pdf(provincial_report(blocks=body, attachments=(), data_note=None)))
        page = next(page for page in pages if "孤立标题" in page.text)
        after = page.lines()[[words_of(line) for line in page.lines()].index("一、孤立标题") + 1]
        assert words_of(after).startswith("民")


# ── 附件、表格 ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_annex_starts_a_page_with_its_label_in_heiti_and_its_title_on_the_third_line(report: list[Sheet]) -> None:
    for number, title, page in ((1, "主要指标完成情况表", report[4]), (2, "逾期及未落实事项清单", report[5])):
        label, heading = page.lines()[0], page.lines()[1]
        assert words_of(label) == f"附件{number}"
        assert label[0].font == "FandolHei-Regular"
        assert label[0].left == pytest.approx(LEFT, abs=0.1)
        assert words_of(heading) == title
        assert top_of(heading[0]) - (35 - 22) / 2 / MM == pytest.approx(TOP + 2 * LINE, abs=0.3)


def test_a_single_annex_has_no_number() -> None:
    only = (Attachment("主要指标完成情况表", (prose("略。"),)),)
    text = "\n".join(page.text for page in opened(render_pdf(provincial_report(attachments=only))))
    assert "附件：主要指标完成情况表" in text
    assert "附件1" not in text.replace("见附件1", "")


def a_long_table(rows: int) -> Table:
    """Rows of many lines, each of which begins with 始n, and ends with 终n, in one cell."""
    prose_cells = ((str(n), f"始{n}，" + "推进家庭服务业发展" * (n % 7 + 6) + f"，终{n}。") for n in range(1, rows + 1))
    return Table(header=("序号", "事项"), rows=tuple(prose_cells))


def test_the_head_of_a_table_is_repeated_and_no_row_is_broken() -> None:
    annex = Attachment("清单", (a_long_table(30),))
    pages = opened(render_pdf(provincial_report(attachments=(annex,), data_note=None)))
    tables = ["".join(page.text.split()) for page in pages if "始" in page.text]
    assert len(tables) > 2
    assert all("序号事项" in text for text in tables)
    for number in range(1, 31):
        begins = [n for n, text in enumerate(tables) if f"始{number}，" in text]
        ends = [n for n, text in enumerate(tables) if f"，终{number}。" in text]
        assert begins == ends and len(begins) == 1


def test_the_locality_table_fits_one_turned_page_at_a_readable_size(report: list[Sheet]) -> None:
    page = report[6]
    assert "云澜市" in page.text and "星湖市" in page.text and "全省（11/12市）" in page.text and "出处" in page.text
    assert page.line_with("云澜市")[0].size >= 10.5
    printed = [char for char in page.chars() if char.size != 14]
    assert min(char.left for char in printed) >= 35 and max(char.right for char in printed) <= 297 - 37 + 0.5


def test_the_number_of_a_turned_page_stands_where_it_does_on_the_upright_sheet(report: list[Sheet]) -> None:
    number = [char for char in report[6].chars() if char.font.startswith("NotoSerifSC") and char.text in "—7"]
    # Page 7 is odd: right on the upright sheet is below on the turned one, 7 mm left of the text area.
    assert len(number) == 3
    assert all(20 < char.left < 35 - 6 for char in number)
    assert max(char.baseline for char in number) < 210 - 26
    assert min(char.baseline for char in number) > 105


# ── 页码、版记 ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("index", [0, 1, 2, 3, 4, 5, 7, 8])
def test_the_page_number_is_7_millimetres_below_odd_right_even_left(report: list[Sheet], index: int) -> None:
    page, number = report[index], report[index].line_with(f"—{index + 1}—")
    assert {char.size for char in number} == {14}
    assert page.tight_top(number[0]) == pytest.approx(BOTTOM + 7, abs=0.3)
    if index % 2 == 0:
        assert number[-1].right == pytest.approx(RIGHT - CHARACTER, abs=0.8)
    else:
        assert number[0].left == pytest.approx(LEFT + CHARACTER, abs=0.8)


def test_the_imprint_ends_the_last_page_on_the_edge_of_the_text_area(report: list[Sheet]) -> None:
    thick, thin, last = report[-1].rules()[-3:]
    assert last.y == pytest.approx(BOTTOM, abs=0.3)
    assert [thick.width, thin.width, last.width] == pytest.approx([0.35, 0.25, 0.35], abs=0.01)
    for rule in (thick, thin, last):
        assert (rule.left, rule.right) == pytest.approx((LEFT, RIGHT), abs=0.6)


def test_the_imprint_is_size_four_one_character_in_on_both_sides(report: list[Sheet]) -> None:
    copy, printed = report[-1].line_with("抄送："), report[-1].line_with("2026年10月21日印发")
    assert copy[0].size == printed[0].size == 14
    one = 14 / MM
    assert copy[0].left == printed[0].left == pytest.approx(LEFT + one, abs=0.1)
    assert printed[-1].right == pytest.approx(RIGHT - one, abs=0.3)
    assert words_of(report[-1].line_with("省妇联")).endswith("省妇联。")
    assert report[-1].line_with("省妇联")[0].left == pytest.approx(LEFT + 4 * one, abs=0.1)


def test_an_imprint_alone_on_its_page_has_no_number() -> None:
    words_only = (prose("衡川省发展家庭服务业工作平稳推进。"), prose("特此报告。"))
    pages = opened(render_pdf(provincial_report(data_note=None, blocks=words_only)))
    # The turned table is the last annex; the 版记 needs an upright page of its own.
    assert round(pages[-2].width) == 297
    assert "抄送：" in pages[-1].text and "抄送：" not in pages[-2].text
    assert "—" not in pages[-1].text


def test_an_imprint_never_covers_text() -> None:
    for lines in range(1, 30):
        body = (Paragraph((Text("国" * 28 * lines),)), prose("特此报告。"))
        pages = opened(render_pdf(provincial_report(blocks=body, attachments=(), data_note=None)))
        upper = pages[-1].rules()[-3].y
        above = [char for char in pages[-1].chars() if char.text == "国" or char.size == 16]
        assert all(char.baseline < upper for char in above)


# ── 数据说明 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_data_note_names_cutoff_coverage_absentees_and_snapshot(report: list[Sheet]) -> None:
    text = "".join(report[7].text.split())
    assert "数据截至2026年9月30日；应报12个市，实报11个市；未报送：北岭市；快照编号S-2026-003。" in text


def test_every_figure_of_the_text_leads_to_its_row() -> None:
    pages = opened(render_pdf(provincial_report()))
    links = sum(_links(page) for page in pages)
    assert links >= 28
    assert "P01@2026Q3#yunlan-r2" in pages[-1].text


def _links(page: Sheet) -> int:
    count = raw.FPDFPage_GetAnnotCount(page.page.raw)
    kinds = [raw.FPDFAnnot_GetSubtype(raw.FPDFPage_GetAnnot(page.page.raw, index)) for index in range(count)]
    return kinds.count(raw.FPDF_ANNOT_LINK)


def test_a_figure_met_twice_has_one_row() -> None:
    twice = Figure("65.0%", "P01@2026Q3#S-2026-003", "年度任务完成率")
    document = provincial_report(blocks=(prose("一次", twice, "，两次", twice, "。"),), attachments=())
    last = opened(render_pdf(document))[-1].text
    assert last.count("P01@2026Q3#S-2026-003") == 1


# ── 文件本身 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_pdf(provincial_report()) == render_pdf(provincial_report())


def test_another_day_gives_other_bytes() -> None:
    assert render_pdf(provincial_report()) != render_pdf(provincial_report(document_date=date(2026, 10, 22)))


def test_the_file_declares_itself_pdf_a_2b_and_carries_title_and_organ() -> None:
    data = render_pdf(provincial_report())
    assert b"<pdfaid:part>2</pdfaid:part>" in data and b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert "衡川省人力资源和社会保障厅".encode() in data


def test_nine_pages_take_less_than_a_second() -> None:
    render_pdf(provincial_report())
    start = time.perf_counter()
    assert len(opened(render_pdf(provincial_report()))) == 9
    assert time.perf_counter() - start < 1


def test_the_title_of_a_long_matter_still_leaves_text_on_the_first_page() -> None:
    title = "关于衡川省贯彻落实《国务院办公厅关于促进家政服务业提质扩容的意见》有关情况以及下一步工作安排和建议的报告"
    page = opened(render_pdf(provincial_report(title=title)))[0]
    assert "按照省发展家庭服务业" in page.text


def test_plain_runs_join_without_gaps() -> None:
    document = provincial_report(blocks=(Paragraph(runs("完成", Figure("13", "P01"), "项。")),), attachments=())
    assert "完成13项。" in opened(render_pdf(document))[0].text

"""纪要 against the ruler: what GB/T 9704—2012 10.3 and dossier 3.5 say of them, measured on the page."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from docx import Document

from service.documents.model import Paragraph, runs
from service.documents.proceedings import LEAVE, OBSERVERS, PRESENT, Proceedings
from service.documents.rendering import rendered
from tests.documents.measure import MM, Char, Sheet, opened

TOP, BOTTOM, LEFT, RIGHT = 37.0, 262.0, 28.0, 184.0
CHARACTER = 156 / 28
LINE = 28.95 / MM
PEOPLE = (
    "省人力资源社会保障厅林昇远、周明，省发展改革委李一帆，省民政厅王晓岚，省财政厅陈立，省商务厅何青，省总工会赵宁"
)


def minutes(**changes: Any) -> Proceedings:
    said: dict[str, Any] = {
        "mark": "衡川省发展家庭服务业联席会议纪要",
        "number": "〔2026〕1号",
        "organ": "衡川省发展家庭服务业联席会议办公室",
        "day": date(2026, 3, 12),
        "title": "2026年第1次全体会议纪要",
        "blocks": (
            Paragraph(runs("2026年3月5日，林昇远同志在省人力资源社会保障厅主持召开联席会议全体会议。")),
            Paragraph(runs("会议议定以下事项：")),
            Paragraph(runs("会议决定，完善家政服务业财税支持政策。由省财政厅牵头，省商务厅配合，2026年8月1日前完成。")),
        ),
        "lists": ((PRESENT, PEOPLE), (LEAVE, "团省委刘洋"), (OBSERVERS, "省家政服务协会孙立")),
        "distribution": "联席会议各成员单位",
    }
    return Proceedings(**said | changes)


@pytest.fixture(scope="module")
def first() -> Sheet:
    return opened(rendered(minutes(), "pdf"))[0]


@pytest.fixture(scope="module")
def last() -> Sheet:
    """The page with the lists and the foot: the text before them fills the first."""
    filler = tuple(Paragraph(runs("会议要求，各成员单位密切配合、形成合力。")) for _ in range(12))
    return opened(rendered(minutes(blocks=(*filler, *minutes().blocks)), "pdf"))[-1]


def words_of(line: list[Char]) -> str:
    return "".join(char.text for char in line)


def top_of(char: Char) -> float:
    return char.baseline - 0.88 * char.size / MM


def test_10_3_the_mark_is_red_centred_and_35_millimetres_below_the_text_areas_edge(first: Sheet) -> None:
    left, top, right, _bottom = first.red_ink()
    assert top == pytest.approx(TOP + 35, abs=0.3)
    assert (left + right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert left >= LEFT - 0.3 and right <= RIGHT + 0.3
    mark = first.lines()[0]
    assert words_of(mark) == "衡川省发展家庭服务业联席会议纪要" and mark[0].font.startswith("FandolSong-Bold")


def test_10_3_the_number_is_centred_below_it(first: Sheet) -> None:
    line = first.line_with("〔2026〕1号")
    assert words_of(line) == "〔2026〕1号"
    # The left half of the bracket's box is empty, and hangs out.
    assert (line[0].left + CHARACTER / 2 + line[-1].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
    assert line[0].baseline - first.lines()[0][0].baseline > LINE


def test_10_3_who_compiled_it_stands_left_and_the_date_right_one_character_in(first: Sheet) -> None:
    line = first.line_with("联席会议办公室2026年3月12日")
    assert line[0].left == pytest.approx(LEFT + CHARACTER, abs=0.2)
    assert line[-1].right == pytest.approx(RIGHT - CHARACTER, abs=0.5)


def test_10_3_a_red_rule_as_wide_as_the_text_is_4_millimetres_below(first: Sheet) -> None:
    rule = first.rules()[0]
    above = first.line_with("联席会议办公室2026年3月12日")[0]
    assert (rule.left, rule.right) == pytest.approx((LEFT, RIGHT), abs=0.6)
    assert rule.y - (above.baseline + 0.12 * above.size / MM) == pytest.approx(4, abs=0.5)


def test_10_3_the_lists_begin_one_line_below_the_text_two_characters_in_with_their_label_in_heiti(last: Sheet) -> None:
    text = last.line_with("完成。")
    present, leave = last.line_with("出席："), last.line_with("请假：")
    assert present[0].baseline - text[0].baseline == pytest.approx(2 * LINE, abs=0.1)
    for line in (present, leave, last.line_with("列席：")):
        assert line[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.2)
        assert [char.font for char in line[:3]] == ["FandolHei-Regular"] * 3
        assert line[3].font == "FandolFang-Regular" and {char.size for char in line} == {16}


def test_10_3_names_that_go_on_hang_under_the_first_of_them(last: Sheet) -> None:
    lines = last.lines()
    at = next(n for n, line in enumerate(lines) if words_of(line).startswith("出席："))
    assert not words_of(lines[at + 1]).startswith("请假"), "the list takes more than one line"
    assert lines[at + 1][0].left == pytest.approx(lines[at][3].left, abs=0.2)


def test_10_3_there_is_no_addressee_no_signature_and_no_seal(first: Sheet, last: Sheet) -> None:
    assert (first.text + last.text).count("衡川省发展家庭服务业联席会议办公室") == 1, "only above the rule"
    title, text = first.line_with("全体会议纪要"), first.line_with("2026年3月5日，")
    assert text[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)
    assert text[0].baseline - title[0].baseline < 3 * LINE, "one empty line between them"


def test_3_5_who_gets_it_stands_at_the_foot_between_thick_rules(last: Sheet) -> None:
    upper, lower = last.rules()[-2:]
    assert lower.y == pytest.approx(BOTTOM, abs=0.3)
    assert last.line_with("分送：")[0].size == 14
    assert upper.y < last.line_with("分送：")[0].baseline < lower.y
    assert [rule.width for rule in (upper, lower)] == pytest.approx([0.35, 0.35], abs=0.02)


def test_the_word_file_says_the_same_words_in_the_fonts_of_the_standard() -> None:
    word: Any = Document(io.BytesIO(rendered(minutes(), "docx")))
    texts = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert texts[:3] == [
        "衡川省发展家庭服务业联席会议纪要",
        "〔2026〕1号",
        "\t衡川省发展家庭服务业联席会议办公室\t2026年3月12日",
    ]
    present = next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith("出席："))
    assert present.text == f"出席：{PEOPLE}"
    assert "黑体" in present.runs[0]._r.xml and "仿宋" in present.runs[1]._r.xml
    layout = present.paragraph_format
    assert (layout.left_indent.pt, layout.first_line_indent.pt) == pytest.approx((5 * 15.79, -3 * 15.79), abs=0.2)


def test_a_draft_without_a_number_and_hostile_words_print_and_the_same_minutes_give_the_same_bytes() -> None:
    for kind in ("pdf", "docx"):
        assert rendered(minutes(), kind) == rendered(minutes(), kind)
    text = opened(rendered(minutes(number="", title='#panic("x") <b>&', lists=()), "pdf"))[0].text
    assert "#panic" in text and "出席" not in text

"""What is printed and in what order, before any typesetting."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.documents.composition import (
    addressee_text,
    chinese_number,
    column_widths,
    data_note_sentences,
    date_text,
    figures_of,
    mark_of,
    note_text,
    numbered,
    signature_place,
)
from service.documents.model import DataNote, Figure, Heading, Paragraph, Table
from service.documents.title import MOST, title_lines, width_of
from tests.documents.sample import OVERDUE, prose, provincial_report


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_numbers_of_headings_are_chinese(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_each_level_starts_anew_under_the_one_above() -> None:
    levels: tuple[int, ...] = (1, 2, 3, 3, 2, 3, 4, 1, 2)
    headings = [Heading(level, "题") for level in levels]  # type: ignore[arg-type]
    numbers = [number for number, _ in numbered(headings)]
    assert numbers == ["一、", "（一）", "1.", "2.", "（二）", "1.", "（1）", "二、", "（一）"]


def test_a_paragraph_between_headings_does_not_disturb_their_count() -> None:
    blocks = (Heading(1, "甲"), prose("文"), Heading(1, "乙"))
    assert [number for number, _ in numbered(blocks)] == ["一、", "", "二、"]


def test_a_date_has_no_leading_zero() -> None:
    assert date_text(date(2026, 3, 5)) == "2026年3月5日"


def test_the_addressee_ends_in_one_colon_and_the_note_stands_in_brackets() -> None:
    assert addressee_text("省人民政府：") == addressee_text("省人民政府") == "省人民政府："
    assert note_text("（此件公开发布）") == note_text("此件公开发布") == "（此件公开发布）"


def test_a_title_keeps_words_whole_and_is_a_trapezoid() -> None:
    assert title_lines("关于2026年上半年发展家庭服务业工作情况的报告") == (
        "关于2026年上半年发展",
        "家庭服务业工作情况的报告",
    )


def test_a_title_of_three_lines_is_no_hourglass() -> None:
    title = "关于衡川省贯彻落实《国务院办公厅关于促进家政服务业提质扩容的意见》有关情况以及下一步工作安排和建议的报告"
    widths = [width_of(line) for line in title_lines(title)]
    assert len(widths) == 3
    assert not widths[0] > widths[1] < widths[2]


def test_no_line_of_a_title_begins_with_a_particle() -> None:
    for title in (
        "关于2026年全省家庭服务业统计指标完成情况的通报",
        "关于各市发展家庭服务业联席会议制度建设和运行情况的报告",
    ):
        assert not any(line[0] in "的和与、》" for line in title_lines(title))


@given(st.text(alphabet="关于家庭服务业工作情况的报告2026年《》、A", min_size=1, max_size=120))
def test_a_title_loses_nothing_and_fits_its_lines(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title.strip()
    assert all(width_of(line) <= MOST for line in lines)


def test_a_long_name_of_an_organ_is_squeezed_not_shrunk() -> None:
    short, long = mark_of("林县商务局"), mark_of("衡川省人力资源和社会保障厅")
    assert short.scale == 1.0 and short.size <= 62
    assert long.scale < 0.7 and long.size > 40


def test_a_signature_shorter_than_the_date_leaves_the_date_four_characters_in() -> None:
    assert signature_place("林县商务局", date(2026, 10, 20)).document_date == 4


def test_a_signature_too_long_for_the_date_keeps_two_characters() -> None:
    place = signature_place("衡川省促进家庭服务业发展工作领导小组办公室", date(2026, 10, 20))
    assert place.signature == 2 and place.document_date > 4


def test_figures_are_listed_once_in_reading_order() -> None:
    first, second = Figure("13", "P01.num@2026Q3"), Figure("20", "P01.den@2026Q3")
    document = provincial_report(blocks=(prose("甲", second, first), Heading(2, "题", (first,)), Paragraph((second,))))
    assert figures_of(document)[:2] == (second, first)
    assert len(figures_of(document)) == 2


def test_the_data_note_lists_who_did_not_report() -> None:
    note = DataNote(date(2026, 9, 30), 12, 10, "S-1", absent=("甲市", "乙市"))
    assert (
        data_note_sentences(note)[0]
        == "数据截至2026年9月30日；应报12个市，实报10个市；未报送：甲市、乙市；快照编号S-1。"
    )
    whole = DataNote(date(2026, 9, 30), 12, 12, "S-1")
    assert "未报送" not in data_note_sentences(whole)[0]


def test_a_table_whose_rows_do_not_match_its_head_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="2 columns"):
        Table(("甲", "乙"), (("1", "2", "3"),))


def test_where_prose_is_too_wide_numbers_and_dates_keep_their_width() -> None:
    widths = column_widths(OVERDUE)
    assert widths[3] == pytest.approx(7.3)
    assert sum(widths) <= 37
    assert widths[5] > widths[1] > widths[2] > 5

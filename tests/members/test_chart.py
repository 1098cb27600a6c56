"""The chart's layout: nothing overlaps, nothing runs over, the order is the charter's. And what it says."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.documents.title import width_of
from service.members.chart import NARROW, SOFT, WIDE, Box, Card, Line, Look, Sheet, Tier, broken, laid_out
from service.members.drawing import drawn
from service.members.organisation import told

WORDS = st.text(alphabet="省人力资源社会保障厅长（）、，abc", min_size=1, max_size=40)
CARDS = st.builds(Card, st.lists(st.builds(Line, WORDS, st.sampled_from(Look)), min_size=1, max_size=4).map(tuple))
TIERS = st.lists(st.builds(Tier, WORDS, st.lists(CARDS, max_size=14).map(tuple), WORDS | st.just("")), max_size=5)
SHAPES = st.sampled_from([WIDE, NARROW, (620.0, 3)])


def apart(one: Box, other: Box) -> bool:
    return (
        one.right <= other.x + 0.01
        or other.right <= one.x + 0.01
        or one.bottom <= other.y + 0.01
        or other.bottom <= one.y + 0.01
    )


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - 0.01
        and inner.right <= outer.right + 0.01
        and inner.y >= outer.y - 0.01
        and inner.bottom <= outer.bottom + 0.01
    )


def boxes(sheet: Sheet) -> list[Box]:
    return [card.box for frame in sheet.frames for card in frame.cards]


@given(TIERS, SHAPES)
def test_no_two_cards_and_no_two_tiers_overlap_and_all_lie_on_the_sheet(tiers: list[Tier], shape: tuple) -> None:
    sheet = laid_out(tiers, shape)
    page = Box(0, 0, sheet.width, sheet.height)
    assert all(apart(*pair) for pair in combinations(boxes(sheet), 2))
    assert all(apart(*pair) for pair in combinations([frame.box for frame in sheet.frames], 2))
    assert all(inside(frame.box, page) for frame in sheet.frames)
    assert all(inside(card.box, frame.box) for frame in sheet.frames for card in frame.cards)


@given(TIERS, SHAPES)
def test_every_word_lies_on_its_card_and_none_is_lost(tiers: list[Tier], shape: tuple) -> None:
    for frame in laid_out(tiers, shape).frames:
        for card in frame.cards:
            for words in card.words:
                width = width_of(words.text.rstrip("，、）")) * words.size  # closing marks may hang over
                assert inside(Box(words.x, words.y - words.size * 0.85, width, words.size), card.box)
            told_words = "".join(words.text for words in card.words)
            assert told_words == "".join(line.text for line in card.card.lines)


@given(TIERS, SHAPES)
def test_tiers_and_cards_keep_their_order_row_by_row(tiers: list[Tier], shape: tuple) -> None:
    sheet = laid_out(tiers, shape)
    assert [tuple(card.card for card in frame.cards) for frame in sheet.frames] == [tier.cards for tier in tiers]
    for frame in sheet.frames:
        places = [(round(card.box.y, 2), card.box.x) for card in frame.cards]
        assert places == sorted(places)


@given(TIERS)
def test_each_tier_is_joined_to_the_next(tiers: list[Tier]) -> None:
    sheet = laid_out(tiers)
    assert [(top, bottom) for _x, top, bottom in sheet.links] == [
        (upper.box.bottom, lower.box.y) for upper, lower in zip(sheet.frames, sheet.frames[1:], strict=False)
    ]


@pytest.mark.parametrize(
    ("text", "room", "pieces"),
    [
        ("省财政厅厅长", 10, ["省财政厅厅长"]),
        (f"省人力资源社会保障厅{SOFT}厅长", 11, ["省人力资源社会保障厅", "厅长"]),
        (f"省财政厅{SOFT}厅长", 11, ["省财政厅厅长"]),
        ("一二三四五六，", 6, ["一二三四五六，"]),
        ("一二三四五六七", 6, ["一二三四五六", "七"]),
        ("", 6, [""]),
    ],
)
def test_a_long_line_is_broken_at_its_soft_place_first(text: str, room: float, pieces: list[str]) -> None:
    assert broken(text, room) == pieces


SMALL = [
    Tier("召集人", (Card((Line("张 & 李\x0b", Look.HEAD),)), Card((Line("空缺", Look.VACANT),)))),
    Tier("办公室", (), "无"),
]


def test_the_drawing_is_well_formed_without_any_style_and_shows_the_vacant_place() -> None:
    for drawing in (drawn(laid_out(SMALL), title="图<1>"), drawn(laid_out(SMALL), title="图", page_class="lx-x")):
        root = ElementTree.fromstring(drawing)
        assert not [node for node in root.iter() if "style" in node.attrib or node.tag.endswith(("style", "script"))]
        texts = [node.text for node in root.iter() if node.tag.endswith("text")]
        assert texts == ["召集人", "张 & 李 ", "空缺", "办公室", "无"]
        dashed = [node for node in root.iter() if node.get("stroke-dasharray")]
        assert len(dashed) == 1


def test_the_chart_is_told_in_words_in_the_same_order() -> None:
    assert told(SMALL) == "召集人：张 & 李，空缺；办公室：无"

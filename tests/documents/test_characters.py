"""Whatever users paste, both files are written, say what was typed, and run nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.documents.characters import COVERAGE, clean, printable
from service.documents.docx import render_docx
from service.documents.model import Attachment, Figure, Heading, Paragraph, Table, Text
from service.documents.pdf import render_pdf
from tests.documents.measure import opened
from tests.documents.sample import prose, provincial_report

TYPST = '#panic("跑了") $ x^2 $ *粗* _斜_ `码` <标> @引 // 注 /* 注 */ \\ ~ = 题 #{1+1} #import "a.typ": b [括] "引"'
RARE = "昇璟邨盩厔䶮"


def words_everywhere(text: str) -> object:
    """A report in which every field that a user fills holds this text."""
    body = (
        Heading(1, text),
        Heading(2, text, (Text(text), Figure(text, text, text))),
        Paragraph((Text(text),)),
        Table((text, "列"), ((text, text),), caption=text, note=text),
    )
    return provincial_report(
        title=f"关于{text}的报告",
        issuing_organ=f"厅{text}"[:40],
        document_number=text,
        signer=text,
        addressee=text,
        blocks=body,
        attachments=(Attachment(text, body),),
        signature=text,
        note=text,
        copy_to=text,
        printed_by=text,
    )


def everything(pdf: bytes) -> str:
    return re.sub(r"\s+", "", "".join(page.text for page in opened(pdf)))


def test_typst_code_is_printed_not_run() -> None:
    text = everything(render_pdf(provincial_report(blocks=(prose(TYPST),))))
    assert re.sub(r"\s+", "", TYPST) in text


def test_typst_code_is_harmless_in_every_field() -> None:
    assert "#panic" in everything(render_pdf(words_everywhere(TYPST)))  # type: ignore[arg-type]


def test_xml_is_printed_not_read() -> None:
    text = "<w:t>甲</w:t>&amp;&#x41;]]><!-- 乙 -->"
    paragraphs = docx.Document(io.BytesIO(render_docx(provincial_report(blocks=(prose(text),))))).paragraphs
    assert any(text in paragraph.text for paragraph in paragraphs)


@pytest.mark.parametrize(
    "character", ["\x00", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff", "\u202e", "\u200b"]
)
def test_characters_that_no_document_may_hold_are_dropped(character: str) -> None:
    assert clean(f"甲{character}乙") in ("甲乙", "甲 乙")
    report = words_everywhere(f"甲{character}乙")
    assert everything(render_pdf(report))  # type: ignore[arg-type]
    assert well_formed(render_docx(report))  # type: ignore[arg-type]


def test_line_ends_become_one_space() -> None:
    assert clean("甲\r\n\r\n乙\t丙\u2028丁") == "甲 乙 丙 丁"


def test_rare_characters_of_names_and_places_are_drawn_by_the_fallback_font() -> None:
    pages = opened(render_pdf(provincial_report(blocks=(prose(RARE),))))
    drawn = [char for page in pages for char in page.chars() if char.text in RARE]
    assert {char.text for char in drawn} == set(RARE)
    assert {char.font for char in drawn} == {"NotoSerifSC-Regular"}


def test_what_no_font_can_draw_is_shown_as_a_missing_type() -> None:
    assert printable("甲😀乙") == "甲〓乙"
    assert "甲〓乙" in everything(render_pdf(provincial_report(blocks=(prose("甲😀乙"),))))


def test_docx_keeps_what_the_readers_machine_may_draw() -> None:
    text = docx.Document(io.BytesIO(render_docx(provincial_report(blocks=(prose("甲😀乙"),))))).paragraphs
    assert any("甲😀乙" in paragraph.text for paragraph in text)


def covered() -> Iterator[str]:
    for line in COVERAGE.read_text().split():
        first, last = (int(edge, 16) for edge in line.split("-"))
        yield from map(chr, range(first, last + 1))


def test_every_character_of_the_coverage_is_drawn_in_every_font() -> None:
    """PDF/A-2b refuses a missing glyph, so that a character drawn by no font would raise here."""
    text = "".join(covered())
    assert len(text) > 30_000
    fonts = (Heading(1, text), Heading(2, text), Paragraph((Text(text),)))
    annex = Attachment(text, (prose("略"),))
    assert render_pdf(provincial_report(blocks=fonts, attachments=(annex,)))


def well_formed(package: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return all(
            ElementTree.fromstring(archive.read(name)) is not None for name in archive.namelist() if ".xml" in name
        )


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_text_in_any_field_gives_both_files(text: str) -> None:
    report = words_everywhere(text)
    assert render_pdf(report).startswith(b"%PDF")  # type: ignore[arg-type]
    assert well_formed(render_docx(report))  # type: ignore[arg-type]

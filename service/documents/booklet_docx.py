"""A booklet as DOCX: the same parts in the same places as its PDF, to be amended in Word or WPS.

The table of contents is a field, so that Word can bring it up to date; until then it says what the PDF says.
"""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Pt

from service.documents import ooxml
from service.documents.booklet_pdf import pages_of
from service.documents.characters import clean, rewritten
from service.documents.composition import (
    CHARACTER_PITCH,
    LINE_PITCH,
    MM,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    Entry,
    contents_of,
    month_text,
)
from service.documents.docx import properties, saved
from service.documents.flowing import flow, title
from service.documents.model import Booklet, Cover, Part
from service.documents.sheet import CENTER, FANG, HEI, KAI, LEFT, XIAOBIAOSONG, Sheet, add_run
from service.documents.title import title_lines

LISTED = ("Heading1", "Heading2")  # ids of styles
CONTENTS_SIZE, CONTENTS_PITCH = 14.0, 24.0
COVER_LINE, COVER_TITLE, COVER_NAME = 32.0, 42.0, 64.0


def render_booklet_docx(booklet: Booklet) -> bytes:
    """The booklet as DOCX; the same booklet gives the same bytes."""
    words, front = rewritten(booklet, clean), bool(booklet.cover or booklet.contents)
    sheet = Sheet(front=front, turned=not front and words.parts[0].landscape)
    properties(sheet.word, words.title, words.organ, words.day)
    if words.cover:
        _cover(sheet, words.cover)
        sheet.new_page(turned=False)
    if words.contents:
        _contents(sheet, contents_of(words), pages_of(booklet))
    if front:
        sheet.begin_text()
    for position, part in enumerate(words.parts):
        _part(sheet, part, first=position == 0)
    _anchors(sheet)
    return saved(sheet)


def _cover(sheet: Sheet, cover: Cover) -> None:
    """The book's name in the upper half, who compiled it at the foot."""
    sheet.line(cover.mark, font=HEI, align=LEFT)
    lines = title_lines(cover.title)
    for position, text in enumerate(lines):
        _cover_line(sheet, text, XIAOBIAOSONG, 26, COVER_TITLE, before=0 if position else 52 * MM)
    _cover_line(sheet, "　".join(cover.name), XIAOBIAOSONG, 48, COVER_NAME, before=18 * MM)
    _cover_line(sheet, cover.edition, KAI, 16, LINE_PITCH, before=14 * MM)
    used = LINE_PITCH * 2 + (52 + 18 + 14) * MM + len(lines) * COVER_TITLE + COVER_NAME
    rest = TEXT_HEIGHT - used - 2 * COVER_LINE - LINE_PITCH
    _cover_line(sheet, cover.compiler, KAI, 18, COVER_LINE, before=max(0.0, rest))
    _cover_line(sheet, month_text(cover.month), KAI, 18, COVER_LINE)


def _cover_line(sheet: Sheet, text: str, font: str, size: float, pitch: float, *, before: float = 0) -> None:
    paragraph = sheet.line(text, font=font, size=size, align=CENTER, before=before / LINE_PITCH)
    ooxml.exact_line(paragraph.paragraph_format, pitch)


def _contents(sheet: Sheet, entries: tuple[Entry, ...], pages: tuple[int, ...]) -> None:
    """目录: a line for each part and each first heading in it, dots up to the page."""
    title(sheet, "目　　录", before=0)
    sheet.line()
    styles = [_contents_style(sheet.word, level) for level in (1, 2)]
    for position, (entry, page) in enumerate(zip(entries, pages, strict=True)):
        line = sheet.line(align=LEFT)
        line.style = styles[entry.level - 1]
        if position == 0:
            ooxml.begin_field(line.add_run(), r'TOC \o "1-2" \h \z \u')
        _contents_line(line, entry, page, f"_Toc{position}")
        if position == len(entries) - 1:
            ooxml.end_field(line.add_run())


def _contents_style(word: Any, level: int) -> Any:
    style = word.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Normal"]
    style.font.size = Pt(CONTENTS_SIZE)
    layout = style.paragraph_format
    ooxml.exact_line(layout, CONTENTS_PITCH)
    layout.left_indent = Pt((level - 1) * 2 * CHARACTER_PITCH)
    layout.tab_stops.add_tab_stop(Pt(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    return style


def _contents_line(line: Any, entry: Entry, page: int, anchor: str) -> None:
    ooxml.link_to(add_run(line, entry.text, HEI if entry.level == 1 else FANG, CONTENTS_SIZE), anchor)
    add_run(line, "\t", size=CONTENTS_SIZE)
    ooxml.begin_field(add_run(line, "", size=CONTENTS_SIZE), rf"PAGEREF {anchor} \h")
    add_run(line, str(page), size=CONTENTS_SIZE)
    ooxml.end_field(add_run(line, "", size=CONTENTS_SIZE))


def _anchors(sheet: Sheet) -> None:
    """What the table of contents leads to."""
    headings = (paragraph for paragraph in sheet.word.paragraphs if paragraph._p.style in LISTED)
    for position, paragraph in enumerate(headings):
        ooxml.bookmark(paragraph, f"_Toc{position}", position)


def _part(sheet: Sheet, part: Part, *, first: bool) -> None:
    """Label on the first line of a new page, the title below it, the inscription in 楷体 under that."""
    if not first:
        sheet.new_page(turned=part.landscape)
    if part.label:
        sheet.line(part.label, font=HEI, align=LEFT)
    heading = title(sheet, part.title, before=1 if part.label else 0)
    heading.style = sheet.word.styles["Heading 1"]
    heading.paragraph_format.first_line_indent = Pt(0)
    if part.inscription:
        sheet.line(part.inscription, font=KAI, align=CENTER).paragraph_format.keep_with_next = True
    ooxml.exact_line(sheet.line().paragraph_format, (0.4 if part.landscape else 1) * LINE_PITCH)
    flow(sheet, part.blocks, turning=not part.landscape, depth=1)

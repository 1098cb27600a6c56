"""Headings, paragraphs, tables and pictures on a Word sheet, the same in a letter and in a booklet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_LINE_SPACING
from docx.shared import Pt

from service.documents import ooxml
from service.documents.composition import (
    LANDSCAPE_WIDTH,
    TEXT_WIDTH,
    TITLE_PITCH,
    alignments,
    column_widths,
    is_heading,
    numbered,
    picture_size,
    table_size,
    without_indent,
)
from service.documents.model import Block, Figure, Heading, Paragraph, Picture, Run, Table
from service.documents.picture import UNITS_PER_INCH, as_png
from service.documents.sheet import CENTER, FANG, HEADING_FONTS, HEI, LEFT, XIAOBIAOSONG, Sheet, add_run
from service.documents.title import title_lines

PICTURE_PPI = 220.0


def title(sheet: Sheet, words: str, before: float) -> Any:
    """2号小标宋, centred, in lines broken as in the PDF."""
    paragraph = sheet.line(align=CENTER, before=before)
    ooxml.exact_line(paragraph.paragraph_format, TITLE_PITCH)
    paragraph.paragraph_format.keep_with_next = True
    for position, text in enumerate(title_lines(words)):
        run = add_run(paragraph, "", XIAOBIAOSONG, 22)
        if position:
            run.add_break()
        run.add_text(text)
    return paragraph


def flow(sheet: Sheet, blocks: Iterable[Block], *, turning: bool = True, depth: int = 0) -> None:
    """The blocks one after another; their headings lie `depth` levels below the document's own."""
    for number, block in numbered(blocks):
        match block:
            case Heading():
                _heading(sheet, number, block, depth)
            case Paragraph(runs=row):
                _runs(sheet, sheet.indented(), without_indent(row))
            case Table():
                _turned_table(sheet, block) if turning and block.landscape else lined(sheet, block)
            case Picture():
                _picture(sheet, block)


def _heading(sheet: Sheet, number: str, heading: Heading, depth: int) -> None:
    font = HEADING_FONTS[heading.level - 1]
    paragraph = sheet.indented()
    add_run(paragraph, number + heading.text.strip(), font)
    if is_heading(heading):
        paragraph.style = sheet.word.styles[f"Heading {heading.level + depth}"]
    _runs(sheet, paragraph, heading.follows)


def _runs(sheet: Sheet, paragraph: Any, row: tuple[Run, ...]) -> None:
    """The words; a traceable figure leads to its row in the table of figures."""
    for run in row:
        printed = add_run(paragraph, run.text)
        if isinstance(run, Figure):
            ooxml.link_to(printed, f"figure-{sheet.figures.index(run) + 1}")


def _turned_table(sheet: Sheet, table: Table) -> None:
    sheet.new_page(turned=True)
    lined(sheet, table)
    sheet.new_page(turned=False)


def _caption(sheet: Sheet, text: str) -> None:
    if text:
        sheet.line(text, font=HEI, size=14, align=CENTER, before=0.5).paragraph_format.keep_with_next = True


def _picture(sheet: Sheet, picture: Picture) -> None:
    """The drawing as an image: Word draws no SVG of itself in older versions, WPS none."""
    _caption(sheet, picture.caption)
    width, height = picture_size(picture)
    paragraph = sheet.line(align=CENTER)
    # A picture stands on its line: one of a fixed height would cut it.
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    image = as_png(
        picture.svg, (picture.width, picture.height), PICTURE_PPI * width / 72 * UNITS_PER_INCH / picture.width
    )
    shape = paragraph.add_run().add_picture(io.BytesIO(image), Pt(width), Pt(height))
    ooxml.describe(shape, picture.alt)


def lined(sheet: Sheet, table: Table, *, anchors: bool = False) -> None:
    """A table as wide as the text area: its head on every page, no row broken."""
    _caption(sheet, table.caption)
    columns = len(table.header)
    width, shares = LANDSCAPE_WIDTH if sheet.turned else TEXT_WIDTH, column_widths(table)
    made = sheet.table(0, columns)
    _rows(made, table, [width * share / sum(shares) for share in shares])
    if anchors:
        for number, row in enumerate(made.rows[1:], 1):
            ooxml.bookmark(row.cells[0].paragraphs[0], f"figure-{number}", number)
    ooxml.table_borders(made, **dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), 4))
    ooxml.table_margins(made, points=3, above=2)
    after = sheet.line(table.note, size=table_size(columns), align=LEFT)
    ooxml.exact_line(after.paragraph_format, 1.4 * table_size(columns) if table.note else 1)
    # Air below is dropped at the foot of a page; a taller line would take a page of its own after a full one.
    after.paragraph_format.space_after = Pt(0 if table.note else 5)


def _rows(made: Any, table: Table, widths: list[float]) -> None:
    """The head and the first row are built; the others are copies of that, which is twenty times as fast."""
    size, aligned = table_size(len(table.header)), alignments(table.rows, len(table.header))
    for position, texts in enumerate((table.header, *table.rows[:1])):
        row = made.add_row()
        ooxml.whole_row(row, repeated=position == 0)
        if position and table.row_height:
            ooxml.least_height(row, table.row_height)
        for cell, text, align in zip_longest(row.cells, texts, () if position == 0 else aligned):
            _cell(cell, text, HEI if position == 0 else FANG, size, LEFT if align == "left" else CENTER)
    ooxml.fixed_layout(made, widths)
    ooxml.rows_like_the_last(made, table.rows[1:])


def _cell(cell: Any, text: str, font: str, size: float, align: Any) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    ooxml.exact_line(paragraph.paragraph_format, 1.4 * size)
    add_run(paragraph, text, font, size)

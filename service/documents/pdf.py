"""An official document as PDF/A-2b, set by typst with the vendored fonts only.

The words reach typst as one JSON string in `sys.inputs`; no markup is ever built from them, so that nothing a user
types can be read as typst code. The same document gives the same bytes: there is no clock in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from service.documents.characters import printable, rewritten
from service.documents.composition import (
    FIGURE_HEADER,
    FIGURE_WIDTHS,
    NO_SIGNER,
    addressee_text,
    alignments,
    attachment_entries,
    attachment_label,
    column_widths,
    copy_text,
    data_note_sentences,
    date_text,
    figure_rows,
    figures_of,
    letter_mark_of,
    mark_of,
    note_text,
    numbered,
    picture_size,
    table_size,
    without_indent,
)
from service.documents.model import Block, Figure, Heading, OfficialDocument, Paragraph, Picture, Run, Table
from service.documents.title import title_lines

HERE = Path(__file__).parent
FONTS = HERE / "fonts"
TEMPLATE = HERE / "document.typ"

Parts = dict[str, Any]


def render_pdf(document: OfficialDocument) -> bytes:
    """The document as PDF/A-2b, ready to print: A4, 22 lines of 28 characters, 版记 on the last page."""
    compiler = compiler_of(TEMPLATE, _parts(rewritten(document, printable)))
    return compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=stamp_of(document.document_date))


def compiler_of(template: Path, parts: Parts) -> Any:
    """typst with the vendored fonts only, about to set these words."""
    data = json.dumps(parts, ensure_ascii=False)
    return typst.Compiler(str(template), root=str(HERE), font_paths=_fonts(), sys_inputs={"document": data})


@cache
def _fonts() -> typst.Fonts:
    """Found once: looking for them takes as long as setting a page."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])


def stamp_of(day: date) -> int:
    """The file is stamped with the day the document bears, so that printing it again changes nothing."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def _parts(document: OfficialDocument) -> Parts:
    """All that the template prints, as plain values."""
    figures = figures_of(document)
    return {
        **_head(document),
        **_tail(document),
        "body": blocks_of(document.blocks, figures),
        "attachments": _attachments(document, figures),
        "data_note": _data_note(document, figures),
        "imprint": _imprint(document),
    }


def _head(document: OfficialDocument) -> Parts:
    mark = letter_mark_of if document.is_letter else mark_of
    return {
        "letter": document.is_letter,
        "mark": asdict(mark(document.issuing_organ)),
        "organ": document.issuing_organ,
        "number": document.document_number or "",
        "shows_signer": document.shows_signer,
        "signer": document.signer or NO_SIGNER,
        "title": title_lines(document.title),
        "addressee": addressee_text(document.addressee),
    }


def _tail(document: OfficialDocument) -> Parts:
    return {
        "entries": attachment_entries(document.attachments) if document.attachments else (),
        "signature": document.signed_as,
        "date": date_text(document.document_date),
        "day": [document.document_date.year, document.document_date.month, document.document_date.day],
        "note": note_text(document.note),
    }


def _attachments(document: OfficialDocument, figures: tuple[Figure, ...]) -> list[Parts]:
    count = len(document.attachments)
    return [
        {
            "label": attachment_label(position, count),
            "title": title_lines(attachment.title),
            "landscape": attachment.landscape,
            "body": blocks_of(attachment.blocks, figures),
        }
        for position, attachment in enumerate(document.attachments, 1)
    ]


def _data_note(document: OfficialDocument, figures: tuple[Figure, ...]) -> Parts | None:
    """数据说明: the note's sentences and the table of figures; None where the document has neither."""
    if document.data_note is None and not figures:
        return None
    sentences = data_note_sentences(document.data_note) if document.data_note else ()
    table = _table(Table(FIGURE_HEADER, figure_rows(figures), FIGURE_WIDTHS, caption="正文数据出处"), anchors=True)
    return {"sentences": sentences, "table": table if figures else None}


def _imprint(document: OfficialDocument) -> Parts | None:
    """版记; None where the document names neither a copy nor a printer. A letter's names no printer. Source: 10.1."""
    if document.is_letter:
        document = replace(document, printed_by="", printed_on=None)
    printed_on = f"{date_text(document.printed_on)}印发" if document.printed_on else ""
    parts = {"copy": copy_text(document.copy_to), "printed_by": document.printed_by, "printed_on": printed_on}
    return parts if any(parts.values()) else None


def blocks_of(blocks: Iterable[Block], figures: tuple[Figure, ...], depth: int = 0) -> list[Parts]:
    """The blocks as plain values; their headings lie `depth` levels below the document's own."""
    return [_block(number, block, figures, depth) for number, block in numbered(blocks)]


def _block(number: str, block: Block, figures: tuple[Figure, ...], depth: int) -> Parts:
    match block:
        case Heading(level=level, text=text, follows=follows):
            head = {"kind": "heading", "level": level, "depth": depth, "number": number, "text": text.strip()}
            return head | {"runs": _runs(follows, figures)}
        case Paragraph(runs=row):
            return {"kind": "paragraph", "runs": _runs(without_indent(row), figures)}
        case Table():
            return _table(block)
        case Picture():
            width, height = picture_size(block)
            return asdict(block) | {"kind": "picture", "width": width, "height": height}


def _runs(row: tuple[Run, ...], figures: tuple[Figure, ...]) -> list[Parts]:
    """Words, and beside a traceable figure the row of the table of figures it leads to."""
    return [{"text": run.text, "row": figures.index(run) + 1 if isinstance(run, Figure) else 0} for run in row]


def _table(table: Table, *, anchors: bool = False) -> Parts:
    columns = len(table.header)
    return asdict(table) | {
        "kind": "table",
        "widths": column_widths(table),
        "alignments": alignments(table.rows, columns),
        "size": table_size(columns),
        "anchors": anchors,
    }

"""纪要 as PDF/A-2b, set by typst with the vendored fonts only."""

from __future__ import annotations

from dataclasses import asdict

from service.documents.characters import printable, rewritten
from service.documents.composition import copy_text, date_text
from service.documents.pdf import HERE, Parts, blocks_of, compiler_of, stamp_of
from service.documents.proceedings import Proceedings, proceedings_mark
from service.documents.title import title_lines

TEMPLATE = HERE / "proceedings.typ"


def render_proceedings_pdf(document: Proceedings) -> bytes:
    """The minutes, ready to print; the same minutes give the same bytes."""
    compiler = compiler_of(TEMPLATE, _parts(rewritten(document, printable)))
    return compiler.compile(format="pdf", pdf_standards="a-2b", timestamp=stamp_of(document.day))


def _parts(document: Proceedings) -> Parts:
    """All that the template prints, as plain values."""
    day = document.day
    return {
        "mark": asdict(proceedings_mark(document.mark)),
        "number": document.number,
        "organ": document.organ,
        "date": date_text(day),
        "day": [day.year, day.month, day.day],
        "title": title_lines(document.title),
        "body": blocks_of(document.blocks, ()),
        "lists": document.lists,
        "distribution": copy_text(document.distribution),
    }

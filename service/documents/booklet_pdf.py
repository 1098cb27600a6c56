"""A booklet as PDF/A-2b: a 制度 with its annexes, or a handbook with cover and contents."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from service.documents.characters import printable, rewritten
from service.documents.composition import contents_of, month_text
from service.documents.model import Booklet, Cover, Part
from service.documents.pdf import HERE, Parts, blocks_of, compiler_of, stamp_of
from service.documents.title import title_lines

TEMPLATE = HERE / "booklet.typ"


def render_booklet_pdf(booklet: Booklet) -> bytes:
    """The booklet, ready to print."""
    return _compiler(booklet).compile(format="pdf", pdf_standards="a-2b", timestamp=stamp_of(booklet.day))


def pages_of(booklet: Booklet) -> tuple[int, ...]:
    """The page on which each line of the table of contents begins."""
    found = json.loads(_compiler(booklet).query("<pages>", field="value", one=True))
    return tuple(found)


def _compiler(booklet: Booklet) -> Any:
    return compiler_of(TEMPLATE, _parts(rewritten(booklet, printable)))


def _parts(booklet: Booklet) -> Parts:
    """All that the template prints, as plain values."""
    return {
        "title": booklet.title,
        "organ": booklet.organ,
        "day": [booklet.day.year, booklet.day.month, booklet.day.day],
        "cover": _cover(booklet.cover) if booklet.cover else None,
        "contents": [asdict(entry) for entry in contents_of(booklet)],
        "parts": [_part(part) for part in booklet.parts],
    }


def _cover(cover: Cover) -> Parts:
    return asdict(cover) | {"title": title_lines(cover.title), "month": month_text(cover.month)}


def _part(part: Part) -> Parts:
    return {
        "label": part.label,
        "title": title_lines(part.title),
        "inscription": part.inscription,
        "landscape": part.landscape,
        "body": blocks_of(part.blocks, (), depth=1),
    }

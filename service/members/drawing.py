"""The laid out chart as SVG: shapes and words only, no styles, so that it stands in a page under a strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from service.documents.characters import clean
from service.members.chart import Box, Drawn, Frame, Look, Sheet, Words

INK, SOFT, LINE, BLUE, PALE, GROUND, RED = "#1d2733", "#55606e", "#9fb0c0", "#1f4e79", "#ffffff", "#f4f6f8", "#a3231b"
FILLS = {Look.HEAD: INK, Look.PLAIN: INK, Look.NOTE: SOFT, Look.VACANT: RED}
# In a file the vendored fonts; in a page those of the page.
FILE_FONTS = "FandolHei, Noto Serif SC"


def drawn(sheet: Sheet, *, title: str, page_class: str = "", described_by: str = "") -> str:
    """The chart. `page_class` marks one that stands in a page, where it takes the page's fonts; else it is a file.

    In a page it is one image to whoever cannot see it, told in words by the element `described_by`.
    """
    width, height = _n(sheet.width), _n(sheet.height)
    place = f'class="{page_class}" role="img" aria-describedby="{described_by}"'
    alone = f'width="{width}" height="{height}" font-family="{FILE_FONTS}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {place if page_class else alone}>'
        f"<title>{_said(title)}</title>{_ground(sheet, page_class)}{''.join(_parts(sheet))}</svg>"
    )


def _ground(sheet: Sheet, page_class: str) -> str:
    """A file has a white ground: many programs show what is transparent as black."""
    return "" if page_class else _box(Box(0, 0, sheet.width, sheet.height), fill="#ffffff")


def _parts(sheet: Sheet) -> Iterator[str]:
    for x, top, bottom in sheet.links:
        yield f'<path d="M{_n(x)} {_n(top)}V{_n(bottom)}" stroke="{BLUE}" stroke-width="1.5" fill="none"/>'
    for frame in sheet.frames:
        yield from _frame(frame)


def _frame(frame: Frame) -> Iterator[str]:
    yield _box(frame.box, fill=GROUND, stroke=LINE, rx="6")
    yield from map(_words, frame.heading)
    for card in frame.cards:
        yield from _card(card)


def _card(card: Drawn) -> Iterator[str]:
    """A card with somebody missing has a broken edge: seen also in black and white."""
    edge = {"stroke": RED, "stroke-dasharray": "4 3"} if card.card.vacant else {"stroke": BLUE}
    yield _box(card.box, fill=PALE, rx="4", **edge)
    yield from map(_words, card.words)


def _box(box: Box, **look: str) -> str:
    said = "".join(f' {name}="{value}"' for name, value in look.items())
    return f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"{said}/>'


def _words(words: Words) -> str:
    weight = ' font-weight="600"' if words.look in (Look.HEAD, Look.VACANT) else ""
    place = f'x="{_n(words.x)}" y="{_n(words.y)}" font-size="{_n(words.size)}"'
    return f'<text {place} fill="{FILLS[words.look]}"{weight}>{_said(words.text)}</text>'


def _said(text: str) -> str:
    """The text as XML may hold it."""
    return escape(clean(text))


def _n(value: float) -> str:
    """At most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")

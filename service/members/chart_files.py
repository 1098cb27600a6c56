"""The organisation chart as a file: the drawing itself, an image, or an A4 sheet with its title and day."""

from __future__ import annotations

from datetime import date

from service.documents.composition import date_text
from service.documents.model import Booklet, Part, Picture
from service.documents.picture import as_png
from service.documents.rendering import KINDS, rendered
from service.members.chart import WIDE, Tier, laid_out
from service.members.drawing import drawn
from service.members.organisation import told

# Three cards beside one another: on A4 the words are as large as a table's.
PAPER = (620.0, 3)
IMAGES = ("svg", "png")
PNG_PPI = 192.0


def chart_file(kind: str, title: str, organ: str, tiers: list[Tier], on: date) -> bytes:
    """The chart as that kind of file."""
    if kind in KINDS:
        return rendered(chart_sheet(title, organ, tiers, on), kind)
    sheet = laid_out(tiers, WIDE)
    svg = drawn(sheet, title=title)
    return svg.encode() if kind == "svg" else as_png(svg, (sheet.width, sheet.height), PNG_PPI)


def chart_sheet(title: str, organ: str, tiers: list[Tier], on: date) -> Booklet:
    """The chart on A4 as of that day."""
    part = Part(title, (chart_picture(title, tiers),), inscription=f"（截至{date_text(on)}）")
    return Booklet(title, organ, on, (part,))


def chart_picture(title: str, tiers: list[Tier]) -> Picture:
    """The chart as a picture of a document."""
    sheet = laid_out(tiers, PAPER)
    return Picture(drawn(sheet, title=title), sheet.width, sheet.height, told(tiers))

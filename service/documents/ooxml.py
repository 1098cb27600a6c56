"""The few things of WordprocessingML that python-docx has no call for: East Asian fonts, rules, fields, frames."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

# Everything below is written into the file with this stamp, so that the same document gives the same bytes.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)

Element = Any


def element(tag: str, **attributes: str | int) -> Element:
    """A `w:` element; underscores end nothing: `element("w:ind", left=0)` writes `w:left`."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_fonts(properties: Element, east_asian: str, latin: str) -> None:
    """Chinese (and the quotes and dashes it shares with Latin) in one font, digits and letters in the other.

    The fonts are named, never embedded. The hint makes “” and — Chinese, which Word would else set as Latin.
    """
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    fonts = element("w:rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=east_asian, hint="eastAsia")
    # rFonts stands first in rPr, but for a named style.
    properties.insert(1 if properties.find(qn("w:rStyle")) is not None else 0, fonts)


# The order in which the schema wants the children of rPr and pPr that are written here.
_RUN_ORDER = ("w:b", "w:bCs", "w:color", "w:spacing", "w:w", "w:kern", "w:sz", "w:szCs", "w:lang")
_PARAGRAPH_ORDER = (
    "w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr", "w:widowControl", "w:pBdr", "w:tabs",
    "w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:textDirection", "w:outlineLvl",
    "w:rPr", "w:sectPr",
)  # fmt: skip
_TABLE_ORDER = (
    "w:tblStyle", "w:tblpPr", "w:tblOverlap", "w:tblW", "w:jc", "w:tblInd", "w:tblBorders", "w:tblLayout",
    "w:tblCellMar", "w:tblLook",
)  # fmt: skip


def _put(properties: Element, child: Element, order: tuple[str, ...]) -> None:
    """The child in its place among its siblings, instead of one of its kind."""
    tags = [qn(tag) for tag in order]
    for old in properties.findall(child.tag):
        properties.remove(old)
    later = tags[tags.index(child.tag) + 1 :]
    follower = next((sibling for sibling in properties if sibling.tag in later), None)
    if follower is None:
        properties.append(child)
    else:
        follower.addprevious(child)


def put_in_run(properties: Element, tag: str, **attributes: str | int) -> None:
    _put(properties, element(tag, **attributes), _RUN_ORDER)


def put_in_paragraph(properties: Element, child: Element) -> None:
    _put(properties, child, _PARAGRAPH_ORDER)


def twentieths(points: float) -> int:
    """Points as the file counts them."""
    return round(points * 20)


def exact_line(paragraph_format: Any, pitch: float) -> None:
    """A line of exactly this pitch in points."""
    paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph_format.line_spacing = Pt(pitch)


def rule_below(paragraph: Paragraph, *, eighths: int, space: int, color: str) -> None:
    """A rule as wide as the text area, `space` points below the line."""
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=eighths, space=space, color=color))
    put_in_paragraph(paragraph._p.get_or_add_pPr(), borders)


def double_rule(paragraph: Paragraph, side: str, *, space: int, color: str) -> None:
    """A double rule of 3 pt: below the line thick over thin, above it thin over thick."""
    kind = {"top": "thinThickSmallGap", "bottom": "thickThinSmallGap"}[side]
    borders = element("w:pBdr")
    borders.append(element(f"w:{side}", val=kind, sz=12, space=space, color=color))
    put_in_paragraph(paragraph._p.get_or_add_pPr(), borders)


def frame(paragraph: Paragraph, *, x: Length, y: Length, width: Length, height: Length, vertical: bool = False) -> None:
    """The paragraph in a frame at a fixed place of the page, its line turned clockwise where `vertical`."""
    place = {"w": width.twips, "h": height.twips, "x": x.twips, "y": y.twips}
    properties = paragraph._p.get_or_add_pPr()
    # A turned line has no height of its own to go by; a rule below a line needs room beyond it.
    fixed = {"hRule": "exact" if vertical else "atLeast", "wrap": "around", "hAnchor": "page", "vAnchor": "page"}
    put_in_paragraph(properties, element("w:framePr", **fixed, **place))
    if vertical:
        put_in_paragraph(properties, element("w:textDirection", val="tbRl"))


def add_field(run: Any, instruction: str) -> None:
    """A field such as PAGE, worked out by the reader's program."""
    code = element("w:instrText")
    code.text = instruction
    for part in (element("w:fldChar", fldCharType="begin"), code, element("w:fldChar", fldCharType="end")):
        run._r.append(part)


def begin_field(run: Any, instruction: str) -> None:
    """A field of which the text up to `end_field` is what it may come to; Word works it out when it opens the file."""
    code = element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    begin = element("w:fldChar", fldCharType="begin", dirty="true")
    for part in (begin, code, element("w:fldChar", fldCharType="separate")):
        run._r.append(part)


def end_field(run: Any) -> None:
    run._r.append(element("w:fldChar", fldCharType="end"))


def link_to(run: Any, anchor: str) -> None:
    """The run leads to a bookmark of the same file, and looks no different for it."""
    link = element("w:hyperlink", anchor=anchor, history=1)
    run._r.addprevious(link)
    link.append(run._r)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """The paragraph can be led to under this name."""
    start, end = element("w:bookmarkStart", id=number, name=name), element("w:bookmarkEnd", id=number)
    properties = paragraph._p.pPr
    if properties is None:
        paragraph._p.insert(0, start)
    else:
        properties.addnext(start)
    paragraph._p.append(end)


def table_borders(table: Any, **sides: int) -> None:
    """Rules of these widths in eighths of a point: `table_borders(t, top=8, insideH=6)`; a side not named has none."""
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        width = sides.get(side, 0)
        kind = {"val": "single", "sz": width, "space": 0, "color": "000000"} if width else {"val": "nil"}
        borders.append(element(f"w:{side}", **kind))
    _table_property(table, borders)


def table_at_foot(table: Any, *, x: Length) -> None:
    """The table floats, its lower edge on the lower edge of the text area, its left edge `x` from the page's."""
    place = element("w:tblpPr", vertAnchor="margin", horzAnchor="page", tblpX=x.twips, tblpYSpec="bottom")
    _table_property(table, place)
    _table_property(table, element("w:tblOverlap", val="never"))


def table_margins(table: Any, *, points: float, above: float = 0) -> None:
    """Air left and right of every cell's text, and as much below as above it."""
    margins = element("w:tblCellMar")
    for side, air in (("top", above), ("left", points), ("bottom", above), ("right", points)):
        margins.append(element(f"w:{side}", w=twentieths(air), type="dxa"))
    _table_property(table, margins)


def fixed_layout(table: Any, widths: list[float]) -> None:
    """Columns of exactly these widths in points."""
    _table_property(table, element("w:tblW", w=twentieths(sum(widths)), type="dxa"))
    _table_property(table, element("w:jc", val="center"))
    _table_property(table, element("w:tblLayout", type="fixed"))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(width)
        for cell in column.cells:
            cell.width = Pt(width)


def rows_like_the_last(table: Any, rows: Iterable[tuple[str, ...]]) -> None:
    """A row for each of these, set as the table's last one is; each of its cells has one run."""
    pattern = table._tbl.tr_lst[-1]
    for texts in rows:
        row = deepcopy(pattern)
        for run, text in zip(row.iter(qn("w:r")), texts, strict=True):
            _say(run, text)
        table._tbl.append(row)


def _say(run: Element, text: str) -> None:
    """The run's only words."""
    for old in run.findall(qn("w:t")):
        run.remove(old)
    words = element("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(words)


def _table_property(table: Any, child: Element) -> None:
    _put(table._tbl.tblPr, child, _TABLE_ORDER)


def whole_row(row: Any, *, repeated: bool = False) -> None:
    """The row is never broken over two pages, and as a head stands on each of them."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if repeated:
        properties.append(element("w:tblHeader"))


def least_height(row: Any, points: float) -> None:
    """The row is at least this tall."""
    row._tr.get_or_add_trPr().append(element("w:trHeight", val=twentieths(points), hRule="atLeast"))


def even_and_odd(settings: Any) -> None:
    """Left and right pages have feet of their own."""
    settings.odd_and_even_pages_header_footer = True


def pages_from_one(section: Any) -> None:
    """The section's pages are counted from 1."""
    section._sectPr.append(element("w:pgNumType", start=1))


def pages_go_on(section: Any) -> None:
    """The section's pages are counted on from the one before."""
    for old in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(old)


def describe(shape: Any, alt: str) -> None:
    """What a reader who cannot see the picture is told; no air around it, of which some programs put an eighth inch."""
    shape._inline.docPr.set("descr", alt)
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")


def line_grid(section: Any, pitch: float) -> None:
    """A grid of lines only: with characters too, spacing is blown up."""
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("w:docGrid", type="lines", linePitch=twentieths(pitch)))


def without_clock(package: bytes) -> bytes:
    """The same package with every member stamped alike."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(result, "w") as target:
        for member in source.infolist():
            stamped = zipfile.ZipInfo(member.filename, ZIP_EPOCH)
            stamped.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(stamped, source.read(member))
    return result.getvalue()

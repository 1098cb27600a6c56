"""The Word sheet an official document is written on: styles, pages upright and turned, page numbers, lines."""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from service.documents import ooxml
from service.documents.composition import CHARACTER_PITCH, LINE_PITCH
from service.documents.model import Figure

FANG, KAI, HEI, XIAOBIAOSONG, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
# Digits beside 仿宋 and 楷体 are set in Times, as offices do; the heavier fonts bring digits of their own weight.
LATIN = {FANG: "Times New Roman", KAI: "Times New Roman"}
BODY = 16.0
RED = RGBColor(0xE6, 0x00, 0x12)
# −0.25 pt between characters of 16 pt: 28 of them fit 156 mm; −0.2 would leave room for 27 only.
CHARACTER_SPACING = -0.25
# From the line of a letter's mark, which leaves a little below its characters, to the rule 4 mm below these.
DOUBLE_RULE_AIR = 10
HEADING_FONTS = (HEI, KAI, FANG, FANG)
CENTER, RIGHT, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


class Sheet:
    """The Word document being written, which way its page lies, and whether a new page is due."""

    def __init__(self, figures: tuple[Figure, ...] = (), *, front: bool = False, turned: bool = False) -> None:
        """`front`: it begins with cover and contents, which bear no page number; `turned`: its first page is turned."""
        self.word = Document()
        self.figures = figures
        self.turned = turned
        self._due: bool | None = None
        _styles(self.word)
        _page(self.word.sections[0], turned=turned)
        if not front:
            _turned_feet(self.word.sections[0]) if turned else _feet(self.word.sections[0])
        ooxml.even_and_odd(self.word.settings)

    def _section(self, start: WD_SECTION) -> Any:
        """A new section; the paragraph that ends the one before takes no room, or it would take a page after a full one."""
        section = self.word.add_section(start)
        ooxml.exact_line(self.word.paragraphs[-1].paragraph_format, 1)
        return section

    def letter_head(self, distance: Any) -> Any:
        """The line above the double rule of a letter's first page, `distance` from the page's edge.

        It is the page's head: programs agree on where that stands, and on nothing else above the text area.
        """
        section = self.word.sections[0]
        section.different_first_page_header_footer = True
        section.header_distance = distance
        for head in (section.header, section.even_page_header):
            head.is_linked_to_previous = False
            ooxml.exact_line(head.paragraphs[0].paragraph_format, 1)
        section.first_page_header.is_linked_to_previous = False
        paragraph = section.first_page_header.paragraphs[0]
        ooxml.double_rule(paragraph, "bottom", space=DOUBLE_RULE_AIR, color=str(RED))
        layout = paragraph.paragraph_format
        layout.left_indent, layout.right_indent = Mm(20 - 28), Mm(20 - 26)
        return paragraph

    def letter_foot(self) -> None:
        """The first page bears no number, but the lower double rule of a letter: 20 mm above the page's edge."""
        foot = self.word.sections[0].first_page_footer
        foot.is_linked_to_previous = False
        rule = foot.paragraphs[0]
        ooxml.exact_line(rule.paragraph_format, 1)
        ooxml.exact_line(foot.add_paragraph().paragraph_format, 1)
        ooxml.double_rule(rule, "top", space=0, color=str(RED))
        ooxml.frame(rule, x=Mm(20), y=Mm(276), width=Mm(170), height=Mm(1))

    def begin_text(self) -> None:
        """After cover and contents the text begins on the next right-hand page, as page 1."""
        section = self._section(WD_SECTION.ODD_PAGE)
        _page(section, turned=False)
        _feet(section)
        ooxml.pages_from_one(section)
        self._due = None

    def new_page(self, *, turned: bool) -> None:
        """What follows starts a page, upright or turned; nothing follows, no page."""
        self._due = turned

    def _arrived(self) -> bool:
        """The page that was due lies the right way; true when what follows must break the page itself."""
        due, self._due = self._due, None
        if due is None or due == self.turned:
            return due is not None
        section = self._section(WD_SECTION.NEW_PAGE)
        _page(section, turned=due)
        _turned_feet(section) if due else _feet(section)
        self.turned = due
        return False

    def line(
        self, text: str = "", *, font: str = FANG, size: float = BODY, align: Any = None, before: float = 0
    ) -> Any:
        """A paragraph without indent; `before` counts in lines."""
        breaks = self._arrived()
        paragraph = self.word.add_paragraph()
        paragraph.paragraph_format.page_break_before = breaks or None
        paragraph.paragraph_format.space_before = Pt(before * LINE_PITCH)
        paragraph.alignment = align
        if text:
            add_run(paragraph, text, font, size)
        return paragraph

    def table(self, rows: int, columns: int) -> Any:
        """A table, after a line of no height where a page is due: a table cannot break a page."""
        if self._due == self.turned:
            ooxml.exact_line(self.line().paragraph_format, 1)
        self._arrived()
        return self.word.add_table(rows=rows, cols=columns)

    def indented(self) -> Any:
        """An empty paragraph of the body: its first line two characters in."""
        paragraph = self.line()
        paragraph.paragraph_format.first_line_indent = Pt(2 * CHARACTER_PITCH)
        return paragraph


def add_run(paragraph: Any, text: str, font: str = FANG, size: float = BODY) -> Any:
    run = paragraph.add_run(text)
    properties = run._r.get_or_add_rPr()
    ooxml.set_fonts(properties, font, LATIN.get(font, font))
    run.font.size = Pt(size)
    if size == BODY:
        ooxml.put_in_run(properties, "w:spacing", val=ooxml.twentieths(CHARACTER_SPACING))
    return run


def _styles(word: Any) -> None:
    """3号仿宋 at 28.95 pt everywhere; headings 黑体, 楷体, 仿宋, all black and not bold."""
    normal = word.styles["Normal"]
    _style(normal, FANG)
    ooxml.exact_line(normal.paragraph_format, LINE_PITCH)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = False
    normal.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    # Exact lines of 28.95 pt already make 22 to a page; the grid would stretch the lines of titles and tables.
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN", "w:snapToGrid"):
        ooxml.put_in_paragraph(normal.element.get_or_add_pPr(), ooxml.element(tag, val=0))
    for level, font in enumerate((*HEADING_FONTS, FANG), 1):
        heading = word.styles[f"Heading {level}"]
        _style(heading, font)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.first_line_indent = Pt(2 * CHARACTER_PITCH)


def _style(style: Any, font: str) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(BODY), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    ooxml.set_fonts(properties, font, LATIN.get(font, font))
    ooxml.put_in_run(properties, "w:lang", val="en-US", eastAsia="zh-CN")


def _page(section: Any, *, turned: bool) -> None:
    """A4 with the margins of the standard; a turned page keeps its head at the left edge of the upright sheet."""
    ooxml.pages_go_on(section)
    section.orientation = WD_ORIENT.LANDSCAPE if turned else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if turned else (Mm(210), Mm(297))
    sides = (28, 37, 26, 35) if turned else (37, 26, 35, 28)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, sides)
    section.header_distance = Mm(15)
    # The dashes of the number, in the middle of its line of 14 pt, are 7 mm below the text area.
    section.footer_distance = Mm(10) if turned else Mm(25.5)
    ooxml.line_grid(section, LINE_PITCH)


def _feet(section: Any) -> None:
    """— 1 — in 4号 宋体: odd pages right, even pages left, one character in."""
    for foot, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        paragraph = _foot(foot, align)
        side = "right_indent" if align == RIGHT else "left_indent"
        setattr(paragraph.paragraph_format, side, Pt(CHARACTER_PITCH))


def _turned_feet(section: Any) -> None:
    """On a turned page the number stands where it would on the upright sheet: at the left edge, turned with it."""
    for foot, y in ((section.footer, 154), (section.even_page_footer, 34)):
        paragraph = _foot(foot, CENTER)
        # A frame hangs on the paragraph after it.
        ooxml.exact_line(foot.add_paragraph().paragraph_format, 1)
        ooxml.frame(paragraph, x=Mm(23), y=Mm(y), width=Mm(6), height=Mm(22), vertical=True)


def _foot(foot: Any, align: Any) -> Any:
    foot.is_linked_to_previous = False
    paragraph = foot.paragraphs[0]
    paragraph.alignment = align
    ooxml.exact_line(paragraph.paragraph_format, 14)
    for text in ("— ", "", " —"):
        run = add_run(paragraph, text, SONG, 14)
        if not text:
            ooxml.add_field(run, "PAGE")
    return paragraph

"""纪要 as DOCX: the same words in the same places as the PDF, to be amended in Word or WPS."""

from __future__ import annotations

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from service.documents import ooxml
from service.documents.characters import clean, rewritten
from service.documents.composition import CHARACTER_PITCH, MM, TEXT_WIDTH, copy_text, date_text
from service.documents.docx import NUMBER_LINE, properties, saved
from service.documents.flowing import flow, title
from service.documents.proceedings import Proceedings, proceedings_mark
from service.documents.sheet import CENTER, FANG, HEI, LEFT, RED, XIAOBIAOSONG, Sheet, add_run

LABEL = 3  # characters: 出席：


def render_proceedings_docx(document: Proceedings) -> bytes:
    """The minutes as DOCX; the same minutes give the same bytes."""
    words = rewritten(document, clean)
    sheet = Sheet()
    properties(sheet.word, words.title, words.organ, words.day)
    _head(sheet, words)
    title(sheet, words.title, before=2)
    sheet.line()
    flow(sheet, words.blocks)
    for position, (name, people) in enumerate(words.lists):
        _list(sheet, name, people, before=0 if position else 1)
    _distribution(sheet, copy_text(words.distribution))
    return saved(sheet)


def _head(sheet: Sheet, document: Proceedings) -> None:
    """标志 35 mm below the text area's edge, the number, who compiled it and when, the red rule 4 mm below."""
    mark = proceedings_mark(document.mark)
    paragraph = sheet.line(align=CENTER)
    run = add_run(paragraph, mark.text, XIAOBIAOSONG, mark.size)
    run.font.color.rgb = RED
    ooxml.put_in_run(run._r.rPr, "w:w", val=round(mark.scale * 100))
    # Of a line of 1.1 sizes about 0.08 above the characters is empty: programs differ by 0.04.
    ooxml.exact_line(paragraph.paragraph_format, 1.1 * mark.size)
    paragraph.paragraph_format.space_before = Pt(35 * MM - 0.08 * mark.size)
    sheet.line(document.number, align=CENTER, before=1)
    compiled = sheet.line(f"\t{document.organ}\t{date_text(document.day)}", align=LEFT, before=1)
    stops = compiled.paragraph_format.tab_stops
    stops.add_tab_stop(Pt(CHARACTER_PITCH))
    stops.add_tab_stop(Pt(TEXT_WIDTH - CHARACTER_PITCH), WD_TAB_ALIGNMENT.RIGHT)
    ooxml.exact_line(compiled.paragraph_format, NUMBER_LINE)
    ooxml.rule_below(compiled, eighths=12, space=10, color=str(RED))


def _list(sheet: Sheet, name: str, people: str, before: float) -> None:
    """The label in 黑体 two characters in, units and names in 仿宋 hanging behind its colon."""
    paragraph = sheet.line(align=LEFT, before=before)
    layout = paragraph.paragraph_format
    layout.left_indent = Pt((2 + LABEL) * CHARACTER_PITCH)
    layout.first_line_indent = Pt(-LABEL * CHARACTER_PITCH)
    add_run(paragraph, name, HEI)
    add_run(paragraph, people)


def _distribution(sheet: Sheet, words: str) -> None:
    """分送 at the foot of the last page, between rules of 0.35 mm."""
    if not words:
        return
    made = sheet.table(1, 1)
    paragraph = made.rows[0].cells[0].paragraphs[0]
    layout = paragraph.paragraph_format
    layout.left_indent, layout.right_indent, layout.first_line_indent = Pt(14 + 42), Pt(14), Pt(-42)
    ooxml.exact_line(layout, 25)
    paragraph.alignment = LEFT
    add_run(paragraph, f"分送：{words}", FANG, 14)
    ooxml.table_borders(made, top=8, bottom=8)
    ooxml.table_margins(made, points=0)
    ooxml.fixed_layout(made, [TEXT_WIDTH])
    ooxml.table_at_foot(made, x=Mm(28))
    # A table cannot end a document; the paragraph it hangs on takes no room.
    ooxml.exact_line(sheet.line().paragraph_format, 1)

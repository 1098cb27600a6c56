"""An official document as DOCX, to be read and amended in Word or WPS.

Same words, same places as the PDF. The fonts of the standard (方正小标宋简体, 仿宋_GB2312, 楷体_GB2312, 黑体) are named
and none is embedded: they are on the officials' machines, and they may not be shipped.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from service.documents import ooxml
from service.documents.characters import clean, rewritten
from service.documents.composition import (
    CHARACTER_PITCH,
    FIGURE_HEADER,
    FIGURE_WIDTHS,
    LINE_PITCH,
    MM,
    NO_SIGNER,
    TEXT_WIDTH,
    Mark,
    addressee_text,
    attachment_entries,
    attachment_label,
    copy_text,
    data_note_sentences,
    date_text,
    figure_rows,
    figures_of,
    letter_mark_of,
    mark_of,
    note_text,
    signature_place,
)
from service.documents.flowing import flow, lined, title
from service.documents.model import Attachment, OfficialDocument, Table
from service.documents.sheet import (
    CENTER,
    FANG,
    HEI,
    KAI,
    LEFT,
    RED,
    RIGHT,
    XIAOBIAOSONG,
    Sheet,
    add_run,
)
from service.documents.title import width_of

# The number's line leaves about 1 pt below its characters, so that the rule comes 4 mm (11.3 pt) below them.
NUMBER_LINE = 18.0
IMPRINT_RULES = {"top": 8, "bottom": 8, "insideH": 6}  # eighths of a point
# Of a line of 1.1 sizes about 0.08 above the characters is empty: programs differ by 0.04.
MARK_LINE, MARK_AIR = 1.1, 0.08


def render_docx(document: OfficialDocument) -> bytes:
    """The document as DOCX; the same document gives the same bytes."""
    words = rewritten(document, clean)
    sheet = Sheet(figures_of(words))
    properties(sheet.word, words.title, words.issuing_organ, words.document_date)
    _letter_head(sheet, words) if words.is_letter else _head(sheet, words)
    _main(sheet, words)
    for position, attachment in enumerate(words.attachments, 1):
        _annex(sheet, attachment_label(position, len(words.attachments)), attachment)
    _data_note(sheet, words)
    _imprint(sheet, words)
    return saved(sheet)


def saved(sheet: Sheet) -> bytes:
    """The sheet as a file."""
    buffer = io.BytesIO()
    sheet.word.save(buffer)
    return ooxml.without_clock(buffer.getvalue())


def properties(word: Any, title: str, organ: str, on: date) -> None:
    """Title, organ and day; no clock, and no name of a program."""
    core, day = word.core_properties, datetime.combine(on, time())
    core.title, core.author, core.last_modified_by = title, organ, organ
    core.created, core.modified, core.comments, core.language = day, day, "", "zh-CN"


def _head(sheet: Sheet, document: OfficialDocument) -> None:
    """发文机关标志 35 mm below the text area's edge, number and signer two lines below, the red rule 4 mm lower."""
    mark = mark_of(document.issuing_organ)
    paragraph = sheet.line()
    _mark(paragraph, mark)
    paragraph.paragraph_format.space_before = Pt(35 * MM - MARK_AIR * mark.size)
    number = _number_line(sheet, document)
    ooxml.exact_line(number.paragraph_format, NUMBER_LINE)
    ooxml.rule_below(number, eighths=12, space=10, color=str(RED))


def _mark(paragraph: Any, mark: Mark) -> None:
    """The paragraph is the red line of 发文机关标志."""
    paragraph.alignment = CENTER
    run = add_run(paragraph, mark.text, XIAOBIAOSONG, mark.size)
    run.font.color.rgb = RED
    ooxml.put_in_run(run._r.rPr, "w:w", val=round(mark.scale * 100))
    ooxml.exact_line(paragraph.paragraph_format, MARK_LINE * mark.size)


def _letter_head(sheet: Sheet, document: OfficialDocument) -> None:
    """The mark 30 mm below the page's edge over a double rule of 170 mm, the number right, no page number.

    Source: GB/T 9704 10.1.
    """
    mark = letter_mark_of(document.issuing_organ)
    _mark(sheet.letter_head(Pt(30 * MM - MARK_AIR * mark.size)), mark)
    sheet.letter_foot()
    number = sheet.line(document.document_number or "", align=RIGHT, before=14 / LINE_PITCH)
    ooxml.exact_line(number.paragraph_format, NUMBER_LINE)


def _number_line(sheet: Sheet, document: OfficialDocument) -> Any:
    number = document.document_number or ""
    if not document.shows_signer:
        return sheet.line(number, align=CENTER, before=2.2)
    paragraph = sheet.line(f"\t{number}\t签发人：", align=LEFT, before=2.2)
    add_run(paragraph, document.signer or NO_SIGNER, KAI)
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Pt(CHARACTER_PITCH))
    stops.add_tab_stop(Pt(TEXT_WIDTH - CHARACTER_PITCH), WD_TAB_ALIGNMENT.RIGHT)
    return paragraph


def _main(sheet: Sheet, document: OfficialDocument) -> None:
    title(sheet, document.title, before=2)
    sheet.line(addressee_text(document.addressee), before=1)
    flow(sheet, document.blocks)
    _attachment_note(sheet, document.attachments)
    _signature(sheet, document)
    if document.note:
        add_run(sheet.indented(), note_text(document.note))


def _attachment_note(sheet: Sheet, attachments: tuple[Attachment, ...]) -> None:
    """附件：1.…, one line below the text, two characters in; further lines align with the name."""
    for position, (number, name) in enumerate(attachment_entries(attachments) if attachments else ()):
        lead = f"附件：{number}" if position == 0 else number
        paragraph = sheet.line(lead + name, align=LEFT, before=0 if position else 1)
        paragraph.paragraph_format.left_indent = Pt((5 + width_of(number)) * CHARACTER_PITCH)
        paragraph.paragraph_format.first_line_indent = Pt(-width_of(lead) * CHARACTER_PITCH)
        paragraph.paragraph_format.keep_with_next = True


def _signature(sheet: Sheet, document: OfficialDocument) -> None:
    """Room for a seal (none is drawn), the signature centred on the date, the date four characters from the right."""
    place = signature_place(document.signed_as, document.document_date)
    signature = sheet.line(document.signed_as, align=RIGHT, before=3)
    signature.paragraph_format.right_indent = Pt(place.signature * CHARACTER_PITCH)
    signature.paragraph_format.keep_with_next = True
    day = sheet.line(date_text(document.document_date), align=RIGHT)
    day.paragraph_format.right_indent = Pt(place.document_date * CHARACTER_PITCH)


def _annex(sheet: Sheet, label: str, attachment: Attachment) -> None:
    """附件1 in 黑体 on the first line of a new page, its title on the third."""
    sheet.new_page(turned=attachment.landscape)
    sheet.line(label, font=HEI, align=LEFT)
    title(sheet, attachment.title, before=1)
    if attachment.landscape:
        ooxml.exact_line(sheet.line().paragraph_format, 0.4 * LINE_PITCH)
    else:
        sheet.line()
    flow(sheet, attachment.blocks, turning=False)


def _data_note(sheet: Sheet, document: OfficialDocument) -> None:
    """数据说明 on a page of its own: cutoff, coverage, snapshot, and where each figure of the text is sealed."""
    if document.data_note is None and not sheet.figures:
        return
    sheet.new_page(turned=False)
    title(sheet, "数据说明", before=0)
    sheet.line()
    for sentence in data_note_sentences(document.data_note) if document.data_note else ():
        add_run(sheet.indented(), sentence)
    if sheet.figures:
        listed = Table(FIGURE_HEADER, figure_rows(sheet.figures), FIGURE_WIDTHS, caption="正文数据出处")
        lined(sheet, listed, anchors=True)


def _imprint(sheet: Sheet, document: OfficialDocument) -> None:
    """版记 at the foot of the last page, between rules of 0.35, 0.25 and 0.35 mm; a letter has no rules and no printer."""
    if document.is_letter:
        document = replace(document, printed_by="", printed_on=None)
    printed_on = f"{date_text(document.printed_on)}印发" if document.printed_on else ""
    printed = f"{document.printed_by}\t{printed_on}" if document.printed_by or printed_on else ""
    texts = [text for text in (copy_text(document.copy_to) and f"抄送：{copy_text(document.copy_to)}", printed) if text]
    if not texts:
        return
    if sheet.turned:
        sheet.new_page(turned=False)
    made = sheet.table(len(texts), 1)
    for row, text in zip(made.rows, texts, strict=True):
        _imprint_line(row.cells[0].paragraphs[0], text)
    ooxml.table_borders(made, **({} if document.is_letter else IMPRINT_RULES))
    ooxml.table_margins(made, points=0)
    ooxml.fixed_layout(made, [TEXT_WIDTH])
    ooxml.table_at_foot(made, x=Mm(28))
    # A table cannot end a document; the paragraph it hangs on takes no room.
    ooxml.exact_line(sheet.line().paragraph_format, 1)


def _imprint_line(paragraph: Any, text: str) -> None:
    """4号仿宋, one character in on both sides; 抄送 hangs by its three characters."""
    hang = 42 if text.startswith("抄送：") else 0
    layout = paragraph.paragraph_format
    layout.left_indent, layout.right_indent, layout.first_line_indent = Pt(14 + hang), Pt(14), Pt(-hang)
    layout.tab_stops.add_tab_stop(Pt(TEXT_WIDTH - 14), WD_TAB_ALIGNMENT.RIGHT)
    ooxml.exact_line(layout, 25)
    paragraph.alignment = LEFT
    add_run(paragraph, text, FANG, 14)

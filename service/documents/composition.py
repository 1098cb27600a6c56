"""What is printed and in what order: the parts of an official document that both renderings share.

Source: GB/T 9704—2012 第7章. Lengths are in points, or in characters of 3号 (16 pt) where named so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt
from typing import Literal

from service.documents.model import (
    Attachment,
    Block,
    Booklet,
    DataNote,
    Figure,
    Heading,
    OfficialDocument,
    Paragraph,
    Picture,
    Run,
    Table,
)
from service.documents.title import title_lines, width_of

MM = 72 / 25.4
TEXT_WIDTH, TEXT_HEIGHT = 156 * MM, 225 * MM
LINE_PITCH, TITLE_PITCH = 28.95, 35.0
CHARACTER_PITCH = TEXT_WIDTH / 28

# 发文机关标志: no size is prescribed; 22 mm is the tallest that is usual, and long names are squeezed, not shrunk.
MARK_TALLEST = 62.0
MARK_SQUEEZE = 0.68
# A letter has less room above its text; 小初 and a little more is what letters bear.
LETTER_MARK_TALLEST = 40.0
# Room for the name of who will sign.
NO_SIGNER = "　　　"

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志: its words, type size in points and horizontal scale."""

    text: str
    size: float
    scale: float


def mark_of(organ: str) -> Mark:
    """The issuing organ and 文件, as tall as the width of the text area lets it be."""
    return _fitted(f"{organ}文件", TEXT_WIDTH, MARK_TALLEST)


def letter_mark_of(organ: str) -> Mark:
    """The issuing organ alone, as a letter bears it. Source: GB/T 9704 10.1."""
    return _fitted(organ, TEXT_WIDTH, LETTER_MARK_TALLEST)


def _fitted(text: str, width: float, tallest: float) -> Mark:
    advance = width / max(len(text), 1)
    size = min(tallest, advance / MARK_SQUEEZE)
    return Mark(text, round(size, 2), round(min(1.0, advance / size), 4))


def chinese_number(number: int) -> str:
    """1–99 in Chinese numerals: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def heading_number(level: int, count: int) -> str:
    """一、 (一) 1. (1): no 顿号 after a bracket, a full stop after a bare digit. Source: GB/T 9704 7.3.3."""
    chinese = chinese_number(count)
    return {1: f"{chinese}、", 2: f"（{chinese}）", 3: f"{count}.", 4: f"（{count}）"}[level]


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with its heading's number, or with nothing; a heading starts the levels below it anew."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        number = ""
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            number = block.number or heading_number(block.level, counts[block.level - 1])
        yield number, block


def date_text(day: date) -> str:
    """2026年3月5日: Arabic digits, month and day without a leading zero. Source: GB/T 9704 7.3.5.4."""
    return f"{day.year}年{day.month}月{day.day}日"


def addressee_text(addressee: str) -> str:
    """The addressee with one full-width colon behind it, or nothing."""
    bare = addressee.strip().rstrip("：:")
    return f"{bare}：" if bare else ""


def copy_text(copy_to: str) -> str:
    """The organs that get a copy, with a full stop behind them. Source: GB/T 9704 7.4.2."""
    bare = copy_to.strip().rstrip("。.")
    return f"{bare}。" if bare else ""


def note_text(note: str) -> str:
    """附注 in full-width brackets. Source: GB/T 9704 7.3.6."""
    bare = note.strip().removeprefix("（").removesuffix("）").removeprefix("(").removesuffix(")")
    return f"（{bare}）" if bare else ""


def attachment_label(position: int, count: int) -> str:
    """附件 when there is one, else 附件1, 附件2. Source: GB/T 9704 7.3.7."""
    return "附件" if count == 1 else f"附件{position}"


def attachment_entries(attachments: tuple[Attachment, ...]) -> tuple[tuple[str, str], ...]:
    """Number and name of each attachment, no full stop behind the name. Source: GB/T 9704 7.3.4."""
    if len(attachments) == 1:
        return (("", attachments[0].title),)
    return tuple((f"{position}.", item.title) for position, item in enumerate(attachments, 1))


def first_page_room(document: OfficialDocument) -> int:
    """How many lines of text the first page holds under 版头, title and addressee."""
    titles = len(title_lines(document.title)) * TITLE_PITCH
    addressees = ceil(width_of(addressee_text(document.addressee)) / 28) * LINE_PITCH
    rest = TEXT_HEIGHT - _head_height(document) - 2 * LINE_PITCH - titles - LINE_PITCH - addressees
    return max(0, int(rest // LINE_PITCH))


def _head_height(document: OfficialDocument) -> float:
    """From the upper edge of the text area down to the red rule, in a letter to the number below it."""
    if document.is_letter:
        return letter_mark_of(document.issuing_organ).size + (4 - 7) * MM + 2 * LINE_PITCH
    return 35 * MM + mark_of(document.issuing_organ).size + 3 * LINE_PITCH + 4 * MM


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Right indents of signature and date, in characters."""

    signature: float
    document_date: float


def signature_place(signed_as: str, day: date) -> SignaturePlace:
    """The date four characters from the right, the signature centred on it; a signature too long for that
    keeps two characters from the right and takes the date under its middle. Source: GB/T 9704 7.3.5.1 (加盖印章).
    """
    overhang = (width_of(signed_as) - width_of(date_text(day))) / 2
    indent = max(4.0 - overhang, 2.0)
    return SignaturePlace(signature=indent, document_date=indent + overhang)


def figures_of(document: OfficialDocument) -> tuple[Figure, ...]:
    """Every traceable figure once, in the order in which the reader meets it."""
    everything = (document.blocks, *(attachment.blocks for attachment in document.attachments))
    met = (run for blocks in everything for block in blocks for run in _runs_of(block))
    return tuple(dict.fromkeys(run for run in met if isinstance(run, Figure)))


def _runs_of(block: Block) -> tuple[Run, ...]:
    if isinstance(block, Paragraph):
        return block.runs
    return block.follows if isinstance(block, Heading) else ()


def passages(document: OfficialDocument) -> Iterator[str]:
    """The text passage by passage, figures in place, so that a phrase is found across them."""
    for blocks in (document.blocks, *(attachment.blocks for attachment in document.attachments)):
        for block in blocks:
            lead = block.text if isinstance(block, Heading) else ""
            yield lead + "".join(run.text for run in _runs_of(block))
            if isinstance(block, Table):
                yield from (cell for row in block.rows for cell in row)


FIGURE_HEADER = ("序号", "数据", "指标", "出处")
FIGURE_WIDTHS = (1.0, 2.2, 5.0, 6.0)


def figure_rows(figures: tuple[Figure, ...]) -> tuple[tuple[str, ...], ...]:
    """The table in which a reader finds where a figure is sealed."""
    return tuple((str(n), figure.text, figure.label or "—", figure.ref) for n, figure in enumerate(figures, 1))


def data_note_sentences(note: DataNote) -> tuple[str, ...]:
    """Cutoff, coverage, who is missing, and the snapshot. Source: dossier §5.1, §1.4 R1."""
    missing = f"未报送：{'、'.join(note.absent)}；" if note.absent else ""
    coverage = f"应报{note.due}{note.counter}，实报{note.reported}{note.counter}"
    first = f"数据截至{date_text(note.cutoff)}；{coverage}；{missing}快照编号{note.snapshot}。"
    return (first, *note.remarks)


Alignment = Literal["left", "center"]
# A cell longer than this is prose and is set flush left; shorter ones are centred.
SHORT_CELL = 10.0


def alignments(rows: tuple[tuple[str, ...], ...], columns: int) -> tuple[Alignment, ...]:
    """How each column of a table is aligned."""
    widest = [max((width_of(row[column]) for row in rows), default=0.0) for column in range(columns)]
    return tuple("left" if width > SHORT_CELL else "center" for width in widest)


# No column is narrower than 序号, its rule and its air; a heading of four characters stays on one line.
NARROWEST, AIR, HEADING_LINE = 2.0, 0.8, 4.0
LANDSCAPE_WIDTH = 225 * MM
# Up to this width, a date's, a column is not made narrower for the sake of the others.
KEPT = 7.5


def column_widths(table: Table) -> tuple[float, ...]:
    """Widths in characters: as the table asks, or after what its columns hold; where that is too much, prose wraps."""
    if table.widths:
        return table.widths
    columns = zip(table.header, *table.rows, strict=True)
    natural = tuple(_column_width(name, cells) for name, *cells in columns)
    available = (LANDSCAPE_WIDTH if table.landscape else TEXT_WIDTH) / table_size(len(natural))
    return natural if sum(natural) <= available else _prose_yields(natural, available)


def _column_width(name: str, cells: list[str]) -> float:
    """The widest cell, or its heading, which may take two lines when it is long."""
    width = width_of(name)
    heading = width if width <= HEADING_LINE else max(HEADING_LINE, width / 2)
    return max(NARROWEST, heading, *map(width_of, cells)) + AIR


def _prose_yields(natural: tuple[float, ...], available: float) -> tuple[float, ...]:
    """Columns of numbers and dates keep their width; the others share the rest after the root of what they hold,
    which makes their cells about equally tall."""
    rest = available - sum(width for width in natural if width <= KEPT)
    roots = sum(sqrt(width) for width in natural if width > KEPT)
    if not roots or rest < available / 3:
        return tuple(map(sqrt, natural))
    return tuple(width if width <= KEPT else rest * sqrt(width) / roots for width in natural)


def table_size(columns: int) -> float:
    """Type size of a table: 小四 while it is narrow, 五号 from eight columns on, still readable on A4."""
    return 12.0 if columns < 8 else 10.5


# A drawing leaves room for the title of its part and its caption.
PICTURE_HEIGHT = TEXT_HEIGHT - 5 * LINE_PITCH


def picture_size(picture: Picture) -> tuple[float, float]:
    """Width and height in points: as wide as the text, unless it would be too tall."""
    scale = min(TEXT_WIDTH / picture.width, PICTURE_HEIGHT / picture.height)
    return round(picture.width * scale, 2), round(picture.height * scale, 2)


# A heading longer than this is set as text: PDF/A holds no string of more than 32767 bytes.
LONGEST_HEADING = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    level: int
    text: str


def contents_of(booklet: Booklet) -> tuple[Entry, ...]:
    """The table of contents: the parts, and under each the first level of its headings; none where none is wanted."""
    return tuple(_entries(booklet)) if booklet.contents else ()


def _entries(booklet: Booklet) -> Iterator[Entry]:
    for part in booklet.parts:
        yield Entry(1, part.title)
        for number, block in numbered(part.blocks):
            if isinstance(block, Heading) and block.level == 1 and is_heading(block):
                yield Entry(2, number + block.text.strip())


def is_heading(heading: Heading) -> bool:
    """Whether it stands alone in its line and can be listed."""
    return not heading.follows and len(heading.text) <= LONGEST_HEADING


def month_text(day: date) -> str:
    """2026年3月."""
    return f"{day.year}年{day.month}月"


def without_indent(row: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs without the blanks people type to indent a paragraph; the engine indents it itself."""
    if not row or isinstance(row[0], Figure):
        return row
    return (type(row[0])(row[0].text.lstrip()), *row[1:])

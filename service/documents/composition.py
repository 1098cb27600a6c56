"""What is printed and in what order: the parts of an official document that both renderings share.

Source: GB/T 9704—2012 第7章. Lengths are in points, or in characters of 3号 (16 pt) where named so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from service.documents.model import Attachment, Block, DataNote, Figure, Heading, OfficialDocument, Paragraph, Run
from service.documents.title import width_of

MM = 72 / 25.4
TEXT_WIDTH = 156 * MM
LINE_PITCH = 28.95
CHARACTER_PITCH = TEXT_WIDTH / 28

# 发文机关标志: no size is prescribed; 22 mm is the tallest that is usual, and long names are squeezed, not shrunk.
MARK_TALLEST = 62.0
MARK_SQUEEZE = 0.68

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Mark:
    """发文机关标志: its words, type size in points and horizontal scale."""

    text: str
    size: float
    scale: float


def mark_of(organ: str) -> Mark:
    """The issuing organ and 文件, as tall as the width of the text area lets it be."""
    text = f"{organ}文件"
    advance = TEXT_WIDTH / max(len(text), 1)
    size = min(MARK_TALLEST, advance / MARK_SQUEEZE)
    return Mark(text, round(size, 2), round(min(1.0, advance / size), 4))


def chinese_number(number: int) -> str:
    """1–99 in Chinese numerals: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return lead + (_DIGITS[ones] if ones or not tens else "")


def heading_number(level: int, count: int) -> str:
    """一、 (一) 1. (1): no 顿号 after a bracket, a full stop after a bare digit. Source: GB/T 9704 7.3.3."""
    return {1: f"{chinese_number(count)}、", 2: f"（{chinese_number(count)}）", 3: f"{count}.", 4: f"（{count}）"}[
        level
    ]


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with its heading's number, or with nothing; a heading starts the levels below it anew."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        number = ""
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            number = heading_number(block.level, counts[block.level - 1])
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


def table_size(columns: int) -> float:
    """Type size of a table: 小四 while it is narrow, 五号 from eight columns on, still readable on A4."""
    return 12.0 if columns < 8 else 10.5


def without_indent(row: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs without the blanks people type to indent a paragraph; the engine indents it itself."""
    if not row or isinstance(row[0], Figure):
        return row
    return (type(row[0])(row[0].text.lstrip()), *row[1:])

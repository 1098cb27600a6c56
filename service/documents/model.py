"""What an official document says, before any typesetting: frozen values, no fonts, no millimetres.

A room composes an `OfficialDocument` and hands it to `pdf.render_pdf` and `docx.render_docx`, which print the same
words. Headings carry no numbers: 一、 (一) 1. (1) are counted by the engine, so that both agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


class Genre(StrEnum):
    """文种: what kind of document it is. Source: 党政机关公文处理工作条例第八条."""

    REPORT = "报告"
    REQUEST = "请示"
    CIRCULAR = "通报"
    NOTICE = "通知"
    LETTER = "函"

    @property
    def upward(self) -> bool:
        """Whether it goes to a superior organ (上行文) and so names its signer. Source: 条例第九条(六)."""
        return self in (Genre.REPORT, Genre.REQUEST)


class Layout(StrEnum):
    """版式: the general format, or the format of letters for a 函 and some 通知. Source: GB/T 9704—2012 第7章, 10.1."""

    GENERAL = "general"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that can be traced: `ref` is where it is sealed (`P01@2026Q3#S-2026-003`), `label` what it measures."""

    text: str
    ref: str
    label: str = ""


Run = Text | Figure


def runs(*parts: str | Run) -> tuple[Run, ...]:
    """Words and figures in one row: `runs("完成", Figure("13", "P01@2026Q3"), "项。")`."""
    return tuple(Text(part) if isinstance(part, str) else part for part in parts)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1–4; `follows` runs on in the same paragraph (（一）总体情况。今年以来……).

    `number` is the one it is cited by, where it has such a one: an article of a charter is not counted anew.
    """

    level: Literal[1, 2, 3, 4]
    text: str
    follows: tuple[Run, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the body."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are relative, `landscape` turns its page, `note` says below it where its figures are sealed.

    `row_height`: the least height of a row in points, where a form is filled in by hand.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""
    note: str = ""
    landscape: bool = False
    row_height: float = 0.0

    def __post_init__(self) -> None:
        wrong = [len(row) for row in (*self.rows, self.widths or self.header) if len(row) != len(self.header)]
        if wrong or not self.header:
            raise ValueError(f"a table of {len(self.header)} columns cannot hold rows of {wrong}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing as SVG, `width` by `height` in its own units; `alt` says the same in words."""

    svg: str
    width: float
    height: float
    alt: str
    caption: str = ""


Block = Heading | Paragraph | Table | Picture


@dataclass(frozen=True, slots=True)
class Attachment:
    """附件: listed by title below the text, printed on pages of its own."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def landscape(self) -> bool:
        return any(isinstance(block, Table) and block.landscape for block in self.blocks)


@dataclass(frozen=True, slots=True)
class DataNote:
    """数据说明: the frozen figures a report rests on, and who is missing from them.

    `counter` is the measure word with its noun (个市); `absent` names those that should have reported and did not.
    Source: dossier §1.4 R1: snapshot and cutoff are always given, and those that did not report are listed.
    """

    cutoff: date
    due: int
    reported: int
    snapshot: str
    counter: str = "个市"
    absent: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """One official document, in the general format or as a letter. Source: GB/T 9704—2012 第7章, 10.1."""

    genre: Genre
    issuing_organ: str
    title: str
    addressee: str
    blocks: tuple[Block, ...]
    document_date: date
    document_number: str | None = None
    signer: str | None = None
    attachments: tuple[Attachment, ...] = ()
    signature: str = ""
    note: str = ""
    copy_to: str = ""
    printed_by: str = ""
    printed_on: date | None = None
    data_note: DataNote | None = None
    layout: Layout = Layout.GENERAL

    @property
    def is_letter(self) -> bool:
        return self.layout is Layout.LETTER

    @property
    def shows_signer(self) -> bool:
        """Whether the line of the number names who signs; an upward draft leaves room for it. Source: GB/T 9704 7.2.6."""
        return self.genre.upward or bool(self.signer)

    @property
    def signed_as(self) -> str:
        """The name above the date: the issuing organ unless the document says otherwise."""
        return self.signature or self.issuing_organ


@dataclass(frozen=True, slots=True)
class Part:
    """A piece with a title of its own that begins a page: a 制度, an annex of it, a chapter of a handbook.

    `label` stands over the title (附件1), `inscription` under it in 楷体 (题注: （征求意见稿）).
    """

    title: str
    blocks: tuple[Block, ...]
    label: str = ""
    inscription: str = ""

    @property
    def landscape(self) -> bool:
        """Whether its pages are turned: all it holds are wide tables."""
        return bool(self.blocks) and all(isinstance(block, Table) and block.landscape for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Cover:
    """封面: whose book it is, what it is called, which edition, who compiled it and in which month."""

    title: str
    name: str
    edition: str
    compiler: str
    month: date
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Booklet:
    """What is no letter: no 版头, no signature; a 制度 as it is annexed to its 通知, or a bound 工作手册.

    `cover` and `contents` (目录) come first where asked for, on pages without a number.
    Source: GB/T 9704—2012 7.3.7; dossier 3.3 (附件), 5.5.
    """

    title: str
    organ: str
    day: date
    parts: tuple[Part, ...]
    cover: Cover | None = None
    contents: bool = False

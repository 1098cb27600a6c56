"""征求意见函 with the paper and the 反馈表, and the 意见汇总表, as official documents. Source: dossier 5.6, 3.5.

The same consultation always gives the same document: nothing here reads the database or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from service.consultations.models import Consultation
from service.consultations.queries import Whole
from service.consultations.rules import DEEMED
from service.consultations.view import SUMMARY, summary_rows
from service.documents.composition import date_text
from service.documents.model import (
    Attachment,
    Block,
    Booklet,
    Genre,
    Layout,
    OfficialDocument,
    Paragraph,
    Part,
    Table,
    runs,
)

DEEMED_SENTENCE = "逾期未反馈的，视为无意见。"
FORM_ROWS, FORM_ROW_HEIGHT = 6, 50.0
FORM = ("序号", "原文条款", "修改建议", "理由")


def letter(row: Consultation, organ: str, units: Sequence[str], day: date) -> OfficialDocument:
    """The letter as it is sent to the units; a draft bears the day it is looked at."""
    due = f"于{date_text(row.due)}前反馈" if row.due else "按期反馈"
    return OfficialDocument(
        genre=Genre.LETTER,
        layout=Layout.LETTER,
        issuing_organ=organ,
        title=letter_title(row),
        addressee="、".join(units),
        blocks=tuple(_said(line) for line in _body(row, "你单位" if len(units) == 1 else "你们", due)),
        document_date=row.sent_on or day,
        document_number=row.number or None,
        attachments=(
            Attachment(bare_title(row), _paper(row)),
            Attachment("征求意见反馈表", (*map(_said, FORM_HEAD), _form(), _said("单位负责人（签字）："))),
        ),
        note=f"联系人：{row.contact}，电话：{row.phone}",
    )


FORM_HEAD = ("单位（盖章）：", "意见类型：□无意见　□有修改意见　□不同意", "联系人及电话：")


def bare_title(row: Consultation) -> str:
    """The paper's title as it stands over the paper itself."""
    title = row.title.strip()
    return title[1:-1] if title.startswith("《") and title.find("》") == len(title) - 1 else title


def paper_name(row: Consultation) -> str:
    """The title as it is cited: in 《》, but where it names a paper within it already."""
    title = bare_title(row)
    return title if "《" in title else f"《{title}》"


def letter_title(row: Consultation) -> str:
    """关于（再次）征求…意见的函."""
    return f"关于{'再次' if row.round > 1 else ''}征求{paper_name(row)}意见的函"


def _said(text: str) -> Paragraph:
    return Paragraph(runs(text))


def _body(row: Consultation, whom: str, due: str) -> list[str]:
    """Why, what is asked, until when, and what silence means where it means anything."""
    again = "根据各单位意见修改后，再次" if row.round > 1 else ""
    asked = (
        f"现将{paper_name(row)}（见附件1）{again}送{whom}征求意见。请结合职责认真研究，填写反馈表（见附件2），{due}；"
        f"没有意见的，也请反馈“无意见”。{DEEMED_SENTENCE if row.mode == DEEMED else ''}"
    )
    return [*[line.strip() for line in row.background.splitlines() if line.strip()], asked, "特此函达。"]


def _paper(row: Consultation) -> tuple[Block, ...]:
    """The paper's clauses; a file goes along as it is."""
    along = [_said(f"（文稿另附电子文件：{row.file_name}）")] if row.file_name else []
    return (*(_said(clause) for clause in row.clauses), *along)


def _form() -> Table:
    rows = tuple((str(number), "", "", "") for number in range(1, FORM_ROWS + 1))
    return Table(FORM, rows, (1.0, 4.0, 4.0, 4.0), row_height=FORM_ROW_HEIGHT)


def summary(found: Whole, names: Mapping[UUID, str], organ: str, day: date) -> Booklet:
    """意见汇总表 on turned pages, with the count below it. Source: dossier 2.2, 5.6."""
    row = found.consultation
    table = Table(
        ("序号", *SUMMARY),
        tuple((str(n), *cells) for n, cells in enumerate(summary_rows(found, names), 1)),
        (3.0, 7.0, 6.5, 11.0, 11.5, 9.0, 5.0, 8.0),
        landscape=True,
        note=f"注：{counted(found)}",
    )
    title = f"{paper_name(row)}征求意见汇总表"
    return Booklet(title, organ, row.ended_on or day, (Part(title, (table,)),))


def counted(found: Whole) -> str:
    """Asked, replied, silent; whose silence counts as no objection is said and is among the silent."""
    tally = found.tally
    late = f"（其中逾期{tally.late}个）" if tally.late else ""
    deemed = f"（其中视为无意见{tally.by['deemed']}个）" if tally.by["deemed"] else ""
    return f"征求{tally.asked}个单位，反馈{tally.replied}个{late}，未反馈{tally.silent}个{deemed}。"

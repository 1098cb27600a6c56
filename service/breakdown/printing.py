"""The table as files: the template to fill in, the plan's tasks, what was not listed and why, and the plan on paper.

Source: dossier 5.3, 3.4 (A4横排), 7.6 (冻结表头、下拉、说明页; 每页重复表头).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from service.breakdown.models import BreakdownRow
from service.breakdown.rules import COLUMNS, DUTY, HELPING, LEAD
from service.documents.composition import date_text
from service.documents.model import Booklet, Paragraph, Part, Table, runs
from service.kit.export import harmless
from service.plans.models import Plan
from service.plans.rules import UNIT

SHEET, OPTIONS, NOTES = "任务分解表", "选项", "填表说明"
WIDTHS = (6, 46, 26, 28, 24, 30, 40, 14, 12)
ON_PAPER = (1.3, 6.2, 3.6, 3.6, 3.2, 3.8, 4.6, 2.6, 1.8)
THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
WRAPPED = Alignment(vertical="center", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
HEAD = PatternFill("solid", fgColor="DCE6F1")
A4 = 9
HINTS = (
    "每行一项任务。带下拉的列可从列表中选择，也可以直接填写。",
    "牵头单位：第一个为牵头单位，其余列为配合单位；多个单位用顿号分隔。可写全称、简称、曾用名或机构改革前的名称。",
    "配合单位：多个单位用顿号分隔；全体参加的写“各成员单位”。",
    "对应职责：填职责代码（如 RS3），或从下拉列表中选择；不填的，按任务内容在牵头单位的职责中提议一项。",
    "季度节点：写“Q1：印发方案；Q2：开展培训”，也可以写“3月20日：印发方案”。",
    "完成时限：如 2026-09-30、9月底、9月30日前、第三季度；写“全年”“长期”的，按年底计。",
    "责任人：牵头单位的责任人或联系人姓名。",
    "同一计划中，工作任务和牵头单位都相同的，视为同一项，只列一次。请勿填写涉密内容。",
)


def table_sheet(title: str, rows: Iterable[Sequence[Any]], maker: str) -> bytes:
    """The nine columns as one prints them: lying A4, the head on every page, pages counted."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    last = len(COLUMNS)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=last)
    sheet.cell(1, 1, harmless(title)).font = Font(name="黑体", size=16)
    sheet.cell(1, 1).alignment = CENTRED
    sheet.row_dimensions[1].height = 30
    _head(sheet, 2)
    number = 2
    for number, row in enumerate(rows, 3):
        _cells(sheet, number, row)
    made = f"制表单位：{maker}　　　　填表人：　　　　　　审核人：　　　　　　日期："
    sheet.cell(number + 1, 1, made)
    _printing(sheet, f"A1:{get_column_letter(last)}{number + 1}")
    return _saved(book)


def _head(sheet: Any, row: int, names: Iterable[str] = COLUMNS.values()) -> None:
    for column, name in enumerate(names, 1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill, cell.border, cell.alignment = Font(bold=True), HEAD, GRID, CENTRED


def _cells(sheet: Any, number: int, row: Sequence[Any]) -> None:
    for column, text in enumerate(row, 1):
        cell = sheet.cell(number, column, harmless(text))
        cell.border, cell.alignment = GRID, WRAPPED


def _printing(sheet: Any, area: str) -> None:
    sheet.freeze_panes = "C3"
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.print_area, sheet.print_title_rows = area, "2:2"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", A4, 1, 0
    sheet.oddFooter.center.text = "第&P页　共&N页"


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def template(units: Sequence[str], duties: Sequence[str], most: int) -> bytes:
    """An empty table with the tenant's own units and duties to choose from, and how it is filled in."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    _head(sheet, 1)
    sheet.freeze_panes = "A2"
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    options: Any = book.create_sheet(OPTIONS)
    for at, words in enumerate((units, duties), 1):
        for row, text in enumerate(words, 1):
            options.cell(row, at, harmless(text))
    _choices(sheet, LEAD, "A", len(units), most, strict=False)
    _choices(sheet, HELPING, "A", len(units), most, strict=False)
    _choices(sheet, DUTY, "B", len(duties), most, strict=False)
    notes: Any = book.create_sheet(NOTES)
    notes.column_dimensions["A"].width = 110
    for row, text in enumerate(HINTS, 1):
        notes.cell(row, 1, text).alignment = WRAPPED
    return _saved(book)


def _choices(sheet: Any, column: str, source: str, count: int, most: int, *, strict: bool) -> None:
    """A drop-down; several units may be written where one can be chosen."""
    if not count:
        return
    listed = f"{quote_sheetname(OPTIONS)}!${source}$1:${source}${count}"
    rule = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=strict)
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    rule.add(f"{letter}2:{letter}{most + 1}")
    sheet.add_data_validation(rule)


def faults(rows: Iterable[BreakdownRow]) -> Iterator[list[Any]]:
    """The rows that were not listed, as they were brought, each with where and why: to be put right and brought again."""
    for row in rows:
        said = [f"{COLUMNS[one['column']]}：{one['message']}" for one in row.findings if one["level"] == "error"]
        why = "；".join(said) or row.said or "尚未列入"
        yield [*(row.cells.get(column, "") for column in COLUMNS), row.line, why]


FAULTS_HEADER = (*COLUMNS.values(), "原行号", "未列入的原因")


def booklet(plan: Plan, rows: Iterable[Sequence[str]], organ: str) -> Booklet:
    """The plan on paper: its key points, then its table on lying pages."""
    table = Table(
        tuple(COLUMNS.values()), tuple(map(tuple, rows)) or (("—",) * len(COLUMNS),), ON_PAPER, landscape=True
    )
    points = tuple(Paragraph(runs(line.strip())) for line in plan.text.splitlines() if line.strip())
    agreed = _agreed(plan)
    parts = [Part(plan.title, points, inscription=agreed)] if points else []
    name = f"{plan.title}任务分解表"
    inscription = "" if points else agreed
    label = "附件" if points else ""
    parts.append(Part(name, (table,), label=label, inscription=inscription))
    return Booklet(title=plan.title, organ=organ, day=plan.agreed_on or plan.begins, parts=tuple(parts))


def _agreed(plan: Plan) -> str:
    """What stands under the title: by what and when it was agreed, or that it is a draft."""
    if plan.agreed_on is None:
        return "（草案）"
    day = date_text(plan.agreed_on)
    return f"（{day}办公室审核）" if plan.kind == UNIT else f"（{plan.basis}　{day}议定）"

"""The division of duties as a sheet to print: units across, duties down, the grade in words in the cell.

Source: dossier 7.6 (标题行合并居中、每页重复表头、制表四要素、页码), 1.3.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from config.catalogue import label
from service.charter.document import field_text
from service.charter.overview import Overview
from service.charter.rules import Holding
from service.kit.export import harmless

FIRST = 3  # of the columns: code, duty, field; the units follow
HEADER = 3  # the row of the units' names
A3, A4 = 8, 9
# Beyond so many units a line of an A4 sheet is too small to read.
MOST_ON_A4 = 13
THIN = Side(style="thin", color="808080")
GRID = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
FILLS = {
    grade: PatternFill("solid", fgColor=colour)
    for grade, colour in (("lead", "DCE6F1"), ("coordinate", "E2EFDA"), ("assist", "EDEDED"), ("cooperate", "EDEDED"))
}
TITLE, HEAD, BODY, LEADS = (
    Font(name="黑体", size=18),
    Font(name="黑体", size=11),
    Font(name="宋体", size=10.5),
    Font(name="宋体", size=10.5, bold=True),
)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
# The characters of a name stand upright one below another.
UPRIGHT = Alignment(horizontal="center", vertical="center", text_rotation=255)


def matrix_sheet(seen: Overview, version: str) -> bytes:
    """The matrix of that text as XLSX. `version` says which text it is."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "职责分工矩阵"
    columns = FIRST + len(seen.units)
    _across(sheet, 1, f"{seen.text.conference_name}职责分工矩阵", columns, TITLE, CENTRE, 34)
    _across(sheet, 2, version, columns, BODY, LEFT, 20)
    _header(sheet, seen)
    for row, duty in enumerate(seen.duties, HEADER + 1):
        _line(sheet, row, [duty.code, duty.text, field_text(duty.own_field, duty.policy_field)])
        for column, unit in enumerate(seen.units, FIRST + 1):
            _grade(sheet.cell(row, column), seen.grade(duty, unit))
    last = _foot(sheet, seen, HEADER + len(seen.duties) + 1)
    _printing(sheet, len(seen.units), f"A1:{get_column_letter(columns)}{last}")
    return _saved(book)


def _across(sheet: Any, row: int, text: str, columns: int, font: Font, place: Alignment, height: float) -> None:
    """A line over the whole width of the table."""
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    cell = sheet.cell(row, 1, harmless(text))
    cell.font, cell.alignment = font, place
    sheet.row_dimensions[row].height = height


def _header(sheet: Any, seen: Overview) -> None:
    names = [unit.name for unit in seen.units]
    for column, text in enumerate(["代码", "职责", "领域", *names], 1):
        cell = sheet.cell(HEADER, column, harmless(text))
        cell.font, cell.border = HEAD, GRID
        cell.alignment = UPRIGHT if column > FIRST else CENTRE
    sheet.row_dimensions[HEADER].height = 18 + 15 * max(map(len, names), default=2)


def _line(sheet: Any, row: int, texts: Iterable[Any]) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(row, column, harmless(text))
        cell.font, cell.border = BODY, GRID
        cell.alignment = CENTRE if column == 1 else LEFT


def _grade(cell: Any, held: Holding | None) -> None:
    """负责, or 负责（共） where several hold it together; an empty cell where the unit does not hold it."""
    cell.border, cell.alignment, cell.font = GRID, CENTRE, BODY
    if held is not None:
        cell.value = label("grade", held.grade) + ("（共）" if held.joint else "")
        cell.fill = FILLS[held.grade]
        cell.font = LEADS if held.grade == "lead" else BODY


def _foot(sheet: Any, seen: Overview, row: int) -> int:
    """How many duties each unit holds, what the words mean, and who made the table; the last row."""
    counts = [sum(1 for duty in seen.duties if seen.grade(duty, unit)) for unit in seen.units]
    _line(sheet, row, ["", f"合计{len(seen.duties)}项", ""])
    for column, count in enumerate(counts, FIRST + 1):
        cell = sheet.cell(row, column, count)
        cell.font, cell.border, cell.alignment = LEADS, GRID, CENTRE
    columns = FIRST + len(seen.units)
    _across(sheet, row + 1, "注：“（共）”表示与其他单位共同承担；空格表示不承担。", columns, BODY, LEFT, 20)
    maker = f"{seen.text.conference_name}办公室" if seen.office_host else "、".join(unit.name for unit in seen.leads)
    made = f"制表单位：{maker}　　　　填表人：　　　　　　审核人：　　　　　　日期："
    _across(sheet, row + 2, made, columns, BODY, LEFT, 24)
    return row + 2


def _printing(sheet: Any, units: int, area: str) -> None:
    """As one would print it: lying, as wide as the sheet, the head on every page, pages counted."""
    sheet.freeze_panes = sheet.cell(HEADER + 1, FIRST + 1)
    for column, width in enumerate((7.5, 46, 20, *[7.5] * units), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.print_area = area
    sheet.print_title_rows = f"{HEADER}:{HEADER}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    setup = sheet.page_setup
    setup.orientation, setup.paperSize = "landscape", A4 if units <= MOST_ON_A4 else A3
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
    sheet.oddFooter.center.text = "第&P页　共&N页"


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

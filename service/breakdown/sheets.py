"""The table as people bring it: cells pasted from a spreadsheet, a CSV file, or a workbook. Pure.

What is hostile or too much is refused with a sentence before it is unfolded. Source: dossier 7.6 (容忍合并单元格、公式取值).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_from_string

from service.breakdown import rules
from service.files.rules import accepted
from tenants.errors import Refused

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 5000, 40, 4000
MOST_UNFOLDED = 60_000_000  # bytes of a workbook's parts: a table of so many rows has a tenth of it
MOST_PASTED = 4_000_000  # characters
HEAD_WITHIN = 10  # rows before the table's head: its title, the unit, the date
SOURCE = "任务分解表固定9列"


@dataclass(frozen=True)
class Line:
    """A row of the table, where it stands in what was brought, and its nine cells."""

    line: int
    cells: Mapping[str, str]


def pasted(text: str) -> list[Line]:
    """The rows of what was copied from a spreadsheet; a line break in a cell stays there."""
    if len(text) > MOST_PASTED:
        raise _refused(f"粘贴的内容超过{MOST_PASTED // 10000}万字，请改用文件上传。", "Too much was pasted.", "text")
    if not text.strip():
        raise _refused("请粘贴任务分解表，连同表头。", "Paste the table with its head.", "text")
    return _table(_split(text), "text")


def uploaded(filename: str, content: bytes) -> list[Line]:
    """The rows of a CSV or XLSX file."""
    if filename.lower().endswith((".csv", ".txt", ".tsv")):
        return _table(_split(_decoded(content)), "file")
    if filename.lower().endswith(".xls"):
        raise _refused("请将 .xls 另存为 .xlsx 后再上传。", "Save the .xls as .xlsx.", "file")
    if not filename.lower().endswith(".xlsx"):
        raise _refused("请上传 .xlsx 或 .csv 表格文件。", "Upload an .xlsx or .csv file.", "file")
    accepted(filename, content)  # what it is by its bytes, macros, and archives that lie about their size
    return _table(_cells(content), "file")


def _refused(message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, field=field, source=SOURCE)


def _decoded(content: bytes) -> str:
    for charset in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    raise _refused("无法识别文件编码，请另存为 UTF-8 或 GBK 的 CSV。", "Save the CSV as UTF-8 or GBK.", "file")


def _split(text: str) -> Iterator[list[str]]:
    """By tabs where there are any, else by commas."""
    first = text[: text.find("\n") + 1 or len(text)]
    delimiter = "\t" if "\t" in text[:20_000] else ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _refused(
                "有单元格内容过长或引号不配对。", "A cell is too long or its quotes do not match.", "file"
            ) from None


# --- a workbook ---


def _cells(content: bytes) -> Iterator[list[str]]:
    """The cells of the first sheet in which a head is found; what is merged downwards is said in each of its rows."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            yield from _sheet(archive, content)
    except Refused:
        raise
    except Exception:  # a broken or hostile workbook raises whatever it likes, at any cell
        raise _refused("文件已损坏或不是标准的 .xlsx，请重新另存后上传。", "The workbook is broken.", "file") from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNFOLDED:
        raise _refused("表格展开后过大，请只保留需要导入的内容。", "The workbook unfolds to too much.", "file")
    for part in parts:
        if part.filename.endswith(".xml") and b"<!DOCTYPE" in archive.open(part).read(2000):
            raise _refused("文件含有不允许的内容，请重新另存后上传。", "The workbook declares entities.", "file")


def _sheet(archive: zipfile.ZipFile, content: bytes) -> Iterator[list[str]]:
    book: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = next((one for one in book.worksheets if _has_head(one)), book.worksheets[0])
    merged = _merged(archive.read(sheet._worksheet_path.lstrip("/")))
    kept: dict[int, str] = {}
    rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS, max_row=MOST_ROWS + 200)
    for number, row in enumerate(rows, 1):
        yield _unmerged([_said(cell) for cell in row], number, merged, kept)
    if (sheet.max_row or 0) > MOST_ROWS + 200 and any(
        any(cell is not None for cell in row)
        for row in sheet.iter_rows(
            values_only=True, min_row=MOST_ROWS + 201, max_row=MOST_ROWS + 1200, max_col=MOST_COLUMNS
        )
    ):
        raise _too_many("file")


def _has_head(sheet: Any) -> bool:
    rows = sheet.iter_rows(values_only=True, max_row=HEAD_WITHIN, max_col=MOST_COLUMNS)
    return any(rules.headed([_said(cell) for cell in row]) for row in rows)


def _merged(sheet: bytes) -> dict[tuple[int, int], int]:
    """Where a cell goes on further down: (row, column) of its first, and its last row."""
    found: dict[tuple[int, int], int] = {}
    for first, last in re.findall(rb'<mergeCell ref="([A-Z]+\d+):([A-Z]+\d+)"', sheet[-500_000:]):
        (column, row), (_last_column, last_row) = (coordinate_from_string(at.decode()) for at in (first, last))
        if last_row > row and len(column) == 1:
            found[row, ord(column) - ord("A")] = last_row
    return found


def _unmerged(row: list[str], number: int, merged: Mapping[tuple[int, int], int], kept: dict[int, str]) -> list[str]:
    for (first, column), last in merged.items() if merged else ():
        if number == first and column < len(row):
            kept[column] = row[column]
        elif first < number <= last and column < len(row) and not row[column]:
            row[column] = kept.get(column, "")
    return row


def _said(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else "" if cell is None else str(cell)
    return text.strip()


# --- the table in it ---


def _table(rows: Iterable[Sequence[str]], field: str) -> list[Line]:
    """The rows below the head; empty ones are left out. Refused: no head, no row, too many, too long a cell."""
    columns: dict[int, str] | None = None
    found: list[Line] = []
    for number, row in enumerate(rows, 1):
        if columns is None:
            columns = rules.headed(row)
            if columns is None and number >= HEAD_WITHIN:
                break
        elif any(cell.strip() for cell in row):
            found.append(_line(number, row, columns, field))
            if len(found) > MOST_ROWS:
                raise _too_many(field)
    return _checked(found, columns, field)


def _checked(found: list[Line], columns: Mapping[int, str] | None, field: str) -> list[Line]:
    if columns is None:
        raise _refused(
            "没有找到表头：前10行中须有一行写明“工作任务”“牵头单位”等列名。可先下载模板。",
            "No head was found: one of the first rows names the columns.",
            field,
        )
    if not found:
        raise _refused("表头之下没有任务。", "There is no row below the head.", field)
    return found


def _line(number: int, row: Sequence[str], columns: Mapping[int, str], field: str) -> Line:
    if any(len(cell) > MOST_LETTERS for cell in row):
        raise _refused(f"第{number}行有内容超过{MOST_LETTERS}字的单元格。", f"Row {number}: a cell is too long.", field)
    cells = rules.cells_of([_harmless(cell) for cell in row], columns)
    return Line(number, cells)


def _harmless(cell: str) -> str:
    """The text itself: without the apostrophe that keeps spreadsheets from running it, and without what cannot be seen."""
    text = cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
    return "".join(letter for letter in text.strip() if letter in "\n\t" or letter >= " ").replace("\x7f", "")


def _too_many(field: str) -> Refused:
    return _refused(
        f"一次最多导入{MOST_ROWS}行，请分成几张表。", f"At most {MOST_ROWS} rows at once; divide the table.", field
    )

"""A list as a file: CSV with a BOM for spreadsheets, or XLSX; no cell ever becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
}

# What begins a formula, also as Chinese keyboards write it and behind an end of line.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
# Controls and noncharacters, which XML 1.0 §2.2 has no place for.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_NO_TITLE = re.compile(r"[\\*?:/\[\]]")  # of a sheet


def table_file(kind: str, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as a download called `name.kind`."""
    body = _csv(header, rows) if kind == "csv" else _xlsx(name, header, rows)
    return download(kind, name, body)


def download(kind: str, name: str, body: bytes) -> Response:
    """A file that browsers save under its Chinese name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{name}.{kind}', safe='')}"}
    return Response(body, mimetype=MIME[kind], headers=headers)


def harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is led by an apostrophe; what no cell may hold is left out."""
    if not isinstance(value, str):
        return value
    text = _NO_TEXT.sub("", value)
    return f"'{text}" if text[:1] in _FORMULA else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NO_TITLE.sub(" ", _NO_TEXT.sub("", title))[:31].strip("' ") or "Sheet1")
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, text) for text in header])
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _bold(sheet: Any, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell

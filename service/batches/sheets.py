"""The tasks on which one reports as a workbook: downloaded with what stands, filled in, brought back."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook

from service.batches.commands import Given
from service.batches.queries import MOST, Open
from service.files.rules import accepted
from tenants.errors import Refused

HEADER = ("任务编号", "序号", "工作任务", "完成时限", "完成进度%", "进展情况")
KEY, PERCENT, TEXT = HEADER[0], HEADER[4], HEADER[5]
LONGEST = 2000


def lines(tasks: Sequence[Open]) -> Iterator[list[Any]]:
    """The sheet's rows: what stands now; a unit that helps gives no percentage."""
    for one in tasks:
        row = one.task
        yield [str(row.id), row.no, row.content, row.due, row.percent if one.leads else "", one.last]


def read(filename: str, content: bytes, tasks: Sequence[Open]) -> list[Given]:
    """What each row asks for, held against what stands; a row that changes nothing is said to be the same."""
    accepted(filename, content)
    if not filename.lower().endswith(".xlsx"):
        raise _refused("请上传由本页下载的 .xlsx 表格。", "Upload the .xlsx that was downloaded here.")
    known = {str(one.task.id): one for one in tasks}
    return [_given(line, cells, known) for line, cells in _rows(content)]


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        sheet: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows = sheet.iter_rows(values_only=True, max_row=MOST + 2, max_col=len(HEADER) + 5)
        head = [str(cell or "").strip() for cell in next(rows, ())]
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise _refused("无法读取该文件，请重新下载表格填写。", "The file cannot be read.") from error
    if not {KEY, PERCENT, TEXT} <= set(head):
        raise _refused(f"表头应有“{KEY}”“{PERCENT}”“{TEXT}”各列，请重新下载表格填写。", "The head was changed.")
    for line, row in enumerate(rows, 2):
        cells = {name: "" if cell is None else str(cell).strip() for name, cell in zip(head, row, strict=False)}
        if any(cells.values()):
            yield line, cells


def _given(line: int, cells: Mapping[str, str], known: Mapping[str, Open]) -> Given:
    one = known.get(cells[KEY])
    if one is None:
        wrong = _at(KEY, "不是本单位正在办理的任务，请勿改动任务编号。", "It is none of your unit's open tasks.")
        return Given(line, None, {}, wrong=wrong)
    text = cells[TEXT].removeprefix("'")
    if len(text) > LONGEST:
        return Given(line, one.task.id, {}, wrong=_at(TEXT, f"不超过{LONGEST}字。", "It is too long."))
    return _held_against(line, one, cells[PERCENT].removesuffix("%"), text)


def _held_against(line: int, one: Open, percent: str, text: str) -> Given:
    number = _whole(percent)
    if one.leads and number is None:
        wrong = _at(PERCENT, f"“{percent[:20]}”不是0至100的整数。", "It is no whole number from 0 to 100.")
        return Given(line, one.task.id, {"text": text}, wrong=wrong)
    same = text in ("", one.last) and (not one.leads or number == one.task.percent)
    return Given(line, one.task.id, {"percent": number if one.leads else None, "text": text}, same=same)


def _whole(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number <= 100 else None


def _at(column: str, message: str, en: str) -> Refused:
    return Refused(f"{column}：{message}", en=en, field=column)


def _refused(message: str, en: str) -> Refused:
    return Refused(message, en=en, field="file")

"""A list as a file: whatever people wrote, the file can be made and opened, and no cell of it runs."""

from __future__ import annotations

import csv
import io
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from service.kit.export import harmless, table_file


def cell_of(kind: str, text: str, name: str = "某省-会议") -> str | None:
    """What the file's one cell says to a program that opens it."""
    body = table_file(kind, name, ["议题"], [[text]]).get_data()
    if kind == "csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))[1][0]
    return load_workbook(io.BytesIO(body)).worksheets[0]["A2"].value


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a", "\x0b=1"]
)
def test_what_would_run_as_a_formula_is_text(kind, text):
    found = cell_of(kind, text)
    assert found and found.startswith("'")
    assert cell_of(kind, "完善政策 = 1") == "完善政策 = 1"


@given(st.text(st.characters(codec="utf-8")))
@example("a\x0bb\x1b[31m\ufffe")
def test_whatever_was_written_can_be_opened(text):
    for kind in ("csv", "xlsx"):
        cell_of(kind, text)
    assert "\x0b" not in str(harmless(text))


@pytest.mark.parametrize("name", ["财政/人社：会议[1]*?", "a\x0bb:c\\d", "''", "会" * 60])
def test_a_name_that_is_no_name_of_a_sheet_is_still_the_files(name):
    answer = table_file("xlsx", name, ["议题"], [["甲"]])
    assert load_workbook(io.BytesIO(answer.get_data())).sheetnames
    said = answer.headers["Content-Disposition"].rpartition("''")[2]
    assert unquote(said) == f"{name}.xlsx" and "/" not in said

import io
import time
import zipfile
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook

from config.catalogue import charter_template
from service.charter import sheets
from service.charter.text import text_of
from tenants.errors import Refused

TEMPLATE = charter_template("province")
TEXT, KNOWN = text_of(TEMPLATE), list(TEMPLATE.rules)


def book(**tables):
    made = Workbook()
    for name, rows in tables.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def taken(**tables):
    return sheets.imported(TEXT, KNOWN, sheets.tables_of(book(**tables)))


def test_what_goes_out_comes_back_the_same():
    done = sheets.imported(TEXT, KNOWN, sheets.tables_of(sheets.workbook(TEXT, KNOWN)))
    assert done.faults == []
    assert done.text == TEXT


def test_a_sheet_that_is_missing_leaves_its_part_as_it_is():
    done = taken(
        成员单位=[["名称", "代码", "牵头"], *([u.name, u.key, "是" if u.key == "COM" else ""] for u in TEXT.units)]
    )
    assert done.faults == []
    assert (done.text.leads, done.text.office_host) == (("COM",), None)
    assert done.text.duties == TEXT.duties
    assert done.text.rules == TEXT.rules


def test_a_unit_known_by_name_stays_the_unit_it_was_and_a_new_one_gets_a_key():
    rows = [["代码", "名称", "牵头"], ["", "省商务厅", "是"], ["", "省教育厅", ""]]
    units = taken(成员单位=rows).text.units
    assert units[0].key == "COM"
    assert units[1].key.startswith("U")


@pytest.mark.parametrize(
    ("name", "header", "row", "column", "sentence"),
    [
        ("成员单位", ["代码", "名称", "类别", "牵头"], ["X", "省教育厅", "公司", "是"], "名称", "单位类别"),
        ("成员单位", ["代码", "名称", "类别", "牵头"], ["X", "省教育厅", "政府部门", ""], "牵头", "一个或两个牵头部门"),
        ("职责分工", ["代码", "职责", "领域", "负责"], ["X1", "一项", "培训教育", "省商务厅"], "代码", "领域"),
        (
            "职责分工",
            ["代码", "职责", "领域", "负责"],
            ["X1", "一项", "其他", "省教育厅"],
            "负责",
            "“省教育厅”不是成员单位",
        ),
        ("职责分工", ["代码", "职责", "领域", "负责"], ["X1", "一项", "其他", ""], "负责", "须有承担单位"),
        ("工作规则", ["代码", "规则", "值"], ["plenary_max", "", "六"], "值", "应为整数"),
        ("工作规则", ["代码", "规则", "值"], ["", "没有的规则", "六"], "规则", "没有名为“没有的规则”的规则"),
        ("工作规则", ["代码", "规则", "值"], ["plenary_min", "", "9"], "值", "不得大于"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_by_sheet_row_and_column(name, header, row, column, sentence):
    faults = taken(**{name: [header, row]}).faults
    assert any((f.sheet, f.row, f.column) == (name, 2, column) and sentence in f.message for f in faults), faults


def test_rules_are_read_in_words_and_numbers():
    rows = [["代码", "规则", "值"], ["plenary_max", "", 6.0], ["", "全体会议每年至少次数", "2"]]
    done = taken(工作规则=rows)
    assert (done.faults, done.text.rules["plenary_max"], done.text.rules["plenary_min"]) == ([], 6, 2)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04nothing", b"\x89PNG", book(别的=[["一"]]), book(成员单位=[["单位"]])]
)
def test_what_is_no_workbook_of_a_charter_is_refused_at_the_field(data):
    with pytest.raises(Refused) as caught:
        sheets.tables_of(data)
    assert caught.value.field == "file"


def test_no_cell_of_the_workbook_is_a_formula():
    evil = replace(TEXT, units=(replace(TEXT.units[0], name="=HYPERLINK()"), *TEXT.units[1:]))
    cells = load_workbook(io.BytesIO(sheets.workbook(evil, KNOWN)))["成员单位"]["B"]
    assert cells[1].value == "'=HYPERLINK()"


UNITS = book(成员单位=[["代码", "名称"], ["COM", "省商务厅"]])
ROW = '<row r="{0}"><c r="{1}{0}" t="inlineStr"><is><t>{2}</t></is></c></row>'
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
HEAD = ROW.format(1, "A", "代码").replace("</row>", ROW.format(1, "B", "名称").partition(">")[2])
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


def with_part(name, content):
    """A workbook of the units in which one part reads so."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(UNITS)) as good, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.namelist():
            bad.writestr(part, content if part == name else good.read(part))
    return made.getvalue()


def with_units(content):
    return with_part("xl/worksheets/sheet2.xml", content)


def flagged(data, at, value):
    """The archive, each of its directory's entries saying something else."""
    raw, start = bytearray(data), 0
    while (start := raw.find(b"PK\x01\x02", start)) >= 0:
        raw[start + at] = value
        start += 4
    return bytes(raw)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(with_units(SHEET[:60]), id="cut off"),
        pytest.param(with_units(f'<!DOCTYPE x [<!ENTITY e0 "ha">{BOMB}]>' + SHEET.format(ROW.format(1, "A", "&e9;"))), id="entity bomb"),
        pytest.param(with_units('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + SHEET.format(ROW.format(1, "A", "&e;"))), id="entity of a file"),
        pytest.param(with_units(SHEET.format('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')), id="no such string"),
        pytest.param(with_units(SHEET.format('<row r="x"><c r="A1"><v>1</v></c></row>')), id="no such row"),
        pytest.param(with_part("xl/workbook.xml", "<workbook"), id="book cut off"),
        pytest.param(flagged(UNITS, 8, 1), id="encrypted"),
        pytest.param(flagged(UNITS, 10, 99), id="packed in no known way"),
        pytest.param(flagged(UNITS, 16, 1), id="wrong sum"),
        pytest.param(with_units(SHEET.format(HEAD + "<!--" + " " * 40_000_000 + "-->")), id="zip bomb"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_as_any_other_that_is_none(data):
    with pytest.raises(Refused) as caught:
        sheets.tables_of(data)
    assert caught.value.field == "file"


def test_a_row_that_ends_early_is_told_as_one_with_empty_cells():
    data = with_units(SHEET.format(HEAD + ROW.format(2, "A", "COM")))
    done = sheets.imported(TEXT, KNOWN, sheets.tables_of(data))
    assert (done.faults[0].row, done.faults[0].column) == (2, "名称")


def test_rows_that_reach_to_the_last_column_cost_no_more():
    far = "".join(ROW.format(number, "XFD", "远") for number in range(2, 2000))
    began = time.process_time()
    assert sheets.tables_of(with_units(SHEET.format(HEAD + far))) == {sheets.UNITS: []}
    assert time.process_time() - began < 1


def test_rows_beyond_the_most_are_refused_and_none_is_dropped_in_silence():
    rows = [["代码", "规则", "值"], *([["x", "x", "x"]] * sheets.MOST_ROWS)]
    assert len(taken(工作规则=rows).tables[sheets.RULES]) == sheets.MOST_ROWS
    with pytest.raises(Refused, match="超过2000行"):
        taken(工作规则=[*rows, ["y", "y", "y"]])


def test_a_name_is_no_longer_than_one_can_be_and_no_cell_holds_a_book():
    done = taken(成员单位=[["代码", "名称", "牵头"], ["COM", "长" * 61, "是"]])
    assert (done.faults[0].row, done.faults[0].column) == (2, "名称")
    with pytest.raises(Refused, match="第2行"):
        taken(职责分工=[["代码", "职责", "领域", "负责"], ["X1", "一项", "其他", "、厅" * 3_000]])

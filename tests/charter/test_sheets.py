import io
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

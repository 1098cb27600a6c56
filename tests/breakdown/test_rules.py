"""The nine columns, days in the usual Chinese forms, names of units and duties, without a database."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.breakdown import rules
from service.breakdown.checking import World, read
from service.breakdown.naming import DutyWords, Former, Member, Table, duty_meant
from service.plans.rules import Span

HR, FIN, DEV, TAX, COM, WOMEN = (uuid4() for _ in range(6))
RS3, RS4, CZ1 = (
    DutyWords(uuid4(), "RS3", "做好职业培训"),
    DutyWords(uuid4(), "RS4", "劳动关系"),
    DutyWords(uuid4(), "CZ1", "提出财税政策"),
)
TABLE = Table(
    "衡川省",
    [
        Member(HR, "省人力资源社会保障厅"), Member(FIN, "省财政厅"), Member(DEV, "省发展改革委"),
        Member(TAX, "省税务局"), Member(COM, "省商务厅", ["省商业厅"]), Member(WOMEN, "省妇联"),
    ],
    [Former("省国税局", [(TAX, frozenset())]), Former("省工商局", [(COM, frozenset()), (FIN, frozenset({"CZ1"}))]), Former("省物资局", [])],
)  # fmt: skip
WORLD = World(
    2026,
    Span("annual", date(2026, 1, 1), date(2026, 12, 31)),
    TABLE,
    [RS3, RS4, CZ1],
    {HR: frozenset({RS3.id, RS4.id}), FIN: frozenset({CZ1.id})},
)
GOOD = {"content": "开展培训", "duty": "RS3", "lead": "省人力资源社会保障厅", "due": "9月底"}


def row(**cells):
    return read(GOOD | cells, WORLD)


def read_days(text):
    found = rules.days_of(text, 2026)
    assert found is not None
    return found


def said(reading, column):
    return [finding.message for finding in reading.findings if finding.column == column]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026年9月底", (9, 30)), ("9月30日前", (9, 30)), ("第三季度", (9, 30)), ("三季度末", (9, 30)), ("Q3", (9, 30)),
        ("全年", (12, 31)), ("长期", (12, 31)), ("2026-09-30", (9, 30)), ("2026/9/3", (9, 3)), ("2026.9.3", (9, 3)),
        ("20260903", (9, 3)), ("2026-09-30 00:00:00", (9, 30)), ("2026 年 9 月 30 日", (9, 30)), ("９月３０日", (9, 30)),
        ("9月", (9, 30)), ("2月末", (2, 28)), ("5月上旬", (5, 10)), ("5月中旬", (5, 20)), ("5月下旬", (5, 31)),
        ("上半年", (6, 30)), ("年底", (12, 31)), ("年底前", (12, 31)), ("2026年底前", (12, 31)), ("2026年", (12, 31)),
        ("年内", (12, 31)), ("12月底前完成", (12, 31)), ("46295", (9, 30)), ("2026年第二季度", (6, 30)), ("2026-09", (9, 30)),
        ("3月—9月", (9, 30)), ("1-6月", (6, 30)), ("9月前", (8, 31)), ("4季度", (12, 31)), ("2026年12月底前", (12, 31)),
    ],
)  # fmt: skip
def test_days_are_read_in_the_usual_forms(text, due):
    found = rules.days_of(text, 2026)
    assert found and found.due == date(2026, *due)


@pytest.mark.parametrize("text", ["", "尽快", "2月30日", "13月", "第五季度", "=A1", "九月底左右", "20261345"])
def test_what_is_no_day_is_none(text):
    assert rules.days_of(text, 2026) is None


def test_words_that_leave_the_day_open_come_with_a_hint_and_a_span_says_when_it_starts():
    for text in ("全年", "长期", "9月前"):
        assert read_days(text).hint
    assert read_days("9月底").hint == ""
    assert read_days("3月—9月").start == date(2026, 3, 1)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_every_day_is_read_back_from_each_way_of_writing_it(day):
    for text in (day.isoformat(), f"{day.month}月{day.day}日前", f"{day:%Y/%m/%d}", f"2026年{day.month}月{day.day}日"):
        assert read_days(text).due == day


def test_columns_are_known_in_any_order_and_by_their_usual_names():
    head = [
        "责任人",
        "完成时间",
        "责任单位",
        "配合部门",
        "重点任务",
        "编号",
        "Q1",
        "第二季度",
        "成 果\n形式",
        "职责代码",
        "备注",
    ]
    columns = rules.headed(head)
    assert columns is not None and set(columns.values()) == {
        "person", "due", "lead", "cooperating", "content", "no", "Q1", "Q2", "deliverable", "duty",
    }  # fmt: skip
    cells = rules.cells_of(["张三", "9月", "甲", "乙", "培训", "1", "方案", "总结", "文件", "RS3", "无"], columns)
    assert (cells["content"], cells["quarters"]) == ("培训", "Q1：方案；Q2：总结")
    assert rules.headed(["姓名", "电话"]) is None
    assert [rules.column_of(name) for name in rules.COLUMNS.values()] == list(rules.COLUMNS)


def test_the_first_unit_leads_and_the_others_cooperate_whatever_parts_them():
    for cell in ("省财政厅、省妇联", "省财政厅，省妇联", "财政厅;妇联", "省财政厅 省妇联", "衡川省财政厅；省妇联等"):
        found = row(lead=cell, duty="CZ1", cooperating="省商务厅")
        assert (found.lead, found.cooperating, found.level) == (FIN, [WOMEN, COM], "ok"), cell
    assert row(cooperating="各成员单位").cooperating == [FIN, DEV, TAX, COM, WOMEN]


def test_a_unit_is_known_by_its_short_and_former_name_and_by_who_carries_on():
    assert row(lead="人社厅").lead == HR and "识别" in said(row(lead="人社厅"), "lead")[0]
    assert row(cooperating="发改委").cooperating == [DEV]
    assert row(cooperating="省商业厅").cooperating == [COM]
    carried = row(cooperating="省国税局")
    assert carried.cooperating == [TAX] and "承接" in said(carried, "cooperating")[0] and carried.level == "warning"
    assert row(cooperating="工商局").cooperating == [COM]
    assert (
        row(lead="省财政厅", duty="CZ1", cooperating="工商局").cooperating == []
    )  # the duty's heir is the lead itself


@pytest.mark.parametrize(
    ("name", "why"), [("省教育厅", "不是成员单位"), ("省物资局", "没有承接单位"), ("厅", "不是成员单位")]
)
def test_a_name_that_is_nobody_s_is_an_error_of_its_cell(name, why):
    found = row(cooperating=name)
    assert found.level == "error" and why in said(found, "cooperating")[0]


def test_a_name_that_may_be_several_s_is_said_to_be():
    table = Table("", [Member(HR, "省人力资源厅"), Member(FIN, "省人才资源厅")])
    assert "可能是" in table.meant("人资厅").hint


def test_a_duty_is_known_by_its_code_or_its_text_and_proposed_where_none_is_named():
    assert duty_meant("ｒｓ3 职业培训", [RS3, RS4]) == RS3
    assert duty_meant("做好职业培训", [RS3, RS4]) == RS3
    assert duty_meant("RS33", [RS3, RS4]) is None
    proposed = row(duty="")
    assert (proposed.duty, proposed.level) == (RS3.id, "warning")
    assert row(duty="ZZ9").level == "error"
    assert "不是该牵头单位" in said(row(duty="CZ1"), "duty")[0]


def test_what_a_row_lacks_is_said_cell_by_cell_and_all_at_once():
    found = read({"no": "1"}, WORLD)
    assert {finding.column for finding in found.findings if finding.level == "error"} == {"content", "lead", "due"}


def test_the_steps_of_quarters_are_milestones():
    found = row(quarters="Q1：印发方案；第二季度 启动培训\n9月20日：抽查", due="9月底")
    assert found.level == "ok"
    assert list(found.steps) == [
        ("印发方案", date(2026, 3, 31)), ("启动培训", date(2026, 6, 30)), ("抽查", date(2026, 9, 20)),
    ]  # fmt: skip
    assert row(quarters="Q3：总结", due="9月10日").steps == [("总结", date(2026, 9, 10))]
    assert "季度" in said(row(quarters="先调研"), "quarters")[0]
    assert "节点时限" in said(row(quarters="Q4：总结"), "quarters")[0]
    assert row(quarters="Q1：√").steps == [(rules.ON_SCHEDULE, date(2026, 3, 31))]


@given(
    st.lists(
        st.tuples(
            st.text("方案培训总结，（一）", min_size=2, max_size=8).map(lambda text: "办" + text),
            st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        ),
        max_size=5,
    ),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_steps_are_read_back_as_they_were_written(steps, due):
    within = [(title, min(day, due)) for title, day in steps]
    assert list(rules.steps_of(rules.steps_text(within, due), 2026, due).steps) == within


def test_two_rows_are_one_when_they_say_the_same_under_the_same_lead():
    assert row().identity == row(content=" 开展 培训。", due="6月").identity
    assert row().identity != row(lead="省财政厅", duty="CZ1").identity
    assert row(content="！？").identity == ""


def test_a_task_of_another_year_or_outside_its_phase_is_an_error():
    assert "2026年内" in said(row(due="2027年3月"), "due")[0]
    phase = World(2026, Span("phase", date(2026, 3, 1), date(2026, 6, 30)), TABLE, [RS3], {HR: frozenset({RS3.id})})
    assert read(GOOD, phase).level == "error" and read(GOOD | {"due": "6月"}, phase).level == "ok"


def test_in_its_own_plan_a_unit_leads_every_task():
    own = World(2026, WORLD.span, TABLE, [RS3, CZ1], WORLD.holdings, only_unit=FIN)
    assert read(GOOD, own).level == "error"
    assert read(GOOD | {"lead": "省财政厅", "duty": "CZ1"}, own).level == "ok"

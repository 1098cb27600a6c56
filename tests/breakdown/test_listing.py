"""From a table that is brought to tasks of the plan: previewed, put right, listed in pieces, once whatever happens."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select, update

from service.accounts.models import SeatGrant
from service.breakdown import commands, jobs, printing, queries, sheets
from service.breakdown.commands import bring_table, correct_row, discard_table, halt_table, run_table
from service.breakdown.models import Breakdown, BreakdownRow
from service.breakdown.rules import COLUMNS
from service.charter.opening import furnish
from service.charter.queries import duties_of, units
from service.plans.commands import Outline, draft_plan
from service.plans.units import draft_unit_plan
from service.rooms import handlers
from service.tasks.models import Milestone, Task
from tenants import ledger
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_seat, a_tenant
from tests.work.office import AGREED, a_plan, console

HEAD = "序号\t工作任务\t成果形式\t对应职责\t牵头单位\t配合单位\t季度节点\t完成时限\t责任人"


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


def code_of(seat, number=0):
    """A unit's name, and the code of a duty that it holds."""
    unit = units(seat.session, AGREED)[number]
    return unit.name, duties_of(seat.session, unit.id, AGREED)[0].code


def a_line(seat, content, *, due="9月底", lead="", code="", person="张三", steps="Q1：印发方案；Q3：总结"):
    name, duty = code_of(seat)
    return f"1\t{content}\t总结\t{code or duty}\t{lead or name}\t财政厅\t{steps}\t{due}\t{person}"


def brought(seat, plan, *contents, **more):
    text = "\n".join([HEAD, *(a_line(seat, content, **more) for content in contents)])
    return bring_table(seat, plan.id, name="表", lines=sheets.pasted(text), on=AGREED)


def job_of(seat, table):
    job_id = queries.breakdown(seat.session, table.id).job_id
    seat.session.commit()
    assert job_id is not None
    return job_id


def listed(engine, seat, table):
    """The table's rows are listed as a worker does it."""
    run_table(seat, table.id, on=AGREED)
    job_id = job_of(seat, table)
    assert ledger.run(engine, seat.tenant.id, job_id, handlers())
    seat.session.expire_all()
    return job_id


def tasks_of(seat, plan):
    return list(seat.session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.no)))


def test_a_table_becomes_tasks_with_their_units_steps_and_who_answers_for_them(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "开展培训", "编印手册", person="李四")
    assert tasks_of(seat, plan) == []
    job_id = listed(engine, seat, table)
    first, second = tasks_of(seat, plan)
    assert (first.content, first.due, first.start, first.person, first.deliverable) == (
        "开展培训", date(2026, 9, 30), date(2026, 1, 1), "李四", "总结",
    )  # fmt: skip
    assert (second.no, second.lead_unit_id) == (2, units(seat.session, AGREED)[0].id)
    steps = seat.session.execute(select(Milestone.title, Milestone.due).where(Milestone.task_id == first.id)).all()
    assert sorted(steps) == [("印发方案", date(2026, 3, 31)), ("总结", date(2026, 9, 30))]
    assert queries.breakdown(seat.session, table.id).state == "done"
    job = seat.session.scalars(select(ledger.Job).where(ledger.Job.id == job_id)).one()
    assert (job.state, job.progress_done, job.progress_total) == ("done", 2, 2)


def test_a_wrong_row_stops_nothing_and_leaves_with_its_row_and_reason(engine, seat):
    plan = a_plan(seat)
    text = "\n".join([HEAD, a_line(seat, "甲"), a_line(seat, "乙", due="尽快"), a_line(seat, "丙", lead="教育厅"), a_line(seat, "丁")])  # fmt: skip
    table = bring_table(seat, plan.id, name="表", lines=sheets.pasted(text), on=AGREED)
    assert queries.counts(seat.session, table.id).level["error"] == 2
    listed(engine, seat, table)
    assert [task.content for task in tasks_of(seat, plan)] == ["甲", "丁"]
    rows = list(printing.faults(queries.not_listed(seat.session, table.id)))
    assert [(row[1], row[-2]) for row in rows] == [("乙", 3), ("丙", 4)]
    assert "完成时限" in rows[0][-1] and "牵头单位" in rows[1][-1]


def test_run_twice_and_brought_twice_nothing_is_listed_twice(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "开展培训", "开展 培训。", "编印手册")
    listed(engine, seat, table)
    assert [task.content for task in tasks_of(seat, plan)] == ["开展培训", "编印手册"]
    with pytest.raises(Refused, match="没有可以列入的行"):
        run_table(seat, table.id, on=AGREED)
    again = brought(seat, plan, "开展培训", "编印手册", "新增一项")
    listed(engine, seat, again)
    assert [task.content for task in tasks_of(seat, plan)] == ["开展培训", "编印手册", "新增一项"]
    states = seat.session.scalars(
        select(BreakdownRow.state).where(BreakdownRow.breakdown_id == again.id).order_by(BreakdownRow.line)
    ).all()
    assert states == ["present", "present", "listed"]


def test_a_cell_that_is_put_right_is_listed_with_the_next_run(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "开展培训", due="尽快")
    row = seat.session.scalars(select(BreakdownRow).where(BreakdownRow.breakdown_id == table.id)).one()
    assert row.level == "error"
    with pytest.raises(Refused, match="没有可以列入"):
        run_table(seat, table.id, on=AGREED)
    correct_row(seat, table.id, row.id, cells={"due": "10月底"}, on=AGREED)
    listed(engine, seat, table)
    assert [task.due for task in tasks_of(seat, plan)] == [date(2026, 10, 31)]
    with pytest.raises(Conflict, match="任务页"):
        correct_row(seat, table.id, row.id, cells={"due": "11月"}, on=AGREED)


class Killed(BaseException):
    """The worker is gone: nothing that it has not committed is there."""


def test_a_worker_that_dies_in_the_middle_leaves_what_was_done_and_the_next_goes_on(engine, seat, monkeypatch):
    plan = a_plan(seat)
    table = brought(seat, plan, *(f"第{number}项" for number in range(25)))
    monkeypatch.setattr(commands, "PIECE", 10)
    pieces = []

    def dying(*given, **more):
        if len(pieces) == 2:
            raise Killed
        pieces.append(1)
        return commands.list_piece(*given, **more)

    run_table(seat, table.id, on=AGREED)
    job_id = job_of(seat, table)
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setattr(jobs, "list_piece", dying)
        ledger.run(engine, seat.tenant.id, job_id, handlers())
    seat.session.expire_all()
    assert len(tasks_of(seat, plan)) == 20
    assert queries.breakdown(seat.session, table.id).state == "running"
    assert ledger.run(engine, seat.tenant.id, job_id, handlers())
    seat.session.expire_all()
    assert [task.content for task in tasks_of(seat, plan)] == [f"第{number}项" for number in range(25)]
    assert [task.no for task in tasks_of(seat, plan)] == list(range(1, 26))


def test_what_is_halted_stops_after_its_piece_and_goes_on_when_asked(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "甲", "乙")
    run_table(seat, table.id, on=AGREED)
    with pytest.raises(Conflict, match="正在列入"):
        run_table(seat, table.id, on=AGREED)
    halt_table(seat, table.id)
    job_id = job_of(seat, table)
    ledger.run(engine, seat.tenant.id, job_id, handlers())
    seat.session.expire_all()
    assert tasks_of(seat, plan) == []
    listed(engine, seat, table)
    assert len(tasks_of(seat, plan)) == 2


@pytest.mark.parametrize(("left", "state"), [(False, "done"), (True, "halted")])
def test_the_job_runs_as_who_asked_for_it_and_halts_when_he_sits_there_no_more(engine, tenant, seat, left, state):
    plan = a_plan(seat)
    office = a_seat(engine, tenant, "OS")
    table = brought(office, plan, "甲")
    run_table(office, table.id, on=AGREED)
    job_id = job_of(office, table)
    if left:
        with acting_for(engine, tenant.id) as session, session.begin():
            grants = update(SeatGrant).where(SeatGrant.account_id == office.account_id)
            session.execute(grants.values(to_date=date(2020, 1, 1), from_date=date(2019, 1, 1)))
    ledger.run(engine, tenant.id, job_id, handlers())
    with acting_for(engine, tenant.id) as session:
        found = session.scalars(select(Breakdown).where(Breakdown.id == table.id)).one()
        assert (found.state, "不能办理" in found.said, len(tasks_of(seat, plan))) == (state, left, int(not left))


def test_the_office_breaks_down_the_conference_s_plans_and_a_unit_its_own(engine, tenant, seat):
    plan = a_plan(seat)
    unit = units(seat.session, AGREED)[0]
    liaison, office = a_seat(engine, tenant, "LI", unit=unit.id), a_seat(engine, tenant, "OS")
    with pytest.raises(Forbidden, match="由办公室分解"):
        brought(liaison, plan, "甲")
    assert brought(office, plan, "甲").rows == 1
    own = draft_unit_plan(liaison, unit_id=unit.id, year=2026, title="计划", on=AGREED)
    assert brought(liaison, own, "甲").rows == 1
    name, code = code_of(seat, 3)
    lines = sheets.pasted("\n".join([HEAD, a_line(seat, "乙", lead=name, code=code)]))
    other = bring_table(liaison, own.id, name="表", lines=lines, on=AGREED)
    assert queries.counts(seat.session, other.id).level["error"] == 1


def test_a_table_is_given_up_only_while_nothing_of_it_is_listed(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "甲")
    discard_table(seat, table.id)
    assert seat.session.scalar(select(func.count()).select_from(BreakdownRow)) == 0
    other = brought(seat, plan, "甲")
    listed(engine, seat, other)
    with pytest.raises(Conflict, match="予以保留"):
        discard_table(seat, other.id)


def test_a_filed_or_a_long_term_plan_takes_no_table(seat):
    long = draft_plan(
        seat, year=2026, kind="long_term", title="规划", on=AGREED,
        outline=Outline(ends=date(2030, 12, 31)),
    )  # fmt: skip
    with pytest.raises(Refused, match="按年度分解"):
        brought(seat, long, "甲")


def test_the_table_goes_out_and_comes_back_as_the_same(engine, seat):
    plan = a_plan(seat)
    table = brought(seat, plan, "=1+1培训", "编印手册", "@统计", steps="3月20日：印发方案；Q2：培训；Q3：总结")
    listed(engine, seat, table)
    before = list(queries.plan_table(seat.session, plan.id))
    body = printing.table_sheet("表", before, "办公室")
    other = draft_plan(seat, year=2026, kind="phase", title="阶段", on=AGREED)
    back = bring_table(seat, other.id, name="表", lines=sheets.uploaded("表.xlsx", body), on=AGREED)
    listed(engine, seat, back)
    assert list(queries.plan_table(seat.session, other.id)) == before
    assert before[0][1] == "=1+1培训" and before[0][6] == "3月20日：印发方案；Q2：培训；Q3：总结"


# --- files ---


def a_book(*rows, merge=()):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_below_its_title_with_what_is_merged_downwards(seat):
    body = a_book(
        ["某省2026年任务分解表"], [], ["工作任务", "牵头单位", "完成时限"],
        ["甲", "省财政厅", date(2026, 9, 30)], ["乙", None, "年底"], ["丙", "省民政厅", 46295.0],
        merge=["A1:C1", "B4:B5"],
    )  # fmt: skip
    lines = sheets.uploaded("表.xlsx", body)
    assert [(line.line, line.cells["lead"], line.cells["due"]) for line in lines] == [
        (4, "省财政厅", "2026-09-30"), (5, "省财政厅", "年底"), (6, "省民政厅", "46295"),
    ]  # fmt: skip


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_charsets_that_are_met(charset):
    text = '工作任务,牵头单位,完成时限\r\n"甲，\n乙",省财政厅,9月底\r\n'
    (line,) = sheets.uploaded("表.csv", text.encode(charset))
    assert (line.cells["content"], line.cells["lead"]) == ("甲，\n乙", "省财政厅")


def test_formulas_come_in_as_words_and_go_out_as_words(seat):
    text = "工作任务\t牵头单位\t完成时限\n'=HYPERLINK(\"http://x\")\t=cmd|' /C calc'!A0\t+9月"
    (line,) = sheets.pasted(text)
    assert line.cells["content"] == '=HYPERLINK("http://x")'
    sheet = load_workbook(io.BytesIO(printing.table_sheet("=表", [list(line.cells.values())], "x"))).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("表.xls", b"x", "另存为 .xlsx"),
        ("表.pdf", b"%PDF-", "xlsx 或 .csv"),
        ("表.xlsx", b"no zip", "不符"),
        ("表.csv", "姓名,电话\n甲,1\n".encode(), "没有找到表头"),
        ("表.csv", "工作任务,牵头单位,完成时限\n".encode(), "没有任务"),
        ("表.csv", ("工作任务,牵头单位\n" + "甲,乙\n" * 5001).encode(), "最多导入5000行"),
        ("表.csv", ("工作任务,牵头单位\n" + "甲" * 5000 + ",乙\n").encode(), "4000字"),
        ("表.csv", b"\xff\xff\xff", "编码"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused_with_a_sentence(name, body, why):
    with pytest.raises(Refused, match=why) as refusal:
        sheets.uploaded(name, body)
    assert refusal.value.field == "file"


def repacked(body, part, content):
    """The workbook with one part said otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return out.getvalue()


def test_a_bomb_a_million_rows_and_entities_are_refused_before_they_are_unfolded():
    body = a_book(["工作任务", "牵头单位", "完成时限"], ["甲", "省财政厅", "9月"])
    assert len(sheets.uploaded("表.xlsx", body)) == 1
    sheet = "xl/worksheets/sheet1.xml"
    with pytest.raises(Refused, match="过大"):
        sheets.uploaded("表.xlsx", repacked(body, sheet, b" " * 70_000_000))
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    names = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("工作任务", "牵头单位")).encode()
    million = head + b"<row>" + names + b"</row>" + row * 1_000_000 + b"</sheetData></worksheet>"
    with pytest.raises(Refused, match="最多导入5000行"):
        sheets.uploaded("表.xlsx", repacked(body, sheet, million))
    many = head + b"<row>" + names + b"</row>" + row * 6_000 + b"</sheetData></worksheet>"
    with pytest.raises(Refused, match="最多导入5000行"):
        sheets.uploaded("表.xlsx", repacked(body, sheet, many))
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + head + b"</sheetData></worksheet>"
    with pytest.raises(Refused, match="不允许"):
        sheets.uploaded("表.xlsx", repacked(body, sheet, entities))


def test_the_template_offers_this_place_s_units_and_duties_and_reads_back(seat):
    names = [unit.name for unit in units(seat.session, AGREED)]
    body = printing.template(names, ["RS3 职业培训"], sheets.MOST_ROWS)
    book = load_workbook(io.BytesIO(body))
    assert book.sheetnames == [printing.SHEET, printing.OPTIONS, printing.NOTES]
    assert [cell.value for cell in book[printing.SHEET][1]] == list(COLUMNS.values())
    assert len(book[printing.SHEET].data_validations.dataValidation) == 3
    assert [book[printing.OPTIONS].cell(row, 1).value for row in range(1, len(names) + 1)] == names
    with pytest.raises(Refused, match="没有任务"):
        sheets.uploaded("模板.xlsx", body)

"""The sample's plans beside the year's: a long-term one it is drawn from, and what units plan for themselves."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.breakdown.commands import bring_table, list_piece, run_table
from service.breakdown.sheets import pasted
from service.charter.queries import duties_of, units
from service.kit.seat import Seat
from service.meetings.commands import Agreed
from service.meetings.queries import resolutions
from service.minutes.planning import agree_by_item
from service.plans.commands import Outline, agree_plan, draft_plan
from service.plans.models import Plan
from service.plans.queries import plan_of
from service.plans.units import accept_plan, draft_unit_plan, submit_plan

LAST = 2030
POINTS = """一、健全工作机制，落实年度任务和部门职责。
二、提升从业人员素质，开展职业技能培训和鉴定。
三、完善扶持政策，支持企业规模化、规范化发展。
四、建好服务网络和信息平台，便利居民家庭。
五、加强行业监督管理，维护从业人员权益。"""
AGREEMENT = "原则同意《{title}》，由办公室印发执行"
OPINION = "与国民经济和社会发展规划相衔接，无不同意见（衡发改函〔{year}〕3号）"
# What two units plan for themselves: the task, what comes of it, by when, who answers for it.
OWN = (
    ("开展本系统政策落实情况自查", "自查报告", "第二季度", "Q2：完成自查"),
    ("梳理本系统家庭服务业支持政策清单", "政策清单", "9月底", "Q1：形成初稿；Q3：印发清单"),
)


def long_term(seat: Seat, year: int, agreed: date) -> Plan:
    """The plan of five years, agreed with the opinion that keeps plans in step."""
    title = f"{year}—{LAST}年家庭服务业发展规划"
    outline = Outline(text=POINTS, ends=date(LAST, 12, 31))
    row = draft_plan(seat, year=year, kind="long_term", title=title, outline=outline, on=agreed)
    basis, opinion = f"{year}年第1次全体会议", OPINION.format(year=year)
    return agree_plan(seat, row.id, basis=basis, opinion=opinion, agreed_on=agreed, on=agreed)


def item_on(title: str) -> Agreed:
    """What the first plenary says of the year's plan."""
    return Agreed(AGREEMENT.format(title=title), kind="in_principle")


def linked(seat: Seat, year: int, meeting_id: UUID, on: date) -> None:
    """The year's plan bears the item by which the plenary agreed it."""
    plan = plan_of(seat.session, year)
    found = [item for item in resolutions(seat.session, meeting_id) if item.kind == "in_principle"]
    if plan is not None and found:
        agree_by_item(seat, plan.id, resolution_id=found[0].id, on=on)


def of_units(seat: Seat, year: int, on: date) -> None:
    """Two units have plans of their own, listed from a table: one is reviewed, the other waits for the office."""
    annual = plan_of(seat.session, year)
    for number, unit in enumerate(units(seat.session, on)[3:5]):
        outline = Outline(parent_id=annual.id if annual else None)
        title = f"{unit.name}{year}年家庭服务业工作计划"
        row = draft_unit_plan(seat, unit_id=unit.id, year=year, title=title, outline=outline, on=on)
        code = duties_of(seat.session, unit.id, on)[0].code
        lines = [f"{task}\t{result}\t{code}\t{unit.name}\t{steps}\t{due}" for task, result, due, steps in OWN]
        head = "工作任务\t目标/成果形式\t对应职责\t牵头单位\t季度节点\t完成时限"
        table = bring_table(seat, row.id, name="粘贴的表格", lines=pasted("\n".join([head, *lines])), on=on)
        run_table(seat, table.id, on=on)
        while list_piece(seat, table.id, on=on):
            pass
        submit_plan(seat, row.id, on=on)
        if number == 0:
            accept_plan(seat, row.id, on=on)

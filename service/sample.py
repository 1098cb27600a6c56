"""The sample province 衡川省, wholly fictional: opened and worked through the commands that users use.

Every place gets a year's plan under its own duties; some publish late, some are silent, some are outstanding.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Engine, select

from config.catalogue import subtree
from service.accounts.models import Account, AccountDoor, SeatGrant
from service.accounts.passwords import password_hash
from service.admin.onboarding import open_places, openings
from service.charter.commands import set_lead_units, set_rules
from service.charter.models import Unit
from service.charter.queries import duties_of, units
from service.kit.period import Period
from service.kit.seat import Seat
from service.meetings.commands import Agreed, Held, confirm_resolution, record_meeting, sign_minutes
from service.meetings.queries import resolutions
from service.plans.commands import agree_plan, draft_plan
from service.plans.models import Plan
from service.plans.queries import plan_of
from service.rooms import handlers
from service.statistics.commands import prepare_words, publish_period
from service.submissions.commands import file_submission, lay_down_obligations
from service.submissions.models import Obligation
from service.tasks.commands import TaskText, add_task, extend
from service.tasks.models import Task
from service.tasks.progress import reach_milestone, report_progress, request_close_out, verify_close_out
from service.tasks.queries import whole
from tenants import ledger
from tenants.db import acting_for
from tenants.models import Tenant, by_slug

ROOT = "990000"
YEAR = 2026
OPENED = date(2025, 12, 1)
QUARTERS = tuple(Period(YEAR, "Q", number) for number in (1, 2, 3))
# Who leads, and how often the plenary meets, where a place differs from its level's template. Source: dossier 2.4.
LEADS = {"qingyu": ("COM",), "luoxi": ("NDRC", "COM")}
PLENARIES = {"qingyu": (4, 6), "luoxi": (10, 12), "hefeng": (2, 2)}
ACCOUNTS = (
    ("OS", "office", "办公室"),
    ("CV", "convener", "召集人"),
    ("SA", "admin", "系统管理员"),
    ("LI", "liaison", "联络员"),
)
WITH_ACCOUNTS = ("hengchuan", "yunlan", "qingyu", "luoxi", "hefeng")
SURNAMES = "陈林黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐"
GIVEN = ("文博", "静怡", "建平", "晓岚", "志远", "雨桐", "国栋", "秀兰", "明哲", "佳宁", "海涛", "慧敏")
WORK = (
    ("围绕“{duty}”制定年度实施方案并组织落实", "实施方案、落实情况报告"),
    ("开展“{duty}”专项行动，建立工作台账", "工作台账、专项行动总结"),
    ("就“{duty}”开展调研并形成对策建议", "调研报告"),
    ("总结推广“{duty}”典型做法，召开现场推进会", "典型案例、会议材料"),
)
EXPERIENCE = (
    "建立“职业学校+龙头企业+社区”联动培训机制，学员结业即与企业签约，实现培训与上岗直接衔接。",
    "把家政服务站点纳入十五分钟便民生活圈，由社区提供场地，企业提供服务，居民评价直接公开。",
    "推行家政服务“一人一码”，服务经历、体检、培训信息扫码可查，投诉明显减少。",
    "由商务、人社、妇联共同组织供需对接会，按季发布岗位需求清单，定向培养育婴、养老护理人员。",
)
PROBLEM = (
    "部分县区培训资源不足，偏远乡镇从业人员参训率偏低。",
    "员工制企业社会保险成本较高，转型意愿不强。",
    "家政服务标准执行不一，合同文本使用率有待提高。",
    "信息平台之间数据不通，从业人员信用记录覆盖不全。",
)
SUGGESTION = (
    "建议统筹培训资金，对偏远乡镇实行送教上门。",
    "建议完善员工制企业社保补贴政策，延长补贴期限。",
    "建议统一合同示范文本，纳入日常检查内容。",
    "建议打通信用信息平台，实现一次建档、全省通用。",
)


@dataclass(frozen=True)
class Habit:
    """How a place works: how many quarters it publishes, and how much of its work gets done in time."""

    quarters: int
    quality: float


def load(engine: Engine, data: Path) -> Iterator[str]:
    """The province stands with a year of work and its sign-ins; says what it is at."""
    places = openings(ROOT, whole=True)
    for step in open_places(engine, places, on=OPENED, actor="sample"):
        if step.fresh and step.done % 10 == 0:
            yield f"已开通 {step.done}/{step.total}"
    if not (data / "sign-ins.json").exists():
        _write_sign_ins(data, list(_sign_ins(engine)))
    for number, region in enumerate(subtree(ROOT), start=1):
        _work(engine, region.slug, number)
        if number % 10 == 0:
            yield f"已载入 {number}/{len(places)}"
    done = sum(1 for _ in ledger.drain(engine, handlers()))
    yield f"已送达 {done} 件"


def _habit(slug: str, number: int) -> Habit:
    """Some are late, some silent, some outstanding; the same every time."""
    if slug in ("hengchuan", *WITH_ACCOUNTS):
        return Habit(3, 0.86)
    if number % 23 == 0:
        return Habit(0, 0.3)
    if number % 11 == 0:
        return Habit(2, 0.55)
    return Habit(3, 0.6 + (number * 7 % 40) / 100)


def _work(engine: Engine, slug: str, number: int) -> None:
    with acting_for(engine, None) as outside:
        tenant = by_slug(outside, slug)
    assert tenant is not None, slug
    with acting_for(engine, tenant.id) as session:
        seat = Seat(session, tenant, "sample", console=True)
        if plan_of(session, YEAR) is not None:
            return
        _settle_charter(seat)
        _year(seat, Random(slug), _habit(slug, number))


def _settle_charter(seat: Seat) -> None:
    slug = seat.tenant.slug
    table = {unit.key: unit for unit in units(seat.session, OPENED)}
    if slug in LEADS:
        ids = [table[key].id for key in LEADS[slug]]
        set_lead_units(seat, ids, office_host=ids[0], on=OPENED)
    if slug in PLENARIES:
        low, high = PLENARIES[slug]
        set_rules(seat, {"plenary_min": low, "plenary_max": high}, on=OPENED)


def _year(seat: Seat, dice: Random, habit: Habit) -> None:
    table = units(seat.session, OPENED)
    agreed = date(YEAR, 2, 10)
    plan = draft_plan(seat, year=YEAR, title=f"{YEAR}年发展家庭服务业工作要点")
    agree_plan(seat, plan.id, basis=f"{YEAR}年第1次全体会议", agreed_on=agreed, on=agreed)
    tasks = [_task(seat, plan, unit, dice, turn) for turn, unit in enumerate(_spread(table, seat.tenant.level))]
    for row in tasks:
        _carry_out(seat, row, dice, habit)
    _meet(seat, table, dice, habit)
    _file(seat, dice, habit)
    for period in QUARTERS[: habit.quarters]:
        words = {"experience": EXPERIENCE, "problem": PROBLEM, "suggestion": SUGGESTION}
        prepare_words(seat, period, {name: dice.choice(pool) for name, pool in words.items()})
        publish_period(seat, period, period.end + timedelta(days=8))


def _spread(table: list[Unit], level: str) -> list[Unit]:
    """A province plans most, a county least."""
    return (table * 2)[: {"province": 18, "city": 12, "county": 7}[level]]


def _task(seat: Seat, plan: Plan, unit: Unit, dice: Random, turn: int) -> Task:
    owed = duties_of(seat.session, unit.id, OPENED)
    duty = owed[turn % len(owed)]
    content, deliverable = WORK[turn % len(WORK)]
    due = QUARTERS[turn % 3].end if turn % 4 else date(YEAR, 12, 20)
    text = TaskText(
        content=content.format(duty=duty.text),
        deliverable=deliverable,
        duty_id=duty.id,
        lead_unit_id=unit.id,
        start=date(YEAR, 1, 15),
        due=due - timedelta(days=dice.randrange(0, 20)),
        milestones=(("完成方案", date(YEAR, 2, 28)), ("组织实施", due - timedelta(days=25))),
    )
    return add_task(seat, plan.id, text, on=date(YEAR, 2, 10))


def _carry_out(seat: Seat, row: Task, dice: Random, habit: Habit) -> None:
    first = whole(seat.session, row.id, date(YEAR, 2, 26)).milestones[0]
    reach_milestone(seat, row.id, first.id, on=date(YEAR, 2, 26))
    luck = dice.random()
    if row.due > date(YEAR, 9, 30) and luck > 0.25:
        words = "按计划推进，阶段成果已形成。"
        report_progress(seat, row.id, percent=dice.randrange(40, 80), text=words, on=date(YEAR, 9, 20))
        return
    if luck > habit.quality + 0.08:
        words = "受人员调整影响，进度滞后，正在加快推进。"
        report_progress(seat, row.id, percent=dice.randrange(20, 60), text=words, on=date(YEAR, 6, 20))
        return
    if luck > habit.quality:
        later, asked = row.due + timedelta(days=15), row.due - timedelta(days=3)
        extend(seat, row.id, due=later, reason="参训人员档期调整", on=asked)
    claimed = min(row.due + timedelta(days=dice.choice((-12, -6, -3, -1, 4))), date(YEAR, 9, 25))
    request_close_out(seat, row.id, statement="已按要求完成，佐证材料已报办公室。", on=claimed)
    verify_close_out(seat, row.id, on=claimed + timedelta(days=3))


def _meet(seat: Seat, table: list[Unit], dice: Random, habit: Habit) -> None:
    low = PLENARIES.get(seat.tenant.slug, (1, 2))[0]
    held = max(0, min(low, 9) * 3 // 4 if low > 1 else 1) if habit.quality > 0.5 else 0
    for number in range(held):
        day = date(YEAR, 2 + number * 7 // max(held, 1), 12)
        everyone = {unit.id: dice.choice(("present", "present", "present", "proxy", "leave")) for unit in table}
        everyone[table[0].id] = "present"
        agreed = [Agreed(f"由{unit.name}牵头落实年度重点任务", unit.id, date(YEAR, 8, 30)) for unit in table[:3]]
        meeting = record_meeting(
            seat, Held("plenary", f"第{number + 1}次全体会议", day, "召集人", everyone, agreed), day
        )
        sign_minutes(seat, meeting.id, day + timedelta(days=6))
        for item in resolutions(seat.session, meeting.id):
            if dice.random() < habit.quality:
                confirm_resolution(seat, item.id, date(YEAR, 8, 20))


def _file(seat: Seat, dice: Random, habit: Habit) -> None:
    for period in QUARTERS[: 1 if seat.tenant.level == "county" else 2]:
        lay_down_obligations(seat, period, period.end)
    rows = list(seat.session.execute(select(Obligation.id, Obligation.due)))
    for obligation_id, due in rows:
        if dice.random() < habit.quality + 0.08:
            file_submission(
                seat, obligation_id, "工作按计划推进。", due + timedelta(days=dice.choice((-4, -2, -1, 0, 3)))
            )


def _sign_ins(engine: Engine) -> Iterator[dict[str, str]]:
    """One person for each of a few roles, at the places of dossier 2.4."""
    dice = Random(ROOT)
    for slug in WITH_ACCOUNTS:
        with acting_for(engine, None) as outside:
            tenant = by_slug(outside, slug)
        assert tenant is not None, slug
        for role, word, post in ACCOUNTS:
            name = dice.choice(SURNAMES) + dice.choice(GIVEN)
            yield _seat_person(engine, tenant, role, f"{slug}-{word}", f"{name}({post})")


def _seat_person(engine: Engine, tenant: Tenant, role: str, username: str, name: str) -> dict[str, str]:
    password = secrets.token_urlsafe(9)
    with acting_for(engine, tenant.id) as session, session.begin():
        account = session.scalars(select(Account).where(Account.username == username)).one_or_none()
        if account is None:
            account = Account(username=username, name=name, password_hash=password_hash(password))
            session.add(account)
            session.flush()
            session.add(AccountDoor(account_id=account.id, tenant_id=tenant.id))
            unit = units(session, OPENED)[0].id if role == "LI" else None
            session.add(SeatGrant(account_id=account.id, role=role, unit_id=unit, from_date=OPENED))
        else:
            account.password_hash = password_hash(password)
    return {"tenant": tenant.slug, "role": role, "username": username, "password": password, "name": name}


def _write_sign_ins(data: Path, rows: list[dict[str, str]]) -> None:
    """Readable by the installation's owner only."""
    path = data / "sign-ins.json"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(rows, file, ensure_ascii=False, indent=1)

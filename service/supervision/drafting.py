"""The words with which an order begins: what is late since when, by which article, what is asked, by when.

Source: dossier 2.2 (督办单): 蓝=提醒(进展慢)，橙/黄=警告(未达时限)，红=责令(再逾期).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.calendar.queries import workdays
from service.charter.queries import in_force
from service.documents.composition import date_text
from service.supervision.models import SupervisionOrder
from service.supervision.queries import Record, ladder_on
from service.supervision.rules import Ladder, done_by, is_silent, late_days, level_name
from service.supervision.subjects import LAGGING, LATE, Subject, addressee

DEMANDS = {
    "blue": "请抓紧推进，说明进展缓慢的原因和赶上序时进度的措施。",
    "yellow": "请查明原因，提出整改措施，明确责任人和完成时间，按期完成。",
    "orange": "请查明原因，提出整改措施，明确责任人和完成时间，按期完成。",
    "red": "责令限期办结。请主要负责人亲自研究，说明未完成的原因和责任，逐项落实整改措施。",
}


@dataclass(frozen=True)
class Words:
    """What an order says."""

    findings: str
    basis: str
    demand: str
    due: date


def words(session: Session, found: Subject, known: Record, level: str, on: date) -> Words:
    """The words that fit the thing, its orders so far, and the level."""
    ladder = ladder_on(session, on)
    return Words(
        findings=_findings(session, found, known.before, on),
        basis=_basis(session, ladder, level, on),
        demand=DEMANDS[level],
        due=done_by(on, level, ladder, workdays(session)),
    )


def _findings(session: Session, found: Subject, before: SupervisionOrder | None, on: date) -> str:
    said = f"{found.title}（{addressee(session, found)}承办），时限{date_text(found.due)}，{_stands(found, on)}"
    return f"{said}{_before(before, on)}。"


def _stands(found: Subject, on: date) -> str:
    if found.standing == LATE:
        return f"截至{date_text(on)}已逾期{late_days(found.due, on)}日，尚未完成"
    return "进展落后于序时进度" if found.standing == LAGGING else "尚未完成"


def _before(before: SupervisionOrder | None, on: date) -> str:
    """That an order stands before this one, and why it did not suffice. Source: dossier 2.2 (上级单号+逾期)."""
    if before is None:
        return ""
    failed = "逾期未回复" if is_silent(before.state, before.answer_by, on) else "后仍未按期完成"
    return f"；此前已发督办单{before.number}，{failed}"


def _basis(session: Session, ladder: Ladder, level: str, on: date) -> str:
    """The article and the rule that the level stands on."""
    days = ladder.days(level)
    when = f"逾期{days}日" if days is not None else "进展落后于序时进度"
    known = "、".join(level_name(one) for one in ladder.levels)
    return (
        f"《{in_force(session, on).title}》第一部分“主要职责”（督促检查各地、各部门工作落实）"
        f"及工作规则“督办分级”：督办分{known}，{when}的，发{level_name(level)}督办单。"
    )

"""The course of a consultation, its days, and how each unit stands in it. Source: dossier 2.2 (征求意见), 5.6."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from config.workdays import Workdays
from service.kit.process import Process, Step
from tenants.errors import Refused

EXPLICIT, DEEMED = "explicit", "deemed_no_objection"
MODES = (EXPLICIT, DEEMED)  # named in `consent_mode`
NO_OBJECTION, AMEND, OBJECT = "no_objection", "amend", "object"
ANSWERS = (NO_OBJECTION, AMEND, OBJECT)  # named in `opinion`
OUTCOMES = ("adopted", "partly_adopted", "not_adopted")  # named in `opinion_outcome`
Standing = Literal["no_objection", "amend", "object", "to_confirm", "waiting", "silent", "deemed"]
STANDINGS: tuple[Standing, ...] = ("no_objection", "amend", "object", "to_confirm", "waiting", "silent", "deemed")
SILENT: tuple[Standing, ...] = ("to_confirm", "waiting", "silent", "deemed")  # who has not replied, whatever follows
WHOLE = "全文"  # what an objection is against where it names no passage

ARTICLE = "征求意见规则"
DRAFT, SENT, CLOSED, WITHDRAWN = "draft", "sent", "closed", "withdrawn"
CONSULTATION = Process(
    "consultation",
    "征求意见件",
    "consultation",
    "consultation_state",
    (
        Step("draft", (), DRAFT, "起草", "draft it", ARTICLE),
        Step("revise", (DRAFT,), None, "修改文稿", "change the paper", ARTICLE),
        Step("send", (DRAFT,), SENT, "发出", "send it", ARTICLE),
        Step("change_units", (SENT,), None, "调整征求单位", "change the units asked", ARTICLE),
        Step("extend", (SENT,), None, "延长反馈期限", "extend the deadline", ARTICLE),
        Step("remind", (SENT,), None, "催办", "remind", ARTICLE),
        Step("reply", (SENT,), None, "反馈意见", "reply", ARTICLE),
        Step("handle", (SENT,), None, "处理意见", "handle opinions", ARTICLE),
        Step("close", (SENT,), CLOSED, "办结", "close it", ARTICLE),
        Step("withdraw", (DRAFT, SENT), WITHDRAWN, "撤回", "withdraw it", ARTICLE),
        Step("ask_again", (CLOSED,), None, "再次征求意见", "ask again", ARTICLE),
    ),
)
PROCESSES = (CONSULTATION,)
STATES = (DRAFT, SENT, CLOSED, WITHDRAWN)


@dataclass(frozen=True)
class Passage:
    """What a unit would change: the passage as it stands, what it should say, and why."""

    original: str
    suggested: str
    reason: str


@dataclass(frozen=True)
class Opinion:
    """What a unit replies: that it has no objection, what it would change, or that it objects and why."""

    answer: str
    text: str = ""
    passages: Sequence[Passage] = ()


def sealed(title: str, clauses: Sequence[str], file: str) -> str:
    """The hash of the paper: its title, its clauses and its file's hash."""
    content = json.dumps([title, list(clauses), file], ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def clauses_of(text: str) -> list[str]:
    """The paper by its clauses: one paragraph each, empty lines between them are none."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def last_day(sent_on: date, workdays: int, days: Workdays) -> date:
    """The last day for replies by the charter's own term."""
    return days.add(sent_on, workdays)


def check_time(sent_on: date, due: date, workdays: int, reason: str, days: Workdays) -> None:
    """Units have the charter's term, or a reason is on record why they have less. Source: dossier 6 (默认期限)."""
    if due <= sent_on:
        raise Refused("反馈期限须在发出日之后。", en="The deadline comes after the day of sending.", field="due")
    if due < last_day(sent_on, workdays, days) and not reason.strip():
        raise Refused(
            f"按本级制度，征求意见不少于{workdays}个工作日（至{last_day(sent_on, workdays, days)}）；确需缩短的，请填写理由。",
            en=f"The charter gives units {workdays} working days; say why they have less.",
            source="制度四(六)：征求意见期限",
            field="short_reason",
        )


def reminder_days(due: date, reminders: int, days: Workdays) -> list[date]:
    """When reminders are proposed: one, three, five … working days before the deadline, the earliest first."""
    return [days.add(due, -(2 * back + 1)) for back in reversed(range(reminders))]


def reminder_proposed(due: date, reminders: int, made: Iterable[date], on: date, days: Workdays) -> bool:
    """Whether a reminder should have been made by that day that was not."""
    come = sum(day <= on for day in reminder_days(due, reminders, days))
    return on <= due and len(set(made)) < come


@dataclass(frozen=True)
class Asked:
    """What the rules know of a unit that was asked: what it replied and on how many days it was reminded in time."""

    answer: str | None = None
    confirmed: bool = True  # false: entered on its behalf, and it has not said that this is so
    late: bool = False
    reminders: int = 0


@dataclass(frozen=True)
class Terms:
    """Until when replies are asked, and what silence means."""

    due: date
    deemed: bool = False  # the mode, as it was announced in the letter
    reminders: int = 0  # how many must have been made before silence may be taken for anything
    closed: bool = False


def standing(asked: Asked, terms: Terms, on: date) -> Standing:
    """How the unit stands that day. A silent one never counts as a reply, whatever its silence means."""
    if asked.answer and asked.confirmed:
        return asked.answer  # type: ignore[return-value]  # ANSWERS are the first of STANDINGS
    if asked.answer and not terms.closed:
        return "to_confirm"
    if on <= terms.due and not terms.closed:
        return "waiting"
    return "deemed" if terms.deemed and asked.reminders >= terms.reminders else "silent"


@dataclass(frozen=True)
class Tally:
    """How many were asked, how many replied, how many of these late, and how the others stand."""

    asked: int
    replied: int
    late: int
    by: Counter[str]

    @property
    def silent(self) -> int:
        """Who did not reply; those deemed to have no objection are among them. Source: dossier 2.2."""
        return self.asked - self.replied


def tallied(asked: Iterable[Asked], terms: Terms, on: date) -> Tally:
    """The count of a consultation that day."""
    rows = [(row, standing(row, terms, on)) for row in asked]
    replied = [row for row, how in rows if how not in SILENT]
    return Tally(len(rows), len(replied), sum(row.late for row in replied), Counter(how for _row, how in rows))


def passages_of(opinion: Opinion, clauses: Sequence[str]) -> list[Passage]:
    """What is to be handled of a reply: each passage that should change; of an objection its reason too.

    Refused: an amendment without a passage, a passage without words or reason, one that the paper does not hold.
    """
    if opinion.answer == NO_OBJECTION:
        return []
    found = [row for at, row in enumerate(opinion.passages) if _is_given(at, row, clauses)]
    if opinion.answer == OBJECT:
        if not opinion.text.strip():
            raise Refused("不同意的须说明理由。", en="An objection says why.", source=ARTICLE, field="text")
        return [Passage(WHOLE, "不同意", opinion.text.strip()), *found]
    if not found:
        raise Refused("请至少填写一条修改建议。", en="Name at least one passage.", source=ARTICLE, field="passages")
    return found


def _is_given(at: int, row: Passage, clauses: Sequence[str]) -> bool:
    """Whether the row says something; a passage that is only quoted says nothing."""
    if not row.suggested and not row.reason:
        return False
    for field, words in (("suggested", "修改建议"), ("reason", "理由")):
        if not getattr(row, field):
            raise Refused(f"请填写{words}。", en=f"Fill in: {field}.", source=ARTICLE, field=f"passages.{at}.{field}")
    if clauses and row.original and not any(row.original in clause for clause in clauses):
        raise Refused(
            "原文与征求意见稿不符，请从征求意见稿中摘录。",
            en="The paper does not hold this passage: quote it as it stands.",
            source=ARTICLE,
            field=f"passages.{at}.original",
        )
    return True

"""Supervision: a place's own ladder, the course of an order, by when it is answered, and its figures. Pure.

Source: seed 一 (督促检查); dossier 1.1 D9, 1.6 (发督办单), 2.2 (督办单), 2.4, 6-18.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from config.labels import label
from config.workdays import Workdays
from service.kit.process import Process, Step
from tenants.errors import Forbidden, Refused

ARTICLE = "制度一：督促检查"
LEVELS = ("blue", "yellow", "orange", "red")  # named in `supervision_level`, the lightest first
INSIDE = ("task", "resolution", "obligation")  # of the units at this table
SUBJECTS = (*INSIDE, "dispatch_place")  # named in `supervision_subject`; what a place below was dispatched

PREPARED = ("draft", "signed")  # nobody but the office has seen it
RUNNING = ("served", "acknowledged", "answered", "returned", "accepted")
UNANSWERED = ("served", "acknowledged", "returned")
ENDED = ("closed", "escalated", "withdrawn")

ORDER = Process(
    "supervision_order",
    "督办单",
    "supervision order",
    "supervision_state",
    (
        Step("draft", (), "draft", "起草", "draft", ARTICLE),
        Step("write", ("draft",), None, "修改", "change", ARTICLE),
        Step("sign", ("draft",), "signed", "签发", "sign", ARTICLE),
        Step("serve", ("signed",), "served", "编号送达", "number and serve", ARTICLE),
        Step("acknowledge", ("served",), "acknowledged", "签收", "acknowledge", ARTICLE),
        Step("answer", ("acknowledged", "returned"), "answered", "回复", "answer", ARTICLE),
        Step("accept", ("answered",), "accepted", "认可回复", "accept the answer", ARTICLE),
        Step("return", ("answered",), "returned", "退回回复", "return the answer", ARTICLE),
        Step("escalate", RUNNING, "escalated", "升级", "escalate", ARTICLE),
        Step("close", RUNNING, "closed", "办结", "close", ARTICLE),
        Step("withdraw", (*PREPARED, *RUNNING), "withdrawn", "撤回", "withdraw", ARTICLE),
    ),
)
PROCESSES = (ORDER,)


# --- the ladder ---

_FAMILY = {"blue": "blue", "yellow": "warning", "orange": "warning", "red": "red"}
_CODES = {"convener": "CV", "office_director": "OD", "office_deputy": "ODp", "office_staff": "OS"}


@dataclass(frozen=True)
class Ladder:
    """The ladder of a place as its own charter has it."""

    rules: Mapping[str, Any]

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels it knows, the lightest first."""
        return tuple(level for level in LEVELS if level in self.rules["supervision_levels"])

    @property
    def reminds(self) -> bool:
        return bool(self.rules["supervision_reminders"])

    @property
    def code(self) -> str:
        return self.rules["supervision_code"]

    def reply_workdays(self, level: str) -> int | None:
        """Within how many working days an order of that level is answered; none: no time is set."""
        return self.rules[f"supervision_{_FAMILY[level]}_workdays"]

    def signers(self, level: str) -> tuple[str, ...]:
        """Who may sign that level, as roles of the charter."""
        return tuple(self.rules[f"supervision_{_FAMILY[level]}_signers"])

    def signer_codes(self, level: str) -> frozenset[str]:
        """The same, as the seats' roles."""
        return frozenset(_CODES[role] for role in self.signers(level))

    def copies(self, level: str) -> tuple[str, ...]:
        """Who gets a copy of that level. Source: dossier 2.4 (青屿市：红单抄市督查室)."""
        return tuple(self.rules["supervision_red_copies"]) if level == "red" else ()

    def days(self, level: str) -> int | None:
        """After how many days overdue the level is reached."""
        key = {"warning": "overdue_yellow_days", "red": "overdue_red_days"}.get(_FAMILY[level])
        return self.rules[key] if key else None

    def above(self, level: str) -> str | None:
        """The next heavier level that the place knows; none above the heaviest."""
        return next((one for one in self.levels if LEVELS.index(one) > LEVELS.index(level)), None)


def code_of(role: str) -> str:
    """A role of the charter as the seats know it."""
    return _CODES[role]


def heavier(one: str | None, other: str | None) -> str | None:
    """The heavier of two levels, where there are two."""
    return max((level for level in (one, other) if level), key=LEVELS.index, default=None)


def operation_of(level: str) -> str:
    """What the matrix of roles calls signing that level. Source: dossier 1.6 (发督办单)."""
    return f"supervision.order_{'yellow' if level == 'orange' else level}"


def check_offers_orders(ladder: Ladder) -> None:
    """Nothing, or the place's charter knows no orders: the refusal says what it knows instead. Source: dossier 2.4."""
    if not ladder.levels:
        instead = "由联席会议办公室催办" if ladder.reminds else "以议定事项台账督促落实"
        raise Refused(
            f"按本级制度“督办分级”，不发督办单，{instead}；确需使用督办单的，请先修订制度。",
            en="By its charter this place issues no supervision orders; change the charter first.",
            source=ARTICLE,
            field="level",
        )


def check_reminds(ladder: Ladder) -> None:
    """Nothing, or the place's charter knows no reminders. Source: dossier 2.4."""
    if not ladder.reminds:
        raise Refused(
            "按本级制度“由办公室催办”，本级不催办，以议定事项台账督促落实；确需催办的，请先修订制度。",
            en="By its charter the office here does not remind; change the charter first.",
            source=ARTICLE,
        )


def check_level(ladder: Ladder, level: str, proposed: str | None, urgent: str) -> None:
    """Nothing, or the level is not in the ladder, lighter than what was reached, or heavier without a reason.

    Source: dossier 2.2 (也可对重大紧急事项直接发高级别), 2.4.
    """
    check_offers_orders(ladder)
    if level not in ladder.levels:
        known = "、".join(_named(one) for one in ladder.levels)
        raise Refused(
            f"按本级制度，督办分{known}，没有{_named(level)}。",
            en="The charter knows no such level.",
            source=ARTICLE,
            field="level",
        )
    if proposed and LEVELS.index(level) < LEVELS.index(proposed):
        raise Refused(
            f"按本级制度，本事项应发{_named(proposed)}督办单，不能降级。",
            en=f"By the charter the level is {label('supervision_level', proposed, 'en')}: no lighter one.",
            source=ARTICLE,
            field="level",
        )
    if level != proposed and not urgent.strip():
        raise Refused(
            f"按本级制度本事项{f'应发{_named(proposed)}督办单' if proposed else '尚未达到督办的条件'}；"
            "重大紧急事项可以直接发高级别，但须写明理由。",
            en="A level that was not reached is for a major urgent matter only: say why.",
            source=ARTICLE,
            field="urgent",
        )


def check_signer(ladder: Ladder, level: str, roles: Iterable[str]) -> None:
    """Nothing, or the charter lets others sign that level. Source: dossier 1.1 D9, 1.6."""
    if not ladder.signer_codes(level) & set(roles):
        named = "、".join(label("role", role) for role in ladder.signers(level))
        raise Forbidden(
            f"按本级制度，{_named(level)}督办单由{named}签发。",
            en="By the charter others sign an order of this level.",
            source=ARTICLE,
        )


def _named(level: str) -> str:
    return label("supervision_level", level).partition("(")[0]


def level_name(level: str) -> str:
    """红色（责令）: the level in words as well as colour."""
    return label("supervision_level", level).replace("(", "（").replace(")", "）")


# --- what is proposed ---


@dataclass(frozen=True)
class Proposal:
    """The level that is due now and why (named in `supervision_why`); no level: nothing but a reminder, or nothing."""

    level: str | None
    why: str = ""


def proposal(
    ladder: Ladder, rung: str | None, running: str | None = None, silent: bool = False, former: str | None = None
) -> Proposal:
    """What the ladder asks for, of the rung reached today and the levels of the order that runs, or of the last closed.

    Escalation: again late or not answered in time, from the level of the order before. Source: dossier 2.2 (升级条件).
    """
    if running:
        if rung and LEVELS.index(rung) > LEVELS.index(running):
            return Proposal(rung, "later")
        above = ladder.above(running)
        return Proposal(above, "unanswered") if silent and above else Proposal(None)
    if rung and former:
        return Proposal(heavier(rung, ladder.above(former) or former), "again")
    return Proposal(rung, "reached" if rung else "")


def answer_by(day: date, level: str, ladder: Ladder, days: Workdays) -> date | None:
    """By when the unit answers an order served, or an answer returned, that day. Source: dossier 2.2 (回复时限)."""
    within = ladder.reply_workdays(level)
    return days.add(day, within) if within is not None else None


def done_by(day: date, level: str, ladder: Ladder, days: Workdays) -> date:
    """The day that a draft proposes for the work itself: twice the time that there is to answer."""
    return days.add(day, 2 * (ladder.reply_workdays(level) or 5))


def is_silent(state: str, by: date | None, on: date) -> bool:
    """Whether an order stands without an answer after the last day for it."""
    return state in UNANSWERED and by is not None and by < on


REMINDED_FOR = 5  # working days in which what was reminded of is not asked for again


def to_remind(last: date | None, on: date, days: Workdays) -> bool:
    """Whether it is time to remind, again where it was done before."""
    return last is None or days.add(last, REMINDED_FOR) < on


def check_settled(standing: str, rung: str | None) -> None:
    """Nothing, or the matter is as late as before: its order cannot be closed. Source: dossier 2.2 (办结方式、销号)."""
    if not is_settled(standing, rung):
        raise Refused(
            "督办事项尚未完成，仍然逾期或落后序时，不能办结；请待承办单位完成（任务销号、议定事项办结、材料报送）后再办结。",
            en="What is supervised is still late; the order is closed when it is done.",
            source=ARTICLE,
        )


def is_settled(standing: str, rung: str | None) -> bool:
    """Whether there is nothing left to supervise: done, given up, or in time again."""
    return standing in ("done", "gone") or (standing != "late" and rung is None)


def number_text(code: str, year: int, serial: int) -> str:
    """家联督〔2026〕3号. Source: dossier 3.7."""
    return f"{code}〔{year}〕{serial}号"


def checked(text: str, field: str, zh: str, en: str) -> str:
    """The text without the blanks around it; an empty one is refused with that sentence."""
    if not text.strip():
        raise Refused(zh, en=en, field=field, source=ARTICLE)
    return text.strip()


# --- figures: dossier 6-18 ---


@dataclass(frozen=True)
class OrderFacts:
    """What the figures know of an order; `chain` is shared by an order and those that it was escalated to."""

    chain: str
    served_on: date
    due: date
    state: str
    settled_on: date | None = None


@dataclass(frozen=True)
class Chain:
    """One matter under supervision, from its first order to its last."""

    served_on: date
    due: date  # of the first order: an escalation postpones nothing
    settled_on: date | None

    def settled(self, by: date) -> bool:
        return self.settled_on is not None and self.settled_on <= by

    @property
    def days(self) -> int:
        """From the first service to the end."""
        return max(0, (self.settled_on - self.served_on).days) if self.settled_on else 0


def chains(orders: Iterable[OrderFacts]) -> list[Chain]:
    """The matters under supervision, each once whatever its number of orders; those withdrawn are none."""
    found: dict[str, list[OrderFacts]] = {}
    for order in orders:
        found.setdefault(order.chain, []).append(order)
    return [_chain(rows) for rows in found.values() if _last(rows).state != "withdrawn"]


def _last(rows: Sequence[OrderFacts]) -> OrderFacts:
    """The order that stands at the end: of one day, the one that was not escalated."""
    return max(rows, key=lambda row: (row.served_on, row.state != "escalated"))


def _chain(rows: Sequence[OrderFacts]) -> Chain:
    first, last = min(rows, key=lambda row: (row.served_on, row.state != "escalated")), _last(rows)
    return Chain(first.served_on, first.due, last.settled_on if last.state == "closed" else None)


def closing_rate(found: Iterable[Chain], first: date, last: date) -> tuple[int, int]:
    """Closed ÷ to be closed within the period; a chain counts once. Source: dossier 6-18."""
    due = [chain for chain in found if first <= chain.due <= last]
    return sum(chain.settled(last) for chain in due), len(due)


def mean_days(found: Iterable[Chain], first: date, last: date) -> Fraction | None:
    """How many days the chains that ended within the period took; nothing where none ended. Source: dossier 6-18."""
    ended = [chain.days for chain in found if chain.settled_on and first <= chain.settled_on <= last]
    return Fraction(sum(ended), len(ended)) if ended else None


def late_days(due: date, on: date) -> int:
    """How many days after its due date it stands that morning; none before."""
    return max(0, (on - due).days)


def year_of(on: date) -> tuple[date, date]:
    """The year so far: what a live list looks at. Source: dossier 6 (D = 昨天)."""
    return date(on.year, 1, 1), max(date(on.year, 1, 1), on - timedelta(days=1))

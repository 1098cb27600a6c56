"""A matter that goes up: its course, the two gates, and by when a unit answers. Pure.

Source: seed 三 (last paragraph), 四(六); dossier 1.3 X1, 1.4 R6, 2.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.workdays import Workdays
from service.kit.process import Process, Step
from tenants.errors import Refused

KINDS = ("major_issue", "key_project", "policy_proposal")  # named in `matter_kind`
RAISE, GO_UP = "制度三：重大问题、重点工程及对策建议及时报送办公室", "制度四(六)"
EDITABLE = ("draft", "returned")  # the unit's own
WITH_THE_OFFICE = "submitted"
RUNNING = ("submitted", "accepted", "signed", "sent", "received")
HIDDEN = ("draft", "withdrawn")  # seen by the unit that raised it alone
UP = ("signed", "sent", "received", "closed")

MATTER = Process(
    "matter",
    "本事项",
    "matter",
    "matter_state",
    (
        Step("draft", (), "draft", "起草", "draft", RAISE),
        Step("write", EDITABLE, None, "修改正文", "change the text", RAISE),
        Step("submit", EDITABLE, "submitted", "报送", "submit", RAISE),
        Step("withdraw", (*EDITABLE, "submitted"), "withdrawn", "撤回", "withdraw", RAISE),
        Step("return", ("submitted",), "returned", "退回", "return", RAISE),
        Step("accept", ("submitted",), "accepted", "受理", "accept", RAISE),
        Step("merge", ("submitted", "accepted"), "merged", "并入同类事项", "merge", RAISE),
        Step("revise", ("accepted",), None, "修改正文", "revise the text", GO_UP),
        Step("place", ("accepted",), None, "列为议题", "put on an agenda", RAISE),
        Step("consult", ("accepted",), None, "征求同意", "ask for consent", GO_UP),
        Step("concern", ("accepted",), None, "调整有关成员单位", "change the units concerned", GO_UP),
        Step("answer", ("accepted",), None, "答复", "answer", GO_UP),
        Step("coordinate", ("accepted",), None, "协调分歧", "coordinate", GO_UP),
        Step("discontinue", ("accepted",), "discontinued", "终止", "discontinue", GO_UP),
        Step("sign", ("accepted",), "signed", "签发上报", "sign", GO_UP),
        Step("send", ("signed",), "sent", "发出", "send", GO_UP),
        Step("receive", ("sent",), "received", "登记签收", "record the receipt", GO_UP),
        Step("instruct", ("sent", "received"), None, "登记批示", "record an instruction", GO_UP),
        Step("follow", ("sent", "received"), None, "办理批示", "follow an instruction", GO_UP),
        Step("close", ("received",), "closed", "办结", "close", GO_UP),
    ),
)

# What a unit says; its answer stands until it changes it itself, or a material edit touches what it rests on.
_SAID = ("agreed", "conditional", "objected")
CONSENT = Process(
    "consent",
    "该单位的意见",
    "unit's consent",
    "consent_state",
    (
        Step("list", (), "listed", "列为有关成员单位", "list", GO_UP),
        Step("ask", ("listed",), "asked", "征求同意", "ask", GO_UP),
        Step("agree", ("asked", *_SAID), "agreed", "答复同意", "agree", GO_UP),
        Step("condition", ("asked", *_SAID), "conditional", "答复有条件同意", "agree on a condition", GO_UP),
        Step("object", ("asked", *_SAID), "objected", "答复不同意", "object", GO_UP),
        Step("void", _SAID, "asked", "重新征求", "ask anew", GO_UP),
        Step("remove", ("listed", "asked", "agreed"), "removed", "移出有关成员单位", "take off the list", GO_UP),
        Step("restore", ("removed",), "listed", "重新列为有关成员单位", "list again", GO_UP),
    ),
)
OPINIONS = {"agree": "agreed", "condition": "conditional", "object": "objected"}  # named in `consent_opinion`

DISAGREEMENT = Process(
    "disagreement",
    "分歧协调",
    "disagreement",
    "disagreement_state",
    (
        Step("open", (), "open", "立案", "open", GO_UP),
        Step("meet", ("open", "apart"), "open", "登记协调", "record a round", GO_UP),
        Step("widen", ("open", "apart"), "open", "并入新的不同意见", "take in another objection", GO_UP),
        Step("part", ("open",), "apart", "下未达成一致的结论", "conclude without agreement", GO_UP),
        Step("settle", ("open", "apart"), "settled", "了结", "settle", GO_UP),
    ),
)
PROCESSES = (MATTER, CONSENT, DISAGREEMENT)
COORDINATORS = {"convener": "CV", "office_director": "OD"}


# --- gate one: the conference ---


@dataclass(frozen=True)
class Hearing:
    """A matter's item on an agenda: what was concluded, and only at a meeting that was held."""

    outcome: str | None  # none: not concluded, or the meeting not held
    meeting: str = ""  # its title; empty: the item lies in the backlog
    held_on: date | None = None
    dropped: bool = False  # the item was returned or withdrawn

    @property
    def waits(self) -> bool:
        """Whether the conference has still to talk about it."""
        return self.outcome is None and not self.dropped


def deliberated(hearings: Sequence[Hearing]) -> str:
    """none, waiting, passed, not_passed or again. Source: seed 四(六) (应经联席会议讨论通过)."""
    outcomes = [hearing.outcome for hearing in hearings if hearing.outcome]
    if "passed" in outcomes:
        return "passed"
    if any(hearing.waits for hearing in hearings):
        return "waiting"
    return outcomes[-1] if outcomes and outcomes[-1] in ("not_passed", "again") else "none"


NOT_DELIBERATED = {
    "none": ("联席会议尚未审议，请先列为议题", "The conference has not deliberated on it"),
    "waiting": ("已列为议题，联席会议尚未审议", "It waits to be deliberated on"),
    "again": ("联席会议审议结论为再议，尚未重新审议", "It is to be deliberated on again"),
    "not_passed": ("联席会议审议未通过", "The conference did not pass it"),
}


def check_placing(hearings: Sequence[Hearing]) -> None:
    """Nothing, or it cannot be put on an agenda now: it waits on one, or was decided. Source: dossier 1.4 R6."""
    found = deliberated(hearings)
    if found in ("none", "again"):
        return
    zh, en = {
        "waiting": ("本事项已列为议题，尚未审议，不必重复列入。", "It is on an agenda already."),
        "passed": ("本事项已经联席会议审议通过，不必再列为议题。", "It has been passed."),
        "not_passed": (
            "本事项经联席会议审议未通过，不再列为议题；确需再议的，请终止本事项后重新报送。",
            "It was not passed; raise it anew.",
        ),
    }[found]
    raise Refused(zh, en=en, source=GO_UP)


# --- gate two: the units concerned ---


@dataclass(frozen=True)
class Position:
    """Where one unit concerned stands."""

    unit: str  # its name
    state: str  # CONSENT
    entered: bool = False  # an opinion on paper waits for the unit to confirm it
    voided: bool = False  # it had answered, before the text was changed
    apart: bool = False  # it objects still after a coordination that ended without agreement


def refusals(positions: Iterable[Position], *, with_dissent: bool = False) -> Iterator[tuple[str, str]]:
    """What is missing, unit by unit. Silence is never consent here. Source: seed 四(六); dossier 0-2, 1.4 R6."""
    for position in positions:
        if position.state in ("agreed", "removed") or (with_dissent and position.apart):
            continue
        yield _said(position)


def _said(position: Position) -> tuple[str, str]:
    unit = position.unit
    if position.state == "objected":
        return f"{unit}未同意", f"{unit} objects"
    if position.state == "conditional":
        return f"{unit}有条件同意，条件落实后尚未确认同意", f"{unit} agrees on a condition only"
    if position.entered:
        return f"{unit}的意见为办公室代录，尚未经该单位确认", f"{unit} has not confirmed what was entered for it"
    if position.voided:
        return f"正文修改后，{unit}尚未重新答复", f"{unit} was asked anew and has not answered"
    return f"{unit}未答复", f"{unit} has not answered"


def missing(
    required: Iterable[str],
    hearings: Sequence[Hearing],
    positions: Sequence[Position],
    *,
    opened: bool,
    with_dissent: bool = False,
) -> list[tuple[str, str]]:
    """Why it cannot go up yet, each in a sentence; empty: both gates hold. Source: seed 四(六)."""
    wanted, found = set(required), deliberated(hearings)
    said = [NOT_DELIBERATED[found]] if "deliberation" in wanted and found != "passed" else []
    if "unit_consent" not in wanted:
        return said
    if not opened:
        return [*said, ("尚未征求有关成员单位同意", "The units concerned have not been asked")]
    return [*said, *refusals(positions, with_dissent=with_dissent)]


def check_up(lacking: Sequence[tuple[str, str]]) -> None:
    """Nothing, or the refusal that names exactly what is missing."""
    if lacking:
        zh, en = zip(*lacking, strict=True)
        raise Refused(f"不能上报：{'；'.join(zh)}。", en=f"It cannot go up: {'; '.join(en)}.", source=GO_UP)


# --- days ---


def handle_by(submitted_on: date, rules: Mapping[str, Any], days: Workdays) -> date | None:
    """By when the office has handled it. Source: dossier 1.3 X1."""
    within = rules["submission_handling_workdays"]
    return days.add(submitted_on, within) if within is not None else None


def answer_by(asked_on: date, rules: Mapping[str, Any], days: Workdays) -> date:
    """By when a unit answers. Source: dossier 6 (征求意见), 2.4."""
    return days.add(asked_on, rules["consult_workdays"] or 7)


def reminder_days(asked_on: date, rules: Mapping[str, Any], days: Workdays) -> list[date]:
    """The days on which a silent unit is reminded: spread over the working days that it has. Source: dossier 2.2."""
    span, times = rules["consult_workdays"] or 7, rules["consult_reminders"] or 0
    steps = (max(1, round(span * number / (times + 1))) for number in range(1, times + 1))
    return list(dict.fromkeys(days.add(asked_on, step) for step in steps))


def checked(text: str, field: str, zh: str, en: str, source: str = GO_UP) -> str:
    """The text without the blanks around it; an empty one is refused with that sentence."""
    if not text.strip():
        raise Refused(zh, en=en, field=field, source=source)
    return text.strip()

"""What an agenda item goes through, when items and papers are due, how the hour is spent, when a decision stands. Pure.

Source: seed 三 (统筹条款), 四(二); dossier 1.2, 1.4 R2, 2.2 (议题征集), 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from config.labels import label
from config.workdays import Workdays
from service.kit.process import Process, Step
from service.meetings.rhythm import Span, agenda_due
from tenants.errors import Refused

T = TypeVar("T")

PROPOSED, ACCEPTED, RETURNED, WITHDRAWN = STATES = ("proposed", "accepted", "returned", "withdrawn")
KINDS = ("study", "progress", "plan", "other")  # named in `agenda_type`
PASSED, NOT_PASSED, AGAIN, NOTED = OUTCOMES = ("passed", "not_passed", "again", "noted")  # named in `agenda_outcome`
ATTENDEES, NAMED, OFFICE = ACCESSES = ("attendees", "units", "office")  # named in `material_access`
ARRANGED = ("planned", "noticed", "in_session")  # a meeting whose agenda can still be changed
TOLD = ("noticed", "in_session")  # a meeting whose agenda those called have been told
CONCLUDING = ("in_session", "held")

VIA_OFFICE, PLENARY = "制度三（统筹条款）", "制度四(二)"
CALLING, PRACTICE = "制度四(二)：议题征集", "议题和会议材料"

ITEM = Process(
    "agenda_item",
    "议题",
    "agenda item",
    "agenda_state",
    (
        Step("propose", (), PROPOSED, "报送", "propose", VIA_OFFICE),
        Step("amend", (PROPOSED, RETURNED), PROPOSED, "修改重报", "amend", VIA_OFFICE),
        Step("withdraw", (PROPOSED, RETURNED), WITHDRAWN, "撤回", "withdraw", VIA_OFFICE),
        Step("accept", (PROPOSED,), ACCEPTED, "采纳", "take up", VIA_OFFICE),
        Step("return", (PROPOSED, ACCEPTED), RETURNED, "退回", "return", VIA_OFFICE),
        Step("revise", (PROPOSED, ACCEPTED), None, "由办公室修改", "be revised by the office", VIA_OFFICE),
        Step("put", (ACCEPTED,), None, "列入议程", "be put on an agenda", VIA_OFFICE),
        Step("conclude", (ACCEPTED,), None, "作出结论", "be concluded", PLENARY),
        Step("carry", (ACCEPTED,), None, "转入另一次会议", "be carried to another meeting", PLENARY),
        Step("forward", (ACCEPTED,), None, "转交办理", "be forwarded", VIA_OFFICE),
    ),
)
PROCESSES = (ITEM,)


# --- what an item says


@dataclass(frozen=True)
class ItemText:
    """The words of an item."""

    title: str
    kind: str
    minutes: int | None = None
    presenter: str = ""
    grounds: str = ""


# --- when things are due


@dataclass(frozen=True)
class Deadline:
    """A day, and the working rule from which it was computed."""

    day: date
    rule: str
    value: int


def call_deadline(charter: Mapping[str, Any], held_on: date, days: Workdays) -> Deadline | None:
    """By when items for a meeting of that day are proposed: so many working days before, or a day of the month before.

    Source: dossier 2.2 (议题征集), 6.
    """
    fixed = agenda_due(charter, Span(held_on, held_on))
    if fixed is not None:
        return Deadline(fixed, "agenda_day_of_prev_month", charter["agenda_day_of_prev_month"])
    return _before(charter, "agenda_lead_workdays", held_on, days)


def materials_deadline(charter: Mapping[str, Any], held_on: date, days: Workdays) -> Deadline | None:
    """By when the papers of a meeting of that day are there. Source: dossier 2.2 (无材料不上会), 6."""
    return _before(charter, "materials_workdays", held_on, days)


def _before(charter: Mapping[str, Any], rule: str, held_on: date, days: Workdays) -> Deadline | None:
    count = charter[rule]
    return None if count is None else Deadline(days.add(held_on, -count), rule, count)


# --- the order and the hour


def reordered(order: Sequence[T], moved: T, to: int) -> list[T]:
    """The same things with one of them at place `to`, counted from 0; beyond either end it stands at that end."""
    rest = [thing for thing in order if thing != moved]
    at = min(max(to, 0), len(rest))
    return [*rest[:at], moved, *rest[at:]]


@dataclass(frozen=True)
class Slot:
    """When an item is on: by the clock where the meeting's beginning is known; `total` are minutes from its start."""

    starts: time | None
    until: time | None
    total: int


def timetable(minutes: Iterable[int | None], begins: time | None) -> list[Slot]:
    """One slot an item, one after another; an item without minutes takes none."""
    slots: list[Slot] = []
    total = 0
    for length in minutes:
        start, total = total, total + (length or 0)
        slots.append(Slot(_clock(begins, start), _clock(begins, total), total))
    return slots


def _clock(begins: time | None, after: int) -> time | None:
    """The time of day so many minutes after; past midnight it begins anew."""
    return (datetime.combine(date(2000, 1, 1), begins) + timedelta(minutes=after)).time() if begins else None


# --- what an agenda lacks


@dataclass(frozen=True)
class Entry:
    """What the checks know of an item."""

    title: str
    kind: str
    minutes: int | None
    papers: int


@dataclass(frozen=True)
class Lack:
    """What an agenda lacks by the charter: said, not forbidden."""

    key: str
    message: str
    message_en: str
    source: str


def check_kind(kind: str, allowed: Sequence[str]) -> None:
    """Every item has one of the charter's kinds. Source: dossier 1.4 R2 (每个议题必选类型)."""
    if kind not in allowed:
        names = "、".join(label("agenda_type", known) for known in allowed)
        raise Refused(
            f"请选择议题类别：{names}。",
            en="Every item has one of the kinds that the charter names.",
            source=PLENARY,
            field="kind",
        )


def lacks(entries: Sequence[Entry], charter: Mapping[str, Any], *, plenary: bool, first: bool) -> list[Lack]:
    """The kinds that a plenary should have and this agenda has not; the year's first one also settles the plan.

    Source: dossier 1.4 R2.
    """
    wanted = {"study": plenary, "progress": plenary, "plan": plenary and first}
    there = {entry.kind for entry in entries}
    return [
        _lacking(kind, first=kind == "plan")
        for kind, asked in wanted.items()
        if asked and kind in charter["plenary_agenda_types"] and kind not in there
    ]


def _lacking(kind: str, *, first: bool) -> Lack:
    name, english = label("agenda_type", kind), label("agenda_type", kind, "en")
    zh = f"当年首次全体会议应有“{name}”类议题。" if first else f"全体会议应有“{name}”类议题。"
    return Lack(f"lacks_{kind}", f"{zh}现在的议程中没有。", f"The agenda has no item of the kind: {english}.", PLENARY)


def without_papers(
    entries: Sequence[Entry], charter: Mapping[str, Any], held_on: date, on: date, days: Workdays
) -> list[Lack]:
    """Items without papers once these are due. Source: dossier 2.2 (无材料不上会)."""
    due = materials_deadline(charter, held_on, days)
    if due is None or on <= due.day:
        return []
    source = f"{PLENARY}：会议材料提前{due.value}个工作日"
    return [
        Lack(
            "without_papers",
            f"“{entry.title}”至{due.day.isoformat()}仍无材料：无材料不上会。",
            f"“{entry.title}” had no papers by {due.day.isoformat()}: without papers, no hearing.",
            source,
        )
        for entry in entries
        if not entry.papers
    ]


def overlong(entries: Sequence[Entry], begins: time | None, ends: time | None) -> list[Lack]:
    """The items take longer than the meeting is laid down to last."""
    total = sum(entry.minutes or 0 for entry in entries)
    lasts = _minutes_between(begins, ends)
    if lasts is None or total <= lasts:
        return []
    zh = f"各议题合计{total}分钟，超过会议时长{lasts}分钟，请压缩时长或调整议题。"
    return [Lack("overlong", zh, f"The items take {total} minutes, the meeting lasts {lasts}.", PRACTICE)]


def _minutes_between(begins: time | None, ends: time | None) -> int | None:
    if begins is None or ends is None or ends <= begins:
        return None
    return (ends.hour - begins.hour) * 60 + ends.minute - begins.minute


# --- what the meeting says of an item


@dataclass(frozen=True)
class Votes:
    """How the units that were there voted; none where nothing was counted."""

    votes_for: int | None = None
    votes_against: int | None = None
    votes_abstained: int | None = None

    @property
    def counted(self) -> bool:
        return self.votes_for is not None

    @property
    def cast(self) -> int:
        return (self.votes_for or 0) + (self.votes_against or 0) + (self.votes_abstained or 0)


MODE_SOURCE = "制度四(二)：议决方式"


def check_conclusion(mode: str, outcome: str, text: str, votes: Votes, present: int) -> None:
    """The outcome is one that the way of deciding allows; what goes back to its proposer says why.

    By consensus nothing passes over an objection; by majority more than half of those present are for it.
    Source: dossier 1.2 (议决方式).
    """
    if outcome not in OUTCOMES:
        raise _no_decision("请选择审议结论。", "Choose an outcome.", "outcome")
    if outcome in (NOT_PASSED, AGAIN) and not text.strip():
        raise _no_decision("不通过或再议的，请写明理由和要求，以便反馈提出单位。", "Say why.", "text")
    if any(count is not None and count < 0 for count in (votes.votes_for, votes.votes_against, votes.votes_abstained)):
        raise _no_decision("票数不能为负。", "A count of votes is not negative.", "votes_for")
    if present and votes.cast > present:
        raise _no_decision(
            f"表决票共{votes.cast}张，多于到会的{present}个单位，请核对。",
            f"{votes.cast} votes of {present} units present.",
            "votes_for",
        )
    if outcome == PASSED:
        (_check_consensus if mode == "consensus" else _check_majority)(votes, present)


def _check_consensus(votes: Votes, _present: int) -> None:
    if votes.votes_against:
        raise _no_decision(
            f"本级制度规定协商一致：有{votes.votes_against}个单位不同意，不能记为通过，可记为再议或不通过。",
            "The charter asks for consensus: over an objection nothing passes.",
            "outcome",
        )


def _check_majority(votes: Votes, present: int) -> None:
    if not votes.counted:
        raise _no_decision("本级制度规定多数同意：请填写同意、不同意和弃权票数。", "Count the votes.", "votes_for")
    base = max(votes.cast, present)
    if (votes.votes_for or 0) * 2 <= base:
        raise _no_decision(
            f"本级制度规定多数同意：到会{base}个单位，同意{votes.votes_for}票，未过半数，不能记为通过。",
            f"{votes.votes_for} of {base} are no majority.",
            "outcome",
        )


def _no_decision(message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, source=MODE_SOURCE, field=field)

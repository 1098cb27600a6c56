"""What goes down to the places below, and what they answer: kinds, steps, standings. Pure.

Source: dossier 1.6 (下发报送要求给下级), 5.2; issue 5 (dispatch down).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from service.kit.process import Process, Step
from tenants.errors import Refused

# What a person sends by this room; `order` is sent by supervision. Their names are in the group `dispatch_kind`.
KINDS = ("task", "data_request", "circular")
ALL_KINDS = (*KINDS, "order")
SOURCE = "角色与权限矩阵：下发报送要求给下级"
RECEIVING = "上级下达事项由本级联席会议按本级职责分工办理"
LONGEST_TITLE, LONGEST = 100, 4000

DRAFT = Process(
    "dispatch_draft",
    "下达稿",
    "draft",
    "dispatch_draft_state",
    (
        Step("write", (), "draft", "起草", "write", SOURCE),
        Step("revise", ("draft", "returned"), None, "修改", "revise", SOURCE),
        Step("submit", ("draft", "returned"), "submitted", "送审", "submit", SOURCE),
        Step("return", ("submitted",), "returned", "退回", "return", SOURCE),
        Step("send", ("draft", "submitted", "returned"), "sent", "下达", "send", SOURCE),
        Step("discard", ("draft", "returned"), "discarded", "作废", "discard", SOURCE),
    ),
)
RECEIVED = Process(
    "received_dispatch",
    "来件",
    "dispatch from above",
    "received_state",
    (
        Step("arrive", (), "received", "送达", "arrive", RECEIVING),
        Step(
            "note", ("received", "noted", "accepted", "begun", "finished", "declined"), None, "阅知", "note", RECEIVING
        ),
        Step("acknowledge", ("received",), "noted", "阅知", "acknowledge", RECEIVING),
        Step("accept", ("received", "declined"), "accepted", "接受", "accept", RECEIVING),
        Step("decline", ("received", "accepted"), "declined", "说明不能承办", "decline", RECEIVING),
        Step("route", ("received", "accepted", "begun", "declined"), None, "交办", "route", RECEIVING),
        Step("report", ("accepted", "begun", "finished"), None, "上报进展", "report", RECEIVING),
        Step("begin", ("accepted", "begun", "finished"), "begun", "上报启动", "tell that it has begun", RECEIVING),
        Step("answer", ("received", "accepted", "begun", "finished"), "finished", "答复", "answer", RECEIVING),
    ),
)
PROCESSES = (DRAFT, RECEIVED)

Standing = Literal["on_way", "received", "noted", "accepted", "begun", "finished", "declined", "ended"]
# The standings of a place, in the order in which a sender reads them; the group `dispatch_standing`.
STANDINGS: tuple[Standing, ...] = (
    "on_way", "received", "noted", "accepted", "begun", "finished", "declined", "ended",
)  # fmt: skip


@dataclass(frozen=True)
class PlaceFacts:
    """What a sender knows of one receiver."""

    wording: int
    state: str
    ended: bool
    finished_on: date | None = None


def standing(place: PlaceFacts) -> Standing:
    """How the place stands: what it answered last, else whether it arrived."""
    if place.ended:
        return "ended"
    if place.state == "finished" and place.finished_on is None:
        return "begun"  # it was returned: only a later answer counts. Source: dossier 6-3
    if place.state in STANDINGS:
        return place.state  # type: ignore[return-value]
    return "received" if place.wording else "on_way"


def late(place: PlaceFacts, due: date | None, kind: str, on: date) -> bool:
    """Whether it is not finished by its due date, or was finished after it. A circular is only read."""
    if due is None or place.ended or kind == "circular":
        return False
    return (place.finished_on or on) > due


@dataclass(frozen=True)
class Counts:
    """How many places there are, and how many have come so far: who began has accepted, who accepted has received."""

    places: int
    received: int
    accepted: int
    begun: int
    finished: int
    late: int
    declined: int
    ended: int


_REACHED: Mapping[str, tuple[str, ...]] = {
    "received": ("received", "noted", "accepted", "begun", "finished", "declined"),
    "accepted": ("accepted", "begun", "finished"),
    "begun": ("begun", "finished"),
    "finished": ("finished",),
    "declined": ("declined",),
}


def counts(places: Iterable[PlaceFacts], due: date | None, kind: str, on: date) -> Counts:
    """The counts over these places on that day; those that ended are left out of all but their own."""
    every = list(places)
    stands = [standing(place) for place in every]
    reached = {name: sum(one in states for one in stands) for name, states in _REACHED.items()}
    ended = sum(one == "ended" for one in stands)
    return Counts(len(every) - ended, late=sum(late(one, due, kind, on) for one in every), ended=ended, **reached)


def checked(text: str, field: str, zh: str, en: str, most: int = LONGEST) -> str:
    """The text without the blanks around it; an empty or overlong one is refused."""
    said = text.strip()
    if not said or len(said) > most:
        raise Refused(f"请填写{zh}，不超过{most}字。", en=f"Give {en}, at most {most} characters.", field=field)
    return said


def check_due(kind: str, due: date | None, on: date) -> None:
    """What is to be done or told has a day to come; a circular needs none."""
    if kind != "circular" and due is None:
        raise Refused("请填写完成时限。", en="Say by when.", field="due", source=SOURCE)
    if due is not None and due <= on:
        raise Refused("时限应晚于今天。", en="The due date is a day to come.", field="due", source=SOURCE)


def questions_of(text: str) -> list[str]:
    """What a data request asks: one question a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def check_questions(kind: str, questions: list[str]) -> None:
    """A data request asks something, each question once, and nobody is asked for more than thirty things."""
    if kind == "data_request" and not questions:
        raise Refused(
            "请逐行填写要报送的内容。", en="Say what is asked, one thing a line.", field="questions", source=SOURCE
        )
    if len(questions) > 30 or len(set(questions)) < len(questions) or any(len(line) > 100 for line in questions):
        raise Refused(
            "报送内容不超过30项，每项不超过100字，不得重复。",
            en="At most 30 questions of at most 100 characters, each once.",
            field="questions",
            source=SOURCE,
        )


def content_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed of a draft."""
    return {name: draft[name] for name in ("text", "policy_field", "duty", "form", "questions")}


@dataclass(frozen=True)
class TaskState:
    """What is told upwards of a task that carries a dispatch out."""

    state: str
    percent: int


def told_state(tasks: Iterable[TaskState]) -> tuple[str, int | None]:
    """How far the tasks are that carry a dispatch out: finished when all that count are closed out.

    What was withdrawn or merged does not count; without any task there is nothing to tell but that it was accepted.
    """
    counting = [task for task in tasks if task.state not in ("withdrawn", "merged")]
    if not counting:
        return "accepted", None
    percent = round(sum(100 if task.state == "closed_out" else task.percent for task in counting) / len(counting))
    if all(task.state == "closed_out" for task in counting):
        return "finished", 100
    return ("accepted" if all(task.state == "not_started" for task in counting) else "begun"), min(percent, 99)


def told(tasks: Iterable[TaskState], below: Counts | None) -> tuple[str, int | None]:
    """How far a place is with its own tasks and with the places to which it passed the dispatch on.

    It has finished when both have; who has no task of its own is as far as those below.
    """
    state, percent = told_state(tasks)
    if below is None or not below.places:
        return state, percent
    every = below.finished == below.places
    if percent is None:
        return "finished" if every else "begun" if below.begun else "accepted", 100 * below.finished // below.places
    if state == "finished" and not every:
        return "begun", 99
    return ("begun" if state == "accepted" and below.begun else state), percent


@dataclass(frozen=True)
class DutyFacts:
    """A duty of the receiver's own charter, as routing looks at it."""

    id: Any
    code: str
    text: str
    policy_field: str


def ranked(duties: Iterable[DutyFacts], code: str, field: str, words: str) -> list[DutyFacts]:
    """The duties under which a dispatch may go, the best first: its own code, then its field, then shared words."""
    said = _pairs(words)

    def nearness(duty: DutyFacts) -> tuple[bool, bool, int]:
        return (
            bool(code) and duty.code == code,
            bool(field) and duty.policy_field == field,
            len(said & _pairs(duty.text)),
        )

    return sorted(duties, key=nearness, reverse=True)


def _pairs(text: str) -> set[str]:
    """Every two characters that stand together: what two Chinese sentences share."""
    return {text[at : at + 2] for at in range(len(text) - 1)}

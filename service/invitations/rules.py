"""Before a meeting: what may be proposed, who must be told again, what may be replied, and who will be there. Pure.

Source: seed 四(二), 四(三); dossier 1.2 (委派), 1.4 R2, R3, 1.6 (召开/主持专题会议：提议), 2.2 (会议通知/回执).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from config.workdays import Workdays
from service.kit.process import Process, Step
from service.meetings.rules import short_of_quorum
from tenants.errors import Refused

_ARTICLE = "制度四(三)"
PROPOSAL = Process(
    "convening_proposal",
    "召开会议的提议",
    "proposal to convene",
    "proposal_state",
    (
        Step("propose", (), "submitted", "提议", "propose", _ARTICLE),
        Step("accept", ("submitted",), "accepted", "采纳", "accept", _ARTICLE),
        Step("decline", ("submitted",), "declined", "不采纳", "decline", _ARTICLE),
        Step("withdraw", ("submitted",), "withdrawn", "撤回", "withdraw", _ARTICLE),
    ),
)
PROCESSES = (PROPOSAL,)
PROPOSAL_STATES = tuple(PROPOSAL.all_states())
BASIS = "unit_proposal"  # what a meeting that was proposed rests on

REPLIES = "会议通知和回执"
ATTENDS, PROXY, LEAVE, NONE = "attends", "proxy", "leave", "none"
ANSWERS = (ATTENDS, PROXY, LEAVE)
NOTICES = ("request", "update", "cancel")
OFFICE = ("CV", "VC", "OD", "ODp", "OS")  # who reply for those whom no unit sends
# The roles that chair as the post says; who holds one decides on leave himself. Source: dossier 2.2 (请假须经主持人同意).
CHAIRS: Mapping[str, str] = {
    "convener": "CV",
    "deputy_convener": "VC",
    "substitute": "VC",
    "office_director": "OD",
    "office_deputy": "ODp",
    "lead_unit": "OD",  # whoever speaks for the lead department stands in for the office that is not there
}


# ── 提议 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def check_may_propose(charter: Mapping[str, Any]) -> None:
    """Such meetings exist here, and may rest on a unit's proposal. Source: seed 四(三)."""
    if not charter["special_meeting"] or BASIS not in charter["special_basis"]:
        raise Refused(
            "按本级制度，专题会议不以成员单位的提议召开；有需要研究的事项，请提交议题。",
            en="By the charter no special meeting rests on a unit's proposal; submit an agenda item instead.",
            source=_ARTICLE,
        )


def check_proposal(topic: str, reason: str) -> None:
    """It says what is to be talked about, and why."""
    for text, name, zh, en in ((topic, "topic", "会议主题", "the topic"), (reason, "reason", "提议理由", "the reason")):
        if not text.strip():
            raise Refused(f"请填写{zh}。", en=f"Give {en}.", field=name, source=_ARTICLE)


# ── 通知 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def reply_day(held_on: date, on: date, days: Workdays) -> date:
    """By when replies are asked for, unless the office says otherwise: two working days before, not before today."""
    return min(max(days.add(held_on, -2), on), held_on)


def check_reply_day(reply_by: date, held_on: date, on: date) -> None:
    """Replies are asked for between now and the meeting."""
    if not on <= reply_by <= held_on:
        raise Refused(
            f"回执期限须在今日至会议召开日（{held_on.isoformat()}）之间。",
            en=f"The day of reply lies between today and the meeting ({held_on}).",
            field="reply_by",
            source=REPLIES,
        )


@dataclass(frozen=True)
class Sent:
    """A notice that went out: with which sequence, when, of which day and hour, to whom, and whom it left out."""

    sequence: int
    sent_at: datetime
    when: tuple[str, str]
    told: Collection[UUID]
    left_out: Collection[UUID] = ()


def untold(sequence: int, sent: Sequence[Sent], there: Iterable[UUID]) -> list[UUID]:
    """Those on the list who have not heard of the meeting as it now stands, and were not left out of that by choice."""
    settled = _at(sequence, sent, "told") | _at(sequence, sent, "left_out")
    return [who for who in there if who not in settled]


def left_out(sequence: int, sent: Sequence[Sent], there: Iterable[UUID]) -> list[UUID]:
    """Those on the list whom the office chose not to tell of the meeting as it now stands."""
    chosen = _at(sequence, sent, "left_out") - _at(sequence, sent, "told")
    return [who for who in there if who in chosen]


def _at(sequence: int, sent: Iterable[Sent], which: str) -> set[UUID]:
    return {who for notice in sent if notice.sequence >= sequence for who in getattr(notice, which)}


def must_hear(who: UUID, *, expected: bool, untold: bool, cancelled: bool, sent: Iterable[Sent]) -> bool:
    """Whether no sending may leave him out: he is expected and has not heard, or was called to what is called off.

    Source: dossier 1.4 R2 (应到人员不得删除).
    """
    return untold and (expected or (cancelled and who in _at(0, sent, "told")))


def stale(replied_at: datetime | None, sent: Sequence[Sent]) -> bool:
    """Whether the reply was given to another day or hour than the last notice names."""
    known = [notice for notice in sent if replied_at and notice.sent_at <= replied_at]
    return bool(known) and known[-1].when != sent[-1].when


# ── 回执 ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Reply:
    """What is replied for somebody who is called."""

    reply: str
    text: str = ""
    proxy_name: str = ""
    proxy_title: str = ""

    @property
    def trimmed(self) -> Reply:
        """Without blanks around it, and without a proxy where none is sent."""
        sends = self.reply == PROXY
        return Reply(
            self.reply,
            self.text.strip(),
            self.proxy_name.strip() if sends else "",
            self.proxy_title.strip() if sends else "",
        )


def check_reply(reply: Reply, *, name: str, has_unit: bool, proxies: bool) -> None:
    """The reply can be taken: a proxy where the charter lets it be, and named; leave with its reason."""
    if reply.reply == PROXY:
        _check_proxy(reply, has_unit=has_unit, proxies=proxies)
    elif reply.reply == LEAVE and not reply.text:
        raise Refused("请填写请假的原因。", en="Say why leave is asked.", field="text", source=REPLIES)
    elif reply.reply == ATTENDS and not name:
        raise Refused(
            "该席位尚未确定人选：请先登记任职，或委派本单位人员参加。",
            en="The post is vacant: name its holder first, or send a proxy.",
            field="reply",
            source=REPLIES,
        )


def _check_proxy(reply: Reply, *, has_unit: bool, proxies: bool) -> None:
    if not proxies:
        raise Refused(
            "按本级制度，成员缺席不得委派他人参会；不能到会的，请选择请假。",
            en="The charter lets no member send a proxy: ask leave.",
            field="reply",
            source="制度四(二)",
        )
    if not has_unit:
        raise Refused(
            "只有成员单位可以委派本单位人员参会；不能到会的，请选择请假。",
            en="Only a member unit sends a proxy, from among its own.",
            field="reply",
            source=REPLIES,
        )
    for text, field, zh, en in (
        (reply.proxy_name, "proxy_name", "受委派人姓名", "name"),
        (reply.proxy_title, "proxy_title", "受委派人职务", "title"),
    ):
        if not text:
            raise Refused(f"请填写{zh}。", en=f"Give the proxy's {en}.", field=field, source=REPLIES)


# ── 到会预计 ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Answer:
    """What one who is expected has replied so far."""

    unit_id: UUID | None
    reply: str | None
    leave_granted: bool | None = None

    @property
    def counts_as(self) -> str:
        """Leave that was refused is no reply: he is expected to come or to send somebody."""
        return NONE if self.reply is None or self.leave_granted is False else self.reply


@dataclass(frozen=True)
class Outlook:
    """How many are expected and what they replied; how many units that makes, against the charter's quorum."""

    counts: Mapping[str, int]
    expected: int
    units: int
    sure: int  # units from which somebody comes
    open: int  # units that may still send somebody
    percent: int | None

    @property
    def standing(self) -> str:
        """met: enough units come; open: it hangs on those that have not replied; lost: too few can come."""
        if self.percent is None or not self.units:
            return ""
        if not short_of_quorum(self.sure, self.units, self.percent):
            return "met"
        return "lost" if short_of_quorum(self.sure + self.open, self.units, self.percent) else "open"

    @property
    def needed(self) -> int:
        """How many units make the quorum."""
        return -(-self.units * (self.percent or 0) // 100)


def outlook(answers: Iterable[Answer], percent: int | None) -> Outlook:
    """What the replies promise. A unit comes where anybody comes for it. Source: dossier 1.2 (应到≥2/3)."""
    listed = list(answers)
    counts = {key: sum(answer.counts_as == key for answer in listed) for key in (*ANSWERS, NONE)}
    units: dict[UUID, set[str]] = {}
    for answer in listed:
        if answer.unit_id is not None:
            units.setdefault(answer.unit_id, set()).add(answer.counts_as)
    sure = sum(bool(said & {ATTENDS, PROXY}) for said in units.values())
    waiting = sum(NONE in said and not said & {ATTENDS, PROXY} for said in units.values())
    return Outlook(counts, len(listed), len(units), sure, waiting, percent)

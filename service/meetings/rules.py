"""Whether meetings were held as the tenant's own rule asks, and what became of agreed items. Source: dossier 6-8, 6-12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from config.workdays import Workdays
from service.charter.own_meetings import own_meetings
from service.kit.process import Process, Step

KINDS = ("plenary", "special", "liaison", "own")  # named in the wording group `meeting_type`
ATTENDED = ("present", "proxy")  # a proxy counts as the unit's attendance. Source: dossier 6-13
NOT_CALLED = "not_called"  # to a plenary of some of the members only. Source: dossier 2.1
MODES = ("present", "proxy", "leave", NOT_CALLED)  # named in `attendance`; a unit without a row was absent
DEPUTED = ("deputy_convener", "substitute", "office_deputy")  # chair by delegation only. Source: dossier 1.2 M6, 1.4
CONCERNED = ("special", "own")  # call the units concerned, who are named
RESOLUTIONS = ("action", "in_principle", "to_study")  # named in `resolution_kind`; only the first is followed
REPLIES = ("attends", "proxy", "leave")
UPCOMING = ("planned", "noticed", "in_session")
SEATS = {"convener": "CV", "deputy_convener": "VC", "office_director": "OD", "office_deputy": "ODp"}
DELEGATES = {
    "convener": ("deputy_convener", "substitute"),
    "office_director": ("office_deputy",),
}  # whom who may depute

# What a meeting goes through. Whoever held one on paper puts it on record.
_PLENARY, _SPECIAL = "制度四(二)", "制度四(三)"
_RULES = f"{_PLENARY}、{_SPECIAL.removeprefix('制度')}"
MEETING = Process(
    "meeting",
    "会议",
    "meeting",
    "meeting_state",
    (
        Step("prepare", (), "planned", "筹备", "prepare", _RULES),
        Step("revise", ("planned", "noticed"), None, "修改", "revise", _RULES),
        Step("call", ("planned",), "noticed", "发会议通知", "send the notice", _RULES),
        Step("open", ("planned", "noticed"), "in_session", "开会", "open the sitting", _RULES),
        Step("sit", ("in_session",), None, "记录会场情况", "record the sitting", _RULES),
        Step("close", ("in_session",), "held", "结束会议", "close the sitting", _RULES),
        Step("cancel", ("planned", "noticed"), "cancelled", "取消", "cancel", _RULES),
        Step("record", (), "held", "登记", "put on record", _RULES),
    ),
)
PROCESSES = (MEETING,)


@dataclass(frozen=True)
class Item:
    """What the formulas know of an agreed item of signed minutes."""

    due: date
    done_on: date | None

    def done(self, as_of: date) -> bool:
        return self.done_on is not None and self.done_on <= as_of


def carried_out(items: Iterable[Item], as_of: date) -> tuple[int, int]:
    """Done among those due ÷ due. Source: dossier 6-8."""
    due = [item for item in items if item.due <= as_of]
    return sum(item.done(as_of) for item in due), len(due)


def all_done(items: Iterable[Item], as_of: date) -> tuple[int, int]:
    """Done ÷ all. Source: dossier 6-8."""
    listed = list(items)
    return sum(item.done(as_of) for item in listed), len(listed)


def prorated(low: int, year: int, opened_on: date) -> int:
    """The minimum for a tenant opened within the year: by the months left, rounded up. Source: dossier 6-12."""
    if opened_on.year != year:
        return low
    return ceil(low * (13 - opened_on.month) / 12)


def owed_by(low: int, as_of: date, cadence: str = "year") -> int:
    """The yearly minimum is owed at the year's end; before that, the part of the months gone by, rounded down.

    Where meetings are called as needed, nothing is owed before the year is over.
    """
    gone = as_of.month if (as_of + timedelta(days=1)).day == 1 else as_of.month - 1
    return low if gone == 12 else 0 if cadence == "irregular" else low * gone // 12


def exists(kind: str, charter: Mapping[str, Any]) -> bool:
    """Whether the charter knows such meetings at all. Source: seed 四(二), 四(三); dossier 2.1."""
    asked = {"special": "special_meeting", "liaison": "liaison_meeting", "own": "own_meetings"}
    return kind == "plenary" or bool(charter[asked[kind]])


def chairs(kind: str, charter: Mapping[str, Any], *, office: bool = True, own: str = "") -> tuple[str, ...]:
    """The posts that may chair such a meeting by the charter's own rules, the first as a rule.

    `own` names which kind of its own it is; without the name, whoever may chair one of them. Without an office the lead department does what its director would. Source: seed 四(二), 四(三); dossier 1.4 R2, R3.
    """
    if kind != "plenary":
        asked = _own_chairs(charter, own) if kind == "own" else charter["special_chair"]
        return tuple(dict.fromkeys(asked if office else map(_without_office, asked)))
    found = [charter["plenary_chair"]]
    if charter["deputy_may_chair"]:
        found.append("deputy_convener")
    if charter["plenary_chair_substitute"]:
        found.append("substitute")
    return tuple(found)


def _own_chairs(charter: Mapping[str, Any], name: str) -> list[str]:
    """Who chairs that kind of its own, or any: those it names, else as a special meeting. Source: dossier 2.1."""
    kinds = [kind for kind in own_meetings(charter) if name in ("", kind.name)]
    return [post for kind in kinds for post in kind.chairs or charter["special_chair"]]


def may_be_delegated(post: str, charter: Mapping[str, Any], *, office: bool = True) -> bool:
    """Whether the charter lets that post chair some meeting in another's place."""
    return any(post in chairs(kind, charter, office=office) for kind in KINDS if exists(kind, charter))


def _without_office(post: str) -> str:
    return "lead_unit" if post in ("office_director", "office_deputy") else post


def called_roles(kind: str, charter: Mapping[str, Any]) -> tuple[str, ...]:
    """The posts whose holders are expected, by the charter. Source: seed 四(二), 四(三); dossier 1.4 R2, R3."""
    if kind == "plenary":
        return ("convener", "deputy_convener", "office_director", "office_deputy", *charter["plenary_attendance"])
    if kind == "liaison":
        return ("office_director", "office_deputy", "liaison")
    return ("office_director", "office_deputy", *charter["special_attendance"])


def notice_by(held_on: date, charter: Mapping[str, Any], days: Workdays) -> date | None:
    """By when those called are to have the notice. Source: dossier 6 (会议通知 会前5工作日)."""
    within = charter["notice_workdays"]
    return days.add(held_on, -within) if within is not None else None


def unit_came(modes: Iterable[str | None]) -> str | None:
    """How a unit was there, from how each of its people was; nothing where it was absent. Source: dossier 6-13."""
    found = set(modes)
    return next((mode for mode in ("present", "proxy", "leave") if mode in found), None)


def short_of_quorum(came: int, called: int, percent: int | None) -> bool:
    """Whether fewer units came than the charter asks for. Source: dossier 1.2 (应到≥2/3)."""
    return percent is not None and came * 100 < called * percent


def minutes_by(held_on: date, charter: Mapping[str, Any], days: Workdays) -> date | None:
    """By when the minutes are to be signed. Source: dossier 6 (纪要 会后7工作日)."""
    within = charter["minutes_workdays"]
    return days.add(held_on, within) if within is not None else None

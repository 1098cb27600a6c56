"""Which places there are at the table, who fits them, and what may be shown of a person. Pure.

Source: seed 二; dossier 1.2 M2 to M7.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tenants.errors import Refused

COMPOSITION = "制度二 成员单位"
UNIT_ROLES = ("member_rep", "liaison")  # one in each member unit; the others belong to the conference as a whole
SEAT_OF = {  # the seat that a post gives; the system administrator grants it, and it goes when the post is left
    "convener": "CV",
    "deputy_convener": "VC",
    "office_director": "OD",
    "office_deputy": "ODp",
    "member_rep": "MR",
    "liaison": "LI",
}
ORDER = ("convener", "deputy_convener", "office_director", "office_deputy", "member_rep", "liaison")


@dataclass(frozen=True)
class Place:
    """One place at the table. `key` names it for ever: role, unit or organ, and a number among equals."""

    key: str
    role: str
    name: str
    unit: str | None = None
    organ: str = ""
    rank: str = ""


@dataclass(frozen=True)
class PersonText:
    """What is said of a person."""

    name: str
    title: str = ""
    rank: str = ""
    mobile: str = ""


def places(posts: Iterable[Mapping[str, Any]], unit_keys: Iterable[str]) -> list[Place]:
    """Every place that the charter's posts make, in the order of the roles. Source: seed 二."""
    keys = list(unit_keys)
    counted: Counter[str] = Counter()
    found = [place for post in posts for place in _of_post(post, keys, counted)]
    return sorted(found, key=lambda place: ORDER.index(place.role))


def _of_post(post: Mapping[str, Any], unit_keys: list[str], counted: Counter[str]) -> Iterator[Place]:
    everywhere = post["unit"] is None and not post["organ"]
    for unit in unit_keys if everywhere else [post["unit"]]:
        stem = f"{post['role']}/{unit or post['organ']}"
        counted[stem] += 1
        yield Place(f"{stem}/{counted[stem]}", post["role"], post["name"], unit, post["organ"], post["rank"])


def of_unit(post: str) -> bool:
    """Whether a place stands in each member unit, by its key."""
    return post.partition("/")[0] in UNIT_ROLES


def check_person(words: PersonText) -> None:
    """The person has a name, and a number that can be dialled if there is one."""
    if not words.name.strip():
        raise _refused("请填写姓名。", "Give the person's name.", "name")
    if words.mobile.strip() and not re.fullmatch(r"\+?[0-9][0-9 -]{4,18}", words.mobile.strip()):
        raise _refused("电话号码应为数字，如 13800001234 或 0551-62345678。", "The number is digits only.", "mobile")


def check_term(from_date: date, latest: tuple[str, date, date | None] | None) -> None:
    """Exactly one person holds the post at a time: the new term begins after the last one's first day.

    `latest` is the last holder: name, first day, last day (None: still in office). Source: dossier 1.2 M2, M7.
    """
    if latest is None:
        return
    name, began, ended = latest
    if from_date <= began or (ended is not None and from_date <= ended):
        until = ended.isoformat() if ended else "今"
        raise _refused(
            f"{name}自{began.isoformat()}至{until}担任该职务，同一时点只能有一人在任，请核对任职日期。",
            f"{name} holds the post from {began.isoformat()}; one person at a time.",
            "from_date",
        )


def check_end(to_date: date, from_date: date) -> None:
    """A term ends on or after the day it began."""
    if to_date < from_date:
        raise _refused(
            f"离任日期不得早于任职日期（{from_date.isoformat()}）。", "A term cannot end before it began.", "to_date"
        )


def wrong_rank(rank: str, wanted: str) -> bool:
    """Whether a liaison's rank is not the one the charter asks for: let pass, and said. Source: dossier 1.2 M7."""
    return bool(wanted) and rank.strip() != wanted


def vacant_since(last_day: date | None, joined_on: date) -> date:
    """The first day without anybody."""
    return max(last_day + timedelta(days=1), joined_on) if last_day else joined_on


def overdue(since: date, on: date, allowed_days: int | None) -> bool:
    """Whether a vacancy has lasted longer than the charter allows. Source: dossier 1.2 M7 (空缺>15日)."""
    return allowed_days is not None and (on - since).days > allowed_days


def masked(mobile: str) -> str:
    """A number as the directory shows it: 138****1234; short ones keep their last two digits."""
    if len(mobile) >= 11:
        return f"{mobile[:3]}{'*' * (len(mobile) - 7)}{mobile[-4:]}"
    return "*" * max(0, len(mobile) - 2) + mobile[-2:]


def _refused(message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, field=field, source=COMPOSITION)

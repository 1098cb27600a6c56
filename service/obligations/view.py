"""What is owed as pages and the API show it: in words, with the rule it rests on, one click from what is on record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from config.catalogue import Rule
from service.kit.face import label, spoken
from service.kit.layout import locale
from service.kit.period import MONTHS, Period
from service.obligations.places import place_of
from service.obligations.queries import Year
from service.obligations.rules import KINDS, STANDINGS, Due, Group, Line

# How each standing looks: tone and sign; the word stands in `obligation_standing`. Told apart without colour.
TONES = {"overdue": "red", "soon": "yellow", "open": "grey", "late": "blue", "on_time": "green", "not_owed": "grey"}
SIGNS = {
    "overdue": "alert-triangle",
    "soon": "hourglass",
    "open": "circle",
    "late": "clock",
    "on_time": "circle-check",
    "not_owed": "minus",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def link(due: Due) -> str:
    """The page where one sees and does it."""
    endpoint, args = place_of(due)
    return url_for(endpoint, **dict[str, Any](args))


def word(due: Due) -> str:
    """What it is called: a kind of meeting of a charter's own by its name."""
    return due.title if due.kind == "own_meeting" else label("obligation_kind", due.kind)


def about(due: Due) -> str:
    """What it is about, in words: a period, a meeting, or the day since which a liaison is missing."""
    if KINDS[due.kind].bound:
        return due.title
    if _DAY.fullmatch(due.period):
        return _("%(day)s起空缺", day=due.period)
    period = spoken(Period.parse(due.period, tuple(MONTHS)))
    return _("%(period)s第%(n)s次", period=period, n=due.number) if due.number > 1 else period


def basis(rules: Mapping[str, Rule], due: Due) -> tuple[str, str]:
    """The article, and the key of the rule, that it rests on."""
    key = KINDS[due.kind].rule
    return rules[key].article, key


@dataclass(frozen=True)
class Mark:
    """One mark in a month of the wheel."""

    word: str
    said: str  # the whole of it, for who hears the page or rests on the mark
    tone: str
    sign: str
    count: str  # `9/11` where several owe the same
    url: str


def months(found: Year) -> list[list[Mark]]:
    """The wheel, month by month."""
    return [[_mark(found, number, group) for group in groups] for number, groups in enumerate(found.months, start=1)]


def _mark(found: Year, month: int, group: Group) -> Mark:
    kind = group.first.kind
    single = len(group.lines) == 1
    where = link(group.first) if single else url_for("obligations.index", year=found.year, month=month, kind=kind)
    return Mark(
        word=word(group.first) if single else label("obligation_kind", kind),
        said=said(found, group),
        tone=TONES[group.standing],
        sign=SIGNS[group.standing],
        count="" if single else f"{group.done}/{group.owed}",
        url=where,
    )


def said(found: Year, group: Group) -> str:
    """The mark in words: 工作进展：共 11 项，按时完成 9 项，已逾期 2 项。"""
    first = group.first
    if len(group.lines) == 1:
        stands = label("obligation_standing", group.standing)
        return _(
            "%(what)s（%(about)s），%(day)s 前，%(stands)s",
            what=word(first),
            about=about(first),
            day=first.due,
            stands=stands,
        )
    parts = [
        _("%(stands)s %(n)s 项", stands=label("obligation_standing", key), n=group.counts[key])
        for key in STANDINGS
        if group.counts[key]
    ]
    return _(
        "%(what)s共 %(n)s 项：%(parts)s",
        what=label("obligation_kind", first.kind),
        n=len(group.lines),
        parts=("，" if locale() == "zh" else ", ").join(parts),
    )


def legend() -> list[tuple[str, str, str]]:
    """What the signs say: tone, sign and word of each standing."""
    return [(TONES[key], SIGNS[key], label("obligation_standing", key)) for key in STANDINGS]


@dataclass(frozen=True)
class Item:
    """One line of what is next or late."""

    word: str
    about: str
    who: str
    due: date
    tone: str
    sign: str
    standing: str
    days: int  # until it is due; past it, below nought
    url: str


def items(found: Year, groups: list[Group], most: int = 5) -> list[Item]:
    """The first of them, as the home page lists them."""
    return [_item(found, group) for group in groups[:most]]


def _item(found: Year, group: Group) -> Item:
    first = group.first
    single = len(group.lines) == 1
    narrowed = {"year": found.year, "month": first.due.month, "kind": first.kind, "standing": group.standing}
    return Item(
        word=word(first),
        about=about(first),
        who=owner(found, group.lines[0]) if single else _("%(n)s 个单位", n=len(group.lines)),
        due=first.due,
        tone=TONES[group.standing],
        sign=SIGNS[group.standing],
        standing=group.standing,
        days=(first.due - found.on).days,
        url=link(first) if single else url_for("obligations.index", **narrowed),
    )


def owner(found: Year, line: Line) -> str:
    """Who owes it: the unit by name, or the conveners or the office."""
    return found.unit(line) or label("obligation_who", line.due.who)


def as_json(found: Year, rules: Mapping[str, Rule], line: Line) -> dict[str, Any]:
    """The line for programs."""
    due = line.due
    article, rule = basis(rules, due)
    key, name = found.units.get(due.unit, (None, ""))
    return {
        "kind": due.kind,
        "who": due.who,
        "unit": key,
        "unit_name": name,
        "period": due.period,
        "number": due.number or None,
        "title": due.title,
        "due": due.due,
        "done_on": due.done_on,
        "standing": line.standing,
        "remind": line.remind,
        "article": article,
        "rule": rule,
        "link": link(due),
    }


@dataclass(frozen=True)
class Shown:
    """The year on the home page: what is next, what is late, what the reminders say, and the twelve months."""

    year: Year
    months: list[list[Mark]]
    ahead: list[Item]
    overdue: list[Item]
    legend: list[tuple[str, str, str]]
    late: int  # how many are overdue, those not listed among them


def year_shown(found: Year | None) -> Shown | None:
    """Nothing for whom the year holds nothing."""
    if found is None or not found.lines:
        return None
    late = found.overdue
    return Shown(found, months(found), items(found, found.ahead), items(found, late), legend(), found.counts["overdue"])

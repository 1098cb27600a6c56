"""A place's own days of rest and of work: what may be set. Pure. Source: issue 5; dossier 6-9 (截止遇法定节假日顺延)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from config.workdays import KINDS, Special, announced
from tenants.errors import Refused

LONGEST = 31  # days at once
SOURCE = "工作日历：放假安排以国务院办公厅公布的为准，本级另有规定的从其规定"
WORDS = {"放假": "holiday", "休": "holiday", "holiday": "holiday", "上班": "makeup", "班": "makeup", "makeup": "makeup"}


@dataclass(frozen=True)
class Day:
    """A day that is not what its weekday says, and who said so."""

    day: date
    kind: str
    name: str
    own: bool
    basis: str = ""


def days_of(year: int, own: Mapping[date, Day]) -> list[Day]:
    """The year's special days as the place knows them, in order; its own stand before those announced."""
    told = {day: Day(day, said.kind, said.name, False) for day, said in announced(year).items()}
    told |= {day: said for day, said in own.items() if day.year == year}
    return [told[day] for day in sorted(told)]


def span(first: date, last: date, on: date) -> list[date]:
    """The days from the first to the last, or a refusal: what is over stays counted as it was."""
    if last < first:
        raise Refused("截止日不能早于起始日。", en="The last day is not before the first.", field="last", source=SOURCE)
    if (last - first).days >= LONGEST:
        raise Refused(f"一次最多设置{LONGEST}天。", en=f"At most {LONGEST} days at once.", field="last", source=SOURCE)
    check_ahead(first, on, "first")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def check_ahead(day: date, on: date, field: str = "") -> None:
    """Nothing, or a day that is over is refused: the deadlines of then were counted by the calendar of then."""
    if day <= on:
        raise Refused(
            f"只能设置今天以后的日子；{day}及以前的期限已按当时的日历计算。",
            en="Only days to come are set; deadlines until today were counted by the calendar of then.",
            field=field,
            source=SOURCE,
        )


def checked(text: str, field: str, zh: str, en: str, most: int = 100) -> str:
    """The text without the blanks around it; an empty or overlong one is refused."""
    said = text.strip()
    if not said or len(said) > most:
        raise Refused(f"请填写{zh}，不超过{most}字。", en=f"Give {en}, at most {most} characters.", field=field)
    return said


def read_list(text: str, on: date) -> dict[date, Special]:
    """The days of a pasted list, one a line: day, 放假 or 上班, name. A wrong line is refused by its number."""
    found: dict[date, Special] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            day, special = _read(number, line)
            if day > on:
                found[day] = special
    if not found:
        raise Refused(
            "没有可采用的日子：请粘贴今天以后的日期，每行一天。", en="There is no day to come in it.", field="text"
        )
    return found


def _read(number: int, line: str) -> tuple[date, Special]:
    cells = [cell.strip() for cell in re.split(r"[,，\t]", line)]
    day, kind = _date(cells[0]), WORDS.get(cells[1]) if len(cells) > 2 else None
    if day is None or kind not in KINDS or not cells[2] or len(cells[2]) > 100:
        raise Refused(
            f"第{number}行“{line.strip()[:40]}”看不懂：应为“日期,放假或上班,名称”，如“2027-10-01,放假,国庆节”。",
            en=f"Line {number} is not understood: day, holiday or makeup, name.",
            field="text",
        )
    return day, Special(kind, cells[2])


def _date(text: str) -> date | None:
    parts = re.fullmatch(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def differing(told: Mapping[date, Special], own: list[Day], on: date) -> dict[date, Special]:
    """Of the days told, those to come that the place knows otherwise, or not at all."""
    known = {row.day: row.kind for row in own}
    return {day: said for day, said in told.items() if day > on and known.get(day) != said.kind}


def content(days: Iterator[Day] | list[Day]) -> dict[str, list[list[str]]]:
    """The days as they are sealed for the places below."""
    return {"days": [[row.day.isoformat(), row.kind, row.name] for row in days]}


def of_content(sealed: Mapping[str, list[list[str]]]) -> dict[date, Special]:
    """The days of what came sealed from above."""
    return {date.fromisoformat(day): Special(kind, name) for day, kind, name in sealed["days"] if kind in KINDS}

"""Periods: `2026M07`, `2026B4` (two months), `2026Q3`, `2026H1`, `2026`. Figures are as of the end of the last day."""

from __future__ import annotations

import re
from calendar import month_abbr, monthrange
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tenants.errors import Refused

_FORM = re.compile(r"(20\d{2})(?:M(0[1-9]|1[0-2])|B([1-6])|Q([1-4])|H([12]))?")
_LETTERS = ("M", "B", "Q", "H")
_QUARTERS = "一二三四"
MONTHS = {"M": 1, "B": 2, "Q": 3, "H": 6, "Y": 12}
FIGURES = ("Q", "H", "Y")  # what figures are published for; by the month only units report. Source: dossier 4.2 (频率)
_EXAMPLES = {"M": "2026M07", "B": "2026B4", "Q": "2026Q3", "H": "2026H1", "Y": "2026"}


@dataclass(frozen=True, order=True)
class Period:
    """A month, two months, a quarter, a half-year or a year."""

    year: int
    kind: str  # a key of MONTHS
    number: int
    cut: date | None = field(default=None, compare=False)  # what runs yet is looked at up to a day before its last

    @staticmethod
    def parse(text: str, kinds: tuple[str, ...] = FIGURES) -> Period:
        """The period that the text names, of one of the kinds; anything else is refused."""
        match = _FORM.fullmatch(text)
        kind, number = _numbered(match.groups()[1:]) if match else ("", 0)
        if not match or kind not in kinds:
            examples = [_EXAMPLES[known] for known in kinds]
            raise Refused(
                f"期别“{text}”无法识别，应如 {'、'.join(examples[:-1])} 或 {examples[-1]}。",
                en=f"Period {text!r} is not of the form {', '.join(examples[:-1])} or {examples[-1]}.",
                field="period",
            )
        return Period(int(match.group(1)), kind, number)

    @staticmethod
    def quarter_of(day: date) -> Period:
        """The quarter the day lies in."""
        return Period.of(day, "Q")

    @staticmethod
    def of(day: date, kind: str) -> Period:
        """The period of that kind the day lies in."""
        return Period(day.year, kind, (day.month - 1) // MONTHS[kind] + 1)

    @property
    def months(self) -> int:
        return MONTHS[self.kind]

    @property
    def start(self) -> date:
        """The period's first day."""
        return date(self.year, (self.number - 1) * self.months + 1, 1)

    @property
    def last(self) -> date:
        """The period's last day."""
        month = self.number * self.months
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def end(self) -> date:
        """What `as_of` means for its figures: the last day, or the day it is cut at."""
        return self.cut or self.last

    def closed(self, on: date) -> bool:
        """Whether the period is over on that day."""
        return on > self.last

    def so_far(self, on: date) -> Period:
        """The period up to yesterday: nothing that is due later is overdue yet. Source: dossier 6 (as_of)."""
        return replace(self, cut=min(self.last, on - timedelta(days=1)))

    def previous(self) -> Period:
        """The period before this one, of the same kind."""
        count = 12 // self.months
        index = self.year * count + self.number - 2
        return Period(index // count, self.kind, index % count + 1)

    def ending(self, kind: str) -> list[Period]:
        """The periods of that kind that end within this one: a quarter's months, or the half-year that it closes."""
        every = [Period(self.year, kind, number) for number in range(1, 12 // MONTHS[kind] + 1)]
        return [period for period in every if self.start <= period.last <= self.last]

    @property
    def label(self) -> str:
        """How officials say it."""
        first, last = self.start.month, self.last.month
        return f"{self.year}年" + {
            "M": f"{first}月",
            "B": f"{first}—{last}月",
            "Q": f"第{_QUARTERS[(last - 1) // 3]}季度",
            "H": "上半年" if first == 1 else "下半年",
            "Y": "全年",
        }.get(self.kind, "")

    @property
    def english(self) -> str:
        """How it is said in English."""
        if self.months > 2:
            return str(self.year) if self.kind == "Y" else f"{self.kind}{self.number} {self.year}"
        names = dict.fromkeys(month_abbr[day.month] for day in (self.start, self.last))
        return f"{'–'.join(names)} {self.year}"

    def __str__(self) -> str:
        width = 2 if self.kind == "M" else 1
        return str(self.year) if self.kind == "Y" else f"{self.year}{self.kind}{self.number:0{width}}"


def _numbered(groups: tuple[str | None, ...]) -> tuple[str, int]:
    """The letter and the number that was given; a year has neither."""
    return next(((kind, int(given)) for kind, given in zip(_LETTERS, groups, strict=True) if given), ("Y", 1))


def last_closed_quarter(on: date) -> Period:
    """The newest quarter that is over on that day."""
    return Period.quarter_of(on).previous()

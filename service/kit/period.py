"""Periods: `2026Q3`, `2026H1`, `2026`. A period's figures are as of the end of its last day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tenants.errors import Refused

_FORM = re.compile(r"(20\d{2})(?:Q([1-4])|H([12]))?")
_QUARTERS = "一二三四"


@dataclass(frozen=True, order=True)
class Period:
    """A quarter, a half-year or a year."""

    year: int
    kind: str  # "Q" | "H" | "Y"
    number: int
    cut: date | None = field(default=None, compare=False)  # what runs yet is looked at up to a day before its last

    @staticmethod
    def parse(text: str) -> Period:
        """The period that the text names; anything else is refused."""
        match = _FORM.fullmatch(text)
        if not match:
            raise Refused(
                f"期别“{text}”无法识别，应如 2026Q3、2026H1 或 2026。",
                en=f"Period {text!r} is not of the form 2026Q3, 2026H1 or 2026.",
                field="period",
            )
        year, quarter, half = match.groups()
        if quarter:
            return Period(int(year), "Q", int(quarter))
        return Period(int(year), "H", int(half)) if half else Period(int(year), "Y", 1)

    @staticmethod
    def quarter_of(day: date) -> Period:
        """The quarter the day lies in."""
        return Period(day.year, "Q", (day.month + 2) // 3)

    @property
    def months(self) -> int:
        return {"Q": 3, "H": 6, "Y": 12}[self.kind]

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

    @property
    def label(self) -> str:
        """How officials say it."""
        if self.kind == "Q":
            return f"{self.year}年第{_QUARTERS[self.number - 1]}季度"
        return f"{self.year}年" + {"H1": "上半年", "H2": "下半年", "Y1": "全年"}[f"{self.kind}{self.number}"]

    @property
    def english(self) -> str:
        """How it is said in English."""
        return str(self.year) if self.kind == "Y" else f"{self.kind}{self.number} {self.year}"

    def __str__(self) -> str:
        return str(self.year) if self.kind == "Y" else f"{self.year}{self.kind}{self.number}"


def last_closed_quarter(on: date) -> Period:
    """The newest quarter that is over on that day."""
    return Period.quarter_of(on).previous()

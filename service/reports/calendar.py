"""Which reports the charter asks for, and by when. Pure.

Source: seed 四(一) (定期向政府报告工作); dossier 1.4 R1 (到期未报), 2.4 (半年+年度、年度、季度), 6 (默认期限).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service.kit.period import Period

KINDS = {"quarter": "Q", "half_year": "H", "year": "Y"}  # what happens is reported when it does: `event` is never due


@dataclass(frozen=True)
class Owed:
    """A period that the government is to be told of by that day."""

    period: Period
    by: date

    def late(self, on: date) -> bool:
        """Whether the day is over."""
        return on > self.by


def owed(charter: Mapping[str, Any], on: date, opened_on: date, signed: Iterable[str]) -> list[Owed]:
    """The newest closed period of each cycle that is not reported yet, the earliest due first."""
    closed = [Period.of(on, KINDS[cycle]).previous() for cycle in charter["report_cycle"] if cycle in KINDS]
    told = set(signed)
    found = [Owed(period, due(charter, period)) for period in closed if period.last >= opened_on]
    return sorted((item for item in found if str(item.period) not in told), key=lambda item: item.by)


def due(charter: Mapping[str, Any], period: Period) -> date:
    """By when the report of that period is to be signed."""
    if period.kind == "Q":
        return period.last + timedelta(days=charter["report_due_quarter_days"])
    whole_year = period.last.month == 12
    month, day = (int(part) for part in charter["report_due_year" if whole_year else "report_due_half_year"].split("-"))
    return date(period.year + whole_year, month, day)

"""Which reports the charter asks for, and by when. Pure.

Source: seed 四(一) (定期向政府报告工作); dossier 1.4 R1 (到期未报), 2.4 (半年+年度、年度、季度), 6 (默认期限).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.workdays import Workdays
from service.kit.period import Period
from service.submissions.rules import month_day, moving, shifted

KINDS = {"quarter": "Q", "half_year": "H", "year": "Y"}  # what happens is reported when it does: `event` is never due


@dataclass(frozen=True)
class Owed:
    """A period that the government is to be told of by that day."""

    period: Period
    by: date

    def late(self, on: date) -> bool:
        """Whether the day is over."""
        return on > self.by


def owed(charter: Mapping[str, Any], on: date, opened_on: date, signed: Iterable[str], days: Workdays) -> list[Owed]:
    """The newest closed period of each cycle that is not reported yet, the earliest due first."""
    newest: dict[str, Period] = {}
    for period in (*periods(charter, on.year - 1), *periods(charter, on.year)):
        if period.closed(on) and period.last >= opened_on:
            newest[period.kind] = period
    told = set(signed)
    found = [Owed(period, due(charter, period, days)) for period in newest.values() if str(period) not in told]
    return sorted(found, key=lambda item: item.by)


def periods(charter: Mapping[str, Any], year: int) -> list[Period]:
    """What the charter's cycle asks to be reported of that year; with a report of the whole year, its second half is told there."""
    kinds = [KINDS[cycle] for cycle in charter["report_cycle"] if cycle in KINDS]
    found = [period for kind in kinds for period in Period(year, "Y", 1).ending(kind)]
    return [period for period in found if not ("Y" in kinds and period.kind == "H" and period.number == 2)]


def due(charter: Mapping[str, Any], period: Period, days: Workdays) -> date:
    """By when the report of that period is to be signed, on a working day where the charter shifts."""
    moves = moving(charter, days)
    if period.kind == "Q":
        return shifted(period.last + timedelta(days=charter["report_due_quarter_days"]), moves)
    whole_year = period.last.month == 12
    named = charter["report_due_year" if whole_year else "report_due_half_year"]
    return month_day(period.year + whole_year, named, moves)

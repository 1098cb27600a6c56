"""When a place owes its parent a period's figures, and how it kept that day. Pure.

Source: dossier 6-9 (及时以首次提交为准, 遇节假日顺延, 新增单位自下期起算), 6-10 (宽限期后为漏报).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from config.workdays import Workdays
from service.kit.period import Period
from service.submissions.rules import Grace, Standing, moving, shifted, standing

UNREPORTED = ("overdue", "missed")


@dataclass(frozen=True)
class Deadline:
    """The day by which a period's figures are owed, and how many working days later they count as missed."""

    due: date
    grace: Grace


@dataclass(frozen=True)
class Timing:
    """How one place stands to the deadline; `days` is how late it was, or has been so far."""

    standing: Standing
    due: date
    days: int = 0


def deadline(period: Period, rules: Mapping[str, Any], days: Workdays) -> Deadline:
    """So many days after the period's last, on the next working day where the charter shifts."""
    due = shifted(period.last + timedelta(days=rules["figures_due_days"]), moving(rules, days))
    return Deadline(due, Grace(rules["grace_workdays"], days))


def timing(owed: Deadline, period: Period, opened_on: date, published_on: date | None, on: date) -> Timing:
    """How a place that was opened and first published on those days stands on that day.

    Who was opened within the period owes from the next one on.
    """
    if opened_on > period.start:
        return Timing("exempt", owed.due)
    stands = standing(owed.due, published_on, "", on, owed.grace)
    late = 0 if stands in ("on_time", "open") else ((published_on or on) - owed.due).days
    return Timing(stands, owed.due, late)

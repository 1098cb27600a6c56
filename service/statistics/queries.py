"""Reading a tenant's own figures: live ones of a period, and what it has published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select

from config.catalogue import Indicator, progress_indicators
from service.kit.period import Period, last_closed_quarter
from service.meetings import figures as meetings
from service.statistics.models import PeriodDraft
from service.statistics.rules import Amount, compliance, percent, whole
from service.submissions import figures as submissions
from service.tasks import figures as tasks
from tenants.audit import plain
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.exchange import Publication
from tenants.rollup import Entry

Source = Callable[[FencedSession, Period], list[Entry]]
# The rooms that publish figures.
SOURCES: tuple[Source, ...] = (tasks.figures, submissions.figures, meetings.figures)


def live(session: FencedSession, period: Period) -> list[Entry]:
    """The period's figures as the tenant's own rows give them, in the catalogue's order."""
    found = {entry.code: entry for source in SOURCES for entry in source(session, period)}
    return [found[indicator.code] for indicator in progress_indicators() if indicator.code in found]


def entries_as_published(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The figures in the form they are sealed in, for comparison with a revision."""
    return plain([{**vars(entry), "detail": dict(entry.detail or {})} for entry in entries])


def publications(session: FencedSession, period: str) -> list[Publication]:
    """The period's revisions, newest first."""
    query = select(Publication).where(Publication.period == period).order_by(Publication.revision.desc())
    return list(session.scalars(query))


def latest(session: FencedSession, period: str) -> Publication | None:
    """The period's newest revision."""
    query = select(Publication).where(Publication.period == period).order_by(Publication.revision.desc())
    return session.scalars(query.limit(1)).one_or_none()


def publication(session: FencedSession, period: str, revision: int) -> Publication:
    """One sealed revision."""
    query = select(Publication).where(Publication.period == period, Publication.revision == revision)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise Missing()
    return found


def draft(session: FencedSession, period: str) -> PeriodDraft | None:
    """The words prepared for the period."""
    return session.scalars(select(PeriodDraft).where(PeriodDraft.period == period)).one_or_none()


@dataclass(frozen=True)
class PeriodState:
    """One period in the list: whether it is over, and its newest publication."""

    period: Period
    closed: bool
    latest: Publication | None


def periods(session: FencedSession, on: date, count: int = 8) -> list[PeriodState]:
    """The running quarter and those before it, newest first."""
    newest: dict[str, Publication] = {}
    for row in session.scalars(select(Publication).order_by(Publication.revision)):
        newest[row.period] = row
    listed, period = [Period.quarter_of(on)], last_closed_quarter(on)
    while len(listed) < count:
        listed.append(period)
        period = period.previous()
    return [PeriodState(p, p.closed(on), newest.get(str(p))) for p in listed]


@cache
def by_code() -> dict[str, Indicator]:
    """The published progress figures by code."""
    return {indicator.code: indicator for indicator in progress_indicators()}


@dataclass(frozen=True)
class Shown:
    """A figure as a reader sees it, with all it takes to ask where it came from."""

    indicator: Indicator
    amount: Amount
    text: str
    detail: dict[str, Any]


def shown(row: dict[str, Any] | Entry) -> Shown:
    """The figure of a publication, a delivery or a live entry, ready to be read."""
    data = row if isinstance(row, dict) else entries_as_published([row])[0]
    indicator = by_code()[data["code"]]
    amount = Amount(_decimal(data["numerator"]), _decimal(data["denominator"]), data["status"])
    return Shown(indicator, amount, text_of(indicator, amount, data["detail"]), data["detail"])


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def text_of(indicator: Indicator, amount: Amount, detail: dict[str, Any]) -> str:
    """How the figure is written."""
    if indicator.kind == "compliance":
        return compliance(amount, detail)
    return whole(amount) if indicator.kind == "count" else percent(amount)

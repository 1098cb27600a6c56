"""Reading a tenant's own figures: live ones of a period, and what it has published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import select

from config.catalogue import Indicator, progress_indicators
from service.kit.facts import PERIOD, Facts, Query, Question
from service.kit.period import Period, last_closed_quarter
from service.meetings import figures as meetings
from service.statistics.models import PeriodDraft
from service.statistics.rules import WORDS, Amount, changed, compliance, percent, reworded, whole
from service.submissions import figures as submissions
from service.tasks import figures as tasks
from tenants.audit import plain
from tenants.db import FencedSession
from tenants.errors import Missing, Refused
from tenants.exchange import Publication
from tenants.rollup import Entry

# The rooms that publish figures: what they ask for, and what they make of the answer. The words go up beside them.
_SOURCES: dict[str, Query] = {**tasks.FACTS, **submissions.FACTS, **meetings.FACTS}
_WORDS = select(*(getattr(PeriodDraft, name) for name in WORDS)).where(PeriodDraft.period == PERIOD)
_LAST = select(Publication.revision, Publication.content).where(Publication.period == PERIOD)
_FACTS = Question(_SOURCES)
_WHOLE = Question(_SOURCES | {"words": _WORDS, "last": _LAST.order_by(Publication.revision.desc()).limit(1)})
_FIGURES = (tasks.figures, submissions.figures, meetings.figures)


def live(session: FencedSession, period: Period) -> list[Entry]:
    """The period's figures as the tenant's own rows give them, in the catalogue's order."""
    return _entries(_FACTS.ask(session, period), period)


def _entries(facts: Facts, period: Period) -> list[Entry]:
    found = {entry.code: entry for figures in _FIGURES for entry in figures(facts, period)}
    return [found[indicator.code] for indicator in progress_indicators() if indicator.code in found]


def entries_as_published(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The figures in the form they are sealed in, for comparison with a revision."""
    return plain([{**vars(entry), "detail": dict(entry.detail or {})} for entry in entries])


def publications(session: FencedSession, period: str) -> list[Publication]:
    """The period's revisions, newest first."""
    query = select(Publication).where(Publication.period == period).order_by(Publication.revision.desc())
    return list(session.scalars(query))


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


def words_of(row: PeriodDraft | None) -> dict[str, str]:
    """The words as they go up: every text, the empty ones too."""
    return {name: getattr(row, name) if row else "" for name in WORDS}


@dataclass(frozen=True)
class Last:
    """The period's newest revision."""

    revision: int
    content: dict[str, Any]


@dataclass(frozen=True)
class Ready:
    """What would be sealed now, and the revision that it follows."""

    entries: list[Entry]
    content: dict[str, Any]
    last: Last | None


def as_it_stands(session: FencedSession, period: Period) -> Ready:
    """The period as it would go up now."""
    facts = _WHOLE.ask(session, period)
    entries, words = _entries(facts, period), next(iter(facts["words"]), ("",) * len(WORDS))
    content = {"figures": entries_as_published(entries), "words": dict(zip(WORDS, words, strict=True))}
    return Ready(entries, content, next((Last(*row) for row in facts["last"]), None))


def ready_to_publish(session: FencedSession, period: Period, on: date) -> Ready:
    """What the next revision will say.

    Refused: a period that is not over; a revision that says what the last one said.
    Source: dossier 6 (as_of), 4.4 (corrections make a new revision).
    """
    if not period.closed(on):
        raise Refused(
            f"{period.label}要到{period.end.isoformat()}结束后才能发布，今天是{on.isoformat()}。",
            en=f"{period} ends on {period.end}; it can be published after that day.",
            source="截止日期含义：as_of = 当日24:00",
            field="period",
        )
    ready = as_it_stands(session, period)
    if ready.last is not None and not differences(ready.last.content, ready.content):
        raise Refused(
            f"{period.label}的数据与第{ready.last.revision}次发布完全相同，无需更正。",
            en=f"Nothing differs from revision {ready.last.revision}; there is nothing to correct.",
            source="更正须有变动",
            field="period",
        )
    return ready


@dataclass(frozen=True)
class PeriodState:
    """One period in the list: whether it is over, and its newest publication."""

    period: Period
    closed: bool
    latest: Publication | None

    @property
    def state(self) -> str:
        """`running`, `due` (over and not published) or `published`."""
        return "running" if not self.closed else "published" if self.latest else "due"


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


def since_opening(session: FencedSession, opened_on: date, on: date) -> list[PeriodState]:
    """Every quarter since the conference was opened, newest first; at least the running one."""
    first, last = Period.quarter_of(min(opened_on, on)), Period.quarter_of(on)
    return periods(session, on, (last.year - first.year) * 4 + last.number - first.number + 1)


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


@dataclass(frozen=True)
class Change:
    """One figure or text that a revision says otherwise than the one before it."""

    key: str
    before: Shown | str | None
    after: Shown | str | None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What the later content says otherwise: the figures by code, then the texts. Source: dossier 4.4."""
    old, new = _by_code(before), _by_code(after)
    figures = [
        Change(code, _shown(old.get(code)), _shown(new.get(code))) for code in changed([*old.values()], [*new.values()])
    ]
    words = [
        Change(name, before["words"].get(name, ""), after["words"].get(name, ""))
        for name in reworded(before["words"], after["words"])
    ]
    return figures + words


def _by_code(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in content["figures"]}


def _shown(row: dict[str, Any] | None) -> Shown | None:
    return None if row is None else shown(row)

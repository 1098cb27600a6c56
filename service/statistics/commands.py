"""Writing: the office prepares the words of a period, approves its figures, and publishes them up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.kit.command import command, note
from service.kit.period import Period
from service.kit.seat import Seat
from service.statistics.models import PeriodDraft
from service.statistics.queries import draft, entries_as_published, latest, live
from service.statistics.rules import MOST_WORDS, changed
from tenants import exchange
from tenants.errors import Refused
from tenants.exchange import Publication

WORDS = ("experience", "problem", "suggestion")


@command("figures.review")
def prepare_words(seat: Seat, period: Period, words: Mapping[str, str]) -> PeriodDraft:
    """The period's experience, problems and suggestions are kept; nothing has gone up yet."""
    row = draft(seat.session, str(period)) or PeriodDraft(period=str(period))
    before = {name: getattr(row, name) or "" for name in WORDS}
    for name in WORDS:
        setattr(row, name, _checked(name, words.get(name, "")))
    seat.session.add(row)
    note(seat, f"period:{period}", before=before, after={name: getattr(row, name) for name in WORDS})
    return row


def _checked(name: str, text: str) -> str:
    text = text.strip()
    if len(text) > MOST_WORDS:
        raise Refused(f"不超过{MOST_WORDS}字，现为{len(text)}字。", en=f"At most {MOST_WORDS} characters.", field=name)
    return text


@command("figures.publish")
def publish_period(seat: Seat, period: Period, on: date) -> Publication:
    """The period's figures are sealed as its next revision and on their way up.

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
    entries = live(seat.session, period)
    words = _words(seat, period)
    _refuse_unchanged(seat, period, entries_as_published(entries), words)
    publication = exchange.publish(
        seat.session, period=str(period), cutoff=period.end, entries=entries, words=words, by=seat.name
    )
    note(seat, f"publication:{publication.id}", period=str(period), revision=publication.revision)
    return publication


def _words(seat: Seat, period: Period) -> dict[str, str]:
    row = draft(seat.session, str(period))
    return {name: getattr(row, name) if row else "" for name in WORDS}


def _refuse_unchanged(seat: Seat, period: Period, figures: list[dict[str, object]], words: Mapping[str, str]) -> None:
    last = latest(seat.session, str(period))
    if last is None:
        return
    if not changed(last.content["figures"], figures) and last.content["words"] == dict(words):
        raise Refused(
            f"{period.label}的数据与第{last.revision}次发布完全相同，无需更正。",
            en=f"Nothing differs from revision {last.revision}; there is nothing to correct.",
            source="更正须有变动",
            field="period",
        )

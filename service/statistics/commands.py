"""Writing: the office prepares the words of a period, approves its figures, and publishes them up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from service.kit.command import command, note
from service.kit.period import Period
from service.kit.seat import Seat
from service.statistics.models import PeriodDraft
from service.statistics.queries import Ready, differences, draft, ready_to_publish
from service.statistics.rules import MOST_WORDS, WORDS, check_on_paper
from tenants import exchange
from tenants.audit import digest
from tenants.errors import Refused
from tenants.exchange import Publication
from tenants.rollup import hold


@command("figures.compile")
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
def publish_period(
    seat: Seat,
    period: Period,
    on: date,
    seen: str | None = None,
    *,
    approved_on: date | None = None,
    basis: str = "",
) -> Publication:
    """The period's figures are sealed as its next revision and on their way up; the audit says what it corrects.

    `seen` is the seal of what was looked at before; refused when the rows have moved on since. What was approved on
    paper before counts from that day and names the paper; the moment of entry is kept beside it.
    Source: dossier 6-9, 7.6 (纸质并行).
    """
    if approved_on is not None:
        check_on_paper(approved_on, period, on, basis)
    hold(seat.session, str(period))  # of two who publish at once the second finds that nothing differs
    ready = ready_to_publish(seat.session, period, on)
    _refuse_unseen(seen, ready)
    if ready.last is not None:
        seat.require("figures.correct")
    publication = exchange.publish(
        seat.session,
        seat.tenant,
        period=str(period),
        after=ready.last.revision if ready.last else 0,
        cutoff=period.end,
        entries=ready.entries,
        words=ready.content["words"],
        by=seat.name,
        on=approved_on or on,
        basis=basis.strip() if approved_on else "",
    )
    moved = [change.key for change in differences(ready.last.content, ready.content)] if ready.last else []
    what = {"period": str(period), "revision": publication.revision, "changed": moved}
    if approved_on is not None:
        what |= {"approved_on": approved_on, "basis": publication.basis}
    note(seat, f"publication:{publication.id}", **what)
    return publication


def _refuse_unseen(seen: str | None, ready: Ready) -> None:
    if seen is not None and seen != digest(ready.content):
        raise Refused(
            "您核对之后数据又有变动，请按下列最新数据重新核对后再发布。",
            en="The figures have moved on since you looked; look again, then publish.",
            source="发布的即是核对过的",
        )

"""What is missing before a meeting can be called, all at once, each with the rule that asks for it.

What the charter lays down as hard stops the notice; the rest is let pass with a reason. Source: dossier 1.4 R2, R3, 6.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.agendas.queries import agenda, first_of_year
from service.agendas.rules import Entry, lacks
from service.calendar.queries import workdays
from service.charter.original import definitions
from service.charter.queries import in_force
from service.invitations.rules import REPLIES
from service.kit.seat import Seat
from service.meetings.checks import check_called
from service.meetings.models import Meeting
from service.meetings.rules import notice_by
from tenants.errors import Refused

ARTICLE = "制度四(二)"


@dataclass(frozen=True)
class Gap:
    """Something that is missing: `hard` stops the notice, anything else asks for a reason."""

    key: str
    message: str
    en: str
    source: str
    hard: bool

    def refusal(self, field: str) -> Refused:
        """The same as a refusal at a field of the form."""
        return Refused(self.message, en=self.en, source=self.source, field=field)


def gaps(seat: Seat, row: Meeting, on: date) -> list[Gap]:
    """All that is missing before the notice goes out, what stops it first."""
    charter = in_force(seat.session, row.held_on).rules
    found = [*_plain(row), *_unfit(seat, row), *_late(seat, row, charter, on), *_agenda(seat, row, charter)]
    return sorted(found, key=lambda gap: not gap.hard)


def check_ready(seat: Seat, row: Meeting, reason: str, on: date) -> None:
    """The notice may go out. Refused with the first thing that stops it, or for want of a reason."""
    found = gaps(seat, row, on)
    for gap in found:
        if gap.hard:
            raise gap.refusal("" if gap.key == "other" else gap.key)
        if not reason.strip():
            raise Refused(
                f"{gap.message.rstrip('。')}；仍要发出通知的，请说明原因。",
                en=f"{gap.en} Say why the notice goes out all the same.",
                source=gap.source,
                field="reason",
            )


def _plain(row: Meeting) -> Iterator[Gap]:
    """Where, when, and who chairs."""
    wanted = (
        (row.begins, "begins", "尚未确定会议开始时间。", "No hour is set."),
        (row.place, "place", "尚未确定会议地点。", "No place is set."),
        (row.chair, "chair", "尚未确定会议主持人。", "Nobody is to chair."),
    )
    for value, key, message, en in wanted:
        if not value:
            yield Gap(key, message, en, REPLIES if key != "chair" else ARTICLE, True)


def _unfit(seat: Seat, row: Meeting) -> Iterator[Gap]:
    """What the charter asks of chair, number and what comes before, as the meetings room says it."""
    if not (row.begins and row.place and row.chair):
        return
    try:
        check_called(seat, row)
    except Refused as refusal:
        yield Gap("other", refusal.message, refusal.message_en, refusal.source or ARTICLE, True)


def _late(seat: Seat, row: Meeting, charter: Mapping[str, Any], on: date) -> Iterator[Gap]:
    """Less notice than the charter asks. Source: dossier 6 (会议通知 会前5工作日)."""
    by = notice_by(row.held_on, charter, workdays(seat.session))
    if by is not None and on > by:
        hard = definitions(seat.tenant)["notice_workdays"].strength == "hard"
        days = charter["notice_workdays"]
        message = f"按本级制度，会议通知应提前{days}个工作日，即于{by.isoformat()}前发出。"
        yield Gap("reason", message, f"By the charter the notice goes out by {by}.", ARTICLE, hard)


def _agenda(seat: Seat, row: Meeting, charter: Mapping[str, Any]) -> Iterator[Gap]:
    """An agenda without items, or a plenary's without a kind that it is to have. Source: dossier 1.4 R2 警."""
    items = agenda(seat.session, row.id)
    if not items:
        yield Gap("agenda", "议程尚无议题。", "The agenda has no items.", ARTICLE, False)
        return
    entries = [Entry(item.title, item.kind, item.minutes, 0) for item in items]
    first = first_of_year(seat.session, row)
    for lack in lacks(entries, charter, plenary=row.kind == "plenary", first=first):
        yield Gap(lack.key, lack.message, lack.message_en, lack.source, False)

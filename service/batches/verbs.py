"""What can be done to many tasks at once: each is the room's own command, told the same for all or its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from service.kit.seat import Seat
from service.supervision.commands import remind
from service.tasks import commands, extensions, progress
from service.tasks.queries import task


@dataclass(frozen=True)
class BatchVerb:
    """`act(seat, task_id, told, on)`; offered to whoever may do `operation`; `asks`: the fields of its form."""

    key: str
    operation: str
    asks: tuple[str, ...]
    act: Callable[[Seat, UUID, Mapping[str, Any], date], object]


def _extend(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    return extensions.extend(seat, task_id, due=date.fromisoformat(told["due"]), reason=told["reason"], on=on)


def _suspend(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    return commands.suspend(seat, task_id, reason=told["reason"], on=on)


def _withdraw(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    return commands.withdraw(seat, task_id, reason=told["reason"], on=on)


def _hand_over(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    lead = task(seat.session, task_id).lead_unit_id
    return commands.hand_over(seat, task_id, from_unit_id=lead, unit_id=UUID(told["unit_id"]), on=on)


def _remind(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    return remind(seat, [("task", task_id)], text=told.get("reason", ""), on=on)


def _report(seat: Seat, task_id: UUID, told: Mapping[str, Any], on: date) -> object:
    return progress.report_progress(seat, task_id, percent=told.get("percent"), text=told["text"], on=on)


REPORT = "report"  # prepared from a sheet, each row with its own words
VERBS: Mapping[str, BatchVerb] = {
    verb.key: verb
    for verb in (
        BatchVerb("extend", "task.grant_extension", ("due", "reason"), _extend),
        BatchVerb("suspend", "task.suspend", ("reason",), _suspend),
        BatchVerb("withdraw", "task.withdraw", ("reason",), _withdraw),
        BatchVerb("hand_over", "task.plan", ("unit_id",), _hand_over),
        BatchVerb("remind", "supervision.remind", (), _remind),
        BatchVerb(REPORT, "task.report_progress", (), _report),
    )
}


def offered(seat: Seat) -> list[BatchVerb]:
    """What this seat can do to chosen tasks."""
    return [verb for verb in VERBS.values() if verb.key != REPORT and seat.may(verb.operation)]

"""What can be done to one task, as pages and API offer it: the address, the form, the command. Declared once.

A verb's `step` is its name in rules.STEPS: it is offered where the task's state allows it and the seat may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from service.kit.command import COMMANDS
from service.kit.seat import Seat
from service.tasks import commands, progress, schemas
from service.tasks.commands import TaskText
from service.tasks.models import Task
from service.tasks.queries import Whole
from service.tasks.rules import possible


@dataclass(frozen=True)
class Verb:
    """One verb: `POST …/tasks/{id}/{noun}` with this body."""

    noun: str
    step: str
    schema: type[Schema]
    act: Callable[..., object]

    @property
    def operation(self) -> str:
        """What the matrix of roles calls it."""
        return COMMANDS[f"{self.act.__module__.removeprefix('service.')}.{self.act.__name__}"]


VERBS: Mapping[str, Verb] = {
    verb.noun: verb
    for verb in (
        Verb("progress", "report", schemas.ProgressIn, progress.report_progress),
        Verb("close-request", "request_close_out", schemas.CloseRequestIn, progress.request_close_out),
        Verb("close-out", "verify", schemas.VerificationIn, progress.verify_close_out),
        Verb("close-return", "return", schemas.ReasonIn, progress.return_close_out),
        Verb("milestones", "revise", schemas.MilestoneIn, commands.add_milestone),
        Verb("extension", "extend", schemas.ExtensionIn, commands.extend),
        Verb("suspension", "suspend", schemas.ReasonIn, commands.suspend),
        Verb("resumption", "resume", schemas.ReasonIn, commands.resume),
        Verb("withdrawal", "withdraw", schemas.ReasonIn, commands.withdraw),
        Verb("merger", "merge", schemas.MergerIn, commands.merge_into),
    )
}


def offered(seat: Seat, whole: Whole) -> set[str]:
    """The nouns that this seat can use on the task as it stands."""
    allowed = possible(whole.task.state)
    return {noun for noun, verb in VERBS.items() if verb.step in allowed and _may(seat, verb, whole)}


def _may(seat: Seat, verb: Verb, whole: Whole) -> bool:
    if not seat.may(verb.operation):
        return False
    if verb.noun == "progress":
        return leads(seat, whole.task) or any(seat.sits_for(unit) for unit in whole.cooperating)
    if verb.noun == "close-request":
        return leads(seat, whole.task)
    if verb.noun == "milestones":
        return seat.may("task.check_close_out") or leads(seat, whole.task)
    return True


def leads(seat: Seat, task: Task) -> bool:
    """Whether the seat sits for the unit that leads the task."""
    return seat.sits_for(task.lead_unit_id)


def text_of(given: dict[str, Any]) -> TaskText:
    """What the command takes, of what was sent."""
    steps = [(step["title"], step["due"]) for step in given["milestones"]]
    rest = {name: value for name, value in given.items() if name not in ("plan_id", "milestones")}
    return TaskText(**rest, milestones=steps)

"""What can be done to one task, as pages and API offer it: the address, the form, the command. Declared once.

A verb's `step` is its name in rules.STEPS: it is offered where the task's state allows it and the seat may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.tasks import commands, progress, schemas
from service.tasks.commands import TaskText
from service.tasks.models import Task
from service.tasks.queries import Whole
from service.tasks.rules import possible


@dataclass(frozen=True)
class TaskVerb(Verb):
    """A verb and the step of the task that it is."""

    step: str = ""


VERBS: Mapping[str, TaskVerb] = {
    verb.noun: verb
    for verb in (
        TaskVerb("progress", schemas.ProgressIn, progress.report_progress, "report"),
        TaskVerb("close-request", schemas.CloseRequestIn, progress.request_close_out, "request_close_out"),
        TaskVerb("close-out", schemas.VerificationIn, progress.verify_close_out, "verify"),
        TaskVerb("close-return", schemas.ReasonIn, progress.return_close_out, "return"),
        TaskVerb("milestones", schemas.MilestoneIn, commands.add_milestone, "revise"),
        TaskVerb("extension", schemas.ExtensionIn, commands.extend, "extend"),
        TaskVerb("suspension", schemas.ReasonIn, commands.suspend, "suspend"),
        TaskVerb("resumption", schemas.ReasonIn, commands.resume, "resume"),
        TaskVerb("withdrawal", schemas.ReasonIn, commands.withdraw, "withdraw"),
        TaskVerb("merger", schemas.MergerIn, commands.merge_into, "merge"),
    )
}


def offered(seat: Seat, whole: Whole) -> set[str]:
    """The nouns that this seat can use on the task as it stands."""
    allowed = possible(whole.task.state)
    return {noun for noun, verb in VERBS.items() if verb.step in allowed and _may(seat, verb, whole)}


def _may(seat: Seat, verb: TaskVerb, whole: Whole) -> bool:
    if not seat.may(verb.operation):
        return False
    if verb.noun == "progress":
        return any(seat.sits_for(unit, verb.operation) for unit in (whole.task.lead_unit_id, *whole.cooperating))
    if verb.noun == "close-request":
        return leads(seat, whole.task, verb.operation)
    if verb.noun == "milestones":
        return seat.may("task.check_close_out") or leads(seat, whole.task, verb.operation)
    return True


def leads(seat: Seat, task: Task, operation: str) -> bool:
    """Whether the seat may do the operation for the unit that leads the task."""
    return seat.sits_for(task.lead_unit_id, operation)


def text_of(given: dict[str, Any]) -> TaskText:
    """What the command takes, of what was sent."""
    steps = [(step["title"], step["due"]) for step in given["milestones"]]
    rest = {name: value for name, value in given.items() if name not in ("plan_id", "milestones")}
    return TaskText(**rest, milestones=steps)

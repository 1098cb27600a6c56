"""What can be done to one task, as pages and API offer it: the address, the form, the command. Declared once.

A verb's `step` is its name in rules.STEPS: it is offered where the task's state allows it
and the seat may; without one, in any state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.kit.seat import Seat
from service.kit.verbs import Verb
from service.tasks import aims, commands, entries, evidence, extensions, links, progress, schemas
from service.tasks import part_schemas as parts
from service.tasks import parts as commands_of_parts
from service.tasks.commands import TaskText
from service.tasks.models import Task
from service.tasks.queries import Whole
from service.tasks.rules import OUTSIDE_THE_PLAN, possible


@dataclass(frozen=True)
class TaskVerb(Verb):
    """A verb and the step of the task that it is."""

    step: str = ""


VERBS: Mapping[str, TaskVerb] = {
    verb.noun: verb
    for verb in (
        TaskVerb("progress", parts.ProgressIn, progress.report_progress, "report"),
        TaskVerb("entry", parts.OnBehalfIn, entries.enter_on_behalf, "report"),
        TaskVerb("entry-confirmation", parts.EntryIn, entries.confirm_entry, "report"),
        TaskVerb("entry-approval", parts.EntryIn, entries.approve_entry, "report"),
        TaskVerb("entry-refusal", parts.EntryReasonIn, entries.decline_entry),
        TaskVerb("entry-return", parts.EntryReasonIn, entries.return_entry),
        TaskVerb("close-request", schemas.CloseRequestIn, progress.request_close_out, "request_close_out"),
        TaskVerb("close-out", schemas.VerificationIn, progress.verify_close_out, "verify"),
        TaskVerb("close-return", schemas.ReasonIn, progress.return_close_out, "return"),
        TaskVerb("part", parts.PartIn, commands_of_parts.set_part, "revise"),
        TaskVerb("targets", parts.TargetIn, aims.set_target, "revise"),
        TaskVerb("target-removal", parts.TargetNamed, aims.drop_target, "revise"),
        TaskVerb("needs", parts.NeedIn, links.add_need, "revise"),
        TaskVerb("need-removal", parts.NeedIn, links.drop_need, "revise"),
        TaskVerb("milestones", schemas.MilestoneIn, commands.add_milestone, "revise"),
        TaskVerb("quarters", schemas.MilestonesIn, commands.add_milestones, "revise"),
        TaskVerb("comments", parts.CommentIn, evidence.comment),
        TaskVerb("evidence-mark", parts.MarkIn, evidence.mark_evidence),
        TaskVerb("extension-request", schemas.ExtensionIn, extensions.request_extension, "ask_extension"),
        TaskVerb("extension-refusal", schemas.ReasonIn, extensions.refuse_extension, "refuse_extension"),
        TaskVerb("extension", schemas.ExtensionIn, extensions.extend, "extend"),
        TaskVerb("suspension", schemas.ReasonIn, commands.suspend, "suspend"),
        TaskVerb("resumption", schemas.ReasonIn, commands.resume, "resume"),
        TaskVerb("withdrawal", schemas.ReasonIn, commands.withdraw, "withdraw"),
        TaskVerb("merger", schemas.MergerIn, commands.merge_into, "merge"),
    )
}
# Nouns by whom they are for: whoever carries the task, its lead unit, the office or its lead unit.
CARRIERS = ("progress", "entry-confirmation", "entry-approval", "entry-refusal", "entry-return")
LEADS = ("close-request", "extension-request")
STEPS_OF_ITS_OWN = ("milestones", "quarters")
CONCERNED = ("comments", "evidence-mark")


def offered(seat: Seat, whole: Whole) -> set[str]:
    """The nouns that this seat can use on the task as it stands."""
    allowed = possible(whole.task.state)
    return {noun for noun, verb in VERBS.items() if (not verb.step or verb.step in allowed) and _may(seat, verb, whole)}


def _may(seat: Seat, verb: TaskVerb, whole: Whole) -> bool:
    if not seat.may(verb.operation):
        return False
    if verb.noun in CARRIERS:
        return carries(seat, whole, verb.operation)
    if verb.noun in CONCERNED:
        return evidence.of_the_office(seat) or carries(seat, whole, verb.operation)
    if verb.noun in LEADS:
        return leads(seat, whole.task, verb.operation)
    if verb.noun in STEPS_OF_ITS_OWN:
        return seat.may("task.check_close_out") or leads(seat, whole.task, verb.operation)
    return True


def brings(seat: Seat, whole: Whole) -> bool:
    """Whether the seat can bring evidence to the task as it stands."""
    if whole.task.state in OUTSIDE_THE_PLAN or not seat.may(evidence.ADD):
        return False
    return evidence.of_the_office(seat) or carries(seat, whole, evidence.ADD)


def carries(seat: Seat, whole: Whole, operation: str) -> bool:
    """Whether the seat may do the operation for one of the units that carry the task."""
    return any(seat.sits_for(unit, operation) for unit in (whole.task.lead_unit_id, *whole.cooperating))


def leads(seat: Seat, task: Task, operation: str) -> bool:
    """Whether the seat may do the operation for the unit that leads the task."""
    return seat.sits_for(task.lead_unit_id, operation)


def text_of(given: dict[str, Any]) -> TaskText:
    """What the command takes, of what was sent."""
    steps = [(step["title"], step["due"]) for step in given["milestones"]]
    rest = {name: value for name, value in given.items() if name not in ("plan_id", "milestones")}
    return TaskText(**rest, milestones=steps)

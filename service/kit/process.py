"""The course of a thing as declared data: its states, and the steps between them. Pure.

A room declares its courses in rules.py and lists them there as `PROCESSES`; `python -m scripts.processes` draws them
into docs/processes.md. A step that the state does not allow is refused with the article that the course rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from config.labels import label
from tenants.errors import Conflict


@dataclass(frozen=True)
class Step:
    """A verb that moves a thing from some states to one; no target: the state stays; no sources: it begins there."""

    verb: str
    sources: tuple[str, ...]
    target: str | None
    name: str  # in Chinese, as a refusal says it
    name_en: str
    article: str


@dataclass(frozen=True)
class Process:
    """The declared course of one kind of thing."""

    key: str
    thing: str
    thing_en: str
    states: str  # the wording group that names the states
    steps: Sequence[Step]

    @cached_property
    def by_verb(self) -> dict[str, Step]:
        return {step.verb: step for step in self.steps}

    def step(self, state: str, verb: str) -> str:
        """The state after the verb; one that the state does not allow is refused."""
        found = self.by_verb[verb]
        if state not in found.sources:
            raise Conflict(
                f"{self.thing}现为“{label(self.states, state)}”，不能{found.name}。",
                en=f"The {self.thing_en} is {label(self.states, state, 'en').lower()}; it does not allow: {found.name_en}.",
                source=found.article,
            )
        return found.target or state

    def possible(self, state: str) -> frozenset[str]:
        """The verbs that a state allows."""
        return frozenset(step.verb for step in self.steps if state in step.sources)

    def all_states(self) -> list[str]:
        """Every state of the course, in the order in which the steps name them."""
        named = [state for step in self.steps for state in (*step.sources, *filter(None, [step.target]))]
        return list(dict.fromkeys(named))

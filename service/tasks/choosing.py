"""Which tasks a list's filters name: conditions of SQL, so that a light is asked of 200,000 tasks as of 20.

The light and the rung are those of rules.py, said once more as SQL; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, false, func, literal, or_, select

from service.charter.models import Duty
from service.kit.paging import Asked
from service.tasks.models import Milestone, Task, TaskUnit
from service.tasks.rules import OPEN

Condition = ColumnElement[bool]
PARTS = ("lead", "cooperate")  # of the wording group `task_part`


def concerns(unit_ids: Iterable[UUID], part: str = "") -> Condition:
    """Tasks that one of the units leads or cooperates in; `part`: only that."""
    ids = list(unit_ids)
    led = Task.lead_unit_id.in_(ids)
    helped = Task.id.in_(select(TaskUnit.task_id).where(TaskUnit.unit_id.in_(ids)))
    return {"lead": led, "cooperate": helped}.get(part, or_(led, helped))


def overdue(on: date) -> Condition:
    """Open and past its day that morning."""
    return Task.state.in_(OPEN) & (Task.due < on)


def before_the_office(on: date) -> Condition:
    """What the office has to look after: requests to verify, and what is overdue."""
    return or_(Task.state == "close_requested", overdue(on))


def lit(on: date, rules: Mapping[str, Any]) -> ColumnElement[str | None]:
    """The light of rules.light, as SQL. Source: dossier 6-7."""
    return case(
        (Task.state == "closed_out", literal("green")),
        (Task.state.not_in(OPEN), literal(None)),
        (Task.due < on, literal("red")),
        (Task.start > on, literal("grey")),
        (_needs_care(on, rules["due_soon_days"], rules["pro_rata_lag_points"]), literal("yellow")),
        (literal(rules["extended_light"]) & (Task.due > Task.due0), literal("blue")),
        else_=literal("green"),
    )


def _needs_care(on: date, soon_days: int, lag_points: int) -> Condition:
    soon = Task.due <= on + timedelta(days=soon_days)
    return or_(Task.state == "close_requested", soon, _behind(on - timedelta(days=1), lag_points))


def _behind(eve: date, lag: int) -> Condition:
    """More than so many points behind the schedule: milestones where there are any, else days. Source: dossier 6-6."""
    reached, due = (func.count().filter(day <= eve) for day in (Milestone.done_on, Milestone.due))
    steps: ScalarSelect[Any] = (
        select(100 * (reached - due) + lag * func.count()).where(Milestone.task_id == Task.id).scalar_subquery()
    )
    has_steps = select(Milestone.id).where(Milestone.task_id == Task.id).exists()
    by_days = (Task.percent + lag) * (Task.due - Task.start) < 100 * (literal(eve) - Task.start)
    return case((has_steps, steps < 0), else_=by_days)


def at_rung(level: str, on: date, rules: Mapping[str, Any]) -> Condition:
    """The tasks that have reached that rung of the ladder, and no higher one: rules.rung, as SQL. Source: dossier 2.4."""
    levels = rules["supervision_levels"]
    warning = next((name for name in ("orange", "yellow") if name in levels), None)
    red = _late(on, rules["overdue_red_days"]) if "red" in levels else false()
    warned = _late(on, rules["overdue_yellow_days"]) if warning else false()
    blue = lit(on, rules).in_(("red", "yellow")) & (Task.state != "close_requested") if "blue" in levels else false()
    found = {"red": red, "blue": blue & ~red & ~warned}
    if warning:
        found[warning] = warned & ~red
    return found.get(level, false())


def _late(on: date, days: int | None) -> Condition:
    return false() if days is None else overdue(on) & (Task.due <= on - timedelta(days=days))


# What a filter's value asks for; those that need the day or the charter's rules are added below.
PLAIN: Mapping[str, Callable[[str], Condition]] = {
    "year": lambda text: Task.year == int(text),
    "plan": lambda text: Task.plan_id == UUID(text),
    "state": lambda text: Task.state == text,
    "duty": lambda text: Task.duty_id == UUID(text),
    "field": lambda text: Task.duty_id.in_(select(Duty.id).where(Duty.policy_field == text)),
    "due_from": lambda text: Task.due >= date.fromisoformat(text),
    "due_to": lambda text: Task.due <= date.fromisoformat(text),
    "extended": lambda text: (Task.due > Task.due0) == (text == "True"),
}


def chosen(asked: Asked, on: date, rules: Callable[[], Mapping[str, Any]]) -> Condition:
    """The tasks that the filters and the search name; the charter's rules are read only where one needs them."""
    given = asked.filters
    wanted = [PLAIN[name](text) for name, text in given.items() if name in PLAIN]
    if "unit" in given:
        wanted.append(concerns([UUID(given["unit"])], given.get("part", "")))
    if given.get("overdue") == "True":
        wanted.append(overdue(on))
    if "light" in given:
        wanted.append(lit(on, rules()) == given["light"])
    if "supervision" in given:
        wanted.append(at_rung(given["supervision"], on, rules()))
    if asked.q:
        wanted.append(_says(asked.q))
    return and_(*wanted) if wanted else Task.id.is_not(None)


def _says(words: str) -> Condition:
    """Its text holds the words, or it bears that number."""
    said = or_(Task.content.contains(words, autoescape=True), Task.deliverable.contains(words, autoescape=True))
    return or_(said, Task.no == int(words)) if words.isascii() and words.isdigit() and len(words) < 7 else said

"""The task ledger without a database: states and steps, the lights, and the formulas of progress.

Source: dossier 2.2 (台账与销号), 6 rows 1–4, 6, 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal

from service.tasks import course
from tenants.errors import Refused

Light = Literal["red", "yellow", "blue", "green", "grey"]
LIGHTS: tuple[Light, ...] = ("red", "yellow", "blue", "green", "grey")

# Their names are in the wording group `task_state`.
STATES = ("not_started", "in_progress", "close_requested", "closed_out", "suspended", "withdrawn", "merged")
# Not in T at all. Source: dossier 6, notation.
OUTSIDE_THE_PLAN = frozenset({"withdrawn", "merged"})
MOVING, OPEN = frozenset(course.MOVING), frozenset(course.OPEN)
BY_THE_YEAR = "年度任务完成率：跨年任务按当年节点"

PROCESSES = (course.COURSE, course.EXTENSION, course.ENTRY)
STEPS = course.COURSE.by_verb
# What a line of a task's history can say; their names are in the wording group `task_verb`.
VERBS = tuple(STEPS)
step, possible = course.COURSE.step, course.COURSE.possible


@dataclass(frozen=True)
class TaskFacts:
    """What the formulas know of a task: its state and due date as they stood, and the dates of its close-out."""

    state: str
    due: date
    due0: date
    done_on: date | None = None  # the office verified the close-out
    claimed_on: date | None = None  # the request that was accepted was made

    def done(self, as_of: date) -> bool:
        """Whether the close-out was verified by the end of that day."""
        return self.done_on is not None and self.done_on <= as_of

    def claimed_by(self, limit: date) -> bool:
        """Whether the accepted request came no later than that day."""
        return self.claimed_on is not None and self.claimed_on <= limit


@dataclass(frozen=True)
class Ratio:
    """A figure in its parts; a count has no denominator."""

    numerator: int
    denominator: int | None = None

    @property
    def value(self) -> Fraction | None:
        """Exactly; nothing where the denominator is empty."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def planned(tasks: Iterable[TaskFacts]) -> list[TaskFacts]:
    """T: the year's tasks without those withdrawn or merged into others."""
    return [task for task in tasks if task.state not in OUTSIDE_THE_PLAN]


def suspended(tasks: Iterable[TaskFacts]) -> list[TaskFacts]:
    """Suspended with approval: in T, in no denominator, their number is said beside it. Source: dossier 6-1."""
    return [task for task in tasks if task.state == "suspended"]


def measured(tasks: Iterable[TaskFacts]) -> list[TaskFacts]:
    """The tasks that the rates are taken over."""
    return [task for task in planned(tasks) if task.state != "suspended"]


def completion(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """Done ÷ all of the year. Source: dossier 6-1."""
    year = measured(tasks)
    return Ratio(sum(task.done(as_of) for task in year), len(year))


def due_completion(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """Done among those due ÷ due. Source: dossier 6-2."""
    due = _due(tasks, as_of)
    return Ratio(sum(task.done(as_of) for task in due), len(due))


def on_time(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """Claimed by the due date in force, and done ÷ due or done. Source: dossier 6-3."""
    return _on_time([(task, task.due) for task in measured(tasks)], as_of)


def on_time_original(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """The same by the due date first set, so that no extension embellishes it. Source: dossier 6-3."""
    return _on_time([(task, task.due0) for task in measured(tasks)], as_of)


def _on_time(limits: Sequence[tuple[TaskFacts, date]], as_of: date) -> Ratio:
    kept = sum(task.claimed_by(limit) and task.done(as_of) for task, limit in limits)
    return Ratio(kept, sum(limit <= as_of or task.done(as_of) for task, limit in limits))


def overdue_cumulative(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """How many were due and not done, or were claimed too late. Source: dossier 6-4."""
    return Ratio(sum(not (task.done(as_of) and task.claimed_by(task.due)) for task in _due(tasks, as_of)))


def overdue_current(tasks: Iterable[TaskFacts], as_of: date) -> Ratio:
    """How many are due and still not done ÷ due. Source: dossier 6-4."""
    due = _due(tasks, as_of)
    return Ratio(sum(not task.done(as_of) for task in due), len(due))


def _due(tasks: Iterable[TaskFacts], as_of: date) -> list[TaskFacts]:
    return [task for task in measured(tasks) if task.due <= as_of]


@dataclass(frozen=True)
class Pace:
    """What a light is read from. Milestones as (due, done_on)."""

    state: str
    start: date
    due: date
    percent: int = 0
    milestones: tuple[tuple[date, date | None], ...] = ()
    extended: bool = False  # its due date is later than the one first set


def schedule_gap(pace: Pace, as_of: date) -> Fraction:
    """Percentage points ahead of (+) or behind (−) the schedule.

    With milestones both sides are milestones: those reached against those due. Source: dossier 6-6.
    """
    if pace.milestones:
        reached = sum(done is not None and done <= as_of for _, done in pace.milestones)
        due = sum(due <= as_of for due, _ in pace.milestones)
        return Fraction(100 * (reached - due), len(pace.milestones))
    return pace.percent - _elapsed(pace, as_of)


def _elapsed(pace: Pace, as_of: date) -> Fraction:
    if as_of >= pace.due:
        return Fraction(100)
    if as_of <= pace.start:
        return Fraction(0)
    return Fraction(100 * (as_of - pace.start).days, (pace.due - pace.start).days)


def light(pace: Pace, on: date, *, soon_days: int, lag_points: int, blue: bool = False) -> Light | None:
    """The light on that morning, from what stood the evening before: red before yellow before green.

    Where the charter has `blue`, what would be green and was extended is blue. A task outside the plan, or
    suspended, shows none. Source: dossier 6-7; a live board takes D = yesterday.
    """
    if pace.state == "closed_out":
        return "green"
    if pace.state not in OPEN:
        return None
    if pace.due < on:
        return "red"
    if on < pace.start:
        return "grey"
    if _needs_care(pace, on, soon_days, lag_points):
        return "yellow"
    return "blue" if blue and pace.extended else "green"


def _needs_care(pace: Pace, on: date, soon_days: int, lag_points: int) -> bool:
    if pace.state == "close_requested" or (pace.due - on).days <= soon_days:
        return True
    return behind(pace, on, lag_points)


def rung(pace: Pace, lit: Light | None, on: date, ladder: Mapping[str, Any]) -> str | None:
    """The rung of the charter's ladder of supervision that the task has reached that morning; none where it has none.

    Overdue so many days is red, or yellow (orange where a place says so); what is late to its schedule is blue.
    Source: dossier 2.2 (督办单), 2.4, 6 (默认期限).
    """
    levels, late = ladder["supervision_levels"], (on - pace.due).days
    if lit == "red" and "red" in levels and _reached(late, ladder["overdue_red_days"]):
        return "red"
    warning = next((level for level in ("orange", "yellow") if level in levels), None)
    if lit == "red" and warning and _reached(late, ladder["overdue_yellow_days"]):
        return warning
    slow = lit == "red" or (lit == "yellow" and behind(pace, on, ladder["pro_rata_lag_points"]))
    return "blue" if slow and "blue" in levels and pace.state != "close_requested" else None


def behind(pace: Pace, on: date, lag_points: int) -> bool:
    """Whether the task stood too far behind its schedule the evening before. Source: dossier 2.2 (蓝=进展慢), 6-6."""
    return schedule_gap(pace, on - timedelta(days=1)) < -lag_points


def _reached(late: int, days: int | None) -> bool:
    return days is not None and late >= days


def checked_text(text: str, field: str, message: str, en: str) -> str:
    """The text without the blanks around it; an empty one is refused with that sentence."""
    if not text.strip():
        raise Refused(message, en=en, field=field)
    return text.strip()


def check_percent(percent: int) -> None:
    """Nothing, or the percentage is refused."""
    if not 0 <= percent <= 100:
        raise Refused("进度应为0至100的整数。", en="Progress is between 0 and 100.", field="percent")


def check_milestone(due: date, start: date, end: date, field: str = "due") -> None:
    """Nothing, or the milestone lies outside its task."""
    if not start <= due <= end:
        raise Refused(
            f"节点时限应在任务的启动日{start}和完成时限{end}之间。",
            en=f"A milestone lies between {start} and {end}.",
            field=field,
        )


QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")


def quarter_steps(start: date, due: date, held: Iterable[date] = ()) -> list[tuple[str, date]]:
    """A milestone at the end of each quarter between start and due, the last on the due date; none where one is held.

    Source: dossier 2.2 (以季度为节点).
    """
    taken = {(day.year, _quarter(day)) for day in held}
    ends = ((year, quarter) for year in range(start.year, due.year + 1) for quarter in range(4))
    steps = ((year, quarter, min(_quarter_end(year, quarter), due)) for year, quarter in ends)
    return [
        (f"{QUARTERS[quarter]}节点", end)
        for year, quarter, end in steps
        if start <= end and (end.year, _quarter(end)) == (year, quarter) and (year, quarter) not in taken
    ]


def _quarter(day: date) -> int:
    return (day.month - 1) // 3


def _quarter_end(year: int, quarter: int) -> date:
    return date(year + (quarter == 3), (quarter * 3 + 3) % 12 + 1, 1) - timedelta(days=1)


def check_extension(due: date, present: date, year: int) -> None:
    """Nothing, or an extension that extends nothing, or leaves the plan's year, is refused. Source: dossier 6-1."""
    if due <= present:
        raise Refused(
            f"新的时限应晚于现行时限{present}。", en=f"The new due date is later than {present}.", field="due"
        )
    if due.year != year:
        raise Refused(
            f"延期不能超出{year}年；需延至下一年度的，请列入下一年度工作计划。",
            en=f"An extension stays within {year}; what goes on is listed in the next year's plan.",
            source=BY_THE_YEAR,
            field="due",
        )


def check_dates(start: date, due: date, year: int) -> None:
    """Nothing, or the dates are refused. Source: dossier 6-1: work over several years is planned by the year."""
    if due.year != year:
        raise Refused(
            f"完成时限应在{year}年内；跨年任务请按年度分别列出当年节点。",
            en=f"The task must be due in {year}; work over several years is listed year by year.",
            source=BY_THE_YEAR,
            field="due",
        )
    if start > due:
        raise Refused("启动日不能晚于完成时限。", en="A task starts before it is due.", field="start")


def check_on_paper(claimed: date, done: date, start: date, on: date, basis: str) -> None:
    """Nothing, or an entry of what was done on paper is refused: its days in order, none to come, the paper named."""
    if not start <= claimed <= done <= on:
        raise Refused(
            f"补录的日期应依次为：任务启动日{start}、申请日、核验日，且不晚于今天。",
            en=f"The days run from {start} by claim and verification to today.",
            source="纸质办理补录",
            field="done_on",
        )
    checked_text(basis, "remark", "补录须写明书面依据。", "Name the paper that the entry rests on.")

"""A row of the table read as a task, with what is wrong and what is only to be looked at, cell by cell. Pure.

An error keeps the row out; a warning does not. Source: dossier 5.3 (计划任务无时限/牵头→错), 7.6 (行号+列名+原因).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from service.breakdown import rules
from service.breakdown.naming import DutyWords, Table, duty_meant, duty_proposed
from service.breakdown.rules import CONTENT, DELIVERABLE, DUE, DUTY, HELPING, LEAD, LONGEST, PERSON, QUARTERS
from service.plans.rules import Span, check_within
from service.tasks.rules import check_dates, check_milestone
from tenants.errors import Refused

OK, WARNING, ERROR = "ok", "warning", "error"  # the wording group `finding_level`
LEVELS = (OK, WARNING, ERROR)


@dataclass(frozen=True)
class Finding:
    """What is to be said of a cell."""

    column: str
    level: str
    message: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"column": self.column, "level": self.level, "message": self.message, "en": self.en}


@dataclass(frozen=True)
class World:
    """What a row is read against: the plan, who sits at the table, the duties and who holds them."""

    year: int
    span: Span
    table: Table
    duties: Sequence[DutyWords]
    holdings: Mapping[UUID, frozenset[UUID]]  # the duties of each unit
    only_unit: UUID | None = None  # a unit's own plan as the unit itself breaks it down: it leads everything


@dataclass
class Reading:
    """A row as it was understood."""

    content: str
    deliverable: str = ""
    person: str = ""
    lead: UUID | None = None
    duty: UUID | None = None
    cooperating: list[UUID] = field(default_factory=list[UUID])
    start: date | None = None
    due: date | None = None
    steps: Sequence[tuple[str, date]] = ()
    findings: list[Finding] = field(default_factory=list[Finding])

    @property
    def level(self) -> str:
        """The worst of what is to be said of it."""
        said = {finding.level for finding in self.findings}
        return next((level for level in (ERROR, WARNING) if level in said), OK)

    @property
    def identity(self) -> str:
        """A row's identity within its plan: the content as it is compared, and who leads. None without both."""
        words = rules.identity(self.content)
        return f"{words}@{self.lead}" if words and self.lead else ""

    def _say(self, column: str, level: str, message: str, en: str) -> None:
        self.findings.append(Finding(column, level, message, en))

    def wrong(self, column: str, message: str, en: str) -> None:
        self._say(column, ERROR, message, en)

    def warn(self, column: str, message: str, en: str) -> None:
        self._say(column, WARNING, message, en)

    def tried(self, column: str, check: Callable[..., None], *given: Any) -> None:
        """What the check refuses is said of that cell."""
        try:
            check(*given)
        except Refused as refusal:
            self.wrong(column, refusal.message, refusal.message_en)


def read(cells: Mapping[str, str], world: World) -> Reading:
    """The row as a task of that plan."""
    said = {column: cells.get(column, "").strip() for column in rules.COLUMNS}
    row = Reading(said[CONTENT], said[DELIVERABLE], said[PERSON])
    _check_words(row, said)
    _read_days(row, said, world)
    named = duty_meant(said[DUTY], world.duties) if said[DUTY] else None
    _read_units(row, said, world, named.code if named else "")
    _read_duty(row, said, world, named)
    return row


def _check_words(row: Reading, said: Mapping[str, str]) -> None:
    if not said[CONTENT]:
        row.wrong(CONTENT, "请填写工作任务", "Say what is to be done")
    for column, most in LONGEST.items():
        if len(said[column]) > most:
            row.wrong(column, f"不超过{most}字", f"At most {most} characters")


def _read_days(row: Reading, said: Mapping[str, str], world: World) -> None:
    found = rules.days_of(said[DUE], world.year)
    if not said[DUE]:
        row.wrong(DUE, "请填写完成时限", "Say by when")
    elif found is None:
        row.wrong(DUE, f"“{said[DUE]}”不是日期，可写 2026年9月30日、9月底、第三季度、全年", "No day can be read in it")
    else:
        row.due, row.start = found.due, found.start or world.span.begins
        if found.hint:
            row.warn(DUE, found.hint, found.hint_en)
        row.tried(DUE, check_dates, row.start, row.due, world.year)
        row.tried(DUE, check_within, world.span, row.due)
        _read_steps(row, said[QUARTERS], world, row.start, row.due)


def _read_steps(row: Reading, cell: str, world: World, start: date, due: date) -> None:
    found = rules.steps_of(cell, world.year, due)
    row.steps = found.steps
    for words in found.unread:
        message = f"“{words[:20]}”没有写明季度，可写“Q1：印发方案；Q2：开展培训”"
        row.wrong(QUARTERS, message, "Name the quarter: Q1: …; Q2: …")
    for _title, day in found.steps:
        row.tried(QUARTERS, check_milestone, day, start, due)


def _read_units(row: Reading, said: Mapping[str, str], world: World, code: str) -> None:
    """The first that is named leads; the others of its cell cooperate with those of the next. Source: dossier 2.2."""
    leading, helping = (_units(row, said[column], column, world, code) for column in (LEAD, HELPING))
    if not said[LEAD]:
        row.wrong(LEAD, "请填写牵头单位", "Say who leads")
    if leading:
        row.lead = leading[0]
    row.cooperating = [unit for unit in dict.fromkeys([*leading[1:], *helping]) if unit != row.lead]
    if world.only_unit and row.lead and row.lead != world.only_unit:
        row.wrong(LEAD, "单位计划的任务由本单位牵头", "The unit leads every task of its own plan")


def _units(row: Reading, cell: str, column: str, world: World, code: str) -> list[UUID]:
    found: list[UUID] = []
    for meant in world.table.all_meant(cell, code):
        if meant.unit is None:
            row.wrong(column, meant.hint, meant.hint_en)
        else:
            found.append(meant.unit)
            if meant.hint:
                row.warn(column, meant.hint, meant.hint_en)
    return found


def _read_duty(row: Reading, said: Mapping[str, str], world: World, named: DutyWords | None) -> None:
    if row.lead is None:
        return
    held = world.holdings.get(row.lead, frozenset())
    owed = [duty for duty in world.duties if duty.id in held]
    if said[DUTY] and named is None:
        row.wrong(DUTY, f"没有“{said[DUTY][:30]}”这项职责，请填写职责代码", "There is no such duty")
    elif named and named.id not in held:
        row.wrong(DUTY, f"{named.code}不是该牵头单位承担的职责", f"The lead unit does not hold {named.code}")
    elif named:
        row.duty = named.id
    else:
        _propose_duty(row, owed)


def _propose_duty(row: Reading, owed: Sequence[DutyWords]) -> None:
    found = duty_proposed(row.content, owed)
    if found is None:
        row.wrong(DUTY, "该牵头单位现在没有承担职责", "The lead unit holds no duty")
        return
    row.duty = found.id
    row.warn(DUTY, f"未填职责，按“{found.code} {found.text[:20]}”列", f"No duty named; taken as {found.code}")

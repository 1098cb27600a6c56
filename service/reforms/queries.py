"""What a reform leaves to be moved, and what each unit did, as then and as now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.catalogue import roles
from service.accounts.models import Account, SeatGrant
from service.charter.lineage import Lineage
from service.charter.models import Unit
from service.charter.names import Names, unit_names
from service.charter.queries import division, former_units, units
from service.charter.succession import duty_codes, lineage_of
from service.kit.seat import Seat
from service.meetings.models import Attendance, Meeting, Resolution
from service.meetings.rules import ATTENDED
from service.members.models import Appointment, Person
from service.reforms.rules import Part, Work
from service.submissions.models import Obligation
from service.tasks.figures import of_the_annual_plan
from service.tasks.models import Task, TaskUnit
from service.tasks.rules import OPEN, OUTSIDE_THE_PLAN
from tenants.errors import Forbidden

WORK_KINDS = ("task", "helping", "submission", "resolution", "appointment")
SEAT_KINDS = ("seat",)
KINDS = (*WORK_KINDS, *SEAT_KINDS)
STILL_OPEN = (*OPEN, "suspended")


@dataclass(frozen=True)
class Item:
    """Something open that hangs on a unit that is gone, or on a duty that went over; and who should have it now.

    `about` is what it is in the wording: (group, key). `ends`: it does not move, it ends with the unit.
    """

    kind: str
    id: UUID
    title: str
    unit_id: UUID
    unit: str
    proposed: UUID | None
    about: tuple[str, str] = ("", "")
    link: UUID | None = None  # of the task, submission or meeting that shows it
    last_day: date | None = None  # of what ends with the unit

    @property
    def ends(self) -> bool:
        return self.kind == "appointment"

    @property
    def ready(self) -> bool:
        """Whether there is a proposal to confirm."""
        return self.ends or self.proposed is not None


class OpenWork:
    """All that is open of units that are gone, each piece with the unit that should carry it on.

    Source: dossier 1.3 ⑤, 2.3. Nothing moves by itself.
    """

    def __init__(self, session: Session, on: date) -> None:
        self.session, self.on = session, on
        self.gone: dict[UUID, Unit] = {unit.id: unit for unit in former_units(session, on)}
        self.lineage: Lineage[UUID] = lineage_of(session)

    @cached_property
    def members(self) -> set[UUID]:
        return {unit.id for unit in units(self.session, self.on)}

    @cached_property
    def codes(self) -> dict[UUID, str]:
        return duty_codes(self.session)

    @cached_property
    def held(self) -> dict[UUID, set[UUID]]:
        return {key: {row.unit_id for row in rows} for key, rows in division(self.session, self.on).items()}

    @cached_property
    def names(self) -> Names:
        return unit_names(self.session)

    def items(self, kinds: Collection[str] = KINDS) -> list[Item]:
        """Everything, kind by kind."""
        if not self.gone and not self.lineage:
            return []
        found = {
            "task": self._tasks,
            "helping": self._helping,
            "submission": self._submissions,
            "resolution": self._resolutions,
            "appointment": self._appointments,
            "seat": self._seats,
        }
        return [item for kind in KINDS if kind in kinds for item in found[kind]()]

    def _heir(self, unit_id: UUID, duty_id: UUID | None = None) -> UUID | None:
        """Who should carry it on; nobody where the one who would is no member."""
        heir = self.lineage.now(unit_id, self.codes.get(duty_id) if duty_id else None)
        return heir if heir in self.members else None

    def _item(self, kind: str, row_id: UUID, title: str, unit_id: UUID, **more: Any) -> Item:
        day = self.gone[unit_id].left_on - timedelta(days=1) if unit_id in self.gone else None  # type: ignore[operator]
        proposed = more.pop("proposed", None)
        return Item(kind, row_id, title, unit_id, self.names.then(unit_id, day), proposed, last_day=day, **more)

    def _tasks(self) -> Iterator[Item]:
        query = select(Task).where(Task.state.in_(STILL_OPEN)).order_by(Task.year, Task.no)
        for task in self.session.scalars(query):
            if task.lead_unit_id in self.gone or self._moved(task):
                heir = self._heir(task.lead_unit_id, task.duty_id)
                yield self._item("task", task.id, _titled(task), task.lead_unit_id, proposed=heir, link=task.id)

    def _moved(self, task: Task) -> bool:
        """Whether the duty of the task went from its lead, which is still a member, to another unit."""
        holders = self.held.get(task.duty_id)
        if not holders or task.lead_unit_id in holders:
            return False
        return self._heir(task.lead_unit_id, task.duty_id) in holders

    def _helping(self) -> Iterator[Item]:
        joined = (Task.tenant_id == TaskUnit.tenant_id) & (Task.id == TaskUnit.task_id)
        query = select(Task, TaskUnit.unit_id).join(TaskUnit, joined)
        query = query.where(Task.state.in_(STILL_OPEN), TaskUnit.unit_id.in_(self.gone))
        for task, unit_id in self.session.execute(query.order_by(Task.year, Task.no)):
            heir = self._heir(unit_id, task.duty_id)
            yield self._item("helping", task.id, _titled(task), unit_id, proposed=heir, link=task.id)

    def _submissions(self) -> Iterator[Item]:
        query = select(Obligation).where(Obligation.unit_id.in_(self.gone), Obligation.state.in_(("owed", "returned")))
        for row in self.session.scalars(query.order_by(Obligation.due, Obligation.id)):
            about = ("submission_kind", row.kind)
            more = {"proposed": self._heir(row.unit_id), "about": about, "link": row.id}
            yield self._item("submission", row.id, row.period, row.unit_id, **more)

    def _resolutions(self) -> Iterator[Item]:
        query = select(Resolution).where(Resolution.lead_unit_id.in_(self.gone), Resolution.done_on.is_(None))
        for row in self.session.scalars(
            query.where(Resolution.kind == "action").order_by(Resolution.due, Resolution.id)
        ):
            assert row.lead_unit_id is not None
            more = {"proposed": self._heir(row.lead_unit_id), "link": row.meeting_id}
            yield self._item("resolution", row.id, row.text, row.lead_unit_id, **more)

    def _appointments(self) -> Iterator[Item]:
        joined = (Person.tenant_id == Appointment.tenant_id) & (Person.id == Appointment.person_id)
        query = select(Appointment, Person.name).join(Person, joined)
        query = query.where(Appointment.unit_id.in_(self.gone), Appointment.to_date.is_(None))
        for row, name in self.session.execute(query.order_by(Appointment.from_date, Appointment.id)):
            assert row.unit_id is not None
            yield self._item("appointment", row.id, name, row.unit_id, about=("role", row.role))

    def _seats(self) -> Iterator[Item]:
        query = select(SeatGrant, Account.name).join(Account, Account.id == SeatGrant.account_id)
        query = query.where(SeatGrant.unit_id.in_(self.gone), SeatGrant.to_date.is_(None))
        for row, name in self.session.execute(query.order_by(SeatGrant.from_date, SeatGrant.id)):
            assert row.unit_id is not None
            about = ("role", roles()[row.role].key)
            yield self._item("seat", row.id, name, row.unit_id, about=about, proposed=self._heir(row.unit_id))


def _titled(task: Task) -> str:
    return f"{task.year}年第{task.no}项 {task.content}"


OPERATIONS: Mapping[str, tuple[str, ...]] = {
    "task": ("task.plan",),
    "helping": ("task.plan",),
    "submission": ("submission.review",),
    "resolution": ("meeting.record",),
    "appointment": ("liaison.register", "appointment.record"),
    "seat": ("account.manage",),
}


def movable(seat: Seat) -> list[str]:
    """The kinds of things that this seat can move: the office what is the conference's, an administrator seats."""
    return [kind for kind, needed in OPERATIONS.items() if all(map(seat.may, needed))]


def check_mover(seat: Seat, kinds: Collection[str] = KINDS) -> None:
    """Nothing, or a seat that can move none of it is refused."""
    if not any(kind in kinds for kind in movable(seat)):
        raise Forbidden(
            "机构调整待移交事项由联席会议办公室确认，账号席位由系统管理员移交。",
            en="The office confirms what is handed over; an administrator moves seats.",
            source="角色与权限矩阵",
        )


def to_confirm(seat: Seat, on: date, kinds: Collection[str] = KINDS) -> list[Item]:
    """What this seat can move, of these kinds."""
    mine = [kind for kind in movable(seat) if kind in kinds]
    return OpenWork(seat.session, on).items(mine) if mine else []


def parts(session: Session, year: int) -> list[Part[UUID]]:
    """The year's work, piece by piece."""
    return [*_led(session, year), *_owed(session, year), *_came(session, year)]


def _led(session: Session, year: int) -> Iterator[Part[UUID]]:
    codes = duty_codes(session)
    query = select(Task.lead_unit_id, Task.duty_id, Task.state, Task.done_on)
    query = query.where(Task.year == year, of_the_annual_plan())
    for unit, duty, state, done_on in session.execute(query.where(Task.state.not_in(OUTSIDE_THE_PLAN))):
        yield Part(unit, Work(led=1, closed=int(state == "closed_out")), codes[duty], done_on)


def _owed(session: Session, year: int) -> Iterator[Part[UUID]]:
    query = select(Obligation.unit_id, Obligation.due, Obligation.filed_on).where(Obligation.state != "exempt")
    for unit, due, filed_on in session.execute(query.where(func.extract("year", Obligation.due) == year)):
        on_time = filed_on is not None and filed_on <= due
        yield Part(unit, Work(owed=1, on_time=int(on_time)), done_on=filed_on)


def _came(session: Session, year: int) -> Iterator[Part[UUID]]:
    joined = (Meeting.tenant_id == Attendance.tenant_id) & (Meeting.id == Attendance.meeting_id)
    query = select(Attendance.unit_id, Meeting.held_on).join(Meeting, joined)
    query = query.where(Attendance.mode.in_(ATTENDED), func.extract("year", Meeting.held_on) == year)
    for unit, held_on in session.execute(query):
        yield Part(unit, Work(came=1), done_on=held_on)


def years(session: Session, on: date) -> list[int]:
    """The years in which there are tasks, the newest first; this one in any case."""
    found = set(session.scalars(select(Task.year).distinct()))
    return sorted(found | {on.year}, reverse=True)

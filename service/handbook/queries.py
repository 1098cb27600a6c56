"""What the handbook is compiled from: rows of the tenant's own rooms, and the charters published to it from below."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.workdays import Workdays
from service.calendar.queries import workdays
from service.charter import queries as charter
from service.charter.models import Charter
from service.charter.names import unit_names
from service.handbook.models import HandbookEdition
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.members.queries import Held, roster
from service.plans.models import Plan
from service.plans.queries import plan_of
from service.tasks import queries as tasks
from service.tasks.models import Task
from tenants.models import Tenant, children
from tenants.texts import latest_of_each


@dataclass(frozen=True)
class TaskLine:
    """A task of the year's plan as the handbook lists it."""

    no: int
    content: str
    duty: str
    lead: str
    cooperating: str
    due: date


@dataclass(frozen=True)
class PlaceLine:
    """A place below with the charter that it published, if it did."""

    name: str
    charter: dict[str, Any] | None


@dataclass(frozen=True)
class Material:
    """Everything that the handbook of a day is written from."""

    tenant: Tenant
    on: date
    charter: Charter
    versions: list[Charter]
    roster: list[Held]
    plan: Plan | None
    tasks: list[TaskLine]
    meetings: list[Meeting]
    places: list[PlaceLine]
    days: Workdays
    edition: HandbookEdition | None = None  # the newest one issued by that day

    @property
    def outdated(self) -> bool:
        """Whether other people hold the posts than when the newest edition was issued. Source: dossier 1.4 R5 警."""
        return self.edition is not None and self.edition.roster_sha256 != fingerprint(self.roster)


def fingerprint(rows: Iterable[Held]) -> str:
    """One text for one roster: who holds which post, under which title and number."""
    said = [(row.place.key, row.place.name, *_of_person(row)) for row in rows]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _of_person(row: Held) -> tuple[str, ...]:
    person = row.person
    return (person.name, person.title, person.rank, person.mobile) if person else ()


def latest_edition(session: Session, on: date | None = None) -> HandbookEdition | None:
    """The newest edition, by that day if one is named."""
    query = select(HandbookEdition).order_by(HandbookEdition.year.desc(), HandbookEdition.number.desc()).limit(1)
    return session.scalars(query.where(HandbookEdition.issued_on <= on) if on else query).one_or_none()


def editions(session: Session) -> list[HandbookEdition]:
    """Every edition, the newest first."""
    query = select(HandbookEdition).order_by(HandbookEdition.year.desc(), HandbookEdition.number.desc())
    return list(session.scalars(query))


def material(seat: Seat, on: date) -> Material:
    """The handbook's material as of that day."""
    session = seat.session
    plan = plan_of(session, on.year)
    return Material(
        tenant=seat.tenant,
        on=on,
        charter=charter.in_force(session, on),
        versions=[row for row in charter.settled(session) if row.effective_from and row.effective_from <= on],
        roster=roster(session, on),
        plan=plan,
        tasks=_tasks(session, plan.id) if plan else [],
        meetings=_meetings(session, on),
        places=_places(seat),
        days=workdays(session),
        edition=latest_edition(session, on),
    )


def _tasks(session: Session, plan_id: UUID) -> list[TaskLine]:
    units, duties = unit_names(session), tasks.duty_names(session)
    rows = list(session.scalars(select(Task).where(Task.plan_id == plan_id).order_by(Task.no)))
    others = tasks.cooperating(session, [row.id for row in rows])
    return [
        TaskLine(
            row.no,
            row.content,
            duties[row.duty_id],
            units[row.lead_unit_id],
            "、".join(units[unit] for unit in others.get(row.id, [])),
            row.due,
        )
        for row in rows
    ]


def _meetings(session: Session, on: date) -> list[Meeting]:
    """The meetings of the year up to that day, the earliest first."""
    this_year = func.extract("year", Meeting.held_on) == on.year
    query = (
        select(Meeting)
        .where(Meeting.state == "held", this_year, Meeting.held_on <= on)
        .order_by(Meeting.held_on, Meeting.id)
    )
    return list(session.scalars(query))


def _places(seat: Seat) -> list[PlaceLine]:
    """The places directly below, in the order of the divisions, each with what it published."""
    published = latest_of_each(seat.session, "charter")
    return [
        PlaceLine(place.name, row.content if (row := published.get(place.id)) else None)
        for place in children(seat.session, seat.tenant.id)
        if place.state != "closed"
    ]

"""Who sits where on a day, which places are empty, and who was there before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import SeatGrant
from service.accounts.queries import seats_in
from service.charter import queries as charter
from service.charter.models import Charter, Unit
from service.members import rules
from service.members.models import Appointment, Person
from service.members.rules import UNIT_ROLES, Place
from tenants.db import FencedSession
from tenants.errors import Missing


@dataclass(frozen=True)
class Held:
    """A place at the table, and who holds it that day, if anybody does."""

    place: Place
    unit: Unit | None
    appointment: Appointment | None = None
    person: Person | None = None
    wrong_rank: bool = False


@dataclass(frozen=True)
class Vacancy:
    """A unit without a liaison, since when, and whether for longer than the charter allows."""

    unit: Unit
    place: Place
    since: date
    overdue: bool


def roster(session: Session, on: date) -> list[Held]:
    """Every place of that day in order, filled or empty. Source: seed 二; dossier 1.2 M2 to M7."""
    charter_now, units = charter.in_force(session, on), charter.units(session, on)
    holders = _in_office(session, on)
    return [_held(place, units, holders, charter_now) for place in _places(charter_now, units)]


def _places(charter_now: Charter, units: Iterable[Unit]) -> list[Place]:
    return rules.places(charter_now.posts, [unit.key for unit in units])


def _held(place: Place, units: list[Unit], holders: dict[str, tuple[Appointment, Person]], now: Charter) -> Held:
    unit = next((unit for unit in units if unit.key == place.unit), None)
    appointment, person = holders.get(place.key, (None, None))
    wanted = now.rules["liaison_rank"] if place.role == "liaison" else ""
    return Held(place, unit, appointment, person, person is not None and rules.wrong_rank(person.rank, wanted))


def _in_office(session: Session, on: date) -> dict[str, tuple[Appointment, Person]]:
    query = (
        select(Appointment, Person)
        .join(Person, and_(Person.tenant_id == Appointment.tenant_id, Person.id == Appointment.person_id))
        .where(Appointment.from_date <= on, or_(Appointment.to_date.is_(None), Appointment.to_date >= on))
    )
    return {appointment.post: (appointment, person) for appointment, person in session.execute(query)}


def names_in(session: Session, role: str, unit_id: UUID | None, on: date) -> set[str]:
    """Who holds the role that day, in the unit if the role is a unit's."""
    holders = _in_office(session, on).values()
    return {
        person.name
        for held, person in holders
        if held.role == role and (role not in UNIT_ROLES or held.unit_id == unit_id)
    }


def seats_of_role(session: FencedSession, role: str, unit_id: UUID | None, after: date) -> list[tuple[SeatGrant, str]]:
    """The seats that the role gives, held beyond that day, each with the name of its account."""
    found = seats_in(session, rules.SEAT_OF.get(role, ""), unit_id if role in UNIT_ROLES else None, after)
    return [(row, account.name) for row, account in found]


def accounts_in(session: FencedSession, role: str, unit_id: UUID | None, on: date) -> list[tuple[UUID, str]]:
    """The accounts that hold the seat of that role, by id and name."""
    return list(dict.fromkeys((row.account_id, name) for row, name in seats_of_role(session, role, unit_id, on)))


def place_named(session: Session, key: str, on: date) -> tuple[Place, Unit | None]:
    """The place of that key with its unit; Missing if the charter has none such."""
    units = charter.units(session, on)
    place = next((place for place in _places(charter.in_force(session, on), units) if place.key == key), None)
    if place is None:
        raise Missing()
    return place, next((unit for unit in units if unit.key == place.unit), None)


def missing_liaisons(session: Session, on: date) -> list[Vacancy]:
    """The units that have named no liaison, the longest vacancy first. Source: dossier 1.2 M7."""
    allowed = charter.rule(session, "liaison_vacancy_days", on)
    last_days = _last_days(session, on)
    empty = [held for held in roster(session, on) if held.place.role == "liaison" and not held.appointment]
    found = [_vacancy(held, last_days, on, allowed) for held in empty if held.unit]
    return sorted(found, key=lambda vacancy: vacancy.since)


def _vacancy(held: Held, last_days: dict[str, date], on: date, allowed: int | None) -> Vacancy:
    assert held.unit is not None
    since = rules.vacant_since(last_days.get(held.place.key), held.unit.joined_on)
    return Vacancy(held.unit, held.place, since, rules.overdue(since, on, allowed))


def _last_days(session: Session, on: date) -> dict[str, date]:
    query = select(Appointment.post, func.max(Appointment.to_date)).where(Appointment.to_date < on)
    return {post: day for post, day in session.execute(query.group_by(Appointment.post)) if day}


def appointment_named(session: Session, appointment_id: UUID) -> tuple[Appointment, Person]:
    """The appointment of that id with its person."""
    query = select(Appointment, Person).join(
        Person, and_(Person.tenant_id == Appointment.tenant_id, Person.id == Appointment.person_id)
    )
    row = session.execute(query.where(Appointment.id == appointment_id)).one_or_none()
    if row is None:
        raise Missing()
    return row[0], row[1]


def latest(session: Session, post: str) -> tuple[Appointment, Person] | None:
    """The last one who was appointed to the post, in office or not."""
    rows = history(session, post)
    return rows[0] if rows else None


def history(session: Session, post: str) -> list[tuple[Appointment, Person]]:
    """Everybody who held the post, the newest first."""
    query = (
        select(Appointment, Person)
        .join(Person, and_(Person.tenant_id == Appointment.tenant_id, Person.id == Appointment.person_id))
        .where(Appointment.post == post)
        .order_by(Appointment.from_date.desc())
    )
    rows: Iterable[Any] = session.execute(query)
    return [(appointment, person) for appointment, person in rows]


def office_holders(session: Session, role: str, on: date) -> list[Person]:
    """Who holds the role that day: the conveners, the director, the liaisons."""
    return [held.person for held in roster(session, on) if held.place.role == role and held.person]

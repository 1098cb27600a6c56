"""Naming who holds a place, and ending it. The office records posts of the conference; a unit registers its own people.

Source: seed 二; dossier 1.2 M2 to M7, 1.6 (登记).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from service.charter import queries as charter
from service.charter.models import Unit
from service.charter.rules import Caution
from service.kit.command import command, note
from service.kit.seat import Seat
from service.members import queries, rules
from service.members.models import Appointment, Person
from service.members.queries import Held
from service.members.rules import UNIT_ROLES, PersonText, Place
from tenants.errors import Forbidden, Missing, Refused

RECORD = "appointment.record"
REGISTER = "liaison.register"
NUMBERS = "directory.numbers"


@dataclass(frozen=True)
class Appointed:
    """An appointment as it is now, and what was let pass with a word."""

    appointment: Appointment
    cautions: list[Caution]


@command(RECORD)
def record_appointment(
    seat: Seat,
    post: str,
    words: PersonText,
    *,
    from_date: date,
    basis: str = "",
    leaver: UUID | None = None,
    on: date,
) -> Appointed:
    """The person holds that post of the conference from that day; whoever held it before has left the day before.

    `leaver` is the account of whoever left, where it is not to be known by his name.
    """
    return _appoint(seat, _place(seat, post, on, of_unit=False), words, from_date, basis, leaver, on)


@command(REGISTER)
def register_liaison(
    seat: Seat,
    post: str,
    words: PersonText,
    *,
    from_date: date,
    basis: str = "",
    leaver: UUID | None = None,
    on: date,
) -> Appointed:
    """The person is the unit's liaison, or its representative, from that day. Source: dossier 1.2 M3, M7."""
    return _appoint(seat, _place(seat, post, on, of_unit=True), words, from_date, basis, leaver, on)


def _place(seat: Seat, post: str, on: date, *, of_unit: bool) -> tuple[Place, Unit | None]:
    charter.held_charter(seat.session, on)  # one at a time: two appointments to one post never cross
    place, unit = queries.place_named(seat.session, post, on)
    if (place.role in UNIT_ROLES) != of_unit:
        raise Missing()
    if unit is not None and of_unit:
        _own(seat, unit.id)
    return place, unit


def _own(seat: Seat, unit_id: UUID | None) -> None:
    """The office speaks for every unit; others for their own only."""
    if not seat.may(RECORD) and not (unit_id and seat.sits_for(unit_id, REGISTER)):
        raise Forbidden(
            "只能登记本单位的成员代表和联络员。",
            en="You may name only your own unit's people.",
            source="角色与权限矩阵",
        )


def _appoint(
    seat: Seat,
    at: tuple[Place, Unit | None],
    words: PersonText,
    from_date: date,
    basis: str,
    leaver: UUID | None,
    on: date,
) -> Appointed:
    place, unit = at
    rules.check_person(words)
    last, before = _relieved(seat, place, from_date)
    person = Person(unit_id=unit.id if unit else None, **_columns(words))
    seat.session.add(person)
    seat.session.flush()
    appointment = Appointment(
        post=place.key, role=place.role, unit_id=person.unit_id, person_id=person.id, from_date=from_date, to_date=None
    )
    appointment.basis = basis.strip()
    seat.session.add(appointment)
    seat.session.flush()
    left = _left_seats(seat, *last, on, leaver) if last else {}
    note(seat, f"appointment:{appointment.id}", post=place.key, before=before, after=_line(appointment, person), **left)
    return Appointed(appointment, [*_cautions(seat, place, person, on), *_unlisted(seat, appointment, on)])


def _relieved(seat: Seat, place: Place, from_date: date) -> tuple[tuple[Appointment, Person] | None, Any]:
    """The predecessor, whose term ends the day before if it was still open, and what the audit keeps of him."""
    last = queries.latest(seat.session, place.key)
    if last is None:
        return None, None
    appointment, person = last
    rules.check_term(from_date, (person.name, appointment.from_date, appointment.to_date))
    if appointment.to_date is None:
        appointment.to_date = from_date - timedelta(days=1)
        seat.session.flush()
    return last, _line(appointment, person)


def _left_seats(seat: Seat, left: Appointment, person: Person, on: date, leaver: UUID | None = None) -> dict[str, Any]:
    """From the day after, the account of whoever left the post reads and does nothing: who sits is who is appointed.

    The account is known by the seat's role, its unit and the person's name, or it is said which. Nobody is touched who holds the role by
    another post, or shares his name with another account there. Source: dossier 1.2 M2 (换人当日), M7.
    """
    first = max((left.to_date or on) + timedelta(days=1), on)
    listed = queries.names_in(seat.session, left.role, left.unit_id, first)
    held = queries.seats_of_role(seat.session, left.role, left.unit_id, first)
    if leaver is not None:
        mine = [row for row, name in held if row.account_id == leaver and name not in listed]
        _check_leaver(mine)
    else:
        mine = [row for row, name in held if name == person.name and name not in listed]
    if len({row.account_id for row in mine}) != 1:
        return {}
    for row in mine:
        row.leave(first)
    return {"reads_only": f"account:{mine[0].account_id}", "reads_only_from": first}


def _check_leaver(mine: Sequence[object]) -> None:
    if not mine:
        raise Refused(
            "所选账号不持有该席位，或其姓名仍在名录中任此职务，不能转为只能查阅。",
            en="That account does not hold the seat, or its owner is still in such a post.",
            source="角色与权限矩阵",
            field="leaver",
        )


def _unlisted(seat: Seat, appointment: Appointment, on: date) -> list[Caution]:
    """Accounts that hold the post's seat though the directory names them in no such post: a word, nothing more."""
    since, unit = max(appointment.from_date, on), appointment.unit_id
    listed = queries.names_in(seat.session, appointment.role, unit, since)
    held = queries.seats_of_role(seat.session, appointment.role, unit, since)
    names = "、".join(sorted({name for _row, name in held} - listed))
    if not names:
        return []
    return [
        Caution(
            f"账号“{names}”持有该席位，但名录中没有其任职；已离任的，请系统管理员收回其席位。",
            f"{names} holds the seat of this post but is not in the directory.",
            "角色与权限矩阵",
        )
    ]


def _columns(words: PersonText) -> dict[str, str]:
    return {
        "name": words.name.strip(),
        "title": words.title.strip(),
        "rank": words.rank.strip(),
        "mobile": words.mobile.strip(),
    }


def _line(appointment: Appointment, person: Person) -> dict[str, Any]:
    """What the audit keeps: never the number."""
    term = {"from_date": appointment.from_date, "to_date": appointment.to_date, "basis": appointment.basis}
    return {"name": person.name, "title": person.title, "rank": person.rank} | term


def _cautions(seat: Seat, place: Place, person: Person, on: date) -> list[Caution]:
    wanted = charter.rule(seat.session, "liaison_rank", on)
    if place.role != "liaison" or not rules.wrong_rank(person.rank, wanted):
        return []
    return [
        Caution(
            f"制度要求联络员为{wanted}干部，所登记职级为“{person.rank or '未填'}”，请确认。",
            f"The charter asks for a liaison of rank {wanted}.",
            rules.COMPOSITION,
        )
    ]


@command(RECORD)
def end_appointment(
    seat: Seat, appointment_id: UUID, *, to_date: date, leaver: UUID | None = None, on: date
) -> Appointed:
    """The post is empty after that day."""
    return _end(seat, appointment_id, to_date, leaver, on, of_unit=False)


@command(REGISTER)
def end_liaison(seat: Seat, appointment_id: UUID, *, to_date: date, leaver: UUID | None = None, on: date) -> Appointed:
    """The unit has no liaison, or no representative, after that day."""
    return _end(seat, appointment_id, to_date, leaver, on, of_unit=True)


def _end(seat: Seat, appointment_id: UUID, to_date: date, leaver: UUID | None, on: date, *, of_unit: bool) -> Appointed:
    appointment, person = _standing(seat, appointment_id, on, of_unit=of_unit)
    rules.check_end(to_date, appointment.from_date)
    before = _line(appointment, person)
    appointment.to_date = to_date
    seat.session.flush()
    left = _left_seats(seat, appointment, person, on, leaver)
    note(seat, f"appointment:{appointment.id}", before=before, after=_line(appointment, person), **left)
    return Appointed(appointment, _unlisted(seat, appointment, max(on, to_date + timedelta(days=1))))


def _standing(seat: Seat, appointment_id: UUID, on: date, *, of_unit: bool) -> tuple[Appointment, Person]:
    """The appointment, if it is still open and of the kind that this command is for."""
    charter.held_charter(seat.session, on)
    appointment, person = queries.appointment_named(seat.session, appointment_id)
    if (appointment.role in UNIT_ROLES) != of_unit or appointment.to_date is not None:
        raise Missing()
    if of_unit:
        _own(seat, appointment.unit_id)
    return appointment, person


@command(RECORD)
def correct_person(seat: Seat, appointment_id: UUID, words: PersonText, *, on: date) -> Person:
    """What is said of the holder of a post reads so."""
    return _correct(seat, appointment_id, words, on, of_unit=False)


@command(REGISTER)
def correct_liaison(seat: Seat, appointment_id: UUID, words: PersonText, *, on: date) -> Person:
    """What is said of a unit's liaison or representative reads so."""
    return _correct(seat, appointment_id, words, on, of_unit=True)


def _correct(seat: Seat, appointment_id: UUID, words: PersonText, on: date, *, of_unit: bool) -> Person:
    appointment, person = _standing(seat, appointment_id, on, of_unit=of_unit)
    rules.check_person(words)
    before, number = _line(appointment, person), person.mobile
    for column, text in _columns(words).items():
        setattr(person, column, text)
    after = _line(appointment, person) | {"mobile_changed": person.mobile != number}
    note(seat, f"person:{person.id}", before=before, after=after)
    return person


@command(NUMBERS)
def disclose_numbers(seat: Seat, on: date) -> list[Held]:
    """The roster of that day, to be shown with every number whole; who asked, and for how many, is on record.

    Source: dossier 5.5 (通讯录手机号按权限脱敏), 7.1 (查看敏感字段、导出留痕).
    """
    found = queries.roster(seat.session, on)
    note(seat, "roster", on=on, people=sum(1 for held in found if held.person and held.person.mobile))
    return found

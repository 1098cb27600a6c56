"""Who is told of what happens to a task: its units, or the office. Source: issue 5; service/notices/telling.py."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.charter.names import unit_names
from service.kit.seat import Seat
from service.notices.telling import of_office, of_roles, of_units, tell
from service.tasks.models import Task
from service.tasks.queries import cooperating


def units_of(seat: Seat, row: Task) -> list[UUID]:
    """The units that carry the task, the lead first."""
    return [row.lead_unit_id, *cooperating(seat.session, [row.id])[row.id]]


def tell_units(seat: Seat, row: Task, kind: str, moment: str, on: date, *unit_ids: UUID) -> None:
    """These units are told of it once; none named: all that carry the task."""
    _told(seat, row, kind, moment, of_units(seat.session, unit_ids or units_of(seat, row), on))


def tell_office(seat: Seat, row: Task, kind: str, moment: str, on: date, due: date | None = None) -> None:
    """The office is told of it once."""
    _told(seat, row, kind, moment, of_office(seat.session, on), due)


def tell_all(seat: Seat, row: Task, kind: str, moment: str, on: date) -> None:
    """The task's units and the office are told of it once."""
    concerned = of_units(seat.session, units_of(seat, row), on) | of_office(seat.session, on)
    _told(seat, row, kind, moment, concerned)


def tell_representative(seat: Seat, row: Task, kind: str, moment: str, on: date, unit_id: UUID) -> None:
    """Who represents that unit is told of it once."""
    _told(seat, row, kind, moment, of_units(seat.session, [unit_id], on) & of_roles(seat.session, ["MR"], on))


def _told(seat: Seat, row: Task, kind: str, moment: str, accounts: set[UUID], due: date | None = None) -> None:
    words = {
        "task": row.content,
        "due": str(due or row.due),
        "unit": unit_names(seat.session)[row.lead_unit_id],
        "by": seat.name,
    }
    place = ("tasks.show", {"task_id": str(row.id)})
    key = f"task:{row.id}/{kind}/{moment}"
    tell(seat.session, accounts, kind=kind, key=key, params=words, place=place, but=seat.account_id)

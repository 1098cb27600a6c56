"""Moving what a reform left open: each piece by the command of its own room, with its own line in the audit.

Source: dossier 1.3 ⑤, 2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.accounts.commands import move_seat
from service.kit.seat import Seat
from service.meetings import commands as meetings
from service.members.commands import end_appointment, end_liaison
from service.members.queries import appointment_named
from service.members.rules import UNIT_ROLES
from service.reforms.queries import KINDS, Item, check_mover, to_confirm
from service.submissions import commands as submissions
from service.tasks import commands as tasks
from tenants.errors import LianxiError, Missing, Refused

Move = Callable[[Seat, Item, UUID, date], object]


def _task(seat: Seat, item: Item, unit_id: UUID, on: date) -> object:
    return tasks.hand_over(seat, item.id, from_unit_id=item.unit_id, unit_id=unit_id, on=on)


def _submission(seat: Seat, item: Item, unit_id: UUID, on: date) -> object:
    return submissions.hand_over(seat, item.id, unit_id=unit_id, on=on)


def _resolution(seat: Seat, item: Item, unit_id: UUID, on: date) -> object:
    return meetings.hand_over(seat, item.id, unit_id=unit_id, on=on)


def _seat(seat: Seat, item: Item, unit_id: UUID, on: date) -> object:
    return move_seat(seat, item.id, unit_id=unit_id, on=on)


MOVES: Mapping[str, Move] = {
    "task": _task,
    "helping": _task,
    "submission": _submission,
    "resolution": _resolution,
    "seat": _seat,
}


def confirm(seat: Seat, kind: str, item_id: UUID, from_unit_id: UUID, unit_id: UUID | None, *, on: date) -> Item:
    """The piece is the proposed unit's, or the one's that was chosen instead; what ends with the unit has ended."""
    check_mover(seat)
    item = next((i for i in to_confirm(seat, on) if (i.kind, i.id, i.unit_id) == (kind, item_id, from_unit_id)), None)
    if item is None:
        raise Missing()
    _carry_out(seat, item, unit_id or item.proposed, on)
    return item


def _carry_out(seat: Seat, item: Item, unit_id: UUID | None, on: date) -> None:
    if item.ends:
        _end(seat, item, on)
    elif unit_id is None:
        raise Refused("请选择承接单位。", en="Choose the unit that takes over.", field="unit_id")
    else:
        MOVES[item.kind](seat, item, unit_id, on)


def _end(seat: Seat, item: Item, on: date) -> None:
    """The term ends on the unit's last day, or on its own first one."""
    appointment, _person = appointment_named(seat.session, item.id)
    verb = end_liaison if appointment.role in UNIT_ROLES else end_appointment
    verb(seat, item.id, to_date=max(item.last_day or on, appointment.from_date), on=on)


@dataclass(frozen=True)
class Confirmed:
    """What was moved, and what could not be, each with the reason."""

    moved: list[Item]
    refused: list[tuple[Item, LianxiError]]


def confirm_all(seat: Seat, kinds: Collection[str] = KINDS, *, on: date) -> Confirmed:
    """Everything that has a proposal is moved as proposed; what is refused stays, and is said."""
    check_mover(seat, kinds)
    moved: list[Item] = []
    refused: list[tuple[Item, LianxiError]] = []
    for item in [item for item in to_confirm(seat, on, kinds) if item.ready]:
        try:
            _carry_out(seat, item, item.proposed, on)
            moved.append(item)
        except LianxiError as refusal:
            refused.append((item, refusal))
    return Confirmed(moved, refused)

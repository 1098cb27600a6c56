"""One order with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.kit.seat import Seat
from service.supervision import queries
from service.supervision.below import place_of
from service.supervision.models import SupervisionEvent, SupervisionOrder
from service.supervision.rules import Ladder, is_settled, is_silent
from service.supervision.subjects import Subject, subject
from tenants.dispatch import DispatchPlace


@dataclass(frozen=True)
class Whole:
    """The order, its matter as it stands today, the orders before and after it, its history."""

    order: SupervisionOrder
    subject: Subject
    chain: list[SupervisionOrder]
    events: list[SupervisionEvent]
    ladder: Ladder
    place: DispatchPlace | None  # how the place below stands to it, where it went below
    answered_below: bool
    silent: bool

    @property
    def before(self) -> SupervisionOrder | None:
        return next((row for row in self.chain if row.id == self.order.before_id), None)

    @property
    def settled(self) -> bool:
        """Whether it can be closed."""
        return is_settled(self.subject.standing, self.subject.rung)


def whole(seat: Seat, row: SupervisionOrder, on: date) -> Whole:
    """The order as this seat sees it on that day."""
    session = seat.session
    place = place_of(session, row)
    came = place is not None and place.state == "finished" and place.answers > row.taken
    quiet = not came and is_silent(row.state, row.answer_by, on)
    return Whole(
        order=row,
        subject=subject(session, *row.subject, on),
        chain=queries.chain(session, row) if seat.may_read(queries.ALL) else [row],
        events=queries.events(session, row.id),
        ladder=queries.ladder_on(session, on),
        place=place,
        answered_below=came,
        silent=quiet,
    )

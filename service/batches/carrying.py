"""A batch is carried out row by row: the task's own command, its audit line and the row's mark in one commit.

After a break whoever goes on does none twice.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.batches import queries
from service.batches.commands import refuse
from service.batches.models import CARRIED, DONE, FAILED, RUNNING
from service.batches.verbs import VERBS
from service.kit.command import commit_held
from service.kit.seat import Seat
from tenants.errors import LianxiError


def carry_on(seat: Seat, batch_id: UUID, on: date) -> bool:
    """The next row is done, or bears why not; false where none is left."""
    with commit_held(seat.session):
        made = queries.batch(seat, batch_id, hold=True)
        row = queries.next_ready(seat.session, batch_id) if made.state == RUNNING else None
        if row is None or row.task_id is None:
            made.state = DONE if made.state == RUNNING else made.state
            return False
        try:
            VERBS[made.verb].act(seat, row.task_id, {**made.given, **row.given}, on)
            row.state = CARRIED
        except LianxiError as wrong:
            refuse(row, wrong, FAILED)
    return True

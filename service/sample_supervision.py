"""What the sample's offices supervise in November: an order that was answered, one that nobody answered, one to be signed.

Each by its own ladder: a place whose charter knows no orders reminds, or does neither. Source: dossier 2.4.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from config.catalogue import SamplePlace, sample_people
from service.kit.seat import Seat
from service.supervision.commands import (
    OrderText,
    accept,
    acknowledge,
    answer,
    draft_order,
    draft_orders,
    remind,
    serve,
    sign,
)
from service.supervision.models import SupervisionOrder
from service.supervision.queries import ladder_on
from service.supervision.worklist import Entry, worklist
from service.tasks.models import Task

SERVED, SAID, NOW = date(2026, 11, 6), date(2026, 11, 10), date(2026, 11, 19)
URGENT = "省级检查组月底到场核查，须提前完成。"
SAYS = "因人员调整进度滞后，已明确专人负责，按周调度，12月10日前完成。"


class Supervision:
    """The orders and reminders of one place."""

    def __init__(self, seat: Seat, place: SamplePlace) -> None:
        self.seat = seat
        self.people = {one.role: one.name for one in sample_people(place)}

    def carry_out(self) -> None:
        """Two orders are served, and one drafted later; of what needs none the units are reminded."""
        served = [self._served(entry) for entry in self._due(SERVED)[:2]] or self._urgent()
        for row in served[:1]:
            self._answered(row)
        draft_now = [entry.subject.key for entry in self._due(NOW) if entry.before is None][:1]
        if draft_now:
            draft_orders(self.seat, draft_now, on=NOW)
        told = [entry.subject.key for entry in worklist(self.seat.session, NOW) if entry.level is None][:2]
        if told:
            remind(self.seat, told, on=NOW)

    def _urgent(self) -> list[SupervisionOrder]:
        """Where nothing is late: an order at once about the task due next. Source: dossier 2.2 (重大紧急事项)."""
        levels = ladder_on(self.seat.session, SERVED).levels
        query = select(Task).where(Task.state == "in_progress", Task.due > SERVED).order_by(Task.due, Task.no)
        task = self.seat.session.scalars(query.limit(1)).first()
        if task is None or not levels:
            return []
        text = OrderText(level=levels[0], urgent=URGENT)
        return [self._signed(draft_order(self.seat, "task", task.id, text=text, on=SERVED))]

    def _due(self, on: date) -> list[Entry]:
        """What is to have an order that day, of this table's own units."""
        return [entry for entry in worklist(self.seat.session, on) if entry.level and entry.subject.unit_id]

    def _as(self, role: str, code: str) -> Seat:
        """The seat of who holds that post."""
        name = self.people.get(role, self.seat.name)
        return replace(self.seat, name=name, roles=frozenset({code}), console=False)

    def _served(self, entry: Entry) -> SupervisionOrder:
        (row,) = draft_orders(self.seat, [entry.subject.key], on=SERVED)
        return self._signed(row)

    def _signed(self, row: SupervisionOrder) -> SupervisionOrder:
        sign(self._as("office_director", "OD"), row.id, on=SERVED)
        return serve(self.seat, row.id, on=SERVED)

    def _answered(self, row: SupervisionOrder) -> None:
        unit = replace(self.seat, name=self.people.get("liaison", self.seat.name))
        acknowledge(unit, row.id, on=SERVED)
        answer(unit, row.id, text=SAYS, on=SAID)
        accept(self._as("office_director", "OD"), row.id, on=SAID)

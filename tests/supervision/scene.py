"""A place with a task that is late, and the people around its order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from service.charter.opening import furnish
from service.charter.queries import in_force
from service.kit.seat import Seat
from service.supervision import commands
from service.supervision.commands import OrderText
from service.supervision.models import SupervisionOrder
from service.tasks.models import Task
from tenants.models import Tenant
from tests.factories import a_seat, a_tenant
from tests.work.office import a_plan, a_task, console

DUE = date(2026, 6, 30)
LATE = date(2026, 7, 2)  # a Thursday: two days overdue, yellow
SERVED = date(2026, 7, 3)  # a Friday: five working days are over on the 10th
SILENT = date(2026, 7, 11)
THREE = ["blue", "yellow", "red"]


@dataclass
class Scene:
    """A tenant with a plan and a task of its lead department that was due on 30 June."""

    engine: Engine
    tenant: Tenant
    seat: Seat
    task: Task

    @property
    def key(self) -> tuple[str, UUID]:
        return "task", self.task.id

    def sitting(self, *roles: str) -> Seat:
        return a_seat(self.engine, self.tenant, *roles)

    def liaison(self) -> Seat:
        return a_seat(self.engine, self.tenant, "LI", unit=self.task.lead_unit_id)

    def decided(self, **changes: Any) -> None:
        """The charter in force says so."""
        charter = in_force(self.seat.session, LATE)
        charter.rules = charter.rules | changes
        self.seat.session.commit()

    def drafted(self, on: date = LATE, **text: Any) -> SupervisionOrder:
        return commands.draft_order(self.seat, *self.key, text=OrderText(**text), on=on)

    def signed(self, on: date = LATE, **text: Any) -> SupervisionOrder:
        return commands.sign(self.seat, self.drafted(on, **text).id, on=on)

    def served(self, on: date = SERVED, **text: Any) -> SupervisionOrder:
        return commands.serve(self.seat, self.signed(on, **text).id, on=on)

    def answered(self, on: date = SERVED) -> SupervisionOrder:
        row = self.served(on)
        commands.acknowledge(self.seat, row.id, on=on)
        return commands.answer(self.seat, row.id, text="已增加人手，7月底完成。", on=on)


def a_scene(engine: Engine, level: str = "province") -> Scene:
    tenant = a_tenant(engine, level, furnish=furnish)
    seat = console(engine, tenant)
    return Scene(engine, tenant, seat, a_task(seat, a_plan(seat), DUE))

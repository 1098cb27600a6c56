"""A plenary that was held, and the people around its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from service.charter.models import Unit
from service.charter.opening import furnish
from service.charter.queries import in_force, units
from service.kit.seat import Seat
from service.meetings.commands import Agreed, Held, record_meeting
from service.meetings.models import Meeting
from service.minutes import queries
from service.minutes.commands import circulate, confirm, draft, sign
from service.minutes.issuing import number, publish
from service.minutes.models import Minutes
from tenants.models import Tenant
from tests.factories import a_seat, a_tenant
from tests.work.office import console

DAY = date(2026, 3, 5)
SENT = date(2026, 3, 6)  # a Friday: three working days are over on the 11th
LATE = date(2026, 3, 12)


@dataclass
class Scene:
    """A tenant with a plenary on record: three units came, one is on leave; two things are to be done, one is noted."""

    engine: Engine
    tenant: Tenant
    seat: Seat
    table: list[Unit]
    meeting: Meeting

    def office(self) -> Seat:
        return a_seat(self.engine, self.tenant, "OS")

    def convener(self) -> Seat:
        return a_seat(self.engine, self.tenant, "CV")

    def liaison(self, number: int) -> Seat:
        return a_seat(self.engine, self.tenant, "LI", unit=self.table[number].id)

    def decided(self, **changes: Any) -> None:
        """The charter in force says so."""
        charter = in_force(self.seat.session, DAY)
        charter.rules = charter.rules | changes
        self.seat.session.commit()

    def drafted(self) -> Minutes:
        return draft(self.seat, self.meeting.id, SENT)

    def circulated(self) -> Minutes:
        row = self.drafted()
        return circulate(self.seat, row.id, on=SENT)

    def confirmed(self) -> Minutes:
        row = self.circulated()
        for party in queries.parties(self.seat.session, self.meeting.id):
            confirm(self.seat, row.id, party=party.id, opinion="agree", sha256=row.sha256, on=SENT)
        return row

    def signed(self) -> Minutes:
        return sign(self.seat, self.confirmed().id, on=LATE)

    def published(self) -> Minutes:
        row = self.signed()
        number(self.seat, row.id, LATE)
        return publish(self.seat, row.id, LATE)

    def standing(self, row: Minutes, on: date = SENT) -> dict[UUID, str]:
        return {line.unit_id: line.standing for line in queries.confirming(self.seat.session, row, on)}


def a_scene(engine: Engine, kind: str = "plenary") -> Scene:
    tenant = a_tenant(engine, furnish=furnish)
    seat = console(engine, tenant)
    table = units(seat.session, DAY)
    return Scene(engine, tenant, seat, table, a_meeting(seat, table, kind))


def a_meeting(seat: Seat, table: list[Unit], kind: str = "plenary", day: date = DAY, title: str = "") -> Meeting:
    came = {table[0].id: "present", table[1].id: "present", table[3].id: "proxy", table[4].id: "leave"}
    agreed = [
        Agreed(
            "完善家政服务业财税支持政策",
            table[3].id,
            date(2026, 8, 1),
            deliverable="政策文件",
            cooperating=[table[4].id],
        ),
        Agreed("开展家政服务职业技能培训", table[0].id, date(2026, 10, 31)),
        Agreed("关于设立家政服务月的建议", kind="to_study"),
    ]
    post, chair = ("convener", "张厅长") if kind == "plenary" else ("office_director", "李主任")
    held = Held(kind, title or "2026年第1次全体会议", day, chair, post, came, agreed)
    return record_meeting(seat, held, LATE)

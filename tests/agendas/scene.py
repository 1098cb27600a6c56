"""A conference with a meeting in preparation, its office, and units that propose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

from sqlalchemy import Engine, update

from service.agendas.commands import add_item
from service.agendas.models import AgendaItem
from service.agendas.rules import ItemText
from service.charter.models import Unit
from service.charter.opening import furnish
from service.charter.queries import in_force, units
from service.kit.seat import Seat
from service.meetings.convening import Convocation, prepare
from service.meetings.models import Attendee, Meeting
from tenants.models import Tenant
from tests.factories import a_seat, a_tenant

TODAY = date(2026, 9, 1)
HELD = date(2026, 9, 24)


@dataclass
class Scene:
    """What the tests of agendas act in."""

    engine: Engine
    tenant: Tenant
    office: Seat
    units: list[Unit]
    meeting: Meeting
    seats: dict[int, Seat] = field(default_factory=dict)

    def liaison(self, at: int = 1) -> Seat:
        """The seat of the liaison officer of that unit."""
        if at not in self.seats:
            self.seats[at] = a_seat(self.engine, self.tenant, "LI", unit=self.units[at].id)
        return self.seats[at]

    def item(
        self, title: str = "通报进展", kind: str = "progress", *, on_it: bool = True, **more: int | str
    ) -> AgendaItem:
        """An item of the office, on the meeting's agenda unless it is said not to be."""
        words = ItemText(title, kind, **{"minutes": 10} | more)  # type: ignore[arg-type]
        return add_item(self.office, words, meeting_id=self.meeting.id if on_it else None, on=TODAY)

    def decided(self, **changes: object) -> None:
        """The charter in force says so."""
        charter = in_force(self.office.session, TODAY)
        charter.rules = charter.rules | changes
        self.office.session.commit()

    def put(self, state: str) -> None:
        """The meeting is in that state."""
        self.office.session.execute(update(Meeting).where(Meeting.id == self.meeting.id).values(state=state))
        self.office.session.commit()
        self.office.session.expire_all()

    def came(self, many: int) -> None:
        """So many units are there."""
        rows = self.office.session.query(Attendee).filter_by(meeting_id=self.meeting.id, role="member_rep").all()
        for row in rows[:many]:
            row.came = "present"
        self.office.session.commit()

    def another_meeting(self, day: date = date(2026, 11, 20), kind: str = "plenary", **more: object) -> Meeting:
        return a_meeting(self.office, day, kind, **more)


def a_meeting(office: Seat, day: date, kind: str = "plenary", **more: object) -> Meeting:
    """A meeting in preparation, from nine to eleven."""
    words = {
        "title": f"{day.month}月会议",
        "begins": time(9),
        "ends": time(11),
        "place": "一楼会议室",
        "chair": "张厅长",
    }
    words["chair_post"] = "convener" if kind == "plenary" else "office_director"
    return prepare(office, Convocation(kind, held_on=day, **words | more), TODAY)  # type: ignore[arg-type]


def a_scene(engine: Engine) -> Scene:
    tenant = a_tenant(engine, furnish=furnish)
    office = a_seat(engine, tenant, "OS")
    table = units(office.session, TODAY)
    return Scene(engine, tenant, office, table, a_meeting(office, HELD))

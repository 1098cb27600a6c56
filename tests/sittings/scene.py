"""A meeting that sits: its posts are filled, two items are on its agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Engine

from service.agendas.commands import ItemText, add_item
from service.agendas.models import AgendaItem
from service.charter.models import Unit
from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.seat import Seat
from service.kit.web import SHANGHAI, today
from service.meetings.convening import open_sitting
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import attendees
from service.members.commands import record_appointment, register_liaison
from service.members.queries import roster
from service.members.rules import UNIT_ROLES, PersonText
from tenants.models import Tenant
from tests.factories import a_seat, a_tenant
from tests.invitations.conference import SINCE, planned
from tests.work.office import console

TEN = datetime.combine(today(), time(10), SHANGHAI).astimezone(UTC)


@dataclass
class Sat:
    """What the tests of sittings act in."""

    engine: Engine
    tenant: Tenant
    office: Seat
    units: list[Unit]
    meeting: Meeting
    items: list[AgendaItem]

    @property
    def path(self) -> str:
        return f"/t/{self.tenant.slug}/meetings/{self.meeting.id}/sitting"

    @property
    def people(self) -> list[Attendee]:
        """Everybody on the list, read anew."""
        self.office.session.expire_all()
        return attendees(self.office.session, self.meeting.id)

    def called(self, role: str = "member_rep", at: int = 0) -> Attendee:
        """The one who is called in that role by that unit."""
        unit = self.units[at].id if role in ("member_rep", "liaison") else None
        return next(one for one in self.people if one.role == role and unit in (None, one.unit_id))

    def another(self, *roles: str, at: int | None = None) -> Seat:
        """Another person's seat, with a session of its own."""
        return a_seat(self.engine, self.tenant, *roles, unit=None if at is None else self.units[at].id)


def _staff(seat: Seat) -> None:
    """The posts of the office and of the first four units are held; a full conference takes its second to appoint."""
    few = {unit.id for unit in units(seat.session, today())[:4]}
    for held in roster(seat.session, today()):
        if held.unit is None or held.unit.id in few:
            name = f"{held.unit.name[-4:] if held.unit else ''}{held.place.name[:8]}"
            appoint = register_liaison if held.place.role in UNIT_ROLES else record_appointment
            appoint(seat, held.place.key, PersonText(name, "处长", "处级"), from_date=SINCE, on=today())


def a_sitting(engine: Engine, *, opened: bool = True) -> Sat:
    tenant = a_tenant(engine, furnish=furnish)
    operator = console(engine, tenant)
    _staff(operator)
    operator.session.close()
    office = a_seat(engine, tenant, "OS")
    meeting = planned(office, held_on=today(), begins=time(9, 30))
    items = [
        add_item(office, ItemText(title, kind, minutes=20), meeting_id=meeting.id, on=today())
        for title, kind in (("学习贯彻稳就业文件", "study"), ("通报工作进展", "progress"))
    ]
    if opened:
        open_sitting(office, meeting.id, today())
    return Sat(engine, tenant, office, units(office.session, today()), meeting, items)

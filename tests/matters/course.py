"""A matter to test with: raised by a unit, taken up, deliberated, consented to, as far as a test wants it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select

from service.agendas.models import AgendaItem
from service.charter.models import Duty, Unit
from service.charter.queries import duties, in_force, units
from service.kit.seat import Seat
from service.matters.commands import accept, draft_matter, place, submit
from service.matters.consulting import open_consultation, reply
from service.matters.models import Deliberation, Matter
from service.matters.queries import concerned
from service.meetings.commands import Held, record_meeting
from tenants.models import Tenant
from tests.factories import a_seat

DAY = date(2026, 3, 5)
LATER = date(2026, 3, 20)
TALK = datetime(2026, 3, 18, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


class Table:
    """The units and duties of a place by key and code, and seats of their people."""

    held_meeting: UUID

    def __init__(self, engine: Engine, tenant: Tenant, seat: Seat) -> None:
        self.engine, self.tenant, self.seat = engine, tenant, seat
        self.units: dict[str, Unit] = {unit.key: unit for unit in units(seat.session, DAY)}
        self.duties: dict[str, Duty] = {duty.code: duty for duty in duties(seat.session, DAY)}
        # Read once: what a refused command rolled back is read again, row by row.
        self.ids = {key: unit.id for key, unit in self.units.items()}
        self.duty_ids = {code: duty.id for code, duty in self.duties.items()}

    def rep(self, key: str, role: str = "MR") -> Seat:
        return a_seat(self.engine, self.tenant, role, unit=self.ids[key])

    def post(self, *roles: str) -> Seat:
        return a_seat(self.engine, self.tenant, *roles)

    def id(self, key: str) -> UUID:
        return self.ids[key]

    def passages(self, *written: tuple[str, str]) -> list[dict[str, Any]]:
        """(words, codes of the duties) → what a form sends: `passages(("设立资金", "CZ1"), ("总则", ""))`."""
        return [{"text": text, "duties": [self.duty_ids[code] for code in codes.split()]} for text, codes in written]

    def decided(self, **changes: Any) -> None:
        """The charter in force says so."""
        charter = in_force(self.seat.session, DAY)
        charter.rules = charter.rules | changes
        self.seat.session.commit()

    def states(self, row: Matter) -> dict[str, str]:
        """Where each unit concerned stands, by key."""
        keys = {unit_id: key for key, unit_id in self.ids.items()}
        self.seat.session.expire_all()
        return {keys[found.unit_id]: found.state for found in concerned(self.seat.session, row.id)}

    def raised(self, *written: tuple[str, str], by: str = "CIVIL", title: str = "支持社区家政发展") -> Matter:
        """Submitted and taken up; touches FIN's and the two tax offices' duties unless told otherwise."""
        text = self.passages(*(written or (("总体要求", ""), ("设立专项资金", "CZ1"), ("落实税收优惠", "TX1"))))
        unit = self.id(by)
        row = draft_matter(self.seat, kind="policy_proposal", unit_id=unit, title=title, passages=text, on=DAY)
        submit(self.seat, row.id, on=DAY)
        return accept(self.seat, row.id, on=DAY)

    def asked(self, *written: tuple[str, str], **more: Any) -> Matter:
        return open_consultation(self.seat, self.raised(*written, **more).id, on=DAY)

    def concluded(self, row: Matter, outcome: str = "passed", day: date = DAY) -> AgendaItem:
        """It was put on the agenda of a meeting that was held, and this was concluded."""
        item = self.placed(row)
        item.meeting_id, item.outcome = self.met(day), outcome
        self.seat.session.commit()
        return item

    def placed(self, row: Matter) -> AgendaItem:
        place(self.seat, row.id, on=DAY)
        newest = select(AgendaItem).join(
            Deliberation,
            (Deliberation.tenant_id == AgendaItem.tenant_id) & (Deliberation.agenda_item_id == AgendaItem.id),
        )
        mine = newest.where(Deliberation.matter_id == row.id).order_by(Deliberation.id.desc())
        return self.seat.session.scalars(mine.limit(1)).one()

    def met(self, day: date = DAY) -> UUID:
        came = dict.fromkeys(self.ids.values(), "present")
        held = Held("special", "专题会议", day, "办公室主任", "office_director", came)
        return record_meeting(self.seat, held, LATER).id


def agree(table: Table, row: Matter, *keys: str, on: date = DAY) -> None:
    """Those units' representatives have agreed."""
    for key in keys:
        reply(table.rep(key), row.id, unit_id=table.id(key), opinion="agree", on=on)


def changed(words: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same words but for these."""
    return words | changes

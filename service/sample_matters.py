"""The matters that the sample's province takes up in its year: one that went up, one that waits for a department, one to handle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from config.catalogue import SampleMatter, SamplePlace, sample_matters, sample_people
from service.agendas.concluding import conclude
from service.agendas.queries import agenda
from service.charter.queries import duties, lead_units, units
from service.kit.seat import Seat
from service.matters.commands import accept, draft_matter, place, submit
from service.matters.consulting import open_consultation, reply
from service.matters.dissent import record_round
from service.matters.models import Matter
from service.matters.queries import concerned, instructions
from service.matters.reporting import follow, instruct, record_receipt, send, sign
from service.meetings.convening import Convocation, call, close_sitting, open_sitting, prepare
from service.sittings.commands import mark_unit

OPENS = time(9, 0)


class Matters:
    """What the place's units raised, and how far each went."""

    def __init__(self, seat: Seat, place: SamplePlace) -> None:
        self.seat, self.place = seat, place
        first = date(2026, 1, 1)
        self.units = {unit.key: unit.id for unit in units(seat.session, first)}
        self.duties = {duty.code: duty.id for duty in duties(seat.session, first)}
        self.people = {(one.role, one.unit): one.name for one in sample_people(place)}

    def carry_out(self) -> None:
        """Each matter goes as far as it is told."""
        for told in sample_matters():
            self._carry(told)

    def _as(self, role: str, key: str = "") -> Seat:
        """The seat under the name of who holds that post."""
        name = self.people.get((role, key)) or next((n for (r, _u), n in self.people.items() if r == role), "")
        return replace(self.seat, name=name or self.seat.name)

    def _carry(self, told: SampleMatter) -> None:
        row = self._raise(told)
        if told.accepted is None:
            return
        accept(self.seat, row.id, on=told.accepted)
        if told.heard is not None:
            self._hear(row, told, told.heard)
        if told.asked is not None:
            open_consultation(self.seat, row.id, on=told.asked)
            self._answer(row, told, told.asked)
        if told.signed is not None:
            self._go_up(row, told.signed)

    def _raise(self, told: SampleMatter) -> Matter:
        who = self._as("liaison", told.unit)
        passages: list[dict[str, Any]] = [
            {"text": text, "duties": [self.duties[code] for code in codes]} for text, codes in told.passages
        ]
        row = draft_matter(
            who, kind=told.kind, unit_id=self.units[told.unit], title=told.title, passages=passages, on=told.raised
        )
        return submit(who, row.id, on=told.raised)

    def _hear(self, row: Matter, told: SampleMatter, day: date) -> None:
        """A special meeting takes it up and concludes."""
        meeting = prepare(
            self.seat,
            Convocation(
                "special",
                f"{told.title}专题会议",
                day,
                begins=OPENS,
                place="一号会议室",
                basis="unit_proposal",
                basis_text=told.title,
                units=self._called(told),
                chair=self.people.get(("office_director", ""), "") or self._as("office_director").name,
                chair_post="office_director",
            ),
            told.accepted or day,
        )
        place(self.seat, row.id, meeting_id=meeting.id, on=told.accepted or day)
        call(self.seat, meeting.id, on=told.accepted or day)
        open_sitting(self.seat, meeting.id, day)
        self._sit(meeting.id, self._called(told), day)
        for item in agenda(self.seat.session, meeting.id):
            conclude(self.seat, item.id, outcome="passed", text="原则通过，按会议意见修改后征求有关单位同意。", on=day)
        close_sitting(self.seat, meeting.id, day)

    def _called(self, told: SampleMatter) -> list[UUID]:
        """Those that it concerns, who raised it, and the lead department."""
        lead = {unit.id for unit in lead_units(self.seat.session, told.raised)}
        raised = self.units[told.unit]
        holding = [found.unit_id for found in self._concerned(told)]
        return list(dict.fromkeys([*lead, raised, *holding]))

    def _concerned(self, told: SampleMatter) -> Iterable[Any]:
        newest = self.seat.session.query(Matter).filter_by(title=told.title).one()
        return concerned(self.seat.session, newest.id)

    def _sit(self, meeting_id: UUID, called: Iterable[UUID], day: date) -> None:
        at = datetime.combine(day, OPENS, UTC) - timedelta(hours=8)
        for unit_id in called:
            mark_unit(self.seat, meeting_id, unit_id, at)

    def _answer(self, row: Matter, told: SampleMatter, asked: date) -> None:
        keys = {unit_id: key for key, unit_id in self.units.items()}
        for number, found in enumerate(concerned(self.seat.session, row.id), 1):
            key, day = keys[found.unit_id], asked + timedelta(days=number)
            opinion, text = told.answers.get(key, ("agree", ""))
            if opinion != "silent":
                self._say(row, key, opinion, text, day)
        if told.talk:
            self._coordinate(row, told.talk, asked + timedelta(days=14))

    def _say(self, row: Matter, key: str, opinion: str, text: str, day: date) -> None:
        who = self._as("member_rep", key)
        reply(who, row.id, unit_id=self.units[key], opinion=opinion, text=text, on=day)

    def _coordinate(self, row: Matter, talk: Mapping[str, str], day: date) -> None:
        director = self._as("office_director")
        at = datetime.combine(day, time(7, 0), UTC)
        record_round(
            director, row.id, held_at=at, coordinator="office_director", coordinator_name=director.name, **talk, on=day
        )

    def _go_up(self, row: Matter, day: date) -> None:
        sign(self._as("convener"), row.id, on=day)
        send(self.seat, row.id, number="衡人社呈〔2026〕18号", on=day + timedelta(days=1))
        record_receipt(self.seat, row.id, receipt="省政府办公厅收文处", on=day + timedelta(days=2))
        given = day + timedelta(days=9)
        lead = self.units[next(iter(self.place.lead_units))]
        words = {"text": "请抓紧完善方案，年内落地。", "given_by": "分管副省长"}
        due = given + timedelta(days=60)
        instruct(self.seat, row.id, **words, given_on=given, unit_id=lead, due=due, on=given)
        open_one = instructions(self.seat.session, row.id)[0]
        follow(
            self.seat,
            row.id,
            instruction_id=open_one.id,
            text="方案已印发，资金已下达。",
            on=given + timedelta(days=40),
        )

"""What is under way in the sample: a meeting that sat this week, one that was noticed, one that is being prepared.

Told of the places whose people sign in, through the commands that they use themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from config.catalogue import SampleTopic, sample_topics
from service.agendas.arranging import call_for_items, settle
from service.agendas.commands import ItemText, accept, add_item, propose
from service.agendas.concluding import conclude
from service.charter.models import Unit
from service.charter.queries import units
from service.invitations.commands import NoticeText, notify, reply
from service.invitations.rules import Reply
from service.kit.seat import Seat
from service.meetings.commands import Agreed
from service.meetings.convening import Convocation, close_sitting, open_sitting, prepare
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import attendees, kinds
from service.minutes.commands import circulate, draft
from service.sittings.commands import Mark, agree, mark

PREPARED, SAT, SEEN = date(2026, 11, 5), date(2026, 11, 18), date(2026, 11, 20)
NEXT, LATER = date(2026, 12, 11), date(2026, 12, 22)
DUE = date(2026, 12, 25)
OFFICE = NoticeText(contact="联席会议办公室", phone="0991-0000000")


class Conference:
    """What one place's office has in hand on the last day that the sample tells of."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.table = units(seat.session, SEEN)
        self.lead = next(unit for unit in self.table if unit.is_lead)
        self.topics = {topic.title: topic for topic in sample_topics()}

    def carry_out(self) -> None:
        """A special meeting was held and its minutes lie before those who were there, one was noticed, a plenary is being prepared."""
        if "special" in kinds(self.seat.session, SEEN):
            self._hold(self.topics["研究重大节日家政服务保供稳价"])
            self._notice(self.topics["研究家政培训资源统筹"])
        self._prepare_plenary()

    def _special(self, topic: SampleTopic, day: date, on: date) -> tuple[Meeting, list[UUID]]:
        concerned = self._concerned(topic)
        wanted = Convocation(
            "special",
            f"{topic.title}专题会议",
            day,
            begins=time(14, 30),
            ends=time(16, 0),
            place="联席会议办公室会议室",
            basis="annual_plan",
            basis_text=f"{day.year}年家庭服务业发展工作要点",
            units=[unit.id for unit in concerned],
        )
        row = prepare(self.seat, wanted, on)
        items = [
            add_item(self.seat, ItemText(words, kind, 20, unit.name), meeting_id=row.id, unit_id=unit.id, on=on).id
            for words, kind, unit in zip(
                (f"{topic.title.removeprefix('研究')}情况", "下一步工作措施"),
                ("progress", "other"),
                concerned,
                strict=False,
            )
        ]
        settle(self.seat, row.id, on=on)
        notify(self.seat, row.id, OFFICE, on=on, now=_at(on, 9))
        return row, items

    def _concerned(self, topic: SampleTopic) -> list[Unit]:
        """The lead department, whoever the topic names and sits here, and one more."""
        named = [unit for unit in self.table if unit.key in {item.unit for item in topic.agreed}]
        return list(dict.fromkeys([self.lead, *named, *self.table[1:3]]))[:4]

    def _hold(self, topic: SampleTopic) -> None:
        row, items = self._special(topic, SAT, PREPARED)
        self._reply(row, PREPARED + timedelta(days=4))
        open_sitting(self.seat, row.id, SAT)
        mark(self.seat, row.id, [Mark(person.id, _came(person)) for person in self._people(row)], _at(SAT, 14))
        for item in items:
            conclude(self.seat, item, outcome="passed", text="同意", on=SAT)
        for words, item in zip(topic.agreed, items, strict=False):
            who = next((unit for unit in self.table if unit.key == words.unit), self.lead)
            agree(self.seat, row.id, Agreed(words.content, who.id, DUE, deliverable="书面报告", agenda_item_id=item))
        close_sitting(self.seat, row.id, SAT)
        circulate(self.seat, draft(self.seat, row.id, SAT).id, on=SEEN)

    def _notice(self, topic: SampleTopic) -> None:
        row, _items = self._special(topic, NEXT, SEEN)
        self._reply(row, SEEN)

    def _reply(self, row: Meeting, on: date) -> None:
        """Two in three have answered; one in six asks leave."""
        for number, person in enumerate(self._people(row)):
            if number % 3 != 2:
                given = Reply("leave", "外出参加培训") if number % 6 == 4 else Reply("attends")
                reply(self.seat, row.id, person.id, given, now=_at(on, 10))

    def _people(self, row: Meeting) -> list[Attendee]:
        return attendees(self.seat.session, row.id)

    def _prepare_plenary(self) -> None:
        wanted = Convocation("plenary", f"{LATER.year}年年终全体会议", LATER, begins=time(9, 30), place="第一会议室")
        row = prepare(self.seat, wanted, SEEN)
        call_for_items(self.seat, row.id, on=SEEN)
        proposed = [
            propose(self.seat, words, unit_id=unit.id, for_meeting_id=row.id, on=SEEN)
            for words, unit in zip(_proposals(), self.table, strict=False)
        ]
        accept(self.seat, proposed[0].id, meeting_id=row.id, on=SEEN)


def _proposals() -> Iterator[ItemText]:
    yield ItemText("通报全年工作进展", "progress", 30, "办公室负责同志", "全年任务将于年底收尾，需通报进展、分析问题。")
    yield ItemText("审议明年工作计划初稿", "plan", 20, "", "按制度由全体会议议定年度工作计划。")


def _came(person: Attendee) -> str:
    return "leave" if person.reply == "leave" else "present"


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo("Asia/Shanghai"))

"""What the sample's places went through before: two years of work under the units of then, and the reform of 2018.

国税局 and 地税局 became 税务局, 工商局 became 市场监管局, by the commands that every office uses. Source: dossier 2.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from config.catalogue import SampleFounding, SampleTask, sample_tasks, sample_texts, sample_topics
from config.catalogue import SamplePlace as Place
from service.charter.commands import approve_draft, begin_draft, submit_draft
from service.charter.queries import duties, units
from service.charter.reform_commands import merge_units, rename_unit
from service.charter.text import UnitEntry
from service.kit.seat import Seat
from service.meetings.commands import Agreed, Held, confirm_resolution, record_meeting
from service.meetings.queries import resolutions
from service.minutes.recording import issued
from service.plans.commands import agree_plan, close_plan, draft_plan
from service.reforms.commands import confirm_all
from service.tasks.commands import TaskText, add_task
from service.tasks.models import Task
from service.tasks.progress import report_progress, request_close_out, verify_close_out

YEARS = (2017, 2018)
BASIS = "2018年机构改革方案；国税地税征管体制改革方案"
# Who did what, year by year: the unit as it was, the duty, and which of the duty's sample tasks.
WORK = (
    ("STAX", "TX1", 0),
    ("LTAX", "TX1", 1),
    ("LTAX", "TX2", 0),
    ("AIC", "GS4", 0),
    ("AIC", "GS1", 0),
    ("COM", "SW2", 0),
)


class Past:
    """One place until its reform had taken effect and what was open had been handed over."""

    def __init__(self, seat: Seat, place: Place, founding: SampleFounding) -> None:
        self.seat, self.place, self.founding = seat, place, founding
        self.reformed = date.fromisoformat(place.effective_from)
        self.plans: dict[int, UUID] = {}

    def carry_out(self) -> None:
        """Two years, the reform, and what it left open."""
        left = [task for year in YEARS for task in self._year(year)]
        self._reform()
        handed_over = self.reformed + timedelta(days=20)
        confirm_all(self.seat, on=handed_over)
        for task in left:
            self._close(task, handed_over + timedelta(days=12))
        for year in YEARS:
            close_plan(self.seat, self.plans[year], on=date(self.reformed.year + 1, 12, 31))

    # --- two years of work ---

    def _year(self, year: int) -> list[Task]:
        """The year's work is done; what is still open when the reform comes is given back."""
        agreed = date(year, 2, 20)
        self.members = {unit.key: unit for unit in units(self.seat.session, agreed)}
        plan = draft_plan(self.seat, year=year, title=f"{year}年家庭服务业发展工作要点", on=agreed)
        agree_plan(self.seat, plan.id, basis=f"{year}年第1次全体会议", agreed_on=agreed, on=agreed)
        self.plans[year] = plan.id
        codes = {duty.code: duty.id for duty in duties(self.seat.session, agreed)}
        tasks = [self._task(year, unit, codes[code], sample_tasks()[code][turn]) for unit, code, turn in WORK]
        left = tasks[:1] if year == YEARS[-1] else []
        for number, task in enumerate(tasks[len(left) :]):
            self._close(task, date(year, 5 + number, 12))
        for task in left:
            report_progress(self.seat, task.id, percent=60, text=self._said("progress_notes"), on=date(year, 9, 25))
        self._meet(year, agreed)
        return left

    def _task(self, year: int, unit: str, duty_id: UUID, text: SampleTask) -> Task:
        words = TaskText(
            content=text.content.format(area=self.place.area),
            duty_id=duty_id,
            lead_unit_id=self.members[unit].id,
            start=date(year, 3, 1),
            due=date(year, 12, 10),
            deliverable=text.deliverable,
        )
        return add_task(self.seat, self.plans[year], words, on=date(year, 2, 20))

    def _close(self, task: Task, claimed: date) -> None:
        request_close_out(self.seat, task.id, statement=self._said("close_notes"), on=claimed)
        verify_close_out(self.seat, task.id, on=claimed + timedelta(days=3))

    def _said(self, pool: str) -> str:
        return sample_texts(pool)[0].format(area=self.place.area)

    def _meet(self, year: int, day: date) -> None:
        """The year's plenary, its liaison officers before it where the charter asks for them: everybody came."""
        topic = sample_topics()[year - YEARS[0]]
        lead = next(unit for unit in self.members.values() if unit.is_lead)
        agreed = [
            Agreed(item.content, self.members.get(item.unit, lead).id, day + timedelta(days=75))
            for item in topic.agreed
        ]
        came = {unit.id: "present" for unit in self.members.values()}
        if self.place.charter.rule("liaison_before_plenary").value:
            before, title = day - timedelta(days=5), f"{year}年第1次联络员会议"
            self._record(Held("liaison", title, before, "办公室主任", "office_director", came))
        self._record(Held("plenary", f"{year}年第1次全体会议", day, "召集人", "convener", came, agreed))

    def _record(self, held: Held) -> None:
        """It is on record and signed, and what was agreed was done."""
        meeting = record_meeting(self.seat, held, held.held_on)
        issued(self.seat, meeting.id, held.held_on, held.held_on + timedelta(days=6))
        for item in resolutions(self.seat.session, meeting.id):
            if item.due is not None:
                confirm_resolution(self.seat, item.id, item.due - timedelta(days=4))

    # --- the reform ---

    def _reform(self) -> None:
        """The version of the reform is in force from its day. Source: dossier 2.3."""
        begin_draft(self.seat, on=self.reformed)
        entries = {unit.key: UnitEntry(unit.key, unit.name, unit.category) for unit in self.place.charter.units}
        for heir, before in self.founding.was.items():
            self._succeed(entries[heir], before)
        submit_draft(self.seat, BASIS)
        approve_draft(self.seat, effective_from=self.reformed, on=self.reformed)

    def _succeed(self, heir: UnitEntry, before: Mapping[str, str]) -> None:
        keys = list(before)
        if len(keys) > 1:
            merge_units(self.seat, keys, heir, basis=BASIS)
        else:
            rename_unit(self.seat, keys[0], heir, basis=BASIS)

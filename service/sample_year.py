"""One place's year in the sample: posts filled, a plan agreed, tasks carried out, meetings held, figures published.

The same dice for the same place, so that the province is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from config.catalogue import SamplePlace as Place
from config.catalogue import SampleTask, SampleTopic, sample_people, sample_tasks, sample_texts, sample_topics
from service import sample_plans
from service.charter.commands import publish_charter
from service.charter.models import Duty, Unit
from service.charter.queries import division, duties, plenary_bounds, units
from service.kit.period import Period
from service.kit.seat import Seat
from service.meetings.commands import Agreed, Held, confirm_resolution, record_meeting
from service.meetings.queries import resolutions
from service.members.commands import record_appointment, register_liaison
from service.members.queries import roster
from service.members.rules import UNIT_ROLES, PersonText
from service.minutes.recording import issued
from service.plans.commands import Outline, agree_plan, draft_plan
from service.plans.models import Plan
from service.sample_consultations import consult
from service.sample_matters import Matters
from service.statistics.commands import prepare_words, publish_period
from service.submissions.commands import file_submission, lay_down_obligations, pass_submission
from service.submissions.queries import obligations_of
from service.tasks.commands import TaskText, add_task
from service.tasks.extensions import extend
from service.tasks.models import Task
from service.tasks.progress import reach_milestone, report_progress, request_close_out, verify_close_out
from service.tasks.queries import whole

YEAR = 2026
TITLE = f"{YEAR}年家庭服务业发展工作要点"
OPENED = date(YEAR, 1, 1)
AGREED = date(YEAR, 2, 10)
SEEN = date(YEAR, 11, 20)  # until when the year is told
CLAIMED = date(YEAR, 11, 18)
QUARTERS = tuple(Period(YEAR, "Q", number) for number in (1, 2, 3))
STEPS = (date(YEAR, 3, 20), date(YEAR, 6, 20), date(YEAR, 9, 20), date(YEAR, 12, 10))
TASKS = {"province": 20, "city": 12, "county": 8}
# This place finds after publishing that a close-out was verified in time: its third quarter has a second revision.
CORRECTED = "yunlan"


class Year:
    """What one place does from January to November; `full` also fills every unit's places."""

    def __init__(self, seat: Seat, place: Place, *, full: bool) -> None:
        self.seat, self.place, self.full = seat, place, full
        self.dice = Random(place.slug)
        self.units = {unit.key: unit for unit in units(seat.session, OPENED)}

    def carry_out(self) -> None:
        """The whole year."""
        self._fill_posts()
        self._publish_charter()
        held_back: list[Task] = []
        for task in self._plan():
            if self.place.slug == CORRECTED and not held_back and task.due.month == 9:
                held_back.append(task)
            else:
                self._carry(task)
        self._meet()
        if self._root:
            sample_plans.of_units(self.seat, YEAR, AGREED)
            Matters(self.seat, self.place).carry_out()
        self._file()
        if self.full:
            consult(self.seat)
        self._publish()
        if held_back:
            self._close(held_back[0], held_back[0].due)
            publish_period(self.seat, QUARTERS[2], SEEN)

    # --- who sits where ---

    def _fill_posts(self) -> None:
        waiting = list(sample_people(self.place))
        for held in roster(self.seat.session, OPENED):
            role, at = held.place.role, held.place.unit or held.place.organ
            person = next((p for p in waiting if p.role == role and (p.unit == at or role not in UNIT_ROLES)), None)
            if person is None or (role in UNIT_ROLES and not self.full):
                continue
            waiting.remove(person)
            words = PersonText(person.name, person.post, held.place.rank, self._mobile() if role == "liaison" else "")
            verb = register_liaison if role in UNIT_ROLES else record_appointment
            verb(self.seat, held.place.key, words, from_date=OPENED, on=OPENED)

    def _mobile(self) -> str:
        """A number of a range that no operator gives out."""
        return f"1000000{self.dice.randrange(1000, 9999)}"

    def _publish_charter(self) -> None:
        """Most places let those above read their charter; the careless have not got round to it."""
        if self.seat.tenant.parent_id is not None and self.place.quality > 0.55:
            publish_charter(self.seat, on=SEEN)

    # --- the plan and its tasks ---

    def _plan(self) -> list[Task]:
        above = sample_plans.long_term(self.seat, YEAR, AGREED) if self._root else None
        outline = Outline(sample_plans.POINTS, parent_id=above.id if above else None)
        plan = draft_plan(self.seat, year=YEAR, title=TITLE, outline=outline, on=AGREED)
        agree_plan(self.seat, plan.id, basis=f"{YEAR}年第1次全体会议", agreed_on=AGREED, on=AGREED)
        chosen = list(self._chosen())
        return [self._task(plan, turn, *row) for turn, row in enumerate(chosen)]

    def _chosen(self) -> Iterator[tuple[Duty, Unit, list[Unit], SampleTask]]:
        """So many duties, spread over the division, each with who carries it and a task that fits."""
        holders = division(self.seat.session, OPENED)
        by_id = {unit.id: unit for unit in self.units.values()}
        pool = [duty for duty in duties(self.seat.session, OPENED) if duty.code in sample_tasks()]
        wanted = TASKS[self.seat.tenant.level]
        for number in range(wanted):
            duty = pool[number * len(pool) // wanted]
            rows = holders[duty.id]
            lead = next((row for row in rows if row.grade in ("lead", "coordinate")), rows[0])
            others = [by_id[row.unit_id] for row in rows if row.unit_id != lead.unit_id]
            yield duty, by_id[lead.unit_id], others, self.dice.choice(sample_tasks()[duty.code])

    def _task(self, plan: Plan, turn: int, duty: Duty, lead: Unit, others: list[Unit], text: SampleTask) -> Task:
        ends = turn % 4
        due = STEPS[ends] + timedelta(days=self.dice.randrange(0, 10))
        steps = [(title, day) for title, day in zip(text.milestones, STEPS, strict=True) if day <= due]
        words = TaskText(
            content=text.content.format(area=self.place.area),
            duty_id=duty.id,
            lead_unit_id=lead.id,
            start=date(YEAR, 1, 15),
            due=due,
            deliverable=text.deliverable,
            cooperating=[unit.id for unit in others],
            milestones=steps,
        )
        return add_task(self.seat, plan.id, words, on=AGREED)

    def _carry(self, task: Task) -> None:
        self._reach_milestones(task)
        luck = self.dice.random()
        if task.due > SEEN:
            self._report(task, self.dice.randrange(45, 85), date(YEAR, 10, 15))
            if self.dice.random() < self.place.quality / 4:  # done early: the office has yet to look at it
                request_close_out(self.seat, task.id, statement=self._said("close_notes"), on=CLAIMED)
        elif luck < self.place.quality:
            self._close(task, task.due - timedelta(days=self.dice.randrange(0, 9)))
        elif luck < self.place.quality + 0.06:
            later = task.due + timedelta(days=15)
            why = self.dice.choice(sample_texts("extension_reasons"))
            extend(self.seat, task.id, due=later, reason=why, on=task.due - timedelta(days=3))
            self._close(task, later - timedelta(days=2))
        elif luck < self.place.quality + 0.1:
            self._close(task, task.due + timedelta(days=6))
        else:
            self._report(task, self.dice.randrange(20, 70), task.due - timedelta(days=5))

    def _reach_milestones(self, task: Task) -> None:
        for step in whole(self.seat.session, task.id, SEEN).milestones[:-1]:
            if self.dice.random() < self.place.quality:
                reach_milestone(self.seat, task.id, step.id, on=step.due)

    def _report(self, task: Task, percent: int, on: date) -> None:
        report_progress(self.seat, task.id, percent=percent, text=self._said("progress_notes"), on=on)

    def _close(self, task: Task, claimed: date) -> None:
        request_close_out(self.seat, task.id, statement=self._said("close_notes"), on=claimed)
        verify_close_out(self.seat, task.id, on=claimed + timedelta(days=2))

    @property
    def _root(self) -> bool:
        return self.seat.tenant.parent_id is None

    @property
    def _name(self) -> str:
        return self.seat.tenant.name

    # --- meetings ---

    def _meet(self) -> None:
        """As many plenaries as its rule asks for by now; who does little meets less."""
        least, _most = plenary_bounds(self.seat.session, SEEN)
        held = round(least * 11 / 12) if self.place.quality > 0.7 else least // 2
        topics = list(sample_topics())
        for number in range(held):
            day = AGREED + timedelta(days=number * 280 // max(held, 1))
            topic = topics[number % len(topics)]
            if self.place.charter.rule("liaison_before_plenary").value:
                self._hold("liaison", f"{YEAR}年第{number + 1}次联络员会议", day - timedelta(days=5), topic)
            self._hold("plenary", f"{YEAR}年第{number + 1}次全体会议", day, topic)
        if self.place.charter.rule("special_meeting").value and self.place.quality > 0.7:
            topic = self.dice.choice(topics)
            self._hold("special", f"{topic.title}专题会议", date(YEAR, 5, 14), topic)

    def _hold(self, kind: str, title: str, day: date, topic: SampleTopic) -> None:
        table = list(self.units.values())
        modes = ("present", "present", "present", "present", "proxy", "leave")
        attendance = {unit.id: "present" if unit.is_lead else self.dice.choice(modes) for unit in table}
        lead = next(unit for unit in table if unit.is_lead)
        agreed = [
            Agreed(item.content, self.units.get(item.unit, lead).id, day + timedelta(days=75))
            for item in (topic.agreed if kind != "liaison" else ())
        ]
        settles = self._root and kind == "plenary" and day == AGREED
        agreed += [sample_plans.item_on(TITLE)] if settles else []
        post, chair = ("convener", "召集人") if kind == "plenary" else ("office_director", "办公室主任")
        held = Held(kind, title, day, chair, post, attendance, agreed)
        meeting = record_meeting(self.seat, held, day)
        issued(self.seat, meeting.id, day, day + timedelta(days=6))
        if settles:
            sample_plans.linked(self.seat, YEAR, meeting.id, day + timedelta(days=6))
        for item in resolutions(self.seat.session, meeting.id):
            if item.due is not None and item.due <= SEEN and self.dice.random() < self.place.quality:
                confirm_resolution(self.seat, item.id, item.due - timedelta(days=4))

    # --- what units report, and what the place publishes ---

    def _file(self) -> None:
        late = self.place.submit_late_days
        for period in QUARTERS:
            lay_down_obligations(self.seat, period, period.end)
        for row in obligations_of(self.seat.session, YEAR):
            if late is None or self.dice.random() > self.place.quality + 0.08:
                continue
            day = row.due + timedelta(days=late if self.dice.random() < 0.6 else -2)
            file_submission(self.seat, row.id, text=self._said("submission_texts"), on=day)
            if self.full and (row.due < QUARTERS[-1].last or self.dice.random() < 0.7):
                pass_submission(self.seat, row.id, on=day + timedelta(days=1))

    def _publish(self) -> None:
        after = self.place.publish_after_days
        if after is None:
            return
        for period in QUARTERS[: self.place.quarters]:
            said = {"experience": "experiences", "problem": "problems", "suggestion": "suggestions"}
            words = {name: self._said(pool) for name, pool in said.items()}
            prepare_words(self.seat, period, words)
            spread = Random(f"{self.place.slug}/{period}").randint(0, self.place.publish_spread_days)
            publish_period(self.seat, period, period.end + timedelta(days=after + spread))

    def _said(self, pool: str) -> str:
        return self.dice.choice(sample_texts(pool)).format(area=self.place.area, place=self._name)

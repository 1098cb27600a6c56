"""What was agreed becomes tasks under duties, and is done when they are closed out (R2 议定事项→任务; 6-8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from service.charter.queries import duties_of, holds
from service.kit.paging import Asked
from service.kit.period import Period
from service.meetings.commands import confirm_resolution
from service.meetings.queries import listed, resolutions
from service.minutes.following import nearest, plan_items, proposals
from service.minutes.queries import followed
from service.statistics.queries import live
from service.tasks.commands import withdraw
from service.tasks.progress import request_close_out, verify_close_out
from service.tasks.queries import cooperating, ledger
from tenants.errors import Conflict, Forbidden, LianxiError, Refused
from tests.factories import a_seat
from tests.minutes.scene import LATE, Scene, a_scene
from tests.work.office import a_plan

NEXT = date(2026, 4, 1)
DONE = date(2026, 7, 20)


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


def chosen(scene: Scene) -> dict[Any, Any]:
    """Every item that can be a task, under the duty proposed."""
    return {one.resolution.id: one.proposed for one in proposals(scene.seat, scene.meeting.id, NEXT)}


def carried_out(scene: Scene) -> tuple[Any, Any]:
    """6-8 as it is published: done among due."""
    found = {entry.code: entry for entry in live(scene.seat.session, Period.parse("2026Q3"))}
    return found["P08"].numerator, found["P08"].denominator


def test_r2_agreed_items_become_tasks_under_the_years_plan_several_at_once(scene: Scene) -> None:
    plan = a_plan(scene.seat)
    assert chosen(scene) == {}, "not before the minutes are signed"
    scene.published()
    first, second = proposals(scene.seat, scene.meeting.id, NEXT)
    assert (first.plan, second.plan) == (plan, plan) and first.proposed in {duty.id for duty in first.duties}
    tasks = plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene), on=NEXT)
    finance = tasks[0]
    assert (finance.content, finance.deliverable, finance.due) == (first.resolution.text, "政策文件", date(2026, 8, 1))
    assert (finance.lead_unit_id, finance.start) == (scene.table[3].id, scene.meeting.held_on)
    assert cooperating(scene.seat.session, [finance.id])[finance.id] == [scene.table[4].id]
    assert holds(scene.seat.session, finance.lead_unit_id, finance.duty_id)
    linked = [row.task_id for row in resolutions(scene.seat.session, scene.meeting.id)]
    assert linked == [tasks[0].id, tasks[1].id, None]
    assert proposals(scene.seat, scene.meeting.id, NEXT) == []
    with pytest.raises(Conflict, match="已转为任务"):
        plan_items(scene.seat, scene.meeting.id, chosen={first.resolution.id: finance.duty_id}, on=NEXT)


def test_r2_the_duty_proposed_is_the_leads_own_whose_words_are_nearest(scene: Scene) -> None:
    scene.published()
    lead = scene.table[0]
    owed = duties_of(scene.seat.session, lead.id, NEXT)
    one = next(one for one in proposals(scene.seat, scene.meeting.id, NEXT) if one.resolution.lead_unit_id == lead.id)
    training = next(duty for duty in owed if "职业技能培训" in duty.text or "培训" in duty.text)
    assert one.proposed == training.id != owed[0].id
    assert nearest("无关", {duty.id: duty.text for duty in owed}) == owed[0].id
    assert nearest("无关", {}) is None


def test_all_become_tasks_or_none_and_the_refusal_is_at_the_items_line(scene: Scene) -> None:
    a_plan(scene.seat)
    scene.published()
    first, second = chosen(scene)
    strange = duties_of(scene.seat.session, scene.table[1].id, NEXT)[0]
    with pytest.raises(Refused, match=r"不是.*承担的职责") as refused:
        plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene) | {second: strange.id}, on=NEXT)
    assert refused.value.field == f"items.{second}"
    assert ledger(scene.seat.session, Asked(), NEXT).total == 0
    with pytest.raises(Forbidden):
        plan_items(a_seat(scene.engine, scene.tenant, "LI"), scene.meeting.id, chosen=chosen(scene), on=NEXT)
    office = scene.office()
    assert len(plan_items(office, scene.meeting.id, chosen={first: chosen(scene)[first]}, on=NEXT)) == 1


def test_without_a_plan_of_that_year_or_before_the_signature_nothing_becomes_a_task(scene: Scene) -> None:
    scene.published()
    assert {one.why_not for one in proposals(scene.seat, scene.meeting.id, NEXT)} == {"还没有2026年度工作计划。"}
    with pytest.raises(Refused, match="还没有2026年度工作计划"):
        plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene), on=NEXT)
    with pytest.raises(Refused, match="请选择"):
        plan_items(scene.seat, scene.meeting.id, chosen={}, on=NEXT)
    noted = resolutions(scene.seat.session, scene.meeting.id)[2]
    with pytest.raises(Refused, match="不能转为任务"):
        plan_items(scene.seat, scene.meeting.id, chosen={noted.id: noted.id}, on=NEXT)
    a_plan(scene.seat)
    assert len(plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene), on=NEXT)) == 2


def close(scene: Scene, task: Any) -> None:
    request_close_out(scene.seat, task.id, statement="已印发政策文件", on=DONE)
    verify_close_out(scene.seat, task.id, on=DONE)


def test_6_8_an_item_with_a_task_is_done_when_the_task_is_closed_out_in_lists_and_figures_alike(scene: Scene) -> None:
    a_plan(scene.seat)
    scene.published()
    task, _other = plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene), on=NEXT)
    assert carried_out(scene) == (0, 1)
    with pytest.raises(Conflict, match="随任务销号办结"):
        confirm_resolution(scene.seat, resolutions(scene.seat.session, scene.meeting.id)[0].id, NEXT)
    close(scene, task)
    assert carried_out(scene) == (1, 1)
    (row,) = listed(scene.seat.session, Asked()).rows
    assert (row.agreed, row.done) == (3, 1)
    first, second, noted = followed(scene.seat.session, scene.meeting.id, date(2026, 11, 5))
    assert (first.done_on, first.state(NEXT), first.task) == (DONE, "done", task)
    assert (second.state(NEXT), second.state(date(2026, 11, 5)), second.light) == ("open", "overdue", "red")
    assert noted.state(NEXT) == "noted"


def test_6_8_the_office_confirms_an_item_without_a_task_or_whose_task_was_withdrawn(scene: Scene) -> None:
    a_plan(scene.seat)
    scene.published()
    task, _other = plan_items(scene.seat, scene.meeting.id, chosen=chosen(scene), on=NEXT)
    withdraw(scene.seat, task.id, reason="并入其他工作", on=NEXT)
    assert carried_out(scene) == (0, 1)
    first, second, _noted = resolutions(scene.seat.session, scene.meeting.id)
    confirm_resolution(scene.seat, first.id, DONE)
    assert carried_out(scene) == (1, 1)
    with pytest.raises(LianxiError):
        confirm_resolution(scene.seat, second.id, DONE)
    assert replace(followed(scene.seat.session, scene.meeting.id)[0]).done_on == DONE and LATE < DONE

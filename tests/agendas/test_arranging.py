"""Items are called for, proposed, taken up and arranged; only the office does, and each settled agenda is kept."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from service.agendas.arranging import call_for_items, move, put_on, settle, take_off
from service.agendas.commands import accept, add_item, amend, propose, return_item, revise_item, withdraw
from service.agendas.overview import agenda_of, comparison
from service.agendas.papers import add_paper
from service.agendas.queries import agenda, asked_units, item, open_calls, versions
from service.agendas.rules import ItemText
from service.files.keeping import Upload
from service.kit.seat import Seat
from tenants.db import acting_for
from tenants.errors import Conflict, Forbidden, Missing, Refused
from tests.agendas.scene import HELD, TODAY, a_scene
from tests.files.samples import PDF

DUE = date(2026, 9, 11)
AFTER = date(2026, 9, 14)
WORDS = ItemText("家政补贴", "other", 15)


def proposed(scene, at=3, on=TODAY, words=WORDS, for_it=True):
    meeting_id = scene.meeting.id if for_it else None
    return propose(scene.liaison(at), words, unit_id=scene.units[at].id, for_meeting_id=meeting_id, on=on)


def titles(scene):
    return [row.title for row in agenda(scene.office.session, scene.meeting.id)]


def test_the_call_has_the_charters_day_and_asks_every_member(scene):
    """Source: dossier 2.2 (议题征集)."""
    call = call_for_items(scene.office, scene.meeting.id, on=TODAY)
    assert (call.due, call.rule, call.computed) == (DUE, "agenda_lead_workdays", DUE)
    assert set(asked_units(scene.office.session, call)) == {unit.id for unit in scene.units}
    scene.decided(agenda_day_of_prev_month=28)
    with pytest.raises(Refused, match="已过"):
        call_for_items(scene.office, scene.meeting.id, on=TODAY)
    later = call_for_items(scene.office, scene.meeting.id, due=DUE, reason="会期提前", on=TODAY)
    assert (later.id, later.rule, later.computed) == (call.id, "agenda_day_of_prev_month", date(2026, 8, 28))


def test_another_day_than_the_charters_has_a_reason_and_is_before_the_meeting(scene):
    for due, match in (
        (date(2026, 9, 8), "请填写理由"),
        (date(2026, 8, 31), "已过"),
        (date(2026, 9, 25), "不能晚于会议"),
    ):
        with pytest.raises(Refused, match=match):
            call_for_items(scene.office, scene.meeting.id, due=due, on=TODAY)
    with pytest.raises(Forbidden):
        call_for_items(scene.liaison(), scene.meeting.id, on=TODAY)
    scene.decided(agenda_lead_workdays=None)
    with pytest.raises(Refused, match="未规定征集时限"):
        call_for_items(scene.office, scene.meeting.id, on=TODAY)
    assert call_for_items(scene.office, scene.meeting.id, due=HELD, on=TODAY).computed is None


def test_only_those_asked_owe_an_answer_until_they_propose(scene):
    asked = [scene.units[3].id, scene.units[4].id]
    call_for_items(scene.office, scene.meeting.id, unit_ids=asked, on=TODAY)
    session = scene.office.session
    assert [bool(open_calls(session, [unit.id], TODAY)) for unit in scene.units[2:5]] == [False, True, True]
    proposed(scene, 3)
    assert not open_calls(session, [scene.units[3].id], TODAY) and open_calls(session, [scene.units[4].id], DUE)
    assert not open_calls(session, [scene.units[4].id], AFTER)
    scene.put("cancelled")
    assert not open_calls(session, [scene.units[4].id], DUE)


def test_what_comes_after_the_deadline_is_marked_late_and_still_taken(scene):
    call_for_items(scene.office, scene.meeting.id, on=TODAY)
    assert not proposed(scene, on=DUE).late
    late = proposed(scene, on=AFTER)
    assert late.late and accept(scene.office, late.id, meeting_id=scene.meeting.id, on=AFTER).late
    assert not proposed(scene, on=AFTER, for_it=False).late


def test_late_is_by_the_meeting_whose_agenda_it_is_on(scene):
    call_for_items(scene.office, scene.meeting.id, on=TODAY)
    row = accept(scene.office, proposed(scene, on=AFTER, for_it=False).id, on=AFTER)
    assert put_on(scene.office, row.id, meeting_id=scene.meeting.id, on=AFTER).late
    later = scene.another_meeting()
    assert not put_on(scene.office, row.id, meeting_id=later.id, on=AFTER).late
    assert titles(scene) == []


def test_x1_nothing_comes_on_an_agenda_that_the_office_has_not_taken_up(scene):
    """Source: seed 三 (由办公室汇总后提交联席会议审议); the charter's rule submission_via_office."""
    row = proposed(scene)
    assert (row.state, row.meeting_id) == ("proposed", None)
    with pytest.raises(Conflict, match="不能列入议程") as refused:
        put_on(scene.office, row.id, meeting_id=scene.meeting.id, on=TODAY)
    assert "统筹条款" in (refused.value.source or "")
    for act in (accept, put_on):
        with pytest.raises(Forbidden):
            act(scene.liaison(3), row.id, meeting_id=scene.meeting.id, on=TODAY)
    assert accept(scene.office, row.id, meeting_id=scene.meeting.id, on=TODAY).position == 1
    scene.decided(submission_via_office=False)
    assert proposed(scene).meeting_id == scene.meeting.id


def test_r2_every_item_has_a_kind(scene):
    """Source: dossier 1.4 R2 (每个议题必选类型)."""
    for kind in ("", "unknown"):
        with pytest.raises(Refused, match="请选择议题类别") as refused:
            proposed(scene, words=replace(WORDS, kind=kind))
        assert refused.value.field == "kind"
    scene.decided(plenary_agenda_types=["study", "other"])
    with pytest.raises(Refused, match="请选择议题类别"):
        scene.item(kind="plan")
    assert scene.item(kind="study").kind == "study"
    special = scene.another_meeting(kind="special", basis="unit_proposal", basis_text="x", units=[scene.units[3].id])
    assert add_item(scene.office, replace(WORDS, kind="plan"), meeting_id=special.id, on=TODAY)


def test_a_returned_item_is_amended_by_its_unit_alone(scene):
    row, unit = proposed(scene), scene.liaison(3)
    with pytest.raises(Refused, match="退回理由"):
        return_item(scene.office, row.id, reason=" ", on=TODAY)
    assert return_item(scene.office, row.id, reason="请补充依据", on=TODAY).reason == "请补充依据"
    with pytest.raises(Conflict, match="已退回"):
        accept(scene.office, row.id, on=TODAY)
    unit.session.expire_all()
    with pytest.raises(Forbidden, match="提出单位"):
        amend(scene.liaison(4), row.id, WORDS, on=AFTER)
    again = amend(unit, row.id, replace(WORDS, title="家政补贴标准"), on=AFTER)
    assert (again.state, again.title, again.proposed_on) == ("proposed", "家政补贴标准", TODAY)
    assert withdraw(unit, row.id, on=AFTER).state == "withdrawn"
    with pytest.raises(Conflict, match="已撤回"):
        amend(unit, row.id, WORDS, on=AFTER)


def test_who_speaks_for_no_unit_proposes_for_none(scene):
    with pytest.raises(Forbidden, match="不能代表该单位"):
        propose(scene.liaison(4), WORDS, unit_id=scene.units[3].id, on=TODAY)
    with pytest.raises(Refused, match="成员单位"):
        propose(scene.liaison(4), WORDS, unit_id=scene.meeting.id, on=TODAY)
    with pytest.raises(Missing):
        propose(scene.liaison(4), WORDS, unit_id=scene.units[4].id, for_meeting_id=scene.units[4].id, on=TODAY)
    for wrong in (replace(WORDS, title=" "), replace(WORDS, minutes=0)):
        with pytest.raises(Refused):
            proposed(scene, words=wrong)


def test_the_order_is_numbered_from_one_without_gaps(scene):
    rows = [scene.item(name) for name in "甲乙丙"]
    assert [row.position for row in agenda(scene.office.session, scene.meeting.id)] == [1, 2, 3]
    move(scene.office, rows[2].id, to=1, on=TODAY)
    assert titles(scene) == ["丙", "甲", "乙"]
    take_off(scene.office, rows[0].id, on=TODAY)
    assert [(row.title, row.position) for row in agenda(scene.office.session, scene.meeting.id)] == [
        ("丙", 1),
        ("乙", 2),
    ]
    with pytest.raises(Conflict, match="不在任何会议"):
        move(scene.office, rows[0].id, to=1, on=TODAY)
    with pytest.raises(Conflict, match="已在此次会议"):
        put_on(scene.office, rows[1].id, meeting_id=scene.meeting.id, on=TODAY)
    assert item(scene.office.session, rows[0].id).state == "accepted"


def test_a_settled_agenda_is_kept_word_for_word(scene):
    with pytest.raises(Refused, match="还没有议题"):
        settle(scene.office, scene.meeting.id, on=TODAY)
    first, second = scene.item("甲"), scene.item("乙")
    assert settle(scene.office, scene.meeting.id, on=TODAY).number == 1
    with pytest.raises(Conflict, match="与上一版相同"):
        settle(scene.office, scene.meeting.id, on=TODAY)
    revise_item(scene.office, first.id, ItemText("甲（修改）", "progress", 20), on=TODAY)
    move(scene.office, second.id, to=1, on=TODAY)
    assert settle(scene.office, scene.meeting.id, on=TODAY).number == 2
    kept = versions(scene.office.session, scene.meeting.id)
    assert [[line["title"] for line in version.lines] for version in kept] == [["乙", "甲（修改）"], ["甲", "乙"]]
    found = comparison(scene.office, scene.meeting.id, None, None)
    told = [(pair.standing, pair.changed) for pair in found.pairs]
    assert (found.before and found.before.number, told) == (1, [("moved", ()), ("changed", ("title", "minutes"))])


def test_once_the_meeting_is_noticed_each_change_is_a_version_and_says_so(scene):
    scene.item("甲")
    settle(scene.office, scene.meeting.id, on=TODAY)
    scene.put("noticed")
    row = scene.item("乙")
    add_paper(scene.office, row.id, Upload("乙.pdf", PDF), on=TODAY)
    move(scene.office, row.id, to=1, on=TODAY)
    take_off(scene.office, row.id, on=TODAY)
    kept = versions(scene.office.session, scene.meeting.id)
    assert [(version.number, version.after_notice, version.reason) for version in reversed(kept)] == [
        (1, False, ""),
        (2, True, "增加议题“乙”"),
        (3, True, "增加“乙”的材料“乙”"),
        (4, True, "调整议题“乙”的次序"),
        (5, True, "议题“乙”移出议程"),
    ]
    assert not agenda_of(scene.office, scene.meeting.id, TODAY).unsettled


def test_the_agenda_of_a_meeting_that_is_over_is_closed(scene):
    row = scene.item()
    for state in ("held", "cancelled"):
        scene.put(state)
        for act in (
            lambda: scene.item("又一项"),
            lambda: take_off(scene.office, row.id, on=TODAY),
            lambda: move(scene.office, row.id, to=1, on=TODAY),
            lambda: settle(scene.office, scene.meeting.id, on=TODAY),
            lambda: call_for_items(scene.office, scene.meeting.id, on=TODAY),
        ):
            with pytest.raises(Refused, match="已结束或已取消"):
                act()
    scene.put("in_session")
    assert scene.item("又一项")


def test_r2_what_the_agenda_lacks_is_said_until_it_is_there(scene):
    def said(on=TODAY):
        return {lack.key for lack in agenda_of(scene.office, scene.meeting.id, on).lacks}

    assert said() == {"lacks_study", "lacks_progress", "lacks_plan"}
    for kind in ("study", "progress", "plan"):
        scene.item(kind, kind)
    assert said() == set()
    assert said(date(2026, 9, 22)) == {"without_papers"}
    for row in agenda(scene.office.session, scene.meeting.id):
        add_paper(scene.office, row.id, Upload("材料.pdf", PDF), on=TODAY)
    assert said(date(2026, 9, 22)) == set()
    scene.item("长", "other", minutes=120)
    assert "overlong" in said()
    later = scene.another_meeting()
    assert {lack.key for lack in agenda_of(scene.office, later.id, TODAY).lacks} == {"lacks_study", "lacks_progress"}


def test_fifty_at_once_put_items_on_one_agenda_and_none_is_lost(engine):
    """Issue 4: nothing lost, no double effect."""
    scene = a_scene(engine)
    rows = [scene.item(str(n), on_it=False) for n in range(50)]
    scene.office.session.commit()
    went: list[object] = []

    def put(item_id):
        with acting_for(engine, scene.tenant.id) as session:
            seat = Seat(session, scene.tenant, "并发", console=True)
            try:
                went.append(put_on(seat, item_id, meeting_id=scene.meeting.id, on=TODAY).position)
            except Exception as error:  # told below
                went.append(error)

    threads = [threading.Thread(target=put, args=(row.id,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, went)) == sorted(map(str, range(1, 51)))
    scene.office.session.expire_all()
    assert [row.position for row in agenda(scene.office.session, scene.meeting.id)] == list(range(1, 51))

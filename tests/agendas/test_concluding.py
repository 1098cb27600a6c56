"""What a meeting says of an item, where it goes from there, and what comes back to who raised it."""

from datetime import date

import pytest

from service.agendas.arranging import put_on
from service.agendas.commands import accept, propose
from service.agendas.concluding import carry, conclude, report_back, send_on
from service.agendas.papers import add_paper
from service.agendas.queries import agenda, chain, item, origin_of, papers
from service.agendas.rules import ItemText
from service.files.keeping import Upload
from tenants.errors import Conflict, Forbidden, Refused
from tests.agendas.scene import TODAY
from tests.files.samples import PDF


def test_an_item_is_concluded_while_the_meeting_sits_and_until_the_minutes_are_signed(scene):
    row = scene.item()
    with pytest.raises(Conflict, match="会议召开后"):
        conclude(scene.office, row.id, outcome="passed", on=TODAY)
    scene.put("in_session")
    assert conclude(scene.office, row.id, outcome="passed", on=TODAY).outcome == "passed"
    assert conclude(scene.office, row.id, outcome="noted", text="已通报", on=TODAY).outcome_text == "已通报"
    scene.put("held")
    assert conclude(scene.office, row.id, outcome="passed", on=TODAY).concluded_at is not None
    scene.meeting.minutes_signed_on = TODAY
    scene.office.session.commit()
    with pytest.raises(Conflict, match="纪要已签发"):
        conclude(scene.office, row.id, outcome="noted", on=TODAY)


def test_r6_the_charters_way_of_deciding_is_kept_to(scene):
    """Source: dossier 1.2 (议决方式)."""
    row = scene.item()
    scene.put("in_session")
    scene.came(8)
    with pytest.raises(Refused, match="协商一致"):
        conclude(scene.office, row.id, outcome="passed", votes_for=7, votes_against=1, votes_abstained=0, on=TODAY)
    scene.decided(decision_mode="majority")
    with pytest.raises(Refused, match="未过半数"):
        conclude(scene.office, row.id, outcome="passed", votes_for=4, votes_against=3, votes_abstained=1, on=TODAY)
    with pytest.raises(Refused, match="多于到会的8个单位"):
        conclude(scene.office, row.id, outcome="passed", votes_for=9, votes_against=0, votes_abstained=0, on=TODAY)
    passed = conclude(scene.office, row.id, outcome="passed", votes_for=5, votes_against=3, votes_abstained=0, on=TODAY)
    assert (passed.outcome, passed.votes_for, passed.votes_against) == ("passed", 5, 3)


def test_who_does_not_record_meetings_concludes_nothing(scene):
    row = scene.item()
    scene.put("in_session")
    with pytest.raises(Forbidden):
        conclude(scene.liaison(), row.id, outcome="passed", on=TODAY)
    assert conclude(scene.office, row.id, outcome="passed", on=TODAY)


def test_an_item_to_be_taken_up_again_is_carried_and_its_outcome_returns_to_who_proposed_it(scene):
    unit = scene.liaison(3)
    row = propose(unit, ItemText("家政补贴", "other", 15), unit_id=scene.units[3].id, on=TODAY)
    accept(scene.office, row.id, meeting_id=scene.meeting.id, on=TODAY)
    add_paper(scene.office, row.id, Upload("测算.pdf", PDF), on=TODAY)
    scene.put("in_session")
    with pytest.raises(Conflict, match="再议"):
        carry(scene.office, row.id, on=TODAY)
    conclude(scene.office, row.id, outcome="again", text="补充测算", on=TODAY)
    later = scene.another_meeting()
    again = carry(scene.office, row.id, meeting_id=later.id, on=TODAY)
    assert (again.origin, again.unit_id, again.title) == ("carried", scene.units[3].id, "家政补贴")
    assert [one.latest.file.name for one in papers(scene.office.session, [again.id])[again.id]] == ["测算.pdf"]
    with pytest.raises(Conflict, match="已转入另一次会议"):
        carry(scene.office, row.id, on=TODAY)
    with pytest.raises(Conflict, match="结论只能是再议"):
        conclude(scene.office, row.id, outcome="passed", on=TODAY)
    later.state = "in_session"
    scene.office.session.commit()
    conclude(scene.office, again.id, outcome="passed", text="同意", on=TODAY)
    unit.session.expire_all()
    assert [one.outcome for one in chain(unit.session, item(unit.session, row.id))] == ["again", "passed"]
    before = origin_of(unit.session, item(unit.session, again.id))
    assert before and before.id == row.id


def test_what_a_meeting_did_not_reach_is_carried_over_when_it_is_over(scene):
    row = scene.item()
    scene.put("held")
    again = carry(scene.office, row.id, on=TODAY)
    assert again.meeting_id is None and again.state == "accepted"
    put_on(scene.office, again.id, meeting_id=scene.another_meeting().id, on=TODAY)
    assert [one.id for one in agenda(scene.office.session, scene.meeting.id)] == [row.id]


def test_an_item_sent_to_a_unit_returns_with_what_came_of_it(scene):
    row, fiscal, other = scene.item(on_it=False), scene.liaison(3), scene.liaison(4)
    sent = send_on(scene.office, row.id, unit_id=scene.units[3].id, request="研提意见", due=date(2026, 9, 10), on=TODAY)
    assert sent.forwarded_to == scene.units[3].name
    with pytest.raises(Conflict, match="尚未反馈"):
        send_on(scene.office, row.id, forwarded_to="省政府办公厅", on=TODAY)
    with pytest.raises(Forbidden, match="承办单位"):
        report_back(other, sent.id, outcome="已办", on=TODAY)
    with pytest.raises(Refused, match="请填写办理结果"):
        report_back(fiscal, sent.id, outcome=" ", on=TODAY)
    back = report_back(fiscal, sent.id, outcome="已列入明年预算", on=TODAY)
    assert (back.outcome, back.returned_on, back.returned_by) == ("已列入明年预算", TODAY, fiscal.name)
    with pytest.raises(Conflict, match="已经反馈"):
        report_back(scene.office, sent.id, outcome="再报", on=TODAY)


def test_what_the_level_above_made_of_an_item_is_recorded_by_the_office(scene):
    row = scene.item(on_it=False)
    for wrong, words in (("请填写转交给谁", {}), ("不能早于今天", {"forwarded_to": "省政府", "due": date(2026, 8, 1)})):
        with pytest.raises(Refused, match=wrong):
            send_on(scene.office, row.id, **words, on=TODAY)
    sent = send_on(scene.office, row.id, forwarded_to="省政府办公厅", on=TODAY)
    assert report_back(scene.office, sent.id, outcome="已批示", on=TODAY).outcome == "已批示"
    assert send_on(scene.office, row.id, forwarded_to="国家有关部门", on=TODAY)

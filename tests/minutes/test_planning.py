"""An agreed item agrees a plan: D8."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from service.meetings.queries import resolutions
from service.minutes.planning import agree_by_item, agreed_by, items_to_choose
from service.plans.commands import Outline, agree_plan, draft_plan
from service.plans.models import Plan
from service.plans.units import draft_unit_plan
from tenants.errors import Conflict, Forbidden, Refused
from tests.factories import a_token, bearing, signed_in
from tests.minutes.scene import DAY, LATE, Scene, a_scene


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return a_scene(engine)


def a_draft(scene: Scene) -> Plan:
    return draft_plan(scene.seat, year=2026, title="2026年工作要点", on=DAY)


def test_the_plan_is_agreed_on_the_day_of_the_plenary_by_its_item_and_minutes(scene: Scene) -> None:
    row, (first, *_rest) = a_draft(scene), resolutions(scene.seat.session, scene.meeting.id)
    with pytest.raises(Refused, match="纪要尚未签发"):
        agree_by_item(scene.convener(), row.id, resolution_id=first.id, on=LATE)
    minutes = scene.published()
    with pytest.raises(Forbidden):
        agree_by_item(scene.office(), row.id, resolution_id=first.id, on=LATE)
    agreed = agree_by_item(scene.convener(), row.id, resolution_id=first.id, on=LATE)
    assert (agreed.state, agreed.agreed_on) == ("approved", DAY)
    assert agreed.basis == "2026年第1次全体会议议定事项“完善家政服务业财税支持政策”"
    found = agreed_by(scene.seat.session, row.id)
    assert found and found.minutes and (found.item.id, found.minutes.number) == (first.id, minutes.number)
    with pytest.raises(Conflict, match="已关联"):
        agree_by_item(scene.convener(), row.id, resolution_id=first.id, on=LATE)


def test_what_is_only_to_be_studied_or_no_plenary_s_agrees_nothing(engine: Engine, scene: Scene) -> None:
    scene.published()
    row, items = a_draft(scene), resolutions(scene.seat.session, scene.meeting.id)
    with pytest.raises(Refused, match="继续研究"):
        agree_by_item(scene.seat, row.id, resolution_id=items[2].id, on=LATE)
    special = a_scene(engine, "special")
    special.published()
    other, item = a_draft(special), resolutions(special.seat.session, special.meeting.id)[0]
    with pytest.raises(Refused, match="全体会议"):
        agree_by_item(special.seat, other.id, resolution_id=item.id, on=LATE)
    assert [item.id for item, _held in items_to_choose(scene.seat.session)] == [items[0].id, items[1].id]
    assert items_to_choose(special.seat.session) == []


def test_a_plan_agreed_on_paper_gains_the_link_and_keeps_its_day(scene: Scene) -> None:
    scene.published()
    row, item = a_draft(scene), resolutions(scene.seat.session, scene.meeting.id)[0]
    agree_plan(scene.seat, row.id, basis="省政府办公厅文件", agreed_on=date(2026, 2, 1), on=DAY)
    linked = agree_by_item(scene.seat, row.id, resolution_id=item.id, on=LATE)
    assert (linked.agreed_on, linked.basis) == (date(2026, 2, 1), "省政府办公厅文件")
    assert agreed_by(scene.seat.session, row.id)


def test_a_unit_s_plan_is_agreed_by_no_meeting_and_a_long_term_one_with_its_opinion(scene: Scene) -> None:
    scene.published()
    item = resolutions(scene.seat.session, scene.meeting.id)[0]
    own = draft_unit_plan(scene.seat, unit_id=scene.table[0].id, year=2026, title="计划", on=DAY)
    with pytest.raises(Refused, match="不经会议议定"):
        agree_by_item(scene.seat, own.id, resolution_id=item.id, on=LATE)
    outline = Outline(ends=date(2030, 12, 31))
    long = draft_plan(scene.seat, year=2026, kind="long_term", title="规划", outline=outline, on=DAY)
    with pytest.raises(Refused, match="衔接意见"):
        agree_by_item(scene.seat, long.id, resolution_id=item.id, on=LATE)
    assert agree_by_item(scene.seat, long.id, resolution_id=item.id, on=LATE, opinion="已衔接").opinion == "已衔接"


def test_the_page_and_the_program(app, client, engine: Engine, scene: Scene) -> None:
    minutes = scene.published()
    row, item = a_draft(scene), resolutions(scene.seat.session, scene.meeting.id)[0]
    at = f"/t/{scene.tenant.slug}/plans/{row.id}/agreement"
    convener, reader = (signed_in(app, engine, scene.tenant, role) for role in ("CV", "GV"))
    assert "完善家政服务业财税支持政策" in convener.get(at).text and "计划还没有议定" in reader.get(at).text
    assert convener.post(at, data={}).status_code == 422
    done = convener.post(at, data={"resolution_id": str(item.id)}, follow_redirects=True).text
    assert minutes.number and minutes.number in done and "2026年第1次全体会议" in done
    assert "2026年工作要点" in convener.get(f"/t/{scene.tenant.slug}/meetings/{scene.meeting.id}/items").text
    api = f"/api/v1{at}"
    headers = bearing(a_token(engine, scene.tenant, "CV"))
    told = client.get(api, headers=headers).json
    assert (told["resolution_id"], told["number"]) == (str(item.id), minutes.number)
    other = draft_plan(scene.seat, year=2027, title="要点", on=DAY)
    path = f"/api/v1/t/{scene.tenant.slug}/plans/{other.id}/agreement"
    assert client.get(path, headers=headers).json["resolution_id"] is None
    assert client.post(path, json={"resolution_id": str(item.id)}, headers=headers).status_code == 201

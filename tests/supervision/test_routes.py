"""Supervision by pages and by API: the same course, the same refusals."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from service.kit.web import today
from service.notices.models import Notice
from service.plans.queries import plan
from service.supervision import commands, queries, worklist
from service.supervision.listing import due
from tests.factories import a_token, an_account, bearing, signed_in
from tests.reminders.rounds import go_round
from tests.supervision.scene import LATE, SERVED, Scene, a_scene
from tests.work.office import a_task


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


@pytest.fixture
def late(scene: Scene) -> Scene:
    """The task is two days late today: yellow."""
    scene.task.due = scene.task.due0 = today() - timedelta(days=2)
    scene.seat.session.commit()
    return scene


def root(scene: Scene) -> str:
    return f"/t/{scene.tenant.slug}/supervision"


def by_role(app: Any, scene: Scene, role: str, unit: Any = None) -> Any:
    return signed_in(app, scene.engine, scene.tenant, role, unit=unit)


def code(scene: Scene) -> str:
    return f"task:{scene.task.id.hex}"


def one(scene: Scene) -> Any:
    """The matter's last order."""
    scene.seat.session.expire_all()
    row = queries.orders_about(scene.seat.session, [scene.key])[scene.key][-1]
    scene.seat.session.rollback()
    return row


def test_the_whole_course_by_pages(app: Any, late: Scene) -> None:
    office, at = by_role(app, late, "OS"), root(late)
    listed = office.get(f"{at}/worklist").text
    assert "开展培训" in listed and "黄色(警示)" in listed and code(late) in listed
    form = office.get(f"{at}/new?kind=task&subject={late.task.id}").text
    assert "已逾期2日" in form and "督办分级" in form
    data = {"kind": "task", "subject_id": str(late.task.id), "level": "red", "due": str(today())}
    refused = office.post(f"{at}/", data=data)
    assert refused.status_code == 422 and "重大紧急事项" in refused.text and 'id="f-urgent-error"' in refused.text
    drafted = office.post(f"{at}/", data=data | {"level": "yellow", "findings": "任务逾期"}, follow_redirects=True).text
    assert "督办单已拟" in drafted and "任务逾期" in drafted
    row = one(late)
    here = f"{at}/{row.id}"
    assert office.post(f"{here}/signature").status_code == 403
    director = by_role(app, late, "OD")
    assert "随即锁定" in director.get(f"{here}/signature").text
    assert "已办理" in director.post(f"{here}/signature", follow_redirects=True).text
    liaison = by_role(app, late, "LI", late.task.lead_unit_id)
    assert liaison.get(here).status_code == 404
    assert "取得本年度下一个编号" in office.get(f"{here}/service").text
    assert f"家联督〔{today().year}〕1号" in office.post(f"{here}/service", follow_redirects=True).text
    mine = liaison.get(f"{at}/?waiting=acknowledge").text
    assert "开展培训" in mine and "待签收督办单" in mine
    assert "提交回复" in liaison.post(f"{here}/acknowledgement", follow_redirects=True).text
    empty = liaison.post(f"{here}/answer", data={"text": " "})
    assert empty.status_code == 422 and 'id="f-text-error"' in empty.text
    assert "已回复" in liaison.post(f"{here}/answer", data={"text": "月底完成"}, follow_redirects=True).text
    returned = director.post(f"{here}/return", data={"reason": "没有措施"}, follow_redirects=True).text
    assert "办公室退回回复：没有措施" in returned
    liaison.post(f"{here}/answer", data={"text": "增加人手，月底完成"})
    assert "回复已认可" in director.post(f"{here}/acceptance", follow_redirects=True).text
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert liaison.get(f"{here}/document.{kind}").data.startswith(head)
    panel = liaison.get(f"/t/{late.tenant.slug}/tasks/{late.task.id}").text
    assert f"家联督〔{today().year}〕1号" in panel


def test_several_are_drafted_after_a_preview(app: Any, late: Scene) -> None:
    office, at = by_role(app, late, "OS"), root(late)
    shown = office.get(f"{at}/worklist/preview?what=orders&subjects={code(late)}").text
    assert "共 1 件" in shown and "开展培训" in shown
    assert office.get(f"{at}/worklist/preview?subjects=nonsense").status_code == 404
    none = office.post(f"{at}/worklist/orders", data={})
    assert none.status_code == 422 and "请勾选要督办的事项" in none.text
    done = office.post(f"{at}/worklist/orders", data={"subjects": code(late)}, follow_redirects=True).text
    assert "已拟 1 份督办单" in done
    assert "没有该督办的事项" in office.get(f"{at}/worklist").text
    liaison = by_role(app, late, "LI", late.task.lead_unit_id)
    assert liaison.get(f"{at}/worklist").status_code == 403
    assert liaison.post(f"{at}/worklist/orders", data={"subjects": code(late)}).status_code == 403


def test_a_reminder_is_on_record_and_rests_a_while(app: Any, late: Scene) -> None:
    late.decided(supervision_levels=[])
    office, at = by_role(app, late, "OS"), root(late)
    text = office.get(f"{at}/worklist").text
    assert "催办勾选的" in text and "为勾选的拟督办单" not in text and "不发督办单" in text
    assert "请抓紧办理" in office.get(f"{at}/worklist/preview?what=reminders&subjects={code(late)}").text
    said = office.post(
        f"{at}/reminders", data={"subjects": code(late), "text": "请三日内报进展"}, follow_redirects=True
    )
    assert "已催办 1 件" in said.text and "请三日内报进展" in said.text
    assert "没有该督办的事项" in office.get(f"{at}/worklist").text
    liaison = by_role(app, late, "LI", late.task.lead_unit_id)
    assert "请三日内报进展" in liaison.get(f"{at}/reminders").text
    assert liaison.get(f"{at}/reminders?format=csv").data.decode("utf-8-sig").startswith("日期,督办事项")


def test_a_place_without_orders_offers_none_and_refuses_one_with_its_article(app: Any, late: Scene) -> None:
    """Source: dossier 2.4 (洛溪市：无督办单，用议定事项台账)."""
    late.decided(supervision_levels=[], supervision_reminders=False)
    office, at = by_role(app, late, "OS"), root(late)
    text = office.get(f"{at}/").text
    assert "以议定事项台账督促落实" in text and "查看该督办的" not in text
    assert "为勾选的" not in office.get(f"{at}/worklist").text
    data = {"kind": "task", "subject_id": str(late.task.id)}
    refused = office.post(f"{at}/", data=data)
    assert refused.status_code == 422 and "请先修订制度" in refused.text
    api = f"/api/v1{at}"
    said = app.test_client().post(api, json=data, headers=bearing(a_token(late.engine, late.tenant, "OS")))
    assert said.status_code == 422 and said.json["source"] == "制度一：督促检查"


def test_the_list_is_narrowed_sorted_and_taken_away(app: Any, scene: Scene) -> None:
    row = scene.served()
    other = a_task(scene.seat, plan(scene.seat.session, scene.task.plan_id), date(2026, 6, 1))
    commands.draft_orders(scene.seat, [("task", other.id)], on=LATE)
    director, at = by_role(app, scene, "OD"), root(scene)
    assert "共 2 条" in director.get(f"{at}/").text
    assert "共 1 条" in director.get(f"{at}/?level=yellow").text
    assert "共 1 条" in director.get(f"{at}/?course=silent").text
    assert "共 1 条" in director.get(f"{at}/?waiting=sign").text
    assert "共 0 条" in director.get(f"{at}/?kind=obligation").text
    assert "共 2 条" in director.get(f"{at}/?unit={row.unit_id}&sort=-level").text
    assert "共 1 条" in director.get(f"{at}/?q={row.number}").text
    assert "逾期未回复" in director.get(f"{at}/").text
    sheet = load_workbook(io.BytesIO(director.get(f"{at}/?format=xlsx").data)).active
    assert sheet is not None and sheet.max_row == 3 and sheet["A1"].value == "单号"
    assert director.get(f"{at}/worklist?format=xlsx").data[:2] == b"PK"


def test_the_figures_of_the_year_count_a_chain_once(app: Any, scene: Scene) -> None:
    """Source: dossier 6-18."""
    first = scene.served(date(2026, 7, 3))
    second = scene.drafted(date(2026, 7, 13))
    commands.serve(scene.seat, commands.sign(scene.seat, second.id, on=date(2026, 7, 13)).id, on=date(2026, 7, 13))
    text = by_role(app, scene, "OD").get(f"{root(scene)}/").text
    assert "督办办结率" in text and "0.0%（0/1）" in text
    assert first.state == "escalated"


def test_what_is_settled_is_closed_together_by_pages(app: Any, scene: Scene) -> None:
    row = scene.served()
    director, at = by_role(app, scene, "OD"), root(scene)
    assert "没有可办结的督办单" in director.get(f"{at}/closures").text
    scene.task.due = date(2027, 1, 31)
    scene.task.percent = 99
    scene.seat.session.commit()
    assert row.number in director.get(f"{at}/closures").text
    assert director.post(f"{at}/closures", data={}).status_code == 422
    assert "已办结 1 份" in director.post(f"{at}/closures", data={"orders": row.id}, follow_redirects=True).text


def test_what_the_ladder_noticed_is_there_for_the_daily_round(scene: Scene) -> None:
    assert [one.kind for one in due(scene.seat.session, LATE)] == ["reached"]
    row = scene.served()
    assert due(scene.seat.session, SERVED) == []
    found = due(scene.seat.session, date(2026, 7, 13))
    assert [(one.kind, one.number) for one in found] == [("silent", row.number), ("reached", "")]
    (entry,) = worklist.worklist(scene.seat.session, date(2026, 7, 13))
    assert (entry.level, entry.why, entry.before) == ("red", "later", row)


# --- for programs ---


def test_the_course_by_api(app: Any, late: Scene) -> None:
    client, at = app.test_client(), f"/api/v1{root(late)}"
    office = bearing(a_token(late.engine, late.tenant, "OS"))
    director = bearing(a_token(late.engine, late.tenant, "OD"))
    unit = bearing(a_token(late.engine, late.tenant, "LI", unit=late.task.lead_unit_id))
    (entry,) = client.get(f"{at}/worklist", headers=office).json["items"]
    assert (entry["level"], entry["late"], entry["code"]) == ("yellow", 2, code(late))
    made = client.post(f"{at}/worklist/orders", json={"subjects": [entry["code"]]}, headers=office)
    assert made.status_code == 201
    here = f"{at}/{made.json['items'][0]['id']}"
    assert client.post(f"{here}/signature", json={}, headers=office).status_code == 403
    assert client.post(f"{here}/signature", json={}, headers=director).json["state"] == "signed"
    again = client.post(f"{here}/signature", json={}, headers=director)
    assert again.status_code == 409 and "现为“已签发”" in again.json["detail"]
    served = client.post(f"{here}/service", json={}, headers=office).json
    assert served["number"].endswith("〕1号") and served["answer_by"]
    assert client.get(here, headers=unit).json["can"] == ["acknowledgement"]
    client.post(f"{here}/acknowledgement", json={}, headers=unit)
    assert client.post(f"{here}/answer", json={"text": "月底完成"}, headers=unit).json["state"] == "answered"
    shown = client.get(at, headers=director).json
    assert shown["total"] == 1 and shown["figures"]["running"] == 1
    assert client.get(f"{here}/document.pdf", headers=unit).data.startswith(b"%PDF")
    assert client.post(f"{here}/closure", json={}, headers=director).status_code == 422
    assert client.get(f"{at}/reminders", headers=unit).json["items"] == []


def test_reminders_and_closures_by_api(app: Any, scene: Scene) -> None:
    client, at = app.test_client(), f"/api/v1{root(scene)}"
    director = bearing(a_token(scene.engine, scene.tenant, "OD"))
    said = client.post(f"{at}/reminders", json={"subjects": [code(scene)]}, headers=director)
    assert said.status_code == 201 and said.json["items"][0]["text"] == commands.REMINDED
    wrong = client.post(f"{at}/reminders", json={"subjects": ["task:x"]}, headers=director)
    assert wrong.status_code == 422
    row = scene.served()
    assert client.post(f"{at}/closures", json={"orders": [str(row.id)]}, headers=director).status_code == 422
    body = {"kind": "task", "subject_id": str(scene.task.id)}
    assert client.post(at, json=body, headers=director).status_code == 201  # late again since: the next level


def test_whom_a_step_concerns_is_told_and_the_daily_round_notices_what_is_overdue(scene: Scene) -> None:
    lead = scene.task.lead_unit_id
    liaison = an_account(scene.engine, scene.tenant, "LI", unit=lead)
    director = an_account(scene.engine, scene.tenant, "OD")
    row = scene.answered()
    session = scene.seat.session

    def told(account: Any) -> list[str]:
        return sorted(session.scalars(select(Notice.kind).where(Notice.account_id == account.id)))

    assert told(liaison) == ["supervision_served"]
    assert told(director) == ["supervision_answered", "supervision_to_serve", "supervision_to_sign"]
    commands.return_answer(scene.seat, row.id, reason="没有措施", on=SERVED)
    go_round(scene.engine, scene.tenant, date(2026, 7, 13))
    assert {"supervision_returned", "supervision_overdue"} <= set(told(liaison))
    assert {"supervision_overdue", "supervision_reached"} <= set(told(director))
    many = session.scalar(select(func.count()).select_from(Notice))
    go_round(scene.engine, scene.tenant, date(2026, 7, 13))
    assert session.scalar(select(func.count()).select_from(Notice)) == many
    session.rollback()


def test_the_home_page_counts_what_waits(app: Any, scene: Scene) -> None:
    scene.drafted()
    assert "待签发督办单" in by_role(app, scene, "OD").get(f"/t/{scene.tenant.slug}/").text
    assert "待签发督办单" not in by_role(app, scene, "OS").get(f"/t/{scene.tenant.slug}/").text

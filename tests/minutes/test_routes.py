"""Minutes by pages and by API: the same course, the same refusals."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
import time_machine
from openpyxl import load_workbook

from service.minutes import queries
from service.minutes.commands import circulate, sign
from service.minutes.issuing import correct
from service.minutes.record import Change
from tests.factories import a_token, bearing, signed_in
from tests.minutes.scene import LATE, Scene, a_scene
from tests.work.office import a_plan


@pytest.fixture
def scene(engine: Any) -> Scene:
    return a_scene(engine)


def root(scene: Scene) -> str:
    return f"/t/{scene.tenant.slug}/meetings/{scene.meeting.id}"


def by_role(app: Any, scene: Scene, role: str, unit: Any = None) -> Any:
    return signed_in(app, scene.engine, scene.tenant, role, unit=unit)


def begun(app: Any, scene: Scene) -> tuple[Any, str]:
    office = by_role(app, scene, "OS")
    assert "起草纪要" in office.get(f"{root(scene)}/minutes").text
    page = office.post(f"{root(scene)}/minutes", follow_redirects=True)
    assert "已按会议记录起草纪要" in page.text and "召集人张厅长主持召开" in page.text
    row = queries.original(scene.seat.session, scene.meeting.id)
    assert row is not None
    scene.seat.session.rollback()
    return office, f"{root(scene)}/minutes/{row.id}"


def test_the_whole_course_by_pages(app: Any, scene: Scene) -> None:
    office, at = begun(app, scene)
    text = office.get(f"{at}/text").text
    assert "会议明确，完善家政服务业财税支持政策" in text and 'name="p-lead"' in text
    there = by_role(app, scene, "LI", scene.table[0].id)
    assert "办公室正在起草纪要" in there.get(f"{root(scene)}/minutes").text and there.get(at).status_code == 404
    assert "纪要已送参会人员核对" in office.post(f"{at}/circulation", follow_redirects=True).text
    mine = there.get(f"{root(scene)}/minutes").text
    assert "本单位核对" in mine and "本单位核对" not in office.get(at).text
    sha = queries.original(scene.seat.session, scene.meeting.id).sha256  # type: ignore[union-attr]
    form = {"party": str(scene.table[0].id), "opinion": "amend", "text": "", "sha256": sha}
    refused = there.post(f"{at}/confirmations", data=form)
    assert refused.status_code == 422 and "请写明修改意见" in refused.text
    assert (
        "核对意见已记录"
        in there.post(f"{at}/confirmations", data=form | {"text": "时限过紧"}, follow_redirects=True).text
    )
    assert "时限过紧" in office.get(at).text
    answered = office.post(
        f"{at}/answers", data={"party": form["party"], "text": "会议已议定"}, follow_redirects=True
    ).text
    assert "未采纳，已答复" in answered
    for n in (1, 3):
        unit = scene.table[n].id
        liaison = by_role(app, scene, "LI", unit)
        liaison.post(f"{at}/confirmations", data={"party": str(unit), "opinion": "agree", "sha256": sha})
    convener = by_role(app, scene, "CV")
    assert "3 条议定事项随即锁定" in convener.get(f"{at}/signature").text
    assert office.post(f"{at}/signature", data={"sha256": sha}).status_code == 403
    stale = convener.post(f"{at}/signature", data={"sha256": "0" * 64})
    assert stale.status_code == 422 and "看过新稿" in stale.text
    assert "纪要已签发" in convener.post(f"{at}/signature", data={"sha256": sha}, follow_redirects=True).text
    assert "已编号：〔" in office.post(f"{at}/number", follow_redirects=True).text
    away = by_role(app, scene, "LI", scene.table[5].id)
    assert away.get(at).status_code == 404
    assert "封存" in office.get(f"{at}/publication").text
    assert "纪要已印发" in office.post(f"{at}/publication", follow_redirects=True).text
    assert "〔" in away.get(at).text and office.post(f"{at}/text", data={"title": "改"}).status_code == 422
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert away.get(f"{at}.{kind}").data.startswith(head)


def test_a_text_that_contradicts_the_record_comes_back_with_its_flag_and_as_it_was(app: Any, scene: Scene) -> None:
    office, at = begun(app, scene)
    row = queries.original(scene.seat.session, scene.meeting.id)
    assert row is not None
    key = next(one.key for one in row.text if one.key.startswith("item:"))
    form = {"title": "另一标题", f"p-{key}": "会议明确，另行研究。", "revision": str(row.revision)}
    saved = office.post(f"{at}/text", data=form, follow_redirects=True).text
    assert "牵头单位与记录不同" in saved and "时限与记录不同" in saved and "另一标题" in saved
    assert "<del>" in saved and "<ins>" in saved
    again = office.post(f"{at}/text", data=form)
    assert office.post(f"{at}/text", data=form | {"revision": "9" * 5_000, "title": " "}).status_code == 422
    assert again.status_code == 422 and "已被他人修改" in again.text and "另行研究" in again.text
    refused = office.post(f"{at}/circulation")
    assert refused.status_code == 422 and "1处与会议记录不一致" in refused.text
    assert "已送参会人员核对" in office.post(f"{at}/circulation", data={"accept": "1"}, follow_redirects=True).text
    empty = office.post(f"{at}/text", data={"title": " "})
    assert empty.status_code == 422 and "请填写纪要标题" in empty.text


def test_the_register_lists_narrows_and_exports_and_numbers_that_are_void_stay(app: Any, scene: Scene) -> None:
    office = by_role(app, scene, "OS")
    register = f"/t/{scene.tenant.slug}/minutes/"
    assert "没有会议纪要" in office.get(register).text and "尚未起草纪要" in office.get(register).text
    row = scene.signed()
    at = f"{root(scene)}/minutes/{row.id}"
    office.post(f"{at}/number")
    assert office.post(f"{at}/void-number", data={"reason": ""}).status_code == 422
    office.post(f"{at}/void-number", data={"reason": "版式有误"})
    office.post(f"{at}/number")
    office.post(f"{at}/publication")
    page = office.get(f"{register}?state=published&year=2026&sort=-signed_on").text
    assert "〔2026〕2号" in page and "作废" in page and "版式有误" in page
    assert "没有会议纪要" in office.get(f"{register}?state=draft").text
    assert "〔2026〕2号" in office.get(f"{register}?format=csv").get_data().decode("utf-8-sig")
    away = by_role(app, scene, "LI", scene.table[5].id).get(register).text
    assert "〔2026〕2号" in away and "编号登记簿" not in away


def test_what_waits_is_on_the_home_page_of_whom_it_waits_for(app: Any, scene: Scene) -> None:
    home = f"/t/{scene.tenant.slug}/"
    office, convener = by_role(app, scene, "OS"), by_role(app, scene, "CV")
    there, away = (by_role(app, scene, "LI", scene.table[n].id) for n in (0, 5))
    assert "待起草纪要" in office.get(home).text
    row = scene.circulated()
    assert "待核对纪要" in there.get(home).text and "待核对纪要" not in away.get(home).text
    assert "待签发纪要" in convener.get(home).text
    assert row.title in there.get(f"/t/{scene.tenant.slug}/minutes/?waiting=confirm").text
    assert row.title in convener.get(f"/t/{scene.tenant.slug}/minutes/?waiting=sign").text
    scene.decided(minutes_countersign=True)
    from_office = f"{root(scene)}/minutes/{row.id}"
    for n in (0, 1, 3):
        unit = scene.table[n].id
        form = {"party": str(unit), "opinion": "agree", "sha256": row.sha256}
        by_role(app, scene, "LI", unit).post(f"{from_office}/confirmations", data=form)
    assert "待核对纪要" not in there.get(home).text
    assert "送到会单位会签" in office.post(f"{from_office}/countersigning", follow_redirects=True).text
    assert "待会签纪要" in there.get(home).text
    for n in (0, 1, 3):
        unit = scene.table[n].id
        form = {"unit_id": str(unit), "opinion": "agree", "sha256": row.sha256}
        by_role(app, scene, "LI", unit).post(f"{from_office}/countersignatures", data=form)
    convener.post(f"{from_office}/signature", data={"sha256": row.sha256})
    assert "待印发纪要" in office.get(home).text and "待签发纪要" not in convener.get(home).text


@time_machine.travel("2026-03-06T02:00:00Z", tick=False)
def test_the_signature_is_offered_only_when_it_will_be_taken_and_else_why_not(app: Any, scene: Scene) -> None:
    row, convener = scene.circulated(), by_role(app, scene, "CV")
    at = f"{root(scene)}/minutes/{row.id}"
    waits = convener.get(at).text
    assert "现在还不能签发" in waits and "尚未核对" in waits and f"{at}/signature" not in waits
    for n in (0, 1, 3):
        unit = scene.table[n].id
        form = {"party": str(unit), "opinion": "agree", "sha256": row.sha256}
        by_role(app, scene, "LI", unit).post(f"{at}/confirmations", data=form)
    ready = convener.get(at).text
    assert "现在还不能签发" not in ready and f"{at}/signature" in ready
    scene.decided(minutes_countersign=True)
    assert "请先送会签" in convener.get(at).text


def test_r2_a_correction_says_at_the_task_and_on_its_page_what_it_does_not_change_there(app: Any, scene: Scene) -> None:
    a_plan(scene.seat)
    row = scene.published()
    office, at = by_role(app, scene, "OS"), root(scene)
    key, duty = next(iter(_proposed(app, scene).items()))
    office.post(f"{at}/tasks", data={"items": [key], f"duty-{key}": duty})
    scene.seat.session.expire_all()
    [item] = [one for one in queries.followed(scene.seat.session, scene.meeting.id) if one.task]
    task_id, lead = item.resolution.task_id, item.resolution.lead_unit_id
    task = f"/t/{scene.tenant.slug}/tasks/{task_id}"
    change = Change(item.resolution.id, None, date(2026, 12, 1))
    found = correct(scene.seat, row.id, reason="时限有误", changes=[change], on=LATE)
    said = office.get(f"{at}/minutes/{found.id}").text
    assert "更正件不改动任务" in said and task in said
    assert "已由更正件更正" not in office.get(task).text, "it is not signed yet"
    circulate(scene.seat, found.id, on=LATE)
    sign(scene.seat, found.id, on=date(2026, 4, 1))
    told = office.get(task).text
    assert "已由更正件更正" in told and "时限 2026-12-01" in told and f"{at}/minutes/{found.id}" in told
    assert "请按程序变更任务" in told
    unit = by_role(app, scene, "LI", lead)
    assert "已由更正件更正" in unit.get(task).text


def test_items_become_tasks_by_one_page_and_their_light_shows_back(app: Any, scene: Scene) -> None:
    a_plan(scene.seat)
    scene.published()
    office, at = by_role(app, scene, "OS"), root(scene)
    assert "转为任务" in office.get(f"{at}/items").text
    sheet = office.get(f"{at}/tasks").text
    assert "列入：2026年工作要点" in sheet and sheet.count("checked") == 2
    assert office.post(f"{at}/tasks", data={}).status_code == 422
    items = [str(one.resolution.id) for one in queries.followed(scene.seat.session, scene.meeting.id)][:2]
    wrong = office.post(f"{at}/tasks", data={"items": items, **{f"duty-{key}": "x" for key in items}})
    assert wrong.status_code == 422 and "请为每项选择职责" in wrong.text
    values = {f"duty-{key}": duty for key, duty in _proposed(app, scene).items()}
    done = office.post(f"{at}/tasks", data={"items": items, **values}, follow_redirects=True).text
    assert "已列入年度计划 2 项任务" in done and "第 1 项" in done
    liaison = by_role(app, scene, "LI", scene.table[0].id)
    assert liaison.get(f"{at}/items").status_code == 200 and liaison.get(f"{at}/tasks").status_code == 403
    book = load_workbook(io.BytesIO(office.get(f"{at}/items?format=xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0] == ("序号", "议定事项", "牵头单位", "配合单位", "完成时限", "成果形式", "状态")
    assert rows[1][1] == "完善家政服务业财税支持政策" and rows[3][6] == "继续研究"
    for kind, head in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert liaison.get(f"{at}/sign-in-sheet.{kind}").data.startswith(head)


def _proposed(app: Any, scene: Scene) -> dict[str, str]:
    got = api(app, scene, "OS").get(f"/api/v1{root(scene)}/items").get_json()["items"]
    return {one["resolution_id"]: one["proposed_duty_id"] for one in got if one["proposed_duty_id"]}


class Program:
    """A program with a person's token."""

    def __init__(self, app: Any, scene: Scene, role: str, unit: Any = None) -> None:
        self.client, self.head = app.test_client(), bearing(a_token(scene.engine, scene.tenant, role, unit=unit))

    def __getattr__(self, method: str) -> Any:
        return lambda at, headers=None, **more: getattr(self.client, method)(
            at, headers=self.head | (headers or {}), **more
        )


def api(app: Any, scene: Scene, role: str, unit: Any = None) -> Program:
    return Program(app, scene, role, unit)


def test_the_whole_course_by_api(app: Any, scene: Scene) -> None:
    a_plan(scene.seat)
    office, at = api(app, scene, "OS"), f"/api/v1{root(scene)}"
    assert office.get(f"{at}/minutes").get_json()["total"] == 0
    made = office.post(f"{at}/minutes")
    assert made.status_code == 201
    row, one = made.get_json(), f"{at}/minutes/{made.get_json()['id']}"
    assert (row["state"], row["signer"], row["by"]) == ("draft", "convener", "2026-03-16")
    body = {"title": row["title"], "passages": [{"key": "closing", "text": "会议要求抓好落实。"}]}
    assert office.put(f"{one}/text", json=body).status_code == 428
    saved = office.put(f"{one}/text", json=body, headers={"If-Match": made.headers["ETag"]})
    assert saved.status_code == 200 and saved.get_json()["sha256"] != row["sha256"]
    assert office.put(f"{one}/text", json=body, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    (changed,) = [line for line in saved.get_json()["passages"] if line["changed"]]
    assert (changed["key"], changed["record"]) == ("closing", "")
    assert office.post(f"{one}/circulation", json={}).get_json()["state"] == "circulated"
    sha = saved.get_json()["sha256"]
    for n in (0, 1, 3):
        unit = scene.table[n].id
        said = {"party": str(unit), "opinion": "agree", "sha256": sha}
        assert api(app, scene, "LI", unit).post(f"{one}/confirmations", json=said).status_code == 201
    assert office.post(f"{one}/signature", json={"sha256": sha}).status_code == 403
    signed = api(app, scene, "CV").post(f"{one}/signature", json={"sha256": sha})
    assert signed.get_json()["state"] == "signed"
    assert office.post(f"{one}/void-number", json={"reason": "x"}).status_code == 409
    keyed = {"Idempotency-Key": "n1"}
    first, again = (office.post(f"{one}/number", headers=keyed).get_json()["number"] for _ in range(2))
    assert first == again and len(office.get(f"/api/v1/t/{scene.tenant.slug}/minutes/numbers").get_json()["items"]) == 1
    published = office.post(f"{one}/publication").get_json()
    assert published["state"] == "published" and len(published["content_sha256"]) == 64
    assert office.get(f"{one}/document.pdf").data.startswith(b"%PDF")
    tasks = {"items": [{"resolution_id": k, "duty_id": d} for k, d in _proposed(app, scene).items()]}
    planned = office.post(f"{at}/tasks", json=tasks).get_json()["items"]
    assert [one["task_state"] for one in planned] == ["not_started", "not_started", None]
    due = {"resolution_id": planned[0]["resolution_id"], "due": "2026-12-01"}
    correction = office.post(f"{one}/corrections", json={"reason": "时限有误", "changes": [due]})
    assert correction.get_json()["corrects_id"] == row["id"]
    listed = office.get(f"/api/v1/t/{scene.tenant.slug}/minutes?state=draft").get_json()
    assert [found["corrects_id"] for found in listed["items"]] == [row["id"]]
    assert office.post(f"{one}/answers", json={"party": str(scene.table[0].id), "text": "x"}).status_code == 409
    assert office.post(f"{one}/countersigning").status_code == 409


def test_a_correction_is_begun_by_its_form_which_comes_back_as_it_was(app: Any, scene: Scene) -> None:
    row = scene.published()
    office, at = by_role(app, scene, "OS"), f"{root(scene)}/minutes/{row.id}/corrections"
    assert "更正原因" in office.get(f"{at}/new").text
    item = queries.followed(scene.seat.session, scene.meeting.id)[0].resolution
    form = {
        "reason": "",
        "changes.resolution_id": str(item.id),
        "changes.lead_unit_id": "",
        "changes.due": "2026-09-30",
    }
    refused = office.post(at, data=form)
    assert refused.status_code == 422 and 'value="2026-09-30"' in refused.text
    made = office.post(at, data=form | {"reason": "时限有误"}, follow_redirects=True).text
    assert "这是更正件" in made and "更正为“2026年9月30日”" in made
    assert "更正件正在办理" in office.get(f"{root(scene)}/minutes").text
    assert by_role(app, scene, "LI", scene.table[0].id).get(f"{at}/new").status_code == 403


def test_a_document_of_another_meeting_is_not_found_under_this_one(app: Any, scene: Scene) -> None:
    row = scene.published()
    office, other = by_role(app, scene, "OS"), a_scene(scene.engine)
    assert office.get(f"{root(scene)}/minutes/{row.id}").status_code == 200
    wrong = root(scene).replace(str(scene.meeting.id), str(other.meeting.id))
    assert office.get(f"{wrong}/minutes/{row.id}").status_code == 404


def test_who_sees_no_meetings_learns_nothing_from_a_wrong_form_and_who_does_gets_it_back(
    app: Any, scene: Scene
) -> None:
    row = scene.published()
    at = f"{root(scene)}/minutes/{row.id}"
    administrator, liaison, office = (by_role(app, scene, role) for role in ("SA", "LI", "OS"))
    for path in (f"{at}/confirmations", f"{at}/signature", f"{at}/text", f"{at}/void-number"):
        assert administrator.post(path, data={}).status_code in (403, 404), path
    for path in (f"{at}/corrections", f"{root(scene)}/tasks"):
        for stranger in (administrator, liaison):
            assert stranger.post(path, data={}).status_code == 403, path
        assert office.post(path, data={}).status_code == 422

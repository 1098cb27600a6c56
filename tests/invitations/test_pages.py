"""The pages and the API before a meeting: each shown, each form answered, each denial beside what is let pass."""

import io
import re
from datetime import timedelta

import docx
import pytest

from service.invitations.commands import reply
from service.invitations.rules import Reply
from service.kit.web import today
from service.meetings.queries import meeting
from tests.factories import a_token, bearing, signed_in
from tests.invitations.conference import in_time, later, moved, noticed, planned, somebody, two_experts
from tests.invitations.reading import parsed


@pytest.fixture
def root(home):
    return f"/t/{home.slug}/meetings"


@pytest.fixture
def api(home):
    return f"/api/v1/t/{home.slug}/meetings"


@pytest.fixture
def office(app, engine, home):
    return signed_in(app, engine, home, "OS")


def of_unit(app, engine, home, unit, role="LI"):
    return signed_in(app, engine, home, role, unit=unit.id)


def test_the_office_sends_the_notice_from_the_tab_and_everybody_reads_it(app, engine, home, office, seat, table, root):
    row = planned(seat)
    liaison = of_unit(app, engine, home, table[2])
    tab = f"{root}/{row.id}/notice"
    assert "尚未发出" in liaison.get(tab).text and "发会议通知" not in liaison.get(tab).text
    page = office.get(tab).text
    assert "发通知前还缺" in page and "议程尚无议题" in page and "发会议通知" in page
    form = office.get(f"{tab}/sending").text
    assert "应到" in form and "制度四(二)" in form and 'name="reply_by"' in form
    sent = {"reply_by": (row.held_on - timedelta(days=2)).isoformat(), "contact": "赵六"}
    refused = office.post(tab, data=sent)
    assert refused.status_code == 422 and "请说明原因" in refused.text and 'value="赵六"' in refused.text
    assert liaison.post(tab, data=sent | {"reason": "x"}).status_code == 403
    done = office.post(tab, data=sent | {"reason": "议程随后印发"}, follow_redirects=True).text
    assert "会议通知已发出" in done and "到会预计" in done and "未回执" in done


def test_the_form_asks_whom_to_tell_and_the_tab_says_who_was_left_out(office, seat, root):
    row = planned(seat)
    wang, li = two_experts(seat, row)
    tab = f"{root}/{row.id}/notice"
    form = office.get(f"{tab}/sending").text
    assert re.search(rf'name="told" value="{wang.id}" checked', form) and "须告知" in form
    sent = {"told": [str(li.id)], "contact": "赵六", "reply_by": (row.held_on - timedelta(days=2)).isoformat()}
    refused = office.post(tab, data=sent)
    assert refused.status_code == 422 and f'value="{li.id}" checked' in refused.text
    assert f'value="{wang.id}">' in refused.text, "what was chosen is not lost"
    page = office.post(tab, data=sent | {"reason": "议程随后印发"}, follow_redirects=True).text
    assert "本次安排未告知：王专家" in page and "未告知：王专家" in page and "补发通知" in page
    again = office.get(f"{tab}/sending").text
    assert f'value="{wang.id}" checked' in again and f'value="{li.id}" checked' not in again


def test_a_unit_replies_on_its_page_and_only_for_itself(app, engine, home, seat, table, root):
    row = noticed(seat)
    mine, theirs = (somebody(seat, row, "member_rep", unit.id) for unit in table[2:4])
    liaison = of_unit(app, engine, home, table[2])
    assert "会议回执待填" in liaison.get(f"/t/{home.slug}/").text
    tab = liaison.get(f"{root}/{row.id}/notice").text
    assert tab.count("填写回执") == 2 and "全部参加" in tab
    path = f"{root}/{row.id}/attendees"
    assert "受委派人姓名" in liaison.get(f"{path}/{mine.id}/reply").text
    empty = liaison.post(f"{path}/{mine.id}/reply", data={"reply": "leave"})
    assert empty.status_code == 422 and "请假的原因" in empty.text
    foreign = liaison.post(f"{path}/{theirs.id}/reply", data={"reply": "attends"})
    assert foreign.status_code == 403
    done = liaison.post(f"{path}/{mine.id}/reply", data={"reply": "leave", "text": "出国"}, follow_redirects=True)
    assert "出国" in done.text and "待主持人同意" in done.text
    rest = liaison.post(f"{root}/{row.id}/replies", data={"unit_id": str(table[2].id)}, follow_redirects=True)
    assert "已为 1 人填写" in rest.text


def test_the_chair_or_the_office_in_his_words_says_yes_to_leave(app, engine, home, office, seat, table, root):
    row = noticed(seat)
    who = somebody(seat, row, "member_rep", table[2].id)
    reply(seat_of(seat, table[2]), row.id, who.id, Reply("leave", "出国"), now=later(0))
    path = f"{root}/{row.id}/attendees/{who.id}/leave"
    convener = signed_in(app, engine, home, "CV")
    assert "请假待主持人同意" in convener.get(f"/t/{home.slug}/").text
    assert "代为登记" in office.get(path).text and "代为登记" not in convener.get(path).text
    assert office.post(path, data={"granted": "true"}).status_code == 422
    assert of_unit(app, engine, home, table[2]).post(path, data={"granted": "true"}).status_code == 403
    assert "已同意" in convener.post(path, data={"granted": "true"}, follow_redirects=True).text
    said = {"granted": "false", "text": "召集人改口"}
    assert "未同意" in office.post(path, data=said, follow_redirects=True).text


def seat_of(seat, _unit):
    return seat


def test_the_replies_leave_as_a_file_with_the_reason_that_looks_like_a_formula_as_text(office, seat, table, root):
    row = noticed(seat)
    who = somebody(seat, row, "liaison", table[0].id)
    reply(seat, row.id, who.id, Reply("leave", "=1+1"), now=later(0))
    text = office.get(f"{root}/{row.id}/notice?format=csv").get_data().decode("utf-8-sig")
    assert "'=1+1" in text and text.splitlines()[0].startswith("单位,姓名")
    assert office.get(f"{root}/{row.id}/notice?format=xlsx").data[:2] == b"PK"


def test_the_letter_that_went_out_stays_as_it_was(app, engine, home, office, seat, table, root):
    row = noticed(seat)
    page = office.get(f"{root}/{row.id}/notice").text
    path = re.search(rf"{root}/{row.id}/notices/[0-9a-f-]+\.docx", page)
    assert path
    moved(seat, row, place="二楼会议室")
    words = "".join(p.text for p in docx.Document(io.BytesIO(office.get(path[0]).data)).paragraphs)
    assert "省人社厅301会议室" in words and "二楼" not in words
    assert office.get(f"{root}/{row.id}/notice.pdf").data[:5] == b"%PDF-"
    assert of_unit(app, engine, home, table[1]).get(f"{root}/{row.id}/notice.pdf").status_code == 403
    assert of_unit(app, engine, home, table[1]).get(path[0].replace("docx", "pdf")).data[:5] == b"%PDF-"
    assert "须再次告知" in office.get(f"{root}/{row.id}/notice").text


def test_a_proposal_goes_from_the_unit_to_the_office_and_back(app, engine, home, office, table, root):
    liaison = of_unit(app, engine, home, table[3])
    form = {"unit_id": str(table[3].id), "topic": "培训补贴标准", "reason": "各地不一"}
    assert liaison.post(f"{root}/proposals/", data=form | {"reason": ""}).status_code == 422
    assert "提议召开会议" not in office.get(f"{root}/proposals/").text
    assert office.post(f"{root}/proposals/", data=form).status_code == 403
    made = liaison.post(f"{root}/proposals/", data=form, follow_redirects=True)
    path = made.request.path
    assert "撤回提议" in made.text and "采纳并筹备" not in made.text
    assert "召开提议待答复" in office.get(f"/t/{home.slug}/").text
    assert office.post(f"{path}/refusal", data={"answer": ""}).status_code == 422
    past = office.post(f"{path}/acceptance", data={"held_on": (today() - timedelta(days=1)).isoformat()})
    assert past.status_code == 422 and "召开日期已过" in past.text
    done = office.post(f"{path}/acceptance", data={"held_on": in_time().isoformat()}, follow_redirects=True)
    assert "培训补贴标准" in done.text and table[3].name in done.text
    assert "召开提议已有答复" in liaison.get(f"/t/{home.slug}/").text
    assert "已列为会议" in liaison.get(path).text
    assert "知道了" not in liaison.post(f"{path}/acknowledgement", follow_redirects=True).text
    assert "培训补贴标准" in office.get(f"{root}/proposals/?format=csv").get_data().decode("utf-8-sig")


def test_a_program_does_all_of_it_too(client, engine, home, seat, table, api):
    office, rep = bearing(a_token(engine, home, "OS")), bearing(a_token(engine, home, "MR", unit=table[4].id))
    given = {"unit_id": str(table[4].id), "topic": "信息平台", "reason": "互通"}
    assert client.post(f"{api}/proposals", json=given, headers=office).status_code == 403
    made = client.post(f"{api}/proposals", json=given, headers=rep | {"Idempotency-Key": "p1"})
    again = client.post(f"{api}/proposals", json=given, headers=rep | {"Idempotency-Key": "p1"})
    assert made.status_code == 201 and again.json["id"] == made.json["id"]
    one = f"{api}/proposals/{made.json['id']}"
    accepted = client.post(f"{one}/acceptance", json={"held_on": in_time().isoformat()}, headers=office)
    assert accepted.json["state"] == "accepted" and accepted.json["meeting_id"]
    assert client.post(f"{one}/refusal", json={"answer": "x"}, headers=office).status_code == 409
    assert client.post(f"{one}/withdrawal", headers=rep).status_code == 409
    assert client.post(f"{one}/acknowledgement", headers=rep).json["noted_on"]
    assert client.get(one, headers=rep).json["units_concerned"] == [str(table[4].id)]
    listed = client.get(f"{api}/proposals?unit_id={table[4].id}", headers=rep).json
    assert [row["topic"] for row in listed["items"]] == ["信息平台"]
    _through_the_notice(client, seat, table, api, office, rep)


def _through_the_notice(client, seat, table, api, office, rep):
    row = planned(seat)
    before = client.get(f"{api}/{row.id}/notice", headers=rep).json
    assert before["gaps"][0]["key"] == "agenda" and before["notices"] == []
    refused = client.post(f"{api}/{row.id}/notices", json={"contact": "赵六"}, headers=office)
    assert refused.status_code == 422 and refused.json["field"] == "reason"
    sent = client.post(f"{api}/{row.id}/notices", json={"contact": "赵六", "reason": "急"}, headers=office)
    assert sent.status_code == 201 and sent.json["state"] == "noticed" and sent.json["untold"] == []
    who = somebody(seat, row, "member_rep", table[4].id)
    path = f"{api}/{row.id}/attendees/{who.id}"
    said = client.post(f"{path}/reply", json={"reply": "leave", "text": "出国"}, headers=rep)
    assert said.status_code == 201 and said.json["reply"] == "leave"
    assert client.post(f"{path}/reply", json={"reply": "attends"}, headers=office).status_code == 403
    assert client.post(f"{path}/leave", json={"granted": True}, headers=rep).status_code == 403
    yes = client.post(f"{path}/leave", json={"granted": True, "text": "召集人同意"}, headers=office)
    assert yes.json["leave_granted"] is True
    rest = client.post(f"{api}/{row.id}/replies", json={"unit_id": str(table[4].id)}, headers=rep)
    assert [found["role"] for found in rest.json] == ["liaison"]
    outlook = client.get(f"{api}/{row.id}/notice", headers=rep).json["outlook"]
    assert (outlook["counts"]["leave"], outlook["counts"]["attends"], outlook["sure"]) == (1, 1, 1)
    assert client.get(f"{api}/{row.id}/notice/letter?format=docx", headers=office).data[:2] == b"PK"
    sent_id = sent.json["notices"][0]["id"]
    assert client.get(f"{api}/{row.id}/notice/letter?notice_id={sent_id}", headers=rep).data[:5] == b"%PDF-"
    calendar = parsed(client.get(f"{api}/{row.id}/invitation.ics", headers=rep).data)
    assert calendar.method.value == "REQUEST" and calendar.vevent.uid.value == str(row.id)
    assert str(meeting(seat.session, row.id).id) in calendar.vevent.url.value


def test_a_meeting_of_which_nobody_was_told_is_in_no_calendar(office, seat, root):
    row = planned(seat)
    assert office.get(f"{root}/{row.id}/invitation.ics").status_code == 404
    assert row.held_on > today()

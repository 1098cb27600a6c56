"""The live page, its board, the wall, the sign-in page and the API."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.kit.web import today
from service.meetings.models import Attendee
from service.sittings import queries
from service.sittings.commands import Mark, issue_code, mark, mark_unit
from tests.factories import a_token, bearing, put, signed_in
from tests.invitations.conference import decided
from tests.sittings.scene import TEN, Sat, a_sitting


class Hour(str):
    """Any hour of a day."""

    def __eq__(self, other):
        return bool(re.fullmatch(r"[0-2]\d:[0-5]\d", str(other)))

    __hash__ = str.__hash__


HOUR = Hour("HH:MM")


@pytest.fixture
def office(app, sat):
    return signed_in(app, sat.engine, sat.tenant, "OS")


def seen(sat: Sat) -> queries.Sitting:
    sat.office.session.expire_all()
    return queries.sitting(sat.office.session, sat.meeting.id, TEN)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def test_the_secretary_opens_signs_in_keeps_time_and_closes_without_any_script(app, engine):
    sat = a_sitting(engine, opened=False)
    office = signed_in(app, engine, sat.tenant, "OS")
    assert "会议尚未开始" in text(office.get(sat.path))
    assert office.post(f"{sat.path}/opening").status_code == 302
    page = text(office.get(sat.path))
    assert "应到" in page and "未达到会比例" in page and "制度四(二)" in page
    who = sat.called()
    wrong = office.post(f"{sat.path}/marks", data={"attendee_id": who.id, "came": "proxy", "proxy_name": ""})
    assert wrong.status_code == 422 and "请填写受委派人姓名" in text(wrong)
    office.post(f"{sat.path}/marks", data={"attendee_id": who.id, "came": "proxy", "proxy_name": "钱七"})
    office.post(f"{sat.path}/units/{sat.units[1].id}/marks")
    office.post(f"{sat.path}/items/{sat.items[0].id}/run")
    page = text(office.get(sat.path))
    assert "钱七" in page and "正在进行" in page and "结束该项" in page
    office.post(f"{sat.path}/run/end")
    ask = text(office.get(f"{sat.path}/closing"))
    assert "未达到本级制度规定的到会比例" in ask and "学习贯彻稳就业文件" in ask
    assert office.post(f"{sat.path}/closing").status_code == 302
    assert seen(sat).meeting.state == "held"
    assert office.post(f"{sat.path}/marks", data={"attendee_id": who.id}).status_code in (409, 422)


def test_a_meeting_in_session_is_on_the_home_page_of_whom_it_expects_and_of_the_office(app, sat, office):
    home = f"/t/{sat.tenant.slug}/"
    assert "会议正在进行" in office.get(home).text and sat.path in office.get(home).text
    unit = next(who.unit_id for who in sat.office.session.scalars(select(Attendee)) if who.unit_id and who.expected)
    assert "会议正在进行" in signed_in(app, sat.engine, sat.tenant, "LI", unit=unit).get(home).text
    assert "会议正在进行" not in signed_in(app, sat.engine, sat.tenant, "OB").get(home).text


def test_closing_a_meeting_to_which_nobody_came_says_why_not(sat, office):
    refused = office.post(f"{sat.path}/closing")
    assert refused.status_code == 422
    assert seen(sat).meeting.state == "in_session"


def test_a_note_is_saved_by_a_plain_form_and_by_the_script(sat, office):
    sent = {"text": "第一句", "base": "0", "write_id": uuid4().hex}
    assert office.post(f"{sat.path}/notes", data=sent).status_code == 302
    live = {"text": "第一句\n第二句", "base": "1", "write_id": uuid4().hex, "live": "1"}
    assert office.post(f"{sat.path}/notes", data=live).json == {"revision": 2, "aside": False, "at": HOUR}
    assert office.post(f"{sat.path}/notes", data=live).json == {"revision": 2, "aside": False, "at": HOUR}
    late = {"text": "第一句，改", "base": "1", "write_id": uuid4().hex, "live": "1"}
    assert office.post(f"{sat.path}/notes", data=late).json == {"revision": 3, "aside": True, "at": HOUR}
    page = text(office.get(sat.path))
    assert "两处同时修改" in page and "第一句，改" in page and "第二句" in page
    settling = {"aside": "3", "base": "2", "decision": "both", "write_id": uuid4().hex}
    assert office.post(f"{sat.path}/notes/settling", data=settling).status_code == 302
    assert seen(sat).notes[None].text == "第一句\n第二句\n第一句，改"
    assert "两处同时修改" not in text(office.get(sat.path))
    twice = office.post(f"{sat.path}/notes/settling", data=settling | {"write_id": uuid4().hex})
    assert twice.status_code == 422 and "已由他人核对" in text(twice)


def test_every_version_of_the_notes_is_listed_found_and_exported(app, sat, office):
    about = sat.items[0].id
    for base, words in enumerate(("甲一", "甲一乙二", "甲一乙二丙三")):
        sent = {"text": words, "base": str(base), "write_id": uuid4().hex, "agenda_item_id": str(about)}
        office.post(f"{sat.path}/notes", data=sent)
    page = text(office.get(f"{sat.path}/notes"))
    assert page.index("甲一乙二丙三") < page.index("甲一乙二<"), "the newest first"
    assert "甲一乙二" in text(office.get(f"{sat.path}/notes?q=乙二&item={about}&sort=revision"))
    assert "甲一" not in text(office.get(f"{sat.path}/notes?q=没有这句"))
    assert office.get(f"{sat.path}/notes?format=csv").get_data().decode("utf-8-sig").count("学习贯彻稳就业文件") == 3
    assert office.get(f"{sat.path}/notes?format=xlsx").status_code == 200
    reader = signed_in(app, sat.engine, sat.tenant, "LI", unit=sat.units[1].id)
    assert reader.get(f"{sat.path}/notes").status_code == 403


def test_a_note_that_cannot_be_kept_says_so_to_the_script(sat, office):
    refused = office.post(f"{sat.path}/notes", data={"text": "甲", "base": "0", "write_id": "x", "live": "1"})
    assert refused.status_code == 422 and "写入编号" in refused.json["refused"]
    assert seen(sat).notes[None].revision == 0


def test_the_board_is_sent_only_when_something_changed(sat, office):
    first = office.get(f"{sat.path}/board")
    assert first.status_code == 200 and 'data-live="people"' in text(first)
    again = office.get(f"{sat.path}/board", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and text(again) == ""
    mark(sat.office, sat.meeting.id, [Mark(sat.called().id)], TEN)
    changed = office.get(f"{sat.path}/board", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_agreed_items_and_outcomes_are_recorded_at_their_item(sat, office):
    given = {"text": "开展专项督导", "kind": "action", "write_id": uuid4(), "agenda_item_id": sat.items[1].id}
    wrong = office.post(f"{sat.path}/agreed", data=given)
    assert wrong.status_code == 422 and "请选择牵头单位" in text(wrong) and "开展专项督导" in text(wrong)
    whole = given | {
        "lead_unit_id": sat.units[0].id,
        "cooperating": [sat.units[1].id],
        "due": f"{today().year + 1}-03-01",
    }
    assert office.post(f"{sat.path}/agreed", data=whole).status_code == 302
    assert office.post(f"{sat.path}/agreed", data=whole).status_code == 302
    (row,) = seen(sat).agreed
    page = text(office.get(sat.path))
    assert "开展专项督导" in page and "配合：" in page and "通报工作进展" in page
    noted = {"outcome": "noted", "text": ""}
    assert office.post(f"{sat.path}/items/{sat.items[1].id}/outcome", data=noted).status_code == 302
    undecided = office.post(f"{sat.path}/items/{sat.items[0].id}/outcome", data={"outcome": "again"})
    assert undecided.status_code == 422
    assert [talk.item.outcome for talk in seen(sat).talks] == [None, "noted"]
    assert office.post(f"{sat.path}/agreed/{row.id}/striking").status_code == 302
    assert seen(sat).agreed == []


def test_votes_are_counted_where_the_charter_decides_by_majority(sat, office):
    assert "弃权" not in text(office.get(sat.path))
    decided(sat.office, decision_mode="majority")
    for unit in sat.units[:3]:
        mark_unit(sat.office, sat.meeting.id, unit.id, TEN)
    assert "弃权" in text(office.get(sat.path))
    votes = {"outcome": "passed", "votes_for": "2", "votes_against": "1", "votes_abstained": "0"}
    assert office.post(f"{sat.path}/items/{sat.items[0].id}/outcome", data=votes).status_code == 302
    assert "同意 2，反对 1，弃权 0" in text(office.get(sat.path))


def test_an_observer_is_added_and_counts_for_nothing_but_himself(sat, office):
    assert office.post(f"{sat.path}/observers", data={"name": ""}).status_code == 422
    before = seen(sat).count.expected
    assert office.post(f"{sat.path}/observers", data={"name": "孙八", "title": "专家"}).status_code == 302
    guest = next(one for one in sat.people if not one.expected)
    office.post(f"{sat.path}/marks", data={"attendee_id": guest.id, "came": "present"})
    assert (seen(sat).count.expected, seen(sat).count.observers, seen(sat).count.came) == (before, 1, 0)


def test_who_only_reads_sees_who_is_there_and_no_notes(app, sat, office):
    office.post(f"{sat.path}/notes", data={"text": "只供办公室", "base": "0", "write_id": uuid4().hex})
    issue_code(sat.office, sat.meeting.id, TEN)
    reader = signed_in(app, sat.engine, sat.tenant, "LI", unit=sat.units[1].id)
    for path in ("", "/board", "/projector", "/projector/board"):
        page = text(reader.get(sat.path + path))
        assert "只供办公室" not in page and "lx-qr" not in page, path
    assert "只供办公室" in text(office.get(sat.path)) and "lx-qr" in text(office.get(sat.path))
    assert (
        reader.post(f"{sat.path}/notes", data={"text": "甲", "base": "1", "write_id": uuid4().hex}).status_code == 403
    )
    assert reader.get(f"{sat.path}/closing").status_code == 403


def test_the_wall_shows_what_is_talked_about_and_nobodys_name(sat, office):
    office.post(f"{sat.path}/items/{sat.items[0].id}/run")
    mark(sat.office, sat.meeting.id, [Mark(one.id) for one in sat.people], TEN)
    for path in ("/projector", "/projector/board"):
        page = text(office.get(sat.path + path))
        assert "学习贯彻稳就业文件" in page and "下一项" in page and "通报工作进展" in page
        wall = page[page.index("data-live") :]
        assert not [one.name for one in sat.people if one.name and one.name in wall]


def test_a_person_signs_in_on_a_phone_without_an_account(app, sat):
    code, phone, who = issue_code(sat.office, sat.meeting.id, TEN).code, app.test_client(), sat.called(at=1)
    address = f"/checkin/{sat.tenant.slug}/{code}"
    page = text(phone.get(address))
    assert who.name in page and sat.units[1].name in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    data = {"csrf_token": token[1], "attendee_id": who.id, "came": "present"}
    assert phone.post(address, data=data | {"attendee_id": ""}).status_code == 422
    done = phone.post(address, data=data)
    assert done.status_code == 302
    assert "已签到" in text(phone.get(done.headers["Location"]))
    assert (sat.called(at=1).came, sat.called(at=1).signed_in_how) == ("present", "code")
    assert str(who.id) not in text(phone.get(address)), "who signed in is not on the list any more"
    assert phone.post(address, data=data | {"attendee_id": uuid4()}).status_code == 404


def test_a_wrong_code_a_closed_one_and_a_place_that_does_not_exist_are_answered_alike(app, sat, owner):
    code, phone = issue_code(sat.office, sat.meeting.id, TEN).code, app.test_client()
    other = a_sitting(sat.engine)
    assert phone.get(f"/checkin/{sat.tenant.slug}/{code}").status_code == 200

    def told(slug: str, given: str) -> tuple[int, str]:
        answer = phone.get(f"/checkin/{slug}/{given}")
        said = text(answer).replace(slug, "SLUG").replace(given, "CODE")
        return answer.status_code, re.sub(r'(csrf_token" value=|X-CSRFToken": )"[^"]+"', "", said)

    wrong = told("no-such-place", "AAAAAAAA")
    assert wrong[0] == 404
    assert told(sat.tenant.slug, "AAAAAAAA") == wrong
    assert told(other.tenant.slug, code) == wrong, "another tenant's code opens nothing"
    put(owner, sat.tenant, "suspended")
    assert told(sat.tenant.slug, code) == wrong


def test_who_is_signed_in_sees_his_own_unit_only(app, sat):
    code = issue_code(sat.office, sat.meeting.id, TEN).code
    mine, theirs = sat.called(at=1), sat.called(at=2)
    phone = signed_in(app, sat.engine, sat.tenant, "LI", unit=sat.units[1].id)
    address = f"/checkin/{sat.tenant.slug}/{code}"
    assert mine.name in text(phone.get(address)) and theirs.name not in text(phone.get(address))
    assert phone.post(address, data={"attendee_id": theirs.id, "came": "present"}).status_code == 403
    assert phone.post(address, data={"attendee_id": mine.id, "came": "present"}).status_code == 302


def test_a_program_does_all_that_the_pages_do(client, sat):
    api, who = f"/api/v1{sat.path}", sat.called()
    bearer = bearing(a_token(sat.engine, sat.tenant, "OS"))
    assert client.get(api, headers=bearer).json["state"] == "in_session"
    code = client.post(f"{api}/code", headers=bearer).json
    assert code["address"].endswith(code["code"])
    marks = {"marks": [{"attendee_id": str(who.id), "came": "present"}]}
    shown = client.post(f"{api}/marks", headers=bearer, json=marks).json
    assert shown["count"]["present"] == 1
    run = client.post(f"{api}/run", headers=bearer, json={"agenda_item_id": str(sat.items[0].id)}).json
    assert run["current_id"] == str(sat.items[0].id)
    assert client.delete(f"{api}/run", headers=bearer).status_code == 204
    client.post(f"{api}/units/{sat.units[1].id}/marks", headers=bearer)
    note = {"text": "甲", "base": 0, "write_id": uuid4().hex}
    assert client.post(f"{api}/notes", headers=bearer, json=note).json == {"revision": 1, "aside": False}
    other = note | {"text": "乙", "write_id": uuid4().hex}
    assert client.post(f"{api}/notes", headers=bearer, json=other).json == {"revision": 2, "aside": True}
    settling = {"aside": 2, "base": 1, "decision": "mine", "write_id": uuid4().hex}
    assert client.post(f"{api}/notes/settling", headers=bearer, json=settling).json["revision"] == 3
    assert [one["text"] for one in client.get(f"{api}/notes", headers=bearer).json["notes"]] == ["甲", "乙", "乙"]
    liaison = bearing(a_token(sat.engine, sat.tenant, "LI", unit=sat.units[2].id))
    mine = {"attendee_id": str(sat.called(at=2).id), "code": code["code"]}
    assert client.post(f"{api}/sign-in", headers=liaison, json=mine).json["signed_in_how"] == "code"
    assert client.get(f"{api}/notes", headers=liaison).status_code == 403
    assert client.delete(f"{api}/code", headers=bearer).status_code == 204
    assert client.post(f"{api}/closing", headers=bearer).json["state"] == "held"
    tag = client.get(api, headers=bearer).headers["ETag"]
    assert client.get(api, headers=bearer | {"If-None-Match": tag}).status_code == 304


def test_a_program_opens_the_meeting(client, engine):
    sat = a_sitting(engine, opened=False)
    bearer = bearing(a_token(engine, sat.tenant, "OS"))
    assert client.post(f"/api/v1{sat.path}/opening", headers=bearer).json["state"] == "in_session"

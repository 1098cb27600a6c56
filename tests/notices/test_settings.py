"""How one is told, on the page and for programs; who is told beside one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.kit.web import today
from service.notices.deputies import end_deputy, name_deputy
from service.notices.models import Deputy, Mailbox, Messenger, Notice
from tenants.db import acting_for
from tenants.errors import Missing, Refused
from tests.factories import a_seat, a_tenant, a_token, an_account, bearing, signed_in
from tests.notices.post import a_post_office, do_all
from tests.notices.telling import account_of, say

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def office(monkeypatch):
    with a_post_office() as (office, address):
        monkeypatch.setenv("LIANXI_SMTP", address)
        monkeypatch.setenv("LIANXI_MAIL_FROM", "lianxi@example.gov.cn")
        monkeypatch.setenv("LIANXI_URL", "https://lianxi.example.gov.cn")
        yield office


def code_of(engine, tenant, account) -> str:
    with acting_for(engine, tenant.id) as session:
        return session.scalars(select(Mailbox.code).where(Mailbox.account_id == account)).one()


def test_where_no_letters_are_sent_none_are_offered(app, engine, tenant):
    browser = signed_in(app, engine, tenant, "OS")
    home = f"/t/{tenant.slug}/notices/settings"
    text = browser.get(home).text
    assert "代办人" in text and "邮箱" not in text
    assert browser.post(f"{home}/address", data={"address": "a@b.cn"}).status_code == 404


def test_the_page_asks_for_an_address_confirms_it_and_keeps_the_choices(app, engine, tenant, office):
    browser = signed_in(app, engine, tenant, "OS")
    home, me = f"/t/{tenant.slug}/notices/settings", account_of(browser)
    wrong = browser.post(f"{home}/address", data={"address": "张三"})
    assert wrong.status_code == 422 and "请填写完整的电子邮箱地址" in wrong.text and 'value="张三"' in wrong.text
    assert browser.post(f"{home}/address", data={"address": "zhang@b.cn"}).status_code == 302
    assert "已发往 zhang@b.cn" in browser.get(home).text
    wrong = browser.post(f"{home}/address/confirmation", data={"code": "x"})
    assert wrong.status_code == 422 and "确认码不正确" in wrong.text
    right = browser.post(f"{home}/address/confirmation", data={"code": code_of(engine, tenant, me)})
    assert right.status_code == 302 and "邮箱已确认" in browser.get(home).text
    half = browser.post(f"{home}/ways", data={"quiet_from": "22:00", "way.meeting_called": "daily"})
    assert half.status_code == 422 and "免打扰时段须同时填写" in half.text and 'value="22:00"' in half.text
    full = {"quiet_from": "22:00", "quiet_to": "07:30", "way.meeting_called": "daily"}
    assert browser.post(f"{home}/ways", data=full).status_code == 302
    text = browser.get(home).text
    assert 'value="07:30"' in text and '<option value="daily" selected>' in text
    assert browser.post(f"{home}/address/removal").status_code == 302
    with acting_for(engine, tenant.id) as session:
        assert session.scalars(select(Mailbox.address).where(Mailbox.account_id == me)).one() == ""


def test_a_letter_leads_to_its_place(app, engine, tenant):
    browser = signed_in(app, engine, tenant, "OS")
    say(engine, tenant, [account_of(browser)], "led")
    with acting_for(engine, tenant.id) as session:
        mine = session.scalars(select(Notice.id).where(Notice.account_id == account_of(browser))).one()
    found = browser.get(f"/t/{tenant.slug}/notices/{mine}/place")
    assert found.status_code == 302 and found.location.endswith(f"/t/{tenant.slug}/meetings/")
    assert signed_in(app, engine, tenant, "OS").get(f"/t/{tenant.slug}/notices/{mine}/place").status_code == 404


def test_a_deputy_is_told_beside_the_absent_person_and_both_see_it(app, engine, tenant):
    browser, beside = (signed_in(app, engine, tenant, "OS") for _ in range(2))
    home, on = f"/t/{tenant.slug}/notices/settings", today()
    named = {"deputy_id": account_of(beside), "from_date": on, "to_date": on + DAY}
    assert browser.post(f"{home}/deputies", data=named).status_code == 302
    assert "测试员" in browser.get(home).text
    say(engine, tenant, [account_of(browser)], "away", "出差时的会")
    assert "已同时通知代办人测试员" in browser.get(f"/t/{tenant.slug}/notices/").text
    text = beside.get(f"/t/{tenant.slug}/notices/").text
    assert "出差时的会" in text and "代测试员接收" in text
    say(engine, tenant, [account_of(browser), account_of(beside)], "both")
    with acting_for(engine, tenant.id) as session:
        rows = session.scalars(select(Notice).where(Notice.key == "both")).all()
    assert {(row.account_id, row.for_id) for row in rows} == {(account_of(browser), None), (account_of(beside), None)}
    wrong = browser.post(f"{home}/deputies", data=named)
    assert wrong.status_code == 422 and "这些日子已有代办人" in wrong.text


def test_a_deputy_is_told_over_those_days_only_and_has_no_right_by_it(engine, tenant):
    seat, on = a_seat(engine, tenant, "OD"), today()
    reader = an_account(engine, tenant, "OB").id
    future = name_deputy(seat, deputy_id=reader, from_date=on + DAY, to_date=on + 2 * DAY, on=on)
    say(engine, tenant, [seat.account_id], "before")
    assert told(engine, tenant, reader) == []
    end_deputy(seat, future.id, on=on, now=datetime.now(UTC))
    current = name_deputy(seat, deputy_id=reader, from_date=on, to_date=on, on=on)
    say(engine, tenant, [seat.account_id], "during")
    end_deputy(seat, current.id, on=on, now=datetime.now(UTC))
    say(engine, tenant, [seat.account_id], "after")
    assert told(engine, tenant, reader) == ["during"]
    assert not a_seat(engine, tenant, "OB").may("meeting.prepare")
    with pytest.raises(Missing):
        end_deputy(seat, current.id, on=on, now=datetime.now(UTC))


def told(engine, tenant, account) -> list[str]:
    with acting_for(engine, tenant.id) as session:
        return list(session.scalars(select(Notice.key).where(Notice.account_id == account).order_by(Notice.id)))


def test_nobody_from_elsewhere_nor_oneself_is_a_deputy(engine, tenant):
    seat, on = a_seat(engine, tenant, "OD"), today()
    assert seat.account_id
    elsewhere = an_account(engine, a_tenant(engine, furnish=furnish), "OS").id
    left = an_account(engine, tenant, "OS", on=on + DAY).id  # not seated yet
    for who in (seat.account_id, elsewhere, left):
        with pytest.raises(Refused, match="其他在任人员"):
            name_deputy(seat, deputy_id=who, from_date=on, to_date=on, on=on)
    with acting_for(engine, tenant.id) as session:
        assert session.scalars(select(Deputy).where(Deputy.account_id == seat.account_id)).all() == []


def test_the_office_sets_its_messenger_on_a_page_and_others_do_not_see_it(app, engine, tenant):
    browser, home = signed_in(app, engine, tenant, "OD"), f"/t/{tenant.slug}/notices/messenger"
    wrong = browser.post(home, data={"url": "http://im.example.cn", "kinds": ["meeting_called"]})
    assert wrong.status_code == 422 and "https://" in wrong.text and 'value="http://im.example.cn"' in wrong.text
    assert browser.post(home, data={"url": "https://im.example.cn/x"}).status_code == 422
    assert browser.post(home, data={"url": "https://im.example.cn/x", "kinds": ["meeting_called"]}).status_code == 302
    with acting_for(engine, tenant.id) as session:
        secret = session.scalars(select(Messenger.secret)).one()
    assert secret in browser.get(home).text
    assert signed_in(app, engine, tenant, "LI").get(home).status_code == 403
    assert browser.post(f"{home}/removal").status_code == 302 and secret not in browser.get(home).text


def test_programs_set_all_of_it_too(app, engine, tenant, office):
    token, client = a_token(engine, tenant, "OD"), app.test_client()
    home, headers, on = f"/api/v1/t/{tenant.slug}/notices", bearing(token), today()
    asked = client.post(f"{home}/settings/address", json={"address": "li@b.cn"}, headers=headers)
    assert (asked.status_code, asked.json["asked"], asked.json["address"]) == (201, "li@b.cn", "")
    do_all(engine, tenant)
    code = next(word for word in office.letters[-1].get_content().replace("，", " ").split() if word.isdigit())
    confirmed = client.post(f"{home}/settings/address/confirmation", json={"code": code}, headers=headers)
    assert (confirmed.status_code, confirmed.json["address"]) == (201, "li@b.cn")
    body = {"ways": {"meeting_called": "never"}, "quiet_from": "22:00", "quiet_to": "07:00"}
    kept = client.put(f"{home}/settings", json=body, headers=headers)
    assert (kept.json["ways"]["meeting_called"], kept.json["quiet_from"]) == ("never", "22:00:00")
    assert client.get(f"{home}/settings", headers=headers).json == kept.json
    beside = str(an_account(engine, tenant, "OS").id)
    named = {"deputy_id": beside, "from_date": on.isoformat(), "to_date": on.isoformat()}
    made = client.post(f"{home}/settings/deputies", json=named, headers=headers)
    assert made.status_code == 201 and made.json["deputy_id"] == beside
    ended = client.post(f"{home}/settings/deputies/{made.json['id']}/ending", headers=headers)
    assert ended.status_code == 201 and client.get(f"{home}/settings", headers=headers).json["deputies"] == []
    assert client.delete(f"{home}/settings/address", headers=headers).status_code == 204
    assert client.get(f"{home}/messenger", headers=headers).status_code == 404
    body = {"url": "https://im.example.cn/x", "kinds": ["meeting_called"]}
    set_ = client.put(f"{home}/messenger", json=body, headers=headers)
    assert (set_.status_code, set_.json["kinds"]) == (200, ["meeting_called"]) and "secret" not in set_.json
    assert client.get(f"{home}/messenger", headers=headers).json["url"] == body["url"]
    assert client.delete(f"{home}/messenger", headers=headers).status_code == 204

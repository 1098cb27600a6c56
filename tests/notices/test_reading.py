"""One's own notices, on the page and for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from service.accounts.models import SeatGrant
from service.charter.opening import furnish
from service.notices.models import Notice
from tenants.db import acting_for
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.notices.telling import account_of, say


@pytest.fixture(scope="module")
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def browser(app, engine, tenant):
    return signed_in(app, engine, tenant, "OS")


def ids(engine, tenant, account):
    with acting_for(engine, tenant.id) as session:
        return list(session.scalars(select(Notice.id).where(Notice.account_id == account).order_by(Notice.id)))


def test_the_page_says_what_one_was_told_the_unread_first_and_the_head_how_many(engine, tenant, browser):
    home = f"/t/{tenant.slug}/notices/"
    assert "没有未读通知" in browser.get(home).text and "lx-bell-count" not in browser.get(home).text
    me = account_of(browser)
    say(engine, tenant, [me], "meeting:1", "先来的会")
    say(engine, tenant, [me], "meeting:2", "后来的会")
    (first, second) = ids(engine, tenant, me)
    text = browser.get(home).text
    assert "未读 2 条" in text and "2 条未读通知" in text
    assert text.index("后来的会") < text.index("先来的会")
    assert browser.post(f"{home}{second}/reading").status_code == 302
    text = browser.get(home).text
    assert "1 条未读通知" in text and text.index("先来的会") < text.index("后来的会")
    assert "先来的会" in browser.get(f"{home}?state=unread").text
    assert "后来的会" not in browser.get(f"{home}?state=unread").text
    assert "先来的会" not in browser.get(f"{home}?about=report").text
    assert first != second


def test_opening_a_notice_reads_it_and_leads_to_its_place(engine, tenant, browser):
    me = account_of(browser)
    say(engine, tenant, [me], "meeting:3")
    (mine,) = ids(engine, tenant, me)
    answer = browser.post(f"/t/{tenant.slug}/notices/{mine}/opening")
    assert answer.status_code == 302 and answer.location.endswith(f"/t/{tenant.slug}/meetings/")
    assert "没有未读通知" in browser.get(f"/t/{tenant.slug}/notices/").text


def test_a_place_that_a_later_version_has_no_more_leaves_the_sentence(engine, tenant, browser):
    me = account_of(browser)
    say(engine, tenant, [me], "meeting:4", place=("nowhere.any_more", {}))
    (mine,) = ids(engine, tenant, me)
    assert "第一次全体会议" in browser.get(f"/t/{tenant.slug}/notices/").text
    assert browser.post(f"/t/{tenant.slug}/notices/{mine}/opening").location.endswith("/notices/")


def test_nobody_reads_what_another_was_told(app, engine, tenant, browser):
    say(engine, tenant, [account_of(browser)], "meeting:5", "只告诉一人的会")
    (theirs,) = ids(engine, tenant, account_of(browser))
    other = signed_in(app, engine, tenant, "OS")
    assert "只告诉一人的会" not in other.get(f"/t/{tenant.slug}/notices/").text
    assert other.post(f"/t/{tenant.slug}/notices/{theirs}/reading").status_code == 404
    assert browser.post(f"/t/{tenant.slug}/notices/{theirs}/reading").status_code == 302


def test_who_may_no_longer_read_a_matter_is_not_shown_what_was_told_of_it(app, engine, tenant):
    browser = signed_in(app, engine, tenant, "OS", "OB")
    me = account_of(browser)
    say(engine, tenant, [me], "meeting:6", "后来看不到的会")
    assert "后来看不到的会" in browser.get(f"/t/{tenant.slug}/notices/").text
    with acting_for(engine, tenant.id) as session, session.begin():
        ended = update(SeatGrant).where(SeatGrant.account_id == me).values(role="GV")
        session.execute(ended)  # a reader of reports, not of meetings
    text = browser.get(f"/t/{tenant.slug}/notices/").text
    assert "后来看不到的会" not in text and "没有未读通知" in text


def test_all_that_was_seen_is_read_and_what_came_since_is_not(engine, tenant, browser):
    me, home = account_of(browser), f"/t/{tenant.slug}/notices/"
    say(engine, tenant, [me], "meeting:7")
    seen = datetime.now(UTC).isoformat()
    say(engine, tenant, [me], "meeting:8", "刚刚来的会")
    assert browser.post(f"{home}reading", data={"seen": seen}).status_code == 302
    text = browser.get(home).text
    assert "1 条通知已标为已读" in text and "未读 1 条" in text and "刚刚来的会" in text
    assert browser.post(f"{home}reading", data={"seen": "昨天"}).status_code == 404


def test_the_list_leaves_as_a_file(engine, tenant, browser):
    say(engine, tenant, [account_of(browser)], "meeting:9", "=会议")
    found = browser.get(f"/t/{tenant.slug}/notices/?format=xlsx")
    rows = list(load_workbook(BytesIO(found.data)).worksheets[0].iter_rows(values_only=True))
    assert any("“=会议”" in str(row) for row in rows)


def test_the_home_page_says_first_how_many_are_unread(engine, tenant, browser):
    assert "未读通知</span>" not in browser.get(f"/t/{tenant.slug}/").text
    say(engine, tenant, [account_of(browser)], "meeting:10")
    text = browser.get(f"/t/{tenant.slug}/").text
    piles = text[text.index("lx-waiting") :]
    assert piles.index("未读通知") < 200


def test_programs_read_and_mark_them(app, engine, tenant):
    token = a_token(engine, tenant, "OS")
    client, home = app.test_client(), f"/api/v1/t/{tenant.slug}/notices"
    with acting_for(engine, tenant.id) as session:
        me = session.scalars(select(SeatGrant.account_id).order_by(SeatGrant.id.desc())).first()
    assert me
    for number in (1, 2):
        say(engine, tenant, [me], f"meeting:{number}")
    found = client.get(f"{home}?per_page=1", headers=bearing(token)).json
    assert (found["total"], found["unread"], len(found["items"])) == (2, 2, 1)
    item = found["items"][0]
    assert item["sentence"] == "3月9日召开“第一次全体会议”，请填写回执。" and item["read_at"] is None
    english = client.get(home, headers=bearing(token, Accept_Language="en")).json["items"][0]
    assert english["sentence"].startswith("“第一次全体会议” is called")
    assert english["place"] == f"/t/{tenant.slug}/meetings/"
    read = client.post(f"{home}/{item['id']}/reading", headers=bearing(token))
    assert read.status_code == 201 and read.json["read_at"]
    assert client.get(f"{home}?state=unread", headers=bearing(token)).json["total"] == 1
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    marked = client.post(f"{home}/reading", json={"seen": later}, headers=bearing(token))
    assert (marked.status_code, marked.json) == (201, {"read": 1})
    assert client.post(f"{home}/reading", json={"seen": "x"}, headers=bearing(token)).status_code == 422

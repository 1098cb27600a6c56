"""Somebody's calendar by its secret address: what it shows, to whom, and that a wrong address is none."""

import re

import pytest
from sqlalchemy import select

from service.accounts.models import Account, SeatGrant
from service.accounts.passwords import token_hash
from service.charter.opening import furnish
from service.invitations.commands import NoticeText
from service.invitations.models import CalendarFeed
from service.kit.web import today
from service.meetings.convening import cancel
from tenants.db import acting_for
from tests.factories import a_tenant, a_token, bearing, signed_in
from tests.invitations.conference import moved, noticed, planned, tell, two_experts
from tests.invitations.reading import parsed


def subscribed(client, home):
    """The path of a new address of this reader's."""
    page = client.post(f"/t/{home.slug}/meetings/calendar/")
    assert page.status_code == 201
    found = re.search(r'value="http://[^/"]+(/t/[^"]+\.ics)"', page.text)
    assert found
    return found[1]


def shown(client, path):
    """The meetings in that calendar by id, read by a parser that did not write it."""
    answer = client.get(path)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return {event.uid.value: event for event in parsed(answer.data).contents.get("vevent", [])}


@pytest.fixture
def liaison(app, engine, home, table):
    return signed_in(app, engine, home, "LI", unit=table[0].id)


@pytest.fixture
def reader(app):
    """A calendar program: it has no session."""
    return app.test_client()


def test_a_feed_shows_what_was_told_and_follows_change_and_cancellation(liaison, reader, home, seat):
    row, draft = noticed(seat), planned(seat)
    path = subscribed(liaison, home)
    first = shown(reader, path)[str(row.id)]
    assert first.sequence.value == "1" and first.location.value == row.place
    assert str(draft.id) not in shown(reader, path), "a draft sends nothing"
    moved(seat, row, place="二楼")
    assert shown(reader, path)[str(row.id)].location.value == "省人社厅301会议室", "nobody was told yet"
    tell(seat, row)
    second = shown(reader, path)[str(row.id)]
    assert (second.sequence.value, second.location.value) == ("2", "二楼")
    cancel(seat, row.id, reason="另行安排", on=today())
    tell(seat, row)
    last = shown(reader, path)[str(row.id)]
    assert (last.sequence.value, last.status.value) == ("3", "CANCELLED")


def test_a_unit_sees_the_meetings_that_call_it_and_the_office_all(app, engine, home, reader, seat, table):
    liaison = signed_in(app, engine, home, "LI", unit=table[2].id)
    mine, theirs = (
        noticed(seat, kind="special", basis="annual_plan", basis_text="计划", units=[unit.id]) for unit in table[2:4]
    )
    unit, office = subscribed(liaison, home), subscribed(signed_in(app, engine, home, "OS"), home)
    assert str(mine.id) in shown(reader, unit) and str(theirs.id) not in shown(reader, unit)
    assert {str(mine.id), str(theirs.id)} <= set(shown(reader, office))
    moved(seat, mine, basis="annual_plan", basis_text="计划", units=[table[3].id])
    tell(seat, mine)
    assert shown(reader, unit)[str(mine.id)].status.value == "CANCELLED", "it is called no more"
    assert shown(reader, office)[str(mine.id)].status.value == "CONFIRMED"


def test_a_later_notice_that_leaves_a_unit_out_takes_the_meeting_out_of_nobodys_calendar(
    app, engine, home, reader, seat, table
):
    row = planned(seat, kind="special", basis="annual_plan", basis_text="计划", units=[table[2].id])
    wang, li = two_experts(seat, row, unit_id=table[5].id)
    mine = subscribed(signed_in(app, engine, home, "LI", unit=table[2].id), home)
    his = subscribed(signed_in(app, engine, home, "LI", unit=table[5].id), home)
    tell(seat, row, NoticeText(reason="议程随后印发", told=[]))
    assert str(row.id) in shown(reader, mine) and str(row.id) not in shown(reader, his)
    tell(seat, row, NoticeText(told=[wang.id, li.id]))
    assert str(row.id) in shown(reader, mine) and str(row.id) in shown(reader, his)


def told(answer):
    """All that the asker can tell, but for the form's own token and what he asked himself."""
    text = re.sub(r'(name="csrf_token" value=|"X-CSRFToken": )"[^"]+"', r"\1…", answer.get_data(as_text=True))
    return answer.status_code, answer.mimetype, text.replace(answer.request.path, "PATH")


def test_a_wrong_a_foreign_a_renewed_and_an_ended_address_are_answered_alike(app, engine, home, liaison, reader):
    other = a_tenant(engine, furnish=furnish)
    first = subscribed(liaison, home)
    second = subscribed(liaison, home)
    assert reader.get(second).status_code == 200
    wrong = told(reader.get(f"/t/{home.slug}/calendar/never-given-out.ics"))
    assert wrong[0] == 404
    assert told(reader.get(second.replace(f"/t/{home.slug}/", f"/t/{other.slug}/"))) == wrong
    assert told(reader.get(second.replace(f"/t/{home.slug}/", "/t/no-such-place/"))) == wrong
    assert told(reader.get(first)) == wrong, "renewed: the older one is void"
    assert "没有订阅地址" in liaison.post(f"/t/{home.slug}/meetings/calendar/ending", follow_redirects=True).text
    assert told(reader.get(second)) == wrong


def test_the_address_is_void_with_the_password_and_with_the_last_seat(app, engine, home, liaison, reader):
    for void in (_new_password, _unseated):
        client = signed_in(app, engine, home, "OS")
        path = subscribed(client, home)
        assert reader.get(path).status_code == 200
        with client.session_transaction() as session:
            account_id = session["_user_id"].partition(".")[0]
        with acting_for(engine, home.id) as session, session.begin():
            void(session, account_id)
        assert reader.get(path).status_code == 404


def _new_password(session, account_id):
    session.get(Account, account_id).set_password("x")


def _unseated(session, account_id):
    for row in session.query(SeatGrant).filter(SeatGrant.account_id == account_id):
        row.end(today())


def test_the_secret_is_kept_as_a_hash_and_shown_once(engine, liaison, home):
    token = subscribed(liaison, home).rsplit("/", 1)[1].removesuffix(".ics")
    assert token not in liaison.get(f"/t/{home.slug}/meetings/calendar/").text
    with acting_for(engine, home.id) as session:
        kept = session.scalars(select(CalendarFeed.token_hash)).all()
    assert token_hash(token) in kept and token not in kept


def test_too_many_questions_are_turned_away(app, reader, home):
    app.config["CALENDAR_RATE"] = "3 per minute"
    try:
        codes = [reader.get(f"/t/{home.slug}/calendar/x.ics").status_code for _ in range(5)]
    finally:
        del app.config["CALENDAR_RATE"]
    assert codes[-1] == 429 and 404 in codes


def test_a_program_makes_and_ends_the_address(client, engine, home, reader, table):
    api = f"/api/v1/t/{home.slug}/meetings/calendar"
    mine = bearing(a_token(engine, home, "LI", unit=table[0].id), **{"Idempotency-Key": "k"})
    assert client.get(api, headers=mine).json["made_at"] is None
    url = client.post(api, headers=mine).json["url"]
    assert client.post(api, headers=mine).json["url"] is None, "shown once"
    path = url.partition("localhost")[2]
    assert reader.get(path).status_code == 200
    assert client.post(f"{api}/ending", headers=mine).json["made_at"] is None
    assert reader.get(path).status_code == 404
    assistant = bearing(a_token(engine, home, "AS"))
    assert client.post(api, headers=assistant).status_code == 403

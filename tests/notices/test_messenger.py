"""The place's messenger, by a real HTTPS server: signed, once said for all, tried again, and nowhere it must not go."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

import pytest
from sqlalchemy import select

from service.charter.opening import furnish
from service.notices.hooking import drop_messenger, set_messenger
from service.notices.models import Letter, Messenger
from service.notices.rules import SHANGHAI
from tenants import ledger
from tenants.db import acting_for
from tenants.errors import Forbidden, Refused
from tests.factories import a_seat, a_tenant, an_account
from tests.notices.post import TLS, a_robot, do_all, not_sent, waiting
from tests.notices.telling import say

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
KINDS = ["meeting_called", "meeting_cancelled"]


@pytest.fixture(scope="module")
def robots():
    with a_robot() as robot:
        yield robot


@pytest.fixture
def robot(robots, monkeypatch):
    robots.got.clear()
    monkeypatch.setenv("LIANXI_URL", "https://lianxi.example.gov.cn")
    monkeypatch.setenv("LIANXI_WEBHOOK_PRIVATE", "localhost")
    monkeypatch.setenv("LIANXI_WEBHOOK_CA", str(TLS / "certificate.pem"))
    return robots


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def people(engine, tenant):
    return [an_account(engine, tenant, "OS").id for _ in range(3)]


@pytest.fixture
def seat(engine, tenant, robot):
    seat = a_seat(engine, tenant, "OD")
    set_messenger(seat, url=robot.url, kinds=KINDS, now=NOW)
    return seat


def test_what_several_were_told_is_said_once_and_signed(engine, tenant, robot, seat, people):
    say(engine, tenant, people, "a", "第一次会议")
    say(engine, tenant, people[:1], "b", "第二次会议")
    say(engine, tenant, people, "c", kind="meeting_changed", params={"meeting": "没有选的一类"})
    do_all(engine, tenant)
    ((headers, body),), (said,) = robot.got, robot.bodies
    assert said["msgtype"] == "text" and said["count"] == 2 and said["tenant"] == tenant.slug
    assert [line["sentence"] for line in said["notices"]] == [
        "3月9日召开“第一次会议”，请填写回执。",
        "3月9日召开“第二次会议”，请填写回执。",
    ]
    assert said["text"]["content"].startswith(f"【{tenant.name}】") and "没有选的一类" not in body.decode()
    secret = seat.session.scalars(select(Messenger.secret)).one().encode()
    signed = f"{headers['X-Lianxi-Timestamp']}.".encode() + body
    assert headers["X-Lianxi-Signature"] == "sha256=" + hmac.new(secret, signed, hashlib.sha256).hexdigest()
    do_all(engine, tenant)
    assert len(robot.got) == 1


@pytest.mark.parametrize("answer", [(500, {}), (302, {}), (200, {"errcode": 93000})])
def test_what_is_not_taken_is_sent_again_under_the_same_id_and_followed_nowhere(
    engine, tenant, robot, seat, people, answer
):
    robot.answers[:] = [answer]
    say(engine, tenant, people, "a")
    do_all(engine, tenant, tries=2)
    first, again = robot.got
    assert first[0]["X-Lianxi-Delivery"] == again[0]["X-Lianxi-Delivery"] and first[1] == again[1]
    assert waiting(engine, tenant) == []


def test_a_message_that_may_have_gone_goes_again(engine, tenant, robot, seat, people):
    say(engine, tenant, people, "a")
    do_all(engine, tenant)
    not_sent(engine, tenant, Letter)
    do_all(engine, tenant)
    assert len({headers["X-Lianxi-Delivery"] for headers, _body in robot.got}) == 1 and len(robot.got) == 2


def test_a_burst_is_cut_to_what_a_robot_shows(engine, tenant, robot, seat, people):
    for number in range(25):
        say(engine, tenant, people, f"n{number}", f"第{number}次会议")
    do_all(engine, tenant)
    (said,) = robot.bodies
    assert said["count"] == 25 and len(said["notices"]) == 20 and "……共25条。" in said["text"]["content"]


def test_a_host_in_our_own_network_is_not_reached_unless_the_operator_names_it(
    engine, tenant, robot, seat, people, monkeypatch
):
    monkeypatch.delenv("LIANXI_WEBHOOK_PRIVATE")
    say(engine, tenant, people, "a")
    do_all(engine, tenant)
    assert robot.got == []
    with acting_for(engine, tenant.id) as session:
        error = session.scalars(select(ledger.Job.error).where(ledger.Job.error.is_not(None))).one()
        assert error and "LIANXI_WEBHOOK_PRIVATE" in error


def test_a_certificate_that_nobody_vouches_for_is_not_believed(engine, tenant, robot, seat, people, monkeypatch):
    monkeypatch.delenv("LIANXI_WEBHOOK_CA")
    say(engine, tenant, people, "a")
    do_all(engine, tenant)
    assert robot.got == [] and waiting(engine, tenant) == [("notices.send", "waiting")]


def test_the_office_sets_it_and_a_new_address_has_a_new_secret(engine, tenant, robot, seat, people):
    first = seat.session.scalars(select(Messenger.secret)).one()
    set_messenger(seat, url=robot.url, kinds=KINDS[:1], now=NOW)
    assert seat.session.scalars(select(Messenger.secret)).one() == first
    set_messenger(seat, url=f"{robot.url}2", kinds=KINDS[:1], now=NOW)
    assert seat.session.scalars(select(Messenger.secret)).one() != first
    with pytest.raises(Refused, match="https"):
        set_messenger(seat, url="http://localhost/", kinds=KINDS, now=NOW)
    with pytest.raises(Refused, match="至少选择一类"):
        set_messenger(seat, url=robot.url, kinds=["no_such_kind"], now=NOW)
    with pytest.raises(Forbidden):
        set_messenger(a_seat(engine, tenant, "LI"), url=robot.url, kinds=KINDS, now=NOW)
    say(engine, tenant, people, "a")
    drop_messenger(seat)
    do_all(engine, tenant)
    assert robot.got == []

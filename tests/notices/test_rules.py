"""When letters go, what an address and an absence are, and where a message may go."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.outward import SettingsError, read_outward
from service.notices.rules import (
    AT_ONCE,
    BURST,
    DAILY,
    SHANGHAI,
    Quiet,
    after_quiet,
    check_absence,
    checked_address,
    checked_quiet,
    checked_url,
    letter_at,
    may_reach,
)
from tenants.errors import Refused

NIGHT, NOON = Quiet(time(22), time(7)), Quiet(time(12), time(14))
ON = date(2026, 3, 2)


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_quiet_hours_put_a_letter_off_to_their_end():
    assert after_quiet(at(11, 59), NOON) == at(11, 59) and after_quiet(at(14), NOON) == at(14)
    assert after_quiet(at(12), NOON) == after_quiet(at(13, 59), NOON) == at(14)
    assert after_quiet(at(23), NIGHT) == at(7, day=3) and after_quiet(at(6, 59), NIGHT) == at(7)
    assert after_quiet(at(3), None) == at(3)


@given(st.times(), st.times(), st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)))
def test_nothing_is_sent_in_quiet_hours_and_nothing_waits_longer_than_a_day(begins, ends, moment):
    quiet, moment = Quiet(begins, ends), moment.replace(tzinfo=UTC)
    sent = after_quiet(moment, quiet)
    assert moment <= sent <= moment + timedelta(days=1)
    assert not quiet.holds(sent.astimezone(SHANGHAI).time()) or begins == ends


def test_a_burst_is_one_letter_and_a_digest_goes_at_its_time():
    assert letter_at(AT_ONCE, at(9), time(8, 30), None) == at(9) + BURST
    assert letter_at(DAILY, at(9), time(8, 30), None) == at(8, 30, day=3)
    assert letter_at(DAILY, at(9), time(6), NIGHT) == at(7, day=3)


def test_half_a_quiet_time_is_refused():
    assert checked_quiet(None, None) is None and checked_quiet(time(22), time(7)) == NIGHT
    for begins, ends in ((time(22), None), (None, time(7)), (time(7), time(7))):
        with pytest.raises(Refused, match="免打扰"):
            checked_quiet(begins, ends)


@pytest.mark.parametrize(
    "text", ["", "zhang", "zhang@", "a@b", "a b@c.cn", "a@c.cn\nBcc: x@y.cn", "张@c.cn", "a@-c.cn"]
)
def test_what_is_no_address_is_refused(text):
    assert checked_address(" zhang.san@rst.example.gov.cn ") == "zhang.san@rst.example.gov.cn"
    with pytest.raises(Refused) as refusal:
        checked_address(text)
    assert refusal.value.field == "address"


def test_an_absence_has_an_end_and_is_not_over():
    check_absence(ON, ON, ON)
    for first, last in ((ON, ON - timedelta(days=1)), (date(2026, 1, 1), date(2026, 3, 1)), (ON, date(2027, 3, 3))):
        with pytest.raises(Refused):
            check_absence(first, last, ON)


@pytest.mark.parametrize(
    "url",
    ["http://im.example.cn/x", "https://", "https://u:p@im.example.cn/", "ftp://a.cn", "https://a.cn:99999/", "https://a.cn/ b",
     "https://a.cn:0/", "//a.cn", "https://[bad/", "https://a.cn/\\evil"],
)  # fmt: skip
def test_a_messenger_is_an_address_by_https_and_no_other(url):
    assert checked_url(" https://im.example.cn:8443/robot?key=1 ") == "https://im.example.cn:8443/robot?key=1"
    with pytest.raises(Refused) as refusal:
        checked_url(url)
    assert refusal.value.field == "url"


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_only_public_addresses_are_reached_unless_the_operator_names_the_host(address):
    assert may_reach("im.example.cn", ["8.8.8.8"], ())
    assert not may_reach("im.example.cn", [address], ())
    assert not may_reach("im.example.cn", ["8.8.8.8", address], ())
    assert may_reach("IM.example.cn", [address], ("im.example.cn",))
    assert not may_reach("im.example.cn", [], ())


def test_the_environment_says_what_may_be_sent_or_is_refused():
    full = {
        "LIANXI_SMTP": "smtps://a%40b:p@mail.cn",
        "LIANXI_MAIL_FROM": "lx@gov.cn",
        "LIANXI_URL": "https://lx.gov.cn/",
    }
    found = read_outward(full)
    assert found.smtp and (found.smtp.port, found.smtp.user, found.link("/t/")) == (465, "a@b", "https://lx.gov.cn/t/")
    assert read_outward({}).smtp is None
    for name, wrong in (("LIANXI_SMTP", "mail.cn"), ("LIANXI_MAIL_FROM", ""), ("LIANXI_URL", ""), ("LIANXI_URL", "x")):
        with pytest.raises(SettingsError, match=r"LIANXI_"):
            read_outward(full | {name: wrong})

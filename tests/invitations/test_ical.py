"""What calendars are sent is read by a parser that did not write it, and line by line."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.invitations.ical import Guest, Host, Occasion, feed, invitation
from tests.invitations.reading import parsed, unfolded

HOST = Host(UUID(int=7), "省发展家庭服务业联席会议")
GUESTS = (
    Guest(UUID(int=21), "张三", True),
    Guest(UUID(int=22), "李四", True, "proxy"),
    Guest(UUID(int=23), '省家协; 王五, "专家"', False),
)
NAME = "关于研究促进家庭服务业提质扩容政策措施、部署下半年重点任务的2026年第二次全体会议，请各成员单位按时参加"


def a_meeting(**changes):
    given = {
        "id": UUID(int=1),
        "sequence": 1,
        "stamp": datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
        "title": NAME,
        "on": date(2026, 3, 12),
        "begins": time(9, 30),
        "ends": time(11, 0),
        "place": "省人力资源社会保障厅1号楼\\301会议室；东门",
        "text": "议程：\n1. 学习；2. 部署, 讨论",
        "guests": GUESTS,
    }
    return Occasion(**(given | changes))


def test_an_invitation_says_when_where_and_who():
    calendar = parsed(invitation(HOST, a_meeting()))
    event = calendar.vevent
    assert calendar.method.value == "REQUEST" and calendar.vtimezone.tzid.value == "Asia/Shanghai"
    assert event.uid.value == str(UUID(int=1)) and event.sequence.value == "1"
    assert event.summary.value == NAME
    assert event.location.value == a_meeting().place and event.description.value == a_meeting().text
    assert event.dtstart.value.utcoffset() == timedelta(hours=8)
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 3, 12, 1, 30, tzinfo=UTC)
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=90)
    assert event.organizer.params["CN"] == [HOST.name]
    said = [(guest.params["ROLE"][0], guest.params["PARTSTAT"][0]) for guest in event.attendee_list]
    assert said == [
        ("REQ-PARTICIPANT", "NEEDS-ACTION"),
        ("REQ-PARTICIPANT", "DELEGATED"),
        ("NON-PARTICIPANT", "NEEDS-ACTION"),
    ]


def test_a_change_keeps_the_uid_and_raises_the_sequence():
    first, second = (parsed(invitation(HOST, a_meeting(sequence=n, place=f"{n}楼"))).vevent for n in (1, 2))
    assert first.uid.value == second.uid.value
    assert (first.sequence.value, second.sequence.value) == ("1", "2")


def test_a_cancellation_names_the_same_meeting_and_its_method():
    calendar = parsed(invitation(HOST, a_meeting(sequence=3, cancelled=True)))
    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert calendar.vevent.sequence.value == "3"


def test_a_feed_publishes_every_meeting_and_names_no_guest():
    two = [a_meeting(), a_meeting(id=UUID(int=2), cancelled=True, begins=None, ends=None)]
    calendar = parsed(feed(HOST, "张三的会议", two))
    assert calendar.method.value == "PUBLISH" and calendar.x_wr_calname.value == "张三的会议"
    first, second = calendar.vevent_list
    assert second.status.value == "CANCELLED" and second.dtstart.value == date(2026, 3, 12)
    assert "attendee" not in first.contents
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in unfolded(feed(HOST, "x", []))


def test_long_chinese_lines_are_folded_at_75_octets_between_characters():
    body = invitation(HOST, a_meeting())
    assert sum(line.startswith(b" ") for line in body.split(b"\r\n")) > 3
    assert f"SUMMARY:{NAME}" in unfolded(body)
    with pytest.raises(UnicodeDecodeError):
        unfolded("SUMMARY:会".encode()[:-1] + b"\r\n")
    with pytest.raises(AssertionError):
        unfolded(b"SUMMARY:" + b"x" * 80 + b"\r\n")


@given(
    title=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=80),
    text=st.text('议程,;\\\n"a：', max_size=200),
)
def test_whatever_is_written_comes_back_as_it_was(title, text):
    event = parsed(invitation(HOST, a_meeting(title=title, text=text))).vevent
    assert event.summary.value == title
    if text:
        assert event.description.value == text


def test_control_characters_never_reach_a_calendar():
    sent = invitation(HOST, a_meeting(title="全体\x07会议", place="三\x0b楼", text="一\n二\x1f")).decode()
    assert not set("\x07\x0b\x1f") & set(sent) and "全体会议" in sent and "三楼" in sent

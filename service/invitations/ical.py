"""A meeting as iCalendar (RFC 5545, 5546): an invitation, its update, its cancellation, and a person's feed. Pure.

Times are those of Asia/Shanghai, with its definition inside. Nobody's e-mail is known here: who invites and who is
invited are named by URN, which is a calendar address like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vCalAddress, vText

ZONE = "Asia/Shanghai"
PRODUCT = "-//Lianxi//Lianxi//ZH"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = timedelta(hours=1)  # how often a subscriber is asked to look again
PARTSTAT = {"attends": "ACCEPTED", "proxy": "DELEGATED", "leave": "DECLINED"}


@dataclass(frozen=True)
class Guest:
    """Somebody who is invited; `reply` is attends, proxy, leave or nothing yet."""

    id: UUID
    name: str
    expected: bool
    reply: str | None = None


@dataclass(frozen=True)
class Occasion:
    """A meeting as a calendar knows it. `sequence` counts its changes from 0, `stamp` says when it last changed."""

    id: UUID
    sequence: int
    stamp: datetime
    title: str
    on: date
    begins: time | None = None
    ends: time | None = None
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False
    guests: tuple[Guest, ...] = ()


@dataclass(frozen=True)
class Host:
    """Whose conference it is."""

    id: UUID
    name: str


def invitation(host: Host, occasion: Occasion) -> bytes:
    """The file that puts the meeting into a calendar, changes it there, or takes it out. Source: RFC 5546 3.2.2, 3.2.5."""
    calendar = _calendar(CANCEL if occasion.cancelled else REQUEST)
    event = _event(host, occasion)
    for guest in occasion.guests:
        event.add("attendee", _attendee(guest))
    calendar.add_component(event)
    return calendar.to_ical()


def feed(host: Host, name: str, occasions: Iterable[Occasion]) -> bytes:
    """All of somebody's meetings, to be subscribed to; who else is invited is nobody's business. Source: RFC 5546 3.2.1."""
    calendar = _calendar(PUBLISH)
    for key in ("name", "x-wr-calname"):
        calendar.add(key, name)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for occasion in occasions:
        calendar.add_component(_event(host, occasion))
    return calendar.to_ical()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    for key, value in (("version", "2.0"), ("prodid", PRODUCT), ("calscale", "GREGORIAN"), ("method", method)):
        calendar.add(key, value)
    calendar.add_component(_zone())
    return calendar


def _zone() -> Timezone:
    """China has kept one time since 1992, all that a meeting of ours can need."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1992, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(host: Host, occasion: Occasion) -> Event:
    event = Event()
    event.add("uid", str(occasion.id))
    event.add("sequence", occasion.sequence)
    event.add("dtstamp", occasion.stamp)
    event.add("summary", _plain(occasion.title))
    event.add("status", "CANCELLED" if occasion.cancelled else "CONFIRMED")
    event.add("organizer", _address(host.id, host.name))
    _when(event, occasion)
    for key, text in (("location", occasion.place), ("description", occasion.text), ("url", occasion.url)):
        if text:
            event.add(key, _plain(text))
    return event


def _plain(text: str) -> str:
    """Without the control characters that RFC 5545 does not allow; line ends stay."""
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter != "\x7f"))


def _when(event: Event, occasion: Occasion) -> None:
    """From when to when; without an hour the whole day."""
    if occasion.begins is None:
        event.add("dtstart", occasion.on)
        return
    event.add("dtstart", _moment(occasion.on, occasion.begins))
    if occasion.ends is not None:
        event.add("dtend", _moment(occasion.on, occasion.ends))


def _moment(on: date, at: time) -> datetime:
    return datetime.combine(on, at, ZoneInfo(ZONE))


def _attendee(guest: Guest) -> vCalAddress:
    address = _address(guest.id, guest.name)
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT" if guest.expected else "NON-PARTICIPANT")
    address.params["PARTSTAT"] = vText(PARTSTAT.get(guest.reply or "", "NEEDS-ACTION"))
    if guest.expected:
        address.params["RSVP"] = vText("TRUE")
    return address


def _address(key: UUID, name: str) -> vCalAddress:
    address = vCalAddress(f"urn:uuid:{key}")
    address.params["CN"] = vText(_plain(name))
    return address

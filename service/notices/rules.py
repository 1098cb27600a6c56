"""When and how a person is written to, what a deputy is, and where a message may go. Pure. Source: issue 5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tenants.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT_ONCE, DAILY, NEVER = "at_once", "daily", "never"
WAYS = (AT_ONCE, DAILY, NEVER)
BURST = timedelta(minutes=3)  # what happens within it makes one letter
CODE_LASTS, CODE_AGAIN, CODE_TRIES = timedelta(minutes=30), timedelta(minutes=1), 5
LONGEST_ABSENCE = 366  # days
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is written to; over midnight where they end before they begin."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        """Whether it is quiet at that time of day."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def after_quiet(moment: datetime, quiet: Quiet | None) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into."""
    local = moment.astimezone(SHANGHAI)
    if quiet is None or not quiet.holds(local.time()):
        return moment
    end = datetime.combine(local.date(), quiet.ends, SHANGHAI)
    return end if end > local else end + timedelta(days=1)


def next_time(now: datetime, at: time) -> datetime:
    """The next moment at which it is that time in China."""
    local = now.astimezone(SHANGHAI)
    today = datetime.combine(local.date(), at, SHANGHAI)
    return today if today > local else today + timedelta(days=1)


def letter_at(way: str, now: datetime, digest_at: time, quiet: Quiet | None) -> datetime:
    """When the letter goes that a notice of now belongs to."""
    return after_quiet(next_time(now, digest_at) if way == DAILY else now + BURST, quiet)


def checked_address(text: str) -> str:
    """An e-mail address that letters can go to; anything else is refused."""
    address = text.strip()
    if len(address) > 200 or not _ADDRESS.fullmatch(address):
        raise Refused(
            "请填写完整的电子邮箱地址，如 zhangsan@example.gov.cn。", en="Give a whole e-mail address.", field="address"
        )
    return address


def checked_quiet(begins: time | None, ends: time | None) -> Quiet | None:
    """The quiet hours, or none; half of them, or hours without a length, are refused."""
    if begins is None and ends is None:
        return None
    if begins is None or ends is None or begins == ends:
        raise Refused(
            "免打扰时段须同时填写起止时刻，且不能相同；不需要的请都留空。",
            en="Quiet hours have a beginning and another end; leave both empty for none.",
            field="quiet_to" if begins is not None else "quiet_from",
        )
    return Quiet(begins, ends)


def check_absence(first: date, last: date, on: date) -> None:
    """The days of an absence, or a refusal."""
    if last < first:
        raise Refused("截止日不能早于起始日。", en="It ends before it begins.", field="to_date")
    if last < on:
        raise Refused("截止日不能早于今天。", en="It is over already.", field="to_date")
    if (last - first).days >= LONGEST_ABSENCE:
        raise Refused(f"一次最长{LONGEST_ABSENCE}天。", en=f"At most {LONGEST_ABSENCE} days.", field="to_date")


def checked_url(text: str) -> str:
    """The address of a messenger: https and nothing hidden in it; anything else is refused."""
    url = text.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    whole = parts.scheme == "https" and parts.hostname and not parts.username and port != 0 and url.isprintable()
    if not whole or len(url) > 500 or " " in url or "\\" in url:
        raise Refused(
            "推送地址须为完整的 https:// 地址，不含用户名和口令。",
            en="The address is https, whole, and without a user or password.",
            field="url",
        )
    return url


def may_reach(host: str, addresses: list[str], private_hosts: tuple[str, ...]) -> bool:
    """Whether all that the name stands for is public, or the operator allows this host to be otherwise."""
    return host.lower() in private_hosts or (bool(addresses) and all(map(_public, addresses)))


def _public(address: str) -> bool:
    found = ip_address(address)
    return found.is_global and not found.is_multicast

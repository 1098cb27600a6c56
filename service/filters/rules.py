"""Filters that somebody keeps, without a database: which lists they are of, what of an address is a filter."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from tenants.errors import Conflict, Refused

LISTS = ("tasks",)  # rooms whose `index` is the list; their names are in the wording group `saved_list`
OF_THE_MOMENT = frozenset({"page", "per_page", "format", "month"})
LONGEST_NAME, LONGEST_QUERY, MOST = 30, 1000, 30


def checked_name(name: str) -> str:
    """The name without the blanks around it, or it is refused."""
    text = " ".join(name.split())
    if not 1 <= len(text) <= LONGEST_NAME:
        raise Refused(
            f"请给筛选起一个名称，不超过{LONGEST_NAME}个字。",
            en=f"Name the filter, in at most {LONGEST_NAME} characters.",
            field="name",
        )
    return text


def kept(query: str) -> str:
    """What of a list's address is worth keeping: the filters, the search and the order; refused where there is none."""
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=50) if query.count("&") < 50 else []
    text = urlencode([(name, value) for name, value in pairs if name not in OF_THE_MOMENT])
    if not text or len(text) > LONGEST_QUERY:
        raise Refused("请先选好条件再保存。", en="Choose filters first, then keep them.", field="name")
    return text


def check_room(count: int) -> None:
    """Nothing, or there are enough of them."""
    if count >= MOST:
        raise Conflict(
            f"每个列表最多保存{MOST}个筛选，请先删去不用的。", en=f"At most {MOST} a list; remove some first."
        )

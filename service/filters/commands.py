"""Writing: a filter is kept under a name, renamed, removed."""

from __future__ import annotations

from uuid import UUID

from service.filters import rules
from service.filters.models import SavedFilter
from service.filters.queries import of_list, saved_filter
from service.kit.command import command, note
from service.kit.seat import OWN, Seat
from tenants.errors import Missing, Refused


@command(OWN)
def keep(seat: Seat, *, which: str, name: str, query: str) -> SavedFilter:
    """The filter stands beside the list, for this account alone."""
    if seat.account_id is None:
        raise Missing()
    there = of_list(seat, which)
    rules.check_room(len(there))
    row = SavedFilter(account_id=seat.account_id, list=which, name=_free(there, name), query=rules.kept(query))
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"saved_filter:{row.id}", list=which, name=row.name)
    return row


def _free(there: list[SavedFilter], name: str) -> str:
    text = rules.checked_name(name)
    if any(row.name == text for row in there):
        raise Refused(f"已有名为“{text}”的筛选，请换一个名称。", en=f"“{text}” is taken.", field="name")
    return text


@command(OWN)
def rename(seat: Seat, filter_id: UUID, *, name: str) -> SavedFilter:
    """The filter bears that name."""
    row = saved_filter(seat, filter_id)
    before = row.name
    row.name = _free([other for other in of_list(seat, row.list) if other.id != row.id], name)
    note(seat, f"saved_filter:{row.id}", before={"name": before}, after={"name": row.name})
    return row


@command(OWN)
def remove(seat: Seat, filter_id: UUID) -> None:
    """The filter is no more; the list is as it was."""
    row = saved_filter(seat, filter_id)
    seat.session.delete(row)
    note(seat, f"saved_filter:{row.id}", act="remove", name=row.name)

"""The tabs of one meeting: each room that has something to say of it declares its own in `pages.MEETING_TABS`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from service.kit.seat import Seat


@dataclass(frozen=True)
class Tab:
    """A page about the meeting: `endpoint` takes `meeting_id`; seen by who may read `operation`."""

    order: int
    label: str  # in Chinese; looked up for the reader
    endpoint: str
    operation: str
    states: tuple[str, ...] = ()  # only while the meeting is in one of these; none named: always


def install(app: Flask, tabs: Iterable[Tab]) -> None:
    """The app's meetings have these tabs."""
    app.extensions["meeting_tabs"] = sorted(tabs, key=lambda tab: tab.order)


def tabs_for(app: Flask, seat: Seat, state: str) -> list[Tab]:
    """The tabs of a meeting in that state that the seat may open."""
    every: list[Tab] = app.extensions["meeting_tabs"]
    return [tab for tab in every if seat.may_read(tab.operation) and (not tab.states or state in tab.states)]

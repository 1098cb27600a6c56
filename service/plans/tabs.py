"""The tabs of one plan: each room that has something to say of it declares its own in `pages.PLAN_TABS`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from service.kit.seat import Seat


@dataclass(frozen=True)
class PlanTab:
    """A page about the plan: `endpoint` takes `plan_id`; seen by who may read `operation`, of plans of these kinds."""

    order: int
    label: str  # in Chinese; looked up for the reader
    endpoint: str
    operation: str
    kinds: tuple[str, ...] = ()  # none named: of every kind


def install(app: Flask, tabs: Iterable[PlanTab]) -> None:
    """The app's plans have these tabs."""
    app.extensions["plan_tabs"] = sorted(tabs, key=lambda tab: tab.order)


def tabs_for(app: Flask, seat: Seat, kind: str) -> list[PlanTab]:
    """The tabs of a plan of that kind that the seat may open."""
    every: list[PlanTab] = app.extensions["plan_tabs"]
    return [tab for tab in every if seat.may_read(tab.operation) and (not tab.kinds or kind in tab.kinds)]

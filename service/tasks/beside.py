"""What rooms above lay beside a task on its page: each declares its own in `pages.TASK_PANELS`.

A room above knows tasks, tasks know no room above: its panel is asked for the task and answers what is to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from flask import Flask
from markupsafe import Markup

from service.kit.seat import Seat
from service.tasks.models import Task


@dataclass(frozen=True)
class Panel:
    """`draw` answers the panel's markup, empty where there is nothing to say; seen by who may read `operation`."""

    order: int
    operation: str
    draw: Callable[[Seat, Task, date], Markup | str]


def install(app: Flask, panels: Iterable[Panel]) -> None:
    """The app's tasks have these panels."""
    app.extensions["task_panels"] = sorted(panels, key=lambda panel: panel.order)


def panels_for(app: Flask, seat: Seat, row: Task, on: date) -> list[Markup | str]:
    """What is laid beside the task for this seat, in order."""
    every: list[Panel] = app.extensions["task_panels"]
    return [drawn for panel in every if seat.may_read(panel.operation) and (drawn := panel.draw(seat, row, on))]

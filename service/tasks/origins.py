"""Where tasks came from: a room above that makes or carries tasks declares whose they are in `pages.TASK_ORIGINS`.

A room above knows tasks, tasks know no room above (as with the panels of beside.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import ColumnElement, Select, and_, false, true

from service.tasks.models import Task

# Their names are in the wording group `task_origin`; by hand is what no room claims.
BY_HAND = "hand"
ORIGINS = ("dispatched", "measures", "table", BY_HAND)


@dataclass(frozen=True)
class Origin:
    """`tasks` are the ids of the tasks that came that way."""

    key: str
    tasks: Select[UUID] | Select[UUID | None]


def install(app: Flask, origins: Iterable[Origin]) -> None:
    """The app's tasks may have come from there."""
    app.extensions["task_origins"] = {origin.key: origin.tasks for origin in origins}


def known(app: Flask) -> list[str]:
    """The origins that a filter can offer, in order."""
    return [key for key in ORIGINS if key == BY_HAND or key in _declared(app)]


def came_by(app: Flask, key: str) -> ColumnElement[bool]:
    """The tasks of that origin; all of them where none is named."""
    declared = _declared(app)
    if not key:
        return true()
    if key == BY_HAND:
        return and_(true(), *(Task.id.not_in(tasks) for tasks in declared.values()))
    return Task.id.in_(declared[key]) if key in declared else false()


def _declared(app: Flask) -> dict[str, Any]:
    return app.extensions["task_origins"]

"""Worlds to owe in: rules of the provincial template, changed where a test asks."""

from __future__ import annotations

from datetime import date
from typing import Any

from config.catalogue import charter_template
from service.obligations.world import Member, Version, World

OPENED = date(2026, 1, 1)
LONG_AGO = date(2019, 1, 1)


def rules(**changes: Any) -> dict[str, Any]:
    """The working rules of the province, and these instead."""
    given = {rule.key: rule.value for rule in charter_template("province").rules}
    assert set(changes) <= set(given), set(changes) - set(given)
    return given | changes


ABOVE = [Version(date.min, rules())]  # the place above has told nothing else than what is usual


def member(name: str = "a", joined_on: date = LONG_AGO, left_on: date | None = None) -> Member:
    """A unit that has had a liaison since it joined."""
    return Member(name, joined_on, left_on, [(joined_on, None)])


def a_world(*changes: dict[str, Any], **more: Any) -> World:
    """One version with these rules since long ago; more versions carry `since`."""
    versions = [Version(change.pop("since", LONG_AGO), rules(**change)) for change in map(dict, changes or ({},))]
    given: dict[str, Any] = {"opened_on": OPENED, "versions": versions, "members": [member()]}
    return World(**given | more)

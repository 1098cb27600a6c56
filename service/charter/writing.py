"""A text as a program or a file writes it: what one decides, over what nobody types. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from service.charter.rules import Holding, Post
from service.charter.text import CharterText, DutyEntry, UnitEntry

Words = Mapping[str, Any]


def written(before: CharterText, words: Words) -> CharterText:
    """The words over what is not written: the clauses as copied, and since when each unit sits."""
    since = {unit.key: unit.joined_on for unit in before.units}
    units = [UnitEntry(**(row | {"joined_on": since.get(row["key"])})) for row in words["units"]]
    rest = [post for post in before.posts if not (post.unit or post.organ)]
    conveners = sum(post["role"] == "convener" for post in words["posts"])
    return replace(
        before,
        conference_name=words["conference_name"],
        leads=tuple(words["leads"]),
        office_host=words["office_host"],
        units=tuple(unit if unit.key else keyed(unit) for unit in units),
        duties=tuple(duty_of(row) for row in words["duties"]),
        posts=(*(Post(**row) for row in words["posts"]), *rest),
        rules={**before.rules, **words["rules"], "convener_count": conveners},
    )


def body_of(text: CharterText) -> dict[str, Any]:
    """What a tenant decides, as it is sent to be read and written whole."""
    row = text.as_json()
    return {field: row[field] for field in ("conference_name", "leads", "office_host", "duties", "rules")} | {
        "units": [{field: unit[field] for field in ("key", "name", "category", "source")} for unit in row["units"]],
        "posts": [{field: getattr(post, field) for field in _POST} for post in text.own_posts],
    }


_POST = ("role", "name", "unit", "organ", "rank")


def keyed(unit: UnitEntry) -> UnitEntry:
    """The unit with a key that no other has."""
    return replace(unit, key=f"U{uuid4().hex[:8].upper()}")


def duty_of(row: Words) -> DutyEntry:
    """The duty that the row says, with its holders."""
    words = {field: row[field] for field in ("code", "text", "policy_field", "source")}
    return DutyEntry(
        **words, own_field=row.get("own_field", ""), holders=tuple(Holding(**held) for held in row["holders"])
    )

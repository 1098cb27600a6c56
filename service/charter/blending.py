"""One item of two texts: what counts as a difference, and the value in which both sides' changes live. Pure.

Source: seed 末句, 三; dossier 1.3, 1.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import Any

from service.charter import rules
from service.charter.amending import together
from service.charter.rules import Holding, Post
from service.charter.text import DutyEntry, UnitEntry
from tenants.errors import Refused


class Absent(Enum):
    """The text does not have the item: other than an item that is empty."""

    ABSENT = "absent"

    def __bool__(self) -> bool:
        return False


ABSENT = Absent.ABSENT
CLASH = object()  # both sides changed it, each otherwise


def seen(kind: str, value: Any) -> Any:
    """The value as it is compared: without an order that says nothing, the source, and the day a unit joined."""
    sight = _SIGHTS.get(kind)
    return value if value is ABSENT or sight is None else sight(value)


def _duty_seen(duty: DutyEntry) -> Any:
    return replace(duty, holders=(), source=""), frozenset(duty.holders)


def _posts_seen(posts: Iterable[Post]) -> Any:
    """The conference's own in their order; the liaison's rank follows from a rule."""
    found = [_post_seen(post) for post in posts]
    return [post for post in found if post[0] in rules.POST_ROLES], {post for post in found}


def _post_seen(post: Post) -> tuple[str, ...]:
    words = ("", "") if post.role == "liaison" else (post.name, post.rank)
    return (post.role, post.unit or "", post.organ, *words)


_SIGHTS: dict[str, Callable[[Any], Any]] = {
    "leads": frozenset,
    "unit": lambda unit: replace(unit, joined_on=None, source=""),
    "duty": _duty_seen,
    "posts": _posts_seen,
}


def blended(kind: str, base: Any, own: Any, new: Any) -> Any:
    """The value that keeps what each side changed; ABSENT if there is none, or it is one side's anyway."""
    blend = _BLENDS.get(kind)
    if blend is None or own is ABSENT or new is ABSENT:
        return ABSENT
    value = blend(base, own, new)
    return ABSENT if value is CLASH or seen(kind, value) in (seen(kind, own), seen(kind, new)) else value


def _three(base: Any, own: Any, new: Any) -> Any:
    """What a side changed, where only one did or both did alike."""
    if own == new or new == base:
        return own
    return new if own == base else CLASH


def _leads(base: Any, own: Any, new: Any) -> Any:
    """Whom the template adds leads beside one's own, if that makes no more than two."""
    kept = _listed(base, own, new)
    return tuple(kept) if 1 <= len(kept) <= rules.MOST_LEADS else CLASH


def _listed(base: Any, own: Any, new: Any) -> list[Any]:
    """One's own list with what the template adds, without what it takes away."""
    before = base if isinstance(base, list | tuple) else ()
    gone = [value for value in before if value not in new]
    return [v for v in own if v not in gone] + [v for v in new if v not in before and v not in own]


def _rule(base: Any, own: Any, new: Any) -> Any:
    lists = isinstance(own, list | tuple) and isinstance(new, list | tuple)
    return _listed(base, own, new) if lists else CLASH


def _unit(base: Any, own: UnitEntry, new: UnitEntry) -> Any:
    return _fields(("name", "category"), base, own, new)


def _clause(base: Any, own: Mapping[str, Any], new: Mapping[str, Any]) -> Any:
    before: Mapping[str, Any] = {} if base is ABSENT else base
    found = {key: _three(before.get(key), own.get(key), new.get(key)) for key in {**own, **new}}
    return CLASH if CLASH in found.values() else found


def _fields(names: Iterable[str], base: Any, own: Any, new: Any) -> Any:
    found = {name: _three(getattr(base, name, None), getattr(own, name), getattr(new, name)) for name in names}
    return CLASH if CLASH in found.values() else replace(own, **found)


def _duty(base: Any, own: DutyEntry, new: DutyEntry) -> Any:
    """The words of whoever changed them, and every holder that a side added."""
    words = _fields(("text", "policy_field", "own_field"), base, own, new)
    holders = _holders(() if base is ABSENT else base.holders, own.holders, new.holders)
    if words is CLASH or not _carried(holders):
        return CLASH
    return replace(words, holders=holders)


def _holders(base: Iterable[Holding], own: Iterable[Holding], new: Iterable[Holding]) -> tuple[Holding, ...]:
    """By unit: a holder that one side added stays, one that it took away goes; a clash is decided by one's own."""
    before, here, there = ({holding.unit: holding for holding in side} for side in (base, own, new))
    found = {unit: _three(before.get(unit), here.get(unit), there.get(unit)) for unit in {**here, **there}}
    kept = (here.get(unit) if holding is CLASH else holding for unit, holding in found.items())
    return together(holding for holding in kept if holding is not None)


def _carried(holders: tuple[Holding, ...]) -> bool:
    """Whether these may hold a duty together."""
    try:
        rules.check_holders(holders, {holding.unit for holding in holders})
    except Refused:
        return False
    return True


_BLENDS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "leads": _leads,
    "unit": _unit,
    "duty": _duty,
    "rule": _rule,
    "clause": _clause,
}

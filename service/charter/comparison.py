"""What a charter does differently from the template it was copied from. Nothing is imposed: this only shows.

Source: seed 末句; dossier 1.5 (差异对照表，仅提示不强制).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.catalogue import CharterTemplate

Holdings = frozenset[tuple[str, str]]  # (unit key, grade)


@dataclass(frozen=True)
class Outline:
    """A charter reduced to what can be compared, by keys and codes."""

    conference_name: str
    office_host: str | None
    leads: frozenset[str]
    units: Mapping[str, str]
    duties: Mapping[str, str]
    holdings: Mapping[str, Holdings]
    posts: frozenset[str]
    rules: Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One place where the two differ. `kind` says what: a template value of None means added, an own one removed."""

    kind: str
    key: str
    template: Any
    own: Any


def outline_of(template: CharterTemplate) -> Outline:
    """The template's outline."""
    return Outline(
        conference_name=template.conference_name,
        office_host=template.office_host,
        leads=frozenset(unit.key for unit in template.units if unit.is_lead),
        units={unit.key: unit.name for unit in template.units},
        duties={duty.code: duty.text for duty in template.duties},
        holdings={
            duty.code: frozenset((holder.unit, holder.grade) for holder in duty.holders) for duty in template.duties
        },
        posts=frozenset(f"{post.role}:{post.unit or ''}:{post.name}" for post in template.posts if post.count),
        rules={rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value for rule in template.rules},
    )


def differences(template: Outline, own: Outline) -> list[Difference]:
    """Every difference, in the order of the charter's articles."""
    return list(_differences(template, own))


def _differences(template: Outline, own: Outline) -> Iterator[Difference]:
    yield from _one("conference_name", template.conference_name, own.conference_name)
    yield from _one("leads", sorted(template.leads), sorted(own.leads))
    yield from _one("office_host", template.office_host, own.office_host)
    yield from _each("unit", template.units, own.units)
    yield from _one("posts", sorted(template.posts), sorted(own.posts))
    yield from _each("duty", template.duties, own.duties)
    shared = template.duties.keys() & own.duties.keys()
    yield from _each("holders", _only(template.holdings, shared), _only(own.holdings, shared))
    yield from _each("rule", template.rules, own.rules)


def _one(kind: str, template: Any, own: Any) -> Iterator[Difference]:
    if template != own:
        yield Difference(kind, kind, template, own)


def _each(kind: str, template: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Difference]:
    for key in [*template, *(key for key in own if key not in template)]:
        if template.get(key) != own.get(key):
            yield Difference(kind, key, template.get(key), own.get(key))


def _only(table: Mapping[str, Any], keys: Any) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key in keys}

"""Where two texts of a charter differ: one's own and its template, a draft and what is in force. Nothing is imposed.

Source: seed 末句; dossier 1.5 (差异对照表，仅提示不强制).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.charter.text import CharterText

Holdings = list[tuple[str, str]]  # (unit key, grade), in order, so that a program can read them


@dataclass(frozen=True)
class Outline:
    """A text reduced to what can be compared, by keys and codes."""

    conference_name: str
    office_host: str | None
    leads: frozenset[str]
    units: Mapping[str, str]
    categories: Mapping[str, str]
    order: Sequence[str]
    duties: Mapping[str, str]
    fields: Mapping[str, str]
    own_fields: Mapping[str, str]
    joint: Mapping[str, Sequence[str]]
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

    def as_json(self) -> dict[str, Any]:
        """The difference as a log or a program reads it."""
        return asdict(self)


def outline_of(text: CharterText) -> Outline:
    """The text's outline."""
    return Outline(
        conference_name=text.conference_name,
        office_host=text.office_host,
        leads=frozenset(text.leads),
        units={unit.key: unit.name for unit in text.units},
        categories={unit.key: unit.category for unit in text.units},
        order=[unit.key for unit in text.units],
        duties={duty.code: duty.text for duty in text.duties},
        fields={duty.code: duty.policy_field for duty in text.duties},
        own_fields={duty.code: duty.own_field for duty in text.duties},
        joint={duty.code: sorted(held.unit for held in duty.holders if held.joint) for duty in text.duties},
        holdings={duty.code: sorted((holding.unit, holding.grade) for holding in duty.holders) for duty in text.duties},
        posts=frozenset(f"{post.role}:{post.unit or post.organ}:{post.name}" for post in text.posts),
        rules=text.rules,
    )


def compared(template: CharterText, own: CharterText) -> list[Difference]:
    """Every difference, in the order of the charter's articles."""
    return list(_differences(outline_of(template), outline_of(own)))


def _differences(template: Outline, own: Outline) -> Iterator[Difference]:
    yield from _one("conference_name", template.conference_name, own.conference_name)
    yield from _one("leads", sorted(template.leads), sorted(own.leads))
    yield from _one("office_host", template.office_host, own.office_host)
    yield from _each("unit", template.units, own.units)
    members = template.units.keys() & own.units.keys()
    yield from _each("category", _only(template.categories, members), _only(own.categories, members))
    yield from _one("order", *([key for key in side.order if key in members] for side in (template, own)))
    yield from _one("posts", sorted(template.posts), sorted(own.posts))
    yield from _each("duty", template.duties, own.duties)
    shared = template.duties.keys() & own.duties.keys()
    yield from _each("holders", _only(template.holdings, shared), _only(own.holdings, shared))
    alike = {code for code in shared if template.holdings[code] == own.holdings[code]}
    yield from _each("joint", _only(template.joint, alike), _only(own.joint, alike))
    yield from _each("field", _only(template.fields, shared), _only(own.fields, shared))
    yield from _each("own_field", _only(template.own_fields, shared), _only(own.own_fields, shared))
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

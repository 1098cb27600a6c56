"""The charter as one document: all that a tenant decides about its conference, by keys and codes. Pure.

A version of the charter is such a text. Units are named by key and duties by code, so that two texts can be
compared, merged, published and read without any row. Source: seed 二, 三, 四 and its last sentence; dossier 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from config.catalogue import CharterTemplate
from service.charter.rules import Holding, Post

Row = dict[str, Any]
OWN_SOURCE = "本级制度"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A member unit as the text names it. `joined_on` is empty until the text that brings it takes effect."""

    key: str
    name: str
    category: str
    source: str = OWN_SOURCE
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """A duty, and who holds it in which grade."""

    code: str
    text: str
    policy_field: str
    source: str = OWN_SOURCE
    holders: tuple[Holding, ...] = ()
    own_field: str = ""  # what the place calls the field; it stands for one of the seed's. Source: seed 一, 末句

    def grade_of(self, unit: str) -> Holding | None:
        """How that unit holds it, if it does."""
        return next((holding for holding in self.holders if holding.unit == unit), None)


@dataclass(frozen=True)
class CharterText:
    """The whole document. `rules` holds the working rules by key; `clauses` the words as they were copied."""

    conference_name: str
    leads: tuple[str, ...]
    office_host: str | None
    units: tuple[UnitEntry, ...]
    duties: tuple[DutyEntry, ...]
    posts: tuple[Post, ...]
    rules: Mapping[str, Any]
    clauses: tuple[Row, ...]
    basis: tuple[Row, ...]
    association: Row
    template_level: str
    template_version: str

    @property
    def title(self) -> str:
        return f"{self.conference_name}制度"

    def unit(self, key: str | None) -> UnitEntry | None:
        """The unit of that key."""
        return next((unit for unit in self.units if unit.key == key), None)

    def duty(self, code: str) -> DutyEntry | None:
        """The duty of that code."""
        return next((duty for duty in self.duties if duty.code == code), None)

    def duties_of(self, key: str) -> list[DutyEntry]:
        """What the unit owes, in whatever grade."""
        return [duty for duty in self.duties if duty.grade_of(key)]

    @property
    def lead_units(self) -> list[UnitEntry]:
        return [unit for unit in self.units if unit.key in self.leads]

    @property
    def host(self) -> UnitEntry | None:
        """The unit in which the office stands, if there is an office."""
        return self.unit(self.office_host)

    @property
    def own_posts(self) -> list[Post]:
        """The posts of the conference itself; the others stand in every member unit."""
        return [post for post in self.posts if post.unit or post.organ]

    def dated(self, day: date) -> Self:
        """The text as it takes effect that day: units that are new to the table join with it."""
        return replace(self, units=tuple(replace(unit, joined_on=unit.joined_on or day) for unit in self.units))

    def as_json(self) -> Row:
        """The document as it is sealed, stored and sent."""
        units = [asdict(unit) | {"joined_on": unit.joined_on and unit.joined_on.isoformat()} for unit in self.units]
        return asdict(self) | {"units": units}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """The document that `as_json` wrote."""
        plain: dict[str, Any] = {field: row[field] for field in _PLAIN}
        listed: dict[str, Any] = {field: tuple(row[field]) for field in ("leads", "clauses", "basis")}
        return cls(
            **plain,
            **listed,
            units=tuple(_unit(unit) for unit in row["units"]),
            duties=tuple(_duty(duty) for duty in row["duties"]),
            posts=tuple(Post(**post) for post in row["posts"]),
        )


_PLAIN = ("conference_name", "office_host", "rules", "association", "template_level", "template_version")


def _unit(row: Mapping[str, Any]) -> UnitEntry:
    joined_on = row["joined_on"]
    return UnitEntry(**{**row, "joined_on": date.fromisoformat(joined_on) if joined_on else None})


def _duty(row: Mapping[str, Any]) -> DutyEntry:
    return DutyEntry(**{**row, "holders": tuple(Holding(**holder) for holder in row["holders"])})


def text_of(template: CharterTemplate) -> CharterText:
    """The template itself as a text: what a place would have that decided nothing for itself."""
    return CharterText(
        conference_name=template.conference_name,
        leads=tuple(unit.key for unit in template.units if unit.is_lead),
        office_host=template.office_host,
        units=tuple(
            UnitEntry(unit.key, unit.name, unit.category, unit.source)
            for unit in sorted(template.units, key=lambda unit: unit.order)
        ),
        duties=tuple(
            DutyEntry(duty.code, duty.text, duty.policy_field, duty.source, _holders(duty.holders))
            for duty in template.duties
        ),
        posts=tuple(Post(p.role, p.name, p.unit, "", p.rank, p.source) for p in template.posts if p.count),
        rules={rule.key: list(rule.value) if isinstance(rule.value, tuple) else rule.value for rule in template.rules},
        clauses=tuple(_clause(clause, template) for clause in template.clauses),
        basis=tuple({"title": item.title, "number": item.number, "source": item.source} for item in template.basis),
        association=_association(template),
        template_level=template.level,
        template_version=template.version,
    )


def _holders(holders: Any) -> tuple[Holding, ...]:
    return tuple(Holding(holder.unit, holder.grade, holder.joint) for holder in holders)


def _clause(clause: Any, template: CharterTemplate) -> Row:
    """The clause as copied; one that divides duties also says whose: `units`."""
    row = {field: getattr(clause, field) for field in ("key", "article", "heading", "text", "source", "adapted")}
    names = clause.text.partition("：")[0].split("、")
    keys = [unit.key for unit in template.units if unit.name in names]
    return row | ({"units": keys} if clause.key.startswith("duty_") else {})


def _association(template: CharterTemplate) -> Row:
    given = template.association
    return {
        "name": given.name,
        "delegated": list(given.delegated),
        "own": list(given.own),
        "article": given.article,
        "source": given.source,
    }

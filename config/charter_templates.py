"""Loads the charter templates: the seed's own, and those that derive from it.

A derived file names its parent, replaces words in the parent's texts, and may set rules and drop clauses
(the words are explained in charters/city.yaml).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from config.charter import (
    Association,
    BasisDocument,
    CharterTemplate,
    Clause,
    Duty,
    Holder,
    Post,
    Responsibility,
    Rule,
    Unit,
    problems,
)
from config.divisions import Region
from config.reading import read_yaml

LEVELS = ("province", "city", "county")
# The only fields that hold words of the charter; all others are keys, sources or verbatim quotations.
TEXT_FIELDS = frozenset({"title", "conference_name", "text", "name", "rank", "value"})


@cache
def charter_template(level: str, *, word: str | None = None, reform: str | None = None) -> CharterTemplate:
    """The template of a level (province, city, county), read with the tenant's own word (县, 区, 市, …).

    `reform="2018"` gives it as the reform of that year left it: the succeeding units, their duties with them.
    """
    if level not in LEVELS:
        raise KeyError(level)
    template = _template(level, word)
    return after_reform(template, reform) if reform else template


@cache
def charter_template_for(region: Region, *, reform: str | None = None) -> CharterTemplate:
    """The template that fits a division: municipalities and autonomous regions have their own."""
    entry = read_yaml("regions/types.yaml")[region.type]
    template = _template(entry.get("template", region.level), entry["word"])
    return after_reform(template, reform) if reform else template


def after_reform(template: CharterTemplate, reform: str) -> CharterTemplate:
    """The template as a reform of the organs leaves it. Source: dossier §2.3."""
    for succession in read_yaml("charters/reforms.yaml")[reform]["successions"]:
        template = _succeeded(template, succession)
    return _checked(replace(template, version=f"{template.version}+{reform}"))


def reforms() -> tuple[str, ...]:
    """The reforms of the organs that templates can stand after, the first one first. Source: dossier §2.3."""
    return tuple(sorted(read_yaml("charters/reforms.yaml")))


@cache
def _template(file: str, word: str | None) -> CharterTemplate:
    data = _resolved(file)
    seed = {clause["key"]: clause["text"] for clause in _resolved("province")["clauses"]}
    read = _translated(data, lambda text: text.replace("{level}", word or data["word"]))
    return _checked(_built(read | {"word": word or data["word"]}, seed))


def _resolved(file: str) -> dict[str, Any]:
    """The raw template, its parents applied; {level} still stands in it."""
    own = read_yaml(f"charters/{file}.yaml")
    if "derives_from" not in own:
        return own
    base = _translated(_resolved(own["derives_from"]), _replacer(own.pop("replace", {})))
    dropped, changed = own.pop("drop_clauses", ()), own.pop("rules", {})
    base["clauses"] = [clause for clause in base["clauses"] if clause["key"] not in dropped]
    base["rules"] = [rule | {"value": changed.get(rule["key"], rule["value"])} for rule in base["rules"]]
    return base | own


def _replacer(table: Mapping[str, str]) -> Callable[[str], str]:
    """Replaces in one pass, the longest match first, so that no replacement is replaced again."""
    if not table:
        return str
    found = re.compile("|".join(re.escape(word) for word in sorted(table, key=len, reverse=True)))
    return lambda text: found.sub(lambda match: table[match[0]], text)


def _translated(data: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {key: _translated_value(key, value, change) for key, value in data.items()}


def _translated_value(key: str, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return _translated(value, change)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_translated(item, change) for item in value]
    if isinstance(value, str) and key in TEXT_FIELDS:
        return change(value)
    return value


def _built(data: Mapping[str, Any], seed: Mapping[str, str]) -> CharterTemplate:
    plain = ("level", "version", "word", "title", "annex", "conference_name", "office_host")
    return CharterTemplate(
        **{field: data[field] for field in plain},
        derives_from=data.get("derives_from"),
        basis=tuple(BasisDocument(**item) for item in data["basis"]),
        clauses=tuple(Clause(**item, adapted=item["text"] != seed[item["key"]]) for item in data["clauses"]),
        responsibilities=tuple(Responsibility(**item) for item in data["responsibilities"]),
        units=tuple(Unit(**item) for item in data["units"]),
        duties=tuple(_duty(item) for item in data["duties"]),
        posts=tuple(Post(**item) for item in data["posts"]),
        association=_association(data["association"]),
        rules=tuple(_rule(item) for item in data["rules"]),
    )


def _duty(item: dict[str, Any]) -> Duty:
    return Duty(**{**item, "holders": tuple(Holder(**holder) for holder in item["holders"])})


def _association(item: dict[str, Any]) -> Association:
    return Association(**{key: _fixed(value) for key, value in item.items()})


def _rule(item: dict[str, Any]) -> Rule:
    adjustable = item.get("adjustable", item["strength"] == "configurable")
    return Rule(**{key: _fixed(value) for key, value in item.items()} | {"adjustable": adjustable})


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _succeeded(template: CharterTemplate, succession: Mapping[str, Any]) -> CharterTemplate:
    """One unit stands in the place of those it succeeds; texts name it, duties are its."""
    old = [unit for unit in template.units if unit.key in succession["from"]]
    name = old[0].name.replace(_was(succession)[0], succession["now"])
    heir = replace(old[0], key=succession["into"], name=name, category=succession["category"])
    rename = _replacer({unit.name: name for unit in old} | {"、".join(unit.name for unit in old): name})
    return replace(
        template,
        units=_renumbered([heir if unit is old[0] else unit for unit in template.units if unit not in old[1:]]),
        duties=tuple(_inherited(duty, succession) for duty in template.duties),
        clauses=tuple(_renamed(clause, rename) for clause in template.clauses),
    )


def _was(succession: Mapping[str, Any]) -> list[str]:
    was = succession["was"]
    return was if isinstance(was, list) else [was]


def _renumbered(units: list[Unit]) -> tuple[Unit, ...]:
    return tuple(replace(unit, order=order) for order, unit in enumerate(units, start=1))


def _inherited(duty: Duty, succession: Mapping[str, Any]) -> Duty:
    heirs = {
        succession["into"] if holder.unit in succession["from"] else holder.unit: holder for holder in duty.holders
    }
    joint = len(heirs) > 1
    return replace(duty, holders=tuple(replace(holder, unit=unit, joint=joint) for unit, holder in heirs.items()))


def _renamed(clause: Clause, rename: Callable[[str], str]) -> Clause:
    text = rename(clause.text)
    return replace(clause, text=text, adapted=clause.adapted or text != clause.text)


def _checked(template: CharterTemplate) -> CharterTemplate:
    """The same template, or no start: a charter that contradicts itself must never be copied."""
    if found := problems(template):
        raise ValueError(f"charter template {template.version}: " + "; ".join(found))
    return template

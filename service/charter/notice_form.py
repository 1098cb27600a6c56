"""The rows of a notice as a form to correct, and what the corrected form says as a charter's text. Pure.

Each row can be left out; a fault is told at its row, and nothing is written before there is none.
Source: seed 二, 三, 末句.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config.catalogue import Rule
from service.charter import amending, checking, rules
from service.charter.notice import Notice
from service.charter.notice_words import names_in
from service.charter.rules import Holding, Post
from service.charter.text import CharterText, DutyEntry, UnitEntry
from service.charter.writing import keyed
from tenants.errors import Refused

Values = Mapping[str, Any]
KINDS = ("unit", "duty", "post", "rest")
READ_RULES = ("liaison_rank", "plenary_min", "plenary_max", "plenary_cadence")
MOST_ROWS = 300
SPARE = 2  # empty rows in which what was not recognised can be added
KEY = re.compile(r"[A-Z0-9_]{0,20}")


def values_of(notice: Notice) -> dict[str, Any]:
    """The notice as the form's fields show it."""
    values: dict[str, Any] = {"conference_name": notice.name, "host": notice.host or ""}
    values |= {f"rule-{key}": str(value) for key, value in notice.rules.items()}
    for kind, rows in zip(KINDS, (notice.units, notice.duties, notice.posts, notice.rest), strict=True):
        values[f"{kind}s"] = str(len(rows) + (SPARE if kind != "rest" else 0))
    for at, unit in enumerate(notice.units):
        lead = "1" if unit.name in notice.leads else ""
        values |= _row("unit", at, key=unit.key, name=unit.name, category=unit.category, lead=lead)
        values[f"unit-{at}-listed"] = "1" if unit.listed else ""
    for at, duty in enumerate(notice.duties):
        words = {"code": duty.code, "text": duty.text, "field": duty.policy_field, "grade": duty.grade}
        joint = "1" if len(duty.holders) > 1 else ""
        values |= _row("duty", at, **words, holders="、".join(duty.holders), joint=joint)
        values |= {f"duty-{at}-quote": duty.quote, f"duty-{at}-known": "1" if duty.known else ""}
    for at, post in enumerate(notice.posts):
        values |= _row("post", at, role=post.role, place=post.place, name=post.name)
    for at, (line, words) in enumerate(notice.rest):
        values |= {f"rest-{at}-line": str(line), f"rest-{at}-words": words}
    return values


def _row(kind: str, at: int, **words: str) -> dict[str, str]:
    return {f"{kind}-{at}-{name}": word for name, word in (words | {"keep": "1"}).items()}


def rows_in(values: Values, kind: str) -> range:
    """The numbers of the form's rows of that kind."""
    count = str(values.get(f"{kind}s", "0"))
    return range(min(int(count), MOST_ROWS) if count.isdecimal() else 0)


@dataclass
class Corrected:
    """The text that the form says, and what is wrong with it: field -> refusal."""

    text: CharterText
    faults: dict[str, Refused] = field(default_factory=dict)

    def tried(self, name: str, step: Callable[[], Any]) -> Any:
        """What the step gives; or none, and the refusal at the field."""
        try:
            return step()
        except Refused as refusal:
            self.faults.setdefault(name, refusal)
            return None


def corrected(base: CharterText, own: CharterText, values: Values, known: list[Rule]) -> Corrected:
    """The template's text with what the form says instead."""
    done = Corrected(base)
    _name(done, values)
    units = _units(done, own, values)
    by_name = {unit.name: unit.key for unit in done.text.units}
    _lead(done, values, units, by_name)
    _divide(done, values, by_name)
    _seat(done, values, by_name)
    _rule(done, values, known)
    if not done.faults:
        for fault in checking.faults(done.text, known):
            done.faults.setdefault("", fault)
    return done


def _name(done: Corrected, values: Values) -> None:
    name = values.get("conference_name", "")
    done.text = done.tried("conference_name", lambda: amending.named(done.text, name)) or done.text


def _kept(values: Values, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows that are not left out: what each field's name begins with, and the words."""
    for at in rows_in(values, kind):
        start = f"{kind}-{at}-"
        if values.get(f"{start}keep"):
            yield start, {key.removeprefix(start): str(values[key]).strip() for key in values if key.startswith(start)}


def _units(done: Corrected, own: CharterText, values: Values) -> dict[str, UnitEntry]:
    """The units in the form's order, by the start of their fields; one that sits already sits since then."""
    found: dict[str, UnitEntry] = {}
    for start, row in _kept(values, "unit"):
        key = row.get("key", "")
        unit = UnitEntry(key if KEY.fullmatch(key) else "", row.get("name", ""), row.get("category", ""))
        unit = unit if unit.key and unit.key not in [other.key for other in found.values()] else keyed(unit)
        here = own.unit(unit.key)
        names = [other.name for other in found.values()]
        done.tried(f"{start}name", lambda u=unit, names=names: rules.check_unit(u.name, u.category, names))
        found[start] = replace(unit, joined_on=here.joined_on if here else None)
    done.text = replace(done.text, units=tuple(found.values()))
    return found


def _lead(done: Corrected, values: Values, units: Mapping[str, UnitEntry], by_name: Mapping[str, str]) -> None:
    keys = [unit.key for unit in units.values()]
    leads = tuple(unit.key for start, unit in units.items() if values.get(f"{start}lead"))
    host = by_name.get(values.get("host", "")) if values.get("host") else None
    if values.get("host") and host is None:
        words = "办公室所在单位不在成员单位之中，请改选。", "The office stands in a member unit."
        done.faults["host"] = rules.refuse(*words, "host", rules.COMPOSITION)
    done.tried("leads", lambda: rules.check_lead(leads, keys))
    done.text = replace(done.text, leads=leads, office_host=host)


def _divide(done: Corrected, values: Values, by_name: Mapping[str, str]) -> None:
    """The duties in the form's order; two rows with one code and text are one duty, held in two grades."""
    found: dict[str, DutyEntry] = {}
    for start, row in _kept(values, "duty"):
        holders = _holders(done, f"{start}holders", row, by_name)
        duty = DutyEntry(row.get("code", ""), row.get("text", ""), row.get("field", ""), holders=holders)
        before = found.get(duty.code)
        if before and before.text == duty.text:
            duty = replace(duty, holders=(*before.holders, *holders))
        elif done.tried(f"{start}code", lambda d=duty: _check(d, list(found))) is None:
            continue
        done.tried(f"{start}holders", lambda d=duty: rules.check_holders(d.holders, list(by_name.values())))
        found[duty.code] = duty
    done.text = replace(done.text, duties=tuple(found.values()))


def _check(duty: DutyEntry, codes: list[str]) -> bool:
    rules.check_duty(duty.code, duty.text, duty.policy_field, codes)
    return True


def _holders(done: Corrected, name: str, row: Mapping[str, str], by_name: Mapping[str, str]) -> tuple[Holding, ...]:
    names = names_in(row.get("holders", ""))
    strange = [one for one in names if one not in by_name]
    if strange:
        said = f"“{'、'.join(strange)}”不在保留的成员单位之中，请改正或补列。"
        done.faults[name] = rules.refuse(said, f"{strange} are no member units.", name, rules.DIVISION)
    joint = bool(row.get("joint")) and len(names) > 1
    return tuple(Holding(by_name[one], row.get("grade", ""), joint) for one in names if one in by_name)


def _seat(done: Corrected, values: Values, by_name: Mapping[str, str]) -> None:
    rows = list(_kept(values, "post"))
    posts = [_post(row, by_name) for _start, row in rows]
    try:
        done.text = amending.posted(done.text, posts)
    except Refused as refusal:
        at = (refusal.field or "").removeprefix("posts.").partition(".")[0]
        name = f"{rows[int(at)][0]}name" if at.isdecimal() and int(at) < len(rows) else "posts"
        done.faults.setdefault(name, refusal)


def _post(row: Mapping[str, str], by_name: Mapping[str, str]) -> Post:
    place = row.get("place", "")
    unit = by_name.get(place)
    return Post(row.get("role", ""), row.get("name", ""), unit, "" if unit else place)


def _rule(done: Corrected, values: Values, known: list[Rule]) -> None:
    said = {key: str(values[f"rule-{key}"]).strip() for key in READ_RULES if values.get(f"rule-{key}")}
    changes: dict[str, Any] = {key: int(word) if word.isdecimal() else word for key, word in said.items()}
    done.text = done.tried("rules", lambda: amending.ruled(done.text, known, changes)) or done.text

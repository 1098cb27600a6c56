"""Reforms of the organs: merge, split, rename or abolish a unit, or hand one duty over. Pure: text -> text.

Each reform gives the text that follows and the succession that says so: who carries on from whom, and which duty
went where. What hangs on a unit (duties in their grades, joint or not, posts, the lead, the office) goes with it.
Source: dossier 0-5, 1.3 ⑤, 2.3.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from config.charter import GRADES
from service.charter import rules
from service.charter.amending import duty_in, reworded_unit, together, unit_in, with_unit, without_unit
from service.charter.rules import Holding, Post
from service.charter.text import OWN_SOURCE, CharterText, DutyEntry, UnitEntry
from tenants.errors import Refused

MERGE, SPLIT, RENAME, ABOLISH, TRANSFER = KINDS = ("merge", "split", "rename", "abolish", "transfer")
SOURCE = "业务资料2.3 机构改革映射"


@dataclass(frozen=True, slots=True)
class Named:
    """A unit as a record names it: by its key, and as it was called then."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Succession:
    """One reform on record: the units it began with, those that carry on, and which duty went to which of them."""

    kind: str
    sources: tuple[Named, ...]
    heirs: tuple[Named, ...]
    duties: Mapping[str, tuple[str, ...]]  # code -> keys of heirs
    basis: str = ""

    def as_json(self) -> dict[str, Any]:
        """The record as it is stored and sent."""
        return {
            "kind": self.kind,
            "from": [asdict(unit) for unit in self.sources],
            "into": [asdict(unit) for unit in self.heirs],
            "duties": {code: list(heirs) for code, heirs in self.duties.items()},
            "basis": self.basis,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Self:
        """The record that `as_json` wrote."""
        sources, heirs = (tuple(Named(**unit) for unit in row[side]) for side in ("from", "into"))
        return cls(
            row["kind"], sources, heirs, {code: tuple(keys) for code, keys in row["duties"].items()}, row["basis"]
        )


@dataclass(frozen=True)
class Reform:
    """What follows from a reform: the text, and its line in the record."""

    text: CharterText
    succession: Succession


def merged(text: CharterText, keys: Sequence[str], heir: UnitEntry, basis: str = "") -> Reform:
    """One unit stands in the place of several: a new one, or one of them that takes the others in."""
    units = [unit_in(text, key) for key in dict.fromkeys(keys)]
    if len(units) < len(keys):
        raise _refuse("单位不能与自身合并，请选择不同的单位。", "A unit does not merge with itself.", "units")
    if len(units) < 2:
        raise _refuse("合并须选择两个以上成员单位。", "Two or more units merge.", "units")
    return _succeeded(text, MERGE, [unit.key for unit in units], heir, basis)


def renamed(text: CharterText, key: str, heir: UnitEntry, basis: str = "") -> Reform:
    """The unit is the same under another name; with a key of its own, another unit stands in its place."""
    before = unit_in(text, key)
    if heir.name.strip() == before.name:
        raise _refuse(f"{before.name}的名称没有变化，请填写新名称。", "The name is the same as before.", "name")
    if heir.key in ("", key):
        words = {
            "name": heir.name,
            "category": heir.category or before.category,
            "source": _resting_on(heir, basis).source,
        }
        after = reworded_unit(text, key, **words)
        return _reform(text, after, RENAME, [key], [key], dict.fromkeys(_codes(text, key), (key,)), basis)
    return _succeeded(text, RENAME, [key], replace(heir, category=heir.category or before.category), basis)


def _succeeded(text: CharterText, kind: str, keys: Sequence[str], heir: UnitEntry, basis: str) -> Reform:
    heir = _resting_on(heir, basis)
    left = tuple(unit for unit in text.units if unit.key not in keys)
    checked = with_unit(replace(text, units=left), heir).units[-1]
    if unit := text.unit(heir.key):  # one of those that merge takes the others in: it has sat here for long
        checked = replace(checked, joined_on=unit.joined_on)
    inherited = {code: (heir.key,) for key in keys for code in _codes(text, key)}
    ends = {key: (heir.key,) for key in keys}
    after = _following(replace(text, units=_in_place(text.units, keys, [checked])), ends, inherited)
    return _reform(text, after, kind, keys, [heir.key], inherited, basis)


def _resting_on(heir: UnitEntry, basis: str) -> UnitEntry:
    """A unit that names no source of its own rests on what the reform does."""
    return replace(heir, source=basis) if heir.source in ("", OWN_SOURCE) else heir


def split(
    text: CharterText, key: str, heirs: Sequence[UnitEntry], duties: Mapping[str, Sequence[str]], basis: str = ""
) -> Reform:
    """Several units stand in the place of one, each with the duties named for it; one of them may be the unit itself.

    The first carries on as lead, as host of the office and in the posts.
    """
    before = unit_in(text, key)
    if len({heir.key for heir in heirs}) < max(2, len(heirs)):  # a unit named twice is one
        raise _refuse("拆分后须有两个以上不同的单位。", "A unit splits into two or more.", "heirs")
    _check_named(text, before, [heir.key for heir in heirs], duties)
    rest = replace(text, units=tuple(unit for unit in text.units if unit is not before))
    for heir in heirs:
        rest = with_unit(rest, _resting_on(heir, basis))
    fresh = [replace(u, joined_on=before.joined_on if u.key == key else None) for u in rest.units[-len(heirs) :]]
    keys = tuple(unit.key for unit in fresh)
    named = {code: tuple(heir for heir in keys if heir in duties[code]) for code in _codes(text, key)}
    after = _following(replace(text, units=_in_place(text.units, [key], fresh)), {key: keys[:1]}, named, giver=key)
    return _reform(text, after, SPLIT, [key], keys, named, basis)


def _check_named(
    text: CharterText, unit: UnitEntry, heirs: Collection[str], duties: Mapping[str, Sequence[str]]
) -> None:
    held = _codes(text, unit.key)
    if strange := [code for code in duties if code not in held]:
        raise _refuse(
            f"{unit.name}不承担{'、'.join(strange)}，请核对职责代码。",
            f"{unit.name} does not hold {', '.join(strange)}.",
            "duties",
            rules.DIVISION,
        )
    if open_ := [code for code in held if not duties.get(code)]:
        raise _refuse(
            f"{unit.name}的{len(open_)}项职责（{'、'.join(open_)}）尚未确定由拆分后的哪个单位承担。",
            f"Say who takes over {', '.join(open_)} of {unit.name}.",
            "duties",
            rules.DIVISION,
        )
    if not {heir for code in held for heir in duties[code]} <= set(heirs):
        raise _refuse(
            "职责只能由拆分后的单位承接。", "A duty goes to one of the units that follow.", "duties", rules.DIVISION
        )
    _check_carried(text, duties)


def _check_carried(text: CharterText, duties: Mapping[str, Sequence[str]]) -> None:
    """Refused where two would help in what nobody carries."""
    several = [duty_in(text, code) for code, heirs in duties.items() if len(set(heirs)) > 1]
    adrift = [duty.code for duty in several if not any(h.grade in rules.PRINCIPAL for h in duty.holders)]
    if adrift:
        raise _refuse(
            f"{'、'.join(adrift)}没有负责的单位，只能由拆分后的一个单位承接。",
            f"Nobody leads {', '.join(adrift)}: only one unit can take it over.",
            "duties",
            rules.DIVISION,
        )


def abolished(text: CharterText, key: str, duties: Mapping[str, str], basis: str = "") -> Reform:
    """The unit is no more; each duty named goes to another unit. Refused while it leads, hosts, or holds one alone."""
    before = unit_in(text, key)
    _check_held(text, before, duties)
    after = text
    for code, heir in duties.items():
        after = _handed_over(after, code, key, heir)
    after = without_unit(_still_carried(after, key), key)
    named = {code: (heir,) for code, heir in duties.items()}
    return _reform(text, after, ABOLISH, [key], list(dict.fromkeys(duties.values())), named, basis)


def _check_held(text: CharterText, unit: UnitEntry, duties: Iterable[str]) -> None:
    if strange := [code for code in duties if code not in _codes(text, unit.key)]:
        raise _refuse(
            f"{unit.name}不承担{'、'.join(strange)}，不能移交。",
            f"{unit.name} does not hold {', '.join(strange)}.",
            "duties",
            rules.DIVISION,
        )


def _still_carried(text: CharterText, key: str) -> CharterText:
    """Refused where the unit is the only one that carries a duty which others merely help in."""
    lost = [
        duty.code
        for duty in text.duties_of(key)
        if len(duty.holders) > 2 and not any(h.grade in rules.PRINCIPAL for h in duty.holders if h.unit != key)
    ]
    if lost:
        raise _refuse(
            f"{'、'.join(lost)}只由{unit_in(text, key).name}负责，请先确定由哪个单位承接。",
            f"Only this unit carries {', '.join(lost)}; hand them over.",
            "duties",
            rules.DIVISION,
        )
    return text


def transferred(text: CharterText, code: str, giver: str, taker: str, basis: str = "") -> Reform:
    """The duty is the other unit's, in the grade in which the first held it."""
    unit_in(text, giver)
    after = _handed_over(text, code, giver, taker)
    return _reform(text, after, TRANSFER, [giver], [taker], {code: (taker,)}, basis)


def _handed_over(text: CharterText, code: str, giver: str, taker: str) -> CharterText:
    duty = duty_in(text, code)
    if giver == taker:
        raise _refuse("承接单位与原承担单位相同，请另选。", "Giver and taker are the same unit.", "into")
    if text.unit(taker) is None:
        raise _refuse("承接单位须是本级成员单位。", "The unit that takes over is a member unit.", "into")
    if duty.grade_of(giver) is None:
        name = unit_in(text, giver).name
        raise _refuse(f"{name}不承担{code}，不能移交。", f"{name} does not hold {code}.", "code", rules.DIVISION)
    after = replace(duty, holders=_inherited(duty, {giver: (taker,)}))
    return replace(text, duties=tuple(after if other is duty else other for other in text.duties))


def strays(record: Iterable[Succession], text: CharterText) -> list[Refused]:
    """The units that a reform of this very text has ended, and that stand in it again: each is a fault."""
    ended: dict[str, str] = {}
    for succession in record:
        heirs = {unit.key for unit in succession.heirs}
        if succession.kind != TRANSFER:
            ended |= {unit.key: unit.name for unit in succession.sources if unit.key not in heirs}
    return [
        _refuse(
            f"{name}在本稿的机构改革中已由其他单位承接，不能同时列为成员单位。",
            f"By a reform in this draft others carry on for {name}; it cannot be a member too.",
            "units",
        )
        for key, name in ended.items()
        if text.unit(key)
    ]


# --- what goes with a unit ---

Ends = Mapping[str, Sequence[str]]


def _following(text: CharterText, ends: Ends, named: Ends, giver: str = "") -> CharterText:
    """Lead, office, posts and duties of those that ended are those of their heirs; `named`: duty by duty."""
    leads = {heir for key in text.leads for heir in ends.get(key, (key,))}
    host = text.office_host
    posts = _one_each(replace(post, unit=_heir(ends, post.unit)) for post in text.posts)
    duties = (
        replace(duty, holders=_inherited(duty, {giver: named[duty.code]} if giver else ends))
        if duty.code in named
        else duty
        for duty in text.duties
    )
    return replace(
        text,
        leads=tuple(unit.key for unit in text.units if unit.key in leads),
        office_host=_heir(ends, host),
        posts=posts,
        duties=tuple(duties),
        rules={**text.rules, "convener_count": sum(post.role == "convener" for post in posts)},
    )


def _heir(ends: Ends, key: str | None) -> str | None:
    return ends[key][0] if key is not None and key in ends else key


def _one_each(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Two heads of units that merged are one head now."""
    return tuple({(post.role, post.unit, post.organ, post.name): post for post in reversed(list(posts))}.values())[::-1]


def _inherited(duty: DutyEntry, ends: Ends) -> tuple[Holding, ...]:
    """The heirs hold it in the strongest grade that they come into; in one grade from one holding: jointly."""
    held: dict[str, Holding] = {}
    for holding in duty.holders:
        heirs = ends.get(holding.unit, (holding.unit,))
        for heir in heirs:
            own = replace(holding, unit=heir, joint=holding.joint or len(heirs) > 1)
            held[heir] = _stronger(held[heir], own) if heir in held else own
    return together(held.values())


def _stronger(one: Holding, other: Holding) -> Holding:
    """The stronger of two holdings of one unit; joint if either is that is as strong."""
    if one.grade == other.grade:
        return replace(one, joint=one.joint or other.joint)
    return min(one, other, key=lambda holding: GRADES.index(holding.grade))


def _in_place(units: Sequence[UnitEntry], keys: Collection[str], heirs: Sequence[UnitEntry]) -> tuple[UnitEntry, ...]:
    """The heirs stand where the first of those that ended stood."""
    at = next(index for index, unit in enumerate(units) if unit.key in keys)
    return (*units[:at], *heirs, *(unit for unit in units[at:] if unit.key not in keys))


def _codes(text: CharterText, key: str) -> list[str]:
    return [duty.code for duty in text.duties_of(key)]


def _reform(
    before: CharterText,
    after: CharterText,
    kind: str,
    sources: Iterable[str],
    heirs: Iterable[str],
    duties: Mapping[str, tuple[str, ...]],
    basis: str,
) -> Reform:
    succession = Succession(kind, _named(before, sources), _named(after, heirs), duties, basis.strip())
    return Reform(after, succession)


def _named(text: CharterText, keys: Iterable[str]) -> tuple[Named, ...]:
    return tuple(Named(key, unit_in(text, key).name) for key in keys)


def _refuse(message: str, en: str, field: str, source: str = SOURCE) -> Refused:
    return rules.refuse(message, en, field, source)

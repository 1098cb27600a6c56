"""Three texts side by side: the template this charter came from, its own text, the new template; item by item. Pure.

An item is what a locality decides at once: a name, the leads, a unit, a duty with its holders, the posts, a rule, a
clause. Nothing changes by itself: every item stays as it is unless it is taken, or merged where both can live.
Source: seed 末句; dossier 1.5 L1 (上级不能修改下级制度, 只可下发参考模板; 差异仅提示不强制).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from config.catalogue import Rule
from service.charter import checking, rules
from service.charter.blending import ABSENT, blended, seen
from service.charter.rules import Post
from service.charter.text import CharterText, UnitEntry
from tenants.errors import Refused

UNCHANGED, TEMPLATE, OWN, ALIKE, CONFLICT = "unchanged", "template", "own", "alike", "conflict"
TAKE, KEEP, MERGE = "take", "keep", "merge"
SINGLE = ("conference_name", "leads", "office_host", "posts", "basis", "association")
DERIVED = ("convener_count",)  # rules that follow from something else
Key = tuple[str, str]


@dataclass(frozen=True)
class Item:
    """One thing in three texts; ABSENT where a text does not have it."""

    kind: str
    key: str
    base: Any
    own: Any
    new: Any

    @property
    def id(self) -> str:
        """What a choice names it by."""
        return self.kind if self.kind == self.key else f"{self.kind}:{self.key}"

    @cached_property
    def status(self) -> str:
        """Who changed it since the template that this charter came from."""
        base, own, new = (seen(self.kind, value) for value in (self.base, self.own, self.new))
        if own == new:
            return UNCHANGED if own == base else ALIKE
        if own == base:
            return TEMPLATE
        return OWN if new == base else CONFLICT

    @property
    def differs(self) -> bool:
        """Whether one's own text and the new template say different things."""
        return self.status not in (UNCHANGED, ALIKE)

    @cached_property
    def blend(self) -> Any:
        """What keeps both sides' changes; ABSENT if nothing does."""
        return blended(self.kind, self.base, self.own, self.new) if self.status == CONFLICT else ABSENT

    @property
    def options(self) -> tuple[str, ...]:
        """What may be chosen."""
        return (KEEP, *([TAKE] if self.differs else []), *([] if self.blend is ABSENT else [MERGE]))

    @property
    def proposal(self) -> str:
        """What is proposed, and happens only if it is chosen: what is one's own is kept."""
        return TAKE if self.status == TEMPLATE else KEEP

    def chosen(self, choice: str) -> Any:
        """The value that the choice gives it."""
        return {KEEP: self.own, TAKE: self.new, MERGE: self.blend}[choice]


def items(base: CharterText, own: CharterText, new: CharterText) -> list[Item]:
    """Everything that one of the three says, each once, in the order of the charter's articles."""
    tables = [_parts(text) for text in (base, own, new)]
    found = [Item(*key, *(table.get(key, ABSENT) for table in tables)) for key in _keys(tables)]
    return sorted([*found, *_orders(base, own, new)], key=lambda item: ARTICLES.index(item.kind))


ARTICLES = (
    "conference_name", "leads", "office_host", "unit", "unit_order", "posts", "duty", "duty_order", "rule",
    "clause", "clause_order", "basis", "association",
)  # fmt: skip


def _keys(tables: Iterable[Mapping[Key, Any]]) -> list[Key]:
    """Each key once: one's own first, as one knows them."""
    base, own, new = tables
    return list(dict.fromkeys([*own, *new, *base]))


def _parts(text: CharterText) -> dict[Key, Any]:
    """The text taken apart."""
    return {
        **{(field, field): getattr(text, field) for field in SINGLE},
        **{("unit", unit.key): unit for unit in text.units},
        **{("duty", duty.code): duty for duty in text.duties},
        **{("rule", key): value for key, value in text.rules.items() if key not in DERIVED},
        **{("clause", clause["key"]): clause for clause in text.clauses},
    }


def _sequences(text: CharterText) -> dict[str, list[str]]:
    """The keys of what stands in an order."""
    return {
        "unit_order": [unit.key for unit in text.units],
        "duty_order": [duty.code for duty in text.duties],
        "clause_order": [clause["key"] for clause in text.clauses],
    }


def _orders(base: CharterText, own: CharterText, new: CharterText) -> Iterator[Item]:
    """The order of what both have: that somebody added or took away a unit is no change of order."""
    for kind, before in _sequences(base).items():
        mine, theirs = _sequences(own)[kind], _sequences(new)[kind]
        here, there = _only(mine, theirs), _only(theirs, mine)
        old = _only(before, here)
        was = here if _only(here, old) == old else there if _only(there, old) == old else old
        yield Item(kind, kind, tuple(was), tuple(here), tuple(there))


def _only(keys: Iterable[str], wanted: Iterable[str]) -> list[str]:
    kept = set(wanted)
    return [key for key in keys if key in kept]


Choices = Mapping[str, str]


def proposed(found: Iterable[Item]) -> dict[str, str]:
    """The choices that are proposed where the two differ."""
    return {item.id: item.proposal for item in found if item.differs}


def woven(base: CharterText, own: CharterText, new: CharterText, choices: Choices) -> CharterText:
    """The text that the choices give, unchecked; what was not chosen is kept."""
    found = items(base, own, new)
    values = {(item.kind, item.key): item.chosen(choices.get(item.id, KEEP)) for item in found}
    return _Loom(own, new, {key: value for key, value in values.items() if value is not ABSENT}).text()


@dataclass(frozen=True)
class _Loom:
    """The chosen values put together to one text."""

    own: CharterText
    new: CharterText
    values: Mapping[Key, Any]

    def text(self) -> CharterText:
        units = [self._unit(unit) for unit in self._row("unit")]
        working = {key: value for (kind, key), value in self.values.items() if kind == "rule"}
        posts: tuple[Post, ...] = rules.ranked(self._one("posts"), working.get("liaison_rank", ""))
        return replace(
            self.own,
            **{field: self._one(field) for field in ("conference_name", "office_host", "basis", "association")},
            leads=_in_order(self._one("leads"), [unit.key for unit in units]),
            units=tuple(units),
            duties=tuple(self._row("duty")),
            posts=posts,
            rules=working | {"convener_count": sum(post.role == "convener" for post in posts)},
            clauses=tuple(self._row("clause")),
            template_version=self.new.template_version,
        )

    def _one(self, field: str) -> Any:
        return self.values[field, field]

    def _row(self, kind: str) -> list[Any]:
        """What is chosen of the kind, in the order that is chosen; what the other side adds stands after its neighbour."""
        order = f"{kind}_order"
        mine, theirs = _sequences(self.own)[order], _sequences(self.new)[order]
        taken = list(self._one(order)) != _only(mine, theirs)
        first, second = (theirs, mine) if taken else (mine, theirs)
        return [self.values[kind, key] for key in _braided(first, second, lambda key: (kind, key) in self.values)]

    def _unit(self, unit: UnitEntry) -> UnitEntry:
        """The unit sits since when it sat; a new one from the day on which the text takes effect."""
        here = self.own.unit(unit.key)
        return replace(unit, joined_on=here.joined_on if here else None)


def _braided(first: Sequence[str], second: Sequence[str], present: Callable[[str], bool]) -> list[str]:
    """Those present: the first's in its order, and each of the second's own after the one that it follows there."""
    row = [key for key in first if present(key)]
    before: str | None = None
    for key in second:
        if not present(key):
            continue
        if key not in row:
            row.insert(row.index(before) + 1 if before else 0, key)
        before = key
    return row


def _in_order(chosen: Iterable[str], units: list[str]) -> tuple[str, ...]:
    """In the units' order; a lead that is no member stays in sight, to be refused."""
    return tuple(sorted(chosen, key=lambda key: units.index(key) if key in units else len(units)))


def merged(
    base: CharterText, own: CharterText, new: CharterText, choices: Choices, known: Iterable[Rule]
) -> CharterText:
    """The charter that the choices give; refused with the item where the fault is."""
    _check_choices(items(base, own, new), choices)
    text = woven(base, own, new, choices)
    for fault in (*_strangers(text, own, new), *_misnamed(text)):
        raise fault
    try:
        checking.check(text, known)
    except Refused as fault:
        fault.field = f"rule:{fault.field}" if fault.field in text.rules else fault.field
        raise
    return text


def _check_choices(found: list[Item], choices: Choices) -> None:
    """Every choice is about an item, and can be made there."""
    options = {item.id: item.options for item in found}
    for name, choice in choices.items():
        if choice not in options.get(name, ()):
            raise rules.refuse(
                f"“{name}”这一项不能选“{choice}”，请从所列选项中选择。",
                f"{choice!r} cannot be chosen for {name!r}.",
                name,
                rules.LAST_SENTENCE,
            )


def _strangers(text: CharterText, own: CharterText, new: CharterText) -> Iterator[Refused]:
    """Where the text speaks of a unit that does not sit at its table."""
    names = {unit.key: unit.name for side in (new, own) for unit in side.units}
    members = {unit.key for unit in text.units}
    for item, what, keys in _mentions(text):
        for key in keys:
            if key not in members:
                name = names.get(key, key)
                yield rules.refuse(
                    f"{what}涉及“{name}”，但所选结果中它不是成员单位。请保留或采用该成员单位，或对这一项另作选择。",
                    f"{item} names {name}, which is no member unit by these choices; choose otherwise for one of them.",
                    item,
                    rules.COMPOSITION,
                )


def _misnamed(text: CharterText) -> Iterator[Refused]:
    """Where a field by a name of the place's own would stand for two fields of the seed."""
    stands_for: dict[str, str] = {}
    for duty in text.duties:
        try:
            rules.check_own_field(duty.own_field, duty.policy_field, stands_for)
        except Refused as fault:
            fault.field = f"duty:{duty.code}"
            yield fault
        if duty.own_field:
            stands_for.setdefault(duty.own_field, duty.policy_field)


def _mentions(text: CharterText) -> Iterator[tuple[str, str, list[str]]]:
    """Each item that names units: its id, what it is called, and the units' keys."""
    yield "leads", "牵头部门", list(text.leads)
    yield "office_host", "办公室所在单位", [text.office_host] if text.office_host else []
    yield "posts", "召集人和办公室", [post.unit for post in text.posts if post.unit]
    for duty in text.duties:
        yield f"duty:{duty.code}", f"职责{duty.code}", [holding.unit for holding in duty.holders]

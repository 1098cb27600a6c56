"""A three-way comparison as it is read: each item in words, and in each text what that side changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from config.catalogue import Rule, label
from service.charter.blending import ABSENT
from service.charter.document import rule_text
from service.charter.merging import KEEP, Item
from service.charter.rules import POST_ROLES, Post
from service.charter.text import CharterText, DutyEntry, UnitEntry
from service.charter.view import field_said, rule_label
from service.kit.layout import locale

KINDS = {
    "conference_name": _later("名称"),
    "leads": _later("牵头部门"),
    "office_host": _later("办公室所在单位"),
    "unit": _later("成员单位"),
    "unit_order": _later("单位排序"),
    "posts": _later("召集人和办公室"),
    "duty": _later("职责"),
    "duty_order": _later("职责排序"),
    "rule": _later("工作规则"),
    "clause": _later("条文"),
    "clause_order": _later("条文顺序"),
    "basis": _later("依据文件"),
    "association": _later("行业协会"),
}
STATES = {
    "unchanged": _later("均未改动"),
    "template": _later("仅模板有改动"),
    "own": _later("仅本级有改动"),
    "alike": _later("两边改动相同"),
    "conflict": _later("两边都有改动"),
}
TONES = {"template": "blue", "own": "green", "conflict": "yellow"}
CHOICES = {"keep": _later("保留本级"), "take": _later("采用新模板"), "merge": _later("合并两边")}


@dataclass(frozen=True)
class Piece:
    """Some words, and whether this side changed them."""

    words: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """One item side by side. `chosen` is what stands in the form."""

    id: str
    kind: str
    name: str
    state: str
    tone: str
    base: list[Piece]
    own: list[Piece]
    new: list[Piece]
    merged: str
    options: list[tuple[str, str]]
    chosen: str
    proposal: str


def lines(
    found: Iterable[Item], texts: Sequence[CharterText], rules: Mapping[str, Rule], chosen: Mapping[str, str]
) -> list[Line]:
    """The items in words; what is chosen nowhere stands as it is proposed."""
    words = _Words(texts, rules)
    return [_line(item, words, chosen.get(item.id, item.proposal)) for item in found]


def _line(item: Item, words: _Words, chosen: str) -> Line:
    base, own, new = (words.said(item, value) for value in (item.base, item.own, item.new))
    return Line(
        id=item.id,
        kind=str(KINDS[item.kind]),
        name=words.name(item),
        state=str(STATES[item.status]),
        tone=TONES.get(item.status, "grey"),
        base=[Piece(base)],
        own=_marked(base, own),
        new=_marked(base, new),
        merged="" if item.blend is ABSENT else words.said(item, item.blend),
        options=[(choice, str(CHOICES[choice])) for choice in item.options],
        chosen=chosen,
        proposal=item.proposal if item.proposal != KEEP else "",
    )


def _marked(before: str, after: str) -> list[Piece]:
    """The later words, what is new in them marked; words that share little are marked whole."""
    if before == after:
        return [Piece(after)]
    match = SequenceMatcher(None, before, after, autojunk=False)
    if match.ratio() < 0.4:
        return [Piece(after, changed=True)]
    return [
        Piece(after[start:end], changed=tag != "equal")
        for tag, _i, _j, start, end in match.get_opcodes()
        if start < end
    ]


class _Words:
    """Keys and codes of the three texts, told by name; one's own names count."""

    def __init__(self, texts: Sequence[CharterText], rules: Mapping[str, Rule]) -> None:
        base, own, new = texts
        sides = (base, new, own)
        self.rules = rules
        self.units = {unit.key: unit.name for side in sides for unit in side.units}
        self.duties = {duty.code: duty.text for side in sides for duty in side.duties}
        self.clauses = {row["key"]: row for side in sides for row in side.clauses}

    def name(self, item: Item) -> str:
        """What the item is called within its kind."""
        match item.kind:
            case "unit":
                return self.units[item.key]
            case "duty":
                return item.key
            case "rule":
                return rule_label(self.rules[item.key]) if item.key in self.rules else item.key
            case "clause":
                return self._clause_name(item.key)
            case _:
                return ""

    def _clause_name(self, key: str) -> str:
        row = self.clauses[key]
        return " ".join(part for part in (row.get("article", ""), row.get("heading", "")) if part) or key

    def said(self, item: Item, value: Any) -> str:
        """One side in words."""
        if value is ABSENT:
            return _("（没有这一项）")
        say = getattr(self, f"_{item.kind}", None)
        return str(say(item, value)) if say else str(value)

    def _named(self, keys: Iterable[str]) -> str:
        return "、".join(self.units.get(key, key) for key in keys) or "—"

    def _leads(self, _item: Item, keys: Iterable[str]) -> str:
        return self._named(keys)

    def _office_host(self, _item: Item, key: str | None) -> str:
        return self._named([key]) if key else _("不设办公室")

    def _unit(self, _item: Item, unit: UnitEntry) -> str:
        return f"{unit.name}（{label('unit_category', unit.category, locale())}）"

    def _unit_order(self, _item: Item, keys: Iterable[str]) -> str:
        return self._named(keys)

    def _duty_order(self, _item: Item, codes: Iterable[str]) -> str:
        return "、".join(codes)

    def _clause_order(self, _item: Item, keys: Iterable[str]) -> str:
        return "、".join(self._clause_name(key) for key in keys)

    def _posts(self, _item: Item, posts: Iterable[Post]) -> str:
        ranked = sorted(posts, key=lambda post: post.role not in POST_ROLES)  # the conference's own come first
        return "；".join(self._post(post) for post in ranked)

    def _post(self, post: Post) -> str:
        place = self.units.get(post.unit or "", post.organ or _("各成员单位"))
        return f"{label('role', post.role, locale())}：{place}{post.name}"

    def _duty(self, _item: Item, duty: DutyEntry) -> str:
        held = "、".join(
            f"{self.units.get(one.unit, one.unit)}（{label('grade', one.grade, locale())}）" for one in duty.holders
        )
        return f"{duty.text}。{_('承担')}：{held}。{_('领域')}：{field_said(duty.own_field, duty.policy_field)}"

    def _rule(self, item: Item, value: Any) -> str:
        rule = self.rules.get(item.key)
        return rule_text(rule.kind, value, rule.group, locale()) if rule else str(value)

    def _clause(self, _item: Item, row: Mapping[str, Any]) -> str:
        return str(row["text"])

    def _basis(self, _item: Item, rows: Iterable[Mapping[str, Any]]) -> str:
        return "；".join(f"《{row['title']}》{row['number']}" for row in rows) or "—"

    def _association(self, _item: Item, row: Mapping[str, Any]) -> str:
        given = {_("受委托"): row.get("delegated", ()), _("自行开展"): row.get("own", ())}
        return "；".join([row.get("name", ""), *(f"{words}：{'、'.join(what)}" for words, what in given.items())])

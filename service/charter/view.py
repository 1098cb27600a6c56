"""What the charter's pages say: sources, rules, posts and differences in an official's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from config.catalogue import CharterTemplate, Rule, label
from service.charter.comparison import Difference, Holdings
from service.charter.document import field_text, rule_text
from service.charter.overview import Overview
from service.charter.rules import Post
from service.charter.text import CharterText
from service.kit.layout import locale


def cited(source: str) -> str:
    """A source as the reader knows it: `seed 四(六)` is 制度四(六), the dossier is the collected practice."""
    return source.replace("seed ", _("制度%(article)s", article="")).replace(
        "dossier ", _("业务资料%(article)s", article="")
    )


def rule_label(rule: Rule) -> str:
    """What the rule is called."""
    return rule.label_en if locale() == "en" else rule.label_zh


@dataclass(frozen=True)
class RuleLine:
    """One working rule as it is read: its value, and the template's where it differs."""

    key: str
    label: str
    value: str
    template: str
    strength: str
    source: str


@dataclass(frozen=True)
class RuleGroup:
    """The rules under one article."""

    article: str
    title: str
    lines: list[RuleLine]
    editable: bool


ARTICLES = {
    "二": _later("成员单位和人员"),
    "三": _later("职责与报送"),
    "四(一)": _later("向政府报告"),
    "四(二)": _later("全体会议"),
    "四(三)": _later("专题会议和联络员会议"),
    "四(四)": _later("成员单位工作"),
    "四(五)": _later("信息沟通"),
    "四(六)": _later("重大问题上报和征求意见"),
    "一": _later("督促检查与通报"),
    "末句": _later("因地制宜"),
}
DERIVED = "convener_count"  # follows from the posts; not typed in


def rule_groups(seen: Overview, rules: dict[str, Rule]) -> list[RuleGroup]:
    """The working rules by article, in the charter's order."""
    original = {rule.key: rule.value for rule in seen.template.rules}
    groups: dict[str, list[Rule]] = {}
    for rule in rules.values():
        groups.setdefault(rule.article, []).append(rule)
    return [
        RuleGroup(
            article=article,
            title=str(ARTICLES[article]),
            lines=[_line(rule, seen.text.rules.get(rule.key), original.get(rule.key)) for rule in members],
            editable=any(open_to_change(rule) for rule in members),
        )
        for article in ARTICLES
        if (members := groups.get(article))
    ]


def open_to_change(rule: Rule) -> bool:
    """Whether the rule stands in the form."""
    return rule.adjustable and rule.key != DERIVED


def _line(rule: Rule, value: Any, original: Any) -> RuleLine:
    original = list(original) if isinstance(original, tuple) else original
    return RuleLine(
        key=rule.key,
        label=rule_label(rule),
        value=rule_text(rule.kind, value, rule.group, locale()),
        template=rule_text(rule.kind, original, rule.group, locale()) if original != value else "",
        strength=rule.strength,
        source=cited(rule.source),
    )


@dataclass(frozen=True)
class DifferenceLine:
    """One difference as it is read."""

    kind: str
    item: str
    template: str
    own: str


KINDS = {
    "conference_name": _later("名称"),
    "leads": _later("牵头部门"),
    "office_host": _later("办公室所在单位"),
    "unit": _later("成员单位"),
    "category": _later("单位类别"),
    "order": _later("单位顺序"),
    "posts": _later("召集人和办公室"),
    "duty": _later("职责"),
    "holders": _later("承担单位"),
    "joint": _later("共同承担"),
    "field": _later("职责领域"),
    "own_field": _later("本级领域名称"),
    "rule": _later("工作规则"),
}


def difference_lines(found: list[Difference], sides: Sides, rules: dict[str, Rule]) -> list[DifferenceLine]:
    """The differences between two texts, each in a line. Source: dossier 1.5 (差异对照表)."""
    words = _Words(sides, rules)
    return [
        DifferenceLine(
            str(KINDS[item.kind]), words.item(item), words.value(item, item.template), words.value(item, item.own)
        )
        for item in found
    ]


Sides = tuple[CharterTemplate | CharterText, CharterText]


class _Words:
    """Keys and codes of the two texts, told by name; the second one's names count."""

    def __init__(self, sides: Sides, rules: dict[str, Rule]) -> None:
        self.rules = rules
        self.units = {unit.key: unit.name for side in sides for unit in side.units}
        self.duties = {duty.code: duty.text for side in sides for duty in side.duties}

    def item(self, difference: Difference) -> str:
        """What the line is about."""
        key = difference.key
        match difference.kind:
            case "unit" | "category":
                return self.units[key]
            case "duty" | "holders" | "joint" | "field" | "own_field":
                return f"{key} {self.duties[key]}"
            case "rule":
                return rule_label(self.rules[key]) if key in self.rules else key
            case _:
                return ""

    def value(self, difference: Difference, value: Any) -> str:
        """One side of the line; a dash where that side has none."""
        if value in (None, [], ""):
            return "—"
        match difference.kind:
            case "leads" | "order" | "joint":
                return "、".join(self.units[key] for key in value)
            case "category":
                return label("unit_category", value, locale())
            case "field":
                return label("policy_field", value, locale())
            case "office_host":
                return self.units[value]
            case "holders":
                return "、".join(self._holders(value))
            case "posts":
                return "、".join(self._posts(value))
            case "rule":
                rule = self.rules[difference.key]
                return rule_text(rule.kind, value, rule.group, locale())
            case _:
                return str(value)

    def _holders(self, holdings: Holdings) -> list[str]:
        """In the order of the units."""
        order = list(self.units)
        named = sorted(holdings, key=lambda held: order.index(held[0]))
        return [f"{self.units[key]}（{label('grade', grade, locale())}）" for key, grade in named]

    def _posts(self, posts: list[str]) -> Iterator[str]:
        for post in posts:
            role, place, name = post.split(":", 2)
            yield f"{label('role', role, locale())} {self.units.get(place, place)}{name}"


def field_said(own: str, policy_field: str) -> str:
    """The field as the place calls it, the seed's beside it: 一老一小照护（服务网络建设）."""
    return field_text(own, policy_field, locale())


def post_place(seen: Overview, post: Post) -> str:
    """Where a post stands: its unit, its organ, or each member unit."""
    unit = seen.text.unit(post.unit)
    return unit.name if unit else post.organ or _("各成员单位")

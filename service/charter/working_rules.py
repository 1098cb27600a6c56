"""The working rules of the charter: their kinds, their bounds, and what must hold between them. Pure.

Source: seed 四; dossier 1.4, 2.1, 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from config.catalogue import Rule, label
from service.charter import own_meetings
from service.charter.rules import Caution, refuse


def changed_rules(
    definitions: Iterable[Rule], current: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """All the rules after the changes, each of its kind and all of them consistent. Source: seed 四."""
    known = {rule.key: rule for rule in definitions}
    merged = dict(current)
    for key, value in changes.items():
        if key not in known:
            raise refuse(f"没有名为“{key}”的规则。", f"There is no rule {key!r}.", key, "制度四 工作规则")
        merged[key] = _changed(known[key], current.get(key), value)
    _check_together(merged)
    return merged


def _changed(rule: Rule, before: Any, value: Any) -> Any:
    after = rule_value(rule, value)
    if after != before and not rule.adjustable:
        raise refuse(
            f"“{rule.label_zh}”为制度硬性规定，不能调整。",
            f"“{rule.label_en}” is fixed by the charter.",
            rule.key,
            rule.source,
        )
    return after


def rule_value(rule: Rule, value: Any) -> Any:
    """The value as JSON keeps it, or a refusal at the rule's field."""
    if not _fits(rule, value):
        raise refuse(
            f"“{rule.label_zh}”填写有误：{EXPECTED[rule.kind]}。",
            f"“{rule.label_en}” is not a valid value.",
            rule.key,
            rule.source,
        )
    if rule.kind == "meetings":
        return own_meetings.kept(value)
    return list(value) if rule.kind in ("choices", "integers", "names") else value


MOST_LETTERS, MOST_NAMES = 20, 10
EXPECTED = {
    "integer": "应为整数，并在合理范围内",
    "integers": "应为若干整数",
    "boolean": "应为是或否",
    "text": "应为不超过60字的文字",
    "names": f"应为若干不同的名称，每个不超过{MOST_LETTERS}字",
    "meetings": f"每种会议填写不同的名称，不超过{MOST_LETTERS}字，周期和主持人从选项中选择",
    "month_day": "应为月-日，如 07-31",
    "date": "应为日期，如 2028-12-31",
    "choice": "应从选项中选择一项",
    "choices": "应从选项中选择",
}


def _fits(rule: Rule, value: Any) -> bool:
    match rule.kind:
        case "integer":
            return _is_number(rule, value)
        case "integers":
            return _listed(value) and all(_whole(item) and 0 <= item <= 366 for item in value)
        case "boolean":
            return isinstance(value, bool)
        case "names":
            return _listed(value) and len(set(value)) == len(value) <= MOST_NAMES and all(map(_is_name, value))
        case "meetings":
            return own_meetings.fits(value)
        case "month_day":
            return isinstance(value, str) and _is_day(f"2026-{value}")
        case "date":
            return value is None or (isinstance(value, str) and _is_day(value))
        case "choice":
            return value in rule.choices
        case "choices":
            return _listed(value) and all(item in rule.choices for item in value)
        case _:
            return isinstance(value, str) and 0 < len(value.strip()) <= 60


def _listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(rule: Rule, value: Any) -> bool:
    """Only a number that the tenant is free to set may be left empty."""
    if value is None:
        return rule.strength == "configurable"
    low, high = _range(rule.key)
    return _whole(value) and low <= value <= high


def _range(key: str) -> tuple[int, int]:
    if "percent" in key:
        return 1, 100
    if "day_of" in key:
        return 1, 31
    return 0, 366


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MOST_LETTERS


def _is_day(value: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


ORDERED = (
    ("plenary_min", "plenary_max", "全体会议每年至少次数不得大于至多次数。", "制度四(二)"),
    ("overdue_yellow_days", "overdue_red_days", "红色督办不得早于黄色督办。", "制度一 督促检查"),
)


def _check_together(rules: Mapping[str, Any]) -> None:
    for low, high, sentence, source in ORDERED:
        if None not in (rules[low], rules[high]) and rules[low] > rules[high]:
            raise refuse(sentence, f"{low} must not exceed {high}.", low, source)
    if rules["plenary_max"] == 0:
        raise refuse(
            "全体会议每年至多次数至少为一次。",
            "At least one plenary a year is possible.",
            "plenary_max",
            "制度四(二)",
        )
    _check_rhythm(rules)
    _check_chairs(rules)


# How many meetings a year each rhythm makes at most.
TIMES = {"half_year": 2, "quarter": 4, "two_months": 6, "month": 12}


def _check_rhythm(rules: Mapping[str, Any]) -> None:
    """The numbers of a year and the rhythm within it agree; what must come before a plenary exists."""
    most = TIMES.get(rules["plenary_cadence"])
    if most is not None and (rules["plenary_min"] > most or rules["plenary_max"] < most):
        raise refuse(
            f"全体会议{label('cadence', rules['plenary_cadence'])}，全年为{most}次："
            f"至少次数不得大于{most}，至多次数不得小于{most}。",
            f"That rhythm makes {most} plenaries a year: the minimum is no more, the maximum no less.",
            "plenary_cadence",
            "制度四(二)",
        )
    if rules["liaison_before_plenary"] and not rules["liaison_meeting"]:
        raise refuse(
            "全体会议前须开联络员会议的，应同时设联络员会议。",
            "Where a liaison meeting comes before each plenary, there are liaison meetings.",
            "liaison_before_plenary",
            "制度四(三)",
        )


def _check_chairs(rules: Mapping[str, Any]) -> None:
    if not rules["special_chair"]:
        raise refuse(
            "专题会议须至少确定一种主持人。", "Somebody chairs special meetings.", "special_chair", "制度四(三)"
        )


def cautions(rules: Mapping[str, Any], roles: Sequence[str], name: str) -> Iterator[Caution]:
    """What the rules ask of posts that nobody fills, and a name that says another kind of body. Source: dossier 1.5, 2.1."""
    if rules.get("deputy_may_chair") and "deputy_convener" not in roles:
        yield Caution(
            "规则允许副召集人主持全体会议，但没有设副召集人。",
            "A deputy convener may chair the plenary, and there is none.",
            "制度四(二)",
        )
    if rules.get("chief_convener") and roles.count("convener") < 2:
        yield Caution("只有一名召集人，不必设总召集人。", "With one convener there is no chief.", "制度二 成员单位")
    if (word := body(rules)) not in name:
        yield Caution(
            f"机制称谓为“{word}”，名称“{name}”中没有这个称谓，请确认。",
            f"The body is called {word}; its name does not say so.",
            "制度二 成员单位",
        )


def body(rules: Mapping[str, Any]) -> str:
    """What the body is called for short: 联席会议 (also for 局际联席会议), 工作专班, … Source: dossier 1.5, 2.1 (术语)."""
    kind = rules.get("body_kind", PLAIN[0])
    return label("body_kind", PLAIN[0] if kind in PLAIN else kind)


PLAIN = ("joint_conference", "bureau_conference")


def from_form(rule: Rule, texts: Sequence[str]) -> Any:
    """What the form's fields of this rule say, as a typed value; what cannot be read stays text and is refused."""
    text = texts[-1].strip() if texts else ""
    match rule.kind:
        case "integer":
            return _number(text) if text else None
        case "integers":
            return [_number(part) for part in re.split(r"[,，、\s]+", text) if part]
        case "boolean":
            return text == "1"
        case "names":
            return [part for part in re.split(r"[,，、;；\s]+", text) if part]
        case "meetings":
            return own_meetings.parsed(text)
        case "date":
            return text or None
        case "choices":
            return [value for value in texts if value]
        case _:
            return text


def _number(text: str) -> int | str:
    """Full-width digits are digits too."""
    return int(text) if text.isdecimal() and len(text) < 6 else text

"""The working rules of the charter: their kinds, their bounds, and what must hold between them. Pure.

Source: seed 四; dossier 1.4, 2.1, 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from config.catalogue import Rule
from service.charter.rules import refuse


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
    return list(value) if rule.kind in ("choices", "integers") else value


EXPECTED = {
    "integer": "应为整数，并在合理范围内",
    "integers": "应为若干整数",
    "boolean": "应为是或否",
    "text": "应为不超过60字的文字",
    "month_day": "应为月-日，如 07-31",
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
        case "month_day":
            return isinstance(value, str) and _is_month_day(value)
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


def _is_month_day(value: str) -> bool:
    if not re.fullmatch(r"\d\d-\d\d", value):
        return False
    try:
        date.fromisoformat(f"2026-{value}")
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
        case "choices":
            return [value for value in texts if value]
        case _:
            return text


def _number(text: str) -> int | str:
    """Full-width digits are digits too."""
    return int(text) if text.isdecimal() and len(text) < 6 else text

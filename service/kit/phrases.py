"""What marshmallow says of a field, in Chinese. tests/kit/test_phrases.py walks all that it can say."""

from __future__ import annotations

import re

_SAID: tuple[tuple[str, str], ...] = (
    (r"Missing data for required field\.", "缺少必填项。"),
    (r"Field may not be null\.", "不能为空。"),
    (r"Unknown field\.", "没有此字段。"),
    (r"Invalid JSON body\.|Not valid JSON.*", "内容不是有效的 JSON。"),
    (r"Invalid (input )?type\.|Not a valid mapping type\.", "内容格式不对。"),
    (r"Invalid value\.|Invalid input\.", "内容无效。"),
    (r"Not a valid string\.", "应为文本。"),
    (r"Not a valid utf-8 string\.", "文本编码应为 UTF-8。"),
    (r"Not a valid integer\.", "应为整数。"),
    (r"Not a valid number\.", "应为数字。"),
    (r"Number too large\.", "数字过大。"),
    (r"Special numeric values .*", "数字不能是无穷大或非数。"),
    (r"Not a valid boolean\.", "应为是（true）或否（false）。"),
    (r"Not a valid list\.", "应为列表。"),
    (r"Not a valid date\.", "日期无效，应如 2026-09-30。"),
    (r"Not a valid ((naive|aware) )?(datetime|time)\.", "时间无效，应如 2026-09-30T09:00:00+08:00。"),
    (r".* cannot be formatted as an? .*", "无法写成所要求的格式。"),
    (r"Not a valid UUID\.", "编号无效。"),
    (r"Not a valid email address\.", "电子邮箱地址无效。"),
    (r"Not a valid URL\.", "网址无效。"),
    (r"Must be one of: .*", "不在可选值之内。"),
    (r"One or more of the choices you made was (not )?in: .*", "所选内容中有不允许的值。"),
    (r"Must be equal to (.+)\.", r"须等于\1。"),
    (r"String does not match expected pattern\.", "格式不符合要求。"),
    (r"Length must be between (.+) and (.+)\.", r"长度须在\1—\2之间。"),
    (r"Length must be (.+)\.", r"长度须为\1。"),
    (r"Shorter than minimum length (.+)\.", r"长度不得少于\1。"),
    (r"Longer than maximum length (.+)\.", r"长度不得超过\1。"),
    (r"Must be greater than or equal to (.+) and less than or equal to (.+)\.", r"须在\1—\2之间。"),
    (r"Must be greater than or equal to (.+) and less than (.+)\.", r"不得小于\1，且须小于\2。"),
    (r"Must be greater than (.+) and less than or equal to (.+)\.", r"须大于\1，且不得大于\2。"),
    (r"Must be greater than (.+) and less than (.+)\.", r"须大于\1且小于\2。"),
    (r"Must be greater than or equal to (.+)\.", r"不得小于\1。"),
    (r"Must be less than or equal to (.+)\.", r"不得大于\1。"),
    (r"Must be greater than (.+)\.", r"须大于\1。"),
    (r"Must be less than (.+)\.", r"须小于\1。"),
)
_PHRASES = tuple((re.compile(said, re.DOTALL), zh) for said, zh in _SAID)


def chinese(message: str) -> str:
    """The sentence in Chinese: one of ours is so already; empty where nobody has put it into words."""
    if not message.isascii():
        return message
    found = ((phrase.fullmatch(message), zh) for phrase, zh in _PHRASES)
    return next((match.expand(zh) for match, zh in found if match), "")

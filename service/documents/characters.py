"""Which characters may be printed. Users paste anything; XML, fonts and PDF/A each refuse some of it.

`clean` drops what no document may hold (control and format characters, lone surrogates, noncharacters);
`printable` also shows 〓, the mark of a missing type, for what none of the vendored fonts can draw, because
PDF/A forbids a reference to a glyph that is not there. Source: ISO 19005-2 6.2.11.8; XML 1.0 §2.2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

MISSING = "〓"
COVERAGE = Path(__file__).parent / "fonts" / "coverage.txt"

# Line ends of every kind become one space: a paragraph is one element of the model, not a character.
_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_NEVER = frozenset({"Cc", "Cf", "Cs"})

T = TypeVar("T")


def _class_of(ranges: str) -> str:
    """A regex character class from lines of hexadecimal `FIRST-LAST`."""
    pairs = (line.split("-") for line in ranges.split())
    return "".join(f"\\U{int(first, 16):08x}-\\U{int(last, 16):08x}" for first, last in pairs)


_UNDRAWABLE = re.compile(f"[^{_class_of(COVERAGE.read_text())}]")


def _allowed(character: str) -> bool:
    """False for what is never text: controls, formatting (also bidi overrides), surrogates, noncharacters."""
    noncharacter = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return not noncharacter and unicodedata.category(character) not in _NEVER


def clean(text: str) -> str:
    """The text without what XML 1.0 or a reader could stumble over, on one line."""
    joined = _VARIATION.sub("", _BREAKS.sub(" ", text))
    return "".join(filter(_allowed, joined))


def printable(text: str) -> str:
    """The cleaned text with 〓 for each character that no vendored font can draw."""
    return _UNDRAWABLE.sub(MISSING, clean(text))


def rewritten(value: T, by: Callable[[str], str]) -> T:
    """The same frozen value with every text in it passed through `by`."""
    return _rewritten(value, by)


def _rewritten(value: Any, by: Callable[[str], str]) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return by(value)
    if isinstance(value, tuple):
        return tuple(_rewritten(item, by) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _rewritten(getattr(value, f.name), by) for f in fields(value)})
    return value

"""What a unit's consent is bound to: the passages that touch its duties, as they were written. Pure.

Each unit's consent binds the title, the passages that cite a duty for which the unit was asked, and the passages that
cite no duty at all. A unit that was asked without a duty (added by hand) is bound to the whole text. The order counts;
the passages' numbers do not, so that a passage put in elsewhere voids nobody else's consent. What is bound is kept as
a SHA-256. Source: seed 四(六); dossier 1.4 R6.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

Scope = frozenset[str]  # duties, by id; none: the whole text


@dataclass(frozen=True, slots=True)
class Passage:
    """One numbered passage, and the duties that it touches, by id."""

    text: str
    duties: tuple[str, ...] = ()

    @property
    def sealed(self) -> list[Any]:
        """What is hashed of it: the words as they stand, and the duties in no order."""
        return [self.text, sorted(self.duties)]

    @property
    def duty_ids(self) -> list[UUID]:
        return [UUID(duty) for duty in self.duties]


@dataclass(frozen=True, slots=True)
class Text:
    """What a matter says: its title and its passages in order."""

    title: str
    passages: tuple[Passage, ...]

    @classmethod
    def from_json(cls, title: str, passages: Iterable[Mapping[str, Any]]) -> Text:
        return cls(title, tuple(Passage(row["text"], tuple(row["duties"])) for row in passages))

    def as_json(self) -> list[dict[str, Any]]:
        return [{"text": passage.text, "duties": list(passage.duties)} for passage in self.passages]

    @property
    def duties(self) -> tuple[str, ...]:
        """Every duty that is cited, once, in the order of the text."""
        return tuple(dict.fromkeys(duty for passage in self.passages for duty in passage.duties))


def binds(passage: Passage, scope: Scope) -> bool:
    """Whether the passage is part of what a unit with that scope consents to."""
    return not scope or not passage.duties or not scope.isdisjoint(passage.duties)


def bound(text: Text, scope: Scope) -> list[int]:
    """The numbers, from 1, of the passages that the consent rests on."""
    return [number for number, passage in enumerate(text.passages, 1) if binds(passage, scope)]


def digest(text: Text, scope: Scope) -> str:
    """The SHA-256 of what a unit with that scope consents to."""
    sealed = [text.title, [passage.sealed for passage in text.passages if binds(passage, scope)]]
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False).encode()).hexdigest()


def touches(before: Text, after: Text, had: Scope, has: Scope) -> bool:
    """Whether the edit changes what the unit consented to, or for what it is asked."""
    return had != has or digest(before, had) != digest(after, has)


# --- editorial edits: blanks and punctuation alone ---

_FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width letters, digits and signs
_MARKS = "，。、；：？！“”‘’（）《》〈〉【】…—·,.;:?!\"'()"
_NUMERALS = frozenset("0123456789〇零一二两三四五六七八九十百千万亿")
_RUN = re.compile(rf"[\s{re.escape(_MARKS)}]+")


def bare(text: str) -> str:
    """The text without blanks and punctuation; a sign between two numerals is part of the number: 1.5, 三、四."""
    plain = text.translate(_FULL)
    return _RUN.sub(lambda run: run[0] if _within_a_number(plain, run) else "", plain)


def _within_a_number(text: str, run: re.Match[str]) -> bool:
    around = (text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1])
    return all(letter in _NUMERALS for letter in around)


def is_editorial(before: Text, after: Text) -> bool:
    """Whether only blanks and punctuation differ: the passages, their duties and their words are the same."""
    same_title = bare(before.title) == bare(after.title)
    return same_title and _plain(before.passages) == _plain(after.passages)


def _plain(passages: Sequence[Passage]) -> list[Any]:
    return [[bare(passage.text), sorted(passage.duties)] for passage in passages]


def still_binds(texts: Sequence[tuple[Text, bool]], scope: Scope) -> bool:
    """Whether what was agreed to in the first text stands in the last: each step is editorial, or leaves it as it was.

    `texts`: each with whether it was an editorial edit of the one before.
    """
    steps = pairwise(texts)
    return all(editorial or digest(one, scope) == digest(other, scope) for (one, _), (other, editorial) in steps)

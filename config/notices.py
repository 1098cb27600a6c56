"""What a person is told of, kind by kind: a sentence with places for what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter

from config.labels import label, labels
from config.reading import read_yaml


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its short name, its sentence, and the operation whose readers may see it."""

    about: str  # states.yaml, group notice_about
    operation: str  # of the matrix: who may not read it any more is not shown what was told
    name: tuple[str, str]
    zh: str
    en: str

    @property
    def places(self) -> frozenset[str]:
        """The names of the places in its sentence."""
        return _places(self.zh)

    def sentence(self, params: Mapping[str, str], locale: str = "zh") -> str:
        """The sentence in that language, its places filled."""
        said = {name: _word(value, locale) for name, value in params.items()}
        return (self.en if locale.startswith("en") else self.zh).format_map(said)

    def named(self, locale: str = "zh") -> str:
        """The short name in that language."""
        return self.name[1] if locale.startswith("en") else self.name[0]


def _word(value: str, locale: str) -> str:
    """The value; one that names a closed list's word (`@obligation_kind.progress`) is that word."""
    group, _dot, key = value.removeprefix("@").partition(".")
    return label(group, key, locale) if value.startswith("@") and key in labels().get(group, ()) else value


def _places(sentence: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name)


@cache
def notice_kinds() -> Mapping[str, NoticeKind]:
    """Every kind by its key, in the order of the file."""
    return {
        key: NoticeKind(said["about"], said["operation"], tuple(said["name"]), said["zh"], said["en"])
        for key, said in read_yaml("wording/notices.yaml").items()
    }

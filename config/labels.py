"""What states, roles and other closed lists are called, in Chinese and in English."""

from collections.abc import Mapping
from functools import cache

from config.reading import read_yaml

LOCALES = ("zh", "en")


@cache
def labels() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """group → key → (Chinese, English)."""
    return {
        group: {key: (zh, en) for key, (zh, en) in words.items()}
        for group, words in read_yaml("wording/states.yaml").items()
    }


def label(group: str, key: str, locale: str = "zh") -> str:
    """The word for a key. KeyError for an unknown one: a missing word is a mistake of ours, not of the reader."""
    zh, en = labels()[group][key]
    return en if locale.startswith("en") else zh


def choices(group: str, locale: str = "zh") -> list[tuple[str, str]]:
    """(key, word) of a whole group, in its own order, as a form needs it."""
    return [(key, label(group, key, locale)) for key in labels()[group]]

"""Kinds of meeting of a place's own: a name, and where it is laid down a rhythm and who chairs. Pure.

In the rules each is its name alone, or `{"name", "cadence", "chairs"}`. Source: seed 四(三), 末句; dossier 2.1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from config.labels import label, labels

IRREGULAR = "irregular"
CADENCES = ("month", "two_months", "quarter", "half_year", "year", IRREGULAR)
CHAIRS = ("office_director", "office_deputy", "convener", "deputy_convener", "lead_unit")
MOST_LETTERS, MOST = 20, 10


@dataclass(frozen=True)
class OwnMeeting:
    """One kind; without chairs of its own it is chaired as special meetings are."""

    name: str
    cadence: str = IRREGULAR
    chairs: tuple[str, ...] = ()


def own_meetings(rules: Mapping[str, Any]) -> list[OwnMeeting]:
    """The kinds that the rules know."""
    return [read(value) for value in rules.get("own_meetings", ())]


def own_meeting(rules: Mapping[str, Any], name: str) -> OwnMeeting | None:
    """The kind of that name."""
    return next((own for own in own_meetings(rules) if own.name == name), None)


def read(value: Any) -> OwnMeeting:
    """The kind that a value of the rule says."""
    if isinstance(value, str):
        return OwnMeeting(value)
    return OwnMeeting(value["name"], value.get("cadence", IRREGULAR), tuple(value.get("chairs", ())))


def fits(value: Any) -> bool:
    """Whether these are kinds: different names, known rhythms and posts."""
    if not isinstance(value, list | tuple) or len(value) > MOST or not all(map(_is_one, value)):
        return False
    names = [read(one).name.strip() for one in value]
    return len(set(names)) == len(names)


def _is_one(value: Any) -> bool:
    if isinstance(value, Mapping):
        chairs = value.get("chairs", ())
        return (
            set(value) <= {"name", "cadence", "chairs"}
            and value.get("cadence", IRREGULAR) in CADENCES
            and isinstance(chairs, list | tuple)
            and all(chair in CHAIRS for chair in chairs)
            and _is_name(value.get("name"))
        )
    return _is_name(value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= MOST_LETTERS


def kept(value: Iterable[Any]) -> list[Any]:
    """The kinds as the rules keep them: one that says nothing else as its name."""
    return [_kept(read(one)) for one in value]


def _kept(own: OwnMeeting) -> Any:
    name = own.name.strip()
    if own == OwnMeeting(own.name):
        return name
    return asdict(own) | {"name": name, "chairs": list(dict.fromkeys(own.chairs))}


def said(value: Any, lang: str = "zh") -> str:
    """One kind in words: 月度调度会（每月一次，办公室主任、召集人）."""
    own = read(value)
    rhythm = [] if own.cadence == IRREGULAR else [label("cadence", own.cadence, lang)]
    chairs = ["、".join(post(chair, lang) for chair in own.chairs)] if own.chairs else []
    return f"{own.name}（{'，'.join([*rhythm, *chairs])}）" if rhythm or chairs else own.name


def post(chair: str, lang: str = "zh") -> str:
    """What the post is called, without what else is said of it."""
    return re.split(r"[（(]", label("chair_post", chair, lang))[0].strip()


def parsed(text: str) -> list[Any]:
    """The kinds that the words say; what is no rhythm and no post stays as it is, to be refused."""
    return [_parsed(part) for part in re.findall(r"[^、，,;；\s（(]+(?:[（(][^）)]*[）)])?", text)]


def _parsed(text: str) -> Any:
    name, _open, within = text.replace("(", "（").partition("（")
    words = [word for word in re.split(r"[，,、；;\s]+", within.rstrip("）)")) if word]
    rhythms = {label("cadence", key): key for key in labels()["cadence"]}
    posts = {post(key): key for key in CHAIRS}
    cadence = [rhythms[word] for word in words if word in rhythms]
    chairs = [posts.get(word, word) for word in words if word not in rhythms]
    return {"name": name, "cadence": cadence[0] if cadence else IRREGULAR, "chairs": chairs} if words else name


def rows(value: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The kinds as the form shows them; what is no kind as far as it can be shown."""
    for one in value:
        yield one if isinstance(one, dict) else asdict(OwnMeeting(str(one)))

"""The charter as one reads it: articles and paragraphs, each with its source.

Paragraphs that state what is data (who sits, who leads, who owes what, how often one meets) are written from the
data, in the seed's own words; where nothing was changed they come out as the seed has them, word for word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from config.catalogue import CharterTemplate
from config.labels import label
from service.charter.rules import Post
from service.charter.text import CharterText, text_of

DIGITS = "零一二三四五六七八九十"
VERBS = {"lead": "负责", "coordinate": "会同有关部门", "assist": "协助", "cooperate": "配合"}
TIMES = "每年召开一至两次"


@dataclass(frozen=True)
class _Reading:
    """A text, and the template whose words it began with."""

    text: CharterText
    template: CharterTemplate

    @property
    def rules(self) -> Mapping[str, Any]:
        return self.text.rules

    @property
    def members(self) -> list[Member]:
        """The units with what they hold."""
        return members_of(self.text)


@dataclass(frozen=True)
class Member:
    """A member unit with the duties it holds: (code, text, grade) in order."""

    key: str
    name: str
    duties: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Paragraph:
    """One passage. `own` where it says something else than the template."""

    key: str
    text: str
    source: str
    own: bool = False


@dataclass
class Article:
    """A numbered article with its passages."""

    number: str
    heading: str
    paragraphs: list[Paragraph] = field(default_factory=list)


def articles(text: CharterText, template: CharterTemplate) -> list[Article]:
    """The whole charter in the order of its clauses."""
    found: list[Article] = []
    for number, heading, paragraph in _passages(_Reading(text, template)):
        if not found or found[-1].number != number:
            found.append(Article(number, heading))
        found[-1].paragraphs.append(paragraph)
    return found


def _passages(seen: _Reading) -> Iterator[tuple[str, str, Paragraph]]:
    divided = False
    for clause in seen.text.clauses:
        number, heading = clause["article"].partition("(")[0], clause["heading"]
        if "units" not in clause:
            yield number, heading, _paragraph(seen, clause)
        elif not divided:
            divided = True
            for paragraph in _division(seen):
                yield number, heading, paragraph


def _paragraph(seen: _Reading, clause: Mapping[str, Any]) -> Paragraph:
    """The clause as copied, or as the tenant's data now say it."""
    written = {"composition": composition, "office": office}.get(clause["key"])
    now = written(seen) if written else _reworded(seen, clause)
    return Paragraph(clause["key"], now, clause["source"], own=now != clause["text"])


def _reworded(seen: _Reading, clause: Mapping[str, Any]) -> str:
    words: str = clause["text"].replace(seen.template.conference_name, seen.text.conference_name)
    if clause["key"] == "plenary":
        words = words.replace(TIMES, f"每年召开{times(seen.rules['plenary_min'], seen.rules['plenary_max'])}")
    return words


def composition(seen: _Reading) -> str:
    """Who sits and who convenes. Source: seed 二."""
    names = "、".join(member.name for member in seen.members)
    conveners = "、".join(_post_name(seen, post) for post in _posts(seen, "convener"))
    deputies = "、".join(_post_name(seen, post) for post in _posts(seen, "deputy_convener"))
    also = f"副召集人由{deputies}担任，" if deputies else ""
    together = "共同" if len(_posts(seen, "convener")) > 1 else ""
    return (
        f"联席会议由{names}等部门和单位组成。"
        f"联席会议召集人由{conveners}{together}担任，{also}联席会议成员为上述部门和单位有关负责同志。"
    )


def office(seen: _Reading) -> str:
    """Where the office stands, and who runs it. Source: seed 二."""
    liaison = f"各成员单位确定一名{seen.rules['liaison_rank']}干部作为联席会议办公室工作人员兼联络员。"
    if seen.text.host is None:
        return f"联席会议不设办公室，日常工作由牵头部门承担。{liaison}"
    director = "、".join(_post_name(seen, post, "一位") for post in _posts(seen, "office_director"))
    return f"联席会议办公室设在{seen.text.host.name}，负责联席会议日常工作。办公室主任由{director}兼任。{liaison}"


def _posts(seen: _Reading, role: str) -> list[Post]:
    return [post for post in seen.text.posts if post.role == role]


def _post_name(seen: _Reading, post: Post, count: str = "") -> str:
    unit = seen.text.unit(post.unit)
    return f"{unit.name if unit else post.organ}{count}{post.name}"


def _division(seen: _Reading) -> Iterator[Paragraph]:
    """A paragraph for each unit; units that the text names together stay together while nothing changed."""
    untouched = _untouched(seen)
    told: set[str] = set()
    for member in seen.members:
        clause = untouched.get(member.key)
        if clause is None:
            yield Paragraph(f"duty_{member.key}", duties_of(member), "本级制度", own=True)
        elif clause["key"] not in told:
            told.add(clause["key"])
            yield Paragraph(clause["key"], clause["text"], clause["source"])


def _untouched(seen: _Reading) -> dict[str, Mapping[str, Any]]:
    """The clause of each unit for which the clause still says exactly what holds."""
    original = {member.key: member for member in members_of(text_of(seen.template))}
    now = {member.key: member for member in seen.members}
    clauses = [clause for clause in seen.text.clauses if "units" in clause]
    return {
        key: clause
        for clause in clauses
        if all(now.get(key) == original.get(key) for key in clause["units"])
        for key in clause["units"]
    }


def members_of(text: CharterText) -> list[Member]:
    """The text's units with what they hold."""
    return [Member(unit.key, unit.name, tuple(_held(text, unit.key))) for unit in text.units]


def _held(text: CharterText, key: str) -> Iterator[tuple[str, str, str]]:
    for duty in text.duties:
        if holding := duty.grade_of(key):
            yield duty.code, duty.text, holding.grade


def duties_of(member: Member) -> str:
    """A unit's duties in one sentence, by grade: 负责…；会同有关部门…；协助…；配合…。"""
    if not member.duties:
        return f"{member.name}：按照联席会议要求做好相关工作。"
    parts = []
    for grade, verb in VERBS.items():
        texts = [_bare(text, verb) for _, text, own in member.duties if own == grade]
        if texts:
            parts.append(verb + "，".join(texts))
    return f"{member.name}：{'；'.join(parts)}。"


def _bare(text: str, verb: str) -> str:
    return text.removeprefix(verb)


def times(least: int, most: int) -> str:
    """How often a year, as the seed says it: 一至两次, 两次, 十至十二次."""
    return f"{_count(least)}次" if least == most else f"{_count(least)}至{_count(most)}次"


def _count(number: int) -> str:
    if number == 2:
        return "两"
    if number <= 10:
        return DIGITS[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def rule_text(kind: str, value: Any, group: str, lang: str = "zh") -> str:
    """A rule's value as an official reads it."""
    if value is None or value == []:
        return "—"
    match kind:
        case "boolean":
            return label("yes_no", "yes" if value else "no", lang)
        case "choice":
            return label(group, value, lang)
        case "choices":
            return "、".join(label(group, item, lang) for item in value)
        case "integers":
            return "、".join(str(item) for item in value)
        case _:
            return str(value)

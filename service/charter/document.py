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
from service.charter import own_meetings, sayings
from service.charter.rules import Post
from service.charter.text import OWN_SOURCE, CharterText, text_of

LAST_RULE = "escalation"  # the last of the seed's working rules: what else a place decided comes after it
VERBS = {"lead": "负责", "coordinate": "会同有关部门", "assist": "协助", "cooperate": "配合"}


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
            if clause["key"] == LAST_RULE and (rest := _rest(seen)):
                yield number, heading, Paragraph("rest", rest, OWN_SOURCE, own=True)
        elif not divided:
            divided = True
            for paragraph in _division(seen):
                yield number, heading, paragraph


def _paragraph(seen: _Reading, clause: Mapping[str, Any]) -> Paragraph:
    """The clause as copied, or as the tenant's data now say it."""
    written = {"composition": composition, "office": office}.get(clause["key"])
    now = _worded(seen, written(seen) if written else _reworded(seen, clause))
    return Paragraph(clause["key"], now, clause["source"], own=now != clause["text"])


def _reworded(seen: _Reading, clause: Mapping[str, Any]) -> str:
    return sayings.told(clause["key"], clause["text"], seen.rules, seen.template)


def _rest(seen: _Reading) -> str:
    """What the place decided otherwise and no clause of the seed speaks of."""
    words = sayings.rest(seen.rules, seen.template, lambda rule, value: rule_text(rule.kind, value, rule.group))
    return _worded(seen, words)


def _worded(seen: _Reading, words: str) -> str:
    """The passage with the body's own name and word in it, and without an office where there is none."""
    own = "\0"  # the body's own name may hold the word that stands for it
    kept = words.replace(seen.template.conference_name, own).replace(seen.text.conference_name, own)
    said = sayings.in_its_words(kept, seen.rules, office=seen.text.host is not None)
    return said.replace(own, seen.text.conference_name)


def composition(seen: _Reading) -> str:
    """Who sits and who convenes. Source: seed 二."""
    names = "、".join(member.name for member in seen.members)
    deputies = _posts_named(seen, "deputy_convener")
    also = f"副召集人由{deputies}担任，" if deputies else ""
    return (
        f"联席会议由{names}等部门和单位组成。"
        f"联席会议{_conveners(seen)}担任，{also}联席会议成员为上述部门和单位有关负责同志。"
    )


def has_chief(text: CharterText) -> bool:
    """Whether the convener named first is the chief of several. Source: dossier 2.1."""
    conveners = sum(post.role == "convener" for post in text.posts)
    return conveners > 1 and bool(text.rules.get("chief_convener"))


def _conveners(seen: _Reading) -> str:
    posts = _posts(seen, "convener")
    if has_chief(seen.text):
        others = "、".join(_post_name(seen, post) for post in posts[1:])
        return f"总召集人由{_post_name(seen, posts[0])}担任，召集人由{others}"
    return f"召集人由{_posts_named(seen, 'convener')}{'共同' if len(posts) > 1 else ''}"


def office(seen: _Reading) -> str:
    """Where the office stands, and who runs it. Source: seed 二."""
    liaison = f"各成员单位确定一名{seen.rules['liaison_rank']}干部作为"
    if seen.text.host is None:
        return f"联席会议不设办公室，日常工作由牵头部门承担。{liaison}联络员。"
    deputies = _posts_named(seen, "office_deputy")
    also = f"办公室副主任由{deputies}担任。" if deputies else ""
    return (
        f"联席会议办公室设在{seen.text.host.name}，负责联席会议日常工作。"
        f"办公室主任由{_posts_named(seen, 'office_director', '一位')}兼任。{also}"
        f"{liaison}联席会议办公室工作人员兼联络员。"
    )


def _posts_named(seen: _Reading, role: str, count: str = "") -> str:
    return "、".join(_post_name(seen, post, count) for post in _posts(seen, role))


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


def field_text(own: str, policy_field: str, lang: str = "zh") -> str:
    """The field as the place calls it, the seed's beside it: 一老一小照护（服务网络建设）."""
    word = label("policy_field", policy_field, lang)
    return f"{own}（{word}）" if own else word


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
        case "meetings":
            return "、".join(own_meetings.said(item, lang) for item in value)
        case "integers" | "names":
            return "、".join(str(item) for item in value)
        case _:
            return str(value)

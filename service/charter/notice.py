"""A notice (通知正文) read as a charter: who sits, who leads, who owes what, as far as its words say. Pure.

Nothing is lost: each sentence is recognised, stands in the template word for word, or is told as not recognised.
What was recognised is a proposal, row by row, for somebody to correct. Source: seed 二, 三, 四 and its last sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from config.catalogue import CharterTemplate
from service.charter.notice_words import (
    bare,
    category_of,
    field_of,
    grade_of,
    is_unit,
    names_in,
    number_of,
    phrases,
    sentences,
)

LONGEST_SENTENCE = 1500
MOST_DUTIES = 110  # as many rows as one page can be corrected in; more are for the workbook
HEADING = re.compile(r"^(?:第)?[一二三四五六七八九十]{1,3}[、条章]\s*(\S{1,20})$")
NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、])\s*")
TITLE = re.compile(
    r"^(?:关于(?:印发|建立))?《?(\S{4,60}?(?:联席会议|局际联席会议|协调小组|领导小组|工作专班|协调机制))制度》?"
)
MEMBERS = (
    re.compile(r"由([^。由]+?)(?:等)?(?:[一二三四五六七八九十\d]+个)?(?:成员)?(?:部门|单位)[^。，]*组成"),
    re.compile(r"成员单位(?:包括|有|为|：|:)([^。]+)"),
    re.compile(r"由([^。由]+?)组成"),
)
LEADS = re.compile(r"(?:牵头(?:部门|单位)(?:为|是|：|:)([^，。；]+)|由([^，。；由]+?)(?:共同)?牵头)")
HOST = re.compile(r"办公室设在([^，。；（]+)")
NO_OFFICE = re.compile(r"不(?:再)?(?:另)?设(?:立)?办公室")
POSTS = (
    ("convener", re.compile(r"(?<!副)召集人(?:分别)?由([^，。；]+?)(?:共同|分别)?(?:担任|兼任)")),
    ("deputy_convener", re.compile(r"副召集人(?:分别)?由([^，。；]+?)(?:共同|分别)?(?:担任|兼任)")),
    ("office_director", re.compile(r"办公室主任由([^，。；]+?)(?:担任|兼任)")),
    ("office_deputy", re.compile(r"(?:办公室)?副主任由([^，。；]+?)(?:担任|兼任)")),
)
RANK = re.compile(r"确定一名(.{1,4}级)(?:以上)?(?:干部|负责同志)")
TIMES = r"每(年|半年|季度|两个月|月)(?:至少|原则上)?召开([一二两三四五六\d]{1,2})(?:(?:至|到|—|-)([一二两三四五六\d]{1,2}))?次"
PLENARY = (
    re.compile(rf"{TIMES}[^。；，]{{0,12}}全体会议"),
    re.compile(rf"全体会议(?:原则上)?{TIMES}"),
)
CADENCES = {
    "年": ("year", 1),
    "半年": ("half_year", 2),
    "季度": ("quarter", 4),
    "两个月": ("two_months", 6),
    "月": ("month", 12),
}
GLUE = re.compile(r"负责|做好|开展|等相关工作|等工作|工作|[等和及与的、，；。]")
BEFORE, AFTER = "，；。、和及：", "，；。、和及等"


@dataclass(frozen=True)
class UnitRow:
    """A unit as the notice names it; `key` is that of the template's or one's own unit, if it is one."""

    key: str
    name: str
    category: str
    listed: bool = True  # among the member units, not only in the division of duties


@dataclass(frozen=True)
class DutyRow:
    """A duty as the notice words it. `code` is the template's where the words are, and else made."""

    code: str
    text: str
    policy_field: str
    grade: str
    holders: tuple[str, ...]
    quote: str
    known: bool


@dataclass(frozen=True)
class PostRow:
    """A post of the conference; `place` is a unit's name, or an organ's."""

    role: str
    place: str
    name: str


@dataclass
class Notice:
    """What was recognised, and what was not: the line's number and the words."""

    name: str = ""
    leads: list[str] = field(default_factory=list)
    host: str | None = None
    units: list[UnitRow] = field(default_factory=list)
    duties: list[DutyRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)
    rules: dict[str, Any] = field(default_factory=dict)
    rest: list[tuple[int, str]] = field(default_factory=list)


def lines_of(text: str) -> list[tuple[int, str]]:
    """The paragraphs with their numbers; one that a file broke into lines of equal width is whole again."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(text.replace("\r", "\n").replace("\u3000", " ").split("\n"), start=1):
        line = re.sub(r"\s+", "", line)
        if not line:
            continue
        if found and _goes_on(found[-1][1]) and not HEADING.match(line):
            found[-1] = (found[-1][0], found[-1][1] + line)
        else:
            found.append((number, line))
    return found


def _goes_on(line: str) -> bool:
    return len(line) > 28 and line[-1] not in "。；：！？”）】" and not HEADING.match(line) and not TITLE.match(line)


def read(text: str, template: CharterTemplate, known: Iterable[tuple[str, str]] = ()) -> Notice:
    """The notice as it reads. `known`: (key, name) of units that the place has already."""
    return _Reader(template, known).read(lines_of(text))


def best_template(text: str, templates: Sequence[CharterTemplate]) -> CharterTemplate:
    """The template most of whose units the notice names: as it stands before or after a reform."""
    return max(templates, key=lambda template: sum(unit.name in text for unit in template.units))


class _Reader:
    """One notice being read."""

    def __init__(self, template: CharterTemplate, known: Iterable[tuple[str, str]]) -> None:
        self.template = template
        self.notice = Notice()
        own = dict(known)
        units = {unit.key: unit.name for unit in template.units}
        self.keys = {bare(name): key for key, name in (*units.items(), *own.items())}
        self.taken: set[str] = set()
        self.standing = {sentence for clause in template.clauses for sentence in sentences(clause.text)}

    def read(self, lines: list[tuple[int, str]]) -> Notice:
        article = ""
        for number, line in lines:
            if heading := HEADING.match(line):
                article = heading[1]
            elif self._title(line) or self._division(line, article):
                continue
            else:
                self._sentences(number, line)
        self._finish()
        return self.notice

    def _title(self, line: str) -> bool:
        found = TITLE.match(line)
        if found is None or self.notice.name or len(line) > 70:
            return False
        self.notice.name = found[1]
        return True

    # --- who sits, who leads, who holds which post ---

    def _sentences(self, number: int, line: str) -> None:
        for sentence in sentences(line):
            if len(sentence) > LONGEST_SENTENCE:
                self.notice.rest.append((number, sentence))
                continue
            known = [step(sentence) for step in (self._members, self._led, self._office, self._posts, self._rules)]
            if not any(known) and sentence not in self.standing:
                self.notice.rest.append((number, sentence))

    def _members(self, sentence: str) -> bool:
        if [unit for unit in self.notice.units if unit.listed]:
            return False
        for pattern in MEMBERS:
            found = pattern.search(sentence)
            names = [name.removesuffix("等").removesuffix("牵头") for name in names_in(found[1])] if found else []
            if sum(is_unit(name) for name in names) >= 2:
                self._seat(names)
                return True
        return False

    def _seat(self, names: Iterable[str], *, listed: bool = True) -> None:
        there = {unit.name for unit in self.notice.units}
        for name in names:
            if name not in there:
                there.add(name)
                self.notice.units.append(UnitRow(self._key(name), name, self._category(name), listed))

    def _key(self, name: str) -> str:
        """The key of the unit that bears this name, once; none for one that nobody knows."""
        key = self.keys.get(bare(name), "")
        if key in self.taken:
            return ""
        self.taken.add(key)
        return key

    def _category(self, name: str) -> str:
        known = {bare(unit.name): unit.category for unit in self.template.units}
        return known.get(bare(name), category_of(name))

    def _led(self, sentence: str) -> bool:
        found = LEADS.search(sentence)
        names = [name for name in names_in(found[1] or found[2]) if is_unit(name)] if found else []
        self.notice.leads += [name for name in names if name not in self.notice.leads][:2]
        return bool(names)

    def _office(self, sentence: str) -> bool:
        found = HOST.search(sentence)
        if found:
            self.notice.host = found[1]
        elif NO_OFFICE.search(sentence):
            self.notice.host = ""
        return bool(found or NO_OFFICE.search(sentence))

    def _posts(self, sentence: str) -> bool:
        found = [
            post for role, pattern in POSTS for said in pattern.findall(sentence) for post in self._held(role, said)
        ]
        self.notice.posts += [post for post in found if post not in self.notice.posts]
        return bool(found)

    def _held(self, role: str, said: str) -> Iterator[PostRow]:
        """The posts of one role: 甲局局长、乙局局长 is two."""
        for one in re.split(r"、|(?<=[长记任员])(?:和|及)", said):
            place = self._place(one)
            yield PostRow(role, place, re.sub(r"^(?:一位|一名|1名|1位)", "", one.removeprefix(place)))

    def _place(self, words: str) -> str:
        """The unit or the organ in which a post stands."""
        names = sorted((unit.name for unit in self.notice.units), key=len, reverse=True)
        organ = re.match(r"[^、，。]*?(?:人民政府|政府|党委|省委|市委|县委|区委)", words)
        return next((name for name in names if words.startswith(name)), organ[0] if organ else "")

    def _rules(self, sentence: str) -> bool:
        rank = RANK.search(sentence)
        plenary = next((found for pattern in PLENARY if (found := pattern.search(sentence))), None)
        if rank:
            self.notice.rules["liaison_rank"] = rank[1]
        if plenary:
            self.notice.rules |= _plenaries(*plenary.groups())
        return bool(rank or plenary)

    # --- who owes what ---

    def _division(self, line: str, article: str) -> bool:
        """A paragraph that names units and says what they owe."""
        head, colon, body = re.sub(NUMBERED, "", line).partition("：" if "：" in line else ":")
        names = names_in(head)
        known = {unit.name for unit in self.notice.units}
        if not colon or not body or not names or not all(name in known or is_unit(name) for name in names):
            return False
        if "职责" not in article and not set(names) <= known:
            return False
        self._seat(names, listed=False)
        self.notice.duties += self._duties(names, body)
        return True

    def _duties(self, names: Sequence[str], body: str) -> list[DutyRow]:
        """What the paragraph gives these units, in the order of its words."""
        found = list(self._quoted(names, body))
        covered = [False] * len(body)
        for start, duty in found:
            covered[start : start + len(duty.quote)] = [True] * len(duty.quote)
        for start, phrase in phrases(body):
            rest = "".join(c for place, c in enumerate(phrase, start) if not covered[place])
            if len(GLUE.sub("", rest)) >= 2:
                found.append((start, self._worded(names, rest if rest != phrase else phrase)))
        return [duty for _start, duty in sorted(found, key=lambda one: one[0])]

    def _quoted(self, names: Sequence[str], body: str) -> Iterator[tuple[int, DutyRow]]:
        """The template's duties of these units whose words stand there."""
        keys = {unit.key for unit in self.notice.units if unit.name in names and unit.key}
        for duty in self.template.duties:
            grades = [holder.grade for holder in duty.holders if holder.unit in keys]
            start = _stands(duty.quote, body)
            if grades and start is not None:
                words = duty.code, duty.text, duty.policy_field, grades[0]
                yield start, DutyRow(*words, tuple(names), duty.quote, known=True)

    def _worded(self, names: Sequence[str], phrase: str) -> DutyRow:
        phrase = phrase.strip("、，；。和及")
        grade = grade_of(phrase)
        text = phrase.removeprefix("负责") if grade == "lead" else phrase
        return DutyRow("", text, field_of(phrase), grade, tuple(names), phrase, known=False)

    # --- what follows from the rest ---

    def _coded(self, duties: Iterable[DutyRow]) -> Iterator[DutyRow]:
        """The duties, those that are new numbered on after their unit's own: RS11."""
        used = {duty.code for duty in self.template.duties}
        for duty in duties:
            if not duty.code:
                prefix = self._prefix(duty)
                code = next(code for n in range(1, 1000) if (code := f"{prefix}{n}") not in used)
                used.add(code)
                duty = replace(duty, code=code)
            yield duty

    def _prefix(self, duty: DutyRow) -> str:
        """The letters of the codes of the unit's duties; N for one that has none."""
        key = next(unit.key for unit in self.notice.units if unit.name == duty.holders[0])
        codes = [one.code for one in self.template.duties if any(holder.unit == key for holder in one.holders)]
        return codes[0].rstrip("0123456789") if codes else "N"

    def _finish(self) -> None:
        """Every duty has a code; who leads is whom the notice says, else whose head convenes, else the office's host."""
        notice = self.notice
        notice.duties, beyond = notice.duties[:MOST_DUTIES], notice.duties[MOST_DUTIES:]
        notice.rest += [(0, f"{'、'.join(duty.holders)}：{duty.quote}") for duty in beyond]
        notice.duties = list(_merged(self._coded(notice.duties)))
        names = [unit.name for unit in notice.units]
        conveners = [post.place for post in notice.posts if post.role == "convener" and post.place in names]
        leads = notice.leads or list(dict.fromkeys(conveners)) or [notice.host or ""]
        notice.leads = [name for name in leads if name in names][:2]


def _stands(quote: str, body: str) -> int | None:
    """Where the words stand by themselves; a short quote inside other words is not it."""
    for found in re.finditer(re.escape(quote), body):
        start, end = found.span()
        before = start == 0 or body[start - 1] in BEFORE
        after = end == len(body) or body[end] in AFTER
        if before and (after or len(quote) >= 8):
            return start
    return None


def _plenaries(period: str, least: str, most: str | None) -> dict[str, Any]:
    """The rules that say how often a plenary is held."""
    cadence, times = CADENCES[period]
    low = number_of(least) or 1
    high = (number_of(most) if most else None) or low
    return {"plenary_min": low * times, "plenary_max": high * times} | (
        {"plenary_cadence": cadence} if cadence != "year" else {}
    )


def _merged(duties: Iterable[DutyRow]) -> Iterator[DutyRow]:
    """A duty that two paragraphs give in one grade is one, held by all of them."""
    found: dict[tuple[str, str], DutyRow] = {}
    for duty in duties:
        before = found.get((duty.code, duty.grade))
        holders = tuple(dict.fromkeys((*(before.holders if before else ()), *duty.holders)))
        found[duty.code, duty.grade] = replace(duty, holders=holders)
    return iter(found.values())

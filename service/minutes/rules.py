"""The course of minutes, how their text stands to the record, how they are numbered. Pure.

Source: seed 四(二); dossier 1.4 R2 (产出), 2.2 (会议纪要), 3.5 (纪要格式), 3.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from config.workdays import Workdays
from service.documents.composition import date_text
from service.kit.process import Process, Step
from tenants.audit import digest

ARTICLE = "制度四(二)：会议纪要"
AGREE, AMEND = "agree", "amend"
OPINIONS = (AGREE, AMEND)  # named in `countersignature`
LOCKED = ("signed", "numbered", "published")  # nothing of the text changes any more
ASKING = ("circulated", "countersigning")

MINUTES = Process(
    "minutes",
    "纪要",
    "minutes",
    "minutes_state",
    (
        Step("draft", (), "draft", "起草", "draft", ARTICLE),
        Step("revise", ("draft",), None, "修改", "revise", ARTICLE),
        Step("circulate", ("draft",), "circulated", "送参会人员核对", "circulate", ARTICLE),
        Step("amend", ASKING, "circulated", "修改后重新送核", "amend, and circulate anew", ARTICLE),
        Step("confirm", ASKING, None, "核对", "confirm", ARTICLE),
        Step("answer", ASKING, None, "答复修改意见", "answer an amendment", ARTICLE),
        Step("send", ("circulated",), "countersigning", "送会签", "send to be countersigned", ARTICLE),
        Step("countersign", ("countersigning",), None, "会签", "countersign", ARTICLE),
        Step("sign", ASKING, "signed", "签发", "sign", ARTICLE),
        Step("number", ("signed",), "numbered", "编号", "number", ARTICLE),
        Step("void", ("numbered",), "signed", "作废编号", "void the number", ARTICLE),
        Step("publish", ("numbered",), "published", "印发", "publish", ARTICLE),
        Step("correct", ("published",), None, "拟更正件", "draft a correction", ARTICLE),
    ),
)
PROCESSES = (MINUTES,)
STATES = tuple(MINUTES.all_states())

# --- the text, passage by passage ---

LEAD, HEARD, AGREED, CLOSING = "lead", "heard", "agreed", "closing"
PRESENT, LEAVE, OBSERVERS, DISTRIBUTION = "present", "leave", "observers", "distribution"
ITEM, CHANGE = "item:", "change:"  # led by these, the id of an agreed item
LISTS = (PRESENT, LEAVE, OBSERVERS)
LONGEST = 5000  # characters of a passage


@dataclass(frozen=True)
class Passage:
    """One passage of the text; `key` says what of the record it tells."""

    key: str
    text: str

    @property
    def item(self) -> str:
        """The id of the agreed item that it tells, or nothing."""
        return self.key.removeprefix(ITEM) if self.key.startswith(ITEM) else ""


@dataclass(frozen=True)
class Recorded:
    """A passage as the record would have it, with what of an agreed item the words must not contradict."""

    key: str
    text: str
    lead: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Compared:
    """A passage beside the record: `text` is None where the minutes miss it, `record` where the record has no such.

    `against` names what of the record the words do not say: `lead`, `due`.
    """

    key: str
    text: str | None
    record: str | None
    against: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.text != self.record

    @property
    def parts(self) -> list[tuple[str, str]]:
        """From the record to the text: what is kept, added, dropped."""
        return list(difference(self.record or "", self.text or ""))


_BEFORE, _AFTER = (LEAD, HEARD, AGREED), (CLOSING, PRESENT, LEAVE, OBSERVERS, DISTRIBUTION)


def in_order(texts: Mapping[str, str]) -> list[Passage]:
    """The passages as minutes have them; an agreed item without words is left out."""
    items = [key for key in texts if key not in _BEFORE and key not in _AFTER and texts[key]]
    keys = [*(key for key in _BEFORE if key in texts), *items, *(key for key in _AFTER if key in texts)]
    return [Passage(key, texts[key]) for key in keys]


def compared(passages: Sequence[Passage], record: Sequence[Recorded]) -> list[Compared]:
    """The text beside the record, in the order of the text; what it misses comes last."""
    known = {one.key: one for one in record}
    found = [_beside(passage, known.pop(passage.key, None)) for passage in passages]
    return [*found, *(Compared(one.key, None, one.text) for one in known.values() if one.text)]


def _beside(passage: Passage, one: Recorded | None) -> Compared:
    if one is None:
        return Compared(passage.key, passage.text, None if passage.item else "")
    return Compared(passage.key, passage.text, one.text, tuple(_against(passage.text, one)))


def _against(text: str, one: Recorded) -> Iterator[str]:
    """What the words of an agreed item do not say as the record has it."""
    if one.lead and one.lead not in text:
        yield "lead"
    if one.due and not any(said in text for said in due_texts(one.due)):
        yield "due"


def due_texts(due: date) -> tuple[str, str]:
    """2026年8月1日, or without the year."""
    return date_text(due), date_text(due).partition("年")[2]


def contradictions(lines: Iterable[Compared]) -> list[Compared]:
    """The passages that may not go out unseen: another lead or due, an agreed item left out, one that was not agreed."""
    return [line for line in lines if line.against or (line.key.startswith(ITEM) and None in (line.text, line.record))]


def difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """`same`, `gone` and `new` pieces that lead from one text to the other."""
    for verb, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            yield "same", before[a:b]
        if verb in ("delete", "replace"):
            yield "gone", before[a:b]
        if verb in ("insert", "replace"):
            yield "new", after[c:d]


def text_hash(title: str, passages: Sequence[Passage], changes: Sequence[Mapping[str, Any]] = ()) -> str:
    """What is confirmed, countersigned and signed: the title, every passage, and what it changes of agreed items."""
    said = [[passage.key, passage.text] for passage in passages]
    return digest({"title": title, "passages": said, "changes": [dict(change) for change in changes]})


# --- agreed items in words ---


@dataclass(frozen=True)
class Item:
    """An agreed item as the record has it, with names for its units."""

    id: str
    kind: str
    text: str
    lead: str = ""
    cooperating: tuple[str, ...] = ()
    due: date | None = None
    deliverable: str = ""
    planned: bool = False  # it came of an agenda item that settles a plan: the meeting decides it


def item_text(item: Item) -> str:
    """会议决定/会议明确/会议要求…, with lead, cooperating units, due and form of result. Source: dossier 3.5."""
    bare = item.text.strip().rstrip("。；")
    if item.kind == "in_principle":
        return f"会议原则同意：{bare}。"
    verb = "会议要求，继续研究" if item.kind == "to_study" else "会议决定，" if item.planned else "会议明确，"
    duties = "，".join(_who_and_when(item))
    return f"{verb}{bare}。" + (f"{duties}。" if duties else "")


def _who_and_when(item: Item) -> Iterator[str]:
    if item.lead:
        yield f"由{item.lead}牵头"
    if item.cooperating:
        yield f"{'、'.join(item.cooperating)}配合"
    if item.due:
        yield f"{date_text(item.due)}前完成"
    if item.deliverable.strip():
        yield f"成果形式为{item.deliverable.strip().rstrip('。')}"


# --- who signs, by when ---


def signer(kind: str, charter: Mapping[str, Any]) -> str:
    """Who signs the minutes of such a meeting. Source: dossier 1.6 (签发纪要), 2.1."""
    return charter["plenary_minutes_signer" if kind == "plenary" else "special_minutes_signer"]


def reply_by(asked_on: date, charter: Mapping[str, Any], days: Workdays) -> date:
    """The last day to say what one thinks of the text. Source: dossier 6 (会签反馈 3工作日)."""
    return days.add(asked_on, charter["minutes_countersign_workdays"] or 0)


# --- numbers ---

PLENARY_SERIES = "plenary"


def series_of(kind: str, own_kind: str) -> str:
    """The series in which the minutes of such a meeting are numbered: each kind has its own."""
    return own_kind if kind == "own" else kind


def number_text(series: str, year: int, serial: int) -> str:
    """〔2026〕1号 for plenaries, 第1期 for the others: no 第 and no zeros in the former. Source: dossier 3.2, 3.5."""
    return f"〔{year}〕{serial}号" if series == PLENARY_SERIES else f"第{serial}期"


def cited(number: str, year: int) -> str:
    """The number as another text names it: 第1期 needs its year."""
    return number if number.startswith("〔") else f"{year}年{number}"

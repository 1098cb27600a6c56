"""What a report to the government must hold, and the parts it is made of. Source: seed 四(一), dossier 1.4 R1, 5.1."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from service.documents.rules import Finding, check_document_number
from tenants.errors import Refused

RULE_VERSION = "progress-2026.1"  # the version of the formulas of dossier 6
PARTS = ("experience", "problem", "suggestion")
TITLES = {
    "work": "政策落实和工作任务完成情况",
    "experience": "各地经验和做法",
    "problem": "存在的突出问题",
    "suggestion": "下一步工作安排的建议",
}
HEADINGS = {kind: f"{number}、{title}" for number, (kind, title) in zip("一二三四", TITLES.items(), strict=True)}
NEEDED = {
    "experience": ("应总结推广各地经验", "The report shares what localities learned."),
    "problem": ("应分析存在的突出问题", "The report analyses prominent problems."),
    "suggestion": ("应提出工作安排的建议", "The report proposes what to do next."),
}
MOST_ADOPTED = 5
MOST_IN_PASSAGE = 5000
RULE_ONE = "制度四(一)"


def choose(places: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The first proposals for a part: what places said of it, one a place, nothing twice, in the order of codes."""
    said: dict[str, dict[str, Any]] = {}
    for place in places:
        if text := place["words"].get(kind):
            said.setdefault(text, passage(place, text))
    return list(said.values())[:MOST_ADOPTED]


def passage(place: Mapping[str, Any] | None, text: str, edited: bool = False) -> dict[str, Any]:
    """A passage with the place and the revision it comes from; without a place it is the office's own."""
    where = place or {"name": "", "slug": "", "revision": None}
    return {
        "source": where["name"],
        "slug": where["slug"],
        "revision": where["revision"],
        "text": text,
        "edited": edited,
    }


def adopt(entry: Mapping[str, Any], kind: str, places: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A passage as it is kept: its source is a place of the snapshot or nobody; `edited` if it is not that place's words.

    Refused: a passage longer than a report can bear.
    """
    text = entry["text"].strip()
    if len(text) > MOST_IN_PASSAGE:
        raise Refused(
            f"“{TITLES[kind]}”中有一段长{len(text)}字，超过{MOST_IN_PASSAGE}字，请删改或分段。",
            en=f"A passage has {len(text)} characters; at most {MOST_IN_PASSAGE} are allowed.",
            source=RULE_ONE,
            field=kind,
        )
    place = places.get(entry.get("slug") or "")
    return passage(place, text, edited=place is not None and text != place["words"].get(kind, "").strip())


def warnings(parts: Mapping[str, Any], leaf: bool = False) -> Iterator[Finding]:
    """What an experienced reader would send back, said before it is sent."""
    for kind, (zh, en) in NEEDED.items():
        if not parts.get(kind):
            yield Finding("warning", f"{kind}.empty", f"“{TITLES[kind]}”为空：{zh}。", en, RULE_ONE)
    experiences = parts.get("experience", [])
    if experiences and not leaf and not any(item["source"] for item in experiences):
        message = "“各地经验和做法”没有一条来自各地：请至少采用一个地区的做法并注明地区。"
        yield Finding("warning", "experience.source", message, "No locality is among the experiences.", RULE_ONE)


def addressees(report_to: str) -> tuple[str, list[str]]:
    """The one government a report goes to, and who else the charter names and gets a copy.

    Source: 条例第十五条(一): one superior organ is addressed, others are copied to.
    """
    names = [
        re.sub(r"(?<!人民)政府$", "人民政府", name) for name in re.split(r"[、，,；;\s]+", report_to.strip()) if name
    ]
    main = next((name for name in names if name.endswith("政府")), names[0] if names else "")
    return main, [name for name in names if name != main]


def serial_of(number: str) -> tuple[str, int]:
    """A document number's code with its year, and its serial: 衡人社发〔2026〕 and 3."""
    code, serial = number.removesuffix("号").split("〕")
    return f"{code}〕", int(serial)


def check_turn(number: str, given: Collection[str], gap_reason: str) -> None:
    """The number is the next of its code and year, or says why it is not. The first of a code may be any.

    Refused: a number of wrong form, one given before, a gap without a reason. Source: dossier 3.7.
    """
    check_document_number(number)
    code, serial = serial_of(number)
    used = [last for known, last in map(serial_of, given) if known == code]
    if serial in used:
        raise _refused(f"文号{number}已经用过，同一代字、同一年份内不得重号。", f"{number} has been given before.")
    if used and serial != max(used) + 1 and not gap_reason.strip():
        due = f"{code}{max(used) + 1}号"
        raise _refused(
            f"文号应连续，下一号为{due}；确需跳号的，请写明中间各号的去向（作废或另有他用）。",
            f"Numbers run on: the next is {due}; a gap needs a reason.",
        )


def _refused(message: str, en: str) -> Refused:
    return Refused(message, en=en, source="公文处理：文号按“代字+年份”连续、唯一", field="document_number")


def next_number(given: Sequence[str], year: int) -> str:
    """What the next report is likely to be numbered: the last code, this year, one more; nothing if none was given."""
    if not given:
        return ""
    code = serial_of(given[-1])[0].split("〔")[0] + f"〔{year}〕"
    return f"{code}{max((last for known, last in map(serial_of, given) if known == code), default=0) + 1}号"

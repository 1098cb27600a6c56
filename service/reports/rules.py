"""What a report to the government must hold, and the parts it is made of. Source: seed 四(一), dossier 1.4 R1, 5.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

RULE_VERSION = "progress-2026.1"  # the version of the formulas of dossier 6
PARTS = ("experience", "problem", "suggestion")
HEADINGS = {
    "work": "一、政策落实和工作任务完成情况",
    "experience": "二、各地经验和做法",
    "problem": "三、存在的突出问题",
    "suggestion": "四、下一步工作安排的建议",
}
ASKING = ("请批示", "请批复", "请审批", "妥否", "当否")
MOST_ADOPTED = 5


def choose(items: Sequence[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The first proposals for a part: what places said of it, one a place, in the order of their codes."""
    said = [item for item in items if item["words"].get(kind)]
    return [
        {"source": item["name"], "slug": item["slug"], "revision": item["revision"], "text": item["words"][kind]}
        for item in said[:MOST_ADOPTED]
    ]


def warnings(parts: Mapping[str, Any]) -> list[str]:
    """What an experienced reader would send back, said before it is sent."""
    found = [
        f"{HEADINGS[kind]}中出现“{word}”：报告不得夹带请示事项(公文处理工作条例第十五条)。"
        for kind in PARTS
        for word in ASKING
        if any(word in item["text"] for item in parts.get(kind, []))
    ]
    if not parts.get("experience"):
        found.append("“各地经验和做法”为空：应总结推广各地经验(工作规则(一))。")
    if not parts.get("problem"):
        found.append("“存在的突出问题”为空：应分析存在的突出问题(工作规则(一))。")
    return found


def full_name(place: str, unit: str) -> str:
    """A unit as strangers know it: 省人力资源社会保障厅 of 衡川省 is 衡川省人力资源社会保障厅."""
    return place + (unit[1:] if unit[0] in "省市县区" else unit)

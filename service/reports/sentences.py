"""Part one of a report: the sentences that state the snapshot's figures, each figure with where it is sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from service.documents.composition import date_text
from service.documents.model import Block, Figure, Heading, Text, runs
from service.kit.period import Period
from service.reports.models import Snapshot
from service.reports.totals import Total, is_leaf, own_totals, plain, totals

Sentence = list[str | Figure | Text]
OWN = ("completion_rate", "due_completion_rate", "on_time_rate")


class Teller:
    """Tells figures of one snapshot: the summed ones, or (`/own`) the holder's alone."""

    def __init__(self, snapshot: Snapshot, told: Mapping[str, Total], of: str = "") -> None:
        self.snapshot, self.told, self.of = snapshot, told, of

    def value(self, key: str) -> Figure:
        """The figure itself."""
        total = self.told[key]
        return Figure(total.text, self._ref(total), total.indicator.name_zh)

    def part(self, key: str, part: str) -> Figure:
        """Its numerator or its denominator."""
        total = self.told[key]
        label = getattr(total.indicator, f"{part}_zh") or total.indicator.name_zh
        return Figure(plain(getattr(total.amount, part)), f"{self._ref(total)}/{part}", label)

    def covered(self, key: str) -> str:
        return self.told[key].covered

    def _ref(self, total: Total) -> str:
        return f"{total.indicator.code}@{self.snapshot.period}#{self.snapshot.number}{self.of}"


def part_one(snapshot: Snapshot) -> list[Block]:
    """政策落实和工作任务完成情况: overall, tasks, meetings, and the holder's own level where places are below it."""
    teller = Teller(snapshot, totals(snapshot.content))
    told: list[tuple[str, Callable[[Teller], Sentence]]] = [
        ("总体情况。", overall),
        ("任务推进情况。", progress),
        ("会议和报送情况。", meetings),
    ]
    if not is_leaf(snapshot.content):
        told.append(("本级情况。", own_level))
    return [Heading(2, title, follows=runs(*sentence(teller))) for title, sentence in told]


def overall(teller: Teller) -> Sentence:
    """Who reported, the year's tasks, and who did not report."""
    content, cutoff = teller.snapshot.content, date_text(teller.snapshot.cutoff)
    reported = f"应报送数据的地区{content['expected']}个，实际报送{content['reported']}个。"
    return [
        f"截至{cutoff}，" if is_leaf(content) else f"截至{cutoff}，{reported}",
        f"{Period.parse(teller.snapshot.period).year}年度计划任务共",
        teller.part("completion_rate", "denominator"),
        "项，已完成",
        teller.part("completion_rate", "numerator"),
        "项，年度完成率",
        teller.value("completion_rate"),
        f"{teller.covered('completion_rate')}。",
        _late(teller),
        _silent(teller),
    ]


def _late(teller: Teller) -> str:
    """Who kept the deadline, and who reported after it, by how many days. Source: dossier 6-9, 5.2 (迟报)."""
    content = teller.snapshot.content
    if is_leaf(content) or not content.get("due"):
        return ""
    late = [place for place in content["participants"] if place["late_days"]]
    due = date_text(date.fromisoformat(content["due"]))
    told = f"上报期限为{due}，按期上报的地区{content['reported'] - len(late)}个，迟报{len(late)}个"
    names = "、".join(f"{place['name']}（迟{place['late_days']}天）" for place in late)
    return f"{told}：{names}。" if names else f"{told}。"


def _silent(teller: Teller) -> str:
    """Source: dossier 6, roll-up rule 3: a missing report is neither nought nor guessed."""
    names = [place["name"] for place in teller.snapshot.content["silent"]]
    return f"未报送数据的地区{len(names)}个：{'、'.join(names)}；其数据未计入，也未推算。" if names else ""


def progress(teller: Teller) -> Sentence:
    """Tasks that fell due: done, in time by either due date, overdue now."""
    return [
        "到期任务",
        teller.part("due_completion_rate", "denominator"),
        "项，按期应完成部分已销号",
        teller.part("due_completion_rate", "numerator"),
        "项，到期任务完成率",
        teller.value("due_completion_rate"),
        f"{teller.covered('due_completion_rate')}；按时率",
        teller.value("on_time_rate"),
        f"{teller.covered('on_time_rate')}，按原定时限计为",
        teller.value("on_time_rate_original_due"),
        f"{teller.covered('on_time_rate_original_due')}。当前逾期未完成",
        teller.value("overdue_current"),
        f"项{teller.covered('overdue_current')}。",
    ]


def meetings(teller: Teller) -> Sentence:
    """Plenaries against each place's own rule, what was agreed and done, submissions in time."""
    return [
        *_plenaries(teller),
        "会议议定事项应办结",
        teller.part("resolution_rate", "denominator"),
        "项，已办结",
        teller.part("resolution_rate", "numerator"),
        "项，落实率",
        teller.value("resolution_rate"),
        f"{teller.covered('resolution_rate')}。成员单位报送及时率",
        teller.value("timeliness_rate"),
        f"{teller.covered('timeliness_rate')}。",
    ]


def _plenaries(teller: Teller) -> Sentence:
    """Whether the own rule was held to, never a bare number of meetings. Source: dossier 6, roll-up rule 7."""
    if is_leaf(teller.snapshot.content):
        return ["全体会议召开情况（已召开次数/本级规定次数）为", teller.value("plenary_compliance"), "。"]
    return [
        "全体会议召开次数达到本地规定的地区",
        teller.part("plenary_compliance", "numerator"),
        "个，占报送地区的",
        teller.value("plenary_compliance"),
        f"{teller.covered('plenary_compliance')}。",
    ]


def own_level(teller: Teller) -> Sentence:
    """The holder's own figures without the places below."""
    holder = teller.snapshot.content["holder"]
    if not holder["own"]:
        return [f"{holder['name']}本级本期尚未发布数据。"]
    own = Teller(teller.snapshot, own_totals(teller.snapshot.content), "/own")
    sentence: Sentence = [f"{holder['name']}本级（不含各地）："]
    for key in OWN:
        sentence += [own.told[key].indicator.name_zh, own.value(key), "。" if key == OWN[-1] else "；"]
    return sentence

"""The report as an official document, written from its snapshot and its parts alone.

The same report always gives the same document: nothing here reads the database or the clock.
Source: seed 四(一), dossier 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from config.catalogue import Indicator, progress_indicators
from service.documents.model import (
    Attachment,
    Block,
    DataNote,
    Figure,
    Genre,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    runs,
)
from service.kit.period import Period
from service.reports.models import Report, Snapshot
from service.reports.rules import PARTS
from service.statistics.queries import text_of
from service.statistics.rules import MISSING, NOTHING, Amount, add, coverage, rank, ratio

TITLES = {"experience": "各地经验和做法", "problem": "存在的突出问题", "suggestion": "下一步工作安排的建议"}
PLACE_COLUMNS = (
    "completion_rate",
    "due_completion_rate",
    "on_time_rate",
    "overdue_current",
    "plenary_compliance",
    "timeliness_rate",
)


@dataclass(frozen=True)
class Total:
    """One indicator over all places that reported, with its coverage."""

    indicator: Indicator
    amount: Amount
    reported: int
    expected: int

    @property
    def text(self) -> str:
        return text_of(self.indicator, self.amount, {})


def totals(snapshot: Mapping[str, Any]) -> dict[str, Total]:
    """Σ over the snapshot's participants, by indicator key. Source: dossier 4.3, 6."""
    return {
        indicator.key: Total(indicator, *_sum(snapshot, indicator.code), snapshot["expected"])
        for indicator in progress_indicators()
    }


def _sum(snapshot: Mapping[str, Any], code: str) -> tuple[Amount, int]:
    amounts = [amount_of(place, code) for place in snapshot["participants"]]
    return add(amounts), sum(amount.reported for amount in amounts)


def amount_of(place: Mapping[str, Any], code: str) -> Amount:
    """A place's figure in the snapshot; one it did not publish is missing."""
    row = row_of(place["figures"], code)
    return MISSING if row is None else Amount(_decimal(row["numerator"]), _decimal(row["denominator"]), row["status"])


def row_of(figures: Iterable[Mapping[str, Any]], code: str) -> Mapping[str, Any] | None:
    """The figure of that code, if it was published."""
    return next((row for row in figures if row["code"] == code), None)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def write(report: Report, snapshot: Snapshot) -> OfficialDocument:
    """The document of a draft or a signed report."""
    period, head = Period.parse(report.period), report.parts["head"]
    return OfficialDocument(
        genre=Genre.REPORT,
        issuing_organ=head["organ"],
        title=f"{head['organ']}关于{period.label}{head['subject']}工作情况的报告",
        addressee=head["addressee"],
        blocks=(
            _opening(head, period),
            *_part_one(snapshot, period),
            *(block for kind in PARTS for block in _words(report, kind)),
            Paragraph(runs("特此报告。")),
        ),
        document_date=report.document_date or snapshot.cutoff,
        document_number=report.document_number,
        signer=report.signer or head["signer"],
        attachments=_attachments(snapshot),
        copy_to=head["copy_to"],
        printed_by=head["organ"],
        printed_on=report.document_date,
        data_note=DataNote(
            cutoff=snapshot.cutoff,
            due=snapshot.content["expected"],
            reported=snapshot.content["reported"],
            snapshot=snapshot.number,
            counter="个地区",
            absent=tuple(place["name"] for place in snapshot.content["silent"]),
            remarks=(f"口径版本 {snapshot.rules}；快照校验值 {snapshot.sha256[:16]}。",),
        ),
    )


def _opening(head: Mapping[str, Any], period: Period) -> Block:
    return Paragraph(runs(f"按照{head['conference']}制度要求，现将{period.label}{head['subject']}有关情况报告如下："))


def _part_one(snapshot: Snapshot, period: Period) -> list[Block]:
    summed = totals(snapshot.content)
    return [
        Heading(1, "政策落实和工作任务完成情况"),
        Heading(2, "总体情况。", follows=runs(*_overall(snapshot, summed, period))),
        Heading(2, "任务推进情况。", follows=runs(*_progress(snapshot, summed))),
        Heading(2, "会议和报送情况。", follows=runs(*_meetings(snapshot, summed))),
        Heading(2, "本级情况。", follows=runs(*_own(snapshot))),
    ]


def _overall(snapshot: Snapshot, summed: Mapping[str, Total], period: Period) -> list[str | Figure]:
    content, done = snapshot.content, summed["completion_rate"]
    sentence: list[str | Figure] = [
        f"截至{_day(snapshot.cutoff)}，应报送数据的地区{content['expected']}个，实际报送{content['reported']}个。"
        f"{period.year}年度计划任务共",
        _part(snapshot, done, "denominator"),
        "项，已完成",
        _part(snapshot, done, "numerator"),
        "项，年度完成率",
        _value(snapshot, done),
        f"{_covered(done)}。",
    ]
    if content["silent"]:
        names = "、".join(place["name"] for place in content["silent"])
        sentence.append(f"未报送数据的地区{len(content['silent'])}个：{names}；其数据未计入，也未推算。")
    return sentence


def _progress(snapshot: Snapshot, summed: Mapping[str, Total]) -> list[str | Figure]:
    due, on_time, overdue = (summed[key] for key in ("due_completion_rate", "on_time_rate", "overdue_current"))
    original = summed["on_time_rate_original_due"]
    return [
        "到期任务",
        _part(snapshot, due, "denominator"),
        "项，按期应完成部分已销号",
        _part(snapshot, due, "numerator"),
        "项，到期任务完成率",
        _value(snapshot, due),
        "；按时率",
        _value(snapshot, on_time),
        "（按原定时限计为",
        _value(snapshot, original),
        "）。当前逾期未完成",
        _value(snapshot, overdue),
        f"项{_covered(overdue)}。",
    ]


def _meetings(snapshot: Snapshot, summed: Mapping[str, Total]) -> list[str | Figure]:
    held, agreed, timely = (summed[key] for key in ("plenary_compliance", "resolution_rate", "timeliness_rate"))
    return [
        "全体会议召开次数达到本地规定的地区",
        _part(snapshot, held, "numerator"),
        "个，占报送地区的",
        _value(snapshot, held),
        "。会议议定事项应办结",
        _part(snapshot, agreed, "denominator"),
        "项，已办结",
        _part(snapshot, agreed, "numerator"),
        "项，落实率",
        _value(snapshot, agreed),
        "。成员单位报送及时率",
        _value(snapshot, timely),
        f"{_covered(timely)}。",
    ]


def _own(snapshot: Snapshot) -> list[str | Figure]:
    own = snapshot.content["holder"]
    if not own["own"]:
        return [f"{own['name']}本级本期尚未发布数据。"]
    sentence: list[str | Figure] = [f"{own['name']}本级（不含各地）："]
    for key in ("completion_rate", "due_completion_rate", "on_time_rate"):
        indicator = next(i for i in progress_indicators() if i.key == key)
        amount = amount_of({"figures": own["own"]}, indicator.code)
        total = Total(indicator, amount, 1, 1)
        sentence += [f"{indicator.name_zh}", _value(snapshot, total), "；" if key != "on_time_rate" else "。"]
    return sentence


def reference(snapshot: Snapshot, indicator: Indicator) -> str:
    """Where a figure is sealed: indicator, period, snapshot."""
    return f"{indicator.code}@{snapshot.period}#{snapshot.number}"


def _value(snapshot: Snapshot, total: Total) -> Figure:
    return Figure(total.text, reference(snapshot, total.indicator), total.indicator.name_zh)


def _part(snapshot: Snapshot, total: Total, part: str) -> Figure:
    value = getattr(total.amount, part)
    label = getattr(total.indicator, f"{part}_zh")
    return Figure(NOTHING if value is None else f"{value:f}", f"{reference(snapshot, total.indicator)}/{part}", label)


def _covered(total: Total) -> str:
    """Coverage beside a total that is not complete. Source: dossier 6-23."""
    return "" if total.reported == total.expected else f"（{coverage(total.reported, total.expected)}地区）"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _words(report: Report, kind: str) -> list[Block]:
    blocks: list[Block] = [Heading(1, TITLES[kind])]
    for item in report.parts.get(kind, []):
        said_by = f"（{item['source']}）" if item.get("source") else ""
        blocks += [Paragraph(runs(f"{line}{said_by}")) for line in item["text"].splitlines() if line.strip()]
    if len(blocks) == 1:
        blocks.append(Paragraph(runs("本期无。")))
    return blocks


def _attachments(snapshot: Snapshot) -> tuple[Attachment, ...]:
    return (
        Attachment("主要指标完成情况表", (_indicator_table(snapshot),)),
        Attachment("当前逾期事项分地区情况表", (_overdue_table(snapshot),)),
        Attachment("各地工作进展一览表", (_place_table(snapshot),)),
    )


def _indicator_table(snapshot: Snapshot) -> Table:
    return Table(
        header=("代码", "指标", "分子", "分母", "结果", "报送地区"),
        rows=tuple(
            (
                total.indicator.code,
                total.indicator.name_zh,
                _plain(total.amount.numerator),
                _plain(total.amount.denominator),
                total.text,
                coverage(total.reported, total.expected),
            )
            for total in totals(snapshot.content).values()
        ),
        widths=(1, 3.2, 1, 1, 1.2, 1.2),
        note=f"比率=各地分子之和÷各地分母之和；未报地区不计入。数据快照 {snapshot.number}。",
    )


def _plain(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{value:f}"


def _overdue_table(snapshot: Snapshot) -> Table:
    indicator = _indicator("overdue_current")
    late = [(place, amount_of(place, indicator.code)) for place in snapshot.content["participants"]]
    late = [(place, amount) for place, amount in late if amount.reported and amount.numerator]
    late.sort(key=lambda pair: (-(pair[1].numerator or 0), pair[0]["region_code"]))
    rows = tuple((place["name"], _plain(amount.numerator), _revision(place)) for place, amount in late)
    return Table(
        header=("地区", "当前逾期（项）", "发布版次"),
        rows=rows or (("各报送地区", "0", NOTHING),),
        widths=(2, 1, 1),
        note="仅列有逾期未销号任务的地区；任务明细由各地掌握。",
    )


def _revision(place: Mapping[str, Any]) -> str:
    return f"第{place['revision']}版"


def _indicator(key: str) -> Indicator:
    return next(indicator for indicator in progress_indicators() if indicator.key == key)


def _place_table(snapshot: Snapshot) -> Table:
    """All places below in the order of their codes; silent ones stand in it, unranked."""
    content = snapshot.content
    places = sorted(content["participants"] + content["silent"], key=lambda place: place["region_code"])
    columns = [_indicator(key) for key in PLACE_COLUMNS]
    places_rank = rank({p["id"]: ratio(amount_of(p, columns[0].code)) for p in content["participants"]})
    rows = tuple(_place_row(place, columns, places_rank) for place in places)
    return Table(
        header=("地区", *(column.name_zh for column in columns), "位次", "版次"),
        rows=rows,
        widths=(2, *(1.2 for _ in columns), 0.8, 0.8),
        note="位次按年度任务完成率竞争排名，未报地区不参加排名；“—”为不适用或分母为零。",
        landscape=True,
    )


def _place_row(
    place: Mapping[str, Any], columns: Iterable[Indicator], places_rank: Mapping[str, int | None]
) -> tuple[str, ...]:
    if "figures" not in place:
        return (place["name"], *("未报" for _ in columns), NOTHING, NOTHING)
    cells = [_cell(place, column) for column in columns]
    position = places_rank.get(place["id"])
    return (place["name"], *cells, str(position) if position else NOTHING, str(place["revision"]))


def _cell(place: Mapping[str, Any], column: Indicator) -> str:
    row = row_of(place["figures"], column.code)
    return NOTHING if row is None else text_of(column, amount_of(place, column.code), dict(row["detail"]))

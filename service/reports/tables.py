"""The attachments of a report: tables drawn from its snapshot alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.catalogue import Indicator
from service.documents.model import Attachment, Table
from service.reports.models import Snapshot
from service.reports.totals import Total, amount_of, indicator, is_leaf, plain, row_of, totals
from service.statistics.queries import text_of
from service.statistics.rules import NOTHING, coverage, rank, ratio

PLACE_COLUMNS = (
    "completion_rate",
    "due_completion_rate",
    "on_time_rate",
    "overdue_current",
    "plenary_compliance",
    "timeliness_rate",
)


def attachments(snapshot: Snapshot) -> tuple[Attachment, ...]:
    """主要指标, 逾期, 各地进展; a place with nobody below it attaches the first alone."""
    figures = Attachment("主要指标完成情况表", (indicator_table(snapshot),))
    if is_leaf(snapshot.content):
        return (figures,)
    return (
        figures,
        Attachment("当前逾期事项分地区情况表", (overdue_table(snapshot),)),
        Attachment("各地工作进展一览表", (place_table(snapshot),)),
    )


def indicator_table(snapshot: Snapshot) -> Table:
    """Every indicator with numerator, denominator, result and coverage."""
    how = "" if is_leaf(snapshot.content) else "比率=各地分子之和÷各地分母之和；未报地区不计入。"
    return Table(
        header=("代码", "指标", "分子", "分母", "结果", "报送地区"),
        rows=tuple(_indicator_row(total) for total in totals(snapshot.content).values()),
        widths=(1, 3.2, 1, 1, 1.2, 1.2),
        note=f"{how}数据快照{snapshot.number}。",
    )


def _indicator_row(total: Total) -> tuple[str, ...]:
    return (
        total.indicator.code,
        total.indicator.name_zh.replace("(", "（").replace(")", "）"),
        plain(total.amount.numerator),
        plain(total.amount.denominator),
        total.text,
        coverage(total.reported, total.expected),
    )


def overdue_table(snapshot: Snapshot) -> Table:
    """Places with tasks overdue now, the most first."""
    code = indicator("overdue_current").code
    late = [(place, amount_of(place, code)) for place in snapshot.content["participants"]]
    late = [(place, amount) for place, amount in late if amount.reported and amount.numerator]
    late.sort(key=lambda pair: (-(pair[1].numerator or 0), pair[0]["region_code"]))
    rows = tuple((place["name"], plain(amount.numerator), f"第{place['revision']}版") for place, amount in late)
    return Table(
        header=("地区", "当前逾期（项）", "发布版次"),
        rows=rows or (("各报送地区", "0", NOTHING),),
        widths=(2, 1, 1),
        note="仅列有逾期未销号任务的地区；任务明细由各地掌握。",
    )


def place_table(snapshot: Snapshot) -> Table:
    """All places below in the order of their codes; silent ones stand in it, unranked."""
    content = snapshot.content
    places = sorted(content["participants"] + content["silent"], key=lambda place: place["region_code"])
    columns = [indicator(key) for key in PLACE_COLUMNS]
    ranks = rank({place["id"]: ratio(amount_of(place, columns[0].code)) for place in content["participants"]})
    timed = ("上报",) if "due" in content else ()  # a snapshot of before says nothing of the deadline
    return Table(
        header=("地区", *timed, *(column.name_zh for column in columns), "位次", "版次"),
        rows=tuple(_place_row(place, [_came(place)] if timed else [], columns, ranks) for place in places),
        widths=(2, *(1.2 for _ in (*timed, *columns)), 0.8, 0.8),
        note="位次按年度任务完成率竞争排名，未报地区不参加排名；“—”为不适用或分母为零。",
        landscape=True,
    )


def _place_row(
    place: Mapping[str, Any], came: list[str], columns: Iterable[Indicator], ranks: Mapping[str, int | None]
) -> tuple[str, ...]:
    if "figures" not in place:
        return (place["name"], *came, *("未报" for _ in columns), NOTHING, NOTHING)
    position = ranks.get(place["id"])
    cells = [_cell(place, column) for column in columns]
    return (place["name"], *came, *cells, str(position) if position else NOTHING, str(place["revision"]))


def _came(place: Mapping[str, Any]) -> str:
    if "figures" not in place:
        return "未报"
    return f"迟{place['late_days']}天" if place["late_days"] else "按期"


def _cell(place: Mapping[str, Any], column: Indicator) -> str:
    row = row_of(place["figures"], column.code)
    return NOTHING if row is None else text_of(column, amount_of(place, column.code), dict(row["detail"]))

"""The agenda as a paper (议程表): 时间, 议题, 汇报单位, 时长, 材料. Source: dossier 5.4; GB/T 9704—2012 7.3.7."""

from __future__ import annotations

from service.agendas.overview import Agenda, Row
from service.documents.composition import date_text
from service.documents.model import Block, Booklet, Paragraph, Part, Table, Text
from service.meetings.models import Meeting
from tenants.models import Tenant

HEADER = ("时间", "议题", "汇报单位", "时长", "材料")
WIDTHS = (5.4, 10.0, 6.0, 3.6, 7.0)


def agenda_paper(tenant: Tenant, found: Agenda) -> Booklet:
    """The agenda in order, as it stands; a draft says that it is one. Papers that the reader may not read are not named."""
    row = found.meeting
    blocks: list[Block] = [Paragraph((Text(line),)) for line in _heading(row)]
    blocks.append(Table(HEADER, tuple(map(_cells, found.rows)) or (("—",) * len(HEADER),), WIDTHS))
    blocks.append(Paragraph((Text(_footing(found)),)))
    note = "（拟）" if found.unsettled and found.open else ""
    return Booklet(
        title=f"{row.title}议程表",
        organ=tenant.name,
        day=row.held_on,
        parts=(Part(f"{row.title}议程", tuple(blocks), inscription=note),),
    )


def _heading(row: Meeting) -> list[str]:
    hour = f" {row.begins:%H:%M}" if row.begins else ""
    until = f"—{row.ends:%H:%M}" if row.begins and row.ends else ""
    lines = [f"时间：{date_text(row.held_on)}{hour}{until}"]
    lines += [f"地点：{row.place}"] if row.place else []
    return lines + ([f"主持：{row.chair}"] if row.chair else [])


def _cells(row: Row) -> tuple[str, ...]:
    slot, one = row.slot, row.item
    hours = f"{slot.starts:%H:%M}—{slot.until:%H:%M}" if slot.starts and slot.until else ""
    by = "\n".join(filter(None, (row.unit, one.presenter)))
    papers = "；".join(paper.row.title for paper in row.papers)
    return hours, one.title, by or "—", f"{one.minutes}分钟" if one.minutes else "—", papers or "—"


def _footing(found: Agenda) -> str:
    count = f"共{len(found.rows)}项议题，合计{found.total}分钟。"
    if not found.versions or (found.unsettled and found.open):
        return f"{count}本议程尚未确定。"
    return f"{count}本议程为第{found.versions[0].number}版。"

"""督办单 as an official document: a letter, its level in words, the facts as a table, room for the answer.

Source: dossier 2.2, 3.5 (信函格式), 3.7. Nothing here reads the clock: the same order always gives the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from config.labels import label
from service.charter.names import full_name
from service.charter.queries import in_force, lead_units
from service.documents.composition import date_text
from service.documents.model import Block, Genre, Heading, Layout, OfficialDocument, Paragraph, Table, runs
from service.kit.seat import Seat
from service.supervision.models import SupervisionOrder
from service.supervision.rules import late_days, level_name

WIDTHS = (3.2, 12.4)
RECEIPT = ("办理回执", "内容")
ROOM = 34.0  # points: the least height of a row


def order_document(seat: Seat, row: SupervisionOrder, before: SupervisionOrder | None, on: date) -> OfficialDocument:
    """The order as it is served; a draft bears the day it is looked at."""
    day = row.served_on or row.signed_on or on
    return OfficialDocument(
        genre=Genre.NOTICE,
        layout=Layout.LETTER,
        issuing_organ=organ(seat, day),
        title=f"督办单（{level_name(row.level).replace('（', '·').replace('）', '')}）",
        addressee=row.addressee,
        blocks=tuple(_blocks(row, before, day)),
        document_date=day,
        document_number=row.number or None,
        copy_to=row.copies,
    )


def organ(seat: Seat, day: date) -> str:
    """Who issues it: the office, or the lead department where there is none."""
    charter = in_force(seat.session, day)
    if charter.office_host is not None:
        return f"{full_name(seat.tenant.name, charter.conference_name)}办公室"
    return "、".join(full_name(seat.tenant.name, unit.name) for unit in lead_units(seat.session, day))


def _blocks(row: SupervisionOrder, before: SupervisionOrder | None, day: date) -> Iterator[Block]:
    yield Table(("督办事项", row.title), tuple(_facts(row, before, day)), WIDTHS, row_height=ROOM)
    for heading, text in (("督办事由", row.findings), ("督办依据", row.basis), ("办理要求", _asked(row))):
        yield Heading(1, heading)
        yield from (Paragraph(runs(line.strip())) for line in text.splitlines() if line.strip())
    yield Table(RECEIPT, (("承办单位回复", _answer(row)), *_ending(row)), WIDTHS, row_height=ROOM * 2)


def _facts(row: SupervisionOrder, before: SupervisionOrder | None, day: date) -> Iterator[tuple[str, str]]:
    yield "督办级别", level_name(row.level)
    yield "责任单位", row.addressee
    late = late_days(row.since, row.drafted_on)
    yield "原定时限", f"{date_text(row.since)}" + (f"（截至{date_text(row.drafted_on)}逾期{late}日）" if late else "")
    if before is not None:
        yield "上级单号", f"{before.number}（{level_name(before.level)}，{label('supervision_why', row.why)}）"
    if row.urgent:
        yield "直接发本级理由", row.urgent
    yield "办理时限", date_text(row.due)
    yield "回复时限", date_text(row.answer_by) if row.answer_by else "送达后按本级制度确定"
    yield "签发人", f"{row.signed_as} {row.signed_by}".strip() or "（待签发）"


def _asked(row: SupervisionOrder) -> str:
    ends = f"请于{date_text(row.due)}前办结"
    return (
        f"{row.demand}\n{ends}，并于{date_text(row.answer_by)}前书面回复。"
        if row.answer_by
        else f"{row.demand}\n{ends}。"
    )


def _answer(row: SupervisionOrder) -> str:
    if not row.answered_on:
        return "（注明原因、整改措施、责任人和完成时间）"
    return f"{row.answer}（{row.answered_by}，{date_text(row.answered_on)}）"


def _ending(row: SupervisionOrder) -> Iterator[tuple[str, str]]:
    if row.state == "closed" and row.ended_on:
        yield "办结情况", f"{date_text(row.ended_on)}办结"
    elif row.state == "returned":
        yield "退回理由", row.reason
    elif row.state == "withdrawn":
        yield "撤回理由", row.reason
    else:
        yield "办公室意见", "已认可回复" if row.state == "accepted" else ""

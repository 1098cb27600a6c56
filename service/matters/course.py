"""The whole course of a matter as one document: 审议—会签—协调 单, with the text that it is about.

Source: dossier 1.4 R6 (全过程导出“审议—会签—协调”单).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from config.labels import label
from service.documents import model
from service.documents.composition import date_text
from service.kit.web import SHANGHAI
from service.matters.models import Disagreement
from service.matters.whole import Line, Whole


def course_booklet(found: Whole, organ: str, on: date) -> model.Booklet:
    """The course sheet, then the text as it stands, passage by passage."""
    row = found.matter
    sheet = model.Part("重大事项审议—会签—协调单", tuple(_sheet(found, on)), inscription=f"（{row.title}）")
    text = model.Part(row.title, tuple(_text(found)), label="附件", inscription=f"（第{found.text.no}稿）")
    return model.Booklet(f"{row.title}：审议—会签—协调单", organ, on, (sheet, text))


def _sheet(found: Whole, on: date) -> Iterator[model.Block]:
    yield model.Heading(1, "基本情况")
    yield model.Table(("项目", "内容"), tuple(_basics(found, on)), (5.0, 23.0))
    yield model.Heading(1, "联席会议审议")
    yield from _hearings(found)
    yield model.Heading(1, "有关成员单位会签")
    yield from _consents(found)
    yield model.Heading(1, "分歧协调")
    yield from _coordination(found)
    yield model.Heading(1, "上报和批示")
    yield from _above(found)


def _basics(found: Whole, on: date) -> Iterator[tuple[str, str]]:
    row = found.matter
    yield "事项", row.title
    yield "类型", label("matter_kind", row.kind)
    yield "报送单位", found.name(row.unit_id)
    if found.merged:
        yield "并入事项", "；".join(f"{found.name(other.unit_id)}：{other.title}" for other in found.merged)
    yield "报送日期", _day(row.submitted_on)
    yield "受理日期", _day(row.accepted_on)
    yield "现在状态", f"{label('matter_state', row.state)}（截至{date_text(on)}）"
    if row.state == "accepted":
        yield "上报条件", "已具备" if not found.lacking else "；".join(zh for zh, _en in found.lacking)
    if row.reason:
        yield "说明", row.reason


def _day(day: date | None) -> str:
    return date_text(day) if day else "—"


def _hearings(found: Whole) -> Iterator[model.Block]:
    rows = tuple(
        (
            one.hearing.meeting or "待列入会议",
            _day(one.hearing.held_on),
            f"第{one.text_no}稿",
            label("agenda_outcome", one.hearing.outcome) if one.hearing.outcome else "—",
            one.item.outcome_text if one.hearing.outcome else "",
        )
        for one in found.heard
    )
    if rows:
        yield model.Table(("会议", "日期", "文稿", "审议结论", "结论摘要"), rows, (8.0, 6.5, 3.5, 4.0, 8.0))
    else:
        yield _said("尚未提交联席会议审议。")


def _said(text: str) -> model.Paragraph:
    """A sentence with one full stop behind it, whatever was typed."""
    return model.Paragraph(model.runs(f"{text.rstrip('。')}。" if text[-1:] != "〕" else text))


def _consents(found: Whole) -> Iterator[model.Block]:
    row = found.matter
    if row.consulted_on is None:
        yield _said("尚未征求有关成员单位同意。")
        return
    yield _said(f"{date_text(row.consulted_on)}由{row.consulted_by}发起征求同意；各单位意见须明示，未答复不视为同意。")
    header = ("单位", "依据", "所据条文", "意见", "理由、条件", "答复人", "日期", "文稿和校验码")
    rows = tuple(_consent(line) for line in found.lines)
    yield model.Table(header, rows, (5.5, 8.5, 4.5, 4.5, 7.5, 5.0, 7.0, 6.0))


def _consent(line: Line) -> tuple[str, ...]:
    row = line.row
    state = "同意（经协调）" if row.state == "agreed" and row.coordinated else label("consent_state", line.stands.state)
    sealed = f"第{row.text_no}稿 {row.digest[:8]}" if row.digest else "—"
    numbers = f"第{'、'.join(map(str, line.numbers))}条" if line.numbers else "题目"
    return line.name, line.source, numbers, state, row.said or "—", row.said_by or "—", _day(row.said_on), sealed


def _coordination(found: Whole) -> Iterator[model.Block]:
    if not found.cases:
        yield _said("没有意见分歧。")
    for case in found.cases:
        yield from _case(found, case)


def _case(found: Whole, case: Disagreement) -> Iterator[model.Block]:
    objecting = [one for one in case.positions if one["state"] in ("objected", "conditional")]
    named = "；".join(f"{_named(found, one['unit'])}：{one['said'].rstrip('。')}" for one in objecting)
    yield _said(f"{date_text(case.opened_on)}立案。{named}。")
    rows = tuple(
        (str(talk.no), _moment(talk.held_at), f"{label('role', talk.coordinator)}{talk.coordinator_name}",
         talk.participants, talk.points, talk.conclusion)
        for talk in found.rounds
        if talk.disagreement_id == case.id
    )  # fmt: skip
    if rows:
        header = ("次数", "时间", "协调人", "参加方", "分歧点", "结论")
        yield model.Table(header, rows, (2.5, 6.0, 5.5, 7.0, 7.0, 8.0))
    ended = f"{date_text(case.ended_on)}，" if case.ended_on else ""
    yield _said(f"{ended}{label('disagreement_state', case.state)}。{case.conclusion}")


def _named(found: Whole, unit: str) -> str:
    return next((line.name for line in found.lines if str(line.row.unit_id) == unit), "")


def _moment(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{date_text(local.date())}{local:%H:%M}"


def _above(found: Whole) -> Iterator[model.Block]:
    row = found.matter
    if row.signed_on is None:
        yield _said("尚未签发上报。")
        return
    if row.tendency:
        yield _said(f"带分歧上报。各方理据：{row.sides.rstrip('。')}。倾向性意见：{row.tendency}")
    yield _said(f"{date_text(row.signed_on)}由牵头部门主要负责人{row.signed_by}签发。")
    if row.sent_on:
        yield _said(f"{date_text(row.sent_on)}以{row.number}报送{row.sent_to}。")
    if row.received_on:
        yield _said(f"{date_text(row.received_on)}签收：{row.receipt}。")
    yield from _instructions(found)
    if row.closed_on:
        yield _said(f"{date_text(row.closed_on)}办结：{row.closing}")


def _instructions(found: Whole) -> Iterator[model.Block]:
    rows = tuple(
        (one.given_by, _day(one.given_on), one.text, found.name(one.unit_id), _day(one.due),
         f"{one.done_text}（{_day(one.done_on)}）" if one.done_on else "办理中")
        for one in found.instructions
    )  # fmt: skip
    if rows:
        header = ("批示人", "日期", "批示内容", "承办单位", "期限", "办理情况")
        yield model.Table(header, rows, (4.5, 5.5, 9.0, 5.5, 5.5, 8.0))


def _text(found: Whole) -> Iterator[model.Block]:
    for number, passage in enumerate(found.text.content.passages, 1):
        yield model.Paragraph(model.runs(f"{number}. {passage.text}"))
        if passage.duties:
            cited = "；".join(found.duties.get(duty, "") for duty in passage.duty_ids)
            yield _said(f"〔涉及职责：{cited}〕")

"""What must hold of a meeting before it is on record, by the charter in force on its day.

Who may chair, whom one must call and what must come before differ from place to place; nothing of it is fixed here.
Source: seed 四(二), 四(三) and its last sentence; dossier 1.4 R2, R3, 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from config.labels import label
from service.charter.queries import in_force, unit_named, units
from service.charter.sunset import refuse_after
from service.kit.seat import Seat
from service.meetings import rules
from service.meetings.models import Meeting
from service.meetings.queries import held_in, prepared_by_liaisons
from tenants.errors import Refused

ARTICLES = {"plenary": "制度四(二)", "special": "制度四(三)", "liaison": "制度四(三)", "own": "制度四(三)"}


def check_held(seat: Seat, row: Meeting, attendance: Mapping[UUID, str], on: date) -> None:
    """The meeting may be put on record, or it is refused with the rule it is against."""
    if row.held_on > on:
        raise Refused("会议尚未召开，不能登记。", en="A meeting is recorded after it was held.", field="held_on")
    if not row.title or not row.chair:
        raise Refused("请填写会议名称和主持人。", en="A meeting has a title and a chair.", field="title")
    if not any(mode in rules.ATTENDED for mode in attendance.values()):
        raise Refused("会议须有签到单位。", en="Somebody signed in.", source="会议召开达标口径", field="attendance")
    refuse_after(seat.session, row.held_on)
    charter = in_force(seat.session, row.held_on)
    _check_kind(row, charter.rules)
    _check_chair(row, charter.rules, office=charter.office_host is not None)
    _check_table(seat, row, attendance)
    _check_modes(row, attendance, charter.rules)
    _check_number(seat, row, charter.rules["plenary_max"])
    _check_before(seat, row, charter.rules)


def _refuse(row: Meeting, message: str, en: str, field: str) -> Refused:
    return Refused(message, en=en, source=ARTICLES[row.kind], field=field)


def _check_kind(row: Meeting, charter: Mapping[str, Any]) -> None:
    if not rules.exists(row.kind, charter):
        name = label("meeting_type", row.kind)
        raise _refuse(
            row,
            f"按本级制度不召开{name}，不能登记。确需召开的，请先修订制度。",
            f"The charter knows no {label('meeting_type', row.kind, 'en').lower()}.",
            "kind",
        )
    own = charter["own_meetings"]
    if (row.kind == "own") != (row.own_kind in own):
        raise _refuse(
            row,
            f"请选择是哪一种会议：{'、'.join(own) or '本级制度没有另设的会议'}。",
            f"Say which kind of its own it is: {', '.join(own) or 'there is none'}.",
            "own_kind",
        )


def _check_chair(row: Meeting, charter: Mapping[str, Any], *, office: bool) -> None:
    posts = rules.chairs(row.kind, charter, office=office)
    if row.chair_post not in posts:
        named = "、".join(label("chair_post", post) for post in posts)
        raise _refuse(
            row,
            f"按本级制度，该类会议由{named}主持。",
            f"By the charter such a meeting is chaired by: {', '.join(posts)}.",
            "chair_post",
        )
    if row.chair_post in rules.DEPUTED and not row.chair_basis:
        post = label("chair_post", row.chair_post).partition("（")[0]
        raise _refuse(
            row,
            f"{post}主持会议须有委托：请填写委托依据，如委托人和日期、文号。",
            "Who chairs in another's place has been deputed: say by whom, when, or by which paper.",
            "chair_basis",
        )


def _check_table(seat: Seat, row: Meeting, attendance: Mapping[UUID, str]) -> None:
    """Only who sat at the table that day can have been there."""
    for unit_id in set(attendance) - {unit.id for unit in units(seat.session, row.held_on)}:
        name = unit_named(seat.session, unit_id).name
        raise Refused(
            f"{name}在{row.held_on.isoformat()}不是成员单位，不能登记到会。",
            en=f"{name} was no member unit on {row.held_on}.",
            source="制度二：成员单位",
            field="attendance",
        )


def _check_modes(row: Meeting, attendance: Mapping[UUID, str], charter: Mapping[str, Any]) -> None:
    """Some of the members only, and a proxy, where the charter lets it be. Source: dossier 1.2 (委派), 2.1."""
    if rules.NOT_CALLED in attendance.values() and not (row.kind == "plenary" and charter["partial_attendance"]):
        raise _refuse(
            row,
            "按本级制度，全体会议须召集全部成员单位，不能登记“未通知参会”；其他会议只登记参会单位。",
            "By the charter every member is called to a plenary.",
            "attendance",
        )
    if "proxy" in attendance.values() and not charter["proxy_attendance"]:
        raise _refuse(
            row,
            "按本级制度，成员缺席不得委派他人参会；请登记为请假或缺席。",
            "The charter lets no member send a proxy.",
            "attendance",
        )


def _check_number(seat: Seat, row: Meeting, most: int) -> None:
    if row.kind != "plenary" or row.excess_reason:
        return
    if held_in(seat.session, "plenary", row.held_on.year) >= most:
        raise _refuse(
            row,
            f"本年全体会议已达制度规定的上限{most}次，请填写增开理由。",
            f"The charter allows {most} plenaries a year; say why there is one more.",
            "excess_reason",
        )


def _check_before(seat: Seat, row: Meeting, charter: Mapping[str, Any]) -> None:
    """The liaison officers met since the last plenary, where the charter asks for it. Source: dossier 2.1, 2.2."""
    if row.kind != "plenary" or not charter["liaison_before_plenary"] or row.departure_reason:
        return
    if not prepared_by_liaisons(seat.session, row.held_on):
        raise _refuse(
            row,
            "按本级制度，全体会议前须召开联络员会议预审议题，上次全体会议以来没有联络员会议的记录。"
            "请先登记联络员会议；确未召开的，请说明原因。",
            "By the charter a liaison meeting comes before each plenary: record it first, or say why there was none.",
            "departure_reason",
        )

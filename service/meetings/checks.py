"""What must hold of a meeting when it is planned, noticed, and on record, by the charter in force on its day.

Who may chair, whom one must call and what must come before differ from place to place; nothing of it is fixed here.
Source: seed 四(二), 四(三) and its last sentence; dossier 1.4 R2, R3, 2.1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from config.labels import label
from service.calendar.queries import workdays
from service.charter.own_meetings import own_meetings
from service.charter.queries import in_force, unit_named, units
from service.charter.sunset import refuse_after
from service.kit.seat import Seat
from service.meetings import rules
from service.meetings.calling import ARTICLES
from service.meetings.models import Meeting
from service.meetings.queries import delegation, held_in, prepared_by_liaisons
from service.members.queries import Held, roster
from service.members.rules import SEAT_OF
from tenants.errors import Refused


def check_planned(seat: Seat, row: Meeting, concerned: Collection[UUID], on: date) -> None:
    """The meeting may be prepared. Source: dossier 1.4 R2, R3."""
    if not row.title:
        raise Refused("请填写会议名称。", en="A meeting has a title.", field="title")
    if row.held_on < on:
        raise Refused(
            "召开日期已过；已召开的会议请用“登记会议”。",
            en="That day has gone by; record a meeting that was held.",
            field="held_on",
        )
    if row.begins and row.ends and row.ends <= row.begins:
        raise Refused("结束时间应晚于开始时间。", en="It ends after it begins.", field="ends")
    charter = in_force(seat.session, row.held_on)
    _check_kind(row, charter.rules)
    _check_basis(row, charter.rules)
    _check_concerned(seat, row, concerned, charter.rules)


def _check_basis(row: Meeting, charter: Mapping[str, Any]) -> None:
    """A special meeting rests on something. Source: seed 四(三); dossier 1.4 R3 硬."""
    if row.kind != "special":
        return
    if row.basis not in charter["special_basis"] or not row.basis_text:
        named = "、".join(label("special_basis", basis) for basis in charter["special_basis"])
        raise _refuse(
            row,
            f"专题会议须写明依据：请从{named}中选择，并写明具体的计划、安排或提议。",
            "Say what the special meeting rests on: a plan, an arrangement, or a unit's proposal, and which.",
            "basis" if row.basis not in charter["special_basis"] else "basis_text",
        )


def _check_concerned(seat: Seat, row: Meeting, concerned: Collection[UUID], charter: Mapping[str, Any]) -> None:
    if set(concerned) - {unit.id for unit in units(seat.session, row.held_on)}:
        raise _refuse(row, "所选单位在会议当日不是成员单位。", "A unit named is no member that day.", "units")
    if row.kind == "special" and len(set(concerned)) < (charter["special_units_min"] or 1):
        least = charter["special_units_min"] or 1
        raise _refuse(
            row,
            f"专题会议须选择涉及的单位，至少{least}个。",
            f"Choose the units that the special meeting concerns: at least {least}.",
            "units",
        )
    if row.kind == "plenary" and concerned and not charter["partial_attendance"]:
        raise _refuse(row, "按本级制度，全体会议须召集全部成员单位。", "Every member is called to a plenary.", "units")


def propose_chair(seat: Seat, row: Meeting) -> None:
    """Where nothing else is laid down, the first post that the charter names chairs, and who holds it that day."""
    charter = in_force(seat.session, row.held_on)
    posts = rules.chairs(row.kind, charter.rules, office=charter.office_host is not None, own=row.own_kind or "")
    if row.delegation_id is not None:
        given = delegation(seat.session, row.delegation_id)
        row.chair_post, row.chair = given.to_post, given.to_name
    row.chair_post = row.chair_post or next(iter(posts), "")
    names = [held.person.name for held in _holders(seat, row) if held.person]
    row.chair = row.chair or next(iter(names), "")


def check_called(seat: Seat, row: Meeting) -> None:
    """Those called may be told: who chairs by which right, when and where, and what must come before."""
    missing = [(row.begins, "begins", "开始时间", "hour"), (row.place, "place", "地点", "place")]
    for value, name, zh, en in missing:
        if not value:
            raise Refused(f"请先填写会议{zh}。", en=f"Give the meeting's {en} first.", field=name, source=NOTICE)
    charter = in_force(seat.session, row.held_on)
    _check_chair(seat, row, charter.rules, office=charter.office_host is not None)
    _check_incumbent(seat, row)
    if not row.chair:
        raise _refuse(row, "请先确定主持人。", "Say who chairs.", "chair")
    _check_number(seat, row, charter.rules["plenary_max"])
    _check_before(seat, row, charter.rules)


def _check_incumbent(seat: Seat, row: Meeting) -> None:
    """Who chairs by a post holds it that day; while it is vacant he who was deputed chairs, or nobody.

    Source: seed 四(二), 四(三); dossier 1.2 M2 (空缺期禁止召开全体会议,或须指定代行), 1.4 R2, R3 硬.
    """
    if row.chair_post not in SEAT_OF:
        return
    names = [held.person.name for held in _holders(seat, row) if held.person]
    if row.chair in names:
        return
    post = label("chair_post", row.chair_post).partition("（")[0]
    raise _refuse(
        row,
        f"{row.chair}在{row.held_on.isoformat()}不担任{post}；在任的是{'、'.join(names)}。"
        if names
        else f"{post}在{row.held_on.isoformat()}空缺，会议不能由其主持：请先登记任职，或由受委托人代行。",
        f"{row.chair} does not hold that post on the day; in office: {', '.join(names) or 'nobody'}.",
        "chair",
    )


def _holders(seat: Seat, row: Meeting) -> list[Held]:
    return [held for held in roster(seat.session, row.held_on) if held.place.role == row.chair_post]


NOTICE = "会议通知和回执"


def check_notice(seat: Seat, row: Meeting, on: date) -> None:
    """Told in time, or with the reason why not. Source: dossier 6 (会议通知 会前5工作日)."""
    by = rules.notice_by(row.held_on, in_force(seat.session, row.held_on).rules, workdays(seat.session))
    if by is not None and on > by and not row.notice_reason:
        raise _refuse(
            row,
            f"按本级制度，会议通知应于{by.isoformat()}前发出；临时召开的，请说明原因。",
            f"By the charter the notice goes out by {by}; say why it is later.",
            "reason",
        )


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
    _check_chair(seat, row, charter.rules, office=charter.office_host is not None)
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
    own = [one.name for one in own_meetings(charter)]
    if (row.kind == "own") != (row.own_kind in own):
        raise _refuse(
            row,
            f"请选择是哪一种会议：{'、'.join(own) or '本级制度没有另设的会议'}。",
            f"Say which kind of its own it is: {', '.join(own) or 'there is none'}.",
            "own_kind",
        )


def _check_chair(seat: Seat, row: Meeting, charter: Mapping[str, Any], *, office: bool) -> None:
    posts = rules.chairs(row.kind, charter, office=office, own=row.own_kind or "")
    if row.chair_post not in posts:
        named = "、".join(label("chair_post", post) for post in posts)
        raise _refuse(
            row,
            f"按本级制度，该类会议由{named}主持。",
            f"By the charter such a meeting is chaired by: {', '.join(posts)}.",
            "chair_post",
        )
    if row.delegation_id is not None:
        _check_delegation(seat, row)
    elif not row.chair_basis and (chief := _chief_passed_over(seat, row, charter)):
        raise _refuse(
            row,
            f"本级制度设总召集人，全体会议由总召集人{chief}主持；其他召集人主持须有委托，请填写委托依据，如日期、文号。",
            f"The chief convener, {chief}, chairs the plenary; another convener does so only when deputed: say how.",
            "chair_basis",
        )
    elif row.chair_post in rules.DEPUTED and not row.chair_basis:
        post = label("chair_post", row.chair_post).partition("（")[0]
        raise _refuse(
            row,
            f"{post}主持会议须有委托：请选择已登记的委托，或填写委托依据，如委托人和日期、文号。",
            "Who chairs in another's place has been deputed: say by whom, when, or by which paper.",
            "chair_basis",
        )


def _chief_passed_over(seat: Seat, row: Meeting, charter: Mapping[str, Any]) -> str:
    """The chief convener in whose place another convener would chair a plenary; none where nobody is passed over.

    Source: seed 四(二); dossier 2.1.
    """
    if row.kind != "plenary" or row.chair_post != "convener" or not charter["chief_convener"]:
        return ""
    places = [held for held in roster(seat.session, row.held_on) if held.place.role == "convener"]
    chief = places[0].person if len(places) > 1 else None
    return chief.name if chief and chief.name != row.chair else ""


def _check_delegation(seat: Seat, row: Meeting) -> None:
    """The recorded delegation names this chair and holds on the day. Source: seed 四(三); dossier 1.4 R2, R3 硬."""
    given = delegation(seat.session, row.delegation_id) if row.delegation_id else None
    if given and given.holds_on(row.held_on) and (given.to_post, given.to_name) == (row.chair_post, row.chair):
        return
    raise _refuse(
        row,
        f"所选的主持委托在{row.held_on.isoformat()}无效，或受委托人不是{row.chair}。",
        "The delegation does not hold on that day, or names another.",
        "delegation_id",
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

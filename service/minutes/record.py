"""What the record of a held meeting says, as minutes say it: the text that a draft begins with and is held against.

Only what was agreed is told, never who said what. Source: dossier 2.2 (只记“议定事项”，不记个人发言), 3.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.labels import label
from service.agendas.models import AgendaItem
from service.charter.names import Names, unit_names
from service.charter.queries import in_force, units
from service.charter.working_rules import body
from service.documents.composition import date_text
from service.meetings.models import Attendee, Meeting, Resolution
from service.meetings.queries import attendance, attendees, cooperating, resolutions
from service.minutes.rules import (
    AGREED,
    CHANGE,
    CLOSING,
    DISTRIBUTION,
    HEARD,
    ITEM,
    LEAD,
    LEAVE,
    OBSERVERS,
    PRESENT,
    Item,
    Recorded,
    item_text,
)

CAME = ("present", "proxy")


def recorded(session: Session, row: Meeting) -> list[Recorded]:
    """The minutes as the record would have them, passage by passage."""
    points, agenda = items(session, row), _agenda(session, row.id)
    lists = _lists(session, row)
    return [
        Recorded(LEAD, lead_text(row, agenda, agreed=bool(points))),
        Recorded(HEARD, heard_text(agenda, {point.agenda_item_id for point in resolutions(session, row.id)})),
        Recorded(AGREED, "会议议定以下事项：" if points else ""),
        *(_told(point) for point in points),
        Recorded(CLOSING, ""),
        *(Recorded(name, lists[name]) for name in (PRESENT, LEAVE, OBSERVERS)),
        Recorded(DISTRIBUTION, _distribution(session, row)),
    ]


def _told(point: Item) -> Recorded:
    """What is agreed in principle names nobody and no day."""
    bound = point.kind != "in_principle"
    return Recorded(f"{ITEM}{point.id}", item_text(point), point.lead if bound else "", point.due if bound else None)


# --- what a correction says ---


@dataclass(frozen=True)
class Change:
    """What a correction changes of an agreed item: another lead, another due date. Source: dossier 1.4 R2 (更正件)."""

    resolution_id: UUID
    lead_unit_id: UUID | None = None
    due: date | None = None

    def as_json(self) -> dict[str, str | None]:
        """As it is kept beside the text."""
        lead, due = self.lead_unit_id, self.due
        return {
            "resolution_id": str(self.resolution_id),
            "lead_unit_id": str(lead) if lead else None,
            "due": due.isoformat() if due else None,
        }

    @staticmethod
    def from_json(kept: Mapping[str, str | None]) -> Change:
        """The change that was kept."""
        lead, due = kept["lead_unit_id"], kept["due"]
        return Change(
            UUID(str(kept["resolution_id"])), UUID(lead) if lead else None, date.fromisoformat(due) if due else None
        )


def corrected(session: Session, row: Meeting, of: str, changes: Iterable[Change]) -> list[Recorded]:
    """A correction as its changes would have it; `of` names what it corrects."""
    names = unit_names(session)
    points = {point.id: point for point in resolutions(session, row.id)}
    return [
        Recorded(LEAD, f"{of}中有关内容更正如下。"),
        *(_changed(change, points[change.resolution_id], names, row.held_on) for change in changes),
        Recorded(CLOSING, ""),
        Recorded(DISTRIBUTION, _distribution(session, row)),
    ]


def _changed(change: Change, point: Resolution, names: Names, day: date) -> Recorded:
    said: list[str] = []
    lead = names[change.lead_unit_id] if change.lead_unit_id else ""
    if lead:
        before = names.then(point.lead_unit_id, day) if point.lead_unit_id else "未定"
        said.append(f"牵头单位由“{before}”更正为“{lead}”")
    if change.due:
        before = date_text(point.due) if point.due else "未定"
        said.append(f"完成时限由“{before}”更正为“{date_text(change.due)}”")
    text = f"议定事项“{point.text.rstrip('。')}”的{'，'.join(said)}。"
    return Recorded(f"{CHANGE}{point.id}", text, lead, change.due)


# --- the head ---


def lead_text(row: Meeting, agenda: Sequence[AgendaItem], *, agreed: bool = True) -> str:
    """When, where, who chaired, what about. Source: dossier 3.5 (导语：时间、地点、主持、议题)."""
    when = f"{date_text(row.held_on)}{_span(row.begins, row.ends)}"
    where = f"在{row.place}" if row.place else ""
    about = f"，研究{'、'.join(item.title for item in agenda)}" if agenda else ""
    return (
        f"{when}，{_chair(row)}{where}主持召开{row.title}{about}。现将会议{'议定事项' if agreed else '情况'}纪要如下。"
    )


def _span(begins: time | None, ends: time | None) -> str:
    said = "至".join(f"{moment.hour}时{moment.minute:02}分" for moment in (begins, ends) if moment)
    return said


def _chair(row: Meeting) -> str:
    post = label("chair_post", row.chair_post).partition("（")[0] if row.chair_post else ""
    return row.chair if row.chair == post else f"{post}{row.chair}"


CONCLUDED = {
    "noted": "会议听取了{}。",
    "passed": "会议审议通过了{}。",
    "not_passed": "会议审议未通过{}。",
    "again": "会议决定对{}再作研究。",
}


def heard_text(agenda: Iterable[AgendaItem], agreed: Collection[UUID | None] = ()) -> str:
    """What the meeting said of its items; what it agreed upon one of them follows on its own (`agreed`)."""
    told = [item for item in agenda if item.outcome and not (item.outcome == "passed" and item.id in agreed)]
    said = {outcome: [item.title for item in told if item.outcome == outcome] for outcome in CONCLUDED}
    return "".join(CONCLUDED[outcome].format("、".join(titles)) for outcome, titles in said.items() if titles)


def _agenda(session: Session, meeting_id: UUID) -> list[AgendaItem]:
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id, AgendaItem.state == "accepted")
    return list(session.scalars(query.order_by(AgendaItem.position, AgendaItem.id)))


# --- what was agreed ---


def items(session: Session, row: Meeting) -> list[Item]:
    """The agreed items with the names that their units bore that day."""
    found, names = resolutions(session, row.id), unit_names(session)
    helping = cooperating(session, [one.id for one in found])
    plans = {item.id for item in _agenda(session, row.id) if item.kind == "plan"}
    return [_item(one, row.held_on, names, helping.get(one.id, []), one.agenda_item_id in plans) for one in found]


def _item(one: Resolution, day: date, names: Names, helping: Iterable[UUID], planned: bool) -> Item:
    return Item(
        id=str(one.id),
        kind=one.kind,
        text=one.text,
        lead=names.then(one.lead_unit_id, day) if one.lead_unit_id else "",
        cooperating=tuple(names.then(unit, day) for unit in helping),
        due=one.due,
        deliverable=one.deliverable,
        planned=planned,
    )


# --- who was there ---


def _lists(session: Session, row: Meeting) -> dict[str, str]:
    """出席, 请假, 列席: by unit and person; by unit alone where the meeting was put on record without names."""
    there = attendees(session, row.id)
    if not there:
        return _by_unit(session, row)
    names = unit_names(session)
    called = [one for one in there if one.expected]
    groups = {
        PRESENT: [one for one in called if one.came in CAME],
        LEAVE: [one for one in called if one.came == "leave" or (one.came is None and one.leave_granted)],
        OBSERVERS: [one for one in there if not one.expected and one.came in CAME],
    }
    return {name: "，".join(_people(group, names, row.held_on)) for name, group in groups.items()}


def _people(group: Iterable[Attendee], names: Names, day: date) -> Iterator[str]:
    """Each unit once with its people behind it: 省财政厅陈立、何青."""
    by_unit: dict[str, list[str]] = {}
    for one in group:
        by_unit.setdefault(_before(one, names, day), []).append(_who(one))
    yield from (unit + "、".join(filter(None, people)) for unit, people in by_unit.items())


def _before(one: Attendee, names: Names, day: date) -> str:
    """What stands before the name: the unit, or the post of who sits for none."""
    if one.unit_id:
        return names.then(one.unit_id, day)
    return one.title if not one.expected else label("role", one.role)


def _who(one: Attendee) -> str:
    return f"{one.proxy_name or one.name}（委派）" if one.came == "proxy" else one.name


def _by_unit(session: Session, row: Meeting) -> dict[str, str]:
    modes = {one.unit_id: one.mode for one in attendance(session, row.id)}
    table = [(unit.name, modes.get(unit.id, "")) for unit in units(session, row.held_on)]
    return {
        PRESENT: "，".join(name for name, mode in table if mode in CAME),
        LEAVE: "，".join(name for name, mode in table if mode == "leave"),
        OBSERVERS: "",
    }


def _distribution(session: Session, row: Meeting) -> str:
    """分送: the member units; of another meeting than a plenary, those that were there."""
    if row.kind == "plenary":
        return f"{body(in_force(session, row.held_on).rules)}各成员单位"
    called = {one.unit_id for one in attendance(session, row.id)}
    return "，".join(unit.name for unit in units(session, row.held_on) if unit.id in called)

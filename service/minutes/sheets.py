"""The sheets beside the minutes: what was agreed as a table (议定事项分解表), and who signs in (签到表). Source: dossier 5.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from config.labels import label
from service.charter.names import unit_names
from service.charter.queries import units
from service.documents.composition import date_text
from service.documents.model import Booklet, Paragraph, Part, Table, runs
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import attendees, concerned_units, cooperating
from service.minutes.queries import followed

HEADER = ("序号", "议定事项", "牵头单位", "配合单位", "完成时限", "成果形式", "状态")
SIGN_IN = ("序号", "单位", "姓名", "职务", "签名")
WIDTHS = (1.4, 6.0, 3.0, 4.0, 4.6)
ROW = 30.0  # points: room for a signature


def item_rows(session: Session, row: Meeting, on: date) -> Iterator[list[Any]]:
    """议定事项分解表, line by line."""
    found, names = followed(session, row.id, on), unit_names(session)
    helping = cooperating(session, [one.resolution.id for one in found])
    for position, one in enumerate(found, 1):
        item = one.resolution
        yield [
            position,
            item.text,
            names.then(item.lead_unit_id, row.held_on) if item.lead_unit_id else "",
            "、".join(names.then(unit, row.held_on) for unit in helping.get(item.id, ())),
            item.due,
            item.deliverable,
            label("resolution_state", one.state(on)) if item.kind == "action" else label("resolution_kind", item.kind),
        ]


def sign_in_sheet(session: Session, row: Meeting, organ: str) -> Booklet:
    """签到表: everybody who is called, with room to sign; of a meeting without names its units."""
    words = f"会议时间：{date_text(row.held_on)}" + (f"　地点：{row.place}" if row.place else "")
    table = Table(SIGN_IN, tuple(_lines(session, row)), WIDTHS, row_height=ROW)
    part = Part(f"{row.title}签到表", (Paragraph(runs(words)), table))
    return Booklet(title=part.title, organ=organ, day=row.held_on, parts=(part,))


def _lines(session: Session, row: Meeting) -> Iterator[tuple[str, ...]]:
    names = unit_names(session)
    there = attendees(session, row.id)
    people = [_person(one, names.then(one.unit_id, row.held_on) if one.unit_id else "") for one in there]
    for position, found in enumerate(people or list(_units(session, row)), 1):
        yield str(position), *found, ""


def _person(one: Attendee, unit: str) -> tuple[str, str, str]:
    post = one.title or label("role", one.role)
    return unit or label("role", one.role), one.proxy_name or one.name, one.proxy_title or post


def _units(session: Session, row: Meeting) -> Iterable[tuple[str, str, str]]:
    wanted = set(concerned_units(session, row.id))
    return ((unit.name, "", "") for unit in units(session, row.held_on) if not wanted or unit.id in wanted)

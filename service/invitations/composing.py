"""The words of a notice, from the meeting, its agenda, its list and the charter of its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from config.labels import label
from service.agendas.models import AgendaItem
from service.agendas.queries import agenda
from service.charter.models import Charter
from service.charter.names import Names, unit_names
from service.charter.queries import in_force, lead_units, rule
from service.invitations.letter import Letter, day_text, from_json, hours
from service.invitations.queries import Before
from service.kit.seat import Seat
from service.meetings.models import Attendee, Meeting
from service.meetings.queries import concerned_units


@dataclass(frozen=True)
class Asked:
    """What the office adds to the notice."""

    reply_by: date | None = None
    contact: str = ""
    phone: str = ""
    requirements: str = ""


def letter_of(seat: Seat, found: Before, asked: Asked, kind: str, on: date) -> Letter:
    """The notice as it would go out now."""
    row, session = found.meeting, seat.session
    charter, names = in_force(session, row.held_on), unit_names(session)
    people = [line.attendee for line in found.lines]
    return Letter(
        kind=kind,
        organ=_organ(seat, charter, on),
        conference=charter.conference_name,
        title=row.title,
        addressee=_addressee(seat, row, names),
        sent_on=on,
        held_on=row.held_on,
        begins=row.begins,
        ends=row.ends,
        place=row.place,
        basis=_basis(row, charter),
        chair=_chair(row),
        agenda=tuple(_line(item, names, row) for item in agenda(session, row.id)),
        expected=tuple(_rows((who for who in people if who.expected), names, row)),
        observers=tuple(_rows((who for who in people if not who.expected), names, row)),
        changed=tuple(_changes(found)),
        reason=row.cancel_reason,
        reply_by=asked.reply_by,
        contact=asked.contact,
        phone=asked.phone,
        requirements=asked.requirements,
        proxies=rule(session, "proxy_attendance", row.held_on),
    )


def _organ(seat: Seat, charter: Charter, on: date) -> str:
    """The office sends it; where the body issues nothing in its own name, or has no office, the lead department does.

    Source: 国办函〔2003〕49号; dossier 0-1, 2.2.
    """
    if charter.rules["issues_documents"]:
        return f"{charter.conference_name}{'办公室' if charter.office_host else ''}"
    return "、".join(_in_full(seat.tenant.name, unit.name) for unit in lead_units(seat.session, on))


def _in_full(place: str, unit: str) -> str:
    """省人力资源社会保障厅 of 衡川省 is 衡川省人力资源社会保障厅."""
    return place + (unit[1:] if unit[0] in "省市县区" else unit)


def _addressee(seat: Seat, row: Meeting, names: Names) -> str:
    """Every member, or those that the meeting concerns."""
    concerned = concerned_units(seat.session, row.id)
    return "、".join(names.then(unit, row.held_on) for unit in concerned) or "各成员单位"


def _basis(row: Meeting, charter: Charter) -> str:
    """What a special meeting rests on; a plenary rests on the charter."""
    if row.kind == "special":
        return row.basis_text or label("special_basis", row.basis)
    return f"《{charter.conference_name}制度》"


def _chair(row: Meeting) -> str:
    post = label("chair_post", row.chair_post).partition("（")[0] if row.chair_post else ""
    return f"{row.chair}（{post}）" if row.chair and post else row.chair


def _line(item: AgendaItem, names: Names, row: Meeting) -> str:
    by = item.presenter or (names.then(item.unit_id, row.held_on) if item.unit_id else "")
    said = "，".join(filter(None, (f"{by}汇报" if by else "", f"{item.minutes}分钟" if item.minutes else "")))
    return f"{item.title}（{said}）" if said else item.title


def _rows(people: Iterable[Attendee], names: Names, row: Meeting) -> Iterator[tuple[str, str, str]]:
    for who in people:
        yield names.then(who.unit_id, row.held_on) if who.unit_id else "", who.name, who.title


def _changes(found: Before) -> Iterator[str]:
    """What is otherwise than in the last notice."""
    if not found.notices:
        return
    row, before = found.meeting, from_json(found.notices[-1].letter)
    was = day_text(before.held_on) + hours(before.begins, before.ends)
    now = day_text(row.held_on) + hours(row.begins, row.ends)
    for name, old, new in (("名称", before.title, row.title), ("时间", was, now), ("地点", before.place, row.place)):
        if old != new:
            yield f"{name}由“{old}”改为“{new}”"

"""Minutes as the document that is printed: from their content once published, from the draft before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from service.charter.names import full_name
from service.charter.queries import in_force, lead_units
from service.documents.composition import chinese_number
from service.documents.model import Paragraph, runs
from service.documents.proceedings import LEAVE as LEAVE_LABEL
from service.documents.proceedings import OBSERVERS as OBSERVERS_LABEL
from service.documents.proceedings import PRESENT as PRESENT_LABEL
from service.documents.proceedings import Proceedings
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.minutes.models import Minutes
from service.minutes.queries import minutes, named
from service.minutes.rules import DISTRIBUTION, LEAVE, LISTS, OBSERVERS, PRESENT, Passage

LABELS = {PRESENT: PRESENT_LABEL, LEAVE: LEAVE_LABEL, OBSERVERS: OBSERVERS_LABEL}
SERIES = {"special": "专题会议", "liaison": "联络员会议"}


def content(seat: Seat, row: Minutes, held: Meeting, on: date) -> dict[str, Any]:
    """All that the document prints, as plain values: what is published and never changes."""
    return {
        "mark": mark(seat, held),
        "number": row.number or "",
        "organ": organ(seat, held),
        "day": (row.signed_on or on).isoformat(),
        "title": row.title,
        "passages": row.passages,
        "signed_by": row.signed_by,
        "corrects": named(minutes(seat.session, row.corrects_id)) if row.corrects_id else "",
        "text_sha256": row.sha256,
    }


def mark(seat: Seat, held: Meeting) -> str:
    """标志 ××××纪要: the conference in full, and its kind of meeting where it is no plenary. Source: dossier 3.5."""
    name = in_force(seat.session, held.held_on).conference_name
    kind = held.own_kind if held.kind == "own" else SERIES.get(held.kind, "")
    return f"{full_name(seat.tenant.name, name)}{kind}纪要"


def organ(seat: Seat, held: Meeting) -> str:
    """Who compiled it: the office, or the lead department where there is none."""
    charter = in_force(seat.session, held.held_on)
    if charter.office_host is not None:
        return f"{full_name(seat.tenant.name, charter.conference_name)}办公室"
    return "、".join(full_name(seat.tenant.name, unit.name) for unit in lead_units(seat.session, held.held_on))


def proceedings(said: Mapping[str, Any]) -> Proceedings:
    """The content as a document to be set."""
    text = [Passage(one["key"], one["text"]) for one in said["passages"]]
    by_key = {one.key: one.text for one in text}
    return Proceedings(
        mark=said["mark"],
        number=said["number"],
        organ=said["organ"],
        day=date.fromisoformat(said["day"]),
        title=said["title"],
        blocks=tuple(Paragraph(runs(words)) for words in _body(text)),
        lists=tuple((LABELS[name], by_key[name]) for name in LISTS if by_key.get(name)),
        distribution=by_key.get(DISTRIBUTION, ""),
    )


def _body(text: Sequence[Passage]) -> Iterator[str]:
    """The paragraphs; agreed items are counted 一、二、 where there are several."""
    points = [one for one in text if ":" in one.key and one.text]
    for one in text:
        if one.key not in LISTS and one.key != DISTRIBUTION:
            counted = f"{chinese_number(points.index(one) + 1)}、" if one in points and len(points) > 1 else ""
            yield from (counted * (n == 0) + line for n, line in enumerate(filter(None, one.text.splitlines())))


def printed(seat: Seat, row: Minutes, held: Meeting, on: date) -> Proceedings:
    """The published document as it was published; before that, the text as it stands."""
    return proceedings(row.content if row.content is not None else content(seat, row, held, on))

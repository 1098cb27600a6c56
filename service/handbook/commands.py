"""Writing: the handbook is issued, edition by edition."""

from __future__ import annotations

from datetime import date

from service.charter.queries import held_charter
from service.handbook.models import HandbookEdition
from service.handbook.queries import fingerprint, latest_edition
from service.kit.command import command, note
from service.kit.seat import Seat
from service.members.queries import roster
from tenants.errors import Conflict


@command("handbook.issue")
def issue_edition(seat: Seat, on: date) -> HandbookEdition:
    """The handbook as it stands is the year's next edition. Refused: a second one of the day over the same roster.

    Source: seed 四(五); dossier 1.4 R5.
    """
    held_charter(seat.session, on)  # one at a time: numbers follow one another
    last, now = latest_edition(seat.session), fingerprint(roster(seat.session, on))
    if last is not None and (last.issued_on, last.roster_sha256) == (on, now):
        raise Conflict(
            f"今日已编印{last.title}，名单没有变化。", en=f"{last.title} was issued today.", source="制度四(五)"
        )
    number = last.number + 1 if last is not None and last.year == on.year else 1
    row = HandbookEdition(year=on.year, number=number, issued_on=on, issued_by=seat.name, roster_sha256=now)
    seat.session.add(row)
    seat.session.flush()
    note(seat, f"handbook:{row.id}", edition=row.title, issued_on=on)
    return row

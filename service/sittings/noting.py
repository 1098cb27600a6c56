"""Writing notes while a meeting sits: each text that arrives is kept, none is written over.

Source: issue 4 (两台浏览器、断网、会话过期不丢一句话).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.models import Meeting
from service.sittings import queries, rules
from service.sittings.commands import on_agenda, recorded
from service.sittings.models import SittingNote
from service.sittings.queries import Item
from tenants.errors import Conflict


@dataclass(frozen=True)
class Written:
    """A text as it is sent: upon which version it was written, and in the place of which version aside."""

    about: Item
    text: str
    base: int
    write_id: str
    settles: int | None = None

    @property
    def lines(self) -> str:
        """The text with the line ends that a script sends; a plain form sends others."""
        return self.text.replace("\r\n", "\n")


@dataclass(frozen=True)
class Kept:
    """Which version says what was sent, and whether it stands aside."""

    revision: int
    aside: bool


@command("meeting.record")
def write_note(seat: Seat, meeting_id: UUID, sent: Written, at: datetime) -> Kept:
    """What was sent is kept: as the next version, or beside the current one that its writer had not seen.

    Sent twice, it is kept once. Also after the meeting, until the minutes are signed: a machine that was offline
    sends what it kept. Source: issue 4 (不丢一句话).
    """
    row = recorded(seat, meeting_id)
    if (before := queries.written(seat.session, row.id, sent.write_id)) is not None:
        return Kept(before.revision, before.aside)
    if sent.about is not None:
        on_agenda(seat, row, sent.about)
    return _keep(seat, row, sent, at)


def _keep(seat: Seat, row: Meeting, sent: Written, at: datetime) -> Kept:
    versions = [one.as_version() for one in queries.history(seat.session, row.id, sent.about)]
    placed = rules.place(versions, sent.lines, sent.base, sent.settles)
    if placed.kept_as is not None:
        aside = placed.kept_as in {version.revision for version in rules.asides(versions)}
        return Kept(placed.kept_as, aside)
    found = SittingNote(
        meeting_id=row.id,
        agenda_item_id=sent.about,
        revision=max((version.revision for version in versions), default=0) + 1,
        text=sent.lines,
        base=sent.base,
        aside=placed.aside,
        settles=placed.settles,
        write_id=sent.write_id,
        said_by=seat.name,
        account_id=seat.account_id,
        said_at=at,
    )
    seat.session.add(found)
    note(seat, f"meeting:{row.id}", note=sent.about, revision=found.revision, aside=found.aside)
    return Kept(found.revision, found.aside)


@command("meeting.record")
def settle_note(
    seat: Seat,
    meeting_id: UUID,
    aside: int,
    base: int,
    decision: str,
    *,
    about: Item,
    text: str,
    write_id: str,
    at: datetime,
) -> Kept:
    """Of two texts that were written at once, one is chosen, or both joined; neither is lost, each stays a version.

    Somebody wrote again meanwhile: the choice stands aside too, to be settled upon what he wrote.
    """
    row = recorded(seat, meeting_id)
    versions = [one.as_version() for one in queries.history(seat.session, row.id, about)]
    mine = next((one for one in rules.asides(versions) if one.revision == aside), None)
    if mine is None:
        raise Conflict(
            "这处不同已由他人核对，请查看当前记录。", en="Somebody has settled it already; look at the note."
        )
    theirs = next((one.text for one in versions if one.revision == base), "")
    said = rules.settled_text(decision, mine.text, theirs, text)
    return _keep(seat, row, Written(about, said, base, write_id, settles=aside), at)

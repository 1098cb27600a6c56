"""Writing: a unit raises a matter; the office takes it up, returns it, merges it, puts it on an agenda.

Source: seed 三 (last paragraph); dossier 1.3 X1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from service.agendas.commands import ItemText, add_item
from service.charter.names import unit_names
from service.charter.queries import units, version_on
from service.charter.sunset import refuse_after
from service.kit.command import command
from service.kit.seat import Seat
from service.matters.binding import Text
from service.matters.consent import list_units
from service.matters.models import Deliberation, Matter, MatterText
from service.matters.moves import check_speaks, checked_text, happened, stepping
from service.matters.queries import hearings, latest_text, matter
from service.matters.rules import GO_UP, KINDS, RAISE, check_placing, checked
from tenants.errors import Conflict, Refused


@command("matter.draft")
def draft_matter(seat: Seat, *, kind: str, unit_id: UUID, title: str, passages: Sequence[Any], on: date) -> Matter:
    """The unit has a draft, which nobody else sees yet.

    Refused: for another unit, one that is no member, an unknown kind, an empty text, a duty that does not stand.
    """
    refuse_after(seat.session, on)
    check_speaks(seat, unit_id, "matter.draft")
    if kind not in KINDS:
        raise Refused("请选择事项类型。", en="Choose what kind it is.", field="kind", source=RAISE)
    if unit_id not in {unit.id for unit in units(seat.session, on)}:
        raise Refused("只有成员单位可以报送。", en="Only a member unit raises matters.", field="unit_id", source=RAISE)
    text = checked_text(seat, title, passages, on)
    row = Matter(kind=kind, unit_id=unit_id, title=text.title, raised_by=seat.name, raised_on=on)
    row.charter_id = version_on(seat.session, on)
    seat.session.add(row)
    seat.session.flush()
    write_text(seat, row, text, on)
    return happened(seat, row, "draft", on, unit_id=unit_id)


def write_text(seat: Seat, row: Matter, text: Text, on: date, *, no: int = 1, **more: Any) -> MatterText:
    """The matter says so from now on; what it said before stays to be read."""
    row.title = text.title
    written = MatterText(
        matter_id=row.id, no=no, title=text.title, passages=text.as_json(), by=seat.name, on=on, **more
    )
    seat.session.add(written)
    return written


@command("matter.draft")
def rewrite_draft(seat: Seat, matter_id: UUID, *, title: str, passages: Sequence[Any], on: date) -> Matter:
    """The unit's own draft, or one that was returned to it, reads so."""
    row = stepping(seat, matter_id, "write")
    check_speaks(seat, row.unit_id, "matter.draft")
    before = latest_text(seat.session, row.id)
    text = checked_text(seat, title, passages, on, before.content.duties)
    write_text(seat, row, text, on, no=before.no + 1)
    return happened(seat, row, "write", on, f"第{before.no + 1}稿", unit_id=row.unit_id)


@command("matter.submit")
def submit(seat: Seat, matter_id: UUID, *, on: date) -> Matter:
    """It lies before the office, which has so many working days. Source: dossier 1.3 X1."""
    refuse_after(seat.session, on)
    row = stepping(seat, matter_id, "submit")
    check_speaks(seat, row.unit_id, "matter.submit")
    row.submitted_on, row.reason = on, ""
    return happened(seat, row, "submit", on, unit_id=row.unit_id)


@command("matter.submit")
def withdraw(seat: Seat, matter_id: UUID, *, on: date) -> Matter:
    """The unit raises it no more; the office had not taken it up."""
    row = stepping(seat, matter_id, "withdraw")
    check_speaks(seat, row.unit_id, "matter.submit")
    return happened(seat, row, "withdraw", on, unit_id=row.unit_id)


@command("matter.handle")
def accept(seat: Seat, matter_id: UUID, *, on: date) -> Matter:
    """The office has taken it up; the units concerned are computed from the duties that it cites."""
    row = stepping(seat, matter_id, "accept")
    row.accepted_on = on
    list_units(seat, row, latest_text(seat.session, row.id).content, on)
    return happened(seat, row, "accept", on)


@command("matter.handle")
def return_matter(seat: Seat, matter_id: UUID, *, reason: str, on: date) -> Matter:
    """It lies with the unit again, with the reason."""
    row = stepping(seat, matter_id, "return")
    row.reason = checked(reason, "reason", "退回须说明理由。", "Say why it is returned.", RAISE)
    return happened(seat, row, "return", on, row.reason)


@command("matter.handle")
def merge(seat: Seat, matter_id: UUID, *, target_id: UUID, reason: str, on: date) -> Matter:
    """It goes on as part of a similar one; its raiser sees what becomes of that. Source: dossier 1.3 X1.

    Refused: into itself, into one that the office has not taken up; one that was on an agenda, or whose units were asked.
    """
    row = stepping(seat, matter_id, "merge")
    why = checked(reason, "reason", "请填写合并的理由。", "Say why they are merged.", RAISE)
    target = matter(seat, target_id, hold=True)
    if target.id == row.id or target.state != "accepted":
        raise Refused(
            "只能并入办公室已受理、正在办理的另一事项。",
            en="A matter is merged into another one that the office has taken up.",
            field="target_id",
            source=RAISE,
        )
    if row.consulted_on or hearings(seat.session, row.id):
        raise Conflict(
            "本事项已列为议题或已征求同意，不能再并入其他事项。", en="It is under way already.", source=RAISE
        )
    row.merged_into_id, row.reason = target.id, why
    name = unit_names(seat.session)[row.unit_id]
    happened(seat, target, "take_in", on, f"{name}：{row.title}", unit_id=row.unit_id)
    return happened(seat, row, "merge", on, f"并入“{target.title}”：{why}")


@command("matter.handle")
def place(seat: Seat, matter_id: UUID, *, meeting_id: UUID | None = None, kind: str = "other", on: date) -> Matter:
    """It is an item of that meeting's agenda, or lies among those to be put on one; its outcome there is its own.

    Refused: while it waits on one, once it was passed or not passed. Source: dossier 1.3 X1 (未经办公室汇总不得直接列入议程).
    """
    row = stepping(seat, matter_id, "place")
    check_placing(hearings(seat.session, row.id))
    words = ItemText(row.title, kind, presenter=unit_names(seat.session)[row.unit_id])
    item = add_item(seat, words, meeting_id=meeting_id, unit_id=row.unit_id, origin="matter", on=on)
    no = latest_text(seat.session, row.id).no
    seat.session.add(Deliberation(matter_id=row.id, agenda_item_id=item.id, text_no=no))
    return happened(seat, row, "place", on, f"第{no}稿")


@command("matter.handle")
def discontinue(seat: Seat, matter_id: UUID, *, reason: str, on: date) -> Matter:
    """It goes no further: it was not passed, or the unit raises it no more. The reason returns to whoever raised it."""
    row = stepping(seat, matter_id, "discontinue")
    row.reason = checked(reason, "reason", "终止须说明理由。", "Say why it goes no further.", GO_UP)
    return happened(seat, row, "discontinue", on, row.reason)

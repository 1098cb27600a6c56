"""The papers of items: brought, brought again as a next version, opened to whom they concern; nothing is overwritten.

Source: dossier 2.2 (材料须会前上传；无材料不上会).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from service.agendas.models import AgendaItem, AgendaPaper, AgendaPaperUnit, AgendaPaperVersion
from service.agendas.queries import OFFICE_READS, held_item, paper, papers
from service.agendas.rules import ACCESSES, ATTENDEES, NAMED, PRACTICE, WITHDRAWN
from service.agendas.snapshots import changed
from service.charter.queries import units
from service.files.keeping import Upload, store
from service.kit.command import command, note
from service.kit.seat import Seat
from service.meetings.queries import held_meeting
from tenants.errors import Conflict, Forbidden, Refused


@command("agenda.submit")
def add_paper(
    seat: Seat,
    item_id: UUID,
    upload: Upload,
    *,
    title: str = "",
    access: str = ATTENDEES,
    unit_ids: Sequence[UUID] = (),
    on: date,
) -> AgendaPaper:
    """The item has one paper more, which those may read whom `access` names."""
    row = _item(seat, item_id)
    file = store(seat, upload.filename, upload.content)
    found = AgendaPaper(item_id=row.id, title=title.strip() or file.name.rpartition(".")[0])
    seat.session.add(found)
    _open_to(seat, found, access, unit_ids, on)
    seat.session.add(AgendaPaperVersion(paper_id=found.id, number=1, file_id=file.id))
    _told(seat, row, f"增加“{row.title}”的材料“{found.title}”")
    note(seat, f"agenda_item:{row.id}", paper=found.title, access=access, sha256=file.sha256)
    return found


@command("agenda.submit")
def add_version(seat: Seat, paper_id: UUID, upload: Upload, *, at: UUID | None = None, on: date) -> AgendaPaper:
    """The paper has a next version; the earlier ones stay and can be read by the same readers."""
    found = paper(seat.session, paper_id, at, hold=True)
    row = _item(seat, found.item_id)
    file = store(seat, upload.filename, upload.content)
    number = papers(seat.session, [row.id])[row.id]
    latest = next(one.latest for one in number if one.row.id == found.id)
    if latest.file.sha256 == file.sha256:
        raise Refused(
            "与现有版本内容相同，未另存新版。", en="It is the version that is there.", field="file", source=PRACTICE
        )
    seat.session.add(AgendaPaperVersion(paper_id=found.id, number=latest.number + 1, file_id=file.id))
    _told(seat, row, f"更新“{row.title}”的材料“{found.title}”（第{latest.number + 1}版）")
    note(seat, f"agenda_item:{row.id}", paper=found.title, version=latest.number + 1, sha256=file.sha256, on=on)
    return found


@command("agenda.submit")
def open_paper(
    seat: Seat, paper_id: UUID, *, access: str, unit_ids: Sequence[UUID] = (), at: UUID | None = None, on: date
) -> AgendaPaper:
    """Those may read the paper whom `access` names, and nobody else but the office and who proposed the item."""
    found = paper(seat.session, paper_id, at, hold=True)
    row = _item(seat, found.item_id)
    before = found.access
    _open_to(seat, found, access, unit_ids, on)
    note(
        seat, f"agenda_item:{row.id}", paper=found.title, before=before, after=access, units=sorted(map(str, unit_ids))
    )
    return found


def _item(seat: Seat, item_id: UUID) -> AgendaItem:
    """The item, for the office or who proposed it, while its meeting is not over."""
    row = held_item(seat.session, item_id)
    if not (seat.may(OFFICE_READS) or (row.unit_id is not None and seat.sits_for(row.unit_id, "agenda.submit"))):
        raise Forbidden(
            "只有办公室或提出单位可以上传材料。", en="Only the office and the proposer bring papers.", source=PRACTICE
        )
    if row.state == WITHDRAWN or row.outcome is not None:
        raise Conflict("议题已撤回或已有结论，不能再更改材料。", en="The item is closed.", source=PRACTICE)
    return row


def _open_to(seat: Seat, found: AgendaPaper, access: str, unit_ids: Sequence[UUID], on: date) -> None:
    if access not in ACCESSES:
        raise Refused("请选择材料范围。", en="Choose who may read it.", field="access", source=PRACTICE)
    if access == NAMED and not unit_ids:
        raise Refused("请选择可以查看的单位。", en="Name the units.", field="unit_ids", source=PRACTICE)
    wanted = dict.fromkeys(unit_ids if access == NAMED else ())
    if not set(wanted) <= {unit.id for unit in units(seat.session, on)}:
        raise Refused("请从成员单位中选择。", en="Choose member units.", field="unit_ids", source=PRACTICE)
    found.access = access
    seat.session.flush()
    seat.session.execute(delete(AgendaPaperUnit).where(AgendaPaperUnit.paper_id == found.id))
    seat.session.add_all(AgendaPaperUnit(paper_id=found.id, unit_id=unit_id) for unit_id in wanted)
    seat.session.flush()


def _told(seat: Seat, row: AgendaItem, what: str) -> None:
    """Those called are told of new papers as of any other change of the agenda."""
    seat.session.flush()
    if row.meeting_id is not None:
        changed(seat, held_meeting(seat.session, row.meeting_id), what)

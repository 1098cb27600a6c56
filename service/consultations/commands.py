"""The office drafts a consultation, sends it, and changes whom it asks and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from service.calendar.queries import workdays
from service.charter.queries import in_force, unit_named, units, version_on
from service.charter.sunset import refuse_after
from service.consultations.models import Consultation, ConsultedUnit
from service.consultations.queries import asked_unit, asked_units, held, rounds, whole
from service.consultations.rules import ARTICLE, CONSULTATION, DEEMED, check_time, last_day, sealed
from service.documents.rules import check_document_number
from service.files.keeping import Upload, store, stored
from service.kit.command import command, note
from service.kit.seat import Seat
from service.notices.telling import of_units, tell
from tenants.errors import Conflict, Refused


@dataclass(frozen=True)
class Paper:
    """A consultation as it is drafted. `due` none: the charter's own term from the day of sending."""

    title: str
    clauses: Sequence[str]
    unit_ids: Sequence[UUID]
    contact: str
    phone: str
    mode: str
    ordinary: bool  # it is none of the matters of 四(六)
    background: str = ""
    due: date | None = None
    short_reason: str = ""
    file: Upload | None = None
    drop_file: bool = False


WORDS = ("title", "contact", "phone", "mode", "background", "due", "short_reason")


@command("consult.start")
def draft_consultation(seat: Seat, paper: Paper, on: date) -> Consultation:
    """The office has a draft; nobody else sees it until it is sent. Source: dossier 2.2."""
    refuse_after(seat.session, on)
    _check_paper(seat, paper, on)
    row = Consultation(drafted_by=seat.name, drafted_on=on, charter_id=version_on(seat.session, on))
    _write(seat, row, paper)
    if not row.clauses and row.file_id is None:
        raise _no_paper()
    seat.session.add(row)
    seat.session.flush()
    _ask(seat, row, paper.unit_ids, on)
    note(seat, f"consultation:{row.id}", title=row.title, units=len(paper.unit_ids))
    return row


@command("consult.start")
def revise_consultation(seat: Seat, consultation_id: UUID, paper: Paper, on: date) -> Consultation:
    """The draft says this now. Refused once it was sent: a changed paper is another round."""
    row = open_for(seat, consultation_id, "revise")
    _check_paper(seat, paper, on)
    _write(seat, row, paper)
    if not row.clauses and row.file_id is None:
        raise _no_paper()
    seat.session.execute(delete(ConsultedUnit).where(ConsultedUnit.consultation_id == row.id))
    _ask(seat, row, paper.unit_ids, on)
    note(seat, f"consultation:{row.id}", title=row.title, units=len(paper.unit_ids))
    return row


def _check_paper(seat: Seat, paper: Paper, on: date) -> None:
    if not paper.ordinary:
        raise Refused(
            "重大问题、重点工程和对策建议须经联席会议讨论通过并征得有关成员单位同意，请到“重大事项”办理；"
            "确属普通文稿的，请勾选确认。",
            en="Matters of 四(六) need a meeting and explicit consent: they have a room of their own.",
            source="制度四(六)",
            field="ordinary",
        )
    if not paper.unit_ids:
        raise Refused("请选择征求意见的单位。", en="Choose the units to ask.", source=ARTICLE, field="unit_ids")
    _check_mode(in_force(seat.session, on).rules, paper.mode)
    if paper.due is not None and paper.due <= on:
        raise Refused("反馈期限须在今天之后。", en="The deadline lies in the future.", field="due")


def _check_mode(rules: Any, mode: str) -> None:
    if mode == DEEMED and not rules["consult_deemed_no_objection"]:
        raise Refused(
            "按本级制度，普通件逾期未反馈不能视为无意见，请选择“须明示”。",
            en="By the charter silence counts as nothing: replies must be explicit.",
            source="制度四(六)：普通件逾期视为无意见",
            field="mode",
        )


def _no_paper() -> Refused:
    return Refused(
        "请填写征求意见稿正文，或上传附件。",
        en="Give the text of the paper, or a file.",
        source=ARTICLE,
        field="clauses",
    )


def _write(seat: Seat, row: Consultation, paper: Paper) -> None:
    for name in WORDS:
        setattr(row, name, getattr(paper, name))
    row.clauses = [text.strip() for text in paper.clauses if text.strip()]
    if paper.drop_file:
        row.file_id, row.file_name = None, ""
    if paper.file is not None:
        kept = store(seat, paper.file.filename, paper.file.content)
        row.file_id, row.file_name = kept.id, kept.name


def _ask(seat: Seat, row: Consultation, unit_ids: Iterable[UUID], on: date) -> None:
    """These units are asked; only members are."""
    members = {unit.id for unit in units(seat.session, on)}
    for unit_id in dict.fromkeys(unit_ids):
        if unit_id not in members:
            raise Refused("征求单位须是现任成员单位。", en="Only member units are asked.", field="unit_ids")
        seat.session.add(ConsultedUnit(consultation_id=row.id, unit_id=unit_id, added_on=on))


@command("consult.start")
def send_consultation(seat: Seat, consultation_id: UUID, *, number: str = "", on: date) -> Consultation:
    """The paper is frozen with its hash, the units too; the charter of this day holds to the end.

    Refused: less time than the charter's without a reason; a further round of a paper that did not change.
    """
    row = open_for(seat, consultation_id, "send")
    charter = in_force(seat.session, on)
    _check_mode(charter.rules, row.mode)
    term, days = charter.rules["consult_workdays"] or 1, workdays(seat.session)
    due = row.due or last_day(on, term, days)
    check_time(on, due, term, row.short_reason, days)
    if number:
        check_document_number(number)
    row.sha256 = sealed(row.title, row.clauses, stored(seat.session, row.file_id).sha256 if row.file_id else "")
    _refuse_unchanged(seat, row)
    row.state = CONSULTATION.step(row.state, "send")
    row.number, row.due, row.sent_by, row.sent_on, row.charter_id = number, due, seat.name, on, charter.id
    _tell_asked(seat, row, [asked.unit_id for asked in asked_units(seat.session, row.id)], on)
    note(seat, f"consultation:{row.id}", sent_on=on, due=due, sha256=row.sha256)
    return row


def _tell_asked(seat: Seat, row: Consultation, unit_ids: Iterable[UUID], on: date) -> None:
    """The units' people are told that they are asked, and by when."""
    accounts = of_units(seat.session, unit_ids, on)
    words = {"title": row.title, "due": str(row.due)}
    place = ("consultations.show", {"consultation_id": str(row.id)})
    key = f"consultation:{row.id}/asked/{on}"
    tell(seat.session, accounts, kind="consultation_asked", key=key, params=words, place=place, but=seat.account_id)


def _refuse_unchanged(seat: Seat, row: Consultation) -> None:
    before = rounds(seat.session, row)
    if before and before[-1].sha256 == row.sha256:
        raise Refused(
            "文稿与上一轮相同，不须再次征求意见；请先修改文稿。",
            en="The paper is the same as in the round before.",
            source=ARTICLE,
            field="clauses",
        )


@command("consult.start")
def add_unit(seat: Seat, consultation_id: UUID, *, unit_id: UUID, reason: str = "", on: date) -> Consultation:
    """One unit more is asked; with less time than the charter's, the reason is on record."""
    row = open_for(seat, consultation_id, "change_units")
    found = asked_unit(seat.session, row.id, unit_id)
    if found is not None and found.removed_on is None:
        raise Conflict("该单位已在征求范围内。", en="The unit is asked already.")
    assert row.due is not None
    term = whole(seat.session, row, on).rules["consult_workdays"] or 1
    try:
        check_time(on, row.due, term, reason, workdays(seat.session))
    except Refused as refusal:
        place = "reason" if refusal.field == "short_reason" else "unit_id"
        raise Refused(refusal.message, en=refusal.message_en, source=refusal.source, field=place) from refusal
    if found is not None:
        found.removed_on, found.removed_by, found.removed_reason = None, "", ""
    else:
        _ask(seat, row, [unit_named(seat.session, unit_id).id], on)
    _tell_asked(seat, row, [unit_id], on)
    note(seat, f"consultation:{row.id}", added=unit_id, reason=reason)
    return row


@command("consult.start")
def remove_unit(seat: Seat, consultation_id: UUID, *, unit_id: UUID, reason: str, on: date) -> Consultation:
    """The unit is asked no more, and the reason stays on record; what it said stays too, and counts no more."""
    row = open_for(seat, consultation_id, "change_units")
    found = asked_unit(seat.session, row.id, unit_id)
    if found is None or found.removed_on is not None:
        raise Refused("该单位不在征求范围内。", en="The unit is not asked.", field="unit_id")
    if not reason.strip():
        raise Refused("发出后减少征求单位须说明理由。", en="Say why.", source=ARTICLE, field="reason")
    if len(asked_units(seat.session, row.id)) == 1:
        raise Refused("至少保留一个征求单位；不再征求的，请撤回。", en="Somebody must be asked.", field="unit_id")
    found.removed_on, found.removed_by, found.removed_reason = on, seat.name, reason.strip()
    note(seat, f"consultation:{row.id}", removed=unit_id, reason=reason)
    return row


def open_for(seat: Seat, consultation_id: UUID, verb: str) -> Consultation:
    """The consultation, held alone, if its state allows the verb."""
    row = held(seat.session, consultation_id, alone=True)
    CONSULTATION.step(row.state, verb)
    return row


@command("consult.start")
def extend_deadline(seat: Seat, consultation_id: UUID, *, due: date, on: date) -> Consultation:
    """Units have until a later day; it is never moved forward."""
    row = open_for(seat, consultation_id, "extend")
    assert row.due is not None
    if due <= max(row.due, on):
        raise Refused("新的期限须晚于原期限和今天。", en="The new deadline is later.", source=ARTICLE, field="due")
    before, row.due = row.due, due
    note(seat, f"consultation:{row.id}", before=before, after=due)
    return row

"""The office reminds, closes a consultation or withdraws it, and asks again on a changed paper."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from service.charter.queries import units, version_on
from service.charter.sunset import refuse_after
from service.consultations.commands import open_for
from service.consultations.models import Consultation, ConsultationReminder, ConsultedUnit
from service.consultations.queries import Whole, asked_units, whole
from service.consultations.rules import ARTICLE, CONSULTATION, SILENT
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants.errors import Conflict, Refused


@command("consult.start")
def remind(seat: Seat, consultation_id: UUID, *, how: str, on: date) -> Consultation:
    """Every unit that has not replied is reminded, and that is on record. Source: dossier 2.2 (催办)."""
    row = open_for(seat, consultation_id, "remind")
    silent = [line.asked.unit_id for line in whole(seat.session, row, on).lines if line.standing in SILENT]
    if not silent:
        raise Conflict("各单位均已反馈，不须催办。", en="Every unit has replied.")
    reminder = ConsultationReminder(consultation_id=row.id, made_on=on, made_by=seat.name, how=how.strip())
    reminder.unit_ids = [str(unit_id) for unit_id in silent]
    seat.session.add(reminder)
    note(seat, f"consultation:{row.id}", reminded=len(silent), how=how)
    return row


@command("consult.start")
def close_consultation(seat: Seat, consultation_id: UUID, *, remark: str = "", on: date) -> Consultation:
    """It is over: every opinion was handled, and each unit reads what became of its own.

    Refused: before the deadline while a unit is silent; an opinion not handled; silence without a word about it.
    """
    row = open_for(seat, consultation_id, "close")
    found = whole(seat.session, row, on)
    _refuse_unfinished(found)
    _refuse_unexplained(found, remark)
    row.state = CONSULTATION.step(row.state, "close")
    row.ended_by, row.ended_on, row.remark = seat.name, on, remark.strip()
    tally = found.tally
    note(seat, f"consultation:{row.id}", asked=tally.asked, replied=tally.replied, deemed=tally.by["deemed"])
    return row


def _refuse_unfinished(found: Whole) -> None:
    waiting = found.tally.by["waiting"] + found.tally.by["to_confirm"]
    if waiting:
        raise Conflict(
            f"还有{waiting}个单位未反馈（或代录未确认），期限未到或待单位确认，暂不能办结。",
            en=f"{waiting} units have time left, or have to confirm what was entered for them.",
            source=ARTICLE,
        )
    if found.open_passages:
        raise Conflict(
            f"还有{found.open_passages}条意见未处理，请逐条注明采纳情况。",
            en=f"{found.open_passages} opinions are not handled yet.",
            source=ARTICLE,
        )


def _refuse_unexplained(found: Whole, remark: str) -> None:
    silent = found.tally.by["silent"]
    if silent and not remark.strip():
        raise Refused(
            f"有{silent}个单位未反馈，本件不能视为其无意见，请说明如何处理。",
            en=f"{silent} units did not reply, and their silence means nothing: say what was done about it.",
            source="制度四(六)",
            field="remark",
        )


@command("consult.start")
def withdraw_consultation(seat: Seat, consultation_id: UUID, *, reason: str, on: date) -> Consultation:
    """Nobody is asked any more; what was said stays readable."""
    row = open_for(seat, consultation_id, "withdraw")
    if not reason.strip():
        raise Refused("请填写撤回理由。", en="Say why it is withdrawn.", source=ARTICLE, field="reason")
    row.state = CONSULTATION.step(row.state, "withdraw")
    row.ended_by, row.ended_on, row.remark = seat.name, on, reason.strip()
    note(seat, f"consultation:{row.id}", withdrawn_on=on, reason=reason)
    return row


@command("consult.start")
def ask_again(seat: Seat, consultation_id: UUID, *, on: date) -> Consultation:
    """A draft of the next round, with the paper and the units of this one; once."""
    refuse_after(seat.session, on)
    row = open_for(seat, consultation_id, "ask_again")
    if whole(seat.session, row, on).next_id is not None:
        raise Conflict("该件已有下一轮征求意见。", en="There is a next round already.")
    again = _next_round(seat, row, on)
    seat.session.add(again)
    seat.session.flush()
    members = {unit.id for unit in units(seat.session, on)}
    seat.session.add_all(
        ConsultedUnit(consultation_id=again.id, unit_id=asked.unit_id, added_on=on)
        for asked in asked_units(seat.session, row.id)
        if asked.unit_id in members
    )
    note(seat, f"consultation:{again.id}", round=again.round, previous=row.id)
    return again


KEPT = ("title", "background", "clauses", "file_id", "file_name", "contact", "phone", "mode")


def _next_round(seat: Seat, row: Consultation, on: date) -> Consultation:
    kept = {name: getattr(row, name) for name in KEPT}
    again = Consultation(**kept, round=row.round + 1, previous_id=row.id, drafted_by=seat.name, drafted_on=on)
    again.charter_id = version_on(seat.session, on)
    return again

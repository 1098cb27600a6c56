"""A unit says what it thinks of a paper, for itself; the office enters it on its behalf where the charter lets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from service.consultations.models import Consultation, ConsultedPassage, ConsultedUnit
from service.consultations.queries import asked_unit, charter_of, held, passages
from service.consultations.rules import ARTICLE, CONSULTATION, Opinion, Passage, passages_of
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants.errors import Conflict, Forbidden, Refused


def speaks_for(seat: Seat, asked: ConsultedUnit) -> bool:
    """Whether the seat may reply for the unit: its representative, its liaison where delegated. Source: dossier 1.6."""
    operation = "consult.reply_delegated" if asked.delegated_by else "consult.reply"
    return seat.sits_for(asked.unit_id, "consult.reply") or seat.sits_for(asked.unit_id, operation)


@command("consult.delegate")
def delegate_reply(seat: Seat, consultation_id: UUID, *, unit_id: UUID, on: date) -> Consultation:
    """The unit's liaison may reply in this consultation. Source: dossier 1.6 (单位会签：经授权)."""
    row, asked = _asked(seat, consultation_id, unit_id)
    if not seat.sits_for(unit_id, "consult.delegate"):
        raise Forbidden("只能授权本单位联络员。", en="One delegates one's own liaison.", source="角色与权限矩阵")
    asked.delegated_by, asked.delegated_on = seat.name, on
    note(seat, f"consultation:{row.id}", unit=unit_id, delegated_on=on)
    return row


@command("consult.answer")
def draft_reply(seat: Seat, consultation_id: UUID, *, unit_id: UUID, opinion: Opinion, on: date) -> Consultation:
    """The unit's own people have prepared a reply; nothing is said to the office yet. Source: dossier 1.6 (草拟)."""
    row, asked = _asked(seat, consultation_id, unit_id)
    if not seat.sits_for(unit_id, "consult.answer"):
        raise _other_unit()
    asked.draft, asked.drafted_by = asdict(opinion), seat.name
    note(seat, f"consultation:{row.id}", unit=unit_id, drafted_on=on)
    return row


@command("consult.answer")
def reply(seat: Seat, consultation_id: UUID, *, unit_id: UUID, opinion: Opinion, on: date) -> Consultation:
    """The unit has replied. It may come back to that until the deadline; a first reply after it is late and taken.

    Source: dossier 2.2, 5.6.
    """
    row, asked = _asked(seat, consultation_id, unit_id)
    if not speaks_for(seat, asked):
        raise _other_unit()
    _take(seat, row, asked, opinion, on)
    asked.confirmed, asked.paper_basis = True, ""
    note(seat, f"consultation:{row.id}", unit=unit_id, answer=opinion.answer, late=asked.late)
    return row


def _other_unit() -> Forbidden:
    return Forbidden(
        "只能代表本单位反馈：由成员代表答复，联络员须经授权，填报员只能草拟。",
        en="One replies for one's own unit: its representative, or its liaison where delegated; the clerk drafts.",
        source="角色与权限矩阵（单位会签、同意意见）",
    )


@command("consult.enter")
def enter_on_behalf(
    seat: Seat, consultation_id: UUID, *, unit_id: UUID, opinion: Opinion, paper_basis: str, on: date
) -> Consultation:
    """What a unit said on paper stands in the record until the unit confirms it; before that it counts as no reply.

    Refused where the charter does not let the office do so. Source: dossier 1.6 (代录), 2.4.
    """
    row, asked = _asked(seat, consultation_id, unit_id)
    if not charter_of(seat.session, row, on).rules["consult_proxy_entry"]:
        raise Refused(
            "按本级制度，办公室不能代录意见，请单位自行反馈。",
            en="By the charter the office enters no opinion on a unit's behalf.",
            source="制度四(六)：允许办公室代录意见",
        )
    if not paper_basis.strip():
        raise Refused("请注明来文（文号、日期或经办人）。", en="Name the paper.", source=ARTICLE, field="paper_basis")
    if asked.answer and asked.confirmed:
        raise Conflict("该单位已自行反馈，不能代录。", en="The unit has replied itself.")
    _take(seat, row, asked, opinion, on)
    asked.confirmed, asked.paper_basis = False, paper_basis.strip()
    note(seat, f"consultation:{row.id}", unit=unit_id, answer=opinion.answer, paper=paper_basis)
    return row


@command("consult.answer")
def confirm_entry(seat: Seat, consultation_id: UUID, *, unit_id: UUID, seen: int, on: date) -> Consultation:
    """What the office entered is what the unit says. If it is not, the unit replies itself.

    `seen` is the revision of the unit's line that it read. Refused: what was entered anew since.
    """
    row, asked = _asked(seat, consultation_id, unit_id)
    if not speaks_for(seat, asked):
        raise _other_unit()
    if asked.answer is None or asked.confirmed:
        raise Conflict("没有待确认的代录意见。", en="Nothing was entered that waits to be confirmed.")
    if asked.revision != seen:
        raise Conflict(
            "代录内容在您打开后有变动，请重新核对后确认。",
            en="The entry has changed since you read it.",
            source=ARTICLE,
        )
    asked.confirmed, asked.confirmed_by, asked.confirmed_on = True, seat.name, on
    note(seat, f"consultation:{row.id}", unit=unit_id, confirmed_on=on)
    return row


def _asked(seat: Seat, consultation_id: UUID, unit_id: UUID) -> tuple[Consultation, ConsultedUnit]:
    """The open consultation, which nobody ends meanwhile, with the unit's line."""
    row = held(seat.session, consultation_id)
    CONSULTATION.step(row.state, "reply")
    asked = asked_unit(seat.session, row.id, unit_id)
    if asked is None or asked.removed_on is not None:
        raise Refused("该单位不在征求范围内。", en="The unit is not asked.", source=ARTICLE, field="unit_id")
    return row, asked


def _take(seat: Seat, row: Consultation, asked: ConsultedUnit, opinion: Opinion, on: date) -> None:
    """The line says this now; passages that the unit left as they were keep what became of them."""
    assert row.due is not None
    late = on > row.due
    if asked.answer and asked.confirmed and late:
        raise Conflict(
            f"反馈期限（{row.due}）已过，已反馈的意见不能再改；确需补充的，请与办公室联系。",
            en=f"The deadline ({row.due}) is past: a reply is changed no more.",
            source=ARTICLE,
        )
    found = passages_of(opinion, row.clauses)
    asked.answer, asked.text = opinion.answer, opinion.text.strip()
    asked.replied_by, asked.replied_on, asked.late = seat.name, on, late
    asked.draft, asked.drafted_by = {}, ""
    _replace(seat, asked, found)


def _replace(seat: Seat, asked: ConsultedUnit, found: Sequence[Passage]) -> None:
    kept = {old.passage: old for old in passages(seat.session, [asked.id])[asked.id]}
    for position, passage in enumerate(dict.fromkeys(found)):
        old = kept.pop(passage, None) or ConsultedPassage(consulted_unit_id=asked.id, **asdict(passage))
        old.position = position
        seat.session.add(old)
    for gone in kept.values():
        seat.session.delete(gone)

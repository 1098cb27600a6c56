"""The pages on which a unit replies, the office enters a reply for it, and each opinion is handled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.consultations import handling, queries, schemas
from service.consultations.models import Consultation, ConsultedPassage, ConsultedUnit
from service.consultations.queries import ANSWER, READ, START, Whole
from service.consultations.replying import speaks_for
from service.consultations.rules import ANSWERS, OUTCOMES, SENT, WHOLE
from service.consultations.verbs import ANSWERING, UNITS
from service.kit.face import label
from service.kit.forms import rows_of, submitted, whole_number
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.errors import Missing

Errors = Mapping[str, str]
FREE_ROWS = 2
COLUMNS = ("original", "suggested", "reason")


def install(pages: Blueprint) -> None:
    """These pages are served with the room's others."""
    pages.get("/<uuid:consultation_id>/units/<uuid:unit_id>/reply")(answer)
    pages.get("/<uuid:consultation_id>/units/<uuid:unit_id>/entry")(entry)
    pages.post(f"/<uuid:consultation_id>/units/<uuid:unit_id>/<any({_nouns(ANSWERING)}):noun>")(give)
    pages.post(f"/<uuid:consultation_id>/units/<uuid:unit_id>/<any({_nouns(UNITS)}):noun>")(settle)
    pages.get("/<uuid:consultation_id>/handling")(handle)
    pages.post("/<uuid:consultation_id>/passages/<uuid:passage_id>/handling")(handled)


def _nouns(verbs: Mapping[str, Any]) -> str:
    return ", ".join(map(repr, verbs))


@dataclass(frozen=True)
class May:
    """What the seat can do for one unit in a consultation."""

    prepare: bool
    reply: bool
    delegate: bool
    confirm: bool
    enter: bool


def may(seat: Seat, found: Whole) -> dict[UUID, May]:
    """For each unit that is asked, while the consultation is open."""
    is_open = found.consultation.state == SENT
    proxy = is_open and bool(found.rules["consult_proxy_entry"]) and seat.may("consult.enter")
    return {line.asked.unit_id: _may(seat, line.asked, is_open, proxy, found) for line in found.lines}


def _may(seat: Seat, asked: ConsultedUnit, is_open: bool, proxy: bool, found: Whole) -> May:
    own, waits = is_open and seat.sits_for(asked.unit_id, ANSWER), bool(asked.answer) and not asked.confirmed
    settled = bool(asked.answer) and asked.confirmed
    changeable = own and not (settled and today() > found.terms.due)
    speaks = changeable and speaks_for(seat, asked)
    return May(
        prepare=changeable,
        reply=speaks,
        delegate=own and seat.sits_for(asked.unit_id, "consult.delegate") and not asked.delegated_by,
        confirm=speaks and waits,
        enter=proxy and not settled,
    )


def answer(consultation_id: UUID, unit_id: UUID) -> ResponseReturnValue:
    """The form on which the unit says what it thinks."""
    return _reply_page(reading(READ), consultation_id, unit_id, "replies", {})


def entry(consultation_id: UUID, unit_id: UUID) -> ResponseReturnValue:
    """The same form for the office, with the unit's paper named."""
    return _reply_page(reading(READ), consultation_id, unit_id, "entries", {})


def _reply_page(seat: Seat, consultation_id: UUID, unit_id: UUID, noun: str, errors: Errors) -> ResponseReturnValue:
    found = queries.whole(seat.session, queries.readable(seat, consultation_id), today())
    line = next((line for line in found.lines if line.asked.unit_id == unit_id), None)
    can = may(seat, found).get(unit_id)
    if line is None or can is None or not (can.enter if noun == "entries" else can.prepare):
        raise Missing()
    values, rows = _sent() if errors else _kept(line.asked, list(line.passages))
    return page(
        "consultations/reply.html",
        422 if errors else 200,
        row=found.consultation,
        unit=unit_names(seat.session)[unit_id],
        unit_id=unit_id,
        noun=noun,
        can=can,
        asked=line.asked,
        values=values,
        rows=_rows(found.consultation, rows),
        answers=[(key, label("opinion", key)) for key in ANSWERS],
        errors=errors,
        on=today(),
    )


def _sent() -> tuple[Mapping[str, Any], list[dict[str, str]]]:
    return request.form, rows_of(request.form, "passages", COLUMNS)


def _kept(asked: ConsultedUnit, said: list[ConsultedPassage]) -> tuple[Mapping[str, Any], list[dict[str, str]]]:
    """What was prepared last, or what was replied."""
    if asked.draft:
        return asked.draft, asked.draft["passages"]
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in said if row.original != WHOLE]
    return {"answer": asked.answer or "", "text": asked.text, "paper_basis": asked.paper_basis}, rows


def _rows(row: Consultation, said: list[dict[str, str]]) -> list[dict[str, str]]:
    """A row for each clause with what is said of it, then what belongs to no clause, then room for more."""
    left = [one for one in said if any(one.values())]
    rows = []
    for clause in row.clauses:
        mine = next((one for one in left if one.get("original") and one["original"] in clause), None)
        if mine is not None:
            left.remove(mine)
        rows.append({"clause": clause, "original": clause} | (mine or {}))
    return [*rows, *left, *({} for _n in range(FREE_ROWS))]


def give(consultation_id: UUID, unit_id: UUID, noun: str) -> ResponseReturnValue:
    """The unit has replied or prepared it, the office has entered it; or the form comes back as it was."""
    seat, verb = current_seat(), ANSWERING[noun]

    def act(given: dict[str, Any]) -> object:
        return verb.act(seat, consultation_id, **given | {"unit_id": unit_id}, on=today())

    _done, errors = submitted(verb.schema(exclude=("unit_id",)), act)
    if errors:
        return _reply_page(
            reading(READ), consultation_id, unit_id, "entries" if noun == "entries" else "replies", errors
        )
    flash(
        {"replies": _("已反馈。"), "drafts": _("已存为草稿，请成员代表答复。")}.get(noun, _("已代录，请单位确认。")),
        "success",
    )
    return redirect(url_for("consultations.show", consultation_id=consultation_id))


def settle(consultation_id: UUID, unit_id: UUID, noun: str) -> ResponseReturnValue:
    """The representative has let the liaison reply, or the unit has confirmed what was entered."""
    read = {"seen": whole_number(request.form.get("seen", "")) or 0} if noun == "confirmations" else {}
    UNITS[noun].act(current_seat(), consultation_id, unit_id=unit_id, **read, on=today())
    flash(_("已办理。"), "success")
    return redirect(url_for("consultations.show", consultation_id=consultation_id))


def handle(consultation_id: UUID) -> ResponseReturnValue:
    """Every opinion, each with a form for what becomes of it."""
    return _handling_page(current_seat(), consultation_id, None, {})


def _handling_page(seat: Seat, consultation_id: UUID, wrong: UUID | None, errors: Errors) -> ResponseReturnValue:
    seat.require(START)
    found = queries.whole(seat.session, queries.readable(seat, consultation_id), today())
    return page(
        "consultations/handling.html",
        422 if errors else 200,
        whole=found,
        row=found.consultation,
        names=unit_names(seat.session),
        outcomes=[(key, label("opinion_outcome", key)) for key in OUTCOMES],
        wrong=wrong,
        errors=errors,
        values=request.form,
    )


def handled(consultation_id: UUID, passage_id: UUID) -> ResponseReturnValue:
    """The opinion summary says what became of it."""
    seat = current_seat()
    _done, errors = submitted(
        schemas.HandlingIn(),
        lambda given: handling.handle_opinion(seat, consultation_id, passage_id, **given, on=today()),
    )
    if errors:
        return _handling_page(seat, consultation_id, passage_id, errors)
    flash(_("已记录采纳情况。"), "success")
    return redirect(url_for("consultations.handle", consultation_id=consultation_id) + f"#p-{passage_id}")

"""Proposals to convene: a unit makes one, the office answers, the answer returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.charter.queries import units
from service.invitations import proposing, queries, schemas
from service.invitations.models import ConveningProposal
from service.invitations.rules import PROPOSAL, PROPOSAL_STATES
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings.queries import meeting

pages = Blueprint("proposals", __name__)
Errors = Mapping[str, str]


@pages.get("/")
def index() -> ResponseReturnValue:
    """What was proposed, narrowed, sorted, paged; or as a file."""
    seat, kind = reading("meeting.propose"), request.args.get("format", "")
    listed = queries.proposals(seat.session, asked_here(schemas.ProposalsQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    return page(
        "invitations/proposals.html",
        listed=listed,
        names=unit_names(seat.session),
        units=[(unit.id, unit.name) for unit in units(seat.session, today())],
        states=[(state, label("proposal_state", state)) for state in PROPOSAL_STATES],
        proposes=bool(seat.units_for("meeting.propose")),
    )


HEADER = ("提议日期", "提议单位", "会议主题", "提议理由", "状态", "答复", "答复人", "答复日期")


def _file(seat: Seat, kind: str, rows: list[ConveningProposal]) -> Response:
    names = unit_names(seat.session)

    def cells(row: ConveningProposal) -> list[Any]:
        head = [row.proposed_on, names.then(row.unit_id, row.proposed_on), row.topic, row.reason]
        return [*head, label("proposal_state", row.state), row.answer, row.answered_by, row.answered_on]

    return table_file(kind, f"{seat.tenant.name}-召开提议-{today().isoformat()}", HEADER, map(cells, rows))


@pages.get("/new")
def new() -> ResponseReturnValue:
    """An empty proposal."""
    return _form(current_seat(), {}, {})


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require("meeting.propose")
    members, mine = units(seat.session, today()), seat.units_for("meeting.propose")
    return page(
        "invitations/propose.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        mine=[(unit.id, unit.name) for unit in members if unit.id in mine or seat.console],
        units=[(unit.id, unit.name) for unit in members],
    )


@pages.post("/")
def propose() -> ResponseReturnValue:
    """The proposal lies before the office, or the form comes back as it was."""
    seat = current_seat()
    row, errors = submitted(schemas.ProposalIn(), lambda given: proposing.propose(seat, **given, on=today()))
    if row is None:
        return _form(seat, _typed(), errors)
    flash(_("提议已提交办公室。"), "success")
    return redirect(url_for("invitations.proposals.show", proposal_id=row.id))


def _typed() -> dict[str, Any]:
    return request.form.to_dict() | {"units_concerned": request.form.getlist("units_concerned")}


@pages.get("/<uuid:proposal_id>")
def show(proposal_id: UUID) -> ResponseReturnValue:
    """One proposal, and what became of it."""
    return _one(reading("meeting.propose"), proposal_id, {})


def _one(seat: Seat, proposal_id: UUID, errors: Errors, refused: Errors | None = None) -> ResponseReturnValue:
    row = queries.proposal(seat.session, proposal_id)
    open_verbs = PROPOSAL.possible(row.state)
    return page(
        "invitations/proposal.html",
        422 if errors or refused else 200,
        row=row,
        names=unit_names(seat.session),
        concerned=queries.proposal_units(seat.session, row.id),
        led_to=meeting(seat.session, row.meeting_id) if row.meeting_id else None,
        mine=row.unit_id in seat.units_for("meeting.propose"),
        answers=seat.may("meeting.answer_proposal") and "accept" in open_verbs,
        values=request.form,
        errors=errors,
        refused=refused or {},
    )


@pages.post("/<uuid:proposal_id>/acceptance")
def accept(proposal_id: UUID) -> ResponseReturnValue:
    """A special meeting is in preparation that rests on it."""
    seat = current_seat()
    made, errors = submitted(
        schemas.AcceptanceIn(), lambda given: proposing.accept(seat, proposal_id, **given, on=today())
    )
    if made is None:
        return _one(reading("meeting.propose"), proposal_id, errors)
    flash(_("已采纳，会议列入筹备；请补充时间、地点后发通知。"), "success")
    return redirect(url_for("meetings.show", meeting_id=made.id))


@pages.post("/<uuid:proposal_id>/refusal")
def decline(proposal_id: UUID) -> ResponseReturnValue:
    """The proposal is not followed; the unit reads why."""
    seat = current_seat()
    row, errors = submitted(
        schemas.RefusalIn(), lambda given: proposing.decline(seat, proposal_id, **given, on=today())
    )
    if row is None:
        return _one(reading("meeting.propose"), proposal_id, {}, errors)
    flash(_("已答复提议单位。"), "success")
    return redirect(url_for("invitations.proposals.show", proposal_id=proposal_id))


@pages.post("/<uuid:proposal_id>/withdrawal")
def withdraw(proposal_id: UUID) -> ResponseReturnValue:
    """The unit takes it back."""
    proposing.withdraw(current_seat(), proposal_id, today())
    flash(_("提议已撤回。"), "success")
    return redirect(url_for("invitations.proposals.show", proposal_id=proposal_id))


@pages.post("/<uuid:proposal_id>/acknowledgement")
def take_note(proposal_id: UUID) -> ResponseReturnValue:
    """The unit has seen the answer."""
    proposing.take_note(current_seat(), proposal_id, today())
    return redirect(url_for("invitations.proposals.show", proposal_id=proposal_id))

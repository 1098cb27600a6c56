"""The pages of a meeting that is to be held: laid down, called off, and who chairs it for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.own_meetings import own_meetings
from service.charter.queries import in_force, units
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.meetings import convening, delegating, queries, schemas
from service.meetings.convening import Convocation
from service.meetings.delegating import DelegationText
from service.meetings.models import Meeting
from service.meetings.rules import DELEGATES, SEATS

pages = Blueprint("convening", __name__)
Errors = Mapping[str, str]


def _named(group: str, keys: Iterable[str]) -> list[tuple[str, str]]:
    return [(key, label(group, key)) for key in keys]


@pages.get("/plan")
def new() -> ResponseReturnValue:
    """An empty sheet for a meeting that is to be held."""
    seat = current_seat()
    kinds = queries.kinds(seat.session, today())
    kind = request.args.get("kind", kinds[0])
    return _form(seat, {"kind": kind if kind in kinds else kinds[0]}, {})


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors, row: Meeting | None = None) -> ResponseReturnValue:
    seat.require("meeting.prepare")
    charter, day = in_force(seat.session, today()).rules, _day(values.get("held_on")) or today()
    return page(
        "meetings/plan.html",
        422 if errors else 200,
        meeting=row,
        values=values,
        errors=errors,
        kinds=_named("meeting_type", queries.kinds(seat.session, day)),
        own=[(one.name, one.name) for one in own_meetings(charter)],
        bases=_named("special_basis", charter["special_basis"]),
        units=[(unit.id, unit.name) for unit in units(seat.session, day)],
        posts=_named("chair_post", queries.all_chair_posts(seat.session, day)),
        delegations=[(given.id, _said(given)) for given in queries.delegations(seat.session) if given.holds_on(day)],
        partial=charter["partial_attendance"],
        prepared=charter["liaison_before_plenary"],
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _said(given: Any) -> str:
    return _(
        "%(name)s（%(post)s），%(by)s委托",
        name=given.to_name,
        post=label("chair_post", given.to_post),
        by=given.given_by,
    )


@pages.post("/plan")
def prepare() -> ResponseReturnValue:
    """The meeting is in preparation, or the sheet comes back as it was."""
    seat = current_seat()
    row, errors = submitted(
        schemas.ConvocationIn(), lambda given: convening.prepare(seat, Convocation(**given), today())
    )
    if row is None:
        return _form(seat, _typed(), errors)
    flash(_("会议已列入筹备，尚未通知任何人。"), "success")
    return redirect(url_for("meetings.show", meeting_id=row.id))


def _typed() -> dict[str, Any]:
    return request.form.to_dict() | {"units": request.form.getlist("units")}


@pages.get("/<uuid:meeting_id>/plan")
def edit(meeting_id: UUID) -> ResponseReturnValue:
    """The sheet as it was laid down."""
    seat = current_seat()
    row = queries.meeting(seat.session, meeting_id)
    values = {name: getattr(row, name) for name in (*convening.WORDS, *convening.OTHERS)}
    hours = {name: values[name].strftime("%H:%M") if values[name] else "" for name in ("begins", "ends")}
    return _form(seat, values | hours | {"units": queries.concerned_units(seat.session, row.id)}, {}, row)


@pages.post("/<uuid:meeting_id>/plan")
def revise(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting is laid down anew."""
    seat = current_seat()
    row, errors = submitted(
        schemas.ConvocationIn(), lambda given: convening.revise(seat, meeting_id, Convocation(**given), today())
    )
    if row is None:
        return _form(seat, _typed(), errors, queries.meeting(seat.session, meeting_id))
    flash(_("会议安排已更新。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.get("/<uuid:meeting_id>/cancellation")
def ask_cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Why is it called off?"""
    return _cancel_form(current_seat(), meeting_id, {})


def _cancel_form(seat: Seat, meeting_id: UUID, errors: Errors) -> ResponseReturnValue:
    seat.require("meeting.prepare")
    row = queries.meeting(seat.session, meeting_id)
    return page("meetings/cancel.html", 422 if errors else 200, meeting=row, values=request.form, errors=errors)


@pages.post("/<uuid:meeting_id>/cancellation")
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """The meeting is called off."""
    seat = current_seat()
    row, errors = submitted(
        schemas.CancellationIn(), lambda given: convening.cancel(seat, meeting_id, **given, on=today())
    )
    if row is None:
        return _cancel_form(seat, meeting_id, errors)
    flash(_("会议已取消，记录保留在列表中。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.post("/<uuid:meeting_id>/observers/<uuid:attendee_id>/removal")
def remove_observer(meeting_id: UUID, attendee_id: UUID) -> ResponseReturnValue:
    """The observer is not on the list any more."""
    convening.remove_observer(current_seat(), attendee_id, today(), at=meeting_id)
    flash(_("已从列席名单移出。"), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id))


@pages.get("/delegations")
def delegations() -> ResponseReturnValue:
    """Who may chair for whom."""
    return _delegations(reading("meeting.read"), {})


def _delegations(seat: Seat, errors: Errors) -> ResponseReturnValue:
    mine = [
        post for post in DELEGATES if seat.may("meeting.delegate_chair") and (seat.console or SEATS[post] in seat.roles)
    ]
    return page(
        "meetings/delegations.html",
        422 if errors else 200,
        rows=queries.delegations(seat.session),
        mine=mine,
        from_posts=_named("chair_post", mine),
        to_posts=_named("chair_post", dict.fromkeys(post for own in mine for post in DELEGATES[own])),
        values=request.form,
        errors=errors,
        on=today(),
    )


@pages.post("/delegations")
def delegate() -> ResponseReturnValue:
    """One more may chair."""
    seat = current_seat()
    row, errors = submitted(
        schemas.DelegationIn(), lambda given: delegating.delegate_chair(seat, DelegationText(**given), today())
    )
    if row is None:
        return _delegations(reading("meeting.read"), errors)
    flash(_("委托已登记。"), "success")
    return redirect(url_for("meetings.convening.delegations"))


@pages.post("/delegations/<uuid:delegation_id>/withdrawal")
def withdraw(delegation_id: UUID) -> ResponseReturnValue:
    """The delegation holds no more."""
    delegating.withdraw_delegation(current_seat(), delegation_id, today())
    flash(_("委托已撤回。"), "success")
    return redirect(url_for("meetings.convening.delegations"))

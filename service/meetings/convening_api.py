"""Meetings that are to be held, for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.meetings import convening, delegating, queries, schemas
from service.meetings.convening import Convocation
from service.meetings.delegating import DelegationText


def offer_convening(api: Blueprint, shown: Callable[[Seat, UUID], dict[str, Any]]) -> None:
    """The routes by which a meeting is prepared, changed and called off, on the meetings' own blueprint."""
    _offer_plan(api, shown)
    _offer_observers(api, shown)
    _offer_delegations(api)


def _offer_plan(api: Blueprint, shown: Callable[[Seat, UUID], dict[str, Any]]) -> None:

    @api.post("/convocations")
    @idempotent
    @api.arguments(schemas.ConvocationIn)
    @api.response(201, schemas.MeetingOut)
    def prepare(body: dict[str, Any]) -> dict[str, Any]:
        """Prepare a meeting; nobody is told yet."""
        seat = current_seat()
        return shown(seat, convening.prepare(seat, Convocation(**body), today()).id)

    @api.put("/<uuid:meeting_id>/convocation")
    @api.etag
    @api.arguments(schemas.ConvocationIn)
    @api.response(200, schemas.MeetingOut)
    def revise(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
        """Lay the meeting down anew; where those called were told, they must hear of the change."""
        seat = current_seat()
        _check(api, seat, meeting_id)
        convening.revise(seat, meeting_id, Convocation(**body), today())
        return shown(seat, meeting_id)

    @api.post("/<uuid:meeting_id>/cancellation")
    @idempotent
    @api.etag
    @api.arguments(schemas.CancellationIn)
    @api.response(201, schemas.MeetingOut)
    def cancel(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
        """Call the meeting off; it stays on the list with the reason."""
        seat = current_seat()
        convening.cancel(seat, meeting_id, **body, on=today())
        return shown(seat, meeting_id)


def _offer_observers(api: Blueprint, shown: Callable[[Seat, UUID], dict[str, Any]]) -> None:
    @api.post("/<uuid:meeting_id>/observers")
    @idempotent
    @api.etag
    @api.arguments(schemas.ObserverIn)
    @api.response(201, schemas.MeetingOut)
    def add_observer(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
        """Somebody sits in who is not expected by the charter."""
        seat = current_seat()
        convening.seat_observer(seat, meeting_id, **body, on=today())
        return shown(seat, meeting_id)

    @api.post("/observers/<uuid:attendee_id>/removal")
    @idempotent
    @api.response(201, schemas.MeetingOut)
    def remove_observer(attendee_id: UUID) -> dict[str, Any]:
        """An observer is not on the list any more; an expected one is refused."""
        seat = current_seat()
        return shown(seat, convening.remove_observer(seat, attendee_id, today()).id)


def _offer_delegations(api: Blueprint) -> None:
    @api.get("/delegations")
    @api.response(200, schemas.DelegationOut(many=True))
    def delegations() -> Any:
        """Who may chair for whom, the newest first."""
        return queries.delegations(reading("meeting.read").session)

    @api.post("/delegations")
    @idempotent
    @api.arguments(schemas.DelegationIn)
    @api.response(201, schemas.DelegationOut)
    def delegate(body: dict[str, Any]) -> Any:
        """Let another chair in one's place."""
        return delegating.delegate_chair(current_seat(), DelegationText(**body), today())

    @api.post("/delegations/<uuid:delegation_id>/withdrawal")
    @idempotent
    @api.response(201, schemas.DelegationOut)
    def withdraw(delegation_id: UUID) -> Any:
        """The delegation holds no more."""
        return delegating.withdraw_delegation(current_seat(), delegation_id, today())


def _check(api: Blueprint, seat: Seat, meeting_id: UUID) -> None:
    api.check_etag({"revision": queries.meeting(seat.session, meeting_id).revision})

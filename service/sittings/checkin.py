"""The page that the code on the wall leads to: people sign in on their phones, with an account or without.

Who has no account chooses himself from the list; the code, which the secretary closes and renews, is what lets him.
A code that is closed, wrong, or of a place that does not exist is answered alike.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from service.accounts.entrance import somebody
from service.accounts.queries import door, take_seat
from service.charter.names import unit_names
from service.kit.database import engine, request_session
from service.kit.forms import submitted
from service.kit.seat import Seat
from service.kit.security import limiter
from service.kit.web import page, today
from service.meetings.models import Meeting
from service.meetings.queries import attendee, attendees
from service.sittings import commands, queries, rules, schemas
from service.sittings.commands import Mark
from tenants.db import acting_for
from tenants.errors import Missing
from tenants.models import Tenant

pages = Blueprint("checkin", __name__, url_prefix="/checkin/<place>")
# A room full of phones behind one address; a code has 10^11 others beside it.
RATE = "900 per minute"
GUEST = "签到码"


@pages.get("/")
@limiter.limit(RATE)
def enter(place: str) -> ResponseReturnValue:
    """The code is typed here by who cannot scan it."""
    code = rules.plain_code(request.args.get("code", ""))
    if code:
        return redirect(url_for("sittings.checkin.show", place=place, code=code))
    return page("sittings/checkin_code.html", place=place)


@pages.get("/<code>")
@limiter.limit(RATE)
def show(place: str, code: str) -> ResponseReturnValue:
    """Everybody on the list who has not signed in, to choose oneself."""
    found = _opened(place, code)
    return _closed(place) if found is None else _list(*found, code)


@pages.post("/<code>")
@limiter.limit(RATE)
def sign(place: str, code: str) -> ResponseReturnValue:
    """He is signed in."""
    found = _opened(place, code)
    if found is None:
        return _closed(place)
    seat, row = found

    def act(given: dict[str, Any]) -> UUID:
        person = attendee(seat.session, given["attendee_id"])
        acting = _for(seat, person.unit_id)
        return commands.sign_in(acting, row.id, Mark(**given), code=code, at=datetime.now(UTC)).id

    done, errors = submitted(schemas.GuestIn(), act)
    if done is None:
        return _list(seat, row, code, errors)
    return redirect(url_for("sittings.checkin.done", place=place, code=code, attendee_id=done))


@pages.get("/<code>/<uuid:attendee_id>")
@limiter.limit(RATE)
def done(place: str, code: str, attendee_id: UUID) -> ResponseReturnValue:
    """When he signed in, to be shown at the door."""
    found = _opened(place, code)
    if found is None:
        return _closed(place)
    seat, row = found
    person = next((one for one in attendees(seat.session, row.id) if one.id == attendee_id), None)
    if person is None or person.signed_in_at is None:
        raise Missing()
    names = unit_names(seat.session)
    return page("sittings/checkin_done.html", person=person, meeting=row, names=names, place=place, code=code)


def _closed(place: str) -> ResponseReturnValue:
    return page("sittings/checkin_code.html", 404, place=place, closed=True)


def _opened(place: str, code: str) -> tuple[Seat, Meeting] | None:
    """Who stands before the meeting that the code opens: a seat of his own, or that of the code."""
    with acting_for(engine(), None) as outside:
        tenant = outside.scalars(select(Tenant).where(Tenant.slug == place)).one_or_none()
        account = somebody()
        own = tenant is not None and account is not None and door(outside, account.id, place) is not None
    if tenant is None or not tenant.working:
        return None
    session = request_session(tenant.id)
    row = queries.meeting_of_code(session, rules.plain_code(code))
    if row is None:
        return None
    seat = take_seat(session, tenant, account, today(), g.request_id) if own and account else None
    return (seat if seat and seat.may("meeting.sign_in") else Seat(session, tenant, GUEST), row)


def _for(seat: Seat, unit_id: UUID | None) -> Seat:
    """Without an account one acts as the code lets: for the unit of whom one names, and at nothing but signing in."""
    if seat.account_id is not None:
        return seat
    posts = frozenset({("LI", unit_id)}) if unit_id else frozenset()
    return Seat(seat.session, seat.tenant, GUEST, roles=frozenset({"LI"}), posts=posts, request_id=g.request_id)


def _list(seat: Seat, row: Meeting, code: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    people = [
        one for one in attendees(seat.session, row.id) if seat.account_id is None or commands.speaks_for(seat, one)
    ]
    waiting = [one for one in people if one.signed_in_at is None]
    return page(
        "sittings/checkin.html",
        422 if errors else 200,
        meeting=row,
        groups=commands.by_unit(waiting),
        mine=next((one.id for one in waiting if one.name == seat.name), None),
        everyone=people,
        names=unit_names(seat.session),
        known=seat.account_id is not None,
        code=code,
        values=request.form,
        errors=errors or {},
    )

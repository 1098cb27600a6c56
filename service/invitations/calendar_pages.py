"""A calendar with one's meetings here: its secret address, made, renewed and ended by oneself; and what it answers.

Outside sign-in: calendar programs send nothing but the address. A wrong one, one of another conference, one that was
ended and one whose owner sits here no more are answered alike.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from service.accounts.models import Account
from service.accounts.passwords import token_hash
from service.accounts.queries import take_seat
from service.invitations import commands, queries
from service.invitations.calendars import feed_of_seat
from service.invitations.notice_pages import now
from service.kit.database import engine
from service.kit.export import MIME
from service.kit.seat import Seat
from service.kit.security import limiter
from service.kit.web import page, reading, today
from tenants.db import FencedSession, acting_for
from tenants.errors import Missing
from tenants.models import Tenant

pages = Blueprint("calendar", __name__)
open_feed = Blueprint("feed", __name__)


@pages.get("/")
def show() -> ResponseReturnValue:
    """Whether one has such an address, and what it is good for."""
    return _shown(reading("meeting.read"))


def _shown(seat: Seat, url: str = "", status: int = 200) -> ResponseReturnValue:
    assert seat.account_id is not None, "a page is read by somebody"
    return page("invitations/calendar.html", status, feed=queries.own_feed(seat.session, seat.account_id), url=url)


@pages.post("/")
def make() -> ResponseReturnValue:
    """A new address, shown on this page and nowhere again; an older one is void."""
    seat = reading("meeting.read")
    return _shown(seat, feed_url(seat, commands.make_feed(seat, now=now())), 201)


def feed_url(seat: Seat, token: str) -> str:
    """The whole address."""
    return url_for("invitations.feed.read", place=seat.tenant.slug, token=token, _external=True)


@pages.post("/ending")
def end() -> ResponseReturnValue:
    """The address leads nowhere any more."""
    commands.end_feed(reading("meeting.read"))
    flash(_("订阅地址已作废。"), "success")
    return redirect(url_for("invitations.calendar.show"))


def _rate() -> str:
    return current_app.config.get("CALENDAR_RATE", "60 per minute")


# Not <slug>: who asks has no session, and the door would send him to sign in.
@open_feed.get("/t/<place>/calendar/<token>.ics")
@limiter.limit(_rate)
def read(place: str, token: str) -> Response:
    """The meetings of whoever this address belongs to."""
    with acting_for(engine(), None) as outside:
        tenant = outside.scalars(select(Tenant).where(Tenant.slug == place)).one_or_none()
    if tenant is None:
        raise Missing()
    with acting_for(engine(), tenant.id) as session:
        return Response(feed_of_seat(_seat(session, tenant, token), today(), _address(tenant)), mimetype=MIME["ics"])


def _seat(session: FencedSession, tenant: Tenant, token: str) -> Seat:
    """The seat of the address's owner; none where the password was changed since, or nothing is seen here any more."""
    feed = queries.feed_of(session, token_hash(token))
    account = session.get(Account, feed.account_id) if feed else None
    if feed is None or account is None or not account.active or account.session_epoch != feed.epoch:
        raise Missing()
    seat = take_seat(session, tenant, account, today())
    if not seat.may_read("meeting.read"):
        raise Missing()
    return seat


def _address(tenant: Tenant):
    root = request.url_root.rstrip("/")
    return lambda meeting_id: f"{root}/t/{tenant.slug}/meetings/{meeting_id}/notice"

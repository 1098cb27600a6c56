"""A tenant's accounts and seats for its system administrator, and everyone's own API tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import roles
from service.accounts import commands
from service.accounts.queries import (
    account_here,
    people,
    persons,
    seat_grant,
    seats_of,
    tokens_of,
    unit_names,
    units,
)
from service.accounts.schemas import AccountsQuery
from service.kit.forms import said
from service.kit.layout import Entry, locale
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.errors import Conflict, LianxiError, Missing, Refused

pages = Blueprint("accounts", __name__, url_prefix="/t/<slug>", template_folder="templates")
NAV = (Entry(90, "账号与席位", "accounts.index", "account.manage", "users"),)
TOKEN_HOURS = (8, 24, 7 * 24, 30 * 24, 90 * 24)


def role_names() -> dict[str, str]:
    """The roles of the matrix by code, as the reader calls them."""
    return {code: role.name_en if locale() == "en" else role.name_zh for code, role in roles().items()}


def _now() -> datetime:
    return datetime.now(UTC)


@pages.get("/accounts/")
def index() -> ResponseReturnValue:
    """Who holds which seat here."""
    seat = reading("account.manage")
    found = people(seat.session, asked_here(AccountsQuery()), today(), _now())
    return page("accounts/list.html", page=found, roles=role_names(), units=unit_names(seat.session))


@pages.get("/accounts/invitation")
def new() -> ResponseReturnValue:
    """The form of an invitation."""
    seat = current_seat()
    seat.require("account.invite")
    return _invitation_form(seat)


def _invitation_form(seat: Seat, status: int = 200, **more: Any) -> ResponseReturnValue:
    choices = {"roles": list(role_names().items()), "units": units(seat.session, today())}
    return page("accounts/invite.html", status, choices=choices, values=request.form, **more)


def _wanted() -> dict[str, Any]:
    """Which roles, for which unit; an id that is none names no unit of ours."""
    unit = request.form.get("unit_id", "")
    try:
        return {"roles": request.form.getlist("roles"), "unit_id": UUID(unit) if unit else None}
    except ValueError as error:
        raise Missing() from error


@pages.post("/accounts/invitation")
def invite() -> ResponseReturnValue:
    """The person is invited; the link is shown on this page and nowhere again."""
    seat = current_seat()
    person = {"username": request.form.get("username", ""), "name": request.form.get("name", "")}
    try:
        sure = request.form.get("same_person") == "1"
        invited = commands.invite(seat, **person, **_wanted(), same_person=sure, on=today(), now=_now())
    except (Refused, Conflict) as refusal:
        return _invitation_form(seat, refusal.status, errors={refusal.field or "": said(refusal)})
    return _link_page(invited)


def _link_page(invited: commands.Invited) -> ResponseReturnValue:
    if invited.link is None:
        flash(_("%(name)s已有账号，席位已授予，用原口令登录即可。", name=invited.account.name), "success")
        return redirect(url_for("accounts.show", account_id=invited.account.id))
    link = url_for("entrance.accept", token=invited.link, _external=True)
    return page("accounts/invited.html", 201, invited=invited, link=link)


@pages.get("/accounts/<uuid:account_id>")
def show(account_id: UUID) -> ResponseReturnValue:
    """One account: its seats here, held and past."""
    return _account_page(reading("account.manage"), account_id)


def _account_page(seat: Seat, account_id: UUID, status: int = 200, **more: Any) -> ResponseReturnValue:
    account = account_here(seat.session, account_id)
    (person,) = persons(seat.session, [account], today(), _now())
    return page(
        "accounts/show.html",
        status,
        person=person,
        seats=seats_of(seat.session, account_id),
        on=today(),
        roles=role_names(),
        unit_names=unit_names(seat.session),
        units=units(seat.session, today()),
        may_change=seat.may("account.manage") and account_id != seat.account_id,
        **more,
    )


@pages.post("/accounts/<uuid:account_id>/invitation")
def invite_again(account_id: UUID) -> ResponseReturnValue:
    """A new link for a person who has not used the first one."""
    return _link_page(commands.invite_again(current_seat(), account_id, now=_now()))


@pages.post("/accounts/<uuid:account_id>/seats")
def grant(account_id: UUID) -> ResponseReturnValue:
    """The account holds more seats."""
    seat = current_seat()
    try:
        commands.grant(seat, account_id, **_wanted(), on=today())
    except (Refused, Conflict) as refusal:
        return _account_page(seat, account_id, refusal.status, errors={refusal.field or "": said(refusal)})
    flash(_("席位已授予。"), "success")
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.get("/seats/<uuid:seat_id>/ending")
def ask_end(seat_id: UUID) -> ResponseReturnValue:
    """Whether the seat shall end."""
    seat = reading("account.manage")
    row = seat_grant(seat.session, seat_id)
    account = account_here(seat.session, row.account_id)
    return page(
        "confirm.html",
        title=_("收回%(name)s的“%(role)s”席位？", name=account.name, role=role_names()[row.role]),
        consequences=[
            _("该席位自今日起失效，也不能再查阅；其办理过的事项和记录保留。"),
            _("如其在本级再无其他席位，将不能再进入本级，其接口令牌同时作废。"),
        ],
        action_url=url_for("accounts.end", seat_id=seat_id),
        confirm_label=_("收回席位"),
        cancel_url=url_for("accounts.show", account_id=account.id),
    )


@pages.post("/seats/<uuid:seat_id>/ending")
def end(seat_id: UUID) -> ResponseReturnValue:
    """The seat is held no more."""
    row = commands.end_seat(current_seat(), seat_id, on=today(), now=_now())
    flash(_("席位已收回。"), "success")
    return redirect(url_for("accounts.show", account_id=row.account_id))


@pages.get("/tokens/")
def tokens() -> ResponseReturnValue:
    """The reader's own tokens for this tenant."""
    return _token_page(current_seat())


def _token_page(seat: Seat, status: int = 200, **more: Any) -> ResponseReturnValue:
    assert seat.account_id is not None, "a page is read by somebody"
    rows = tokens_of(seat.session, seat.account_id, _now())
    return page("accounts/tokens.html", status, rows=rows, hours=TOKEN_HOURS, **more)


@pages.post("/tokens/")
def issue() -> ResponseReturnValue:
    """A new token, shown on this page and nowhere again."""
    seat = current_seat()
    assert seat.account_id is not None, "a page is read by somebody"
    hours = request.form.get("hours", type=int) or 0
    try:
        label = request.form.get("label", "")
        issued = commands.issue_token(seat, seat.account_id, label=label, hours=hours, now=_now())
    except LianxiError as refusal:
        return _token_page(seat, refusal.status, errors={refusal.field or "": said(refusal)})
    return _token_page(seat, 201, issued=issued)


@pages.post("/tokens/<uuid:token_id>/revocation")
def revoke(token_id: UUID) -> ResponseReturnValue:
    """The token works no more."""
    commands.revoke_token(current_seat(), token_id, now=_now())
    flash(_("令牌已作废。"), "success")
    return redirect(url_for("accounts.tokens"))

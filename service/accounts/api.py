"""Accounts, seats, invitations and tokens of a tenant, for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_smorest import Blueprint

from config.catalogue import permissions
from service.accounts import commands
from service.accounts.models import ApiToken, Invitation, SeatGrant
from service.accounts.queries import (
    account_here,
    current_seats,
    open_invitations,
    people,
    persons,
    seats_of,
    tokens_of,
    unit_names,
)
from service.accounts.schemas import (
    AccountOut,
    AccountsOut,
    AccountsQuery,
    GrantIn,
    InvitationIn,
    InvitationOut,
    MeOut,
    NewTokenOut,
    OpenInvitationOut,
    SeatOut,
    TokenIn,
    TokenOut,
)
from service.kit.idempotency import idempotent, idempotent_without
from service.kit.listing import asked, listed
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today

api = Blueprint(
    "accounts_api",
    __name__,
    url_prefix="/api/v1/t/<slug>",
    description="Who is there, with which seat; invitations and tokens",
)


def _now() -> datetime:
    return datetime.now(UTC)


def _own_id(seat: Seat) -> UUID:
    assert seat.account_id is not None, "a token is somebody's"
    return seat.account_id


@api.get("/me")
@api.response(200, MeOut)
def me() -> dict[str, Any]:
    """The seat behind the token: who, where, in which roles, for which units."""
    seat = current_seat()
    names = unit_names(seat.session) if seat.unit_ids else {}
    return {
        "account_id": seat.account_id,
        "name": seat.name,
        "tenant": seat.tenant,
        "roles": sorted(seat.roles),
        "former": sorted(seat.former - seat.roles),
        "units": [{"id": unit, "name": names.get(unit, "")} for unit in sorted(seat.unit_ids)],
        "operations": [operation for operation in permissions() if seat.may(operation)],
    }


@api.get("/accounts")
@api.arguments(AccountsQuery, location="query")
@api.response(200, AccountsOut)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The accounts that hold or held a seat here."""
    seat = reading("account.manage")
    return listed(people(seat.session, asked(query), today(), _now()))


@api.get("/accounts/<uuid:account_id>")
@api.response(200, AccountOut)
def show(account_id: UUID) -> Any:
    """One account with the seats it holds."""
    seat = reading("account.manage")
    return persons(seat.session, [account_here(seat.session, account_id)], today(), _now())[0]


@api.get("/accounts/<uuid:account_id>/seats")
@api.response(200, SeatOut(many=True))
def seats_of_account(account_id: UUID) -> list[SeatGrant]:
    """Every seat the account holds or held here."""
    seat = reading("account.manage")
    return seats_of(seat.session, account_here(seat.session, account_id).id)


@api.post("/accounts/<uuid:account_id>/seats")
@idempotent
@api.arguments(GrantIn)
@api.response(201, SeatOut(many=True))
def grant(wanted: dict[str, Any], account_id: UUID) -> list[SeatGrant]:
    """Grant seats to an account that is known here."""
    return commands.grant(current_seat(), account_id, **wanted, on=today())


@api.get("/seats")
@api.response(200, SeatOut(many=True))
def seats() -> list[SeatGrant]:
    """Every seat held here today."""
    return current_seats(reading("account.manage").session, today())


@api.post("/seats/<uuid:seat_id>/ending")
@idempotent
@api.response(200, SeatOut)
def end(seat_id: UUID) -> SeatGrant:
    """End a seat as of today."""
    return commands.end_seat(current_seat(), seat_id, on=today(), now=_now())


@api.get("/invitations")
@api.response(200, OpenInvitationOut(many=True))
def invitations() -> list[Invitation]:
    """The invitations that have not been used and can be."""
    seat = reading("account.invite")
    return list(open_invitations(seat.session, _now()).values())


@api.post("/invitations")
@idempotent_without("link")
@api.arguments(InvitationIn)
@api.response(201, InvitationOut)
def invite(wanted: dict[str, Any]) -> dict[str, Any]:
    """Invite a person; the link is answered this once."""
    return _invited(commands.invite(current_seat(), **wanted, on=today(), now=_now()))


@api.post("/accounts/<uuid:account_id>/invitation")
@idempotent_without("link")
@api.response(201, InvitationOut)
def invite_again(account_id: UUID) -> dict[str, Any]:
    """A new link for a person who has no password yet; older ones no longer open."""
    return _invited(commands.invite_again(current_seat(), account_id, now=_now()))


def _invited(invited: commands.Invited) -> dict[str, Any]:
    link = url_for("entrance.accept", token=invited.link, _external=True) if invited.link else None
    return {"account_id": invited.account.id, "link": link, "expires_at": invited.expires_at}


@api.get("/tokens")
@api.response(200, TokenOut(many=True))
def tokens() -> list[ApiToken]:
    """One's own tokens for this tenant."""
    seat = current_seat()
    return tokens_of(seat.session, _own_id(seat), _now())


@api.post("/tokens")
@idempotent_without("token")
@api.arguments(TokenIn)
@api.response(201, NewTokenOut)
def issue(wanted: dict[str, Any]) -> commands.Issued:
    """Make a token for oneself; it is answered this once."""
    seat = current_seat()
    return commands.issue_token(seat, _own_id(seat), **wanted, now=_now())


@api.post("/tokens/<uuid:token_id>/revocation")
@idempotent
@api.response(200, TokenOut)
def revoke(token_id: UUID) -> ApiToken:
    """One's own token works no more."""
    return commands.revoke_token(current_seat(), token_id, now=_now())

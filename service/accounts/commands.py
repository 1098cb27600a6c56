"""Writing: invite a person, grant and end seats, enter a tenant, make and revoke tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from service.accounts.models import Account, AccountDoor, ApiToken, Invitation, SeatGrant
from service.accounts.passwords import new_token, token_hash
from service.accounts.queries import account_here, by_username, doors, has_office, seat_grant, seats_of, units
from service.accounts.rules import (
    INVITATION_LASTS,
    TOKEN_HOURS_MOST,
    check_office,
    check_roles,
    check_unit,
    checked_name,
    checked_username,
)
from service.kit.command import command, note
from service.kit.seat import Seat
from tenants.errors import Conflict, Forbidden, Missing, Refused


@dataclass(frozen=True)
class Invited:
    """A person at the table; `link` is the secret of the one-time link, shown this once. None: a password is set."""

    account: Account
    link: str | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Issued:
    """A bearer token, shown this once."""

    token: str
    row: ApiToken


@command("account.own", at_rest=True)
def enter(seat: Seat) -> None:
    """That this person took the seat is on record. Source: dossier 1.6 硬(切换身份须显式、留痕)."""
    note(seat, f"account:{seat.account_id}", act="enter", roles=sorted(seat.roles))


@command("account.invite")
def invite(
    seat: Seat,
    *,
    username: str,
    name: str,
    roles: Sequence[str],
    unit_id: UUID | None = None,
    same_person: bool = False,
    on: date,
    now: datetime,
) -> Invited:
    """A person has seats here and, if new, a one-time link to set the first password.

    Somebody who has an account elsewhere is seated with it when username and name agree and the inviter has made sure
    that it is the same person; to anyone else the username is simply taken. Refused: roles that may not stand
    together, a unit role without a unit.
    """
    username, name = checked_username(username), checked_name(name)
    check_roles(roles)
    account = by_username(seat.session, username)
    if account is None:
        account = Account(username=username, name=name)
        seat.session.add(account)
        seat.session.flush()
    else:
        _check_same_person(seat, account, name, sure=same_person)
    _seat(seat, account, roles, unit_id, on)
    link, expires = _link(seat, account, now) if not account.activated else (None, None)
    note(seat, f"account:{account.id}", act="invite", username=username, roles=list(roles), unit_id=unit_id)
    return Invited(account, link, expires)


def _check_same_person(seat: Seat, account: Account, name: str, *, sure: bool) -> None:
    """Whoever holds a link that another tenant gave out must not gain a seat here by it, nor by a name taken early."""
    if account.name != name or not (account.activated or _is_here(seat, account)):
        raise Conflict(
            "该用户名已被使用。如确为同一人，请核对姓名，并待其启用账号后再授予席位；否则请换一个用户名。",
            en="This username is taken. If it is the same person, check the name and wait for the activation.",
            field="username",
        )
    if not sure and not _is_here(seat, account):
        places = "、".join(sorted(door.name for door in doors(seat.session, account.id)))
        raise Conflict(
            f"用户名{account.username}已由{places}启用。请先向本人核实；确为同一人的，勾选“已核实为同一人”后再提交。",
            en=f"{account.username} was activated at {places}. Make sure with the person, tick the box, submit again.",
            source="席位授予本人（等保三级 身份鉴别）",
            field="same_person",
        )


def _is_here(seat: Seat, account: Account) -> bool:
    return bool(seats_of(seat.session, account.id))


@command("account.invite")
def invite_again(seat: Seat, account_id: UUID, *, now: datetime) -> Invited:
    """A person who has not set a password yet has a new link; the older ones no longer open."""
    account = account_here(seat.session, account_id)
    _hold(seat, account)
    if account.activated:
        raise Refused(
            f"{account.name}已启用账号，无需再次邀请。",
            en=f"{account.name} has set a password already; there is nothing to invite to.",
        )
    _refuse_self(seat, account)
    link, expires = _link(seat, account, now)
    note(seat, f"account:{account.id}", act="invite again")
    return Invited(account, link, expires)


def _link(seat: Seat, account: Account, now: datetime) -> tuple[str, datetime]:
    older = (Invitation.account_id == account.id, Invitation.used_at.is_(None))
    seat.session.execute(update(Invitation).where(*older).values(used_at=now))
    link, expires = new_token(), now + INVITATION_LASTS
    seat.session.add(
        Invitation(
            token_hash=token_hash(link),
            account_id=account.id,
            tenant_id=seat.tenant.id,
            invited_by=seat.name,
            expires_at=expires,
        )
    )
    return link, expires


@command("account.manage")
def grant(
    seat: Seat, account_id: UUID, *, roles: Sequence[str], unit_id: UUID | None = None, on: date
) -> list[SeatGrant]:
    """A person who is known here holds these roles too, from that day on."""
    account = account_here(seat.session, account_id)
    granted = _seat(seat, account, roles, unit_id, on)
    note(seat, f"account:{account.id}", act="grant", roles=list(roles), unit_id=unit_id, from_date=on)
    return granted


def _seat(seat: Seat, account: Account, roles: Sequence[str], unit_id: UUID | None, on: date) -> list[SeatGrant]:
    """The seats stand and the door is open, in one transaction."""
    _refuse_self(seat, account)
    roles = list(dict.fromkeys(roles))
    _hold(seat, account)
    held = [row for row in seats_of(seat.session, account.id) if row.to_date is None or row.to_date > on]
    check_roles(roles, {row.role for row in seats_of(seat.session, account.id) if row in held or row.former})
    check_unit(roles, unit_id is not None)
    check_office(roles, has_office(seat.session, on))
    if unit_id is not None and unit_id not in dict(units(seat.session, on)):
        raise Missing("没有找到所选的成员单位。", en="There is no such unit here.")
    granted = [_new_seat(account, role, unit_id, held, on) for role in roles]
    seat.session.add_all(granted)
    new_door = insert(AccountDoor).values(account_id=account.id, tenant_id=seat.tenant.id)
    seat.session.execute(new_door.on_conflict_do_nothing())
    return granted


def _hold(seat: Seat, account: Account) -> None:
    """Two administrators at once: the second waits here and sees what the first did."""
    seat.session.refresh(account, with_for_update=True)


def _new_seat(account: Account, role: str, unit_id: UUID | None, held: Sequence[SeatGrant], on: date) -> SeatGrant:
    if any(row.role == role and row.unit_id == unit_id for row in held):
        raise Conflict(
            f"{account.name}已担任该角色，无需重复授予。", en=f"{account.name} holds that seat already.", field="roles"
        )
    return SeatGrant(account_id=account.id, role=role, unit_id=unit_id, from_date=on)


def _refuse_self(seat: Seat, account: Account) -> None:
    if account.id == seat.account_id:
        raise Forbidden(
            "不得为本人授予、收回席位，请由另一名系统管理员办理。",
            en="Nobody grants or ends a seat of his own; another administrator does.",
            source="角色与权限矩阵（三员分立）",
        )


@command("account.manage")
def end_seat(seat: Seat, seat_id: UUID, *, on: date, now: datetime) -> SeatGrant:
    """The seat is held no more, nor read from; with the last one the door is shut, tokens and links from here are void."""
    row = seat_grant(seat.session, seat_id)
    account = account_here(seat.session, row.account_id)
    _refuse_self(seat, account)
    if row.to_date is not None and row.to_date <= on and not row.reads_on(on):
        raise Conflict("该席位已经结束。", en="This seat has ended already.")
    row.end(min(on, row.to_date or on))
    seat.session.flush()
    if not _seats_left(seat, account.id, on):
        _shut_door(seat, account.id, now)
    note(seat, f"account:{account.id}", act="end seat", role=row.role, unit_id=row.unit_id, to_date=on)
    return row


def _seats_left(seat: Seat, account_id: UUID, on: date) -> int:
    lasting = or_(SeatGrant.to_date.is_(None), SeatGrant.to_date > on, SeatGrant.former)
    query = (
        select(func.count())
        .select_from(SeatGrant)
        .where(SeatGrant.tenant_id == seat.tenant.id, SeatGrant.account_id == account_id, lasting)
    )
    return seat.session.scalar(query) or 0


def _shut_door(seat: Seat, account_id: UUID, now: datetime) -> None:
    here = (AccountDoor.account_id == account_id, AccountDoor.tenant_id == seat.tenant.id)
    seat.session.execute(delete(AccountDoor).where(*here))
    tokens = (ApiToken.account_id == account_id, ApiToken.tenant_id == seat.tenant.id, ApiToken.revoked_at.is_(None))
    seat.session.execute(update(ApiToken).where(*tokens).values(revoked_at=now))
    links = (Invitation.account_id == account_id, Invitation.tenant_id == seat.tenant.id, Invitation.used_at.is_(None))
    seat.session.execute(update(Invitation).where(*links).values(used_at=now))


@command("account.manage")
def move_seat(seat: Seat, seat_id: UUID, *, unit_id: UUID, on: date) -> SeatGrant:
    """The person holds the role for the unit that follows, and no longer for the one that is gone."""
    row = seat_grant(seat.session, seat_id)
    account = account_here(seat.session, row.account_id)
    if row.unit_id is None or (row.to_date is not None and row.to_date <= on):
        raise Conflict("该席位已经结束，或不属于成员单位。", en="This seat has ended, or is no unit's.")
    row.end(on)
    seat.session.flush()
    moved = _seat(seat, account, [row.role], unit_id, on)[0]
    note(seat, f"account:{account.id}", act="move seat", role=row.role, before=row.unit_id, after=unit_id)
    return moved


@command("account.own")
def issue_token(seat: Seat, account_id: UUID, *, label: str, hours: int, now: datetime) -> Issued:
    """The account has a bearer token for this tenant. Everyone makes his own; the console makes anyone's."""
    account = account_here(seat.session, account_id)
    if not seat.console and account.id != seat.account_id:
        raise Missing()
    if not 1 <= hours <= TOKEN_HOURS_MOST:
        raise Refused(
            f"令牌有效期须为1—{TOKEN_HOURS_MOST}小时。",
            en=f"A token lasts 1 to {TOKEN_HOURS_MOST} hours.",
            field="hours",
        )
    token = new_token()
    row = ApiToken(
        token_hash=token_hash(token),
        account_id=account.id,
        tenant_id=seat.tenant.id,
        label=label.strip()[:100],
        expires_at=now + timedelta(hours=hours),
    )
    seat.session.add(row)
    note(seat, f"account:{account.id}", act="issue token", label=row.label, hours=hours)
    return Issued(token, row)


@command("account.own")
def revoke_token(seat: Seat, token_id: UUID, *, now: datetime) -> ApiToken:
    """The own token works no more."""
    mine = (ApiToken.id == token_id, ApiToken.account_id == seat.account_id, ApiToken.tenant_id == seat.tenant.id)
    row = seat.session.scalars(select(ApiToken).where(*mine)).one_or_none()
    if row is None:
        raise Missing()
    row.revoked_at = row.revoked_at or now
    note(seat, f"account:{seat.account_id}", act="revoke token", label=row.label)
    return row

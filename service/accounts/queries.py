"""Reading accounts, their seats in this tenant, and the doors they may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, column, or_, select, table
from sqlalchemy.orm import Session

from service.accounts.models import Account, AccountDoor, ApiToken, Invitation, SeatGrant
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.models import Tenant

# The charter is a room above this one: its units are read by name, not imported.
_unit = table(
    "unit",
    column("tenant_id", Uuid),
    column("id", Uuid),
    column("name"),
    column("position"),
    column("joined_on"),
    column("left_on"),
    column("is_lead"),
)
_charter = table("charter", column("tenant_id", Uuid), column("state"), column("office_host"), column("effective_from"))

# Without an office the daily work is the lead department's: who speaks for it does what the office would.
STANDS_IN = {"MR": "OD", "LI": "OS"}


def units(session: FencedSession, on: date) -> list[tuple[UUID, str]]:
    """The member units of that day, id and name, in the charter's order."""
    sits = and_(_unit.c.joined_on <= on, or_(_unit.c.left_on.is_(None), _unit.c.left_on > on))
    query = select(_unit.c.id, _unit.c.name).where(_unit.c.tenant_id == session.tenant_id, sits)
    return [(row.id, row.name) for row in session.execute(query.order_by(_unit.c.position))]


def unit_names(session: FencedSession) -> dict[UUID, str]:
    """Every unit's name by id, units that left among them."""
    query = select(_unit.c.id, _unit.c.name).where(_unit.c.tenant_id == session.tenant_id)
    return {row.id: row.name for row in session.execute(query)}


def _held(on: date) -> ColumnElement[bool]:
    return and_(SeatGrant.from_date <= on, or_(SeatGrant.to_date.is_(None), SeatGrant.to_date > on))


def _left(on: date) -> ColumnElement[bool]:
    return and_(SeatGrant.former, SeatGrant.to_date <= on)


def take_seat(session: FencedSession, tenant: Tenant, account: Account, on: date, request_id: str = "") -> Seat:
    """The account's seat at that tenant's table on that day."""
    mine = session.scalars(select(SeatGrant).where(SeatGrant.account_id == account.id, or_(_held(on), _left(on)))).all()
    grants = [(row.role, row.unit_id) for row in mine if row.held_on(on)]
    speaking = [(role, unit) for role, unit in grants if role in STANDS_IN and unit]
    instead = _in_place_of_the_office(session, speaking, on) if speaking else frozenset[str]()
    return Seat(
        session=session,
        tenant=tenant,
        name=account.name,
        account_id=account.id,
        roles=frozenset(role for role, _ in grants) | instead,
        posts=frozenset((role, unit) for role, unit in grants if unit),
        former=frozenset(row.role for row in mine if row.reads_on(on)),
        request_id=request_id,
    )


def _in_place_of_the_office(session: FencedSession, speaking: Iterable[tuple[str, UUID]], on: date) -> frozenset[str]:
    """The office's roles of those who speak for a lead department, where the charter has no office. Source: dossier 2.1."""
    if has_office(session, on):
        return frozenset()
    leads = lead_unit_ids(session)
    return frozenset(STANDS_IN[role] for role, unit in speaking if unit in leads)


def lead_unit_ids(session: FencedSession) -> set[UUID]:
    """The units that lead the conference."""
    return set(session.scalars(select(_unit.c.id).where(_unit.c.tenant_id == session.tenant_id, _unit.c.is_lead)))


def has_office(session: FencedSession, on: date) -> bool:
    """Whether the charter in force that day has an office; a house without a charter yet may seat whom it needs."""
    settled = _charter.c.state.in_(("approved", "in_force", "superseded"))
    query = select(_charter.c.office_host).where(_charter.c.tenant_id == session.tenant_id, settled)
    query = query.where(_charter.c.effective_from <= on).order_by(_charter.c.effective_from.desc()).limit(1)
    found = session.execute(query).one_or_none()
    return found is None or found.office_host is not None


def doors(session: Session, account_id: UUID) -> list[Tenant]:
    """The tenants an account may enter."""
    query = select(Tenant).join(AccountDoor, AccountDoor.tenant_id == Tenant.id)
    return list(session.scalars(query.where(AccountDoor.account_id == account_id).order_by(Tenant.region_code)))


def door(session: Session, account_id: UUID, slug: str) -> Tenant | None:
    """The tenant of that address, if the account may enter it: unknown and foreign take the same way."""
    query = select(Tenant).join(AccountDoor, AccountDoor.tenant_id == Tenant.id)
    return session.scalars(query.where(AccountDoor.account_id == account_id, Tenant.slug == slug)).one_or_none()


def by_username(session: Session, username: str) -> Account | None:
    return session.scalars(select(Account).where(Account.username == username)).one_or_none()


def account_here(session: FencedSession, account_id: UUID) -> Account:
    """The account, if it holds or held a seat in this tenant; any other is missing."""
    here = select(SeatGrant.account_id).where(
        SeatGrant.tenant_id == session.tenant_id, SeatGrant.account_id == account_id
    )
    account = session.scalars(select(Account).where(Account.id.in_(here))).one_or_none()
    if account is None:
        raise Missing()
    return account


def seats_of(session: FencedSession, account_id: UUID) -> list[SeatGrant]:
    """Every seat the account holds or held here, the newest first."""
    query = select(SeatGrant).where(SeatGrant.account_id == account_id)
    return list(session.scalars(query.order_by(SeatGrant.from_date.desc(), SeatGrant.id.desc())))


def current_seats(session: FencedSession, on: date) -> list[SeatGrant]:
    """Every seat held here that day."""
    return list(session.scalars(select(SeatGrant).where(_held(on)).order_by(SeatGrant.role, SeatGrant.id)))


def seats_in(session: FencedSession, role: str, unit_id: UUID | None, after: date) -> list[tuple[SeatGrant, Account]]:
    """The seats of that role, and of the unit if one is named, that are held beyond that day, with whose they are."""
    query = select(SeatGrant, Account).join(Account, Account.id == SeatGrant.account_id)
    query = query.where(SeatGrant.role == role, or_(SeatGrant.to_date.is_(None), SeatGrant.to_date > after))
    if unit_id is not None:
        query = query.where(SeatGrant.unit_id == unit_id)
    return [(row, account) for row, account in session.execute(query.order_by(SeatGrant.id))]


def seat_grant(session: FencedSession, seat_id: UUID) -> SeatGrant:
    """The seat of that id."""
    grant = session.scalars(select(SeatGrant).where(SeatGrant.id == seat_id)).one_or_none()
    if grant is None:
        raise Missing()
    return grant


def open_invitations(session: FencedSession, now: datetime) -> dict[UUID, Invitation]:
    """This tenant's invitations that can still be used, by account."""
    query = select(Invitation).where(
        Invitation.tenant_id == session.tenant_id, Invitation.used_at.is_(None), Invitation.expires_at > now
    )
    return {row.account_id: row for row in session.scalars(query.order_by(Invitation.created_at))}


def tokens_of(session: FencedSession, account_id: UUID, now: datetime) -> list[ApiToken]:
    """The account's tokens for this tenant that still work, the newest first."""
    query = select(ApiToken).where(
        ApiToken.tenant_id == session.tenant_id,
        ApiToken.account_id == account_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > now,
    )
    return list(session.scalars(query.order_by(ApiToken.created_at.desc())))


def bearer(session: Session, hashed: str, now: datetime) -> tuple[Account, UUID] | None:
    """Whose token that is, and for which tenant."""
    query = (
        select(Account, ApiToken.tenant_id)
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == hashed,
            ApiToken.expires_at > now,
            ApiToken.revoked_at.is_(None),
            Account.active,
        )
    )
    row = session.execute(query).one_or_none()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class Person:
    """An account as one tenant sees it."""

    account: Account
    held: list[SeatGrant]
    left: list[SeatGrant]  # of posts that the person has left: to be read from, no more
    state: str  # invited | expired | active | former | ended

    @property
    def id(self) -> UUID:
        return self.account.id


def people(session: FencedSession, asked: Asked, on: date, now: datetime) -> Page:
    """The accounts of this tenant, each with the seats it holds that day."""
    page = page_of(session, _accounts(session, asked, on), asked, SORTABLE, "username")
    page.rows[:] = persons(session, page.rows, on, now)
    return page


SORTABLE: dict[str, Any] = {"username": Account.username, "name": Account.name, "id": Account.id}


def _accounts(session: FencedSession, asked: Asked, on: date) -> Select[Account]:
    here = select(SeatGrant.account_id).where(SeatGrant.tenant_id == session.tenant_id)
    if asked.filters.get("role"):
        here = here.where(SeatGrant.role == asked.filters["role"], _held(on))
    query = select(Account).where(Account.id.in_(here))
    if asked.q:
        query = query.where(or_(Account.username.contains(asked.q.lower(), autoescape=True), _named(asked.q)))
    return query


def _named(text: str) -> ColumnElement[bool]:
    return Account.name.contains(text, autoescape=True)


def persons(session: FencedSession, accounts: Iterable[Account], on: date, now: datetime) -> list[Person]:
    """The accounts with their seats of that day and what state they are in."""
    accounts = list(accounts)
    grants: dict[UUID, list[SeatGrant]] = {account.id: [] for account in accounts}
    for grant in session.scalars(select(SeatGrant).where(SeatGrant.account_id.in_(grants), or_(_held(on), _left(on)))):
        grants[grant.account_id].append(grant)
    invited = open_invitations(session, now)
    return [_person(account, grants[account.id], account.id in invited, on) for account in accounts]


def _person(account: Account, grants: list[SeatGrant], invited: bool, on: date) -> Person:
    held, left = [row for row in grants if row.held_on(on)], [row for row in grants if row.reads_on(on)]
    return Person(account, held, left, _state(account, held, left, invited))


def _state(account: Account, held: list[SeatGrant], left: list[SeatGrant], invited: bool) -> str:
    if not held:
        return "former" if left else "ended"
    if account.activated:
        return "active"
    return "invited" if invited else "expired"

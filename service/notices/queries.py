"""Reading what one was told: one's own notices, of what one may still see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from config.notices import notice_kinds
from service.accounts.models import Account, SeatGrant
from service.kit.paging import Asked, Page, page_of
from service.kit.seat import Seat
from service.notices.models import Deputy, Mailbox, Messenger, Notice, NoticeChoice
from service.notices.rules import AT_ONCE
from tenants.db import FencedSession
from tenants.errors import Missing

SORTABLE = {"made": Notice.made_at, "kind": Notice.kind, "id": Notice.id}


def mine(seat: Seat) -> ColumnElement[bool]:
    """The seat's notices of kinds that it may still read; whoever lost a role sees no more of what the role was told."""
    if seat.account_id is None:
        return false()
    return and_(Notice.account_id == seat.account_id, Notice.kind.in_(readable(seat)))


def readable(seat: Seat) -> list[str]:
    """The kinds of notices whose matter this seat may read."""
    return [key for key, kind in notice_kinds().items() if seat.may_read(kind.operation)]


def notices(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """The seat's notices: those unread first, the newest of them first."""
    query = select(Notice).where(mine(seat), *_wanted(asked)).order_by(Notice.read_at.is_not(None))
    return page_of(seat.session, query, asked, SORTABLE, "-made", whole=whole)


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    about, state = asked.filters.get("about"), asked.filters.get("state")
    wanted: list[ColumnElement[bool]] = (
        [Notice.kind.in_([key for key, kind in notice_kinds().items() if kind.about == about])] if about else []
    )
    if state:
        wanted.append(Notice.read_at.is_(None) if state == "unread" else Notice.read_at.is_not(None))
    return wanted


def unread(seat: Seat) -> int:
    """How many the seat has not read."""
    return seat.session.scalar(select(func.count()).where(mine(seat), Notice.read_at.is_(None))) or 0


def notice(seat: Seat, notice_id: UUID) -> Notice:
    """The seat's own notice of that id; anybody else's is missing."""
    found = seat.session.scalars(select(Notice).where(Notice.id == notice_id, mine(seat))).one_or_none()
    if found is None:
        raise Missing()
    return found


def until(seat: Seat, moment: datetime) -> ColumnElement[bool]:
    """The seat's unread notices that were there at that moment: what came since was not seen and stays."""
    return and_(mine(seat), Notice.read_at.is_(None), Notice.made_at <= moment)


# --- how one is told ---


def mailbox(seat: Seat) -> Mailbox | None:
    """Where the person is written to, if he ever said so."""
    return seat.session.scalars(select(Mailbox).where(Mailbox.account_id == seat.account_id)).one_or_none()


def ways(seat: Seat) -> dict[str, str]:
    """How the person is written to of each kind that he may read."""
    query = select(NoticeChoice).where(NoticeChoice.account_id == seat.account_id)
    chosen = {row.kind: row.way for row in seat.session.scalars(query)}
    return {kind: chosen.get(kind, AT_ONCE) for kind in readable(seat)}


def deputies(seat: Seat, on: date) -> list[Deputy]:
    """Who is or will be told beside the person, the first first."""
    query = select(Deputy).where(Deputy.account_id == seat.account_id, Deputy.ended_at.is_(None), Deputy.to_date >= on)
    return list(seat.session.scalars(query.order_by(Deputy.from_date)))


def seated(session: FencedSession, on: date) -> list[Account]:
    """The people who hold a seat here that day, by name."""
    held = select(SeatGrant.account_id).where(
        SeatGrant.tenant_id == session.tenant_id,
        SeatGrant.from_date <= on,
        or_(SeatGrant.to_date.is_(None), SeatGrant.to_date > on),
    )
    return list(session.scalars(select(Account).where(Account.id.in_(held), Account.active).order_by(Account.name)))


def names(session: FencedSession, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What these accounts are called: those that hold or held a seat here."""
    here = select(SeatGrant.account_id).where(SeatGrant.tenant_id == session.tenant_id)
    wanted = [one for one in ids if one is not None]
    query = select(Account.id, Account.name).where(Account.id.in_(wanted), Account.id.in_(here))
    return {row.id: row.name for row in session.execute(query)} if wanted else {}


def messenger(session: FencedSession) -> Messenger | None:
    """The place's messenger, if it has one."""
    return session.scalars(select(Messenger)).one_or_none()

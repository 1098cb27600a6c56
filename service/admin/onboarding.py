"""Which places open, from the catalogue of divisions; the kernel opens them, the charter room furnishes them.

The first system administrator of a place is invited here too: nobody else could invite him.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert

from config.catalogue import Region, regions, subtree
from config.settings import remind_at
from service.accounts.commands import Invited, invite, invite_again
from service.accounts.models import Account
from service.accounts.queries import by_username, seats_of
from service.accounts.rules import checked_name, checked_username
from service.charter import opening as charter
from service.kit.seat import Seat
from service.notices.daily import post_next
from tenants.db import FencedSession, acting_for
from tenants.errors import Conflict, Refused
from tenants.models import Region as RegionRow
from tenants.models import Tenant
from tenants.onboarding import Opened, Opening, open_many, open_tenant


def sync_regions(engine: Engine) -> None:
    """The database knows every division of the catalogue, by the name that it has there now."""
    with acting_for(engine, None) as session, session.begin():
        known = {row.code: row._asdict() for row in session.execute(select(*_COLUMNS))}
        rows = [row for row in map(_row, regions().values()) if known.get(row["code"]) != row]
        if rows:
            new = insert(RegionRow).values(rows)
            columns = {name: new.excluded[name] for name in ("name", "level", "parent_code", "kind")}
            session.execute(new.on_conflict_do_update(index_elements=["code"], set_=columns))


_COLUMNS = (RegionRow.code, RegionRow.name, RegionRow.level, RegionRow.parent_code, RegionRow.kind)


def _known(engine: Engine, code: str) -> bool:
    """Whether the database knows the division as the catalogue does: reading all of them costs more than opening one."""
    with acting_for(engine, None) as session:
        row = session.execute(select(*_COLUMNS).where(RegionRow.code == code)).one_or_none()
    return row is not None and code in regions() and row._asdict() == _row(regions()[code])


def _row(region: Region) -> dict[str, Any]:
    return {
        "code": region.code,
        "name": region.name,
        "level": region.level,
        "parent_code": region.parent_code,
        "kind": region.type,
    }


def openings(code: str, *, whole: bool, slug: str | None = None) -> list[Opening]:
    """The place of that code, with everything below it if `whole`; parents before children."""
    if code not in regions():
        raise Refused(
            f"行政区划代码 {code} 不在目录中，请核对（GB/T 2260）。",
            en=f"Region code {code} is not in the catalogue (GB/T 2260).",
            source="GB/T 2260",
            field="region_code",
        )
    if not whole:
        return [opening(regions()[code], slug=slug)]
    top, *below = subtree(code)
    return [opening(top, slug=slug), *(opening(region) for region in below)]


def opening(region: Region, *, slug: str | None = None, extra: Mapping[str, Any] | None = None) -> Opening:
    """How that division opens."""
    return Opening(
        region_code=region.code,
        name=region.name,
        level=region.level,
        slug=slug or region.slug,
        parent_code=region.parent_code,
        extra=extra,
    )


def furnish(session: FencedSession, tenant: Tenant, place: Opening) -> None:
    """The place has its charter, and its daily round of reminders stands in the ledger."""
    charter.furnish(session, tenant, place)
    post_next(session, datetime.now(UTC), remind_at())


def open_place(engine: Engine, place: Opening, *, on: date, actor: str) -> Tenant:
    """One place is open with its own copy of its level's charter."""
    if not _known(engine, place.region_code):
        sync_regions(engine)
    return open_tenant(engine, place, furnish, on=on, actor=actor)


def open_places(engine: Engine, places: Sequence[Opening], *, on: date, actor: str) -> Iterator[Opened]:
    """All of them are open at the end; run again, the open ones are passed over."""
    sync_regions(engine)
    yield from open_many(engine, places, furnish, on=on, actor=actor)


ADMINISTRATOR = "SA"


@dataclass(frozen=True)
class Administrator:
    """Who is to look after a place's accounts first."""

    username: str
    name: str


def administrator(username: str, name: str) -> Administrator:
    """The person, if the username and the name can be kept."""
    return Administrator(checked_username(username), checked_name(name))


def check_free(engine: Engine, place: Opening, person: Administrator) -> None:
    """The person could be invited there; asked before the place opens, so that nothing is written in vain."""
    with acting_for(engine, None) as session:
        account = by_username(session, person.username)
        stands = session.scalar(select(Tenant.id).where(Tenant.region_code == place.region_code)) is not None
    if account is not None and (account.name != person.name or not (account.activated or stands)):
        raise Conflict(
            f"用户名 {person.username} 已被使用，请换一个；如为同一人，请核对姓名，并待其启用账号。",
            en=f"The username {person.username} is taken; choose another.",
            field="username",
        )


def invite_administrator(engine: Engine, place: Opening, person: Administrator, *, on: date, now: datetime) -> Invited:
    """The person is system administrator there; with a new one-time link as long as no password is set."""
    with acting_for(engine, None) as outside:
        tenant = outside.scalars(select(Tenant).where(Tenant.region_code == place.region_code)).one()
    with acting_for(engine, tenant.id) as session:
        seat = Seat(session, tenant, "console", console=True)
        account = by_username(session, person.username)
        if account is None or not _administers(session, account, on):
            return invite(seat, username=person.username, name=person.name, roles=[ADMINISTRATOR], on=on, now=now)
        return Invited(account, None, None) if account.activated else invite_again(seat, account.id, now=now)


def _administers(session: FencedSession, account: Account, on: date) -> bool:
    held = (row for row in seats_of(session, account.id) if row.role == ADMINISTRATOR)
    return any(row.held_on(on) for row in held)

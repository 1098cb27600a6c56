"""Which places open, from the catalogue of divisions; the kernel opens them, the charter room furnishes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from config.catalogue import Region, regions, subtree
from service.charter.opening import furnish
from tenants.db import acting_for
from tenants.errors import Conflict, Refused
from tenants.models import Region as RegionRow
from tenants.models import Tenant
from tenants.onboarding import Opened, Opening, open_many, open_tenant


def sync_regions(engine: Engine) -> None:
    """The database knows every division of the catalogue; renamed ones are renamed."""
    rows = [_row(region) for region in regions().values()]
    with acting_for(engine, None) as session, session.begin():
        if session.scalar(select(func.count()).select_from(RegionRow)) == len(rows):
            return
        new = insert(RegionRow).values(rows)
        columns = {name: new.excluded[name] for name in ("name", "level", "parent_code", "kind")}
        session.execute(new.on_conflict_do_update(index_elements=["code"], set_=columns))


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
            f"行政区划代码 {code} 不在目录中，请核对(GB/T 2260)。",
            en=f"Region code {code} is not in the catalogue (GB/T 2260).",
            source="GB/T 2260",
            field="region_code",
        )
    if not whole:
        return [opening(regions()[code], slug=slug)]
    return [opening(region) for region in subtree(code)]


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


def check_address(engine: Engine, place: Opening) -> None:
    """Nothing, or a place that is open under another address is refused: an address does not change by opening twice."""
    with acting_for(engine, None) as session:
        slug = session.scalar(select(Tenant.slug).where(Tenant.region_code == place.region_code))
    if slug not in (None, place.slug):
        raise Conflict(
            f"{place.name}（{place.region_code}）已以地址名 {slug} 开通，不能重复开通。",
            en=f"{place.name} ({place.region_code}) is open already, as {slug}.",
            field="slug",
        )


def open_place(engine: Engine, place: Opening, *, on: date, actor: str) -> Tenant:
    """One place is open with its own copy of its level's charter."""
    sync_regions(engine)
    return open_tenant(engine, place, furnish, on=on, actor=actor)


def open_places(engine: Engine, places: Sequence[Opening], *, on: date, actor: str) -> Iterator[Opened]:
    """All of them are open at the end; run again, the open ones are passed over."""
    sync_regions(engine)
    yield from open_many(engine, places, furnish, on=on, actor=actor)

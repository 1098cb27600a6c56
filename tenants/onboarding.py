"""Opening tenants: one, or thousands from a list; validated first, resumable, idempotent.

Each tenant opens in one transaction of its own: the node of the tree, its audit chain, and whatever the
service furnishes it with. A run that was killed is run again: what stands is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy_utils import Ltree
from uuid_utils.compat import uuid7

from tenants.audit import Act, append, begin_chain
from tenants.db import FencedSession, acting_for
from tenants.errors import Conflict, Refused
from tenants.models import Region, Tenant, label

CHILD_LEVELS: Mapping[str | None, tuple[str, ...]] = {
    None: ("province",),
    "province": ("city", "county"),
    "city": ("county",),
    "county": (),
}


@dataclass(frozen=True)
class Opening:
    """A tenant to be opened. `extra` is passed to the service's furnishing untouched."""

    region_code: str
    name: str
    level: str
    slug: str
    parent_code: str | None
    extra: Mapping[str, Any] | None = None


Furnish = Callable[[FencedSession, Tenant, Opening], None]


def open_tenant(engine: Engine, opening: Opening, furnish: Furnish, *, on: date, actor: str) -> Tenant:
    """The tenant stands with its chain and furniture, or nothing does."""
    tenant_id = uuid7()
    with acting_for(engine, tenant_id) as session:
        parent = _checked_parent(session, opening)
        tenant = _node(tenant_id, opening, parent, on)
        session.add(tenant)
        try:
            session.flush()
        except IntegrityError as error:
            raise _duplicate(opening) from error
        begin_chain(session)
        furnish(session, tenant, opening)
        session.flush()
        detail = {"region_code": opening.region_code, "name": opening.name, "level": opening.level}
        append(session, Act("tenant.open", actor, None, f"tenant:{tenant.id}", detail))
        session.commit()
    return tenant


def _checked_parent(session: FencedSession, opening: Opening) -> Tenant | None:
    if session.get(Region, opening.region_code) is None:
        raise Refused(
            f"行政区划代码 {opening.region_code} 不在目录中，请核对(GB/T 2260)。",
            en=f"Region code {opening.region_code} is not in the catalogue (GB/T 2260).",
            source="GB/T 2260",
            field="region_code",
        )
    if _exists(session, opening):
        raise _duplicate(opening)
    return _open_parent(session, opening)


def _open_parent(session: FencedSession, opening: Opening) -> Tenant | None:
    if opening.parent_code is None:
        parent = None
    else:
        parent = session.scalars(select(Tenant).where(Tenant.region_code == opening.parent_code)).one_or_none()
        if parent is None:
            raise Refused(
                f"上级地区 {opening.parent_code} 尚未开通，请先开通上级。",
                en=f"The parent {opening.parent_code} is not open yet; open it first.",
                field="parent_code",
            )
    if opening.level not in CHILD_LEVELS[parent.level if parent else None]:
        raise Refused(
            f"{opening.name}的层级与上级不符：省下设市或直管县，市下设县。",
            en=f"{opening.name} cannot stand under that parent: province → city → county.",
            field="level",
        )
    return parent


def _exists(session: FencedSession, opening: Opening) -> bool:
    taken = or_(Tenant.region_code == opening.region_code, Tenant.slug == opening.slug)
    return session.scalar(select(Tenant.id).where(taken)) is not None


def _duplicate(opening: Opening) -> Conflict:
    return Conflict(
        f"{opening.name}({opening.region_code},地址名 {opening.slug})已经开通，不能重复开通。",
        en=f"{opening.name} ({opening.region_code}, slug {opening.slug}) is open already.",
        field="slug",
    )


def _node(tenant_id: UUID, opening: Opening, parent: Tenant | None, on: date) -> Tenant:
    step = label(tenant_id)
    return Tenant(
        id=tenant_id,
        slug=opening.slug,
        region_code=opening.region_code,
        name=opening.name,
        level=opening.level,
        parent_id=parent.id if parent else None,
        path=Ltree(f"{parent.path}.{step}" if parent else step),
        opened_on=on,
    )


@dataclass(frozen=True)
class Opened:
    """One step of a run: which place, whether it was opened now or stood already, and how far the run is."""

    opening: Opening
    fresh: bool
    done: int
    total: int


def open_many(
    engine: Engine, openings: Sequence[Opening], furnish: Furnish, *, on: date, actor: str
) -> Iterator[Opened]:
    """All the places stand at the end, whoever was killed on the way; nothing opens if the list is wrong."""
    standing = _checked_list(engine, openings)
    for done, opening in enumerate(openings, start=1):
        fresh = opening.region_code not in standing
        if fresh:
            open_tenant(engine, opening, furnish, on=on, actor=actor)
        yield Opened(opening, fresh, done, len(openings))


def _checked_list(engine: Engine, openings: Sequence[Opening]) -> set[str]:
    """The whole list is sound before one row is written; returns the codes that stand already."""
    with acting_for(engine, None) as session:
        known = set(session.scalars(select(Region.code)))
        standing = {code: slug for code, slug in session.execute(select(Tenant.region_code, Tenant.slug))}
    slugs = {slug: code for code, slug in standing.items()}
    above = set(standing)
    for row, opening in enumerate(openings, start=1):
        _check_row(row, opening, known, slugs, above)
        slugs[opening.slug] = opening.region_code
        above.add(opening.region_code)
    return set(standing)


def _check_row(row: int, opening: Opening, known: set[str], slugs: Mapping[str, str], above: set[str]) -> None:
    if opening.region_code not in known:
        raise Refused(
            f"第{row}行：行政区划代码 {opening.region_code} 不在目录中。",
            en=f"Row {row}: region code {opening.region_code} is not in the catalogue.",
            source="GB/T 2260",
            field="region_code",
        )
    if slugs.get(opening.slug, opening.region_code) != opening.region_code:
        raise Conflict(
            f"第{row}行：地址名 {opening.slug} 已被 {slugs[opening.slug]} 使用。",
            en=f"Row {row}: slug {opening.slug} is taken by {slugs[opening.slug]}.",
            field="slug",
        )
    if opening.parent_code is not None and opening.parent_code not in above:
        raise Refused(
            f"第{row}行：上级 {opening.parent_code} 未开通，也不在本行之前。",
            en=f"Row {row}: the parent {opening.parent_code} is neither open nor listed before.",
            field="parent_code",
        )

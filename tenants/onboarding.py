"""Opening tenants: one, or thousands from a list; validated first, resumable, idempotent.

Each tenant opens in one transaction of its own: the node of the tree, its audit chain, and whatever the
service furnishes it with. A run that was killed is run again: what stands is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy_utils import Ltree
from uuid_utils.compat import uuid7

from tenants.audit import Act, append, begin_chain
from tenants.db import FencedSession, acting_for
from tenants.errors import Conflict, LianxiError, Refused
from tenants.models import Region, Tenant, label

CHILD_LEVELS: Mapping[str | None, tuple[str, ...]] = {
    None: ("province",),
    "province": ("city", "county"),
    "city": ("county",),
    "county": (),
}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


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
        raise _unknown(opening.region_code)
    if _exists(session, opening):
        raise _duplicate(opening)
    return _open_parent(session, opening)


def _unknown(code: str) -> Refused:
    return Refused(
        f"行政区划代码 {code} 不在目录中，请核对（GB/T 2260）。",
        en=f"Region code {code} is not in the catalogue (GB/T 2260).",
        source="GB/T 2260",
        field="region_code",
    )


def _no_parent(opening: Opening) -> Refused:
    return Refused(
        f"{opening.name}的上级地区 {opening.parent_code} 尚未开通，请先开通上级。",
        en=f"The parent {opening.parent_code} of {opening.region_code} is not open yet; open it first.",
        field="parent_code",
    )


def _open_parent(session: FencedSession, opening: Opening) -> Tenant | None:
    if opening.parent_code is None:
        parent = None
    else:
        parent = session.scalars(select(Tenant).where(Tenant.region_code == opening.parent_code)).one_or_none()
        if parent is None:
            raise _no_parent(opening)
    if opening.level not in CHILD_LEVELS[parent.level if parent else None]:
        raise _misplaced(opening)
    return parent


def _misplaced(opening: Opening) -> Refused:
    return Refused(
        f"{opening.name}的层级与上级不符：省下设市或直管县，市下设县。",
        en=f"{opening.name} cannot stand under that parent: province → city → county.",
        field="level",
    )


def _exists(session: FencedSession, opening: Opening) -> bool:
    taken = or_(Tenant.region_code == opening.region_code, Tenant.slug == opening.slug)
    return session.scalar(select(Tenant.id).where(taken)) is not None


def _duplicate(opening: Opening) -> Conflict:
    return Conflict(
        f"{opening.name}（{opening.region_code}，地址名 {opening.slug}）已经开通，不能重复开通。",
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
        fresh = opening.region_code not in standing and _opened_now(engine, opening, furnish, on, actor)
        yield Opened(opening, fresh, done, len(openings))


def _opened_now(engine: Engine, opening: Opening, furnish: Furnish, on: date, actor: str) -> bool:
    """Whether this run opened it: another run of the same list may have been faster."""
    try:
        open_tenant(engine, opening, furnish, on=on, actor=actor)
    except Conflict:
        with acting_for(engine, None) as session:
            there = select(Tenant.id).where(Tenant.region_code == opening.region_code, Tenant.slug == opening.slug)
            if session.scalar(there) is None:
                raise
        return False
    return True


@dataclass
class _Places:
    """What is known of the places while a list is read: the catalogue, and each open or listed place."""

    known: set[str]
    slugs: dict[str, str]  # code → address
    levels: dict[str, str]  # code → level
    listed: set[str] = field(default_factory=lambda: set[str]())

    def __post_init__(self) -> None:
        self.holders = {slug: code for code, slug in self.slugs.items()}

    def check(self, opening: Opening) -> None:
        """The place could open after those before it; then it counts as one of them."""
        for check in (self._check_code, self._check_once, self._check_slug, self._check_parent):
            check(opening)
        self.listed.add(opening.region_code)
        self.slugs[opening.region_code] = opening.slug
        self.holders[opening.slug] = opening.region_code
        self.levels[opening.region_code] = opening.level

    def _check_code(self, opening: Opening) -> None:
        if opening.region_code not in self.known:
            raise _unknown(opening.region_code)

    def _check_once(self, opening: Opening) -> None:
        if opening.region_code in self.listed:
            raise Conflict(
                f"行政区划代码 {opening.region_code} 在名单中重复。",
                en=f"Region code {opening.region_code} is listed twice.",
                field="region_code",
            )

    def _check_slug(self, opening: Opening) -> None:
        if not SLUG.fullmatch(opening.slug):
            raise Refused(
                f"地址名“{opening.slug}”不合规：须为1—64位小写字母、数字或连字符，以字母或数字开头。",
                en=f"Slug {opening.slug!r} must be 1 to 64 small letters, digits or hyphens.",
                field="slug",
            )
        own = self.slugs.get(opening.region_code, opening.slug)
        if own != opening.slug:
            raise Conflict(
                f"{opening.name}（{opening.region_code}）已经开通，地址名为 {own}，不能改为 {opening.slug}。",
                en=f"{opening.name} ({opening.region_code}) is open already under the slug {own}.",
                field="slug",
            )
        holder = self.holders.get(opening.slug, opening.region_code)
        if holder != opening.region_code:
            raise Conflict(
                f"地址名 {opening.slug} 已被 {holder} 使用，请换一个。",
                en=f"Slug {opening.slug} is taken by {holder}; choose another.",
                field="slug",
            )

    def _check_parent(self, opening: Opening) -> None:
        if opening.parent_code is not None and opening.parent_code not in self.levels:
            raise _no_parent(opening)
        if opening.level not in CHILD_LEVELS[self.levels[opening.parent_code] if opening.parent_code else None]:
            raise _misplaced(opening)


def _checked_list(engine: Engine, openings: Sequence[Opening]) -> set[str]:
    """The whole list is sound before one row is written; returns the codes that stand already."""
    with acting_for(engine, None) as session:
        known = set(session.scalars(select(Region.code)))
        standing = session.execute(select(Tenant.region_code, Tenant.slug, Tenant.level)).all()
    slugs = {code: slug for code, slug, _ in standing}
    places = _Places(known, dict(slugs), {code: level for code, _, level in standing})
    for row, opening in enumerate(openings, start=1):
        try:
            places.check(opening)
        except LianxiError as refusal:
            raise _at_row(row, refusal) if len(openings) > 1 else refusal from None
    return set(slugs)


def _at_row(row: int, refusal: LianxiError) -> LianxiError:
    """The same refusal, naming the row of the list."""
    return type(refusal)(
        f"第{row}行：{refusal.message}",
        en=f"Row {row}: {refusal.message_en}",
        source=refusal.source,
        field=refusal.field,
    )

"""Things to test with. Every call makes new ones, in tenants of the test's own."""

from __future__ import annotations

from datetime import date
from itertools import count

from sqlalchemy import Engine, insert

from tenants.db import FencedSession, acting_for
from tenants.models import Region, Tenant
from tenants.onboarding import Furnish, Opening, open_tenant

_numbers = count(1)
_NAMES = {"province": "测试省", "city": "测试市", "county": "测试县"}


def unfurnished(_session: FencedSession, _tenant: Tenant, _opening: Opening) -> None:
    """An empty house: for tests of the kernel alone."""


def a_region(engine: Engine) -> str:
    """The code of a new fictional division."""
    code = f"T{next(_numbers):05d}"
    with acting_for(engine, None) as session, session.begin():
        session.execute(insert(Region).values(code=code, name=f"测试{code}", level="county", kind="县"))
    return code


def a_tenant(
    engine: Engine,
    level: str = "province",
    parent: Tenant | None = None,
    furnish: Furnish = unfurnished,
    on: date = date(2026, 1, 1),
) -> Tenant:
    """A new tenant, below `parent` if one is given."""
    code = a_region(engine)
    opening = Opening(
        region_code=code,
        name=f"{_NAMES[level]}{code}",
        level=level,
        slug=code.lower(),
        parent_code=parent.region_code if parent else None,
    )
    return open_tenant(engine, opening, furnish, on=on, actor="test")


def a_small_province(engine: Engine, furnish: Furnish = unfurnished) -> tuple[Tenant, Tenant, Tenant]:
    """A province, one city in it, one county in that."""
    province = a_tenant(engine, furnish=furnish)
    city = a_tenant(engine, "city", province, furnish=furnish)
    return province, city, a_tenant(engine, "county", city, furnish=furnish)

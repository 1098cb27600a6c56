"""Opening places one after the other, and sending the same INSERTs again for comparison."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import Engine
from uuid_utils.compat import uuid7

from benchmarks.data import OPENED
from benchmarks.statements import instead, replay, said_by
from service.accounts.commands import invite
from service.admin.onboarding import open_place, openings
from service.kit.seat import Seat
from tenants.db import acting_for
from tenants.models import Tenant

# The rows of the tenant. Those of the person invited have keys of their own, which cannot be sent twice.
_WRITES = re.compile(r"INSERT INTO (?!account |account_door|invitation)|UPDATE audit_head")


class Opener:
    """The places of one more province, opened one by one."""

    def __init__(self, engine: Engine, province: str) -> None:
        self.engine = engine
        self.places = iter(openings(province, whole=True))
        self.number = count()
        self.opened()  # the province itself, which the others stand under
        opened: list[Tenant] = []
        said = said_by(engine, lambda: opened.append(self.opened()))
        self.heard = [one for one in said if _WRITES.match(one[0])]
        self.first = opened[0]

    def opened(self) -> Tenant:
        """The next place is open, with its charter, its audit chain and its first administrator invited."""
        opening = next(self.places)
        place = open_place(self.engine, opening, on=OPENED, actor="benchmark")
        with acting_for(self.engine, place.id) as session:
            seat = Seat(session, place, "benchmark", console=True)
            name = f"sa-{opening.slug}-{next(self.number)}"
            invite(seat, username=name, name="管理员", roles=["SA"], on=OPENED, now=datetime.now(UTC))
        return place

    def repeated(self) -> None:
        """As many rows of the same shape for one more tenant, in one transaction."""
        number = next(self.number)
        tenant_id = uuid7()
        new: dict[Any, Any] = {
            self.first.id: tenant_id,
            self.first.id.hex: tenant_id.hex,
            str(self.first.path): tenant_id.hex,
            self.first.slug: f"again-{number}",
            self.first.region_code: f"R{number:05d}",
        }
        said = [(statement, instead(parameters, new)) for statement, parameters in self.heard]
        replay(self.engine, tenant_id, said, commit=True)

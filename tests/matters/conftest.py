from __future__ import annotations

import pytest

from service.charter.opening import furnish
from tests.factories import a_tenant
from tests.matters.course import Table
from tests.work.office import console


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


@pytest.fixture
def seat(engine, tenant):
    return console(engine, tenant)


@pytest.fixture
def table(engine, tenant, seat):
    return Table(engine, tenant, seat)

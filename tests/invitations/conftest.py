"""One staffed conference for the room's tests; each test calls meetings of its own."""

import pytest

from service.charter.opening import furnish
from service.charter.queries import units
from service.kit.web import today
from tests.factories import a_tenant
from tests.invitations.conference import staffed
from tests.work.office import console


@pytest.fixture(scope="package")
def home(engine):
    tenant = a_tenant(engine, furnish=furnish)
    seat = console(engine, tenant)
    staffed(seat)
    seat.session.close()
    return tenant


@pytest.fixture
def seat(engine, home):
    found = console(engine, home)
    yield found
    found.session.close()


@pytest.fixture
def table(seat):
    return units(seat.session, today())

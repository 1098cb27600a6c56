"""Closed work bears the names of its own day. Source: dossier 0-5."""

from datetime import date
from uuid import uuid4

import pytest

from service.charter import reform_commands
from service.charter.names import Names, unit_names
from service.charter.opening import furnish
from service.charter.queries import units
from service.charter.text import UnitEntry
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.charter.test_reforms import REFORM, merge
from tests.factories import a_tenant

FOUNDED = date(2026, 1, 1)


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


def rename(seat):
    reform_commands.rename_unit(seat, "AIC", UnitEntry("", "省市场监管局", "政府部门"))


def test_a_unit_is_called_what_it_was_called_on_that_day(engine, tenant):
    in_force(engine, tenant, merge, rename, since=REFORM)
    with acting_for(engine, tenant.id) as session:
        before, now = ({u.key: u.id for u in units(session, day)} for day in (FOUNDED, REFORM))
        names = unit_names(session)
        assert names[before["AIC"]] == "省市场监管局" and before["AIC"] == now["AIC"]
        assert names.then(before["AIC"], date(2026, 6, 14)) == "省工商局"
        assert names.then(before["AIC"], REFORM) == names.then(before["AIC"], None) == "省市场监管局"
        assert names.then(before["STAX"], FOUNDED) == names.then(before["STAX"], REFORM) == "省国税局"
        assert names.then(now["TAX"], FOUNDED) == "省税务局", "not there yet: as it is"


def test_names_read_before_a_version_takes_effect_are_read_anew_after_it(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        assert set(unit_names(session).values()) >= {"省工商局", "省国税局"}
        assert unit_names(session) is unit_names(session)
    in_force(engine, tenant, rename, since=REFORM)
    with acting_for(engine, tenant.id) as session:
        assert "省市场监管局" in unit_names(session).values()


def test_days_before_the_first_version_and_no_day_give_the_name_as_it_is():
    one = uuid4()
    names = Names([(one, "A", "今名")], [(date(2011, 5, 1), {"A": "旧名"}), (date(2018, 6, 15), {"A": "今名"})])
    assert names.then(one, date(2011, 4, 30)) == names.then(one, None) == "今名"
    assert names.then(one, date(2018, 6, 14)) == "旧名" and dict(names) == {one: "今名"}

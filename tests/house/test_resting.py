"""A suspended or closed tenant: its members read everything, nobody writes anything."""

from __future__ import annotations

from importlib import import_module

import pytest
from sqlalchemy import Engine, func, select

from service.charter.opening import furnish
from service.kit.command import COMMANDS
from service.kit.seat import Seat
from service.rooms import parts
from tenants.audit import AuditEntry
from tenants.db import acting_for
from tenants.errors import Conflict
from tenants.models import STATES, WORKING, Tenant, by_slug
from tests.factories import a_seat, a_tenant, a_token, bearing, put, signed_in

RESTING = sorted(set(STATES) - set(WORKING))
# Reading leaves its mark in the tenant's own record, also in one that rests.
ALSO_AT_REST = {"accounts.commands.enter"}


def seat_in(engine: Engine, tenant: Tenant, *roles: str) -> Seat:
    """A seat taken now, of the tenant as it stands now."""
    with acting_for(engine, None) as session:
        found = by_slug(session, tenant.slug)
    assert found is not None
    return a_seat(engine, found, *roles)


def refusal(name: str, seat: Seat) -> str:
    """What the command says before it looks at anything it was given; empty if it did not refuse for the state."""
    module, _dot, verb = name.rpartition(".")
    try:
        getattr(import_module(f"service.{module}"), verb)(seat)
    except Conflict as conflict:
        return conflict.message
    except Exception:
        return ""  # it went on, and missed its arguments
    return ""


def audited(engine: Engine, tenant: Tenant) -> int:
    with acting_for(engine, tenant.id) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.mark.parametrize("state", RESTING)
def test_every_command_is_refused_in_a_tenant_that_rests_also_to_the_console(engine, owner, state):
    tenant = a_tenant(engine)
    put(owner, tenant, state)
    seat = seat_in(engine, tenant)
    console = Seat(seat.session, seat.tenant, "console", console=True)
    parts("commands")
    went_on = {name for name in COMMANDS if "只能查看" not in refusal(name, console)}
    assert went_on == ALSO_AT_REST


@pytest.mark.parametrize("state", WORKING)
def test_no_command_is_refused_for_the_state_in_a_tenant_that_works(engine, owner, state):
    tenant = a_tenant(engine)
    put(owner, tenant, state)
    seat = seat_in(engine, tenant)
    console = Seat(seat.session, seat.tenant, "console", console=True)
    parts("commands")
    assert {name for name in COMMANDS if "只能查看" in refusal(name, console)} == set()


def test_a_suspended_tenant_is_read_and_not_written_and_works_again_once_it_runs(app, client, engine, owner):
    tenant = a_tenant(engine, furnish=furnish)
    office = bearing(a_token(engine, tenant, "OS"))
    reads, writes = f"/api/v1/t/{tenant.slug}/plans", {"year": 2027, "title": "2027年工作计划"}
    put(owner, tenant, "suspended")
    before = audited(engine, tenant)
    assert client.get(reads, headers=office).status_code == 200
    refused = client.post(reads, json=writes, headers=office)
    assert (refused.status_code, refused.json["type"]) == (409, "about:blank#resting")
    assert "已停用" in refused.json["detail"]
    assert audited(engine, tenant) == before
    put(owner, tenant, "running")
    assert client.post(reads, json=writes, headers=office).status_code == 201


def test_a_page_of_a_suspended_tenant_says_so_and_offers_nothing_to_write(app, engine, owner):
    tenant = a_tenant(engine, furnish=furnish)
    office = signed_in(app, engine, tenant, "OS")
    address = f"/t/{tenant.slug}/plans/"
    assert f"{address}new" in office.get(address).text
    put(owner, tenant, "closed")
    shown = office.get(address)
    assert shown.status_code == 200
    assert "已撤销，现在只能查看" in shown.text
    assert f"{address}new" not in shown.text
    refused = office.post(address, data={"year": "2027", "title": "2027年工作计划"})
    assert refused.status_code in (409, 422)
    assert "已撤销" in refused.text


def test_who_enters_a_suspended_tenant_is_on_its_record(app, engine, owner):
    tenant = a_tenant(engine, furnish=furnish)
    put(owner, tenant, "suspended")
    before = audited(engine, tenant)
    assert signed_in(app, engine, tenant, "OS").get(f"/t/{tenant.slug}/plans/").status_code == 200
    assert audited(engine, tenant) == before + 1


def test_a_seat_offers_nothing_it_would_refuse(engine, owner):
    tenant = a_tenant(engine)
    assert seat_in(engine, tenant, "OS").may("task.plan")
    put(owner, tenant, "suspended")
    seat = seat_in(engine, tenant, "OS")
    assert not seat.may("task.plan")
    assert seat.may_read("task.plan")

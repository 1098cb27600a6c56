"""What is owed of a matter: the office handles it, the units concerned answer. Source: dossier 1.3 X1, 1.4 R6."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.charter.opening import furnish
from service.matters.commands import draft_matter, return_matter, submit, withdraw
from service.matters.consulting import reply
from service.obligations.queries import year_of
from tests.factories import a_tenant
from tests.matters.course import DAY, LATER, Table
from tests.work.office import console


@pytest.fixture
def table(engine):
    tenant = a_tenant(engine, furnish=furnish)
    return Table(engine, tenant, console(engine, tenant))


def stands(table, kind, on):
    lines = [line for line in year_of(table.seat, DAY.year, on).lines if line.due.kind == kind]
    return [(line.due.period, line.standing) for line in lines]


def test_x1_what_is_handed_in_is_handled_each_time(table):
    liaison, office = table.rep("CIVIL", "LI"), table.post("OD")
    text = table.passages(("请协调用房", "MZ1"))
    row = draft_matter(liaison, kind="major_issue", unit_id=table.id("CIVIL"), title="社区用房", passages=text, on=DAY)
    assert stands(table, "matter_handling", DAY) == []
    submit(liaison, row.id, on=DAY)
    return_matter(office, row.id, reason="请补充依据", on=DAY)
    submit(liaison, row.id, on=LATER)
    assert stands(table, "matter_handling", LATER + timedelta(days=40)) == [
        (DAY.isoformat(), "on_time"),
        (LATER.isoformat(), "overdue"),
    ]
    withdraw(liaison, row.id, on=LATER)
    assert [standing for _since, standing in stands(table, "matter_handling", LATER)] == ["on_time", "not_owed"]


def test_r6_a_unit_that_is_asked_for_its_consent_owes_an_answer(table):
    row = table.asked()
    asked = table.states(row)
    assert asked and len(stands(table, "consent", DAY)) == len(asked)
    reply(table.rep("FIN"), row.id, unit_id=table.id("FIN"), opinion="agree", on=DAY)
    said = [standing for _since, standing in stands(table, "consent", DAY + timedelta(days=60))]
    assert sorted(said) == ["on_time", *["overdue"] * (len(asked) - 1)]

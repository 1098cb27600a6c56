"""Everybody concerned is told once, in the transaction of what happened."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from uuid_utils.compat import uuid7

from config.labels import labels
from config.matrix import operations
from config.notices import notice_kinds
from service.charter.opening import furnish
from service.charter.queries import lead_units, units
from service.notices.models import Notice
from service.notices.telling import of_office, of_roles, of_units, tell
from tenants.db import acting_for
from tests.charter.drafts import in_force
from tests.charter.test_effects import without_an_office
from tests.factories import a_tenant, an_account

ON = date(2026, 3, 2)
PLACE = ("meetings.show", {"meeting_id": "m"})


def called(session, accounts, key="meeting:1", **more):
    words = {"meeting": "第一次全体会议", "date": "3月9日"}
    tell(session, accounts, kind="meeting_called", key=key, params=words, place=PLACE, **more)


def told(engine, tenant) -> list[tuple[UUID, str]]:
    with acting_for(engine, tenant.id) as session:
        return list(session.execute(select(Notice.account_id, Notice.key).order_by(Notice.id)))


@pytest.fixture
def tenant(engine):
    return a_tenant(engine, furnish=furnish)


def test_each_account_is_told_once_however_often_it_is_said(engine, tenant):
    first, second = uuid7(), uuid7()
    with acting_for(engine, tenant.id) as session, session.begin():
        called(session, [first, first])
        called(session, [first, second])
        called(session, [first], key="meeting:2")
    assert sorted(told(engine, tenant)) == sorted([(first, "meeting:1"), (second, "meeting:1"), (first, "meeting:2")])


def test_who_did_it_is_not_told_and_nobody_to_tell_is_no_fault(engine, tenant):
    actor, other = uuid7(), uuid7()
    with acting_for(engine, tenant.id) as session, session.begin():
        called(session, [])
        called(session, [actor, other], but=actor)
    assert told(engine, tenant) == [(other, "meeting:1")]


def test_what_did_not_happen_was_not_told(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        called(session, [uuid7()])
        session.rollback()
    assert told(engine, tenant) == []


def test_the_same_key_in_another_tenant_is_another_notice(engine, tenant):
    person, elsewhere = uuid7(), a_tenant(engine, furnish=furnish)
    for place in (tenant, elsewhere):
        with acting_for(engine, place.id) as session, session.begin():
            called(session, [person])
    assert told(engine, tenant) == told(engine, elsewhere) == [(person, "meeting:1")]


def test_an_unknown_kind_and_an_empty_place_are_mistakes_of_ours(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        with pytest.raises(KeyError):
            tell(session, [uuid7()], kind="no_such_kind", key="x", params={}, place=PLACE)
        with pytest.raises(KeyError):
            tell(session, [uuid7()], kind="meeting_called", key="x", params={"date": "3月9日"}, place=PLACE)


def test_a_unit_is_its_representative_liaison_and_clerk_of_that_day(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        ours, theirs = (unit.id for unit in units(session, ON)[:2])
    mine = {an_account(engine, tenant, role, unit=ours).id for role in ("MR", "LI", "UC")}
    an_account(engine, tenant, "LI", unit=ours, on=date(2026, 6, 1))  # not yet
    other = an_account(engine, tenant, "LI", unit=theirs).id
    with acting_for(engine, tenant.id) as session:
        assert of_units(session, [ours], ON) == mine
        assert of_units(session, [ours, theirs], ON) == mine | {other}
        assert of_units(session, [], ON) == set()


def test_the_office_is_its_people_and_a_role_whoever_holds_it(engine, tenant):
    director, staff, convener = (an_account(engine, tenant, role).id for role in ("OD", "OS", "CV"))
    with acting_for(engine, tenant.id) as session:
        lead = lead_units(session, ON)[0].id
    an_account(engine, tenant, "LI", unit=lead)
    with acting_for(engine, tenant.id) as session:
        assert of_office(session, ON) == {director, staff}
        assert of_roles(session, ["CV", "OD"], ON) == {convener, director}


def test_without_an_office_the_lead_department_is_told_in_its_place(engine):
    county = a_tenant(engine, furnish=furnish)
    in_force(engine, county, without_an_office, since=ON)
    with acting_for(engine, county.id) as session:
        lead = lead_units(session, ON)[0].id
    liaison = an_account(engine, county, "LI", unit=lead).id
    clerk = an_account(engine, county, "UC", unit=lead).id
    with acting_for(engine, county.id) as session:
        assert of_office(session, ON) & {liaison, clerk} == {liaison}


def test_every_kind_is_worded_in_both_languages_with_the_same_places():
    for key, kind in notice_kinds().items():
        assert kind.about in labels()["notice_about"], key
        assert kind.operation in operations(), key
        assert len(kind.name) == 2 and kind.name[1].isascii(), key
        params = {place: f"‹{place}›" for place in kind.places}
        zh, en = kind.sentence(params), kind.sentence(params, "en")
        assert all(word in zh and word in en for word in params.values()), key
        assert zh.endswith("。") and en.endswith("."), key

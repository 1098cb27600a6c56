"""A slice of the sample: a province, its capital, a city and a county, opened and worked as `lianxi sample` does."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from config.catalogue import sample_places
from service import sample_dispatches
from service.accounts.signin import sign_in
from service.admin.onboarding import open_place
from service.charter import amending
from service.charter.queries import in_force, lead_units, rule, units
from service.dispatches.queries import sent_one, tasks_of
from service.kit.command import commit_held
from service.kit.paging import Asked
from service.kit.period import Period
from service.kit.seat import Seat
from service.matters.models import Matter
from service.matters.queries import hearings, lacking
from service.matters.rules import deliberated
from service.members.queries import missing_liaisons, roster
from service.oversight.queries import board
from service.reforms.listing import by_unit
from service.reforms.queries import OpenWork
from service.reforms.rules import Work
from service.rooms import handlers
from service.sample import SignIn, desk_of, live, opening_of, seat_people
from service.sample_year import OPENED, SEEN
from service.submissions.models import Obligation
from service.tasks.models import TaskEvent
from tenants import audit, ledger
from tenants.db import acting_for
from tenants.dispatch import Dispatch, ReceivedDispatch
from tenants.exchange import Publication

PLACES = {place.slug: place for place in sample_places()}
BELOW = ("yunlan", "luoxi", "hefeng")
SLICE = ("hengchuan", *BELOW)
Q3 = Period.parse("2026Q3")


@pytest.fixture(scope="module")
def places(engine):
    """The places by address, with their year."""
    found = {}
    for place in (place for place in sample_places() if place.slug in SLICE):
        tenant = open_place(engine, opening_of(place), on=OPENED, actor="sample")
        with acting_for(engine, tenant.id) as session, commit_held(session):
            live(Seat(session, tenant, desk_of(place), console=True), place, full=True)
        found[place.slug] = tenant
    list(ledger.drain(engine, handlers()))
    return found


def test_each_place_has_decided_for_itself(engine, places):
    """Source: dossier 2.4."""
    with acting_for(engine, places["luoxi"].id) as session:
        assert in_force(session, SEEN).conference_name == "市促进家政服务业提质扩容局际联席会议"
        assert [unit.key for unit in lead_units(session, SEEN)] == ["NDRC", "COM"]
        assert len(units(session, SEEN)) == 14
        assert sum(held.place.role == "convener" for held in roster(session, SEEN)) == 2
    with acting_for(engine, places["hefeng"].id) as session:
        assert rule(session, "liaison_rank", SEEN) == "股级"
        assert len(units(session, SEEN)) == 9


def test_the_province_went_through_the_reform_of_2018_and_nobodys_history_is_rewritten(engine, places):
    """Source: dossier 2.3."""
    tenant = places["hengchuan"]
    with acting_for(engine, tenant.id) as session:
        before, after = in_force(session, date(2018, 10, 31)).text, in_force(session, date(2018, 11, 1)).text
        assert len(before.units) == 11 and len(after.units) == 10
        assert [unit.name for unit in before.units if not after.unit(unit.key)] == ["省国税局", "省地税局", "省工商局"]
        assert {holding.unit for holding in amending.duty_in(after, "TX1").holders} == {"TAX"}
        then, now = ({row.unit: row.work for row in _work(session, view)} for view in ("then", "now"))
        assert then["省国税局"].closed == then["省地税局"].closed / 2 == 1 and "省国税局" not in now
        assert now["省税务局"] == then["省国税局"] + then["省地税局"] and now["省市场监督管理局"] == then["省工商局"]
        assert sum(then.values(), Work()) == sum(now.values(), Work())
        moved = session.query(TaskEvent).filter_by(verb="hand_over").one()
        assert moved.text == "省国税局 → 省税务局"
        assert OpenWork(session, SEEN).items() == []


def _work(session, view):
    return by_unit(session, 2017, view, Asked(), SEEN).rows


def test_every_place_at_the_table_is_filled(engine, places):
    with acting_for(engine, places["hengchuan"].id) as session:
        assert missing_liaisons(session, SEEN) == []
        assert all(held.person for held in roster(session, SEEN) if held.place.role in ("convener", "liaison"))


def test_the_province_sees_the_sum_of_what_was_published(engine, places):
    published = Decimal(0)
    for slug in BELOW:
        with acting_for(engine, places[slug].id) as session:
            row = session.query(Publication).filter_by(period=str(Q3)).order_by(Publication.revision.desc()).first()
            assert row is not None
            published += next(Decimal(f["numerator"]) for f in row.content["figures"] if f["code"] == "P01")
    with acting_for(engine, places["hengchuan"].id) as session:
        seen = board(session, places["hengchuan"], Q3, SEEN, deep=True)
    assert seen.totals["P01"].amount.numerator == published > 0
    assert seen.reported == seen.expected == len(BELOW)
    due = {row.tenant.id: row for row in seen.rows}
    for slug in BELOW:  # the day told by the year's story counts, not the day of loading
        row, place = due[places[slug].id], PLACES[slug]
        assert row.receipt
        after = (row.receipt.first_on - Q3.last) // timedelta(days=1) - (place.publish_after_days or 0)
        assert 0 <= after <= place.publish_spread_days
        assert row.timing.standing == ("late" if place.behaviour == "late" else "on_time")


def test_the_chain_of_each_place_is_sound(engine, places):
    for tenant in places.values():
        with acting_for(engine, tenant.id) as session:
            assert audit.verify(session).sound


def test_seating_that_was_stopped_half_way_goes_on_with_the_passwords_on_file(engine, places, app, tmp_path):
    rows = [SignIn("luoxi", "OS", "half-way-1", "陈静怡"), SignIn("hefeng", "OS", "half-way-1", "陈静怡")]
    rows.append(SignIn("luoxi", "LI", "half-way-2", "吴晓岚", unit="COM"))
    seat_people(engine, tmp_path, rows)
    file = tmp_path / "sign-ins.json"
    lines = json.loads(file.read_text(encoding="utf-8"))
    assert file.stat().st_mode & 0o777 == 0o600 and lines[0]["password"] == lines[1]["password"]
    rows.append(SignIn("hefeng", "OD", "half-way-3", "林志远"))  # not reached before
    lines.append({**lines[0], "username": "half-way-3", "password": "another-one-4Yx"})
    file.write_text(json.dumps(lines), encoding="utf-8")
    seat_people(engine, tmp_path, rows)
    with acting_for(engine, None) as session:
        for line in lines:
            account = sign_in(session, app.extensions["lianxi.redis"], line["username"], line["password"])
            assert account.username == line["username"]


def test_the_desk_has_work_waiting_and_the_year_is_told_under_a_name(engine, places):
    with acting_for(engine, places["hengchuan"].id) as session:
        assert session.query(Obligation).filter_by(state="passed").count() > 0
        assert {row.published_by for row in session.query(Publication)} == {desk_of(PLACES["hengchuan"])}


def test_the_provinces_matters_stand_at_every_stage_and_finance_still_objects(engine, places):
    """Source: seed 四(六); dossier 1.4 R6."""
    with acting_for(engine, places["hengchuan"].id) as session:
        rows = {row.title: row for row in session.query(Matter)}
        assert sorted(row.state for row in rows.values()) == ["accepted", "accepted", "received", "submitted"]
        waiting = rows["将社区用房优先用于家庭服务网点的建议"]
        assert [zh for zh, _en in lacking(session, waiting, SEEN)] == ["省财政厅未同意"]
        assert deliberated(hearings(session, waiting.id)) == "passed", "at a meeting that was prepared, sat and closed"


def test_what_the_province_sends_reaches_each_place_and_stands_with_its_own_lead_department(engine, places):
    """Source: issue 5; seed 末句."""
    list(sample_dispatches.carry_out(engine, SLICE))
    units_named = {}
    for slug in BELOW:
        with acting_for(engine, places[slug].id) as session:
            [came] = session.scalars(select(ReceivedDispatch))
            [task] = tasks_of(session, came.id)
            leads = {unit.id: unit.name for unit in lead_units(session, SEEN)}
            units_named[slug] = leads[task.lead_unit_id]
    assert len(set(units_named.values())) == 3
    assert list(sample_dispatches.carry_out(engine, SLICE)) == [], "once"
    with acting_for(engine, places["hengchuan"].id) as session:
        [row] = session.scalars(select(Dispatch.id))
        assert {one.tenant.slug: one.standing for one in sent_one(session, row, SEEN).places} == {
            "yunlan": "begun",
            "luoxi": "begun",
        }

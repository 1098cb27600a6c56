"""A sister's published charter as a text to start from: up by its own publication, down by the parent's offer.

Source: seed 末句; dossier 1.5 L1.
"""

from datetime import date

import pytest

from service.charter import commands as charter
from service.charter import queries as charters
from service.charter import starting
from service.charter.opening import furnish
from service.patterns import commands
from tenants.db import acting_for
from tenants.errors import Forbidden, Missing, Refused
from tests.charter import drafts
from tests.charter.test_api import Caller
from tests.charter.test_setup import revision
from tests.factories import a_seat, a_small_province, a_tenant, signed_in
from tests.patterns.offices import settle

SINCE, ON = date(2026, 3, 1), date(2026, 11, 1)


@pytest.fixture
def places(engine):
    """A province; a city led by the commerce office that published it, and two more cities."""
    province, city, county = a_small_province(engine, furnish)
    others = [a_tenant(engine, "city", province, furnish=furnish) for _n in range(2)]
    drafts.in_force(
        engine,
        city,
        lambda seat: charter.set_lead_units(seat, ["COM"], office_host="COM"),
        lambda seat: charter.name_conference(seat, "甲市家政联席会议"),
        since=SINCE,
    )
    charter.publish_charter(a_seat(engine, city, "OS", "OD", "CV"), on=ON)
    settle(engine)
    return province, city, county, *others


def offer(engine, places, *to):
    row = commands.offer_start(a_seat(engine, places[0], "OS", "OD"), places[1].slug, {one.id for one in to}, "可参考")
    settle(engine)
    return row


def starts(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        return starting.starts(session)


def test_what_a_place_published_reaches_those_sisters_that_were_chosen_and_no_others(engine, places):
    offer(engine, places, places[3])
    assert [row.title for row in starts(engine, places[3])] == [f"{places[1].name}制度（2026年第1次修订）"]
    for tenant in (places[0], places[1], places[2], places[4]):
        assert starts(engine, tenant) == []


def test_of_a_place_that_published_nothing_there_is_nothing_to_offer(engine, places):
    seat = a_seat(engine, places[0], "OS", "OD")
    with pytest.raises(Missing):
        commands.offer_start(seat, places[3].slug, {places[1].id}, "可参考")
    commands.offer_start(seat, places[1].slug, {places[3].id}, "可参考")


def test_what_came_after_the_publication_stays_where_it_is(engine, places):
    drafts.in_force(
        engine,
        places[1],
        lambda seat: charter.set_lead_units(seat, ["HRSS"], office_host="HRSS"),
        since=date(2026, 6, 1),
    )
    offer(engine, places, places[3])
    assert starting.text_in(starts(engine, places[3])[0]).leads == ("COM",)


def test_it_goes_to_places_of_its_level_below_the_sender_with_a_reason(engine, places):
    seat = a_seat(engine, places[0], "OS", "OD")
    stranger = a_small_province(engine, furnish)[1]
    for wrong in (set(), {places[2].id}, {stranger.id}, {places[1].id}):
        with pytest.raises(Refused, match="同级地区"):
            commands.offer_start(seat, places[1].slug, wrong, "可参考")
    with pytest.raises(Refused, match="说明提供的理由"):
        commands.offer_start(seat, places[1].slug, {places[3].id}, " ")


def test_only_who_publishes_templates_offers_one(engine, places):
    with pytest.raises(Forbidden):
        commands.offer_start(a_seat(engine, places[0], "LO"), places[1].slug, {places[3].id}, "可参考")
    commands.offer_start(a_seat(engine, places[0], "OD"), places[1].slug, {places[3].id}, "可参考")


def test_a_sister_does_not_reach_it_by_itself(engine, places):
    with pytest.raises((Missing, Forbidden)):
        commands.offer_start(a_seat(engine, places[3], "OD"), places[1].slug, {places[4].id}, "可参考")


def test_one_begins_with_a_sisters_rules_under_ones_own_name_with_ones_own_units(engine, places):
    offer(engine, places, places[3])
    with acting_for(engine, places[3].id) as session:
        own = charters.settled(session)[0].text
        text = starting.begun_from(starting.text_in(starting.starts(session)[0]), own)
    assert text.leads == ("COM",) and text.conference_name == own.conference_name
    assert {unit.key: unit.joined_on for unit in text.units} == {unit.key: unit.joined_on for unit in own.units}


def test_the_latest_text_of_a_place_is_offered_once(engine, places):
    offer(engine, places, places[3])
    offer(engine, places, places[3], places[4])
    assert len(starts(engine, places[3])) == len(starts(engine, places[4])) == 1


def test_the_parent_offers_on_a_page_and_the_sister_starts_from_it_in_the_wizard(app, engine, places):
    above, root = signed_in(app, engine, places[0], "OD"), f"/t/{places[0].slug}/templates/divergence"
    assert f"{root}/{places[1].slug}/start" in above.get(f"{root}/").text
    form = above.get(f"{root}/{places[1].slug}/start").text
    assert places[3].name in form and places[2].name not in form
    assert above.post(f"{root}/{places[1].slug}/start", data={"remark": "可参考"}).status_code == 422
    sent = {"to": [str(places[3].id)], "remark": "单牵头，可参考"}
    assert above.post(f"{root}/{places[1].slug}/start", data=sent).status_code == 302
    assert above.get(f"{root}/{places[3].slug}/start").status_code == 404
    settle(engine)
    office, root = signed_in(app, engine, places[3], "OS"), f"/t/{places[3].slug}/charter/setup"
    page = office.get(f"{root}/?setup=1").text
    row = starts(engine, places[3])[0]
    assert row.title in page and "单牵头，可参考" in page
    assert "市商务局" in office.get(f"{root}/starts/{row.id}").text
    assert office.post(f"{root}/", data={"source": f"start:{row.id}"}).status_code == 302
    with acting_for(engine, places[3].id) as session:
        draft = charters.open_draft(session)
        assert draft and draft.text.leads == ("COM",)
    page = office.get(f"{root}/?setup=1").text
    sent = {"source": f"start:{row.id}", "revision": revision(page)}
    assert office.post(f"{root}/", data=sent).status_code == 302
    sent = {"source": "start:x", "revision": revision(office.get(f"{root}/?setup=1").text)}
    assert office.post(f"{root}/", data=sent).status_code == 404


def test_who_was_not_chosen_does_not_find_it(app, engine, places):
    offer(engine, places, places[3])
    row = starts(engine, places[3])[0]
    office, root = signed_in(app, engine, places[4], "OS"), f"/t/{places[4].slug}/charter/setup"
    assert row.title not in office.get(f"{root}/?setup=1").text
    assert office.get(f"{root}/starts/{row.id}").status_code == 404
    assert office.post(f"{root}/", data={"source": f"start:{row.id}"}).status_code == 404


def test_programs_offer_it_read_it_and_begin_with_it(app, engine, places):
    above = Caller(app, engine, places[0], "OD")
    body = {"to": [places[3].slug], "remark": "可参考"}
    path = f"/templates/divergence/{places[1].slug}/starts"
    assert above("POST", path, body).status_code == 201
    assert above("POST", path, body | {"to": [places[2].slug]}).status_code == 422
    assert above("POST", f"/templates/divergence/{places[3].slug}/starts", body).status_code == 404
    settle(engine)
    office = Caller(app, engine, places[3], "OS")
    (start,) = office.get("/charter/starts").json["items"]
    assert start["place"] == places[1].name
    assert office.get(f"/charter/starts/{start['id']}").json["text"]["leads"] == ["COM"]
    begun = office("POST", f"/charter/starts/{start['id']}/draft")
    assert (begun.status_code, begun.json["leads"]) == (201, ["COM"])
    other = Caller(app, engine, places[4], "OS")
    assert other.get("/charter/starts").json["items"] == []
    assert other.get(f"/charter/starts/{start['id']}").status_code == 404
    assert other("POST", f"/charter/starts/{start['id']}/draft").status_code == 404

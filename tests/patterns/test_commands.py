"""Templates go down as offers: who may publish what to whom, and what a place makes of one."""

from datetime import date

import pytest

from service.charter import amending
from service.charter import commands as charter
from service.charter.opening import furnish
from service.charter.queries import in_force, open_draft
from service.patterns import commands, queries
from tenants.errors import Forbidden, Missing, Refused
from tenants.offers import ReceivedOffer
from tests.charter import drafts
from tests.factories import a_seat, a_small_province, a_tenant
from tests.patterns.offices import KNOWN, ON, kept, plenaries, publish, received, settle


@pytest.fixture
def places(engine):
    return a_small_province(engine, furnish)


@pytest.fixture
def county(engine, places):
    """The county's office, after the province published that at most four plenaries are held."""
    publish(engine, places[0], plenaries(4))
    return a_seat(engine, places[2], "OS")


def offer_of(engine, seat):
    return received(engine, seat.tenant)[-1]


def item(seat, name):
    latest = list(seat.session.scalars(queries.received().order_by(ReceivedOffer.number)))[-1]
    row = queries.received_named(seat.session, latest.id)
    return next(one for one in queries.compared(seat.session, seat.tenant, row) if one.id == name)


def test_a_template_reaches_the_counties_of_the_sender_and_no_others(engine, places):
    province, city, county = places
    sibling = a_tenant(engine, "city", province, furnish=furnish)
    theirs = a_tenant(engine, "county", sibling, furnish=furnish)
    row = publish(engine, city, plenaries(3))
    assert row.title == f"{city.name}县级参考模板第1版"
    assert [one.title for one in received(engine, county)] == [row.title]
    assert received(engine, theirs) == received(engine, province) == received(engine, sibling) == []


def test_the_office_director_publishes_and_who_drafts_may_not(engine, places):
    province = places[0]
    staff = a_seat(engine, province, "OS")
    commands.begin_pattern(staff, "county", "level", on=ON)
    with pytest.raises(Forbidden):
        commands.publish_pattern(staff, "county", "说明")
    with pytest.raises(Forbidden):
        commands.begin_pattern(a_seat(engine, province, "LI"), "city", "level", on=ON)
    assert kept(engine, province) == []
    assert commands.publish_pattern(a_seat(engine, province, "OD"), "county", "说明").number == 1


def test_a_template_goes_to_a_level_below_only(engine, places):
    _province, city, county = places
    for tenant, level in ((city, "city"), (county, "county")):
        with pytest.raises(Refused, match="只能下发给本级以下的层级"):
            commands.begin_pattern(a_seat(engine, tenant, "OS"), level, "level", on=ON)
    assert commands.begin_pattern(a_seat(engine, city, "OS"), "county", "level", on=ON).level == "county"


def test_what_is_no_charter_is_not_published_and_nothing_is_written(engine, places):
    seat = a_seat(engine, places[0], "OS", "OD")
    with pytest.raises(Missing):
        commands.publish_pattern(seat, "county", "说明")
    commands.begin_pattern(seat, "county", "level", on=ON)
    with pytest.raises(Refused, match="请说明本次下发的内容和理由"):
        commands.publish_pattern(seat, "county", " ")
    with pytest.raises(Refused, match="一个或两个牵头部门"):
        commands.amend_pattern(seat, "county", lambda text: amending.led(text, [], None))
    assert kept(engine, places[0]) == []


def test_a_revision_begins_with_the_last_one_or_ones_own_text(engine, places):
    province, city, _county = places
    with pytest.raises(Refused, match="还没有下发过模板"):
        commands.begin_pattern(a_seat(engine, province, "OS"), "county", "last", on=ON)
    publish(engine, province, plenaries(4))
    second = publish(engine, province, lambda text: amending.named(text, "县家政联席会议"), origin="last")
    text = queries.text_in(second)
    assert (second.number, text.rules["plenary_max"], text.conference_name) == (2, 4, "县家政联席会议")
    own = a_seat(engine, city, "OS")
    draft = commands.begin_pattern(own, "county", "own", on=ON)
    assert draft.text.conference_name == in_force(own.session, ON).conference_name
    assert {unit.joined_on for unit in draft.text.units} == {None}


def test_a_revision_may_begin_with_the_levels_template_as_the_reform_left_it(engine, places):
    """Else a place after the reform would be offered the tax offices that were merged."""
    province, city, county = places
    after = publish(engine, province, origin="level+2018")
    keys = {unit.key for unit in queries.text_in(after).units}
    assert "TAX" in keys and not keys & {"STAX", "LTAX"}
    assert queries.text_in(after).template_version == f"{after.title}+2018"
    seat = a_seat(engine, county, "OS")
    assert item(seat, "unit:STAX").status == "template"
    with pytest.raises(Refused, match="请选择模板由什么文本而来"):
        commands.begin_pattern(a_seat(engine, city, "OS"), "county", "level+1998", on=ON)


def test_nothing_changes_by_a_template_that_only_came(engine, places, county):
    assert in_force(county.session, ON).rules["plenary_max"] == 2
    assert open_draft(county.session) is None
    assert item(county, "rule:plenary_max").status == "template"


def test_what_is_taken_stands_in_a_draft_and_holds_when_it_is_approved(engine, places, county):
    row = offer_of(engine, county)
    commands.adopt(county, row.id, {"rule:plenary_max": "take"}, on=ON)
    draft = open_draft(county.session)
    assert draft is not None
    assert (draft.text.rules["plenary_max"], draft.template_version) == (4, row.title)
    assert in_force(county.session, ON).rules["plenary_max"] == 2
    drafts.approve(a_seat(engine, places[2], "OS", "CV"), since=ON)
    county.session.rollback()
    assert in_force(county.session, ON).rules["plenary_max"] == 4


def test_the_next_comparison_starts_where_the_last_one_ended(engine, places, county):
    """Kept against the first template, a rule is one's own: the second one does not propose it again."""
    commands.adopt(county, offer_of(engine, county).id, {}, on=ON)
    assert item(county, "rule:plenary_max").status == "own"
    publish(engine, places[0], lambda text: amending.named(text, "县家政联席会议"), origin="last")
    county.session.rollback()
    assert item(county, "rule:plenary_max").status == "own"
    assert item(county, "conference_name").status == "template"


def test_what_is_ones_own_stays_beside_what_is_taken(engine, places):
    province, _city, county = places
    drafts.in_force(
        engine, county, lambda seat: charter.set_lead_units(seat, ["COM"], office_host="COM"), since=date(2026, 3, 1)
    )
    publish(engine, province, plenaries(4), lambda text: amending.led(text, ["NDRC"], "NDRC"))
    seat = a_seat(engine, county, "OS")
    assert item(seat, "leads").status == "conflict"
    commands.adopt(seat, offer_of(engine, seat).id, {"rule:plenary_max": "take"}, on=ON)
    draft = open_draft(seat.session)
    assert draft is not None
    assert (draft.text.leads, draft.text.rules["plenary_max"]) == (("COM",), 4)


def test_an_open_draft_is_gone_on_with_and_one_under_review_is_not_touched(engine, places, county):
    row = offer_of(engine, county)
    charter.begin_draft(county, on=ON)
    charter.name_conference(county, "县家政专班")
    commands.adopt(county, row.id, {"rule:plenary_max": "take"}, on=ON)
    draft = open_draft(county.session)
    assert draft is not None
    assert (draft.conference_name, draft.rules["plenary_max"]) == ("县家政专班", 4)
    charter.submit_draft(county, "第一次全体会议议定")
    with pytest.raises(Refused, match="请先撤回"):
        commands.adopt(county, row.id, {}, on=ON)


def test_only_who_may_draft_the_charter_adopts_and_only_what_came_here(engine, places, county):
    row = offer_of(engine, county)
    with pytest.raises(Forbidden):
        commands.adopt(a_seat(engine, places[2], "LI"), row.id, {}, on=ON)
    with pytest.raises(Missing):
        commands.adopt(a_seat(engine, places[1], "OS"), row.id, {}, on=ON)
    assert open_draft(county.session) is None
    commands.adopt(county, row.id, {}, on=ON)
    assert open_draft(county.session) is not None


def test_choices_that_give_no_charter_are_refused_and_no_draft_is_begun(engine, places):
    province, _city, county = places
    publish(engine, province, lambda text: amending.ruled(text, KNOWN, {"plenary_min": 3, "plenary_max": 4}))
    seat = a_seat(engine, county, "OS")
    with pytest.raises(Refused, match="至少次数不得大于至多次数") as refusal:
        commands.adopt(seat, offer_of(engine, seat).id, {"rule:plenary_min": "take"}, on=ON)
    assert refusal.value.field == "rule:plenary_min"
    assert open_draft(seat.session) is None


def test_a_place_that_opened_later_is_sent_the_template(engine, places):
    province, city, _county = places
    row = publish(engine, province, plenaries(4))
    late = a_tenant(engine, "county", city, furnish=furnish)
    seat = a_seat(engine, province, "OD")
    assert commands.send_pattern(seat, row.id) == 1
    assert commands.send_pattern(a_seat(engine, province, "OD"), row.id) == 1  # still on its way
    with pytest.raises(Forbidden):
        commands.send_pattern(a_seat(engine, province, "OS"), row.id)
    settle(engine)
    assert [one.title for one in received(engine, late)] == [row.title]
    assert commands.send_pattern(a_seat(engine, province, "OD"), row.id) == 0

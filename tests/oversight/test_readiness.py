from datetime import date

import pytest

from service.charter import commands
from service.charter.opening import furnish
from service.charter.queries import units
from service.members.commands import register_liaison
from service.members.rules import PersonText
from service.oversight.readiness import open_steps
from tests.charter.drafts import approve
from tests.factories import a_seat, a_small_province, an_account, signed_in

ON = date(2026, 5, 6)


@pytest.fixture
def city(engine):
    return a_small_province(engine, furnish=furnish)[1]


def kinds(seat):
    return [step.kind for step in open_steps(seat, ON)]


def test_a_new_place_lacks_everything_and_each_step_done_is_gone(engine, city):
    office = a_seat(engine, city, "OS", "CV")
    assert kinds(office) == ["charter", "posts", "liaisons", "accounts", "plan", "publish"]
    an_account(engine, city, "LI")
    commands.begin_draft(office, on=ON)
    assert kinds(office) == ["draft_draft", "posts", "liaisons", "plan"]
    commands.submit_draft(office, "第一次全体会议议定")
    assert kinds(office)[0] == "draft_in_review"
    commands.recall_draft(office)
    approve(office, since=ON)
    assert kinds(office) == ["posts", "liaisons", "plan", "publish"]
    commands.publish_charter(office, on=ON)
    assert kinds(office) == ["posts", "liaisons", "plan"]


def test_the_home_page_says_what_is_open_to_those_who_can_do_it(app, engine, city):
    home = f"/t/{city.slug}/"
    assert "运行前还有" in signed_in(app, engine, city, "OS").get(home).text
    assert "运行前还有" not in signed_in(app, engine, city, "LI").get(home).text


def test_the_home_page_says_which_units_have_been_without_a_liaison_for_too_long(app, engine, city):
    office, late = a_seat(engine, city, "OS"), ON.replace(year=2027)
    assert overdue(office, city.opened_on) == 0 < overdue(office, late) == len(units(office.session, late))
    assert "个超期" in signed_in(app, engine, city, "OS").get(f"/t/{city.slug}/").text


def test_a_units_own_people_find_that_it_has_no_liaison_and_no_others_do(app, engine, city):
    office = a_seat(engine, city, "OS")
    unit = units(office.session, ON)[0]
    home = f"/t/{city.slug}/"
    speaks = signed_in(app, engine, city, "MR", unit=unit.id)
    assert "待确定联络员" in speaks.get(home).text
    assert "待确定联络员" not in signed_in(app, engine, city, "LI", unit=unit.id).get(home).text
    register_liaison(office, f"liaison/{unit.key}/1", PersonText("李红", rank="科级"), from_date=ON, on=ON)
    assert "待确定联络员" not in speaks.get(home).text


def overdue(seat, on):
    return sum(step.overdue for step in open_steps(seat, on))

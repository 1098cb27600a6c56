from datetime import date

import pytest

from service.charter import commands
from service.charter.opening import furnish
from service.kit.web import today
from service.rooms import handlers
from tenants import ledger
from tenants.errors import Forbidden, Refused
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_small_province, a_token, bearing, signed_in

ON = date(2026, 5, 6)


@pytest.fixture
def places(engine):
    return a_small_province(engine, furnish=furnish)


def deliver(engine):
    return list(ledger.drain(engine, handlers()))


def test_the_charter_is_published_once_a_version_and_by_who_may(engine, places):
    _province, city, _county = places
    office = a_seat(engine, city, "OS")
    assert commands.publish_charter(office, on=ON).revision == 1
    with pytest.raises(Refused, match="已公开"):
        commands.publish_charter(office, on=ON)
    with pytest.raises(Forbidden):
        commands.publish_charter(a_seat(engine, city, "LI"), on=ON)
    in_force(engine, city, lambda seat: commands.set_lead_units(seat, ["COM"], office_host="COM"), since=ON)
    assert commands.publish_charter(office, on=ON).revision == 2


def test_those_above_read_what_was_published_and_nothing_of_what_follows(app, engine, places):
    """Source: dossier 1.5 L1; issue: the province can read but never change it."""
    province, city, county = places
    reader = signed_in(app, engine, province, "OS")
    page = f"/t/{province.slug}/board/{city.slug}/charter"
    assert "尚未公开" in reader.get(page).text
    since = today()
    in_force(engine, city, lambda seat: commands.set_lead_units(seat, ["COM"], office_host="COM"), since=since)
    office = signed_in(app, engine, city, "OS")
    assert "尚未公开，上级看不到本级制度" in office.get(f"/t/{city.slug}/charter/").text
    assert "已公开" in office.post(f"/t/{city.slug}/charter/publish", follow_redirects=True).text
    deliver(engine)
    read = reader.get(page).text
    assert "联席会议办公室设在市商务局" in read
    assert "市人力资源和社会保障局</td>" in read  # the template's lead, in the comparison
    commands.begin_draft(a_seat(engine, city, "OS"), on=since)
    in_draft = a_seat(engine, city, "OS")
    commands.name_conference(in_draft, "市家政专班")
    assert "市家政专班" not in reader.get(page).text
    assert reader.get(f"/t/{province.slug}/board/{county.slug}/charter").status_code == 200
    assert reader.get(f"/t/{city.slug}/charter/").status_code == 404


def test_a_program_reads_every_revision_and_a_stranger_none(app, engine, places):
    province, city, county = places
    publisher = bearing(a_token(engine, city, "OD"))
    client = app.test_client()
    answer = client.post(f"/api/v1/t/{city.slug}/charter/publication", headers=publisher)
    assert (answer.status_code, answer.json["revision"]) == (201, 1)
    assert client.post(f"/api/v1/t/{city.slug}/charter/publication", headers=publisher).status_code == 422
    deliver(engine)
    read = client.get(
        f"/api/v1/t/{province.slug}/board/{city.slug}/charter", headers=bearing(a_token(engine, province, "CV"))
    )
    (revision,) = read.json["revisions"]
    assert revision["content"]["text"]["leads"] == ["HRSS"]
    assert revision["sha256"] == answer.json["sha256"]
    down = client.get(
        f"/api/v1/t/{county.slug}/board/{city.slug}/charter", headers=bearing(a_token(engine, county, "CV"))
    )
    assert down.status_code == 404  # nobody reads upwards or sideways
    assert (
        client.get(
            f"/api/v1/t/{province.slug}/board/{city.slug}/charter", headers=bearing(a_token(engine, province, "SA"))
        ).status_code
        == 403
    )

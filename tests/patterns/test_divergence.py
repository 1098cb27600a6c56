"""How the places below go their own ways: told of those that published their charter, and of no others."""

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook

from service.charter import amending
from service.charter import commands as charter
from service.charter.opening import furnish
from tests.charter import drafts
from tests.factories import a_seat, a_small_province, a_tenant, a_token, bearing, signed_in
from tests.patterns.offices import publish, settle

SINCE = date(2026, 3, 1)


@pytest.fixture
def places(engine):
    """A province with two cities and a county; the first city is led otherwise, has no duty P01, and published that."""
    province, city, county = a_small_province(engine, furnish)
    silent = a_tenant(engine, "city", province, furnish=furnish)
    drafts.in_force(
        engine,
        city,
        lambda seat: charter.set_lead_units(seat, ["COM"], office_host="COM"),
        lambda seat: charter.remove_duty(seat, "RS1"),
        lambda seat: charter.set_rules(seat, {"plenary_min": 2, "plenary_max": 4}),
        since=SINCE,
    )
    charter.publish_charter(a_seat(engine, city, "OS", "OD", "CV"), on=date(2026, 11, 1))
    settle(engine)
    return province, city, county, silent


@pytest.fixture
def page(app, engine, places):
    client, root = signed_in(app, engine, places[0], "OS"), f"/t/{places[0].slug}/templates/divergence/"
    return lambda query="": client.get(root + query)


def row_of(text, tenant):
    return re.search(rf"{tenant.name}(?:</a>)?</th>(.*?)</tr>", text, re.S).group(1)  # type: ignore[union-attr]


def test_who_leads_how_often_they_meet_and_what_nobody_owes(page, places):
    text = page().text
    told = row_of(text, places[1])
    assert "市商务局" in told and "2—4" in told and 'title="RS1">1<' in told
    assert "3 个地区中，1 个已公开" in text
    assert "RS1" in text and "2 至 4 次：1 个地区" in text


def test_who_published_nothing_is_said_to_have_not_and_never_counts_as_zero(page, places):
    text = page().text
    for silent in places[2:]:
        told = row_of(text, silent)
        assert "未公开" in told and "lx-num" not in told
    sheet = load_workbook(io.BytesIO(page("?format=xlsx").data)).active
    cells = {row[1]: row for row in sheet.iter_rows(values_only=True)}  # type: ignore[union-attr]
    assert cells[places[3].name][3:9] == ("未公开", None, None, None, None, None)
    assert cells[places[1].name][5:9] == ("市商务局", 2, 4, "RS1")


def test_the_list_is_narrowed_sorted_and_paged(page, places):
    body = page("?published=no").text.split("<tbody")[1].split("</tbody")[0]
    assert places[1].name not in body and places[3].name in body
    assert places[1].name in page("?q=商务局").text.split("<tbody")[1].split("</tbody")[0]
    for sort in ("differences", "-differences", "-plenaries", "unassigned", "published_at"):
        rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)<', page(f"?sort={sort}").text)
        assert rows[0] == places[1].name
    assert "共 3 条" in page("?per_page=1&page=2").text
    assert "没有符合条件的记录" in page("?q=没有这个地方").text


def test_the_holders_own_template_is_what_they_are_compared_with(engine, page, places):
    before = int(re.search(r"#comparison\"[^>]*>(\d+)<", page().text).group(1))  # type: ignore[union-attr]
    row = publish(engine, places[0], lambda text: amending.led(text, ["COM"], "COM"), level="city")
    text = page().text
    assert row.title in row_of(text, places[1])
    assert int(re.search(r"#comparison\"[^>]*>(\d+)<", text).group(1)) < before  # type: ignore[union-attr]


def test_a_tenant_with_nobody_below_is_told_so_and_who_may_not_look_does_not(app, engine, page, places):
    county = places[2]
    assert "没有下级地区" in signed_in(app, engine, county, "OS").get(f"/t/{county.slug}/templates/divergence/").text
    clerk = signed_in(app, engine, places[0], "UC")
    assert clerk.get(f"/t/{places[0].slug}/templates/divergence/").status_code == 403
    assert page().status_code == 200


def test_programs_are_told_the_same(app, engine, client, places):
    province, city, _county, silent = places
    headers = bearing(a_token(engine, province, "OS"))
    found = client.get(f"/api/v1/t/{province.slug}/templates/divergence", headers=headers).json
    rows = {row["slug"]: row for row in found["items"]}
    assert (found["places"], found["published"]) == (3, 1)
    assert (rows[city.slug]["leads"], rows[city.slug]["plenaries"]) == (["市商务局"], [2, 4])
    assert rows[city.slug]["unassigned"] == ["RS1"]
    assert rows[silent.slug]["published"] is False and rows[silent.slug]["differences"] is None
    denied = client.get(
        f"/api/v1/t/{province.slug}/templates/divergence", headers=bearing(a_token(engine, province, "UC"))
    )
    assert denied.status_code == 403

"""What people write is shown as they wrote it: no page, chart or document takes it for anything else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from service.charter import commands
from service.charter.opening import furnish
from service.charter.text import UnitEntry
from service.kit.web import today
from service.patterns.commands import amend_pattern, begin_pattern, publish_pattern
from service.rooms import handlers
from tenants import ledger
from tenants.db import acting_for
from tenants.offers import ReceivedOffer
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_small_province, signed_in
from tests.house.requests import routes
from tests.house.test_wall_http import BUSINESS

EVIL = """<b>x</b>"'><img src=x>{{7*7}}#let x=1 $y$ \\u{1} @a `r` *s*"""
ON = date(2026, 3, 1)


def renamed(seat):
    """The charter says it of a unit, a duty, a post and itself."""
    commands.name_conference(seat, EVIL)
    commands.add_unit(seat, UnitEntry("EVIL", EVIL, "政府部门", EVIL))


@pytest.fixture(scope="module")
def tree(engine):
    province, city, county = found = a_small_province(engine, furnish)
    for tenant in found:
        in_force(engine, tenant, renamed, since=ON)
    for tenant in (city, county):
        commands.publish_charter(a_seat(engine, tenant, *BUSINESS), on=today())
    office = a_seat(engine, province, *BUSINESS)
    begin_pattern(office, "city", "level", on=today())
    amend_pattern(office, "city", lambda text: commands.amending.named(text, EVIL))
    publish_pattern(office, "city", EVIL)
    list(ledger.drain(engine, handlers()))
    return found


def addresses(app, tenant, **ids):
    """Every page and file of the tenant that needs no id, and those of these ids."""
    spec = app.test_client().get("/api/openapi.json").json
    for route in routes(app, spec):
        if route.method == "GET" and not route.for_programs and not set(route.ids) - set(ids):
            yield route.url(app, tenant.slug, next(iter(ids.values()), ""))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_hostile_words_are_words_on_every_page_and_file(app, engine, tree, which):
    tenant = tree[which]
    client, ids = signed_in(app, engine, tenant, *BUSINESS), {}
    if which == 1:
        with acting_for(engine, tenant.id) as session:
            ids["received_id"] = session.scalars(select(ReceivedOffer.id)).one()
    shown = 0
    for address in addresses(app, tenant, **ids):
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.mimetype in ("text/html", "image/svg+xml"):
            assert "<b>x" not in answer.text and "<img src=x" not in answer.text, address
            assert "49#let" not in answer.text, address
            shown += "&lt;b&gt;x" in answer.text
    assert shown > 5

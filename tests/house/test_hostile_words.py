"""What people write is shown as they wrote it: no page, chart or document takes it for anything else."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from docx import Document
from docx.oxml.ns import qn
from sqlalchemy import select

from service.agendas.commands import add_item
from service.agendas.rules import ItemText
from service.charter import commands
from service.charter.opening import furnish
from service.charter.queries import units
from service.charter.text import UnitEntry
from service.consultations.commands import Paper, draft_consultation
from service.kit.seat import Seat
from service.kit.web import today
from service.matters.commands import accept, draft_matter, submit
from service.meetings.commands import Agreed, Held, record_meeting
from service.meetings.convening import Convocation, prepare
from service.minutes.commands import draft as draft_minutes
from service.patterns.commands import amend_pattern, begin_pattern, publish_pattern
from service.rooms import handlers
from tenants import ledger
from tenants.db import acting_for
from tenants.offers import ReceivedOffer
from tests.charter.drafts import in_force
from tests.factories import a_seat, a_small_province, a_tenant, signed_in
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


UNSEEN = "\x0b\x1b\u202e\u2028\ufffe"  # kept as it was written, printed nowhere
LONG = "甲" * 60 + "a" * 40


@pytest.fixture(scope="module")
def conference(engine):
    """A tenant whose meetings, minutes, matters and consultations say it, and the addresses that show them."""
    tenant, words = a_tenant(engine, furnish=furnish), EVIL + UNSEEN
    with acting_for(engine, tenant.id) as session:
        seat = Seat(session, tenant, EVIL, console=True)
        members = [unit.id for unit in units(session, today())]
        coming = prepare(seat, Convocation("plenary", words, today() + timedelta(days=40), place=words), today())
        add_item(seat, ItemText(words, "plan", presenter=words, grounds=words + LONG), meeting_id=coming.id, on=today())
        agreed = [Agreed(words + LONG, members[0], today(), deliverable=words)]
        there = dict.fromkeys(members, "present")
        held = record_meeting(seat, Held("plenary", words, today(), words, "convener", there, agreed), today())
        minutes = draft_minutes(seat, held.id, today())
        text = [{"text": words + LONG, "duties": []}]
        raised = draft_matter(seat, kind="major_issue", unit_id=members[0], title=words, passages=text, on=today())
        matter = accept(seat, submit(seat, raised.id, on=today()).id, on=today())
        paper = Paper(words, (words + LONG,), members, words, "1", "explicit", True, background=words)
        consultation = draft_consultation(seat, paper, today())
        meetings = f"meetings/{coming.id}"
        pages = [
            meetings,
            f"{meetings}/agenda",
            f"{meetings}/notice",
            f"{meetings}/sitting",
            f"{meetings}/sitting/projector",
        ]
        pages += [f"meetings/{held.id}", f"meetings/{held.id}/minutes/{minutes.id}", f"matters/{matter.id}"]
        pages += ["meetings/", "agenda-items/", "matters/", "consultations/", f"consultations/{consultation.id}"]
        papers = [f"{meetings}/agenda/document", f"{meetings}/notice", f"meetings/{held.id}/minutes/{minutes.id}"]
        papers += [f"matters/{matter.id}/course", f"consultations/{consultation.id}/letter"]
    return tenant, pages, papers


def test_hostile_words_of_a_conference_are_words_on_every_page_list_and_paper(app, engine, conference):
    """Names, titles, places, opinions: HTML, typst, XML, formulas, controls, marks that turn text, words without end."""
    tenant, pages, papers = conference
    client = signed_in(app, engine, tenant, *BUSINESS)
    for address in pages:
        answer = client.get(f"/t/{tenant.slug}/{address}")
        assert answer.status_code == 200 and "&lt;b&gt;x" in answer.text, address
        assert "<b>x" not in answer.text and "<img src=x" not in answer.text and "49#let" not in answer.text, address
    for address in (one for one in pages if one.endswith("s/")):
        for kind in ("csv", "xlsx"):
            assert client.get(f"/t/{tenant.slug}/{address}?format={kind}").status_code == 200, address
    for address in papers:
        assert client.get(f"/t/{tenant.slug}/{address}.pdf").data.startswith(b"%PDF"), address
        sent = Document(io.BytesIO(client.get(f"/t/{tenant.slug}/{address}.docx").data))
        said = "".join(node.text or "" for node in sent.element.iter(qn("w:t")))
        assert "{{7*7}}#let x=1 $y$ \\u{1} @a `r` *s*" in said and "<b>x</b>" in said, address
        assert not set(UNSEEN) & set(said), address

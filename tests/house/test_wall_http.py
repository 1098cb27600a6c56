"""A foreign id answers as one that does not exist, a foreign tenant as none: on every route, for every role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.routing import AnyConverter
from werkzeug.test import TestResponse

from config.catalogue import roles
from service.accounts.models import ApiToken
from service.accounts.queries import seats_of
from service.batches.models import Batch
from service.charter.opening import furnish
from service.charter.queries import in_force, units
from service.charter.starting import KIND
from service.consultations.commands import Paper, draft_consultation
from service.files.keeping import Upload
from service.invitations.letter import Letter
from service.invitations.models import MeetingNotice
from service.kit.period import Period
from service.kit.seat import Seat
from service.matters.commands import accept, draft_matter, submit
from service.measures.commands import PolicyText, record_policy
from service.meetings.commands import Held, record_meeting
from service.members.commands import register_liaison
from service.members.queries import roster
from service.members.rules import PersonText
from service.minutes.commands import draft as draft_minutes
from service.notices.models import Notice
from service.patterns.commands import begin_pattern, publish_pattern
from service.reports.commands import draft_report
from tenants import dispatch, offers
from tenants.db import FencedSession, acting_for
from tenants.dispatch import Attached, ReceivedDispatch
from tenants.models import Tenant
from tests.factories import a_tenant, a_token, an_account, bearing, signed_in, token_of
from tests.house.requests import MEANT, Route, routes
from tests.house.rows import fill
from tests.notices.telling import account_of, say

NOWHERE = "no-such-place"
ON = date(2026, 9, 1)
BUSINESS = tuple(code for code, role in roles().items() if role.plane == "business")
SEATS = (BUSINESS, ("SA",), ("SEC",), ("AUD",))


class Reader:
    """Somebody who holds all the roles that one person may hold, as a browser and as a program."""

    def __init__(self, app: Flask, engine: Engine, tenant: Tenant, held: tuple[str, ...], unit: UUID | None) -> None:
        self.app, self.tenant = app, tenant
        self.browser: FlaskClient = signed_in(app, engine, tenant, *held, unit=unit)
        self.program = app.test_client()
        self.headers = bearing(token_of(engine, tenant, account_of(self.browser)), If_Match='"1"')
        self.browser.get(f"/t/{tenant.slug}/tokens/")  # entered: the record of it is written

    def ask(self, route: Route, slug: str, row_id: UUID | str) -> TestResponse:
        url = route.url(self.app, slug, row_id)
        if route.for_programs:
            return self.program.open(url, method=route.method, json=route.json(row_id), headers=self.headers)
        return self.browser.open(url, method=route.method, data={} if route.method != "GET" else None)


@pytest.fixture(scope="module")
def tenants(engine: Engine) -> tuple[Tenant, Tenant]:
    return a_tenant(engine, furnish=furnish), a_tenant(engine, furnish=furnish)


def ids_in(engine: Engine, tenant: Tenant) -> dict[str, UUID]:
    """The ids of new rows of the tenant, by what they are called in addresses."""
    ids = {name: row["id"] for name, row in fill(engine, tenant.id).items() if "id" in row}
    person = an_account(engine, tenant, "OS")
    a_token(engine, tenant, "OS")
    with acting_for(engine, tenant.id) as session:
        token = session.scalars(select(ApiToken.id).where(ApiToken.tenant_id == tenant.id)).first()
        assert token
        return ids | {"account": person.id, "token": token, "seat": seats_of(session, person.id)[0].id}


def grown_in(engine: Engine, tenant: Tenant) -> dict[str, UUID]:
    """The ids of things that pages show only as their own commands make them."""
    with acting_for(engine, tenant.id) as session:
        seat = Seat(session, tenant, "test", console=True)
        place = next(held.place.key for held in roster(session, ON) if held.place.role == "liaison")
        named = register_liaison(seat, place, PersonText("张三"), from_date=ON, on=ON)
        everyone = {unit.id: "present" for unit in units(session, ON)}
        held = record_meeting(
            seat, Held("plenary", "全体会议", ON, "张三", "convener", everyone, excess_reason="急"), ON
        )
        session.add(a_notice(held.id))
        session.commit()
        report = draft_report(seat, Period.parse("2026Q2"), ON)
        begin_pattern(seat, "county", "level", on=ON)
        offered = publish_pattern(seat, "county", "参考")
        return {
            "appointment": named.appointment.id,
            "report": report.id,
            "meeting": held.id,
            "minutes": draft_minutes(seat, held.id, ON).id,
            "matter": raised_in(seat),
            "consultation": asked_in(seat),
            "offer": offered.id,
            "received": received_by(session, offered),
            "start": a_start(session),
            "dispatch": sent_by(session),
            "received_dispatch": came_to(session),
            "policy_document": policy_of(seat),
        }


FILE = Attached("办法.pdf", "application/pdf", sha256(b"%PDF-1.7").hexdigest(), b"%PDF-1.7")


def sent_by(session: FencedSession) -> UUID:
    """The id of something that went down, with its wording and a file."""
    row = dispatch.send(session, "task", "摸底", {"text": "核实"}, None, to=[], by="test", on=ON, files=[FILE] * 2)
    session.commit()
    return row.id


def came_to(session: FencedSession) -> UUID:
    """The id of something that came from above, with a file."""
    told = {"kind": "task", "year": 2026, "number": 1, "title": "摸底", "content": {"text": "核实"}, "sha256": ""}
    told |= {"wording": 1, "parcel_id": uuid4(), "note": "", "sender_state": "open", "sent_by": ""}
    row = ReceivedDispatch(source_id=session.tenant_id, dispatch_id=uuid4(), sent_at=datetime.now(UTC), **told)
    session.add(row)
    session.flush()
    dispatch.keep_files(session, row.parcel_id, [FILE] * 2)
    session.commit()
    return row.id


def policy_of(seat: Seat) -> UUID:
    """The id of a policy document with its file."""
    text = PolicyText("province", "实施意见", "省政府办公厅", ON)
    return record_policy(seat, text, Upload("办法.pdf", b"%PDF-1.7"), on=ON).id


def raised_in(seat: Seat) -> UUID:
    """The id of a matter that the office took up."""
    unit = units(seat.session, ON)[0].id
    text = [{"text": "设立专项资金", "duties": []}]
    row = draft_matter(seat, kind="major_issue", unit_id=unit, title="专项资金", passages=text, on=ON)
    return accept(seat, submit(seat, row.id, on=ON).id, on=ON).id


def asked_in(seat: Seat) -> UUID:
    """The id of a consultation whose paper is a file."""
    everyone = [unit.id for unit in units(seat.session, ON)]
    file = Upload("办法.pdf", b"%PDF-1.7")
    return draft_consultation(seat, Paper("办法", (), everyone, "张三", "1", "explicit", True, file=file), ON).id


def a_notice(meeting_id: UUID) -> MeetingNotice:
    """What is in calendars of that meeting."""
    letter = Letter("request", "办公室", "联席会议", "全体会议", "各成员单位", ON, ON)
    sent = {"sequence": 1, "kind": "request", "sent_at": datetime(2026, 8, 1, tzinfo=UTC), "sent_by": "test"}
    return MeetingNotice(meeting_id=meeting_id, letter=letter.as_json(), told=[], **sent)


def a_start(session: FencedSession) -> UUID:
    """The id of a sister's charter that was offered to start from."""
    content = {"place": "某县", "version": "2026", "text": in_force(session, ON).text.as_json()}
    offered = offers.offer(session, KIND, "county", "某县制度", content, note="供参考", by="甲", to=[])
    return received_by(session, offered)


def received_by(session: FencedSession, offered: offers.Offer) -> UUID:
    """The id of that template's copy in the same house, as it would come from above."""
    assert session.tenant_id is not None
    offers.receive(session, session.tenant_id, {field: getattr(offered, field) for field in offers.SEALED})
    session.commit()
    return session.scalars(select(offers.ReceivedOffer.id).where(offers.ReceivedOffer.sha256 == offered.sha256)).one()


def told_to(engine: Engine, reader: Reader) -> UUID:
    """The id of what the reader was told: nobody else has it."""
    account = account_of(reader.browser)
    say(engine, reader.tenant, [account], "wall")
    with acting_for(engine, reader.tenant.id) as session:
        return session.scalars(select(Notice.id).where(Notice.account_id == account, Notice.key == "wall")).one()


def _own(engine: Engine, reader: Reader) -> dict[str, UUID]:
    """What nobody but the reader finds."""
    with acting_for(engine, reader.tenant.id) as session, session.begin():
        batch = Batch(verb="remind", given={}, account_id=account_of(reader.browser), made_by="张三", made_on=ON)
        session.add(batch)
        session.flush()
        return {"notice": told_to(engine, reader), "batch": batch.id}


@pytest.fixture(scope="module")
def theirs(engine: Engine, tenants) -> dict[str, UUID]:
    return ids_in(engine, tenants[1])


@pytest.fixture(scope="module")
def mine(engine: Engine, tenants, readers) -> dict[str, UUID]:
    return ids_in(engine, tenants[0]) | grown_in(engine, tenants[0]) | _own(engine, readers[0])


@pytest.fixture(scope="module")
def readers(app: Flask, engine: Engine, tenants) -> list[Reader]:
    unit = ids_in(engine, tenants[0])["unit"]
    return [Reader(app, engine, tenants[0], held, unit) for held in SEATS]


@pytest.fixture(scope="module")
def all_routes(app: Flask) -> list[Route]:
    spec = app.test_client().get("/api/openapi.json").json
    assert spec is not None
    return list(routes(app, spec))


def told(answer: TestResponse, *ours: UUID | str) -> tuple[Any, ...]:
    """All that a reader can tell, with what he sent himself and what differs at each request taken out."""
    text = answer.get_data(as_text=True)
    headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Content-Length")}
    for given in ours:
        text = text.replace(str(given), "GIVEN")
        headers = {name: value.replace(str(given), "GIVEN") for name, value in headers.items()}
    text = re.sub(r'(name="csrf_token" value=|"X-CSRFToken": )"[^"]+"', r"\1…", text)
    headers.pop("Set-Cookie", None)
    return answer.status_code, sorted(headers.items()), text


def candidates(route: Route, theirs: dict[str, UUID]) -> Iterator[UUID]:
    """The rows that the route might be about; any one for a route that names none, whose request is always the same."""
    yield from (theirs[kind] for kind in route.kinds(theirs)) if route.names_a_row else [theirs["unit"]]


def test_what_an_id_means_is_the_row_of_a_table(theirs):
    """A name that is neither a table's nor in MEANT is asked of every row there is: slow, and never less."""
    assert {kind for kinds in MEANT.values() for kind in kinds} <= theirs.keys()


def test_a_foreign_id_is_answered_as_one_that_does_not_exist(tenants, theirs, readers, all_routes):
    compared = 0
    for route in all_routes:
        if not route.names_a_row:
            continue
        for reader in readers:
            nothing = uuid4()
            unknown = told(reader.ask(route, tenants[0].slug, nothing), nothing)
            for row_id in candidates(route, theirs):
                foreign = told(reader.ask(route, tenants[0].slug, row_id), row_id)
                assert foreign == unknown, route.name
                assert foreign[0] < 500, route.name
                compared += 1
    assert compared > 20


def test_a_foreign_tenant_is_answered_as_one_that_does_not_exist(tenants, theirs, readers, all_routes):
    for route in all_routes:
        for reader in readers[:1]:
            foreign, unknown = tenants[1].slug, NOWHERE
            row_id = next(candidates(route, theirs))
            seen = told(reader.ask(route, foreign, row_id), foreign)
            assert seen == told(reader.ask(route, unknown, row_id), unknown), route.name
            assert seen[0] == 404, route.name


def test_a_stranger_learns_no_more(app, tenants, theirs, all_routes):
    """Nobody is signed in: any tenant, or none, leads to the sign-in page or a 401."""
    client = app.test_client()
    for route in all_routes:
        if route.method == "GET":
            seen = []
            for slug in (tenants[0].slug, NOWHERE):
                answer = client.get(route.url(app, slug, next(candidates(route, theirs))))
                assert answer.status_code == (401 if route.for_programs else 302), route.name
                seen.append(told(answer, slug))
            assert seen[0] == seen[1], route.name


def forms(app: Flask, route: Route, slug: str, row_id: UUID) -> Iterator[str]:
    """The addresses that a page's forms are sent to: one for each noun that the route takes."""
    url = route.url(app, slug, row_id)
    for kind in route.rule._converters.values():
        if isinstance(kind, AnyConverter):
            yield from (f"{url.rpartition('/')[0]}/{noun}" for noun in kind.items)
            return
    yield url


ADMINISTRATIVE = (
    "accounts.",
    "filters.",
    "jobs.",
    "reforms.seats.",
    "notices.settings.",
)  # an administrator's own pages


def test_an_administrator_whose_form_is_wrong_is_shown_no_business(app, tenants, mine, readers, all_routes):
    """A form comes back with its errors only to who could have read the page around it."""
    sent = 0
    for route in all_routes:
        if route.method == "GET" or route.for_programs or route.rule.endpoint.startswith(ADMINISTRATIVE):
            continue
        for reader in readers[1:]:
            for row_id in candidates(route, mine):
                for url in forms(app, route, tenants[0].slug, row_id):
                    assert reader.browser.post(url, data={}).status_code in (403, 404), url
                    sent += 1
    assert sent > 50


def test_what_is_denied_to_a_foreign_id_is_given_to_an_own_one(tenants, mine, readers, all_routes):
    """So that the answers above are not alike because nothing is ever found."""
    found, missed = [], {}
    for route in all_routes:
        if route.method == "GET" and len(route.ids) == 1:
            codes = {
                reader.ask(route, tenants[0].slug, row_id).status_code
                for reader in readers
                for row_id in candidates(route, mine)
            }
            assert max(codes) < 500, route.name
            if codes & {200, 302}:
                found.append(route.name)
            else:
                missed[route.name] = codes
    assert found
    assert missed == {}

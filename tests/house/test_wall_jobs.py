"""A job works in its own tenant: what its payload names of another's is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from service.batches.commands import JOB as CARRY_OUT
from service.batches.models import Batch
from service.breakdown.commands import JOB as LIST
from service.breakdown.models import Breakdown
from service.charter import commands, queries
from service.charter.opening import furnish
from service.charter.projection import TAKE_EFFECT
from service.matters.reminders import REMIND
from service.notices.choosing import CODE
from service.notices.daily import DAILY
from service.notices.models import Letter, Mailbox
from service.notices.reaching import LETTER, MESSAGE
from service.notices.writing import SEND
from service.plans.commands import draft_plan
from service.rooms import handlers
from tenants import answers, dispatch, exchange, ledger, offers, texts
from tenants.db import acting_for
from tenants.dispatch import ReceivedDispatch
from tenants.offers import ReceivedOffer
from tenants.texts import ReceivedText
from tests.factories import a_seat, a_small_province, a_tenant
from tests.house.test_wall_http import raised_in
from tests.work.office import console

ON = date(2026, 9, 1)


@pytest.fixture(scope="module")
def tree(engine):
    """A province, its city and county, and a sister of the city with an approved version, an offer and a text."""
    province, city, county = a_small_province(engine, furnish)
    sister = a_tenant(engine, "city", province, furnish=furnish)
    seat = a_seat(engine, sister, "OS", "CV")
    commands.begin_draft(seat, on=ON)
    commands.submit_draft(seat, "第一次全体会议议定")
    draft = commands.approve_draft(seat, effective_from=date(2036, 1, 1), on=ON)
    matter = raised_in(console(engine, sister))
    plan = draft_plan(seat, year=2026, title="要点", on=ON)
    with acting_for(engine, sister.id) as session, session.begin():
        offer = offers.offer(session, "charter", "county", "参考", {"words": "一"}, note="", by="测试员")
        words = texts.publish(session, "charter", "制度", {"words": "一"}, by="测试员")
        sent = dispatch.send(session, "task", "摸底", {}, None, to=[], by="测试员", on=ON)
        session.add(batch := Batch(verb="suspend", given={}, state="running", made_by="测试员", made_on=ON))
        session.add(table := Breakdown(plan_id=plan.id, name="表", rows=1, brought_by="测试员", brought_on=ON))
        session.add(came := _came(province))
        session.add(Mailbox(account_id=seat.account_id, address="a@b.cn"))
        letter = Letter(channel="mail", address="a@b.cn", content={"lines": []}, made_at=datetime.now(UTC))
        session.add(letter)
        session.flush()
        said = answers.answer(session, came, "accepted", by="测试员", on=ON)
    return {
        "city": city, "county": county, "sister": sister,
        "charter": str(draft.id), "matter": str(matter), "offer": str(offer.id), "text": str(words.id),
        "dispatch": str(sent.id), "answer": str(said.id), "breakdown": str(table.id), "batch": str(batch.id),
        "account": str(seat.account_id), "letter": str(letter.id),
    }  # fmt: skip


def _came(source):
    """What the sister received from the province, by hand."""
    told = {"kind": "task", "year": 2026, "number": 1, "title": "摸底", "content": {}, "sha256": "", "wording": 1}
    told |= {"parcel_id": uuid4(), "note": "", "sender_state": "open", "sent_by": "", "sent_at": datetime.now(UTC)}
    return ReceivedDispatch(source_id=source.id, dispatch_id=uuid4(), **told)


NAMELESS = {DAILY, MESSAGE}  # it is told nothing, and looks at its own tenant


def test_every_kind_of_job_is_tried_here():
    assert set(handlers()) - NAMELESS == {
        TAKE_EFFECT, REMIND, offers.RELAY, texts.RELAY, exchange.RELAY, dispatch.RELAY, answers.RELAY, LIST, CARRY_OUT,
        LETTER, SEND, CODE,
    }  # fmt: skip


NAMED = ("charter", "matter", "offer", "text", "dispatch", "answer", "breakdown", "account", "letter", "batch")


def _payloads(tree, *, foreign):
    """What each kind of job would do with the sister's rows, or with rows that are nowhere."""
    named = {name: tree[name] if foreign else str(uuid4()) for name in NAMED}
    yield TAKE_EFFECT, {"charter": named["charter"]}
    yield REMIND, {"matter": named["matter"], "asked_on": "2026-09-01", "day": "2026-09-07"}
    yield offers.RELAY, {"offer": named["offer"], "to": str(tree["county"].id)}
    for source in (tree["city"], tree["sister"]):
        yield texts.RELAY, {"source": str(source.id), "text": named["text"]}
    yield LETTER, {"account": named["account"], "way": "at_once"}
    yield SEND, {"letter": named["letter"]}
    yield CODE, {"account": named["account"]}
    yield exchange.RELAY, {"publication": named["text"]}
    yield dispatch.RELAY, {"dispatch": named["dispatch"], "to": str(tree["county"].id)}
    yield answers.RELAY, {"answer": named["answer"]}
    yield CARRY_OUT, {"batch": named["batch"], "on": "2026-09-01"}
    yield LIST, {"breakdown": named["breakdown"], "on": "2026-09-01"}


def _errors(engine, tree, *, foreign):
    """What becomes of them in the city."""
    city, found = tree["city"], []
    for kind, payload in _payloads(tree, foreign=foreign):
        with acting_for(engine, city.id) as session, session.begin():
            job_id = ledger.post(session, kind, payload)
        ledger.run(engine, city.id, job_id, handlers())
        with acting_for(engine, city.id) as session:
            job = session.scalars(select(ledger.Job).where(ledger.Job.id == job_id)).one()
            found.append((kind, job.state, job.error))
    return found


def test_a_job_that_names_rows_of_another_tenant_does_what_it_does_for_none(engine, tree):
    foreign = _errors(engine, tree, foreign=True)
    assert foreign == _errors(engine, tree, foreign=False)
    assert {(state, error is None) for _kind, state, error in foreign} == {("waiting", False)}
    with acting_for(engine, tree["sister"].id) as session:
        assert queries.in_force(session, date(2036, 1, 1)).state == "approved"
    for place, kind in (
        (tree["county"], ReceivedOffer),
        (tree["city"], ReceivedText),
        (tree["county"], ReceivedDispatch),
    ):
        with acting_for(engine, place.id) as session:
            assert session.scalars(select(kind.id)).all() == []


def test_an_offer_of_ones_own_goes_to_nobody_who_is_not_below(engine, tree):
    with acting_for(engine, tree["city"].id) as session, session.begin():
        own = offers.offer(session, "charter", "county", "参考", {"words": "一"}, note="", by="测试员")
        jobs = [
            ledger.post(session, offers.RELAY, {"offer": str(own.id), "to": str(place)})
            for place in (tree["sister"].id, tree["city"].parent_id, tree["county"].id)
        ]
    for job_id in jobs:
        ledger.run(engine, tree["city"].id, job_id, handlers())
    held = {}
    for place in (tree["sister"].id, tree["city"].parent_id, tree["county"].id):
        with acting_for(engine, place) as session:
            held[place] = len(session.scalars(select(ReceivedOffer.id)).all())
    assert held == {tree["sister"].id: 0, tree["city"].parent_id: 0, tree["county"].id: 1}

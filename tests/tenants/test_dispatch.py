"""The door down for what is to be done, and the door back: chosen places only, once, in order, sealed."""

import hashlib
from datetime import date

import pytest
from sqlalchemy import func, select, text, update

from service.rooms import handlers
from tenants import answers, dispatch, ledger
from tenants.audit import AuditEntry, verify
from tenants.db import acting_for
from tenants.dispatch import Attached, Dispatch, DispatchPlace, ReceivedDispatch, SealedFile
from tenants.models import Tenant
from tests.factories import a_small_province, a_tenant, put

ON = date(2026, 11, 25)
DUE = date(2026, 12, 20)
WORDS = {"text": "摸清底数", "field": "training"}
FILE = Attached("表.txt", "text/plain", hashlib.sha256(b"x").hexdigest(), b"x")


def send(engine, tenant, to, **more):
    with acting_for(engine, tenant.id) as session, session.begin():
        ids = [place.id for place in to]
        return dispatch.send(session, "task", "摸底", WORDS, DUE, to=ids, by="测试员", on=ON, **more).id


def settle(engine):
    list(ledger.drain(engine, handlers()))


def received(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        rows = session.scalars(select(ReceivedDispatch).order_by(ReceivedDispatch.received_at))
        return [(row.source_id, row.number, row.wording, row.title, row.content, row.sender_state) for row in rows]


def reply(engine, tenant, state, **more):
    """The tenant answers what it received last."""
    with acting_for(engine, tenant.id) as session, session.begin():
        row = session.scalars(select(ReceivedDispatch).order_by(ReceivedDispatch.received_at.desc())).all()[0]
        return answers.answer(session, row, state, by="收件人", on=ON, **more).id


def place_of(engine, tenant, receiver):
    with acting_for(engine, tenant.id) as session:
        return session.scalars(select(DispatchPlace).where(DispatchPlace.receiver_id == receiver.id)).one()


def with_dispatch(engine, tenant, act):
    """The act is done to the tenant's only dispatch."""
    with acting_for(engine, tenant.id) as session, session.begin():
        act(session, session.scalars(select(Dispatch)).one())


def sound(engine, *tenants):
    for tenant in tenants:
        with acting_for(engine, tenant.id) as session:
            assert verify(session).sound


def test_it_reaches_the_chosen_places_directly_below_and_no_other(engine):
    province, city, county = a_small_province(engine)
    other, stranger = a_tenant(engine, "city", province), a_tenant(engine)
    send(engine, province, [city, county, stranger, province])
    settle(engine)
    assert received(engine, city) == [(province.id, 1, 1, "摸底", WORDS, "open")]
    assert [received(engine, tenant) for tenant in (county, other, stranger, province)] == [[], [], [], []]
    with acting_for(engine, province.id) as session:
        assert session.scalars(select(DispatchPlace.receiver_id)).all() == [city.id]
    sound(engine, province, city)


def test_a_city_passes_it_on_and_each_answer_goes_to_who_sent_it_and_to_nobody_else(engine):
    province, city, county = a_small_province(engine)
    sibling = a_tenant(engine, "city", province)
    send(engine, province, [city, sibling])
    settle(engine)
    with acting_for(engine, city.id) as session, session.begin():
        came = session.scalars(select(ReceivedDispatch)).one()
        passed = dispatch.send(session, "task", "摸底", WORDS, DUE, to=[county.id], by="市", on=ON, passes_on=came)
        assert answers.dispatch_passing_on(session, came.id) == [passed]
    settle(engine)
    reply(engine, county, "begun", percent=30, words="县里已办")
    settle(engine)
    assert (place_of(engine, city, county).state, place_of(engine, city, county).percent) == ("begun", 30)
    assert place_of(engine, province, city).state == "", "what a county says stays with its city"
    reply(engine, city, "begun", percent=20, words="市里已办", content={"counts": {"begun": 1}})
    settle(engine)
    found = place_of(engine, province, city)
    assert (found.state, found.percent, found.words, found.began_on) == ("begun", 20, "市里已办", ON)
    with acting_for(engine, sibling.id) as session:
        assert session.scalar(select(func.count()).select_from(answers.ReceivedAnswer)) == 0
    sound(engine, province, city, county, sibling)


def test_carried_twice_and_late_nothing_doubles_and_nothing_goes_back(engine):
    province, city, _county = a_small_province(engine)
    row_id = send(engine, province, [city], files=[FILE])
    settle(engine)
    first = reply(engine, city, "begun", percent=10, files=[FILE])
    second = reply(engine, city, "finished", percent=100)
    settle(engine)
    with acting_for(engine, city.id) as session, session.begin():
        for answer_id in (second, first, first):
            ledger.post(session, answers.RELAY, {"answer": str(answer_id)})
    with acting_for(engine, province.id) as session, session.begin():
        ledger.post(session, dispatch.RELAY, {"dispatch": str(row_id), "to": str(city.id)})
    settle(engine)
    found = place_of(engine, province, city)
    assert (found.state, found.answers, found.finished_on, found.wording) == ("finished", 2, ON, 1)
    with acting_for(engine, province.id) as session:
        [last, before] = answers.answers_of(session, row_id, city.id)
        assert (last.number, before.number) == (2, 1)
        assert [file.content for file in dispatch.files_of(session, before.parcel_id)] == [b"x"]
        assert session.scalar(select(func.count()).select_from(SealedFile)) == 2, "one sent, one received"
    assert len(received(engine, city)) == 1
    sound(engine, province, city)


def test_an_older_answer_that_arrives_last_takes_no_newer_ones_place(engine):
    province, city, _county = a_small_province(engine)
    send(engine, province, [city])
    settle(engine)
    older, newer = reply(engine, city, "accepted"), reply(engine, city, "begun", percent=50)
    with acting_for(engine, city.id) as session:
        jobs = dict(session.execute(select(ledger.Job.payload["answer"].astext, ledger.Job.id)).all())
    for answer_id in (newer, older):
        ledger.run(engine, city.id, jobs[str(answer_id)], handlers())
    found = place_of(engine, province, city)
    assert (found.state, found.percent, found.answers) == ("begun", 50, 2)


def test_an_amendment_a_word_and_the_end_arrive_with_receipts(engine):
    province, city, _county = a_small_province(engine)
    send(engine, province, [city])
    settle(engine)
    reply(engine, city, "finished", percent=100)
    settle(engine)
    more = {"title": "摸底（修订）", "content": WORDS | {"text": "按县填"}, "due": None, "note": "口径调整", "by": "省"}
    with_dispatch(engine, province, lambda session, row: dispatch.amend(session, row, **more))
    settle(engine)
    [(_source, number, wording, title, content, state)] = received(engine, city)
    assert (number, wording, title, content["text"], state) == (1, 2, "摸底（修订）", "按县填", "open")
    found = place_of(engine, province, city)
    assert (found.wording, found.acknowledged) == (2, 1), "it arrived; nobody there has taken note of it yet"
    reply(engine, city, "noted")
    settle(engine)
    assert place_of(engine, province, city).acknowledged == 2
    with acting_for(engine, province.id) as session, session.begin():
        dispatch.judge(session, session.scalars(select(DispatchPlace)).one(), "returned", "缺县区明细")
    settle(engine)
    with acting_for(engine, city.id) as session:
        assert session.scalars(select(ReceivedDispatch.verdict_text)).one() == "缺县区明细"
    with_dispatch(engine, province, lambda session, row: dispatch.recall(session, row, "误发"))
    settle(engine)
    assert received(engine, city)[0][5] == "recalled"
    with acting_for(engine, city.id) as session:
        said = session.scalars(
            select(AuditEntry.detail).where(AuditEntry.action == "dispatch.receive").order_by(AuditEntry.seq)
        ).all()
        assert [line["sender_state"] for line in said] == ["open", "open", "open", "recalled"]
    sound(engine, province, city)


def test_who_rests_gets_it_later_who_is_closed_or_moved_has_ended(engine, owner):
    province, city, _county = a_small_province(engine)
    resting, gone, moved = (a_tenant(engine, "city", province) for _ in range(3))
    send(engine, province, [city, resting, gone, moved])
    put(owner, resting, "suspended")
    put(owner, gone, "closed")
    with owner.begin() as connection:
        connection.execute(update(Tenant).where(Tenant.id == moved.id).values(parent_id=a_tenant(engine).id))
    settle(engine)
    assert len(received(engine, city)) == 1 and received(engine, resting) == received(engine, moved) == []
    assert place_of(engine, province, gone).ended_why == "closed"
    assert place_of(engine, province, moved).ended_why == "moved"
    waiting = place_of(engine, province, resting)
    assert waiting.ended_on is None and waiting.wording == 0
    put(owner, resting, "running")
    with acting_for(engine, province.id) as session, session.begin():
        session.execute(text("UPDATE bell SET due_at = now()"))
    settle(engine)
    assert len(received(engine, resting)) == 1


def test_a_place_that_was_not_chosen_cannot_answer(engine):
    province, city, _county = a_small_province(engine)
    sibling = a_tenant(engine, "city", province)
    row_id = send(engine, province, [city])
    settle(engine)
    with acting_for(engine, sibling.id) as session, session.begin():
        forged = ReceivedDispatch(
            source_id=province.id,
            dispatch_id=row_id,
            kind="task",
            year=2026,
            number=1,
            title="假",
            content={},
            sha256="",
            wording=1,
            parcel_id=row_id,
            note="",
            sender_state="open",
            sent_by="",
            sent_at=func.now(),
        )
        session.add(forged)
        session.flush()
        answers.answer(session, forged, "finished", by="冒充", on=ON)
    settle(engine)
    with acting_for(engine, province.id) as session:
        assert session.scalar(select(func.count()).select_from(answers.ReceivedAnswer)) == 0


def test_a_broken_seal_is_not_delivered(engine, owner):
    province, city, _county = a_small_province(engine)
    send(engine, province, [city])
    with owner.execution_options(tenant=province.id).begin() as connection:
        connection.execute(text("ALTER TABLE dispatch_revision NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("UPDATE dispatch_revision SET title = '改过' WHERE tenant_id = :t"), {"t": province.id})
        connection.execute(text("ALTER TABLE dispatch_revision FORCE ROW LEVEL SECURITY"))
    settle(engine)
    assert received(engine, city) == []


def test_numbers_run_by_kind_and_year(engine):
    province, city, _county = a_small_province(engine)
    with acting_for(engine, province.id) as session, session.begin():
        told = [("task", 2026), ("task", 2026), ("order", 2026), ("task", 2027)]
        rows = [
            dispatch.send(session, kind, "摸底", {}, None, to=[city.id], by="省", on=date(year, 1, 5))
            for kind, year in told
        ]
        assert [row.number for row in rows] == [1, 2, 1, 1]


@pytest.mark.parametrize("state", answers.STATES)
def test_every_state_is_what_the_latest_answer_said(engine, state):
    province, city, _county = a_small_province(engine)
    send(engine, province, [city])
    settle(engine)
    reply(engine, city, state)
    settle(engine)
    found = place_of(engine, province, city)
    assert found.state == state and (found.finished_on is not None) == (state == "finished")

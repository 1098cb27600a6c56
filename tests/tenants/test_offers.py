"""The door down: a sealed text reaches each place of its level below the sender, once, and nobody else."""

import pytest
from sqlalchemy import func, select, text, update

from service.rooms import handlers
from tenants import ledger, offers
from tenants.audit import AuditEntry, verify
from tenants.db import acting_for
from tenants.offers import OfferDelivery, ReceivedOffer
from tests.factories import a_small_province, a_tenant, put

WORDS = {"title": "参考文本", "articles": ["一", "二"]}


def offer(engine, tenant, level="county", content=WORDS):
    with acting_for(engine, tenant.id) as session, session.begin():
        return offers.offer(session, "charter", level, "参考模板", content, note="据实调整", by="测试员")


def settle(engine, tenant=None):
    """All that is on its way has arrived; how many jobs of that tenant were done, whatever else was due."""
    done = list(ledger.drain(engine, handlers()))
    with acting_for(engine, tenant.id if tenant else None) as session:
        return session.scalar(select(func.count()).select_from(ledger.Job).where(ledger.Job.id.in_(done)))


def received(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        rows = session.scalars(select(ReceivedOffer).order_by(ReceivedOffer.received_at, ReceivedOffer.number))
        return [(row.source_id, row.level, row.number, row.content) for row in rows]


def record(engine, tenant):
    """What the tenant's audit log says, and whether its chain holds."""
    with acting_for(engine, tenant.id) as session:
        assert verify(session).sound
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_a_text_reaches_every_place_of_its_level_and_no_other(engine):
    province, city, county = a_small_province(engine)
    direct = a_tenant(engine, "county", province)
    stranger = a_small_province(engine)
    offer(engine, province)
    settle(engine)
    with acting_for(engine, province.id) as session:
        assert session.scalar(select(func.count()).select_from(OfferDelivery)) == 2
    assert received(engine, county) == received(engine, direct) == [(province.id, "county", 1, WORDS)]
    assert received(engine, city) == received(engine, province) == []
    assert [received(engine, tenant) for tenant in stranger] == [[], [], []]


def test_a_sibling_citys_counties_never_get_it(engine):
    province, city, county = a_small_province(engine)
    sibling = a_tenant(engine, "city", province)
    theirs = a_tenant(engine, "county", sibling)
    offer(engine, city)
    settle(engine)
    assert received(engine, county) == [(city.id, "county", 1, WORDS)]
    assert received(engine, theirs) == []


def test_both_sides_record_it_and_the_sender_knows_where_it_arrived(engine):
    _province, city, county = a_small_province(engine)
    row = offer(engine, city)
    with acting_for(engine, city.id) as session:
        assert offers.deliveries(session, row.id) == {}
    settle(engine)
    with acting_for(engine, city.id) as session:
        assert set(offers.deliveries(session, row.id)) == {county.id}
    assert "offer.deliver" in record(engine, city)
    assert "offer.receive" in record(engine, county)


def test_receiving_twice_changes_nothing(engine):
    _province, city, county = a_small_province(engine)
    offer(engine, city)
    settle(engine)
    before = record(engine, city), record(engine, county)
    with acting_for(engine, city.id) as session, session.begin():
        job = session.scalars(select(ledger.Job).where(ledger.Job.kind == offers.RELAY)).one()
        session.execute(update(ledger.Job).values(state="waiting"))
        session.add(ledger.Bell(tenant_id=city.id, job_id=job.id, due_at=job.due_at))
    assert settle(engine, city) == 1
    assert len(received(engine, county)) == 1
    assert (record(engine, city), record(engine, county)) == before
    with acting_for(engine, city.id) as session:
        assert session.scalar(select(func.count()).select_from(OfferDelivery)) == 1


def test_a_place_that_opens_later_gets_it_when_it_is_sent_again(engine):
    province, _city, county = a_small_province(engine)
    row = offer(engine, province)
    settle(engine)
    late = a_tenant(engine, "county", province)
    with acting_for(engine, province.id) as session, session.begin():
        assert offers.send(session, row) == 1
    settle(engine)
    assert len(received(engine, late)) == len(received(engine, county)) == 1


def test_a_place_that_rests_gets_it_once_it_works_again(engine, owner):
    _province, city, county = a_small_province(engine)
    put(owner, county, "suspended")
    offer(engine, city)
    settle(engine)
    assert received(engine, county) == []
    put(owner, county, "running")
    with acting_for(engine, city.id) as session, session.begin():
        job = session.scalars(select(ledger.Job).where(ledger.Job.kind == offers.RELAY)).one()
        assert (job.state, job.attempts) == ("waiting", 0)
        session.execute(update(ledger.Bell).where(ledger.Bell.job_id == job.id).values(due_at=func.now()))
    settle(engine)
    assert len(received(engine, county)) == 1


def test_numbers_count_for_each_level_and_a_text_is_never_changed(engine):
    province, city, _county = a_small_province(engine)
    assert [offer(engine, province, level).number for level in ("county", "county", "city")] == [1, 2, 1]
    settle(engine)
    for tenant, statement in (
        (province, "UPDATE offer SET number = 9"),
        (province, "DELETE FROM offer"),
        (province, "UPDATE offer_delivery SET receiver_id = id"),
        (province, "DELETE FROM offer_delivery"),
        (city, "UPDATE received_offer SET number = 9"),
        (city, "DELETE FROM received_offer"),
    ):
        with acting_for(engine, tenant.id) as session, pytest.raises(Exception, match="permission denied"):
            session.execute(text(statement))


def test_a_broken_seal_is_refused(engine):
    _province, city, county = a_small_province(engine)
    row = offer(engine, city)
    forged = {field: getattr(row, field) for field in offers.SEALED} | {"content": {"title": "另一文本"}}
    with acting_for(engine, county.id) as session, session.begin(), pytest.raises(offers.BrokenSeal):
        offers.receive(session, city.id, forged)
    assert received(engine, county) == []

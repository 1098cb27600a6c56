import pytest
from sqlalchemy import func, select, update

from service.rooms import handlers
from tenants import ledger, texts
from tenants.audit import AuditEntry, verify
from tenants.db import acting_for
from tenants.exchange import BrokenSeal
from tests.factories import a_small_province, a_tenant, put


def published(engine, tenant, words, kind="charter"):
    with acting_for(engine, tenant.id) as session, session.begin():
        return texts.publish(session, kind, f"{words}制度", {"words": words}, by="测试员")


def delivered(engine):
    return list(ledger.drain(engine, handlers()))


def came(engine, holder, source):
    with acting_for(engine, holder.id) as session:
        return [(row.revision, row.content["words"]) for row in texts.revisions(session, source.id, "charter")]


def test_a_text_goes_up_to_every_tenant_above_and_to_no_other(engine):
    province, city, county = a_small_province(engine)
    sister = a_tenant(engine, "city", province)
    published(engine, county, "一")
    published(engine, county, "二")
    delivered(engine)
    for above in (city, province):
        assert came(engine, above, county) == [(2, "二"), (1, "一")]
        with acting_for(engine, above.id) as session:
            assert verify(session).sound
            lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "text.receive")).all()
            assert len(lines) == 2
    for other in (county, sister):
        assert came(engine, other, county) == []


def test_a_text_that_comes_twice_stands_once(engine):
    province, city, _county = a_small_province(engine)
    row = published(engine, city, "一")
    delivered(engine)
    with acting_for(engine, province.id) as session, session.begin():
        sealed = {field: getattr(row, field) for field in texts._SEALED}
        texts.receive(session, city.id, sealed)
    assert came(engine, province, city) == [(1, "一")]


def test_a_broken_seal_is_not_received(engine):
    province, city, _county = a_small_province(engine)
    row = published(engine, city, "一")
    sealed = {field: getattr(row, field) for field in texts._SEALED} | {"content": {"words": "改了"}}
    with acting_for(engine, province.id) as session, session.begin(), pytest.raises(BrokenSeal):
        texts.receive(session, city.id, sealed)


def test_a_published_text_is_never_changed(engine):
    _province, city, _county = a_small_province(engine)
    published(engine, city, "一")
    with acting_for(engine, city.id) as session, pytest.raises(Exception, match="permission denied"):
        session.execute(update(texts.PublishedText).values(title="改了"))


def test_the_latest_of_each_place_is_found(engine):
    province, city, county = a_small_province(engine)
    for tenant, words in ((city, "一"), (county, "甲"), (county, "乙")):
        published(engine, tenant, words)
    published(engine, county, "别的", kind="bulletin")
    delivered(engine)
    with acting_for(engine, province.id) as session:
        found = texts.latest_of_each(session, "charter")
        assert {source: row.content["words"] for source, row in found.items()} == {city.id: "一", county.id: "乙"}


@pytest.mark.parametrize("state", ["suspended", "closed"])
def test_a_holder_that_rests_gets_it_once_it_works_again(engine, owner, state):
    """A tenant that rests is written by nobody, also not by a job of one below."""
    _province, city, county = a_small_province(engine)
    put(owner, city, state)
    published(engine, county, "一")
    delivered(engine)
    assert came(engine, city, county) == []
    put(owner, city, "running")
    with acting_for(engine, county.id) as session, session.begin():
        job = session.scalars(select(ledger.Job).where(ledger.Job.kind == texts.RELAY)).one()
        assert (job.state, job.attempts) == ("waiting", 0)
        session.execute(update(ledger.Bell).where(ledger.Bell.job_id == job.id).values(due_at=func.now()))
    delivered(engine)
    assert came(engine, city, county) == [(1, "一")]


def test_a_job_sends_nothing_under_another_places_name(engine):
    """Whose text it is says the row, never the job."""
    province, city, county = a_small_province(engine)
    sister = a_tenant(engine, "city", province)
    published(engine, county, "一")
    delivered(engine)
    with acting_for(engine, city.id) as session, session.begin():
        held = session.scalars(select(texts.ReceivedText)).one()
        ledger.post(session, texts.RELAY, {"source": str(sister.id), "text": str(held.id)})
    delivered(engine)
    assert came(engine, province, sister) == []
    assert came(engine, province, county) == [(1, "一")]

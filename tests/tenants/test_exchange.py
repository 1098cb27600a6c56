from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from service.rooms import handlers
from tenants import exchange, ledger, rollup
from tenants.db import acting_for
from tenants.exchange import Delivery, Publication
from tenants.rollup import Entry, Figure, Rollup
from tests.factories import a_small_province, a_tenant, put

Q3 = date(2026, 9, 30)
OVER = date(2026, 10, 9)


def publish(engine, tenant, *figures, period="2026Q3"):
    entries = [Entry(code, *map(as_decimal, pair)) for code, *pair in figures]
    with acting_for(engine, tenant.id) as session, session.begin():
        rollup.hold(session, period)
        after = session.scalar(select(func.max(Publication.revision)).where(Publication.period == period)) or 0
        told = {"after": after, "cutoff": Q3, "words": {}, "by": "测试员", "on": OVER}
        return exchange.publish(session, tenant, period=period, entries=entries, **told)


def as_decimal(number: int | None) -> Any:
    return None if number is None else Decimal(number)


def settle(engine, tenant=None):
    """All that is on its way has arrived; how many jobs of that tenant were done, whatever else was due."""
    done = list(ledger.drain(engine, handlers()))
    with acting_for(engine, tenant.id if tenant else None) as session:
        return session.scalar(select(func.count()).select_from(ledger.Job).where(ledger.Job.id.in_(done)))


def total(engine, holder, code, node=None) -> Any:
    with acting_for(engine, holder.id) as session:
        row = session.get(Rollup, (holder.id, "2026Q3", (node or holder).id, code))
        return (row.numerator, row.denominator, row.sources) if row else None


def test_a_countys_figures_reach_the_root_through_its_city(engine):
    province, city, county = a_small_province(engine)
    publish(engine, county, ("P01", 3, 4))
    publish(engine, city, ("P01", 5, 6))
    settle(engine)
    assert total(engine, city, "P01") == (8, 10, 2)
    assert total(engine, province, "P01") == (8, 10, 2)
    assert total(engine, province, "P01", node=city) == (8, 10, 2)
    assert total(engine, county, "P01") == (3, 4, 1)


def test_a_correction_replaces_and_an_older_revision_never_returns(engine):
    province, city, county = a_small_province(engine)
    first = publish(engine, county, ("P01", 3, 4), ("P02", 1, 1))
    settle(engine)
    publish(engine, county, ("P01", 4, 4))
    settle(engine)
    assert total(engine, province, "P01") == (4, 4, 1)
    assert total(engine, province, "P02") is None
    parcel = exchange.Parcel(
        county.id, first.id, "2026Q3", 1, Q3, first.content, first.sha256, "x", OVER, first.published_at, ""
    )
    with acting_for(engine, city.id) as session, session.begin():
        exchange.receive(session, city, parcel, via_id=county.id)
        late = exchange.Parcel(**{**vars(parcel), "revision": 1})
        exchange._count(session, late, county.id)
    assert total(engine, city, "P01") == (4, 4, 1)


def test_not_reported_is_neither_zero_nor_counted(engine):
    """Source: dossier 4.3-3 and 6 worked example: 690/1100, not the mean of 60% and 90%."""
    province = a_tenant(engine)
    jia, yi, _bing = (a_tenant(engine, "city", province) for _ in range(3))
    publish(engine, jia, ("C09", 600, 1000))
    publish(engine, yi, ("C09", 90, 100))
    settle(engine)
    numerator, denominator, sources = total(engine, province, "C09")
    assert Fraction(numerator) / Fraction(denominator) == Fraction(690, 1100)
    assert sources == 2


def test_receiving_twice_changes_nothing(engine):
    province, city, county = a_small_province(engine)
    publish(engine, county, ("P01", 3, 4))
    settle(engine)
    with acting_for(engine, city.id) as session, session.begin():
        job = session.scalars(select(ledger.Job).where(ledger.Job.kind == exchange.RELAY)).one()
        session.execute(update(ledger.Job).values(state="waiting"))
        session.add(ledger.Bell(tenant_id=city.id, job_id=job.id, due_at=job.due_at))
    assert settle(engine, city) == 1
    assert total(engine, province, "P01") == (3, 4, 1)
    with acting_for(engine, province.id) as session:
        assert session.scalar(select(func.count()).select_from(Delivery)) == 1


def test_a_broken_seal_is_refused(engine):
    _province, city, county = a_small_province(engine)
    publication = publish(engine, county, ("P01", 3, 4))
    forged = {"figures": [], "words": {}}
    parcel = exchange.Parcel(
        county.id, publication.id, "2026Q3", 9, Q3, forged, publication.sha256, "x", OVER, publication.published_at, ""
    )
    with acting_for(engine, city.id) as session, session.begin(), pytest.raises(exchange.BrokenSeal):
        exchange.receive(session, city, parcel, via_id=county.id)


def test_a_publication_can_be_changed_by_nobody_in_the_service(engine):
    _province, _city, county = a_small_province(engine)
    publish(engine, county, ("P01", 3, 4))
    for statement in ("UPDATE publication SET revision = 9", "DELETE FROM publication", "DELETE FROM audit_entry"):
        with acting_for(engine, county.id) as session, pytest.raises(Exception, match="permission denied"):
            session.execute(text(statement))


def test_rebuilding_gives_the_same_rows_as_the_incremental_path(engine):
    province = a_tenant(engine)
    cities = [a_tenant(engine, "city", province) for _ in range(3)]
    counties = [a_tenant(engine, "county", city) for city in cities for _ in range(2)]
    for turn in range(3):
        for number, tenant in enumerate([province, *cities, *counties]):
            publish(engine, tenant, ("P01", turn + number, 10), ("P04", number, None))
    settle(engine)
    with acting_for(engine, province.id) as session, session.begin():
        before = rollup.state_hash(session)
        assert session.scalar(select(func.count()).select_from(Figure)) == 20
        assert rollup.rebuild(session) == 1
        assert rollup.state_hash(session) == before


def test_a_rebuild_mends_what_was_lost_or_wrong(engine):
    province, _city, county = a_small_province(engine)
    publish(engine, county, ("P01", 3, 4), ("P02", 1, 2))
    settle(engine)
    with acting_for(engine, province.id) as session, session.begin():
        sound = rollup.state_hash(session)
        session.execute(text("DELETE FROM rollup WHERE code = 'P01'"))
        session.execute(text("UPDATE rollup SET numerator = 77, sources = 5 WHERE code = 'P02'"))
        session.execute(
            text("INSERT INTO rollup SELECT tenant_id, period, node_id, 'P99', 1, 1, 1 FROM rollup LIMIT 1")
        )
        assert rollup.state_hash(session) != sound
        rollup.rebuild(session)
        assert rollup.state_hash(session) == sound


def test_two_who_publish_at_once_get_two_revisions(engine):
    tenant = a_tenant(engine)
    with ThreadPoolExecutor(4) as pool:
        revisions = list(pool.map(lambda n: publish(engine, tenant, ("P01", n, 9)).revision, range(8)))
    assert sorted(revisions) == list(range(1, 9))


def test_a_suspended_parent_takes_nothing_until_it_works_again(engine, owner):
    province, city, _county = a_small_province(engine)
    publish(engine, city, ("P01", 5, 6))
    put(owner, province, "suspended")
    settle(engine)
    assert total(engine, province, "P01") is None
    with acting_for(engine, city.id) as session:
        job = session.scalars(select(ledger.Job)).one()
        assert (job.state, job.attempts) == ("waiting", 0)
    put(owner, province, "running")
    with acting_for(engine, city.id) as session:
        job_id = session.scalars(select(ledger.Job.id)).one()
    ledger.run(engine, city.id, job_id, handlers())
    assert total(engine, province, "P01") == (5, 6, 1)


def test_a_job_of_a_suspended_tenant_waits_until_it_works_again(engine, owner):
    province, city, _county = a_small_province(engine)
    publish(engine, city, ("P01", 5, 6))
    put(owner, city, "suspended")
    settle(engine)
    assert total(engine, province, "P01") is None
    put(owner, city, "running")
    settle(engine)
    assert total(engine, province, "P01") == (5, 6, 1)

"""The audit chain: what is tampered with, even by the owner of the tables, is named row by row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from tenants.audit import Act, append, verify
from tenants.db import acting_for
from tests.factories import a_tenant


def write(engine, tenant, *subjects):
    for subject in subjects:
        with acting_for(engine, tenant.id) as session, session.begin():
            append(session, Act("test.write", "测试员", None, subject, {"before": None, "after": {"数": 1}}))


def verdict(engine, tenant):
    with acting_for(engine, tenant.id) as session:
        return verify(session)


@pytest.fixture
def tenant(engine):
    """Its chain holds the opening and nine more rows."""
    tenant = a_tenant(engine)
    write(engine, tenant, *(f"thing:{number}" for number in range(2, 11)))
    return tenant


@pytest.fixture
def tamper(owner, tenant):
    """The owner of the tables with the wall taken down for a moment, as a dishonest operator could."""

    def act(*statements):
        with owner.begin() as connection:
            connection.execute(text("ALTER TABLE audit_entry NO FORCE ROW LEVEL SECURITY"))
            for statement in statements:
                connection.execute(text(statement), {"t": tenant.id})
            connection.execute(text("ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY"))

    return act


def test_an_untouched_chain_is_sound(engine, tenant):
    found = verdict(engine, tenant)
    assert (found.sound, found.rows) == (True, 10)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "'别人'"),
        ("detail", "'{}'"),
        ("at", "at + interval '1 second'"),
        ("subject", "'thing:0'"),
        ("account_id", "gen_random_uuid()"),
        ("request_id", "'x'"),
        ("action", "'x'"),
    ],
)
def test_an_edited_row_is_named(engine, tenant, tamper, column, value):
    tamper(f"UPDATE audit_entry SET {column} = {value} WHERE tenant_id = :t AND seq = 4")  # noqa: S608
    found = verdict(engine, tenant)
    assert (found.bad_seq, found.rows) == (4, 3)
    assert "changed" in found.reason


def test_a_row_rehashed_after_its_edit_breaks_the_next_one(engine, tenant, tamper):
    tamper("UPDATE audit_entry SET hash = repeat('0', 64) WHERE tenant_id = :t AND seq = 4")
    assert verdict(engine, tenant).bad_seq == 4


def test_a_deleted_row_is_missed(engine, tenant, tamper):
    tamper("DELETE FROM audit_entry WHERE tenant_id = :t AND seq = 6")
    found = verdict(engine, tenant)
    assert (found.bad_seq, found.reason) == (7, "row 6 is missing")


def test_the_last_rows_cannot_be_cut_off(engine, tenant, tamper):
    tamper("DELETE FROM audit_entry WHERE tenant_id = :t AND seq >= 9")
    found = verdict(engine, tenant)
    assert (found.bad_seq, found.rows) == (9, 8)


def test_two_rows_swapped_are_seen(engine, tenant, tamper):
    swap = "UPDATE audit_entry SET seq = {} WHERE tenant_id = :t AND seq = {}"
    tamper(*(swap.format(new, old) for new, old in ((99, 3), (3, 4), (4, 99))))
    assert verdict(engine, tenant).bad_seq == 3


def test_a_row_of_another_chain_does_not_fit(engine, tenant, tamper):
    other = a_tenant(engine)
    write(engine, other, "thing:2")
    with acting_for(engine, other.id) as session:
        last = session.execute(text("SELECT * FROM audit_entry WHERE seq = 2")).mappings().one()
    copied = f"UPDATE audit_entry SET hash = '{last['hash']}', prev = '{last['prev']}'"  # noqa: S608
    tamper(f"{copied} WHERE tenant_id = :t AND seq = 2")
    assert verdict(engine, tenant).bad_seq == 2


def test_a_head_moved_alone_is_seen(engine, tenant):
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(text("UPDATE audit_head SET seq = 12"))
    assert not verdict(engine, tenant).sound


def test_many_who_write_at_once_make_one_chain(engine, tenant):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write(engine, tenant, f"parallel:{number}"), range(40)))
    found = verdict(engine, tenant)
    assert (found.sound, found.rows) == (True, 50)


def test_a_tenant_that_is_writing_holds_up_no_other(engine, tenant):
    other, written = a_tenant(engine), Event()

    def beside():
        write(engine, other, "beside")
        written.set()

    with acting_for(engine, tenant.id) as session, session.begin(), ThreadPoolExecutor(1) as pool:
        append(session, Act("test.write", "x", None, "slow", {}))
        pool.submit(beside)
        assert written.wait(10)
    assert verdict(engine, other).sound

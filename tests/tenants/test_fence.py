from uuid import uuid4

import pytest
from sqlalchemy import create_engine, select, text

from tenants.audit import Act, AuditEntry, append
from tenants.db import FenceError, acting_for, fence, fenced_engine, refuse_privileged
from tenants.ledger import Job, post
from tests.factories import a_tenant


def test_a_session_shows_only_its_tenants_rows(engine):
    mine, theirs = a_tenant(engine), a_tenant(engine)
    with acting_for(engine, theirs.id) as session, session.begin():
        post(session, "x", {})
    with acting_for(engine, theirs.id) as session:
        assert session.scalars(select(Job)).all()
    with acting_for(engine, mine.id) as session:
        assert not session.scalars(select(Job)).all()
        assert session.execute(text("SELECT count(*) FROM ledger_job")).scalar() == 0


def test_no_tenant_set_means_no_rows_never_all_rows(engine):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 1
    with acting_for(engine, None) as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0


def test_a_row_cannot_be_written_into_another_tenant(engine):
    mine, theirs = a_tenant(engine), a_tenant(engine)
    with acting_for(engine, mine.id) as session, pytest.raises(FenceError):
        session.add(Job(tenant_id=theirs.id, kind="x", payload={}))
    with acting_for(engine, mine.id) as session, pytest.raises(Exception, match="row-level security"):
        session.execute(text("INSERT INTO audit_head (tenant_id, seq, hash) VALUES (:t, 0, '')"), {"t": theirs.id})


def test_the_tenant_ends_with_the_transaction_and_never_reaches_the_pool(engine):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session:
        session.execute(select(AuditEntry)).all()
        session.commit()
        with session.get_bind().connect() as connection:
            assert connection.execute(text("SELECT app.tenant()")).scalar() == tenant.id
    with engine.connect() as connection:
        assert connection.execute(text("SELECT app.tenant()")).scalar() is None


def test_a_savepoint_rolled_back_leaves_the_tenant_set(engine):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session, session.begin():
        with session.begin_nested() as nested:
            nested.rollback()
        assert session.execute(text("SELECT app.tenant()")).scalar() == tenant.id


def test_autocommit_is_refused(engine):
    tenant = uuid4()
    with (
        engine.execution_options(tenant=tenant, isolation_level="AUTOCOMMIT").connect() as connection,
        pytest.raises(FenceError),
    ):
        connection.execute(text("SELECT 1"))


def test_a_privileged_role_is_no_start(stack):
    for url in (stack.owner, stack.backup):
        privileged = create_engine(url)
        fence(privileged)
        with pytest.raises(FenceError):
            refuse_privileged(privileged)
        privileged.dispose()
    plain = fenced_engine(stack.app)
    refuse_privileged(plain)
    plain.dispose()


def test_the_owner_too_is_behind_the_wall(engine, owner):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session, session.begin():
        append(session, Act("x", "x", None, "x", {}))
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0

import os
from contextlib import closing
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

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
        bind = session.get_bind()
        assert isinstance(bind, Engine)
        with bind.connect() as connection:
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


def test_a_role_that_may_become_a_stronger_one_is_no_start(stack):
    """SET ROLE would take the service past the wall. `stack.owner` may not grant; the cluster's superuser may."""
    superuser = create_engine(stack.owner.replace("lianxi_owner", "postgres"), isolation_level="AUTOCOMMIT")
    plain = fenced_engine(stack.app)
    with superuser.connect() as connection:
        connection.execute(text("GRANT lianxi_owner TO lianxi_app"))
        try:
            with pytest.raises(FenceError, match="it may become lianxi_owner"):
                refuse_privileged(plain)
        finally:
            connection.execute(text("REVOKE lianxi_owner FROM lianxi_app"))
    refuse_privileged(plain)
    plain.dispose()
    superuser.dispose()


def test_the_owner_too_is_behind_the_wall(engine, owner):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session, session.begin():
        append(session, Act("x", "x", None, "x", {}))
    with owner.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 0


def test_a_connection_used_again_has_no_tenant_left_and_no_error(engine):
    """After SET LOCAL the setting is an empty string, which is no UUID."""
    with engine.connect() as connection:
        connection.exec_driver_sql(f"SET LOCAL app.tenant = '{uuid4()}'")
        connection.rollback()
        assert connection.execute(text("SELECT current_setting('app.tenant', true)")).scalar() == ""
        assert connection.execute(text("SELECT app.tenant()")).scalar() is None


def test_a_rollback_forgets_no_statement_that_was_planned(engine):
    """The driver prepares what it sends for the sixth time; readings end in a rollback."""
    with engine.connect() as connection:
        for _ in range(8):
            connection.execute(text("SELECT 42 AS asked_often"))
            connection.rollback()
        kept = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%42 AS asked_often'")
        assert connection.scalar(kept) == 1


def test_a_transaction_that_failed_leaves_nothing_and_its_connection_works_on(engine):
    tenant = a_tenant(engine)
    with acting_for(engine, tenant.id) as session:
        for _ in range(8):
            post(session, "x", {})
            with pytest.raises(DBAPIError):
                session.execute(text("SELECT 1 / 0"))
            session.rollback()
            assert not session.scalars(select(Job)).all()
            session.rollback()


def test_each_transaction_begins_by_naming_the_tenant_and_no_statement_names_it_again(engine):
    tenant, said = a_tenant(engine), []

    def hear(_connection, _cursor, statement, *_rest):
        said.append(statement)

    asked = text("SELECT current_setting('app.tenant')")
    event.listen(engine, "before_cursor_execute", hear)
    try:
        with acting_for(engine, tenant.id) as session:
            for end in (session.commit, session.rollback) * 5:
                assert session.scalar(asked) == session.scalar(asked) == tenant.id.hex
                end()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    assert set(said) == {asked.text}


def test_a_connection_lost_before_it_begins_is_said_so_and_replaced(engine):
    tenant = a_tenant(engine)
    connection = engine.connect().execution_options(tenant=tenant.id)
    with closing(connection), pytest.raises(OperationalError):
        lost = connection.connection.driver_connection.info.backend_pid
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": lost})
        connection.execute(text("SELECT 1"))
    with acting_for(engine, tenant.id) as session:
        assert session.scalar(text("SELECT current_setting('app.tenant')")) == tenant.id.hex


def test_no_session_remembers_another_tenants_rows(engine):
    """An identity map kept over a switch would answer with what the last tenant had."""
    mine, theirs = a_tenant(engine), a_tenant(engine)
    with acting_for(engine, theirs.id) as session:
        assert session.get(AuditEntry, (theirs.id, 1)) is not None
    with acting_for(engine, mine.id) as session:
        assert session.get(AuditEntry, (theirs.id, 1)) is None
        assert session.get(AuditEntry, (mine.id, 1)) is not None


def test_a_forked_child_never_speaks_on_its_parents_connection(engine):
    with engine.connect() as connection:
        ours = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            with engine.connect() as connection:
                os.write(writing, str(connection.execute(text("SELECT pg_backend_pid()")).scalar()).encode())
        finally:
            os._exit(0)
    os.wait()
    assert int(os.read(reading, 20)) != ours
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1

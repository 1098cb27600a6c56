"""Installations broken on purpose: the doctor names what is wrong, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text, update

from config.settings import Settings
from service.admin import doctor
from service.admin.doctor import Finding, examine
from service.cli import main
from service.embedded import Endpoints, endpoints, running
from service.migrating import migrate
from tenants.db import acting_for, fenced_engine
from tenants.ledger import Bell, Job, post
from tests.factories import a_tenant, an_account

SECRET = "long enough for an installation of a test"


def faults(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(settings) if not finding.sound}


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Iterator[tuple[Settings, Endpoints]]:
    """An installation of its own, not migrated yet."""
    data = tmp_path_factory.mktemp("doctor")
    with running(data) as at:
        yield Settings("test", at.app, at.redis, SECRET, owner_url=at.owner, data=data), at


@pytest.fixture(scope="module")
def sound(bare) -> tuple[Settings, Endpoints]:
    migrate(bare[1].owner)
    return bare


def test_a_database_that_was_never_migrated_is_named_once(bare):
    found = faults(bare[0])
    assert "尚未建立结构" in found["migrations"].fault
    assert "lianxi migrate" in found["migrations"].mend


def test_a_sound_installation_has_no_fault(sound):
    assert faults(sound[0]) == {}


def test_redis_that_does_not_answer(sound, tmp_path):
    found = faults(replace(sound[0], redis_url=f"unix://{tmp_path}/none.sock"))
    assert set(found) == {"redis"}


def test_a_database_that_does_not_answer(sound, tmp_path):
    found = faults(replace(sound[0], database_url=endpoints(tmp_path).app))
    assert set(found) == {"database"}
    assert "没有应答" in found["database"].fault


def test_a_role_that_no_wall_binds(sound):
    settings, at = sound
    assert "owns" in faults(replace(settings, database_url=at.owner))["database"].fault
    assert "BYPASSRLS" in faults(replace(settings, database_url=at.backup))["database"].fault


def test_a_table_without_its_fence(sound):
    settings, at = sound
    breakages = {
        "ALTER TABLE seat NO FORCE ROW LEVEL SECURITY": "ALTER TABLE seat FORCE ROW LEVEL SECURITY",
        "ALTER TABLE seat DISABLE ROW LEVEL SECURITY": "ALTER TABLE seat ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY open ON seat USING (true)": "DROP POLICY open ON seat",
    }
    owner = create_engine(at.owner, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        for harm, cure in breakages.items():
            connection.execute(text(harm))
            found = faults(settings)
            connection.execute(text(cure))
            assert set(found) == {"fence"}, harm
            assert found["fence"].fault.startswith("seat ")
    owner.dispose()
    assert faults(settings) == {}


def test_migrations_that_are_behind(sound):
    settings, at = sound
    owner = create_engine(at.owner)
    with owner.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
        found = faults(settings)
        connection.execute(text("DELETE FROM alembic_version"))
        connection.commit()
        nothing = faults(settings)
    assert "0001" in found["migrations"].fault
    assert "migrations" in nothing
    with owner.begin() as connection:
        heads = [{"head": head} for head in doctor.expected_heads()]
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), heads)
    owner.dispose()
    assert faults(settings) == {}


def test_work_that_nobody_does_and_work_that_failed_for_good(sound):
    engine = fenced_engine(sound[0].database_url)
    tenant = a_tenant(engine)
    assert faults(sound[0])["accounts"].grave is False
    an_account(engine, tenant, "SA")
    with acting_for(engine, tenant.id) as session, session.begin():
        job = post(session, "x.y", {})
        session.execute(update(Bell).values(due_at=datetime.now(UTC) - timedelta(hours=1)))
    assert set(faults(sound[0])) == {"work"}
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(Bell).values(due_at=datetime.now(UTC) + timedelta(hours=1)))
        session.execute(update(Job).where(Job.id == job).values(state="dead"))
    found = faults(sound[0])
    assert set(found) == {"dead letters"}
    assert tenant.slug in found["dead letters"].fault
    with acting_for(engine, tenant.id) as session, session.begin():
        session.execute(update(Job).values(state="done"))
    engine.dispose()


def test_settings_that_are_not_fit_for_production(sound):
    found = faults(replace(sound[0], secret_key="short", env="production"))
    for name in ("SECRET_KEY", "LIANXI_SECURE_COOKIES", "LIANXI_TRUSTED_HOSTS"):
        assert name in found["settings"].fault
    assert "short" not in found["settings"].fault


def test_a_disk_that_is_nearly_full(sound, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    assert set(faults(sound[0])) == {"disk"}


def test_the_command_says_it_for_readers_and_machines(sound, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    data = ["--data", str(sound[0].data)]
    told = CliRunner().invoke(main, ["doctor", *data])
    assert told.exit_code == 0, told.output
    assert "✓ fence" in told.output
    parts = json.loads(CliRunner().invoke(main, ["doctor", *data, "--json"]).output)["findings"]
    assert all(part["sound"] or not part["grave"] for part in parts)
    monkeypatch.setattr(doctor, "LEAST_FREE", 10**18)
    assert CliRunner().invoke(main, ["doctor", *data]).exit_code == 1


def test_where_nothing_is_installed_nothing_is_made(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    told = CliRunner().invoke(main, ["doctor", "--data", str(tmp_path / "none")])
    assert told.exit_code == 1
    assert not (tmp_path / "none").exists()

"""Migrations build the shape that the models have, undo it, and build it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, select, text

from service.charter.opening import furnish
from service.embedded import running
from service.kit.health import MIGRATIONS
from service.kit.period import Period
from service.kit.seat import Seat
from service.rooms import handlers
from service.statistics.commands import publish_period
from tenants import ledger
from tenants.db import acting_for, fenced_engine
from tenants.exchange import Publication
from tenants.models import Tenant
from tests.factories import a_small_province

LEFT = """
SELECT 'table ' || relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND relname <> 'alembic_version'
UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'app'
UNION ALL SELECT 'function ' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'public' AND p.proowner = 'lianxi_owner'::regrole
UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """A server of its own, with nothing in it."""
    with running(Path(tmp_path_factory.mktemp("migrations"))) as endpoints:
        yield config_of(endpoints.owner)


def config_of(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = owner_url
    return config


def what_is_left(config: Config) -> list[str]:
    engine = create_engine(config.attributes["url"])
    with engine.connect() as connection:
        left = list(connection.execute(text(LEFT)).scalars())
    engine.dispose()
    return left


def test_up_down_and_up_again_ends_at_the_models(config):
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    assert what_is_left(config) == []
    command.upgrade(config, "head")
    command.check(config)


def test_each_step_can_be_undone_and_redone(config):
    command.upgrade(config, "head")
    for step in ScriptDirectory.from_config(config).walk_revisions():
        below = str(step.down_revision or "base")
        command.downgrade(config, below)
        command.upgrade(config, step.revision)
        command.downgrade(config, below)
    assert what_is_left(config) == []
    command.upgrade(config, "head")
    command.check(config)


def test_each_step_since_the_first_installations_meets_rows(tmp_path):
    """The owner sees no tenant's rows either: a step that changes rows says so (`migrations.fence.converting`)."""
    with running(tmp_path) as endpoints:
        config = config_of(endpoints.owner)
        command.upgrade(config, "head")
        engine = fenced_engine(endpoints.app)
        with working(engine) as (_city, county):
            steps = [step for step in ScriptDirectory.from_config(config).walk_revisions() if step.revision > "0008"]
            command.downgrade(config, str(steps[-1].down_revision))
            command.upgrade(config, "head")
            with acting_for(engine, county.id) as session:
                assert session.scalars(select(Publication)).one().revision == 1


@contextmanager
def working(engine: Engine) -> Iterator[tuple[Tenant, Tenant]]:
    """A county that published a quarter, and its city that received it."""
    _province, city, county = a_small_province(engine, furnish=furnish)
    with acting_for(engine, county.id) as session:
        seat = Seat(session, county, "console", console=True)
        publish_period(seat, Period.parse("2026Q1"), date(2026, 4, 9))
    assert list(ledger.drain(engine, handlers()))
    engine.dispose()
    yield city, county
    engine.dispose()


def test_there_is_one_line_of_migrations():
    assert len(ScriptDirectory.from_config(config_of("")).get_heads()) == 1

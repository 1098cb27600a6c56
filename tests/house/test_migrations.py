"""Migrations build the shape that the models have, undo it, and build it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from service.embedded import running
from service.kit.health import MIGRATIONS

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
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["url"] = endpoints.owner
        yield config


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


def test_there_is_one_line_of_migrations():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1

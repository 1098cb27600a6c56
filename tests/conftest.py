"""One embedded PostgreSQL and Valkey for the run; the wall itself keeps tests apart: each opens tenants of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine

from config.settings import Settings
from service.app import create_app
from service.embedded import Endpoints, running
from service.kit.health import MIGRATIONS
from tenants import ledger
from tenants.db import fenced_engine
from tests.factories import release_seats
from tests.strangers import Client

# A busy machine is no fault of the code. Imported here: at the end of a run, deep in pytest, Python 3.11 cannot.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """Real servers, migrated, reached as the app role."""
    with running(tmp_path_factory.mktemp("stack")) as endpoints:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["url"] = endpoints.owner
        command.upgrade(config, "heads")
        yield endpoints


@pytest.fixture(scope="session")
def settings(stack: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        env="test",
        database_url=stack.app,
        redis_url=stack.redis,
        secret_key="only for tests, never deployed",
        data=Path(tmp_path_factory.mktemp("data")),
        sign_in_rate="1000 per minute",
    )


@pytest.fixture(scope="session")
def engine(stack: Endpoints) -> Iterator[Engine]:
    """The app role behind the fence, as the service itself uses it."""
    engine = fenced_engine(stack.app)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def owner(stack: Endpoints) -> Iterator[Engine]:
    """The owner of the tables: for looking at the catalogue and for breaking things on purpose."""
    engine = create_engine(stack.owner)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[object]:
    app = create_app(settings)
    app.test_client_class, Client.engine = Client, fenced_engine(settings.database_url)
    ledger.hang_doorbell(None)  # tests drain the ledger themselves
    yield app
    Client.engine.dispose()
    app.extensions["lianxi.engine"].dispose()
    app.extensions["lianxi.redis"].close()


@pytest.fixture(autouse=True)
def _seats_end() -> Iterator[None]:
    """No session of a test outlives it: one left open would be rolled back by the collector, at any moment."""
    yield
    release_seats()


@pytest.fixture
def client(app):
    return app.test_client()

"""The shape of the database. Apart from the rest, so that the supervisor need not hold Alembic in memory."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config.settings import normal_url

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(owner_url: str) -> None:
    """The database has the shape that this version of the code expects."""
    config = _config()
    config.attributes["url"] = owner_url
    command.upgrade(config, "heads")


def at_head(url: str) -> bool:
    """Whether the database has that shape already; any role may ask."""
    wanted = set(ScriptDirectory.from_config(_config()).get_heads())
    try:
        with create_engine(normal_url(url), poolclass=NullPool).connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads()) == wanted
    except SQLAlchemyError:  # no such table for this role: there is no shape yet
        return False


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config

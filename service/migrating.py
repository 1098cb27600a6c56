"""The shape of the database. Apart from the rest, so that the supervisor need not hold Alembic in memory."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def migrate(owner_url: str) -> None:
    """The database has the shape that this version of the code expects."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = owner_url
    command.upgrade(config, "heads")

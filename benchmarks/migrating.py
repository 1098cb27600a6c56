"""One more revision on top of the real ones: it adds a column to the table of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from service.migrating import MIGRATIONS

REVISION = "benchmark"
SCRIPT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{below}", None, None


def upgrade():
    op.add_column("task", sa.Column("benchmark", sa.String(), nullable=True))


def downgrade():
    op.drop_column("task", "benchmark")
"""


@dataclass(frozen=True)
class OneMore:
    """The product's own migrations and this one on top of them."""

    config: Config
    below: str

    def up(self, owner: str) -> None:
        """The column is there."""
        self.config.attributes["url"] = owner
        command.upgrade(self.config, REVISION)

    def down(self, *owners: str) -> None:
        """It is there no longer."""
        for owner in owners:
            self.config.attributes["url"] = owner
            command.downgrade(self.config, self.below)


@contextmanager
def one_more_revision() -> Iterator[OneMore]:
    """Alembic's configuration for it, in a folder of its own."""
    with TemporaryDirectory() as folder:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", f"{MIGRATIONS / 'versions'}:{folder}")
        below = str(ScriptDirectory.from_config(config).get_current_head())
        Path(folder, "benchmark.py").write_text(SCRIPT.format(revision=REVISION, below=below))
        yield OneMore(config, below)


def alter_and_undo(owner: str) -> None:
    """What the server itself needs for it."""
    engine = create_engine(owner)
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE task ADD COLUMN benchmark_too varchar"))
    engine.dispose()

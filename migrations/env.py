"""Alembic's way in: the owner's address comes from the caller, or from DATABASE_OWNER_URL."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine, pool

from config.settings import normal_url
from service.rooms import metadata

config = context.config


def _url() -> str:
    url = config.attributes.get("url") or os.environ.get("DATABASE_OWNER_URL")
    if not url:
        raise SystemExit("migrations need the owner's address: DATABASE_OWNER_URL, or `lianxi migrate --owner URL`")
    return normal_url(url)


def run() -> None:
    """The database has the shape that the code expects."""
    engine = create_engine(_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata(),
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()

"""What the operator's commands stand on: the database, and a seat at a tenant's table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from psycopg.errors import InvalidSchemaName, UndefinedTable
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from config.settings import SettingsError
from service.installation import installation, need_installed
from service.kit.seat import Seat
from service.rooms import metadata
from tenants.db import FenceError, acting_for, fenced_engine, refuse_privileged
from tenants.errors import Missing
from tenants.models import Tenant, by_slug


@contextmanager
def database(data: Path) -> Iterator[Engine]:
    """The installation's database as the service's own role, servers running for as long as it takes."""
    need_installed(data)
    metadata()  # every room's tables, whichever of them the command reads
    with installation(data) as settings:
        engine = fenced_engine(settings.database_url)
        try:
            refuse_privileged(engine)
            yield engine
        except FenceError as error:
            raise SettingsError(f"DATABASE_URL 的数据库角色权限过大，不能使用。{error}") from error
        except (OperationalError, ProgrammingError) as error:
            raise _understood(error) from error
        finally:
            engine.dispose()


def _understood(error: DBAPIError) -> Exception:
    """What the operator can mend is a sentence; anything else stays as it is."""
    if isinstance(error.orig, UndefinedTable | InvalidSchemaName):
        return SettingsError("数据库尚未建立结构，请先运行 lianxi migrate。Run `lianxi migrate` first.")
    if error.connection_invalidated or isinstance(error, OperationalError):
        return SettingsError("数据库没有应答，请运行 lianxi doctor。The database does not answer: run `lianxi doctor`.")
    return error


def tenant_named(engine: Engine, slug: str) -> Tenant:
    """The tenant of that address."""
    with acting_for(engine, None) as session:
        found = by_slug(session, slug)
    if found is None:
        raise Missing(f"没有地址名为 {slug} 的租户。", en=f"There is no tenant {slug}.")
    return found


def tenants_named(engine: Engine, slug: str | None) -> list[Tenant]:
    """That tenant, or every one by region code."""
    if slug:
        return [tenant_named(engine, slug)]
    with acting_for(engine, None) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.region_code)))


@contextmanager
def seat_at(engine: Engine, slug: str) -> Iterator[Seat]:
    """The operator's seat at that tenant's table."""
    tenant = tenant_named(engine, slug)
    with acting_for(engine, tenant.id) as session:
        yield Seat(session, tenant, "console", console=True)

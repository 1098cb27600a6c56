"""The fence: engine, base classes, and a session that acts for exactly one tenant.

The tenant is set with a literal `SET LOCAL` at BEGIN by an engine event. With no tenant set, row-level
security shows no rows of any tenant table; it never shows all of them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeVarTuple
from uuid import UUID

from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    MetaData,
    Select,
    UniqueConstraint,
    Uuid,
    bindparam,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    LoaderCriteriaOption,
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from uuid_utils.compat import uuid7

Columns = TypeVarTuple("Columns")
RETRY_SECONDS = 2.0
log = logging.getLogger("lianxi.database")

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Tables that stand outside the fence. Each is here for a reason a reviewer agreed to.
GLOBAL_TABLES = {
    "alembic_version": "the migration in force",
    "region": "GB/T 2260 divisions: public facts",
    "tenant": "the tree of tenants: names and places only",
    "account": "a person signs in before a tenant is known",
    "account_door": "which tenants an account may enter; its roles stay inside the tenant",
    "api_token": "a bearer token names its tenant before a tenant is known",
    "invitation": "a one-time link is opened before a tenant is known",
    "bell": "which background job is due where; no content",
}


class Base(DeclarativeBase):
    """The base of every row."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {dict[str, Any]: JSONB, list[Any]: JSONB, datetime: DateTime(timezone=True)}


class TenantOwned:
    """A row that belongs to one tenant: every key is led by `tenant_id`."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


def own_key(columns: str, target: str) -> ForeignKeyConstraint:
    """A foreign key inside the tenant: `own_key("plan_id", "plan")` points at (tenant_id, id) of plan."""
    names = ["tenant_id", *columns.split(",")]
    return ForeignKeyConstraint(names, [f"{target}.tenant_id", f"{target}.id"])


def own_unique(*columns: str) -> UniqueConstraint:
    """Unique inside the tenant, so that a collision never reveals another tenant's row."""
    return UniqueConstraint("tenant_id", *columns)


class FencedSession(Session):
    """A session that acts for one tenant, or for none; a switch is a new session."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = self.info.get("bind")
        if bind is None:
            base = super().get_bind(*args, **kwargs)
            bind = self.info["bind"] = base.execution_options(tenant=self.info.get("tenant"))
        return bind

    @property
    def tenant_id(self) -> UUID | None:
        """The tenant this session acts for."""
        return self.info.get("tenant")


@event.listens_for(FencedSession, "do_orm_execute")
def _prune_by_tenant(state: ORMExecuteState) -> None:
    """Every ORM statement also names the tenant: indexes led by tenant_id are used, Citus asks one shard."""
    info = state.session.info
    if info.get("tenant") is None or not (state.is_select or state.is_update or state.is_delete):
        return
    if not (state.is_column_load or state.is_relationship_load):
        own = info.get("own") or info.setdefault("own", _own(info["tenant"]))
        state.statement = state.statement.options(own)


def _own(tenant: UUID) -> LoaderCriteriaOption:
    """Made once a session: it takes longer than many a statement."""
    return with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant, include_aliases=True)


TENANT = bindparam("tenant", type_=Uuid)


def for_any_tenant(statement: Select[*Columns]) -> Select[*Columns]:
    """The statement, naming the tenant by its parameter `tenant`: made once, to be sent for one tenant after another.

    It is sent by the session's connection; the session itself would name the tenant in a new copy each time.
    """
    own = with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == TENANT, include_aliases=True)
    return statement.options(own)


@event.listens_for(FencedSession, "before_attach")
def _stamp_tenant(session: Session, row: object) -> None:
    """A new row carries its session's tenant; a row that carries another's is refused at once."""
    if not isinstance(row, TenantOwned) or not inspect(row).transient:
        return
    tenant: UUID | None = session.info.get("tenant")
    carried: UUID | None = row.tenant_id
    if tenant is None or carried not in (None, tenant):
        raise FenceError(f"a {type(row).__name__} of {carried} in a session of {tenant}")
    row.tenant_id = tenant  # pyright: ignore[reportAttributeAccessIssue]


class FenceError(RuntimeError):
    """A programming mistake that would have crossed the wall."""


def fenced_engine(url: str, **options: Any) -> Engine:
    """An engine whose every transaction begins by naming its tenant."""
    engine = create_engine(url, pool_pre_ping=True, **options)
    fence(engine)
    return engine


def fence(engine: Engine) -> None:
    """Put the wall's events on an engine."""
    event.listen(engine, "begin", _set_tenant)
    event.listen(engine, "rollback", _roll_back_and_remember)
    event.listen(engine, "connect", _remember_process)
    event.listen(engine, "checkout", _refuse_inherited)


def _set_tenant(connection: Connection) -> None:
    """BEGIN names the tenant, both in one message to the server; with no tenant the driver begins by itself."""
    tenant = connection.get_execution_options().get("tenant")
    driver: Any = connection.connection.driver_connection
    if driver.autocommit:
        raise FenceError("AUTOCOMMIT voids SET LOCAL, and with it the wall")
    if tenant is None:
        return
    # A literal rendered from a UUID object, never from a string that came from a client.
    named = "SET LOCAL app.tenant = '" + UUID(int=tenant.int).hex + "'"
    driver.pgconn.exec_(b"BEGIN; " + named.encode())
    if driver.info.transaction_status != TransactionStatus.INTRANS:
        connection.exec_driver_sql(named)  # fails too, and says why


def _roll_back_and_remember(connection: Connection) -> None:
    """Rolled back by the server, the statements it has planned kept; the driver's own rollback then has nothing to do.

    That one forgets them all, lest an object they name was made in the transaction. No transaction here makes any, and
    every reading ends in a rollback: each would be planned anew each time.
    """
    if connection.invalidated:
        return
    driver: Any = connection.connection.driver_connection
    if driver.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
        driver.pgconn.exec_(b"ROLLBACK")


def _remember_process(_dbapi: Any, record: Any) -> None:
    record.info["pid"] = os.getpid()


def _refuse_inherited(_dbapi: Any, record: Any, _proxy: Any) -> None:
    if record.info["pid"] != os.getpid():
        record.dbapi_connection = None
        raise DisconnectionError("a connection inherited over fork")


def acting_for(engine: Engine, tenant_id: UUID | None) -> FencedSession:
    """A session whose rows are that tenant's alone."""
    return FencedSession(bind=engine, info={"tenant": tenant_id}, expire_on_commit=False)


def refuse_privileged(engine: Engine) -> None:
    """The service stands only on a role that row-level security binds; anything else is no start."""
    with engine.connect() as connection:
        faults = list(_privileges(connection))
    if faults:
        raise FenceError("the database role of DATABASE_URL is privileged: " + "; ".join(faults))


def stand(engine: Engine, wait: Callable[[float], object]) -> None:
    """The database answers in a role that the wall binds; a privileged one is no start.

    A server that is still starting, or was killed, is waited for with one line a try, until `wait` says to stop.
    """
    while True:
        try:
            return refuse_privileged(engine)
        except OperationalError as error:
            log.warning("the database does not answer yet (%s)", type(error.orig).__name__)
            if wait(RETRY_SECONDS):
                return None


def _privileges(connection: Connection) -> Iterable[str]:
    role = connection.execute(text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")).one()
    if role.rolsuper:
        yield "it is a superuser"
    if role.rolbypassrls:
        yield "it has BYPASSRLS"
    owned = connection.execute(
        text("SELECT count(*) FROM pg_class WHERE relkind IN ('r','p') AND relowner = current_user::regrole")
    ).scalar_one()
    if owned:
        yield f"it owns {owned} tables"
    yield from (f"it may become {name}" for name in connection.execute(text(_STRONGER)).scalars())


# Roles that the service could SET ROLE to and that the wall does not bind.
_STRONGER = """
SELECT rolname FROM pg_roles AS other
WHERE rolname <> current_user AND pg_has_role(current_user, other.oid, 'MEMBER')
  AND (rolsuper OR rolbypassrls
       OR EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relowner = other.oid))
ORDER BY rolname
"""


class Versioned:
    """A row that two people may hold at once: the second to save is told, never silently overwritten."""

    revision: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}

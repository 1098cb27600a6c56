"""The tree of tenants. It knows names and places, and no business word."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy_utils import Ltree, LtreeType
from uuid_utils.compat import uuid7

from tenants.db import Base

LEVELS = ("province", "city", "county")
STATES = ("preparing", "running", "suspended", "closed")
WORKING = ("preparing", "running")  # in the other states everything is read and nothing is written


class Region(Base):
    """A division of GB/T 2260, or one of the fictional sample."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[str]


class Tenant(Base):
    """A node of the tree: a province, a city or a county that runs its own conference."""

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint("level IN ('province', 'city', 'county')", name="level"),
        CheckConstraint("state IN ('preparing', 'running', 'suspended', 'closed')", name="state"),
        Index("ix_tenant_path", "path", postgresql_using="gist"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    region_code: Mapped[str] = mapped_column(String(6), unique=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("tenant.id"), index=True)
    path: Mapped[Ltree] = mapped_column(LtreeType)
    state: Mapped[str] = mapped_column(server_default="running")
    opened_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @property
    def working(self) -> bool:
        """Whether anything may be written in it."""
        return self.state in WORKING


def label(tenant_id: UUID) -> str:
    """The tenant's step in a path."""
    return tenant_id.hex


def by_slug(session: Session, slug: str) -> Tenant | None:
    """The tenant addressed by a path."""
    return session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()


def children(session: Session, tenant_id: UUID) -> list[Tenant]:
    """The tenants directly below, by region code."""
    query = select(Tenant).where(Tenant.parent_id == tenant_id).order_by(Tenant.region_code)
    return list(session.scalars(query))


def subtree(session: Session, tenant: Tenant) -> list[Tenant]:
    """The tenant and all below it, by region code."""
    query = select(Tenant).where(Tenant.path.descendant_of(tenant.path)).order_by(Tenant.region_code)
    return list(session.scalars(query))


def ancestors(tenant: Tenant) -> list[UUID]:
    """The ids above a tenant, the root first."""
    return [UUID(hex=step) for step in str(tenant.path).split(".")[:-1]]

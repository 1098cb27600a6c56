"""Accounts are people; seats are what they may do in one tenant."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants.db import Base, TenantOwned


class Account(Base):
    """A person who may sign in. No password yet means: invited, not activated."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=1)  # raising it ends every session of the account
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AccountDoor(Base):
    """A tenant this account may enter. What it may do there is told inside."""

    __tablename__ = "account_door"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)


class SeatGrant(TenantOwned, Base):
    """A role of an account in this tenant, for a unit or for the office, over some time."""

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_account", "tenant_id", "account_id"),)

    account_id: Mapped[UUID]
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    from_date: Mapped[date]
    to_date: Mapped[date | None]


class Invitation(Base):
    """A one-time link by which an invited person sets the first password."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """A bearer token for one account in one tenant. Only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

"""Accounts are people; seats are what they may do in one tenant."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from tenants.db import Base, TenantOwned


class Account(Base):
    """A person who may sign in. No password yet means: invited, not activated.

    Failed attempts are not counted here: a username that nobody bears is locked just the same (signin.py).
    """

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=1)  # raising it ends every session of the account
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    # What flask-login asks of a user.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        """What a session keeps of its account: the session ends when the epoch is raised."""
        return f"{self.id}.{self.session_epoch or 1}"

    @property
    def activated(self) -> bool:
        """Whether the person has set a password."""
        return self.password_hash is not None

    def set_password(self, password_hash: str) -> None:
        """The account opens with this password; every session that was open has ended."""
        self.password_hash = password_hash
        self.session_epoch += 1


class AccountDoor(Base):
    """A tenant this account may enter. What it may do there is told inside."""

    __tablename__ = "account_door"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), primary_key=True)


class SeatGrant(TenantOwned, Base):
    """A role of an account in this tenant, for a unit or for the office, over some time."""

    __tablename__ = "seat"
    __table_args__ = (
        Index("ix_seat_account", "tenant_id", "account_id"),
        CheckConstraint("to_date >= from_date", name="dates"),
    )

    account_id: Mapped[UUID]
    role: Mapped[str]
    unit_id: Mapped[UUID | None]
    from_date: Mapped[date]
    to_date: Mapped[date | None]  # the first day on which it is held no more
    former: Mapped[bool] = mapped_column(default=False)  # from then on the person still reads what the role read

    def held_on(self, on: date) -> bool:
        """Whether the seat is held that day."""
        return self.from_date <= on and (self.to_date is None or on < self.to_date)

    def reads_on(self, on: date) -> bool:
        """Whether it is a left seat that day, from which one still reads."""
        return self.former and self.to_date is not None and self.to_date <= on

    def end(self, on: date) -> None:
        """The seat is held no more, from that day on, and nothing is read from it."""
        self.to_date, self.former = max(on, self.from_date), False

    def leave(self, on: date) -> None:
        """The post was left: from that day on the seat reads and does nothing. Source: dossier 1.2 M2 (换人当日)."""
        self.to_date, self.former = max(on, self.from_date), True


class Invitation(Base):
    """A one-time link by which an invited person sets the first password. Only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"), index=True)  # whose administrator invited
    invited_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    def open_at(self, now: datetime) -> bool:
        """Whether the link still opens."""
        return self.used_at is None and now < self.expires_at


class ApiToken(Base):
    """A bearer token for one account in one tenant. Only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id"))
    label: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

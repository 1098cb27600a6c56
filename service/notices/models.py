"""What a person was told, once; how he is written to, and who is told beside him."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from service.notices.rules import Quiet
from tenants.db import Base, TenantOwned, own_unique


class Notice(TenantOwned, Base):
    """One account was told one thing: `key` names the thing and the moment, so that nobody is told it twice."""

    __tablename__ = "notice"
    __table_args__ = (
        own_unique("account_id", "key"),
        Index("ix_notice_made", "tenant_id", "account_id", "made_at"),
        Index("ix_notice_unread", "tenant_id", "account_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_letter", "tenant_id", "account_id", postgresql_where=text("letter IS NOT NULL")),
        Index("ix_notice_message", "tenant_id", postgresql_where=text("message")),
        CheckConstraint("letter IN ('at_once', 'daily')", name="letter"),
    )

    account_id: Mapped[UUID]
    kind: Mapped[str]  # of config/wording/notices.yaml
    key: Mapped[str]
    params: Mapped[dict[str, Any]]
    endpoint: Mapped[str]  # the place that it leads to, and its arguments
    args: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]
    for_id: Mapped[UUID | None]  # told as that account's deputy
    deputy_id: Mapped[UUID | None]  # who was told as this account's deputy
    letter: Mapped[str | None]  # how it waits to be written of: at_once or daily
    message: Mapped[bool] = mapped_column(default=False)  # whether it waits to be sent to the messenger


class Mailbox(TenantOwned, Base):
    """Where an account is written to in this tenant, and when not. Nothing goes to an address before it is confirmed.

    The code stands here as it is until it is used or over: six digits are no secret to whoever reads the database.
    """

    __tablename__ = "mailbox"
    __table_args__ = (own_unique("account_id"),)

    account_id: Mapped[UUID]
    address: Mapped[str] = mapped_column(default="")  # confirmed
    confirmed_at: Mapped[datetime | None]
    asked: Mapped[str] = mapped_column(default="")  # to be confirmed
    code: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    locale: Mapped[str] = mapped_column(default="zh")

    @property
    def quiet(self) -> Quiet | None:
        """The hours in which nothing is sent."""
        return Quiet(self.quiet_from, self.quiet_to) if self.quiet_from and self.quiet_to else None


class NoticeChoice(TenantOwned, Base):
    """How an account wants to be written to of a kind; without a row: at once."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        own_unique("account_id", "kind"),
        CheckConstraint("way IN ('at_once', 'daily', 'never')", name="way"),
    )

    account_id: Mapped[UUID]
    kind: Mapped[str]
    way: Mapped[str]


class Deputy(TenantOwned, Base):
    """Who is told beside an absent account over some days. It gives no right to anything."""

    __tablename__ = "deputy"
    __table_args__ = (
        Index("ix_deputy_account", "tenant_id", "account_id", "to_date"),
        CheckConstraint("to_date >= from_date", name="dates"),
    )

    account_id: Mapped[UUID]
    deputy_id: Mapped[UUID]
    from_date: Mapped[date]
    to_date: Mapped[date]  # the last day
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class Letter(TenantOwned, Base):
    """What is sent outward, fixed before the first try: every try sends the same under the same id."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_made", "tenant_id", "made_at"),
        CheckConstraint("channel IN ('mail', 'hook')", name="channel"),
    )

    channel: Mapped[str]
    account_id: Mapped[UUID | None]  # none: the tenant's messenger
    address: Mapped[str]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    dropped: Mapped[str] = mapped_column(default="")  # why it is not sent at all


class Messenger(TenantOwned, Base):
    """The tenant's messenger of the government: where messages go, and what they are signed with."""

    __tablename__ = "messenger"
    __table_args__ = (own_unique("url"),)

    url: Mapped[str]
    secret: Mapped[str]
    kinds: Mapped[list[Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)

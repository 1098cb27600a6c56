"""What a person was told, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base, TenantOwned, own_unique


class Notice(TenantOwned, Base):
    """One account was told one thing: `key` names the thing and the moment, so that nobody is told it twice."""

    __tablename__ = "notice"
    __table_args__ = (
        own_unique("account_id", "key"),
        Index("ix_notice_made", "tenant_id", "account_id", "made_at"),
        Index("ix_notice_unread", "tenant_id", "account_id", postgresql_where=text("read_at IS NULL")),
    )

    account_id: Mapped[UUID]
    kind: Mapped[str]  # of config/wording/notices.yaml
    key: Mapped[str]
    params: Mapped[dict[str, Any]]
    endpoint: Mapped[str]  # the place that it leads to, and its arguments
    args: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    read_at: Mapped[datetime | None]

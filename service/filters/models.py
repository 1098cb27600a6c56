"""A filter of a list that one account keeps under a name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Mapped

from tenants.db import Base, TenantOwned, Versioned, own_unique


class SavedFilter(Versioned, TenantOwned, Base):
    """`query` is what stands behind the question mark of the list's address."""

    __tablename__ = "saved_filter"
    __table_args__ = (own_unique("account_id", "list", "name"),)

    account_id: Mapped[UUID]
    list: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]

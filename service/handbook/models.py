"""The editions of the handbook that were issued."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped

from tenants.db import Base, TenantOwned, own_unique


class HandbookEdition(TenantOwned, Base):
    """One edition: its number within the year, when it was issued, and the roster that it was printed from.

    Append-only. Source: seed 四(五); dossier 1.4 R5 (出版次与封面日期).
    """

    __tablename__ = "handbook_edition"
    __table_args__ = (own_unique("year", "number"),)

    year: Mapped[int]
    number: Mapped[int]
    issued_on: Mapped[date]
    issued_by: Mapped[str]
    roster_sha256: Mapped[str]  # of who held which post that day

    @property
    def title(self) -> str:
        """As the cover says it."""
        return f"{self.year}年第{self.number}版"

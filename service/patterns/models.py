"""The reference template (参考模板) that a tenant is writing for a level below it. Once published it is an offer.

Source: dossier 1.5 L1 (上级只可下发“报送要求”和“参考模板”).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from service.charter.text import CharterText
from tenants.db import Base, TenantOwned, Versioned, own_unique


class PatternDraft(Versioned, TenantOwned, Base):
    """The next template for one level, as it stands on the desk; one for each level."""

    __tablename__ = "pattern_draft"
    __table_args__ = (own_unique("level"),)

    level: Mapped[str]
    origin: Mapped[str]  # level | own | last: which text it was begun with
    content: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    drafted_by: Mapped[str]

    @property
    def text(self) -> CharterText:
        """The document."""
        return CharterText.from_json(self.content)

    @text.setter
    def text(self, text: CharterText) -> None:
        self.content = text.as_json()

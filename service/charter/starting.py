"""A text to start from that came from a sister locality: published by it, offered by the tenant above both.

Only the tenant's own rows are read: what lies here is the sealed copy that came down. Nothing of a charter that was
not published can be among them. Source: seed 末句; dossier 1.5 L1 (上级只可下发“参考模板”).
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import undefer

from service.charter.text import CharterText
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.offers import ReceivedOffer

KIND = "charter_start"


def starts(session: FencedSession) -> list[ReceivedOffer]:
    """The texts that were offered to start from, the latest of each place, the newest first."""
    query = select(ReceivedOffer).where(ReceivedOffer.kind == KIND).options(undefer(ReceivedOffer.content))
    rows = session.scalars(query.order_by(ReceivedOffer.received_at, ReceivedOffer.number))
    latest = {row.content["place"]: row for row in rows}
    return sorted(latest.values(), key=lambda row: row.received_at, reverse=True)


def start_named(session: FencedSession, start_id: UUID) -> ReceivedOffer:
    """The starting text of that id, as it came here."""
    query = select(ReceivedOffer).where(ReceivedOffer.kind == KIND, ReceivedOffer.id == start_id)
    row = session.scalars(query.options(undefer(ReceivedOffer.content))).one_or_none()
    if row is None:
        raise Missing()
    return row


def text_in(row: ReceivedOffer) -> CharterText:
    """The text that was sealed."""
    return CharterText.from_json(row.content["text"])


def begun_from(text: CharterText, own: CharterText) -> CharterText:
    """The sister's text as one's own begins with it: one's own name, and one's own units by their own names. Pure."""
    units = tuple(replace(unit, **_known(own, unit.key)) for unit in text.units)
    return replace(text, conference_name=own.conference_name, units=units)


def _known(own: CharterText, key: str) -> dict[str, object]:
    """What one's own charter says of a unit that sits here too; since when it sits only then."""
    unit = own.unit(key)
    return {"name": unit.name, "joined_on": unit.joined_on} if unit else {"joined_on": None}

"""Reading reference templates: those that came from above, those that went below, and the one being written.

Only the tenant's own rows are read: what came is a sealed copy of its own, what went is its own row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from config.catalogue import CharterTemplate, charter_template
from service.charter import merging
from service.charter import queries as charters
from service.charter.merging import Item
from service.charter.models import Charter
from service.charter.original import original_of, template_for
from service.charter.text import CharterText, text_of
from service.patterns.models import PatternDraft
from service.patterns.rules import reform_of
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.models import Tenant
from tenants.offers import Offer, OfferDelivery, ReceivedOffer, places_of
from tenants.texts import ReceivedText

KIND = "charter_template"


def received() -> Select[ReceivedOffer]:
    """The query of the templates that came from above."""
    return select(ReceivedOffer).where(ReceivedOffer.kind == KIND)


def received_named(session: FencedSession, offer_id: UUID) -> ReceivedOffer:
    """The template of that id that came here."""
    return _or_missing(session.scalars(_whole(received(), ReceivedOffer).where(ReceivedOffer.id == offer_id)).first())


def issued() -> Select[Offer]:
    """The query of the templates that this tenant published."""
    return select(Offer).where(Offer.kind == KIND)


def issued_for(level: str | None) -> Select[Offer]:
    """The query of those for one level, or of all."""
    return issued().where(Offer.level == level) if level else issued()


def issued_named(session: FencedSession, offer_id: UUID) -> Offer:
    """The template of that id that went from here."""
    return _or_missing(session.scalars(_whole(issued(), Offer).where(Offer.id == offer_id)).first())


def _whole(query: Select[Any], row: type[Offer] | type[ReceivedOffer]) -> Select[Any]:
    """With the text, which lists leave out."""
    return query.options(undefer(row.content))


def _or_missing(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def last_issued(session: FencedSession, level: str, *, below: int | None = None) -> Offer | None:
    """The latest template for the level, or the one before a number."""
    query = _whole(issued(), Offer).where(Offer.level == level)
    query = query if below is None else query.where(Offer.number < below)
    return session.scalars(query.order_by(Offer.number.desc()).limit(1)).first()


def arrivals(session: FencedSession, rows: Sequence[Offer]) -> dict[UUID, int]:
    """In how many places each of these templates stands."""
    ids = [row.id for row in rows]
    query = select(OfferDelivery.offer_id, func.count().label("places")).where(OfferDelivery.offer_id.in_(ids))
    return {row.offer_id: row.places for row in session.execute(query.group_by(OfferDelivery.offer_id))}


def senders(session: FencedSession, rows: Sequence[ReceivedOffer]) -> Mapping[UUID, Tenant]:
    """Who sent these templates: names and places are public."""
    found = session.scalars(select(Tenant).where(Tenant.id.in_({row.source_id for row in rows})))
    return {tenant.id: tenant for tenant in found}


def text_in(row: Offer | ReceivedOffer) -> CharterText:
    """The text that was sealed."""
    return CharterText.from_json(row.content)


def draft_for(session: FencedSession, level: str, *, hold: bool = False) -> PatternDraft | None:
    """The template for the level that is being written, if there is one; held until commit if asked."""
    query = select(PatternDraft).where(PatternDraft.level == level).options(undefer(PatternDraft.content))
    return session.scalars(query.with_for_update() if hold else query).one_or_none()


def drafts(session: FencedSession) -> list[PatternDraft]:
    """Every template that is being written."""
    return list(session.scalars(select(PatternDraft).order_by(PatternDraft.level)))


def draft_named(session: FencedSession, level: str) -> PatternDraft:
    """The template for the level that is being written."""
    return _or_missing(draft_for(session, level))


def level_template(session: FencedSession, level: str, reform: str | None = None) -> CharterTemplate:
    """The house's own template for the level, as the first place there would have it, before or after a reform."""
    places = places_of(session, level)
    return template_for(places[0], reform) if places else charter_template(level, reform=reform)


def before(session: FencedSession, level: str, text: CharterText, *, below: int | None = None) -> CharterText:
    """What a template is compared with: the one published before it, or the house's own."""
    last = last_issued(session, level, below=below)
    return text_in(last) if last else text_of(level_template(session, level, reform_of(text.template_version)))


# --- what places below published ---


def published_charter(session: FencedSession, slug: str) -> tuple[Tenant, ReceivedText]:
    """The place below of that name with the charter that it published last; none such if it published none."""
    place: Tenant = _or_missing(session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none())
    query = select(ReceivedText).where(ReceivedText.kind == "charter", ReceivedText.source_id == place.id)
    query = query.options(undefer(ReceivedText.content)).order_by(ReceivedText.revision.desc()).limit(1)
    return place, _or_missing(session.scalars(query).one_or_none())


def sisters(session: FencedSession, place: Tenant) -> list[Tenant]:
    """The other places of its level below the session's tenant."""
    return [one for one in places_of(session, place.level) if one.id != place.id]


# --- the three texts of a comparison ---


def own_version(session: FencedSession) -> Charter:
    """The charter that a template is compared with: the draft that lies open, or the latest version."""
    return charters.open_draft(session) or charters.settled(session)[0]


def came_from(session: FencedSession, tenant: Tenant, own: CharterText) -> CharterText:
    """The template that this text was last compared with; at first the one that it was copied from."""
    label = ReceivedOffer.content["template_version"].astext
    row = session.scalars(_whole(received(), ReceivedOffer).where(label == own.template_version).limit(1)).first()
    return text_in(row) if row else text_of(original_of(tenant, own))


def texts_for(
    session: FencedSession, tenant: Tenant, row: ReceivedOffer
) -> tuple[CharterText, CharterText, CharterText]:
    """The template that one's own text came from, one's own text, and the new template."""
    own = own_version(session).text
    return came_from(session, tenant, own), own, text_in(row)


def compared(session: FencedSession, tenant: Tenant, row: ReceivedOffer) -> list[Item]:
    """The three texts item by item."""
    return merging.items(*texts_for(session, tenant, row))

"""By when the places below owe their figures, told them as the charter of the place above changes it.

Nobody reads another's charter: what concerns the places directly below is offered to them, sealed, and stands in
their own rows. Where nothing was ever told, the terms are those that every conference begins with.
Source: seed 四(一); dossier 4.4, 6 (默认期限).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from config.catalogue import charter_template
from service.charter.models import Charter
from tenants import offers
from tenants.db import FencedSession
from tenants.models import children
from tenants.offers import Offer

KIND = "figures_deadline"
TERMS = ("figures_due_days", "grace_workdays", "due_shifts_to_workday")


def usual_terms() -> dict[str, Any]:
    """The terms of a conference that has not set its own."""
    return {rule.key: rule.value for rule in charter_template("province").rules if rule.key in TERMS}


def announce(session: FencedSession, charter: Charter, *, by: str) -> int:
    """The places directly below are told the terms of this version, if they are others than those told last.

    Returns how many are told.
    """
    assert session.tenant_id is not None
    terms, places = _terms(charter.rules), children(session, session.tenant_id)
    told = 0
    for level in sorted({place.level for place in places}):
        if terms != _told_last(session, level):
            content = terms | {"since": charter.effective_from}
            to = {place.id for place in places if place.level == level}
            offers.offer(session, KIND, level, "各地数据上报期限", content, note=charter.version, by=by, to=to)
            told += len(to)
    return told


def _told_last(session: FencedSession, level: str) -> Mapping[str, Any]:
    last = select(Offer.content).where(Offer.kind == KIND, Offer.level == level).order_by(Offer.number.desc()).limit(1)
    content = session.scalar(last)
    return usual_terms() if content is None else _terms(content)


def _terms(rules: Mapping[str, Any]) -> dict[str, Any]:
    return {key: rules[key] for key in TERMS}

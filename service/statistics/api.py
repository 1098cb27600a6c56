"""Figures and publications, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.period import Period
from service.kit.web import current_seat, reading, today
from service.statistics.commands import prepare_words, publish_period
from service.statistics.models import PeriodDraft
from service.statistics.queries import (
    draft,
    live,
    publication,
    publications,
    shown,
    since_opening,
    words_of,
)
from service.statistics.schemas import DeliveryOut, PeriodFiguresOut, PeriodOut, PublicationIn, PublicationOut, WordsIn
from service.statistics.view import as_json
from tenants.exchange import Publication, sending

api = Blueprint(
    "statistics_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/figures",
    description="A period's figures, and their publication up",
)


@api.get("")
@api.response(200, PeriodOut(many=True))
def index() -> list[dict[str, Any]]:
    """Every quarter since the conference was opened, and the newest revision of each."""
    seat = reading("figures.read")
    return [
        {
            "period": str(state.period),
            "label": state.period.label,
            "closed": state.closed,
            "state": state.state,
            "revision": state.latest.revision if state.latest else None,
            "published_on": state.latest.published_on if state.latest else None,
            "published_at": state.latest.published_at if state.latest else None,
        }
        for state in since_opening(seat.session, seat.tenant.opened_on, today())
    ]


@api.get("/<period>")
@api.response(200, PeriodFiguresOut)
def show(period: str) -> dict[str, Any]:
    """The period's live figures, the words prepared, and its revisions."""
    seat, named = reading("figures.read"), Period.parse(period)
    return {
        "period": str(named),
        "closed": named.closed(today()),
        "figures": [as_json(shown(entry)) for entry in live(seat.session, named.so_far(today()))],
        "words": words_of(draft(seat.session, str(named))),
        "revisions": publications(seat.session, str(named)),
    }


def _tag(row: PeriodDraft | None) -> dict[str, int]:
    return {"revision": row.revision if row else 0}


@api.get("/<period>/words")
@api.etag
@api.response(200, WordsIn)
def words(period: str) -> dict[str, str]:
    """The words prepared for the period."""
    row = draft(reading("figures.read").session, str(Period.parse(period)))
    api.set_etag(_tag(row))
    return words_of(row)


@api.put("/<period>/words")
@api.etag
@api.arguments(WordsIn)
@api.response(200, WordsIn)
def keep_words(body: dict[str, str], period: str) -> dict[str, str]:
    """Keep the words that go up with the period's figures."""
    seat, named = current_seat(), Period.parse(period)
    api.check_etag(_tag(draft(seat.session, str(named))))
    row = prepare_words(seat, named, body)
    api.set_etag(_tag(row))
    return words_of(row)


@api.post("/<period>/publications")
@idempotent
@api.arguments(PublicationIn, required=False)
@api.response(201, PublicationOut)
def publish(body: dict[str, Any], period: str) -> Publication:
    """Publish the period's figures as its next revision."""
    return publish_period(current_seat(), Period.parse(period), today(), **body)


@api.get("/<period>/publications/<int:revision>/delivery")
@api.response(200, DeliveryOut)
def delivery(period: str, revision: int) -> dict[str, Any]:
    """How far one revision is on its way to the tenant above."""
    seat = reading("figures.read")
    job = sending(seat.session, publication(seat.session, str(Period.parse(period)), revision))
    return {"state": job.state if job else "none", "attempts": job.attempts if job else 0}


@api.get("/<period>/publications/<int:revision>")
@api.response(200, PublicationOut)
def revision(period: str, revision: int) -> Any:
    """One sealed revision."""
    seat = reading("figures.read")
    return publication(seat.session, str(Period.parse(period)), revision)

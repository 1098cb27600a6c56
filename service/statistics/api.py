"""Figures and publications, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.period import Period
from service.kit.web import current_seat, reading, today
from service.statistics.commands import WORDS, prepare_words, publish_period
from service.statistics.queries import draft, live, periods, publication, publications, shown
from service.statistics.schemas import PeriodFiguresOut, PeriodOut, PublicationOut, WordsIn
from service.statistics.view import as_json
from tenants.exchange import Publication

api = Blueprint(
    "statistics_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/figures",
    description="A period's figures, and their publication up",
)


@api.get("")
@api.response(200, PeriodOut(many=True))
def index() -> list[dict[str, Any]]:
    """The recent quarters and the newest revision of each."""
    seat = reading("figures.read")
    return [
        {
            "period": str(state.period),
            "label": state.period.label,
            "closed": state.closed,
            "revision": state.latest.revision if state.latest else None,
            "published_at": state.latest.published_at if state.latest else None,
        }
        for state in periods(seat.session, today())
    ]


@api.get("/<period>")
@api.response(200, PeriodFiguresOut)
def show(period: str) -> dict[str, Any]:
    """The period's live figures, the words prepared, and its revisions."""
    seat, named = reading("figures.read"), Period.parse(period)
    row = draft(seat.session, str(named))
    return {
        "period": str(named),
        "closed": named.closed(today()),
        "figures": [as_json(shown(entry)) for entry in live(seat.session, named)],
        "words": {name: getattr(row, name) if row else "" for name in WORDS},
        "revisions": publications(seat.session, str(named)),
    }


@api.put("/<period>/words")
@api.arguments(WordsIn)
@api.response(200, WordsIn)
def keep_words(words: dict[str, str], period: str) -> Any:
    """Keep the words that go up with the period's figures."""
    return prepare_words(current_seat(), Period.parse(period), words)


@api.post("/<period>/publications")
@idempotent
@api.response(201, PublicationOut)
def publish(period: str) -> Publication:
    """Publish the period's figures as its next revision."""
    return publish_period(current_seat(), Period.parse(period), today())


@api.get("/<period>/publications/<int:revision>")
@api.response(200, PublicationOut)
def revision(period: str, revision: int) -> Any:
    """One sealed revision."""
    seat = reading("figures.read")
    return publication(seat.session, str(Period.parse(period)), revision)

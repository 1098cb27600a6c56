"""The board: what each place below has published, beside its coverage. Only the holder's own rows are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from config.catalogue import Indicator, progress_indicators
from service.calendar.queries import workdays
from service.charter.queries import rules_then
from service.kit.period import Period
from service.oversight import rules
from service.oversight.rules import Deadline, Timing
from service.statistics.queries import Shown, by_code, text_of
from service.statistics.rules import MISSING, Amount, add, rank, ratio
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.exchange import Delivery
from tenants.models import Tenant, ancestors
from tenants.rollup import Figure, Rollup
from tenants.texts import ReceivedText, revisions

Came = TypeVar("Came", Delivery, ReceivedText)

# The columns of the board, in order. The rest of a publication is one click below.
COLUMNS = (
    "completion_rate",
    "due_completion_rate",
    "on_time_rate",
    "overdue_current",
    "plenary_compliance",
    "timeliness_rate",
)


@dataclass(frozen=True)
class Receipt:
    """Which revision of a place counts, and the days on which it was published: the first, and this one."""

    revision: int
    published_on: date
    published_at: datetime
    basis: str
    first_on: date


@dataclass(frozen=True)
class Row:
    """One place on the board: its own figures, or those of its whole part of the tree."""

    tenant: Tenant
    depth: int
    receipt: Receipt | None
    timing: Timing
    figures: Mapping[str, Shown]
    ranks: Mapping[str, int | None]
    reported: int  # places of its part of the tree that published
    expected: int  # places of its part of the tree that should have


@dataclass(frozen=True)
class Board:
    """The places below a tenant in one period."""

    period: Period
    rows: list[Row]
    totals: Mapping[str, Shown]
    reported: int
    expected: int
    silent: list[Tenant]
    deadline: Deadline
    standings: Mapping[str, int]  # how many of the places listed stand in each way to the deadline
    updated_on: date | None


@cache
def columns() -> tuple[Indicator, ...]:
    """The indicators that stand as columns."""
    by_key = {indicator.key: indicator for indicator in progress_indicators()}
    return tuple(by_key[key] for key in COLUMNS)


@cache
def _codes() -> tuple[str, ...]:
    """Nothing else is read for the board: a third of what was published."""
    return tuple(column.code for column in columns())


def board(
    session: FencedSession,
    holder: Tenant,
    period: Period,
    on: date,
    *,
    whole: bool = False,
    deep: bool = False,
    under: Tenant | None = None,
) -> Board:
    """The board of the places below `holder`, as it stands on that day.

    `whole` shows each direct child with all that is below it (口径:全域) instead of alone (口径:本级);
    `deep` lists every place below, not only the direct children; `under` lists the children of that place.
    """
    places = expected_below(session, holder, period)
    receipts = _receipts(session, holder, period)
    own = _own_figures(session, holder, period)
    listed = [place for place in places if deep or place.parent_id == (under or holder).id]
    figures = _node_figures(session, holder, period) if whole and not deep else own
    ranks = _ranks({place.id: figures.get(place.id, {}) for place in listed})
    counts = _coverage(places, receipts)
    owed = deadline(session, period)
    times = {place.id: _timing(owed, period, place, receipts.get(place.id), on) for place in listed}
    rows = [_row(place, holder, counts[place.id], receipts, times, figures, ranks) for place in listed]
    return Board(
        period=period,
        rows=rows,
        totals=totals(session, holder, period),
        reported=sum(place.id in receipts for place in places),
        expected=len(places),
        silent=[place for place in places if place.id not in receipts],
        deadline=owed,
        standings=Counter(row.timing.standing for row in rows),
        updated_on=max((receipt.published_on for receipt in receipts.values()), default=None),
    )


def deadline(session: FencedSession, period: Period) -> Deadline:
    """By when the period's figures are owed to the session's tenant, by its own charter. Source: seed 四(一)."""
    told = rules_then(session, period.last)
    return rules.deadline(period, told, workdays(session))


def _timing(owed: Deadline, period: Period, place: Tenant, receipt: Receipt | None, on: date) -> Timing:
    return rules.timing(owed, period, place.opened_on, receipt.first_on if receipt else None, on)


def expected_below(session: FencedSession, holder: Tenant, period: Period) -> list[Tenant]:
    """The places below that owe the period's figures: open by its end, and not closed. Source: dossier 6-23."""
    query = (
        select(Tenant)
        .where(Tenant.path.descendant_of(holder.path), Tenant.id != holder.id)
        .where(Tenant.opened_on <= period.end, Tenant.state != "closed")
        .order_by(Tenant.region_code)
    )
    return list(session.scalars(query))


def _receipts(session: FencedSession, holder: Tenant, period: Period) -> dict[UUID, Receipt]:
    query = (
        select(
            Delivery.source_id,
            Delivery.revision,
            Delivery.published_on,
            Delivery.published_at,
            Delivery.basis,
        )
        .where(Delivery.tenant_id == holder.id, Delivery.period == str(period))
        .order_by(Delivery.revision)
    )
    found: dict[UUID, Receipt] = {}
    for row in session.execute(query):
        before = found.get(row.source_id)
        first = before.first_on if before else row.published_on
        found[row.source_id] = Receipt(row.revision, row.published_on, row.published_at, row.basis, first)
    return found


Figures = dict[UUID, dict[str, Shown]]


def _own_figures(session: FencedSession, holder: Tenant, period: Period) -> Figures:
    detail: ColumnElement[Any] = func.nullif(
        Figure.detail, text("'{}'"), type_=JSONB
    )  # most have none: nothing to decode
    query = (
        select(Figure.source_id, Figure.code, Figure.numerator, Figure.denominator, Figure.status, detail)
        .where(Figure.tenant_id == holder.id, Figure.period == str(period))
        .where(Figure.code.in_(_codes()))
    )
    found: Figures = defaultdict(dict)
    for source_id, code, numerator, denominator, status, given in session.execute(query):
        found[source_id][code] = _shown(code, Amount(numerator, denominator, status), given or {})
    return found


def _node_figures(session: FencedSession, holder: Tenant, period: Period) -> Figures:
    query = select(Rollup.node_id, Rollup.code, Rollup.numerator, Rollup.denominator, Rollup.sources).where(
        Rollup.tenant_id == holder.id, Rollup.period == str(period), Rollup.node_id != holder.id
    )
    query = query.where(Rollup.code.in_(_codes()))
    found: Figures = defaultdict(dict)
    for node_id, code, numerator, denominator, sources in session.execute(query):
        amount = Amount(numerator, denominator) if sources else MISSING
        found[node_id][code] = _shown(code, amount, {"sources": sources})
    return found


def totals(session: FencedSession, holder: Tenant, period: Period) -> dict[str, Shown]:
    """Σ over the places below, from the pre-rolled rows of the direct children."""
    query = (
        select(Rollup.code, func.sum(Rollup.numerator), func.sum(Rollup.denominator), func.sum(Rollup.sources))
        .where(Rollup.tenant_id == holder.id, Rollup.period == str(period), Rollup.node_id != holder.id)
        .group_by(Rollup.code)
    )
    return {
        code: _shown(code, Amount(numerator, denominator) if sources else MISSING, {"sources": int(sources)})
        for code, numerator, denominator, sources in session.execute(query)
    }


def _shown(code: str, amount: Amount, detail: dict[str, object]) -> Shown:
    indicator = by_code()[code]
    return Shown(indicator, amount, text_of(indicator, amount, detail), detail)


def _ranks(figures: Mapping[UUID, Mapping[str, Shown]]) -> dict[str, dict[UUID, int | None]]:
    """Each rate's competition rank among the places listed. Source: dossier 6-22."""
    rated = [indicator for indicator in columns() if indicator.kind == "ratio"]
    return {
        indicator.code: rank(
            {place: _rate(row.get(indicator.code)) for place, row in figures.items()},
            higher_is_better=indicator.direction == "higher",
        )
        for indicator in rated
    }


def _rate(figure: Shown | None) -> Decimal | None:
    return ratio(figure.amount) if figure else None


def _row(
    place: Tenant,
    holder: Tenant,
    count: tuple[int, int],
    receipts: Mapping[UUID, Receipt],
    times: Mapping[UUID, Timing],
    figures: Figures,
    ranks: Mapping[str, Mapping[UUID, int | None]],
) -> Row:
    return Row(
        tenant=place,
        depth=str(place.path).count(".") - str(holder.path).count("."),
        receipt=receipts.get(place.id),
        timing=times[place.id],
        figures=figures.get(place.id, {}),
        ranks={code: places_rank.get(place.id) for code, places_rank in ranks.items()},
        reported=count[0],
        expected=count[1],
    )


def _coverage(places: Iterable[Tenant], receipts: Mapping[UUID, Receipt]) -> dict[UUID, tuple[int, int]]:
    """For each place, how many of its part of the tree published, of how many. Source: dossier 6-23."""
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for place in places:
        for step in (*ancestors(place), place.id):
            counts[step][0] += place.id in receipts
            counts[step][1] += 1
    return {step: (reported, expected) for step, (reported, expected) in counts.items()}


def place_below(session: FencedSession, holder: Tenant, slug: str) -> Tenant:
    """The place of that address, if it is below the holder; any other is not found."""
    query = select(Tenant).where(Tenant.slug == slug, Tenant.path.descendant_of(holder.path), Tenant.id != holder.id)
    place = session.scalars(query).one_or_none()
    if place is None:
        raise Missing()
    return place


def published_by(session: FencedSession, place: Tenant, period: Period) -> list[Delivery]:
    """What came from the place for the period, newest revision first."""
    query = select(Delivery).where(Delivery.source_id == place.id, Delivery.period == str(period))
    return list(session.scalars(query.order_by(Delivery.revision.desc())))


def timing_of(
    session: FencedSession, place: Tenant, period: Period, deliveries: Sequence[Delivery], on: date
) -> Timing:
    """How the place stands to the deadline: its first publication counts, whatever it corrected later."""
    first = deliveries[-1].published_on if deliveries else None
    return rules.timing(deadline(session, period), period, place.opened_on, first, on)


def charters_of(session: FencedSession, place: Tenant) -> list[ReceivedText]:
    """The charters that the place has published up, the latest first."""
    return revisions(session, place.id, "charter")


def revision_of(deliveries: Sequence[Came], asked: str | None) -> Came | None:
    """The revision asked for, or the newest; one that never came is not found."""
    if not asked:
        return deliveries[0] if deliveries else None
    found = next((row for row in deliveries if str(row.revision) == asked), None)
    if found is None:
        raise Missing()
    return found


def trend(session: FencedSession, holder: Tenant, code: str) -> list[tuple[str, Amount]]:
    """One indicator's total of the places below, period by period."""
    query = (
        select(Rollup.period, Rollup.numerator, Rollup.denominator, Rollup.sources)
        .where(Rollup.tenant_id == holder.id, Rollup.node_id != holder.id, Rollup.code == code)
        .order_by(Rollup.period)
    )
    by_period: dict[str, list[Amount]] = defaultdict(list)
    for period, numerator, denominator, sources in session.execute(query):
        by_period[period].append(Amount(numerator, denominator) if sources else MISSING)
    return [(period, add(amounts)) for period, amounts in by_period.items()]

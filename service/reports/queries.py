"""Reading reports, and taking the picture a report rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from service.calendar.queries import workdays
from service.charter.queries import in_force
from service.kit.paging import Asked, Page, page_of
from service.kit.period import Period
from service.kit.seat import Seat
from service.oversight.queries import deadline, expected_below
from service.oversight.rules import Timing, timing
from service.reports.calendar import Owed, owed
from service.reports.models import Report, Snapshot
from tenants.audit import plain
from tenants.db import FencedSession
from tenants.errors import Missing
from tenants.exchange import Delivery, Publication
from tenants.models import Tenant
from tenants.rollup import Figure

GOVERNMENT = "GV"
SORTABLE = {
    "period": Report.period,
    "state": Report.state,
    "number": Report.document_number,
    "date": Report.document_date,
    "id": Report.id,
}


def sees_drafts(seat: Seat) -> bool:
    """Whether the seat reads reports before they are signed: the government reads what was signed. Source: dossier 1.6."""
    return replace(seat, roles=seat.roles - {GOVERNMENT}).may_read("report.read")


def listed(seat: Seat, asked: Asked, *, whole: bool = False) -> Page:
    """Reports with the numbers of their snapshots, narrowed and in the order asked for, the newest period first."""
    query = select(Report, Snapshot.number).join(
        Snapshot, (Snapshot.tenant_id == Report.tenant_id) & (Snapshot.id == Report.snapshot_id)
    )
    if not sees_drafts(seat):
        query = query.where(Report.state != "draft")
    for name, value in asked.filters.items():
        query = query.where(SORTABLE[name] == value)
    if asked.q:
        looked_in = (Report.document_number, Report.signer, Snapshot.number)
        query = query.where(or_(*(column.contains(asked.q, autoescape=True) for column in looked_in)))
    return page_of(seat.session, query, asked, SORTABLE, "-period", whole=whole)


def owed_now(session: FencedSession, holder: Tenant, on: date) -> list[Owed]:
    """What the government is still to be told by the charter's own cycle. Source: seed 四(一)."""
    signed = session.scalars(select(Report.period).where(Report.state == "signed").distinct())
    return owed(in_force(session, on).rules, on, holder.opened_on, signed, workdays(session))


def numbers_given(session: FencedSession) -> list[str]:
    """Every document number in use, in the order of signing."""
    query = select(Report.document_number).where(Report.document_number.is_not(None))
    return [number for number in session.scalars(query.order_by(Report.document_date, Report.created_at)) if number]


def picture(session: FencedSession, holder: Tenant, period: Period) -> dict[str, Any]:
    """All that had been published for the period, place by place, and who had not: a snapshot's content."""
    places, owed = expected_below(session, holder, period), deadline(session, period)
    deliveries, first = _newest_deliveries(session, holder, period), _first_days(session, holder, period)
    figures = _figures(session, holder, period)
    participants = [
        _participant(place, deliveries[place.id], figures.get(place.id, []))
        | _punctual(timing(owed, period, place.opened_on, first[place.id], first[place.id]), first[place.id])
        for place in places
        if place.id in deliveries
    ]
    return plain(
        {
            "holder": _own(session, holder, period, figures.get(holder.id, [])),
            "participants": participants,
            "silent": [_name(place) for place in places if place.id not in deliveries],
            "expected": len(places),
            "reported": len(participants),
            "due": owed.due,
        }
    )


def _own(session: FencedSession, holder: Tenant, period: Period, figures: list[dict[str, Any]]) -> dict[str, Any]:
    """The holder's own level: its figures, and the words of the revision they come from."""
    newest = own_publication(session, period)
    own: dict[str, Any] = {"name": holder.name, "slug": holder.slug, "own": figures}
    if newest is None:
        return own
    return own | {"revision": newest.revision, "sha256": newest.sha256, "words": newest.content["words"]}


def _name(place: Tenant) -> dict[str, Any]:
    return {
        "id": place.id,
        "parent": place.parent_id,
        "slug": place.slug,
        "name": place.name,
        "level": place.level,
        "region_code": place.region_code,
    }


def _participant(place: Tenant, delivery: Delivery, figures: list[dict[str, Any]]) -> dict[str, Any]:
    return _name(place) | {
        "publication": delivery.publication_id,
        "revision": delivery.revision,
        "sha256": delivery.sha256,
        "published_by": delivery.published_by,
        "published_on": delivery.published_on,
        "published_at": delivery.published_at,
        "figures": figures,
        "words": delivery.content["words"],
    }


def _punctual(stands: Timing, first: date) -> dict[str, Any]:
    """What cannot change any more: the day of the first revision, and by how many days it was late."""
    return {"first_on": first, "late_days": stands.days}


def _first_days(session: FencedSession, holder: Tenant, period: Period) -> dict[UUID, date]:
    query = select(Delivery.source_id, Delivery.published_on).order_by(Delivery.revision.desc())
    rows = session.execute(query.where(Delivery.tenant_id == holder.id, Delivery.period == str(period)))
    return {row.source_id: row.published_on for row in rows}


def _newest_deliveries(session: FencedSession, holder: Tenant, period: Period) -> dict[UUID, Delivery]:
    query = select(Delivery).where(Delivery.tenant_id == holder.id, Delivery.period == str(period))
    return {row.source_id: row for row in session.scalars(query.order_by(Delivery.revision))}


def _figures(session: FencedSession, holder: Tenant, period: Period) -> dict[UUID, list[dict[str, Any]]]:
    query = (
        select(Figure)
        .where(Figure.tenant_id == holder.id, Figure.period == str(period))
        .order_by(Figure.source_id, Figure.code)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in session.scalars(query):
        entry = {name: getattr(row, name) for name in ("code", "numerator", "denominator", "status", "detail")}
        found.setdefault(row.source_id, []).append(entry)
    return found


def own_publication(session: FencedSession, period: Period) -> Publication | None:
    """The holder's own newest revision of the period."""
    query = select(Publication).where(Publication.period == str(period)).order_by(Publication.revision.desc())
    return session.scalars(query.limit(1)).one_or_none()


def next_serial(session: FencedSession, period: Period) -> int:
    """The number after the period's last snapshot."""
    return (session.scalar(select(func.max(Snapshot.serial)).where(Snapshot.period == str(period))) or 0) + 1


def report(session: FencedSession, report_id: UUID) -> Report:
    """The report, or nothing here of that id."""
    found = session.scalars(select(Report).where(Report.id == report_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def readable(seat: Seat, report_id: UUID) -> Report:
    """The report, if this seat may read it as it stands; a draft that it may not is missing."""
    found = report(seat.session, report_id)
    if found.state == "draft" and not sees_drafts(seat):
        raise Missing()
    return found


def readable_snapshot(seat: Seat, snapshot_id: UUID) -> Snapshot:
    """The snapshot, if this seat may read a report that rests on it."""
    signed = select(Report.id).where(Report.snapshot_id == snapshot_id, Report.state != "draft").limit(1)
    if not sees_drafts(seat) and seat.session.scalar(signed) is None:
        raise Missing()
    return snapshot(seat.session, snapshot_id)


def snapshot(session: FencedSession, snapshot_id: UUID) -> Snapshot:
    """The snapshot, or nothing here of that id."""
    found = session.scalars(select(Snapshot).where(Snapshot.id == snapshot_id)).one_or_none()
    if found is None:
        raise Missing()
    return found


def newest_snapshot(session: FencedSession, period: str) -> Snapshot | None:
    """The period's last snapshot."""
    query = select(Snapshot).where(Snapshot.period == period).order_by(Snapshot.serial.desc()).limit(1)
    return session.scalars(query).one_or_none()


def open_draft(session: FencedSession, period: str) -> Report | None:
    """The period's report that is not signed yet."""
    query = select(Report).where(Report.period == period, Report.state == "draft")
    return session.scalars(query.order_by(Report.created_at.desc()).limit(1)).one_or_none()


def stale(session: FencedSession, holder: Tenant, taken: Snapshot) -> bool:
    """Whether something was published after the snapshot: its figures are no longer the newest."""
    return picture(session, holder, Period.parse(taken.period)) != taken.content

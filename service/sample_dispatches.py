"""What the sample's province sends down in its year: one task to every city, and on to every county.

Each place routes it by its own division of duties to a duty of its own lead department, so that it stands with the
human resources here, with commerce or the development commission there; some have told how far they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import Engine, select

from config.catalogue import SamplePlace, sample_people, sample_places
from service.charter.queries import lead_units
from service.dispatches.commands import DispatchText, send_draft, write_draft
from service.dispatches.queries import one, places_below, routes
from service.dispatches.receiving import report, route
from service.kit.command import commit_held
from service.kit.seat import Seat
from service.rooms import handlers
from service.tasks.commands import TaskText
from service.tasks.progress import report_progress
from tenants import ledger
from tenants.db import acting_for
from tenants.dispatch import Dispatch, ReceivedDispatch
from tenants.models import Tenant, by_slug

SENT, BEGUN, TOLD, DUE = date(2026, 10, 20), date(2026, 10, 23), date(2026, 11, 10), date(2026, 12, 15)
TITLE = "摸清家庭服务企业和从业人员底数"
TEXT = "逐个街道（乡镇）核实家庭服务企业名录和从业人员数，建立台账，作为明年培训和扶持政策的依据。"
FORM = "企业名录和从业人员台账"


def carry_out(engine: Engine, slugs: Collection[str] | None = None) -> Iterator[str]:
    """The province sends, its cities take it up and pass it on, its counties take it up; those who work have told so.

    `slugs`: the places that are open, where not all are.
    """
    places = {place.slug: place for place in sample_places() if slugs is None or place.slug in slugs}
    root = next(place for place in places.values() if place.region.level == "province")
    if not _sent(engine, root):
        return
    for level in ("city", "county"):
        _deliver(engine)
        for place in places.values():
            if place.region.level == level:
                _take_up(engine, place)
        yield f"已交办 {level}"
    _deliver(engine)


def _deliver(engine: Engine) -> None:
    for _ in ledger.drain(engine, handlers()):
        pass


def _sent(engine: Engine, root: SamplePlace) -> bool:
    """The province has sent it; false where it had before."""
    with acting_for(engine, _tenant(engine, root.slug).id) as session:
        if session.scalar(select(Dispatch.id).where(Dispatch.title == TITLE)):
            return False
        seat = Seat(session, _tenant(engine, root.slug), _director(root), console=True)
        with commit_held(session):
            _send(seat)
    return True


def _tenant(engine: Engine, slug: str) -> Tenant:
    with acting_for(engine, None) as outside:
        found = by_slug(outside, slug)
    assert found is not None, slug
    return found


def _director(place: SamplePlace) -> str:
    return next(person.name for person in sample_people(place) if person.role == "office_director")


def _send(seat: Seat, came: ReceivedDispatch | None = None) -> None:
    below = [place.id for place in places_below(seat.session)]
    if below:
        text = DispatchText("task", TITLE, TEXT, DUE, form=FORM, places=below, passes_on_id=came.id if came else None)
        send_draft(seat, write_draft(seat, text, on=SENT).id, on=SENT)


def _take_up(engine: Engine, place: SamplePlace) -> None:
    """The place routes it to its lead department, passes it on, and tells how far it is if it works."""
    tenant = _tenant(engine, place.slug)
    with acting_for(engine, tenant.id) as session:
        row = session.scalars(select(ReceivedDispatch.id).where(ReceivedDispatch.title == TITLE)).first()
        if row is None or place.behaviour == "silent":
            return
        seat = Seat(session, tenant, _director(place), console=True)
        with commit_held(session):
            _carry(seat, one(session, ReceivedDispatch, row), place)


def _carry(seat: Seat, came: ReceivedDispatch, place: SamplePlace) -> None:
    mine = {unit.id for unit in lead_units(seat.session, SENT)}
    ways = routes(seat.session, came, SENT)
    way = next((way for way in ways if way.lead_id in mine), ways[0])
    task = route(seat, came.id, TaskText(TITLE, way.duty.id, None, BEGUN, DUE, FORM), on=BEGUN)
    _send(seat, came)
    if place.behaviour in ("outstanding", "on_time"):
        percent = 60 if place.behaviour == "outstanding" else 35
        report_progress(seat, task.id, percent=percent, text="已完成部分街道（乡镇）的核实。", on=TOLD)
        report(seat, came.id, words=f"{place.area}已完成约{percent}%的街道（乡镇）核实。", on=TOLD)

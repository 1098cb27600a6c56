"""Reading what went down and what came: the sender's places, the receiver's inbox, the routes that are proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session, undefer

from service.charter.models import Duty
from service.charter.queries import duties, route_of
from service.dispatches.models import DispatchDraft, DispatchDraftFile, DispatchTask
from service.dispatches.rules import Counts, DutyFacts, PlaceFacts, Standing, TaskState, counts, late, ranked, standing
from service.files.models import StoredFile
from service.kit.paging import Asked, Page, page_of
from service.tasks.models import Task
from tenants.answers import DispatchAnswer
from tenants.db import FencedSession
from tenants.dispatch import (
    OPEN,
    Dispatch,
    DispatchPlace,
    DispatchRevision,
    ReceivedDispatch,
    SealedFile,
    files_of,
    gone,
    over,
)
from tenants.errors import Missing
from tenants.models import Tenant, children

READ = "dispatch.read"
SENT = {"sent_at": Dispatch.sent_at, "due": Dispatch.due, "title": Dispatch.title, "id": Dispatch.id}
INBOX = {
    "received_at": ReceivedDispatch.received_at,
    "due": ReceivedDispatch.due,
    "title": ReceivedDispatch.title,
    "state": ReceivedDispatch.state,
    "id": ReceivedDispatch.id,
}
DRAFTS = {"written_on": DispatchDraft.written_on, "title": DispatchDraft.title, "id": DispatchDraft.id}


def one(session: Session, model: Any, row_id: UUID) -> Any:
    """The row of that id, with what lists leave out."""
    query = select(model).where(model.id == row_id)
    query = query.options(undefer(ReceivedDispatch.content)) if model is ReceivedDispatch else query
    return _or_missing(session.scalars(query).one_or_none())


def held(session: Session, model: Any, row_id: UUID) -> Any:
    """The row of that id, held until commit."""
    query = select(model).where(model.id == row_id).with_for_update().execution_options(populate_existing=True)
    query = query.options(undefer(ReceivedDispatch.content)) if model is ReceivedDispatch else query
    return _or_missing(session.scalars(query).one_or_none())


def _or_missing(row: Any) -> Any:
    if row is None:
        raise Missing()
    return row


def _narrowed(query: Select[Any], asked: Asked, columns: Mapping[str, Any], words: Any) -> Select[Any]:
    for name, column in columns.items():
        if asked.filters.get(name):
            query = query.where(column == asked.filters[name])
    return query.where(words.contains(asked.q, autoescape=True)) if asked.q else query


# --- before it is sent ---


def drafts(session: Session, asked: Asked, *, whole: bool = False) -> Page:
    """What is being written or waits to be sent, the newest first."""
    columns = {"state": DispatchDraft.state, "kind": DispatchDraft.kind}
    query = _narrowed(select(DispatchDraft), asked, columns, DispatchDraft.title)
    if not asked.filters.get("state"):
        query = query.where(DispatchDraft.state.in_(("draft", "submitted", "returned")))
    return page_of(session, query, asked, DRAFTS, "-written_on", whole=whole)


def draft_files(session: Session, draft_id: UUID) -> list[StoredFile]:
    """The files that go down with a draft."""
    query = select(StoredFile).join(
        DispatchDraftFile,
        and_(DispatchDraftFile.tenant_id == StoredFile.tenant_id, DispatchDraftFile.file_id == StoredFile.id),
    )
    return list(session.scalars(query.where(DispatchDraftFile.draft_id == draft_id).order_by(DispatchDraftFile.id)))


def places_below(session: FencedSession) -> list[Tenant]:
    """The places directly below that may be sent something, by region code."""
    assert session.tenant_id is not None
    return [place for place in children(session, session.tenant_id) if place.state != "closed"]


# --- the sender ---


@dataclass(frozen=True)
class SentRow:
    """A dispatch in the list, with how far its places are."""

    dispatch: Dispatch
    counts: Counts


def sent(session: FencedSession, asked: Asked, on: date, *, whole: bool = False) -> Page:
    """What went down, the newest first. Three statements, whatever the number of places."""
    columns = {"kind": Dispatch.kind, "state": Dispatch.state}
    query = _narrowed(select(Dispatch), asked, columns, Dispatch.title)
    page = page_of(session, query, asked, SENT, "-sent_at", whole=whole)
    facts = place_facts(session, [row.id for row in page.rows])
    rows = [SentRow(row, counts(facts[row.id], row.due, row.kind, on)) for row in page.rows]
    return Page(rows, page.total, page.number, page.per_page, page.sort)


def place_facts(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[PlaceFacts]]:
    """What is known of the places of these dispatches."""
    columns = (DispatchPlace.wording, DispatchPlace.state, DispatchPlace.finished_on)
    query = select(DispatchPlace.dispatch_id, over(), *columns).join(Tenant, Tenant.id == DispatchPlace.receiver_id)
    found: dict[UUID, list[PlaceFacts]] = defaultdict(list)
    rows = session.execute(query.where(DispatchPlace.dispatch_id.in_(ids)))
    for dispatch_id, ended, wording, state, finished_on in rows:
        found[dispatch_id].append(PlaceFacts(wording, state, ended, finished_on))
    return found


@dataclass(frozen=True)
class PlaceRow:
    """One receiver as its sender sees it: what it published, nothing of its inside."""

    place: DispatchPlace
    tenant: Tenant
    standing: Standing
    late: bool
    unread: bool  # a later wording arrived that nobody there has taken note of
    awaits: bool  # it says it is finished, and waits for the sender's word
    why: str  # nothing more is awaited of it: `closed`, `moved`, or the sender's own words; empty while something is


@dataclass(frozen=True)
class Sent:
    """One dispatch with its wordings, its files, and its places."""

    dispatch: Dispatch
    latest: DispatchRevision
    revisions: list[DispatchRevision]
    files: list[SealedFile]
    places: list[PlaceRow]
    counts: Counts
    came: ReceivedDispatch | None


def sent_one(session: FencedSession, dispatch_id: UUID, on: date) -> Sent:
    """The dispatch with all that its sender knows of it."""
    row: Dispatch = one(session, Dispatch, dispatch_id)
    query = select(DispatchRevision).where(DispatchRevision.dispatch_id == row.id)
    revisions = list(session.scalars(query.order_by(DispatchRevision.wording.desc())))
    places = place_rows(session, row, on)
    facts = [_facts(one_row.place, one_row.why) for one_row in places]
    return Sent(
        dispatch=row,
        latest=revisions[0],
        revisions=revisions,
        files=files_of(session, revisions[0].id),
        places=places,
        counts=counts(facts, row.due, row.kind, on),
        came=one(session, ReceivedDispatch, row.passes_on_id) if row.passes_on_id else None,
    )


def place_rows(session: FencedSession, row: Dispatch, on: date) -> list[PlaceRow]:
    """The receivers of a dispatch, by region code."""
    query = (
        select(DispatchPlace, Tenant)
        .join(Tenant, Tenant.id == DispatchPlace.receiver_id)
        .where(DispatchPlace.dispatch_id == row.id)
        .order_by(Tenant.region_code)
    )
    return [_place_row(row, place, tenant, on) for place, tenant in session.execute(query)]


def _place_row(row: Dispatch, place: DispatchPlace, tenant: Tenant, on: date) -> PlaceRow:
    why = place.ended_why or gone(tenant, place.tenant_id)
    facts = _facts(place, why)
    return PlaceRow(
        place,
        tenant,
        standing(facts),
        row.state == OPEN and late(facts, row.due, row.kind, on),
        place.wording > 1 and place.acknowledged < place.wording,
        row.state == OPEN and place.finished_on is not None and place.verdict != "accepted" and not why,
        why,
    )


def _facts(place: DispatchPlace, why: str) -> PlaceFacts:
    return PlaceFacts(place.wording, place.state, bool(why), place.finished_on)


def place_named(session: Session, dispatch_id: UUID, receiver_id: UUID) -> DispatchPlace:
    """The dispatch's row of that receiver, held until commit."""
    query = select(DispatchPlace).where(
        DispatchPlace.dispatch_id == dispatch_id, DispatchPlace.receiver_id == receiver_id
    )
    return _or_missing(session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none())


def to_judge() -> ColumnElement[bool]:
    """Places that say they are finished and wait for the sender's word."""
    return and_(
        DispatchPlace.finished_on.is_not(None),
        DispatchPlace.verdict != "accepted",
        DispatchPlace.ended_on.is_(None),
        DispatchPlace.dispatch_id.in_(select(Dispatch.id).where(Dispatch.state == OPEN)),
    )


def first_to_judge(session: Session) -> UUID | None:
    """The earliest dispatch with such a place."""
    return session.scalar(select(DispatchPlace.dispatch_id).where(to_judge()).order_by(DispatchPlace.id).limit(1))


# --- the receiver ---


def inbox(session: FencedSession, asked: Asked, *, whole: bool = False) -> Page:
    """What came from above, the newest first."""
    columns = {"kind": ReceivedDispatch.kind, "state": ReceivedDispatch.state, "sender": ReceivedDispatch.sender_state}
    query = _narrowed(select(ReceivedDispatch), asked, columns, ReceivedDispatch.title)
    if asked.filters.get("waiting"):
        query = query.where(waiting(asked.filters["waiting"]))
    return page_of(session, query, asked, INBOX, "-received_at", whole=whole)


def waiting(what: str) -> ColumnElement[bool]:
    """What waits for this office among what came: to be taken up, looked at again, or mended."""
    live = ReceivedDispatch.sender_state == OPEN
    return {
        "new": and_(live, ReceivedDispatch.state == "received"),
        "changed": and_(
            live, ReceivedDispatch.acknowledged > 0, ReceivedDispatch.acknowledged < ReceivedDispatch.wording
        ),
        "returned": and_(live, ReceivedDispatch.verdict == "returned", ReceivedDispatch.state == "finished"),
    }[what]


WAITING = ("new", "changed", "returned")


@dataclass(frozen=True)
class Received:
    """What came, with who sent it, its files, the tasks that carry it out, and what was passed on of it."""

    row: ReceivedDispatch
    sender: Tenant
    files: list[SealedFile]
    tasks: list[Task]
    passed: list[SentRow]


def received_one(session: FencedSession, received_dispatch_id: UUID, on: date) -> Received:
    """The dispatch that came, with all that this tenant has done of it."""
    row: ReceivedDispatch = one(session, ReceivedDispatch, received_dispatch_id)
    passed = list(session.scalars(select(Dispatch).where(Dispatch.passes_on_id == row.id).order_by(Dispatch.id)))
    facts = place_facts(session, [each.id for each in passed])
    return Received(
        row=row,
        sender=session.scalars(select(Tenant).where(Tenant.id == row.source_id)).one(),
        files=files_of(session, row.parcel_id),
        tasks=tasks_of(session, row.id),
        passed=[SentRow(each, counts(facts[each.id], each.due, each.kind, on)) for each in passed],
    )


def tasks_of(session: Session, received_dispatch_id: UUID) -> list[Task]:
    """This tenant's own tasks that carry it out."""
    query = select(Task).join(
        DispatchTask, and_(DispatchTask.tenant_id == Task.tenant_id, DispatchTask.task_id == Task.id)
    )
    return list(
        session.scalars(query.where(DispatchTask.received_dispatch_id == received_dispatch_id).order_by(Task.no))
    )


def told_of(tasks: Iterable[Task]) -> list[TaskState]:
    """What goes up of these tasks."""
    return [TaskState(task.state, task.percent) for task in tasks]


def told_files(session: Session, received_dispatch_id: UUID) -> set[str]:
    """What was sent up with earlier answers, by its sum."""
    mine = select(DispatchAnswer.id).where(DispatchAnswer.received_dispatch_id == received_dispatch_id)
    return set(session.scalars(select(SealedFile.sha256).where(SealedFile.parcel_id.in_(mine))))


def of_task(session: Session, task_id: UUID) -> ReceivedDispatch | None:
    """What the task carries out, if it came from above."""
    query = select(ReceivedDispatch).join(
        DispatchTask,
        and_(
            DispatchTask.tenant_id == ReceivedDispatch.tenant_id,
            DispatchTask.received_dispatch_id == ReceivedDispatch.id,
        ),
    )
    return session.scalars(query.where(DispatchTask.task_id == task_id)).one_or_none()


@dataclass(frozen=True)
class Route:
    """A duty of this tenant's own charter under which it may go, and the units that follow from it."""

    duty: Duty
    lead_id: UUID
    cooperating: list[UUID]


def routes(session: FencedSession, row: ReceivedDispatch, on: date) -> list[Route]:
    """The ways on which it may go by this tenant's own division of duties, the best first."""
    by_id = {duty.id: duty for duty in duties(session, on)}
    facts = [DutyFacts(duty.id, duty.code, duty.text, duty.policy_field) for duty in by_id.values()]
    content = row.content
    ordered = ranked(
        facts, content.get("duty", ""), content.get("policy_field", ""), f"{row.title}{content.get('text', '')}"
    )
    found = ((by_id[one_duty.id], route_of(session, one_duty.id, on)) for one_duty in ordered)
    return [Route(duty, units[0], units[1]) for duty, units in found if units]


def passed_counts(session: FencedSession, received_dispatch_id: UUID, on: date) -> Counts | None:
    """How far the places below are to which it was passed on; nothing where it was not."""
    rows = list(
        session.scalars(
            select(Dispatch).where(Dispatch.passes_on_id == received_dispatch_id, Dispatch.state != "recalled")
        )
    )
    if not rows:
        return None
    facts = place_facts(session, [row.id for row in rows])
    every = [counts(facts[row.id], row.due, row.kind, on) for row in rows]
    names = Counts.__dataclass_fields__
    return Counts(**{name: sum(getattr(each, name) for each in every) for name in names})


# --- files ---


def came_file(session: Session, received_dispatch_id: UUID, position: int) -> StoredFile:
    """A file that came with it, as one that is served."""
    row: ReceivedDispatch = one(session, ReceivedDispatch, received_dispatch_id)
    return sealed_file(session, row.parcel_id, position)


def sealed_file(session: Session, parcel_id: UUID, position: int) -> StoredFile:
    """The file at that place of a wording or an answer, as one that is served."""
    query = select(SealedFile).where(SealedFile.parcel_id == parcel_id, SealedFile.position == position)
    row: SealedFile = _or_missing(session.scalars(query.options(undefer(SealedFile.content))).one_or_none())
    return StoredFile(name=row.name, media_type=row.media_type, size=row.size, sha256=row.sha256, content=row.content)


def missing() -> Any:
    """What is asked for is not there."""
    raise Missing()

"""What goes down, and what came from above, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.dispatches import commands, queries, receiving, schemas
from service.dispatches.commands import DispatchText
from service.dispatches.models import DispatchDraft
from service.dispatches.queries import READ, PlaceRow
from service.files.web import UploadIn, read, served
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.tasks.commands import TaskText
from tenants.dispatch import ReceivedDispatch

api = Blueprint(
    "dispatches_api", __name__, url_prefix="/api/v1/t/<slug>/dispatches", description="Dispatches down and from above"
)


def _tagged(row: Any) -> Any:
    api.set_etag({"revision": row.revision})
    return row


# --- drafts ---


@api.get("/drafts")
@api.arguments(schemas.DraftsQuery, location="query")
@api.response(200, schemas.DraftsPage)
def drafts(query: dict[str, Any]) -> dict[str, Any]:
    """What is being written, or waits to be sent."""
    return listed(queries.drafts(reading(commands.WRITE).session, asked(query)))


@api.post("/drafts")
@idempotent
@api.etag
@api.arguments(schemas.DraftIn)
@api.response(201, schemas.DraftOut)
def write(body: dict[str, Any]) -> Any:
    """Write a dispatch."""
    return _tagged(commands.write_draft(current_seat(), DispatchText(**body), on=today()))


@api.get("/drafts/<uuid:draft_id>")
@api.etag
@api.response(200, schemas.DraftOut)
def draft(draft_id: UUID) -> Any:
    """One draft."""
    return _tagged(queries.one(reading(commands.WRITE).session, DispatchDraft, draft_id))


@api.put("/drafts/<uuid:draft_id>")
@api.etag
@api.arguments(schemas.DraftIn)
@api.response(200, schemas.DraftOut)
def revise(body: dict[str, Any], draft_id: UUID) -> Any:
    """Change a draft."""
    seat = current_seat()
    api.check_etag({"revision": queries.one(seat.session, DispatchDraft, draft_id).revision})
    return _tagged(commands.revise_draft(seat, draft_id, DispatchText(**body), on=today()))


@api.post("/drafts/<uuid:draft_id>/files")
@idempotent
@api.arguments(UploadIn, location="files")
@api.response(201, schemas.DraftOut)
def attach(files: dict[str, Any], draft_id: UUID) -> Any:
    """A file that goes down with it."""
    return commands.attach(current_seat(), draft_id, read(files["file"]))


@api.post("/drafts/<uuid:draft_id>/submission")
@idempotent
@api.response(201, schemas.DraftOut)
def submit(draft_id: UUID) -> Any:
    """Submit it to who may send it."""
    return commands.submit_draft(current_seat(), draft_id)


@api.post("/drafts/<uuid:draft_id>/return")
@idempotent
@api.arguments(schemas.ReasonIn)
@api.response(201, schemas.DraftOut)
def give_back(body: dict[str, Any], draft_id: UUID) -> Any:
    """Return it to who wrote it."""
    return commands.return_draft(current_seat(), draft_id, **body)


@api.post("/drafts/<uuid:draft_id>/discard")
@idempotent
@api.response(201, schemas.DraftOut)
def discard(draft_id: UUID) -> Any:
    """It is not sent."""
    return commands.discard_draft(current_seat(), draft_id)


@api.post("/drafts/<uuid:draft_id>/sending")
@idempotent
@api.response(201, schemas.DispatchOut)
def send(draft_id: UUID) -> Any:
    """Send it down."""
    return commands.send_draft(current_seat(), draft_id, on=today())


@api.post("/drafts/<uuid:draft_id>/approval")
@idempotent
@api.response(201, schemas.DispatchOut)
def approve(draft_id: UUID) -> Any:
    """Approve what was submitted: it is sent down."""
    return commands.approve_draft(current_seat(), draft_id, on=today())


# --- what went down ---


def _place(row: PlaceRow) -> dict[str, Any]:
    place = row.place
    names = ("receiver_id", "percent", "words", "answered_on", "finished_on", "verdict")
    said = {name: getattr(place, name) for name in names}
    return said | {"name": row.tenant.name, "standing": row.standing, "late": row.late, "unread": row.unread}


def _sent(seat: Seat, dispatch_id: UUID) -> dict[str, Any]:
    found = queries.sent_one(seat.session, dispatch_id, today())
    shown = {"dispatch": found.dispatch, "counts": asdict(found.counts), "content": found.latest.content}
    return shown | {"places": [_place(row) for row in found.places]}


@api.get("/sent")
@api.arguments(schemas.SentQuery, location="query")
@api.response(200, schemas.SentPage)
def sent(query: dict[str, Any]) -> dict[str, Any]:
    """What went down, with how far its places are."""
    return listed(queries.sent(reading(READ).session, asked(query), today()))


@api.get("/sent/<uuid:dispatch_id>")
@api.response(200, schemas.SentOut)
def sent_one(dispatch_id: UUID) -> dict[str, Any]:
    """One dispatch with what each place published of it."""
    return _sent(reading(READ), dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/amendment")
@idempotent
@api.arguments(schemas.AmendIn)
@api.response(201, schemas.SentOut)
def amend(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """A new wording goes to every place."""
    seat = current_seat()
    commands.amend(seat, dispatch_id, **body, on=today())
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/recall")
@idempotent
@api.arguments(schemas.WhyIn)
@api.response(201, schemas.SentOut)
def recall(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Take it back."""
    seat = current_seat()
    commands.recall(seat, dispatch_id, **body)
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/closure")
@idempotent
@api.arguments(schemas.WhyIn)
@api.response(201, schemas.SentOut)
def close(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """It is done with."""
    seat = current_seat()
    commands.close(seat, dispatch_id, **body)
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/places")
@idempotent
@api.arguments(schemas.PlacesIn)
@api.response(201, schemas.SentOut)
def add_places(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Send it to more places."""
    seat = current_seat()
    commands.add_places(seat, dispatch_id, **body)
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/reminders")
@idempotent
@api.arguments(schemas.RemindIn)
@api.response(201, schemas.CountOut)
def remind(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Remind places that lag."""
    return {"count": commands.remind(current_seat(), dispatch_id, **body)}


@api.post("/sent/<uuid:dispatch_id>/acceptances")
@idempotent
@api.arguments(schemas.JudgeIn)
@api.response(201, schemas.SentOut)
def accept_answer(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Take what a place finished as finished."""
    seat = current_seat()
    commands.accept_answer(seat, dispatch_id, **body)
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/returns")
@idempotent
@api.arguments(schemas.ReturnIn)
@api.response(201, schemas.SentOut)
def return_answer(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Return what a place finished, with what it lacks."""
    seat = current_seat()
    commands.return_answer(seat, dispatch_id, **body)
    return _sent(seat, dispatch_id)


@api.post("/sent/<uuid:dispatch_id>/endings")
@idempotent
@api.arguments(schemas.EndIn)
@api.response(201, schemas.SentOut)
def end_place(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Await nothing more of a place."""
    seat = current_seat()
    commands.end_place(seat, dispatch_id, **body, on=today())
    return _sent(seat, dispatch_id)


# --- what came ---


def _received(seat: Seat, received_dispatch_id: UUID) -> dict[str, Any]:
    row: ReceivedDispatch = queries.one(seat.session, ReceivedDispatch, received_dispatch_id)
    columns = {column.key: getattr(row, column.key) for column in ReceivedDispatch.__table__.columns}
    ways = queries.routes(seat.session, row, today()) if row.kind in ("task", "order") else []
    routes = [{"duty_id": way.duty.id, "duty": way.duty.text, "lead_unit_id": way.lead_id} for way in ways[:10]]
    _tagged(row)
    return columns | {"tasks": [task.id for task in queries.tasks_of(seat.session, row.id)], "routes": routes}


@api.get("/inbox")
@api.arguments(schemas.InboxQuery, location="query")
@api.response(200, schemas.InboxPage)
def inbox(query: dict[str, Any]) -> dict[str, Any]:
    """What came from above."""
    return listed(queries.inbox(reading(READ).session, asked(query)))


@api.get("/inbox/<uuid:received_dispatch_id>")
@api.etag
@api.response(200, schemas.ReceivedWholeOut)
def received(received_dispatch_id: UUID) -> dict[str, Any]:
    """One of them, with the ways on which it may go by one's own duties."""
    return _received(reading(READ), received_dispatch_id)


@api.get("/inbox/<uuid:received_dispatch_id>/files/<int:position>")
@api.response(200)
def came_file(received_dispatch_id: UUID, position: int) -> Any:
    """A file that came with it."""
    return served(queries.came_file(reading(READ).session, received_dispatch_id, position))


@api.post("/inbox/<uuid:received_dispatch_id>/acknowledgement")
@idempotent
@api.response(201, schemas.ReceivedWholeOut)
def acknowledge(received_dispatch_id: UUID) -> dict[str, Any]:
    """Take note of it, or of its new wording."""
    seat = current_seat()
    receiving.acknowledge(seat, received_dispatch_id, on=today())
    return _received(seat, received_dispatch_id)


@api.post("/inbox/<uuid:received_dispatch_id>/acceptance")
@idempotent
@api.response(201, schemas.ReceivedWholeOut)
def accept(received_dispatch_id: UUID) -> dict[str, Any]:
    """Take it on."""
    seat = current_seat()
    receiving.accept(seat, received_dispatch_id, on=today())
    return _received(seat, received_dispatch_id)


@api.post("/inbox/<uuid:received_dispatch_id>/refusal")
@idempotent
@api.arguments(schemas.ReasonIn)
@api.response(201, schemas.ReceivedWholeOut)
def decline(body: dict[str, Any], received_dispatch_id: UUID) -> dict[str, Any]:
    """Say why it cannot be taken on."""
    seat = current_seat()
    receiving.decline(seat, received_dispatch_id, **body, on=today())
    return _received(seat, received_dispatch_id)


@api.post("/inbox/<uuid:received_dispatch_id>/tasks")
@idempotent
@api.arguments(schemas.RouteIn)
@api.response(201, schemas.MadeOut)
def route(body: dict[str, Any], received_dispatch_id: UUID) -> dict[str, Any]:
    """Route it to a unit by one's own duties, as a task."""
    return {"task_id": receiving.route(current_seat(), received_dispatch_id, TaskText(**body), on=today()).id}


@api.post("/inbox/<uuid:received_dispatch_id>/reports")
@idempotent
@api.arguments(schemas.ReportIn)
@api.response(201, schemas.ReceivedWholeOut)
def report(body: dict[str, Any], received_dispatch_id: UUID) -> dict[str, Any]:
    """Tell its sender how far it is."""
    seat = current_seat()
    receiving.report(seat, received_dispatch_id, **body, on=today())
    return _received(seat, received_dispatch_id)


@api.post("/inbox/<uuid:received_dispatch_id>/answers")
@idempotent
@api.arguments(schemas.AnswerIn)
@api.response(201, schemas.ReceivedWholeOut)
def answer(body: dict[str, Any], received_dispatch_id: UUID) -> dict[str, Any]:
    """Answer a data request; `values` by the number of the question, from 0."""
    seat = current_seat()
    receiving.answer_request(seat, received_dispatch_id, **body, on=today())
    return _received(seat, received_dispatch_id)

"""Minutes, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.documents.rendering import rendered
from service.kit.export import download
from service.kit.idempotency import idempotent
from service.kit.listing import asked
from service.kit.listing import listed as framed
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.meetings.queries import meeting
from service.minutes import commands, following, issuing, planning, queries, schemas
from service.minutes.document import printed
from service.minutes.models import Minutes
from service.minutes.queries import Followed, Line, Listed
from service.minutes.record import Change
from service.minutes.rules import Passage
from service.plans.queries import plan as plan_named
from tenants.errors import Missing

api = Blueprint("minutes_api", __name__, url_prefix="/api/v1/t/<slug>", description="Minutes of meetings")
AT = "/meetings/<uuid:meeting_id>/minutes"
ONE = f"{AT}/<uuid:minutes_id>"


def _columns(row: Minutes) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in Minutes.__table__.columns}


def _shown(seat: Seat, minutes_id: UUID) -> dict[str, Any]:
    whole = queries.whole(seat.session, queries.minutes(seat.session, minutes_id), today())
    row = whole.minutes
    api.set_etag({"revision": row.revision})
    passages: Iterable[Any] = whole.compared or [{"key": one.key, "text": one.text} for one in row.text]
    return _columns(row) | {
        "passages": passages,
        "confirmations": [_line(line) for line in whole.confirming],
        "countersignatures": [_line(line) for line in whole.countersigning],
        "corrections": [one.id for one in whole.corrections],
        "signer": whole.signer,
        "by": whole.by,
        "late": whole.late(today()),
    }


def _line(line: Line) -> dict[str, Any]:
    said = line.said
    words = {"text": said.text, "said_by": said.said_by, "said_on": said.said_on} if said else {}
    answer = {"answer": getattr(said, "answer", "")}
    at = {"party": line.party, "unit_id": line.unit_id, "unit": line.unit, "name": line.name}
    return at | {"standing": line.standing} | words | answer


def _found(seat: Seat, meeting_id: UUID, minutes_id: UUID) -> Minutes:
    row = queries.minutes(seat.session, minutes_id)
    if row.meeting_id != meeting_id or not queries.readable(seat, row):
        raise Missing()
    return row


@api.get("/minutes")
@api.arguments(schemas.MinutesQuery, location="query")
@api.response(200, schemas.MinutesPage)
def index(query: dict[str, Any]) -> dict[str, Any]:
    """The minutes that the seat may read, those of the newest meeting first."""
    page = queries.listed(reading("meeting.read"), asked(query))
    return framed(page, [_row(found) for found in page.rows])


def _row(found: Listed) -> dict[str, Any]:
    return _columns(found.minutes) | {"meeting": found.meeting.title, "held_on": found.meeting.held_on}


@api.get("/minutes/numbers")
@api.response(200, schemas.NumbersOut)
def numbers() -> dict[str, Any]:
    """The register of numbers, void ones too."""
    seat = reading("minutes.draft")
    return {"items": queries.numbers(seat.session)}


@api.get(AT)
@api.response(200, schemas.MinutesPage)
def of_meeting(meeting_id: UUID) -> dict[str, Any]:
    """The minutes of the meeting and their corrections, in order."""
    seat = reading("meeting.read")
    held = meeting(seat.session, meeting_id)
    rows = [row for row in queries.of_meeting(seat.session, meeting_id) if queries.readable(seat, row)]
    items = [_row(Listed(row, held)) for row in rows]
    return {"items": items, "total": len(items), "page": 1, "per_page": len(items)}


@api.post(AT)
@idempotent
@api.etag
@api.response(201, schemas.MinutesOut)
def draft(meeting_id: UUID) -> dict[str, Any]:
    """Draft the minutes from the record of the held meeting."""
    seat = current_seat()
    return _shown(seat, commands.draft(seat, meeting_id, today()).id)


@api.get(ONE)
@api.etag
@api.response(200, schemas.MinutesOut)
def show(meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """One document, passage by passage beside the record, with what those asked say of it."""
    seat = reading("meeting.read")
    return _shown(seat, _found(seat, meeting_id, minutes_id).id)


@api.put(f"{ONE}/text")
@api.etag
@api.arguments(schemas.TextIn)
@api.response(200, schemas.MinutesOut)
def revise(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """The text reads so; once it is out, everybody is asked anew."""
    seat = current_seat()
    api.check_etag({"revision": _found(seat, meeting_id, minutes_id).revision})
    passages = [Passage(**one) for one in body.pop("passages")]
    return _shown(seat, commands.revise(seat, minutes_id, passages=passages, **body, on=today()).id)


@api.post(f"{ONE}/circulation")
@idempotent
@api.etag
@api.arguments(schemas.CirculationIn)
@api.response(201, schemas.MinutesOut)
def circulate(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Lay the text before everybody who was there."""
    seat = current_seat()
    return _shown(seat, commands.circulate(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/confirmations")
@idempotent
@api.etag
@api.arguments(schemas.ConfirmationIn)
@api.response(201, schemas.MinutesOut)
def confirm(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Say for who was there that the text is right, or what should be amended."""
    seat = current_seat()
    return _shown(seat, commands.confirm(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/answers")
@idempotent
@api.etag
@api.arguments(schemas.AnswerIn)
@api.response(201, schemas.MinutesOut)
def answer(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Say why an amendment is not taken up."""
    seat = current_seat()
    return _shown(seat, commands.answer(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/countersigning")
@idempotent
@api.etag
@api.response(201, schemas.MinutesOut)
def send(meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Lay the confirmed text before the units that attended, to be countersigned."""
    seat = current_seat()
    return _shown(seat, commands.send(seat, _found(seat, meeting_id, minutes_id).id, today()).id)


@api.post(f"{ONE}/countersignatures")
@idempotent
@api.etag
@api.arguments(schemas.CountersignatureIn)
@api.response(201, schemas.MinutesOut)
def countersign(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Agree to the minutes for a unit, or say what should be amended."""
    seat = current_seat()
    return _shown(seat, commands.countersign(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/signature")
@idempotent
@api.etag
@api.arguments(schemas.SignatureIn)
@api.response(201, schemas.MinutesOut)
def sign(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Sign the text of that hash: it stands for good, and what was agreed is locked and followed."""
    seat = current_seat()
    return _shown(seat, commands.sign(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/number")
@idempotent
@api.etag
@api.response(201, schemas.MinutesOut)
def number(meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Give the signed minutes the next number of their series and year."""
    seat = current_seat()
    return _shown(seat, issuing.number(seat, _found(seat, meeting_id, minutes_id).id, today()).id)


@api.post(f"{ONE}/void-number")
@idempotent
@api.etag
@api.arguments(schemas.ReasonIn)
@api.response(201, schemas.MinutesOut)
def void_number(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Void the number; it stays in the register with the reason and is never given again."""
    seat = current_seat()
    return _shown(seat, issuing.void_number(seat, _found(seat, meeting_id, minutes_id).id, **body, on=today()).id)


@api.post(f"{ONE}/publication")
@idempotent
@api.etag
@api.response(201, schemas.MinutesOut)
def publish(meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Publish the numbered minutes: content and hash stand for good."""
    seat = current_seat()
    return _shown(seat, issuing.publish(seat, _found(seat, meeting_id, minutes_id).id, today()).id)


@api.post(f"{ONE}/corrections")
@idempotent
@api.etag
@api.arguments(schemas.CorrectionIn)
@api.response(201, schemas.MinutesOut)
def correct(body: dict[str, Any], meeting_id: UUID, minutes_id: UUID) -> dict[str, Any]:
    """Begin a correction of published minutes: a document of its own."""
    seat = current_seat()
    changes = [Change(**one) for one in body["changes"]]
    row = _found(seat, meeting_id, minutes_id)
    return _shown(seat, issuing.correct(seat, row.id, reason=body["reason"], changes=changes, on=today()).id)


@api.get(f"{ONE}/document.<any(docx, pdf):kind>")
@api.response(200)
def document(meeting_id: UUID, minutes_id: UUID, kind: str) -> Response:
    """The document as it is printed, set to GB/T 9704 10.3."""
    seat = reading("meeting.read")
    row = _found(seat, meeting_id, minutes_id)
    return download(kind, row.title, rendered(printed(seat, row, meeting(seat.session, meeting_id), today()), kind))


@api.get("/meetings/<uuid:meeting_id>/items")
@api.response(200, schemas.ItemsOut)
def items(meeting_id: UUID) -> dict[str, Any]:
    """What the meeting agreed on, and what became of it; for an item that is no task yet, the duty proposed."""
    return _items(reading("meeting.read"), meeting_id)


def _items(seat: Seat, meeting_id: UUID) -> dict[str, Any]:
    meeting(seat.session, meeting_id)
    proposed = {one.resolution.id: one.proposed for one in following.proposals(seat, meeting_id, today())}
    found = queries.followed(seat.session, meeting_id, today())
    return {"items": [_item(one, proposed.get(one.resolution.id), today()) for one in found]}


def _item(one: Followed, proposed: UUID | None, on: date) -> dict[str, Any]:
    row = one.resolution
    return {
        "resolution_id": row.id,
        "text": row.text,
        "kind": row.kind,
        "lead_unit_id": row.lead_unit_id,
        "due": row.due,
        "state": one.state(on),
        "done_on": one.done_on,
        "task_id": row.task_id,
        "task_state": one.task.state if one.task else None,
        "light": one.light,
        "proposed_duty_id": proposed,
    }


@api.post("/meetings/<uuid:meeting_id>/tasks")
@idempotent
@api.arguments(schemas.TasksIn)
@api.response(201, schemas.ItemsOut)
def plan(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Make tasks of agreed items, each under a duty of its lead; all of them, or none."""
    seat = current_seat()
    chosen = {one["resolution_id"]: one["duty_id"] for one in body["items"]}
    following.plan_items(seat, meeting_id, chosen=chosen, on=today())
    return _items(seat, meeting_id)


@api.get("/plans/<uuid:plan_id>/agreement")
@api.response(200, schemas.AgreementOut)
def agreement(plan_id: UUID) -> dict[str, Any]:
    """The item that agreed the plan, its meeting and the number of the minutes; all null where no item did."""
    return _agreement(reading("plan.read"), plan_id)


def _agreement(seat: Seat, plan_id: UUID) -> dict[str, Any]:
    plan_named(seat.session, plan_id)
    found = planning.agreed_by(seat.session, plan_id)
    return {"plan_id": plan_id} | (_item_of(found) if found else {})


def _item_of(found: planning.Agreed) -> dict[str, Any]:
    minutes = found.minutes
    return {
        "resolution_id": found.item.id,
        "text": found.item.text,
        "meeting_id": found.meeting.id,
        "held_on": found.meeting.held_on,
        "minutes_id": minutes.id if minutes else None,
        "number": minutes.number if minutes else None,
    }


@api.post("/plans/<uuid:plan_id>/agreement")
@idempotent
@api.arguments(schemas.AgreementIn)
@api.response(201, schemas.AgreementOut)
def agree(body: dict[str, Any], plan_id: UUID) -> dict[str, Any]:
    """The plan was agreed by that item."""
    seat = current_seat()
    planning.agree_by_item(seat, plan_id, **body, on=today())
    return _agreement(seat, plan_id)

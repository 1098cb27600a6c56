"""A sitting, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask_smorest import Blueprint

from service.kit.idempotency import idempotent
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from service.meetings import convening
from service.meetings.queries import meeting
from service.sittings import commands, noting, queries, schemas
from service.sittings.commands import Mark
from service.sittings.models import SignInCode
from service.sittings.noting import Written
from service.sittings.queries import Sitting, Talk
from service.sittings.view import now

api = Blueprint(
    "sittings_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/meetings/<uuid:meeting_id>/sitting",
    description="A meeting while it sits",
)


def _shown(seat: Seat, meeting_id: UUID) -> dict[str, Any]:
    found = queries.sitting(seat.session, meeting_id, now())
    api.set_etag({"mark": found.mark})
    return {
        "meeting_id": found.meeting.id,
        "state": found.meeting.state,
        "count": found.count,
        "people": _people(found),
        "items": [_talk(talk) for talk in found.talks],
        "current_id": found.current.item.id if found.current else None,
        "next_id": found.next.item.id if found.next else None,
    }


def _people(found: Sitting) -> list[dict[str, Any]]:
    columns = [name for name in schemas.PersonOut().fields if name != "late"]
    return [{name: getattr(one, name) for name in columns} | {"late": found.late(one)} for one in found.people]


def _talk(talk: Talk) -> dict[str, Any]:
    return {
        "agenda_item_id": talk.item.id,
        "title": talk.item.title,
        "minutes": talk.item.minutes,
        "running": talk.running is not None,
        "elapsed_seconds": int(talk.elapsed.total_seconds()),
        "outcome": talk.item.outcome,
    }


@api.get("")
@api.etag
@api.response(200, schemas.SittingOut)
def show(meeting_id: UUID) -> dict[str, Any]:
    """Who is there, whether they make the quorum, and what is talked about."""
    return _shown(reading("meeting.read"), meeting_id)


@api.post("/opening")
@idempotent
@api.etag
@api.response(201, schemas.SittingOut)
def begin(meeting_id: UUID) -> dict[str, Any]:
    """The meeting sits."""
    seat = current_seat()
    convening.open_sitting(seat, meeting_id, today())
    return _shown(seat, meeting_id)


@api.post("/closing")
@idempotent
@api.etag
@api.response(201, schemas.SittingOut)
def close(meeting_id: UUID) -> dict[str, Any]:
    """The meeting was held: how each unit was there follows from who signed in."""
    seat = current_seat()
    commands.close(seat, meeting_id, now(), today())
    return _shown(seat, meeting_id)


@api.post("/marks")
@idempotent
@api.etag
@api.arguments(schemas.MarksIn)
@api.response(201, schemas.SittingOut)
def mark(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Sign people in by the list, or correct what was said of them."""
    seat = current_seat()
    commands.mark(seat, meeting_id, [Mark(**row) for row in body["marks"]], now())
    return _shown(seat, meeting_id)


@api.post("/units/<uuid:unit_id>/marks")
@idempotent
@api.etag
@api.response(201, schemas.SittingOut)
def mark_unit(meeting_id: UUID, unit_id: UUID) -> dict[str, Any]:
    """Sign in all of a unit of whom nothing was said yet."""
    seat = current_seat()
    commands.mark_unit(seat, meeting_id, unit_id, now())
    return _shown(seat, meeting_id)


@api.post("/sign-in")
@idempotent
@api.arguments(schemas.SignInIn)
@api.response(201, schemas.PersonOut)
def sign_in(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """Sign in somebody of one's own unit by the meeting's code."""
    seat, code = current_seat(), body.pop("code")
    person = commands.sign_in(seat, meeting_id, Mark(**body), code=code, at=now())
    found = queries.sitting(seat.session, meeting_id, now())
    return next(row for row in _people(found) if row["id"] == person.id)


def _code(kept: SignInCode) -> dict[str, Any]:
    address = url_for("sittings.checkin.show", place=current_seat().tenant.slug, code=kept.code, _external=True)
    return {"code": kept.code, "open": kept.open, "renewed_at": kept.renewed_at, "address": address}


@api.post("/code")
@idempotent
@api.response(201, schemas.CodeOut)
def issue_code(meeting_id: UUID) -> dict[str, Any]:
    """A new sign-in code; the one before opens nothing any more."""
    return _code(commands.issue_code(current_seat(), meeting_id, now()))


@api.delete("/code")
@api.response(204)
def close_code(meeting_id: UUID) -> str:
    """Nobody signs in by code any more."""
    commands.close_code(current_seat(), meeting_id)
    return ""


@api.post("/run")
@idempotent
@api.etag
@api.arguments(schemas.RunIn)
@api.response(201, schemas.SittingOut)
def start(body: dict[str, Any], meeting_id: UUID) -> dict[str, Any]:
    """An item is talked about, and no other."""
    seat = current_seat()
    commands.start_item(seat, meeting_id, body["agenda_item_id"], now())
    return _shown(seat, meeting_id)


@api.delete("/run")
@api.response(204)
def stop(meeting_id: UUID) -> str:
    """No item is talked about."""
    commands.stop_item(current_seat(), meeting_id, now())
    return ""


@api.get("/notes")
@api.response(200, schemas.NotesOut)
def notes(meeting_id: UUID) -> dict[str, Any]:
    """Every version of every note; for those who write them."""
    seat = reading("meeting.record")
    return {"notes": queries.notes(seat.session, meeting(seat.session, meeting_id).id)}


@api.post("/notes")
@idempotent
@api.arguments(schemas.NoteIn)
@api.response(201, schemas.KeptOut)
def write(body: dict[str, Any], meeting_id: UUID) -> Any:
    """Keep a text upon the version it was written on, or beside the one its writer had not seen."""
    sent = Written(body.pop("agenda_item_id"), **body)
    return noting.write_note(current_seat(), meeting_id, sent, now())


@api.post("/notes/settling")
@idempotent
@api.arguments(schemas.SettlingIn)
@api.response(201, schemas.KeptOut)
def settle(body: dict[str, Any], meeting_id: UUID) -> Any:
    """Choose one of two texts that were written at once, or join them."""
    about = body.pop("agenda_item_id")
    return noting.settle_note(current_seat(), meeting_id, **body, about=about, at=now())

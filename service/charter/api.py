"""The draft of the next version, for programs: begun, written, checked, submitted, approved. Reading: reading_api.py.

Every answer is the draft whole with its tag. Every change asks for the tag of the draft as it was seen (If-Match),
the approval for its revision: nobody approves what he has not read.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from service.charter import (
    checking,
    commands,
    comparison,
    notice_file,
    notice_form,
    queries,
    reform_api,
    schemas,
    starting,
)
from service.charter.amending import duty_in, unit_in
from service.charter.models import Charter
from service.charter.notices import recognised
from service.charter.original import definitions
from service.charter.overview import overview
from service.charter.paper_api import api
from service.charter.reading_api import READ, charter_out, tag
from service.charter.rules import Caution, Holding, Post
from service.charter.text import CharterText, UnitEntry, text_of
from service.charter.writing import body_of, duty_of, written
from service.kit.idempotency import idempotent
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from tenants.errors import Conflict, Missing
from tenants.offers import ReceivedOffer

__all__ = ["api", "reform_api"]


def _draft(seat: Seat) -> Charter:
    draft = queries.open_draft(seat.session)
    if draft is None:
        raise Missing()
    return draft


def _matched() -> Seat:
    """The seat that may do it and has seen the draft as it stands, or 403, 404, 412."""
    seat = current_seat()
    seat.require(commands.EDIT)
    api.check_etag(tag(_draft(seat)))
    return seat


def _out(seat: Seat, cautions: list[Caution] | None = None) -> dict[str, Any]:
    return charter_out(seat, _draft(seat), cautions)


@api.post("/charter/draft")
@idempotent
@api.etag
@api.response(201, schemas.CharterOut)
def begin_draft() -> dict[str, Any]:
    """Begin the draft of the next version with the text of the latest one."""
    seat = current_seat()
    commands.begin_draft(seat, on=today())
    return _out(seat)


@api.post("/charter/notice")
@idempotent
@api.arguments(schemas.NoticeIn)
@api.response(200, schemas.NoticeOut)
def read_notice(body: dict[str, Any]) -> dict[str, Any]:
    """Read a notice as a charter: what its words say, and what was not recognised. Nothing is written."""
    seat = current_seat()
    seat.require(commands.EDIT)
    template, found = recognised(seat, notice_file.checked(body["text"]))
    own = queries.settled(seat.session)[0].text
    values = notice_form.values_of(found)
    done = notice_form.corrected(text_of(template), own, values, list(definitions(seat.tenant).values()))
    return {
        "text": body_of(done.text),
        "faults": [
            {"message": str(f), "en": f.message_en, "field": name, "source": f.source}
            for name, f in done.faults.items()
        ],
        "new_duties": [duty.code for duty in found.duties if not duty.known],
        "rest": [{"line": line, "words": words} for line, words in found.rest],
    }


def _start(row: ReceivedOffer) -> dict[str, Any]:
    fields = ("id", "title", "note", "offered_by", "received_at")
    return {field: getattr(row, field) for field in fields} | {"place": row.content["place"]}


@api.get("/charter/starts")
@api.response(200, schemas.StartsOut)
def list_starts() -> dict[str, Any]:
    """The texts of sister localities that were offered to start from, the latest of each."""
    return {"items": [_start(row) for row in starting.starts(reading(commands.EDIT).session)]}


def _begun_from(seat: Seat, row: ReceivedOffer) -> CharterText:
    return starting.begun_from(starting.text_in(row), queries.settled(seat.session)[0].text)


@api.get("/charter/starts/<uuid:start_id>")
@api.response(200, schemas.StartWhole)
def show_start(start_id: UUID) -> dict[str, Any]:
    """One of them with its text."""
    seat = reading(commands.EDIT)
    row = starting.start_named(seat.session, start_id)
    return _start(row) | {"text": body_of(_begun_from(seat, row))}


@api.post("/charter/starts/<uuid:start_id>/draft")
@idempotent
@api.etag
@api.response(201, schemas.CharterOut)
def begin_from_start(start_id: UUID) -> dict[str, Any]:
    """Begin the draft of the next version with a sister's text."""
    seat = current_seat()
    seat.require(commands.EDIT)
    row = starting.start_named(seat.session, start_id)
    commands.begin_draft(seat, _begun_from(seat, row), on=today())
    return _out(seat)


@api.get("/charter/draft")
@api.etag
@api.response(200, schemas.CharterOut)
def show_draft() -> dict[str, Any]:
    """The draft whole."""
    return _out(reading(READ))


@api.get("/charter/draft/changes")
@api.response(200, schemas.ChangesOut)
def show_changes() -> dict[str, Any]:
    """What the draft changes, what keeps it from being submitted, and what is let pass with a word."""
    seat = reading(READ)
    text, latest = _draft(seat).text, queries.settled(seat.session)[0].text
    seen = overview(seat.tenant, text)
    faults = checking.faults(text, list(definitions(seat.tenant).values()))
    return {
        "differences": comparison.compared(latest, text),
        "faults": [{"message": str(f), "en": f.message_en, "field": f.field, "source": f.source} for f in faults],
        "gaps": [duty.code for duty in seen.gaps],
        "overlaps": [{"policy_field": field, "units": units} for field, units in seen.overlaps.items()],
        "cautions": checking.cautions(text),
    }


@api.put("/charter/draft")
@api.etag
@api.arguments(schemas.WordsIn)
@api.response(200, schemas.CharterOut)
def rewrite(body: dict[str, Any]) -> dict[str, Any]:
    """Write the draft whole; it is a charter, or nothing is written."""
    seat = _matched()
    return _out(seat, commands.rewrite(seat, written(_draft(seat).text, body)))


@api.patch("/charter/draft")
@api.etag
@api.arguments(schemas.NameIn)
@api.response(200, schemas.CharterOut)
def name_conference(body: dict[str, Any]) -> dict[str, Any]:
    """Give the conference its own name."""
    seat = _matched()
    return _out(seat, commands.name_conference(seat, body["conference_name"]))


@api.delete("/charter/draft")
@api.etag
@api.response(204)
def discard_draft() -> Any:
    """Throw the draft away; what is in force stays as it is."""
    commands.discard_draft(_matched())


@api.put("/charter/draft/lead-units")
@api.etag
@api.arguments(schemas.LeadIn)
@api.response(200, schemas.CharterOut)
def set_lead_units(body: dict[str, Any]) -> dict[str, Any]:
    """Determine the lead department, or the two of them, and where the office stands."""
    seat = _matched()
    return _out(seat, commands.set_lead_units(seat, body["units"], office_host=body["office_host"]))


@api.put("/charter/draft/posts")
@api.etag
@api.arguments(schemas.PostsIn)
@api.response(200, schemas.CharterOut)
def set_posts(body: dict[str, Any]) -> dict[str, Any]:
    """Determine which posts convene and run the office."""
    seat = _matched()
    return _out(seat, commands.set_posts(seat, [Post(**post) for post in body["posts"]]))


@api.patch("/charter/draft/rules")
@api.etag
@api.arguments(schemas.RulesIn)
@api.response(200, schemas.CharterOut)
def set_rules(body: dict[str, Any]) -> dict[str, Any]:
    """Set working rules; all are valid together, or none is set."""
    seat = _matched()
    return _out(seat, commands.set_rules(seat, body["rules"]))


@api.post("/charter/draft/units")
@idempotent
@api.etag
@api.arguments(schemas.UnitIn)
@api.response(201, schemas.CharterOut)
def add_unit(body: dict[str, Any]) -> dict[str, Any]:
    """Take in a member unit, last in the order."""
    seat = current_seat()
    return _out(seat, commands.add_unit(seat, UnitEntry(**body)))


@api.put("/charter/draft/units/order")
@api.etag
@api.arguments(schemas.OrderIn)
@api.response(200, schemas.CharterOut)
def reorder_units(body: dict[str, Any]) -> dict[str, Any]:
    """Put the units in this order."""
    seat = _matched()
    return _out(seat, commands.reorder_units(seat, body["units"]))


@api.patch("/charter/draft/units/<key>")
@api.etag
@api.arguments(schemas.UnitPatch)
@api.response(200, schemas.CharterOut)
def edit_unit(body: dict[str, Any], key: str) -> dict[str, Any]:
    """Rename the unit, or put it into another category."""
    seat = _matched()
    unit = unit_in(_draft(seat).text, key)
    words = {"name": unit.name, "category": unit.category, "source": unit.source} | body
    return _out(seat, commands.edit_unit(seat, key, **words))


@api.delete("/charter/draft/units/<key>")
@api.etag
@api.response(204)
def remove_unit(key: str) -> Any:
    """Let the unit leave; refused while it leads, hosts the office, fills a post or holds duties alone."""
    commands.remove_unit(_matched(), key)


@api.post("/charter/draft/duties")
@idempotent
@api.etag
@api.arguments(schemas.DutyIn)
@api.response(201, schemas.CharterOut)
def add_duty(body: dict[str, Any]) -> dict[str, Any]:
    """Lay down a duty and who holds it."""
    seat = current_seat()
    return _out(seat, commands.add_duty(seat, duty_of(body)))


@api.patch("/charter/draft/duties/<code>")
@api.etag
@api.arguments(schemas.DutyPatch)
@api.response(200, schemas.CharterOut)
def edit_duty(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Reword the duty, or say who holds it."""
    seat = _matched()
    before = duty_in(_draft(seat).text, code)
    held = {"holders": [{"unit": h.unit, "grade": h.grade, "joint": h.joint} for h in before.holders]}
    words = {field: getattr(before, field) for field in ("code", "text", "policy_field", "own_field", "source")}
    return _out(seat, commands.edit_duty(seat, code, duty_of(words | held | body)))


@api.put("/charter/draft/duties/<code>/holders")
@api.etag
@api.arguments(schemas.HoldersIn)
@api.response(200, schemas.CharterOut)
def assign_holders(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Say who holds the duty, each in a grade."""
    seat = _matched()
    return _out(seat, commands.assign_holders(seat, code, [Holding(**held) for held in body["holders"]]))


@api.delete("/charter/draft/duties/<code>")
@api.etag
@api.response(204)
def remove_duty(code: str) -> Any:
    """Let nobody owe the duty any more; what was done under it keeps it."""
    commands.remove_duty(_matched(), code)


@api.patch("/charter/draft/fields")
@api.etag
@api.arguments(schemas.FieldIn)
@api.response(200, schemas.CharterOut)
def map_field(body: dict[str, Any]) -> dict[str, Any]:
    """Rename a field of one's own, or say for which field of the seed it stands, in all duties at once."""
    seat = _matched()
    words = {"name": body["name"], "policy_field": body["policy_field"]}
    return _out(seat, commands.map_field(seat, body["own_field"], **words))


@api.post("/charter/draft/submission")
@idempotent
@api.etag
@api.arguments(schemas.ReasonIn)
@api.response(201, schemas.CharterOut)
def submit_draft(body: dict[str, Any]) -> dict[str, Any]:
    """Lay the draft before the convener."""
    seat = current_seat()
    return charter_out(seat, commands.submit_draft(seat, body["reason"]))


@api.post("/charter/draft/recall")
@idempotent
@api.etag
@api.response(201, schemas.CharterOut)
def recall_draft() -> dict[str, Any]:
    """Take the draft back to go on writing."""
    seat = current_seat()
    return charter_out(seat, commands.recall_draft(seat))


@api.post("/charter/draft/return")
@idempotent
@api.etag
@api.arguments(schemas.RemarkIn)
@api.response(201, schemas.CharterOut)
def return_draft(body: dict[str, Any]) -> dict[str, Any]:
    """Send the draft back to the office, with the reason."""
    seat = current_seat()
    return charter_out(seat, commands.return_draft(seat, body["remark"]))


@api.post("/charter/draft/approval")
@idempotent
@api.etag
@api.arguments(schemas.ApprovalIn)
@api.response(201, schemas.CharterOut)
def approve_draft(body: dict[str, Any]) -> dict[str, Any]:
    """Approve the draft; it takes effect on that day, and at once if the day has come."""
    seat = current_seat()
    day = body["effective_from"] or today()
    seat.require(commands.APPROVE)
    draft = _draft(seat)
    if (draft.revision, draft.id) != (body["revision"], body["draft"]):
        raise Conflict(
            "修订稿已有变动，请重新查看后再批准。", en="The draft has changed; look at it again.", field="revision"
        )
    return charter_out(seat, commands.approve_draft(seat, effective_from=day, on=today()))


@api.post("/charter/publication")
@idempotent
@api.response(201, schemas.PublishedOut)
def publish_charter() -> Any:
    """Seal the charter in force and send it to the tenants above, who may read it and no more."""
    return commands.publish_charter(current_seat(), on=today())

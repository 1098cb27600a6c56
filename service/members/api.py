"""Who holds which post, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.charter.rules import Caution
from service.kit.idempotency import idempotent, idempotent_without
from service.kit.layout import locale
from service.kit.web import current_seat, reading, today
from service.members import commands, queries, rules, schemas
from service.members.chart_pages import chart_download, tiers_of
from service.members.models import Appointment, Person
from service.members.queries import Held
from service.members.rules import PersonText

READ = "organization.read"

api = Blueprint(
    "members_api",
    __name__,
    url_prefix="/api/v1/t/<slug>/members",
    description="Posts of the conference and who holds them",
)


def _appointment(row: Appointment, person: Person, cautions: list[Caution] | None = None) -> dict[str, Any]:
    columns = {column.key: getattr(row, column.key) for column in Appointment.__table__.columns}
    shown = {"name": person.name, "title": person.title, "rank": person.rank, "mobile": rules.masked(person.mobile)}
    return columns | {"unit": row.unit_id, "person": shown, "cautions": cautions or []}


def _tagged(row: Appointment, person: Person, cautions: list[Caution] | None = None) -> dict[str, Any]:
    """What is said of the person counts as said of the appointment: one tag for both."""
    api.set_etag(_tag(row, person))
    return _appointment(row, person, cautions)


def _tag(row: Appointment, person: Person) -> list[int]:
    return [row.revision, person.revision]


def _held(held: Held) -> dict[str, Any]:
    filled = held.appointment is not None and held.person is not None
    return {
        "post": held.place.key,
        "role": held.place.role,
        "name": held.place.name,
        "unit": held.unit.id if held.unit else None,
        "organ": held.place.organ,
        "appointment": _appointment(held.appointment, held.person) if filled else None,  # type: ignore[arg-type]
        "wrong_rank": held.wrong_rank,
    }


@api.get("")
@api.arguments(schemas.OnQuery, location="query")
@api.response(200, schemas.RosterOut)
def roster(query: dict[str, Any]) -> dict[str, Any]:
    """Every place at the table on a day, filled or empty."""
    rows = queries.roster(reading(READ).session, query["on"] or today())
    rows = [held for held in rows if query["role"] in (None, held.place.role)]
    start = (query["page"] - 1) * query["per_page"]
    items = [_held(held) for held in rows[start : start + query["per_page"]]]
    return {"items": items, "total": len(rows), "page": query["page"], "per_page": query["per_page"]}


@api.get("/chart")
@api.arguments(schemas.ChartQuery, location="query")
@api.response(200, schemas.TierOut(many=True))
def chart(query: dict[str, Any]) -> Any:
    """The organisation chart of a day from live appointments: tier by tier, or as a picture or a document."""
    seat, on = reading(READ), query["on"] or today()
    if query["format"] != "json":
        return chart_download(seat, query["format"], on)
    return [
        {
            "title": tier.title,
            "note": tier.note,
            "cards": [{"lines": [line.said for line in card.lines], "vacant": card.vacant} for card in tier.cards],
        }
        for tier in tiers_of(seat, on, locale())
    ]


@api.post("/numbers")
@idempotent_without("items")
@api.response(201, schemas.NumbersOut)
def numbers() -> dict[str, Any]:
    """The numbers of whoever is in office today, whole; each time stands in the audit log."""
    on = today()
    rows = commands.disclose_numbers(current_seat(), on)
    known = ((held.place.key, held.person) for held in rows if held.person and held.person.mobile)
    return {"on": on, "items": [{"post": post, "name": who.name, "mobile": who.mobile} for post, who in known]}


@api.get("/missing-liaisons")
@api.response(200, schemas.VacancyOut(many=True))
def missing_liaisons() -> list[dict[str, Any]]:
    """The units that have named no liaison, and since when."""
    return [
        {
            "unit": vacancy.unit.id,
            "name": vacancy.unit.name,
            "post": vacancy.place.key,
            "since": vacancy.since,
            "overdue": vacancy.overdue,
        }
        for vacancy in queries.missing_liaisons(reading(READ).session, today())
    ]


@api.post("/appointments")
@idempotent
@api.etag
@api.arguments(schemas.AppointmentIn)
@api.response(201, schemas.AppointmentOut)
def appoint(body: dict[str, Any]) -> dict[str, Any]:
    """Put a person into a post; whoever held it before has left the day before."""
    seat = current_seat()
    words = PersonText(body["name"], body["title"], body["rank"], body["mobile"])
    verb = commands.register_liaison if rules.of_unit(body["post"]) else commands.record_appointment
    given = {"from_date": body["from_date"], "basis": body["basis"], "leaver": body["leaver"]}
    done = verb(seat, body["post"], words, **given, on=today())
    row, person = queries.appointment_named(seat.session, done.appointment.id)
    return _tagged(row, person, done.cautions)


@api.get("/appointments/<uuid:appointment_id>")
@api.etag
@api.response(200, schemas.AppointmentOut)
def show(appointment_id: UUID) -> dict[str, Any]:
    """One appointment, in office or past."""
    return _tagged(*queries.appointment_named(reading(READ).session, appointment_id))


@api.patch("/appointments/<uuid:appointment_id>")
@api.etag
@api.arguments(schemas.PersonIn)
@api.response(200, schemas.AppointmentOut)
def correct(body: dict[str, Any], appointment_id: UUID) -> dict[str, Any]:
    """Correct what is said of the person."""
    seat = current_seat()
    row, person = queries.appointment_named(seat.session, appointment_id)
    api.check_etag(_tag(row, person))
    verb = commands.correct_liaison if row.role in rules.UNIT_ROLES else commands.correct_person
    verb(seat, appointment_id, PersonText(**body), on=today())
    return _tagged(row, person)


@api.post("/appointments/<uuid:appointment_id>/end")
@idempotent
@api.etag
@api.arguments(schemas.EndIn)
@api.response(201, schemas.AppointmentOut)
def end(body: dict[str, Any], appointment_id: UUID) -> dict[str, Any]:
    """End a term; the post is empty after that day."""
    seat = current_seat()
    row, person = queries.appointment_named(seat.session, appointment_id)
    verb = commands.end_liaison if row.role in rules.UNIT_ROLES else commands.end_appointment
    done = verb(seat, appointment_id, to_date=body["to_date"], leaver=body["leaver"], on=today())
    return _tagged(row, person, done.cautions)

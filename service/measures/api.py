"""Policies, measures and instruments, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from service.files.keeping import stored
from service.files.web import UploadIn, read, served
from service.kit.idempotency import idempotent
from service.kit.listing import asked, listed
from service.kit.web import current_seat, reading, today
from service.measures import commands, queries, schemas
from service.measures.commands import InstrumentText, MeasureText, PolicyText
from service.measures.models import Instrument, Measure, PolicyDocument
from service.measures.queries import READ
from service.tasks.commands import TaskText
from tenants.errors import Missing

api = Blueprint("measures_api", __name__, url_prefix="/api/v1/t/<slug>", description="Policies, measures, standards")


def _tagged(row: Any) -> Any:
    api.set_etag({"revision": row.revision})
    return row


@api.get("/policies")
@api.arguments(schemas.PoliciesQuery, location="query")
@api.response(200, schemas.PoliciesPage)
def policies(query: dict[str, Any]) -> dict[str, Any]:
    """The policy documents, each with how far it is carried out."""
    return listed(queries.policies(reading(READ).session, asked(query), today()))


@api.post("/policies")
@idempotent
@api.etag
@api.arguments(schemas.PolicyIn)
@api.response(201, schemas.PolicyOut)
def record_policy(body: dict[str, Any]) -> Any:
    """Record a policy document."""
    return _tagged(commands.record_policy(current_seat(), PolicyText(**body), on=today()))


@api.get("/policies/<uuid:policy_id>")
@api.response(200, schemas.CarriedOut)
def policy(policy_id: UUID) -> dict[str, Any]:
    """One document: its measures with their tasks, and how far it is carried out."""
    found = queries.carried(reading(READ).session, policy_id, today())
    shown = [
        {"measure": row.measure, "standing": row.standing, "tasks": [one.task for one in tasks]}
        for row, tasks in found.measures
    ]
    return {"policy": found.policy, "standing": found.standing, "measures": shown, "unbroken": found.unbroken}


@api.put("/policies/<uuid:policy_id>")
@api.etag
@api.arguments(schemas.PolicyIn)
@api.response(200, schemas.PolicyOut)
def revise_policy(body: dict[str, Any], policy_id: UUID) -> Any:
    """Change the record."""
    seat = current_seat()
    api.check_etag({"revision": queries.one(seat.session, PolicyDocument, policy_id).revision})
    return _tagged(commands.revise_policy(seat, policy_id, PolicyText(**body), on=today()))


@api.put("/policies/<uuid:policy_id>/file")
@api.arguments(UploadIn, location="files")
@api.response(200, schemas.PolicyOut)
def attach(files: dict[str, Any], policy_id: UUID) -> Any:
    """The document's file."""
    seat = current_seat()
    row: PolicyDocument = queries.one(seat.session, PolicyDocument, policy_id)
    text = PolicyText(row.level, row.title, row.issuer, row.issued_on, row.number, row.summary)
    return commands.revise_policy(seat, policy_id, text, read(files["file"]), on=today())


@api.get("/policies/<uuid:policy_id>/file")
@api.response(200)
def download(policy_id: UUID) -> Any:
    """The document's file as it was sent."""
    session = reading(READ).session
    row: PolicyDocument = queries.one(session, PolicyDocument, policy_id)
    if row.file_id is None:
        raise Missing()
    return served(stored(session, row.file_id))


@api.get("/measures")
@api.arguments(schemas.MeasuresQuery, location="query")
@api.response(200, schemas.MeasuresPage)
def measures(query: dict[str, Any]) -> dict[str, Any]:
    """The measures, each with how far it is carried out."""
    return listed(queries.measures(reading(READ).session, asked(query), today()))


@api.post("/measures")
@idempotent
@api.etag
@api.arguments(schemas.MeasureIn)
@api.response(201, schemas.MeasureOut)
def record_measure(body: dict[str, Any]) -> Any:
    """Record a unit's measure."""
    return _tagged(commands.record_measure(current_seat(), MeasureText(**body), on=today()))


@api.get("/measures/<uuid:measure_id>")
@api.etag
@api.response(200, schemas.MeasureOut)
def measure(measure_id: UUID) -> Any:
    """One measure."""
    return _tagged(queries.one(reading(READ).session, Measure, measure_id))


@api.post("/measures/<uuid:measure_id>/issue")
@idempotent
@api.etag
@api.arguments(schemas.IssueIn)
@api.response(201, schemas.MeasureOut)
def issue(body: dict[str, Any], measure_id: UUID) -> Any:
    """Record that it was put out."""
    return _tagged(commands.issue_measure(current_seat(), measure_id, **body, on=today()))


@api.post("/measures/<uuid:measure_id>/end")
@idempotent
@api.etag
@api.arguments(schemas.EndIn)
@api.response(201, schemas.MeasureOut)
def end(body: dict[str, Any], measure_id: UUID) -> Any:
    """Record that it is in effect no more."""
    return _tagged(commands.end_measure(current_seat(), measure_id, **body, on=today()))


@api.post("/measures/<uuid:measure_id>/tasks")
@idempotent
@api.arguments(schemas.BreakdownIn)
@api.response(201, schemas.MadeOut)
def break_down(body: dict[str, Any], measure_id: UUID) -> dict[str, Any]:
    """Make a task that carries it out; its units follow from the duty."""
    plan_id = body.pop("plan_id")
    text = TaskText(lead_unit_id=None, **body)
    return {"task_id": commands.break_down(current_seat(), measure_id, plan_id=plan_id, text=text, on=today()).id}


@api.post("/measures/<uuid:measure_id>/links")
@idempotent
@api.etag
@api.arguments(schemas.LinkIn)
@api.response(201, schemas.MeasureOut)
def link(body: dict[str, Any], measure_id: UUID) -> Any:
    """A task that is there already carries it out."""
    return _tagged(commands.link_task(current_seat(), measure_id, **body, on=today()))


@api.delete("/measures/<uuid:measure_id>/links/<uuid:task_id>")
@api.response(204)
def unlink(measure_id: UUID, task_id: UUID) -> str:
    """The task does not carry it out."""
    commands.unlink_task(current_seat(), measure_id, task_id=task_id, on=today())
    return ""


@api.get("/instruments")
@api.arguments(schemas.InstrumentsQuery, location="query")
@api.response(200, schemas.InstrumentsPage)
def instruments(query: dict[str, Any]) -> dict[str, Any]:
    """Laws, rules and standards in the making."""
    return listed(queries.instruments(reading(READ).session, asked(query)))


def _whole(row: Instrument) -> dict[str, Any]:
    columns = {column.name: getattr(row, column.name) for column in Instrument.__table__.columns}
    _tagged(row)
    return columns | {"stages": queries.stages(current_seat().session, row.id)}


@api.post("/instruments")
@idempotent
@api.etag
@api.arguments(schemas.InstrumentIn)
@api.response(201, schemas.InstrumentWholeOut)
def begin(body: dict[str, Any]) -> Any:
    """Put one on record."""
    return _whole(commands.begin_instrument(current_seat(), InstrumentText(**body), on=today()))


@api.get("/instruments/<uuid:instrument_id>")
@api.etag
@api.response(200, schemas.InstrumentWholeOut)
def instrument(instrument_id: UUID) -> Any:
    """One of them with its stages."""
    return _whole(queries.one(reading(READ).session, Instrument, instrument_id))


@api.post("/instruments/<uuid:instrument_id>/stages")
@idempotent
@api.etag
@api.arguments(schemas.AdvanceIn)
@api.response(201, schemas.InstrumentWholeOut)
def advance(body: dict[str, Any], instrument_id: UUID) -> Any:
    """It is in its next stage."""
    return _whole(commands.advance(current_seat(), instrument_id, **body, on=today()))

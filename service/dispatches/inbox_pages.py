"""What came from above: the inbox, one of it, and the forms in which it is taken up, routed, answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.dispatches import commands, queries, receiving, schemas
from service.dispatches.queries import READ, WAITING, Route
from service.dispatches.rules import ALL_KINDS, RECEIVED
from service.files.keeping import Upload
from service.files.web import served, uploaded_if_any
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.tasks.commands import TaskText
from tenants.answers import own_answers
from tenants.dispatch import OPEN, files_of

PLAN = "task.plan"  # who sets tasks also routes what came
inbox = Blueprint("inbox", __name__, url_prefix="/inbox")
Errors = Mapping[str, str]


@inbox.get("/")
def index() -> ResponseReturnValue:
    """What came from above, narrowed, sorted, paged; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    found = queries.inbox(seat.session, asked_here(schemas.InboxQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["类型", "编号", "标题", "时限", "本级办理", "上级状态", "收到日期"]
        rows = [
            [
                label("dispatch_kind", row.kind),
                f"〔{row.year}〕{row.number}号",
                row.title,
                row.due,
                label("received_state", row.state),
                label("dispatch_state", row.sender_state),
                row.received_at.date(),
            ]
            for row in found.rows
        ]
        return table_file(kind, f"{seat.tenant.name}-上级来件-{today().isoformat()}", header, rows)
    return page(
        "dispatches/inbox.html",
        listed=found,
        kinds=[(key, label("dispatch_kind", key)) for key in ALL_KINDS],
        states=[(key, label("received_state", key)) for key in RECEIVED.all_states()],
        waiting=[(key, label("received_waiting", key)) for key in WAITING],
        above=seat.tenant.parent_id is not None,
        on=today(),
    )


@inbox.get("/<uuid:received_dispatch_id>")
def show(received_dispatch_id: UUID) -> ResponseReturnValue:
    """One of them: what it asks, what was done of it here, what this seat can do."""
    return _received_page(reading(READ), received_dispatch_id, "", {})


def _received_page(seat: Seat, received_dispatch_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    """`form`: the one that came back with errors."""
    found, on = queries.received_one(seat.session, received_dispatch_id, today()), today()
    row = found.row
    live, possible = row.sender_state == OPEN and row.verdict != "accepted", RECEIVED.possible(row.state)
    accepts, answers = seat.may(receiving.ACCEPT) and live, seat.may(receiving.ANSWER) and live
    doing = row.kind in ("task", "order")
    ways = queries.routes(seat.session, row, on) if doing and accepts and seat.may(PLAN) and "route" in possible else []
    return page(
        "dispatches/received.html",
        422 if errors else 200,
        found=found,
        row=row,
        names=unit_names(seat.session),
        said=[(one, files_of(seat.session, one.id)) for one in own_answers(seat.session, row.id)],
        takes=accepts and doing and "accept" in possible,
        declines=accepts and row.kind != "circular" and "decline" in possible and not found.tasks,
        notes=seat.may(receiving.ACCEPT)
        and row.sender_state == OPEN
        and ((row.kind == "circular" and row.state == "received") or 0 < row.acknowledged < row.wording),
        ways=ways,
        duties=_ways(seat, ways),
        reports=answers and doing and "report" in possible,
        answers=answers and row.kind == "data_request" and "answer" in possible,
        clerk=doing and accepts and not seat.may(PLAN) and not found.tasks,
        passes=live and seat.may(commands.WRITE) and bool(queries.places_below(seat.session)),
        form_open=form,
        values=request.form if form else {},
        errors=errors,
        on=on,
    )


def _ways(seat: Seat, ways: list[Route]) -> list[tuple[UUID, str]]:
    """Each unit with the duty that it holds, to choose from: the unit is read on a narrow page, too."""
    names = unit_names(seat.session) if ways else {}
    return [(way.duty.id, f"{names[way.lead_id]}：{way.duty.code} {way.duty.text}") for way in ways]


@inbox.get("/<uuid:received_dispatch_id>/files/<int:position>")
def file(received_dispatch_id: UUID, position: int) -> Response:
    """A file that came with it."""
    return served(queries.came_file(reading(READ).session, received_dispatch_id, position))


def _done(
    received_dispatch_id: UUID,
    form: str,
    operation: str,
    schema: Any,
    act: Callable[[Seat, dict[str, Any]], Any],
    said: str,
) -> ResponseReturnValue:
    """The act on the form is done, or the form comes back with the sentence at its field."""
    seat = current_seat()
    seat.require(operation)
    _row, errors = submitted(schema, lambda given: act(seat, given))
    if errors:
        return _received_page(seat, received_dispatch_id, form, errors)
    flash(said, "success")
    return redirect(url_for("dispatches.inbox.show", received_dispatch_id=received_dispatch_id))


@inbox.post("/<uuid:received_dispatch_id>/acknowledgement")
def acknowledge(received_dispatch_id: UUID) -> ResponseReturnValue:
    """It, or its new wording, was taken note of."""
    return _done(
        received_dispatch_id,
        "note",
        receiving.ACCEPT,
        schemas.NothingIn(),
        lambda seat, _given: receiving.acknowledge(seat, received_dispatch_id, on=today()),
        _("已阅知，上级可见。"),
    )


@inbox.post("/<uuid:received_dispatch_id>/acceptance")
def accept(received_dispatch_id: UUID) -> ResponseReturnValue:
    """It is taken on."""
    return _done(
        received_dispatch_id,
        "accept",
        receiving.ACCEPT,
        schemas.NothingIn(),
        lambda seat, _given: receiving.accept(seat, received_dispatch_id, on=today()),
        _("已接受，上级可见。"),
    )


@inbox.post("/<uuid:received_dispatch_id>/refusal")
def decline(received_dispatch_id: UUID) -> ResponseReturnValue:
    """Why it cannot be taken on is told upwards."""
    return _done(
        received_dispatch_id,
        "decline",
        receiving.ACCEPT,
        schemas.ReasonIn(),
        lambda seat, given: receiving.decline(seat, received_dispatch_id, **given, on=today()),
        _("已说明理由，上级可见。"),
    )


@inbox.post("/<uuid:received_dispatch_id>/tasks")
def route(received_dispatch_id: UUID) -> ResponseReturnValue:
    """By one's own duties it is a task of a unit."""
    return _done(
        received_dispatch_id,
        "route",
        receiving.ACCEPT,
        schemas.RouteIn(),
        lambda seat, given: receiving.route(seat, received_dispatch_id, TaskText(**given), on=today()),
        _("已交办并列入任务台账。"),
    )


def _files() -> list[Upload]:
    upload = uploaded_if_any()
    return [upload] if upload else []


@inbox.post("/<uuid:received_dispatch_id>/reports")
def report(received_dispatch_id: UUID) -> ResponseReturnValue:
    """How far it is, is told upwards."""
    return _done(
        received_dispatch_id,
        "report",
        receiving.ANSWER,
        schemas.ReportIn(),
        lambda seat, given: receiving.report(seat, received_dispatch_id, **given, files=_files(), on=today()),
        _("进展已上报。"),
    )


@inbox.post("/<uuid:received_dispatch_id>/answers")
def answer(received_dispatch_id: UUID) -> ResponseReturnValue:
    """The data request is answered."""
    values = {name.removeprefix("values."): said for name, said in request.form.items() if name.startswith("values.")}
    words = request.form.get("words", "")

    def act(seat: Seat, _given: dict[str, Any]) -> Any:
        return receiving.answer_request(
            seat, received_dispatch_id, values=values, words=words, files=_files(), on=today()
        )

    return _done(received_dispatch_id, "answer", receiving.ANSWER, schemas.NothingIn(), act, _("已答复上级。"))

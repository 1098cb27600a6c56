"""What went down: its list, one with what each place published of it, and the forms of its sender."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.dispatches import commands, queries, schemas
from service.dispatches.queries import READ, PlaceRow, Sent
from service.dispatches.rules import ALL_KINDS, STANDINGS
from service.files.web import served
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.paging import Asked, Page
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.answers import answers_of
from tenants.dispatch import STATES, files_of
from tenants.models import Tenant

sent = Blueprint("sent", __name__, url_prefix="/sent")
Errors = Mapping[str, str]


@sent.get("/")
def index() -> ResponseReturnValue:
    """What went down, each with how far its places are; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    found = queries.sent(seat.session, asked_here(schemas.SentQuery()), today(), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = [
            "类型",
            "编号",
            "标题",
            "时限",
            "状态",
            "地方数",
            "已送达",
            "已接受",
            "已启动",
            "已办结",
            "逾期",
            "不能承办",
        ]
        return table_file(kind, f"{seat.tenant.name}-下达事项-{today().isoformat()}", header, map(_cells, found.rows))
    return page(
        "dispatches/sent.html",
        listed=found,
        kinds=[(key, label("dispatch_kind", key)) for key in ALL_KINDS],
        states=[(key, label("dispatch_state", key)) for key in STATES],
        below=len(queries.places_below(seat.session)),
    )


def _cells(row: queries.SentRow) -> list[Any]:
    one, counted = row.dispatch, row.counts
    named = [label("dispatch_kind", one.kind), f"〔{one.year}〕{one.number}号", one.title, one.due]
    far = [counted.received, counted.accepted, counted.begun, counted.finished, counted.late, counted.declined]
    return [*named, label("dispatch_state", one.state), counted.places, *far]


@sent.get("/<uuid:dispatch_id>")
def show(dispatch_id: UUID) -> ResponseReturnValue:
    """One dispatch: how far its places are, what each published, and what this seat can do; or its places as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    if kind in ("csv", "xlsx"):
        return _places_file(seat, queries.sent_one(seat.session, dispatch_id, today()), kind)
    return _sent_page(seat, dispatch_id, "", {})


def _places_file(seat: Seat, found: Sent, kind: str) -> ResponseReturnValue:
    header = ["地方", "情况", "逾期", "进度%", "上报内容", "上报日期", "办结日期", "上级意见", *_questions(found)]
    rows = [_place_cells(row, _values(seat, found, row)) for row in _listed(found, whole=True).rows]
    name = f"{seat.tenant.name}-{found.dispatch.title}-办理情况-{today().isoformat()}"
    return table_file(kind, name, header, rows)


def _questions(found: Sent) -> list[str]:
    return list(found.latest.content.get("questions", []))


def _values(seat: Seat, found: Sent, row: PlaceRow) -> list[str]:
    """What a place answered to each question; nothing where it did not."""
    questions = _questions(found)
    said = answers_of(seat.session, found.dispatch.id, row.tenant.id) if questions else []
    told = dict(next((one.content["values"] for one in said if "values" in one.content), []))
    return [told.get(question, "") for question in questions]


def _place_cells(row: PlaceRow, values: list[str]) -> list[Any]:
    place, stands = row.place, label("dispatch_standing", row.standing)
    verdict = label("dispatch_verdict", place.verdict) if place.verdict else ""
    far = [place.percent, place.words, place.answered_on, place.finished_on, verdict]
    return [row.tenant.name, stands, "是" if row.late else "", *far, *values]


def _listed(found: Sent, *, whole: bool = False) -> Page:
    """The places that the filters name, in the order asked for."""
    asked = asked_here(schemas.PlacesQuery())
    rows = [row for row in found.places if _wanted(row, asked)]
    keys: dict[str, Callable[[PlaceRow], Any]] = {
        "percent": lambda row: -1 if row.place.percent is None else row.place.percent,
        "standing": lambda row: STANDINGS.index(row.standing),
    }
    key = keys.get(asked.sort.removeprefix("-"))
    if key is not None:
        rows.sort(key=key)
    if asked.sort.startswith("-"):
        rows.reverse()
    per_page = max(len(rows), 1) if whole else asked.per_page
    at = 0 if whole else (asked.page - 1) * per_page
    return Page(rows[at : at + per_page], len(rows), 1 if whole else asked.page, per_page, asked.sort or "place")


def _wanted(row: PlaceRow, asked: Asked) -> bool:
    stands = asked.filters.get("standing")
    return (not stands or row.standing == stands) and (not asked.q or asked.q in row.tenant.name)


def _sent_page(seat: Seat, dispatch_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    """`form`: the one that came back with errors."""
    found = queries.sent_one(seat.session, dispatch_id, today())
    there = {row.tenant.id for row in found.places}
    manages = seat.may(commands.SEND) and found.dispatch.state == "open"
    return page(
        "dispatches/sent_one.html",
        422 if errors else 200,
        found=found,
        row=found.dispatch,
        listed=_listed(found),
        standings=[(key, label("dispatch_standing", key)) for key in STANDINGS],
        manages=manages,
        amends=manages and found.dispatch.kind != "order",
        addable=[(p.id, p.name) for p in queries.places_below(seat.session) if p.id not in there] if manages else [],
        form_open=form,
        values=request.form if form else {},
        errors=errors,
    )


@sent.get("/<uuid:dispatch_id>/files/<int:position>")
def file(dispatch_id: UUID, position: int) -> Response:
    """A file that went down with it."""
    seat = reading(READ)
    found = queries.sent_one(seat.session, dispatch_id, today())
    return served(queries.sealed_file(seat.session, found.latest.id, position))


@sent.get("/<uuid:dispatch_id>/places/<uuid:receiver_id>")
def place(dispatch_id: UUID, receiver_id: UUID) -> ResponseReturnValue:
    """What one place published of it, answer by answer."""
    return _place_page(reading(READ), dispatch_id, receiver_id, "", {})


def _place_page(seat: Seat, dispatch_id: UUID, receiver_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    found = queries.sent_one(seat.session, dispatch_id, today())
    row = next((row for row in found.places if row.tenant.id == receiver_id), None)
    said = answers_of(seat.session, dispatch_id, receiver_id)
    receiver: Tenant = row.tenant if row else queries.missing()
    return page(
        "dispatches/place.html",
        422 if errors else 200,
        found=found,
        row=row,
        receiver=receiver,
        answers=[(one, files_of(seat.session, one.parcel_id)) for one in said],
        manages=seat.may(commands.SEND) and found.dispatch.state == "open",
        form_open=form,
        values=request.form if form else {},
        errors=errors,
    )


@sent.get("/<uuid:dispatch_id>/places/<uuid:receiver_id>/answers/<int:number>/files/<int:position>")
def answer_file(dispatch_id: UUID, receiver_id: UUID, number: int, position: int) -> Response:
    """A file that a place published with an answer."""
    session = reading(READ).session
    said = answers_of(session, dispatch_id, receiver_id)
    one = next((one for one in said if one.number == number), None) or queries.missing()
    return served(queries.sealed_file(session, one.parcel_id, position))


def _managed(dispatch_id: UUID, form: str, schema: Any, act: Callable[[Seat, dict[str, Any]], Any], said: str) -> Any:
    """The act on the form is done, or the form comes back with the sentence at its field."""
    seat = current_seat()
    seat.require(commands.SEND)
    done, errors = submitted(schema, lambda given: act(seat, given))
    if errors:
        return _sent_page(seat, dispatch_id, form, errors)
    flash(said % {"n": done} if isinstance(done, int) else said, "success")
    return redirect(url_for("dispatches.sent.show", dispatch_id=dispatch_id))


@sent.post("/<uuid:dispatch_id>/amendment")
def amend(dispatch_id: UUID) -> ResponseReturnValue:
    """A new wording goes to every place."""
    return _managed(
        dispatch_id,
        "amend",
        schemas.AmendIn(),
        lambda seat, given: commands.amend(seat, dispatch_id, **given, on=today()),
        _("修改稿已发出，各地须阅知。"),
    )


@sent.post("/<uuid:dispatch_id>/recall")
def recall(dispatch_id: UUID) -> ResponseReturnValue:
    """It is taken back."""
    return _managed(
        dispatch_id,
        "recall",
        schemas.WhyIn(),
        lambda seat, given: commands.recall(seat, dispatch_id, **given),
        _("已撤回，各地将收到通知。"),
    )


@sent.post("/<uuid:dispatch_id>/closure")
def close(dispatch_id: UUID) -> ResponseReturnValue:
    """It is done with."""
    return _managed(
        dispatch_id,
        "close",
        schemas.WhyIn(),
        lambda seat, given: commands.close(seat, dispatch_id, **given),
        _("已办结，各地将收到通知。"),
    )


@sent.post("/<uuid:dispatch_id>/places")
def add_places(dispatch_id: UUID) -> ResponseReturnValue:
    """It goes to more places."""
    return _managed(
        dispatch_id,
        "places",
        schemas.PlacesIn(),
        lambda seat, given: commands.add_places(seat, dispatch_id, **given),
        _("已补发。"),
    )


@sent.post("/<uuid:dispatch_id>/reminders")
def remind(dispatch_id: UUID) -> ResponseReturnValue:
    """Places that lag are reminded."""
    return _managed(
        dispatch_id,
        "remind",
        schemas.RemindIn(),
        lambda seat, given: commands.remind(seat, dispatch_id, **given),
        _("已催办 %(n)s 个地方。"),
    )


def _judged(dispatch_id: UUID, receiver_id: UUID, form: str, act: Callable[[Seat], Any], said: str) -> Any:
    """The sender's word on one place is said, or its form comes back."""
    seat = current_seat()
    seat.require(commands.SEND)
    _done, errors = submitted(schemas.NothingIn(), lambda _given: act(seat))
    if errors:
        return _place_page(seat, dispatch_id, receiver_id, form, errors)
    flash(said, "success")
    return redirect(url_for("dispatches.sent.show", dispatch_id=dispatch_id))


@sent.post("/<uuid:dispatch_id>/places/<uuid:receiver_id>/acceptance")
def accept(dispatch_id: UUID, receiver_id: UUID) -> ResponseReturnValue:
    """What the place finished is taken as finished."""
    return _judged(
        dispatch_id,
        receiver_id,
        "accept",
        lambda seat: commands.accept_answer(seat, dispatch_id, receiver_id=receiver_id),
        _("已确认办结。"),
    )


@sent.post("/<uuid:dispatch_id>/places/<uuid:receiver_id>/return")
def give_back(dispatch_id: UUID, receiver_id: UUID) -> ResponseReturnValue:
    """The place is told what its answer lacks."""
    reason = request.form.get("reason", "")
    return _judged(
        dispatch_id,
        receiver_id,
        "return",
        lambda seat: commands.return_answer(seat, dispatch_id, receiver_id=receiver_id, reason=reason),
        _("已退回补正。"),
    )


@sent.post("/<uuid:dispatch_id>/places/<uuid:receiver_id>/ending")
def end(dispatch_id: UUID, receiver_id: UUID) -> ResponseReturnValue:
    """Nothing more is awaited of the place."""
    why = request.form.get("why", "")
    return _judged(
        dispatch_id,
        receiver_id,
        "end",
        lambda seat: commands.end_place(seat, dispatch_id, receiver_id=receiver_id, why=why, on=today()),
        _("已不再等待该地方。"),
    )

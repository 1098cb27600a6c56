"""The directory: who holds which post, which are empty, and the forms in which that is said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import label
from service.charter.desk import Errors, tried
from service.charter.files import asked_for_file, file_name
from service.charter.forms import day_of, stale
from service.charter.models import Unit
from service.charter.queries import in_force
from service.kit.export import table_file
from service.kit.layout import Entry, locale
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.members import commands, queries, rules
from service.members.chart_pages import chart
from service.members.models import Appointment, Person
from service.members.queries import Held
from service.members.rules import UNIT_ROLES, PersonText, Place
from tenants.errors import Forbidden

pages = Blueprint("members", __name__, url_prefix="/t/<slug>/members", template_folder="templates")
pages.add_app_template_filter(rules.masked)
NAV = (Entry(25, "人员名录", "members.index", "organization.read", "users"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Every place at the table with who held it on a day, today unless asked; or as a file."""
    seat, on = reading("organization.read"), day_of(request.args, "on", today())
    rows = queries.roster(seat.session, on)
    if kind := asked_for_file():
        return _file(kind, seat, rows)
    past = {} if on == today() else {"charter": in_force(seat.session, on)}
    return page(
        "members/index.html",
        on=on,
        past=past,
        conference=[held for held in rows if held.place.role not in UNIT_ROLES],
        units=_by_unit(rows),
        vacancies=queries.missing_liaisons(seat.session, on),
        may=(lambda _place, _unit: False) if past else partial(_may, seat),
    )


def _file(kind: str, seat: Seat, rows: list[Held]) -> Response:
    """A row for each place, the empty ones too; numbers as masked as on the page."""
    header = [_("席位"), _("单位"), _("职务"), _("在任"), _("职级"), _("电话"), _("任职日期")]

    def cells(held: Held) -> list[object]:
        place, person, term = held.place, held.person, held.appointment
        who = [person.name, person.rank, rules.masked(person.mobile or "")] if person else [_("空缺"), "", ""]
        seated = held.unit.name if held.unit else place.organ
        return [label("role", place.role, locale()), seated, place.name, *who, term.from_date if term else None]

    return table_file(kind, file_name(seat, _("人员名录")), header, map(cells, rows))


def _by_unit(rows: list[Held]) -> list[dict[str, Any]]:
    """Each unit's representative and liaison side by side."""
    table: dict[UUID, dict[str, Any]] = {}
    for held in rows:
        if held.unit is not None and held.place.role in UNIT_ROLES:
            table.setdefault(held.unit.id, {"unit": held.unit})[held.place.role] = held
    return list(table.values())


def _may(seat: Seat, place: Place, unit: Unit | None) -> bool:
    """Whether this seat may name who holds the place."""
    if place.role not in UNIT_ROLES:
        return seat.may(commands.RECORD)
    own = seat.may(commands.RECORD) or (unit is not None and seat.sits_for(unit.id, commands.REGISTER))
    return seat.may(commands.REGISTER) and own


def _allowed(seat: Seat, place: Place, unit: Unit | None) -> None:
    if not _may(seat, place, unit):
        raise Forbidden("您的角色不能登记此职务。", en="You may not name who holds this post.", source="角色与权限矩阵")


@pages.get("/appointments/new")
def new() -> ResponseReturnValue:
    seat, post = current_seat(), request.args.get("post", "")
    return _appoint_form(seat, post, {"from_date": today()}, {})


def _appoint_form(seat: Seat, post: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    place, unit = queries.place_named(seat.session, post, today())
    _allowed(seat, place, unit)
    return page(
        "members/appoint.html",
        422 if errors else 200,
        place=place,
        unit=unit,
        values=values,
        errors=errors,
        history=queries.history(seat.session, post),
        accounts=queries.accounts_in(seat.session, place.role, unit.id if unit else None, today()),
    )


def _words() -> PersonText:
    form = request.form
    return PersonText(*(form.get(field, "")[:60] for field in ("name", "title", "rank", "mobile")))


def _leaver() -> UUID | None:
    """The account that was chosen as that of whoever leaves; none: known by the name."""
    try:
        return UUID(request.form.get("leaver", ""))
    except ValueError:
        return None


@pages.post("/appointments")
def appoint() -> ResponseReturnValue:
    """The person holds the post."""
    seat, form = current_seat(), request.form
    post = form.get("post", "")
    verb = commands.register_liaison if rules.of_unit(post) else commands.record_appointment

    def write() -> object:
        from_date, basis = day_of(form, "from_date", today()), form.get("basis", "")[:200]
        leaver = _leaver()
        return verb(seat, post, _words(), from_date=from_date, basis=basis, leaver=leaver, on=today()).cautions

    return tried(write, partial(_appoint_form, seat, post, form), _("任职已登记。"), url_for("members.index"))


@pages.get("/appointments/<uuid:appointment_id>")
def edit(appointment_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    _row, person = queries.appointment_named(seat.session, appointment_id)
    values = {field: getattr(person, field) for field in ("name", "title", "rank", "mobile")}
    return _edit_form(seat, appointment_id, values, {})


def _edit_form(seat: Seat, appointment_id: UUID, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    row, person = queries.appointment_named(seat.session, appointment_id)
    place, unit = queries.place_named(seat.session, row.post, today())
    _allowed(seat, place, unit)
    return page(
        "members/edit.html",
        422 if errors else 200,
        row=row,
        place=place,
        unit=unit,
        values={"to_date": today(), **values},
        errors=errors,
        tag=_tag(row, person),
        accounts=queries.accounts_in(seat.session, place.role, unit.id if unit else None, today()),
    )


def _tag(row: Appointment, person: Person) -> str:
    return f"{row.revision}.{person.revision}"


def _named(seat: Seat, appointment_id: UUID) -> Appointment:
    """The appointment, unless somebody changed it since the form was opened."""
    row, person = queries.appointment_named(seat.session, appointment_id)
    if request.form.get("revision") != _tag(row, person):
        raise stale()
    return row


@pages.post("/appointments/<uuid:appointment_id>")
def correct(appointment_id: UUID) -> ResponseReturnValue:
    """What is said of the person reads so."""
    seat = current_seat()

    def write() -> object:
        row = _named(seat, appointment_id)
        verb = commands.correct_liaison if row.role in UNIT_ROLES else commands.correct_person
        return verb(seat, appointment_id, _words(), on=today())

    again = partial(_edit_form, seat, appointment_id, request.form)
    return tried(write, again, _("人员信息已修改。"), url_for("members.index"))


@pages.post("/appointments/<uuid:appointment_id>/end")
def end(appointment_id: UUID) -> ResponseReturnValue:
    """The term has ended."""
    seat = current_seat()

    def write() -> object:
        row, to_date = _named(seat, appointment_id), day_of(request.form, "to_date", today())
        verb = commands.end_liaison if row.role in UNIT_ROLES else commands.end_appointment
        return verb(seat, appointment_id, to_date=to_date, leaver=_leaver(), on=today()).cautions

    def again(errors: Errors) -> ResponseReturnValue:
        _row, person = queries.appointment_named(seat.session, appointment_id)
        known = {field: getattr(person, field) for field in ("name", "title", "rank", "mobile")}
        return _edit_form(
            seat,
            appointment_id,
            known | {"to_date": request.form.get("to_date", ""), "leaver": request.form.get("leaver", "")},
            errors,
        )

    return tried(write, again, _("离任已登记。"), url_for("members.index"))


pages.register_blueprint(chart)

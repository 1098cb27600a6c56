"""The page of the working calendar: the year at a glance, its special days, and the forms that change it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.workdays import KINDS, Workdays
from service.calendar import commands, queries, schemas
from service.calendar.listing import day_named, listed_days
from service.calendar.rules import Day
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.models import children

pages = Blueprint("calendar", __name__, url_prefix="/t/<slug>/calendar", template_folder="templates")
NAV = (Entry(86, "工作日历", "calendar.index", queries.READ, "calendar"),)
FORMS = ("span", "list")


@pages.get("/")
def index() -> ResponseReturnValue:
    """The year's working days; or its special days as a file."""
    seat, kind = reading(queries.READ), request.args.get("format", "")
    if kind not in ("csv", "xlsx"):
        return _year_page(seat, _year(), "", {}, {})
    found = listed_days(seat.session, _year(), asked_here(schemas.DaysQuery()), whole=True)
    header = ["日期", "安排", "名称", "来源", "依据"]
    return table_file(kind, f"{seat.tenant.name}-{_year()}年工作日历", header, map(_cells, found.rows))


def _year() -> int:
    named = request.args.get("year", "")
    return int(named) if named.isdecimal() and 2000 <= int(named) <= 2099 else today().year


def _cells(row: Day) -> list[Any]:
    return [row.day, label("day_kind", row.kind), row.name, label("day_source", _source(row)), row.basis]


def _source(row: Day) -> str:
    return "own" if row.own else "announced"


def _year_page(
    seat: Seat, year: int, wrong: str, values: Mapping[str, Any], errors: Mapping[str, str]
) -> ResponseReturnValue:
    """`wrong`: the form that came back with errors."""
    days, on = queries.workdays(seat.session), today()
    return page(
        "calendar/index.html",
        422 if errors else 200,
        year=year,
        years=queries.years(seat.session, on),
        listed=listed_days(seat.session, year, asked_here(schemas.DaysQuery())),
        months=months(year, days, {row.day: row for row in queries.year_of(seat.session, year)}),
        known=days.known(year),
        worked=days.between(date(year - 1, 12, 31), date(year, 12, 31)),
        told=queries.told(seat.session, year, on),
        sent=queries.sent(seat.session, year),
        below=len(children(seat.session, seat.tenant.id)),
        kinds=[(kind, label("day_kind", kind)) for kind in KINDS],
        source=_source,
        on=on,
        values={form: values if form == wrong else {} for form in FORMS},
        errors={form: errors if form == wrong else {} for form in FORMS},
    )


def months(year: int, days: Workdays, special: Mapping[date, Day]) -> list[list[list[tuple[date, bool, str] | None]]]:
    """The year as twelve months of weeks that begin on Monday: each day with whether it is worked, and its name."""
    return [_weeks(date(year, month, 1), days, special) for month in range(1, 13)]


def _weeks(first: date, days: Workdays, special: Mapping[date, Day]) -> list[list[tuple[date, bool, str] | None]]:
    day, cells = first, [None] * first.weekday()
    found: list[tuple[date, bool, str] | None] = [*cells]
    while day.month == first.month:
        said = special.get(day)
        found.append((day, days.works(day), f"{label('day_kind', said.kind)} {said.name}" if said else ""))
        day += timedelta(days=1)
    found += [None] * (-len(found) % 7)
    return [found[at : at + 7] for at in range(0, len(found), 7)]


@pages.post("/days")
def set_days() -> ResponseReturnValue:
    """Days of rest or of work stand in the calendar."""
    seat = current_seat()
    seat.require(commands.SET)

    def act(given: dict[str, Any]) -> int:
        return commands.set_days(seat, **{**given, "last": given["last"] or given["first"]}, on=today())

    count, errors = submitted(schemas.SpanIn(), act)
    return _set(count) if count else _year_page(seat, _year(), "span", request.form, errors)


@pages.post("/list")
def set_list() -> ResponseReturnValue:
    """The days of a pasted list stand in the calendar."""
    seat = current_seat()
    seat.require(commands.SET)
    count, errors = submitted(schemas.PastedIn(), lambda given: commands.set_list(seat, **given, on=today()))
    return _set(count) if count else _year_page(seat, _year(), "list", request.form, errors)


def _set(count: int) -> ResponseReturnValue:
    flash(_("已设置 %(n)s 天。此前已定下的期限不变，今后的期限按新日历计算。", n=count), "success")
    return redirect(url_for("calendar.index", year=_year()))


@pages.post("/days/<day>/removal")
def unset_day(day: str) -> ResponseReturnValue:
    """The day is again what was announced."""
    commands.unset_day(current_seat(), day_named(day), on=today())
    flash(_("已撤销本级设置，该日恢复为公布的安排。"), "success")
    return redirect(url_for("calendar.index", year=day[:4]))


@pages.post("/<int:year>/adoption")
def adopt(year: int) -> ResponseReturnValue:
    """What the place above told of the year is taken over."""
    count = commands.adopt_year(current_seat(), year, on=today())
    flash(_("已采用上级下发的 %(n)s 天。", n=count), "success")
    return redirect(url_for("calendar.index", year=year))


@pages.post("/<int:year>/sending")
def send(year: int) -> ResponseReturnValue:
    """The year's days are told to the places below."""
    count = commands.send_year(current_seat(), year)
    flash(_("已向 %(n)s 个下级联席会议下发；是否采用由其自定。", n=count), "success")
    return redirect(url_for("calendar.index", year=year))

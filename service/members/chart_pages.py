"""The organisation chart beside the roster: drawn from live appointments, told in words, and as a file."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from service.charter import queries as charter
from service.charter.forms import day_said
from service.kit.export import download
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import page, reading, today
from service.members import queries
from service.members.chart import NARROW, WIDE, Tier, laid_out
from service.members.chart_files import chart_file
from service.members.drawing import drawn
from service.members.organisation import organisation

chart = Blueprint("chart", __name__)
WORDS_ID = "chart-words"


@chart.get("/chart")
def show() -> ResponseReturnValue:
    """The chart of a day, today's if none is named, wide and stacked: the reader's screen takes the one that fits."""
    seat, on = reading("organization.read"), _day()
    title, tiers = _title(_conference(seat, on)), tiers_of(seat, on, locale())
    shapes = {"lx-orgchart-wide": WIDE, "lx-orgchart-narrow": NARROW}
    pictures = [
        Markup(drawn(laid_out(tiers, shape), title=title, page_class=name, described_by=WORDS_ID))
        for name, shape in shapes.items()
    ]
    return page("members/chart.html", title=title, tiers=tiers, pictures=pictures, on=on, words_id=WORDS_ID)


@chart.get("/chart.<any(svg, png, pdf, docx):kind>")
def file(kind: str) -> Response:
    """The chart of that day as a file, in Chinese."""
    return chart_download(reading("organization.read"), kind, _day())


def _day() -> date:
    said = request.args.get("on", "")
    return day_said(said) if said else today()


def chart_download(seat: Seat, kind: str, on: date) -> Response:
    """The chart of that day as a download of that kind."""
    conference = _conference(seat, on)
    body = chart_file(kind, f"{conference}组织机构图", conference, tiers_of(seat, on, "zh"), on)
    return download(kind, f"{seat.tenant.name}-组织机构图-{on.isoformat()}", body)


def tiers_of(seat: Seat, on: date, lang: str) -> list[Tier]:
    """The conference of that day, tier by tier."""
    return organisation(queries.roster(seat.session, on), charter.in_force(seat.session, on), lang).tiers


def _conference(seat: Seat, on: date) -> str:
    return charter.in_force(seat.session, on).conference_name


def _title(conference: str) -> str:
    return _("%(conference)s组织机构图", conference=conference)

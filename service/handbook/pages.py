"""The handbook: what it holds today, the year's deadlines, and the whole of it as a file."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.documents.composition import contents_of
from service.documents.rendering import KINDS
from service.handbook.commands import issue_edition
from service.handbook.files import handbook_file, handbook_of
from service.handbook.queries import editions, material
from service.handbook.rules import calendar, event_deadlines
from service.kit.layout import Entry
from service.kit.web import current_seat, page, reading, today
from service.members.commands import NUMBERS, disclose_numbers
from tenants.errors import Missing

pages = Blueprint("handbook", __name__, url_prefix="/t/<slug>/handbook", template_folder="templates")
NAV = (Entry(85, "工作手册", "handbook.show", "handbook.read", "book"),)


@pages.get("/")
def show() -> ResponseReturnValue:
    """What the handbook holds as of today, and when what falls due this year."""
    seat, on = reading("handbook.read"), today()
    found = material(seat, on)
    rules = found.charter.rules
    return page(
        "handbook/show.html",
        material=found,
        entries=contents_of(handbook_of(found).booklet),
        calendar=calendar(on.year, rules, found.days, below=bool(found.places)),
        events=event_deadlines(rules),
        vacant=sum(held.person is None for held in found.roster),
        may_see_numbers=seat.may(NUMBERS),
        editions=editions(seat.session),
    )


@pages.get("/document.<any(docx, pdf):kind>")
def document(kind: str) -> Response:
    """The handbook of today as a document; numbers in part."""
    return handbook_file(material(reading("handbook.read"), today()), kind)


@pages.post("/document")
def full_document() -> Response:
    """The handbook of today with every number whole; who asked for it is on record."""
    kind = request.form.get("format", "docx")
    if kind not in KINDS:
        raise Missing()
    seat, on = reading("handbook.read"), today()
    disclose_numbers(seat, on)
    return handbook_file(material(seat, on), kind, numbers=True)


@pages.post("/editions")
def issue() -> ResponseReturnValue:
    """The handbook as it stands is the year's next edition."""
    row = issue_edition(current_seat(), today())
    flash(_("已编印%(title)s，封面载明版次和日期。", title=row.title), "success")
    return redirect(url_for("handbook.show"))

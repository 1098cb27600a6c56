"""What goes down and what came from above: one entry in the menu, three lists under it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from service.dispatches.draft_pages import drafts
from service.dispatches.inbox_pages import inbox
from service.dispatches.models import DispatchTask
from service.dispatches.queries import READ, of_task
from service.dispatches.sent_pages import sent
from service.kit.layout import Entry
from service.kit.seat import Seat
from service.kit.web import reading
from service.tasks.beside import Panel
from service.tasks.models import Task
from service.tasks.origins import Origin

pages = Blueprint("dispatches", __name__, url_prefix="/t/<slug>/dispatches", template_folder="templates")
NAV = (Entry(32, "上下级事项", "dispatches.index", READ, "send"),)
for part in (inbox, sent, drafts):
    pages.register_blueprint(part)


@pages.get("/")
def index() -> ResponseReturnValue:
    """The inbox of who has somebody above, else what went down."""
    return redirect(url_for("dispatches.inbox.index" if reading(READ).tenant.parent_id else "dispatches.sent.index"))


def beside(seat: Seat, row: Task, _on: date) -> Markup | str:
    """What the task carries out, if it came from above."""
    came = of_task(seat.session, row.id)
    return Markup(render_template("dispatches/_beside.html", came=came)) if came else ""


TASK_PANELS = (Panel(10, READ, beside),)
TASK_ORIGINS = (Origin("dispatched", select(DispatchTask.task_id)),)

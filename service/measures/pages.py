"""The pages of policies, measures and instruments: one entry in the menu, three lists under it."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template
from markupsafe import Markup
from sqlalchemy import select

from service.kit.layout import Entry
from service.kit.seat import Seat
from service.measures.instrument_pages import instruments
from service.measures.measure_pages import measures
from service.measures.models import MeasureTask
from service.measures.policy_pages import policies
from service.measures.queries import READ, of_task
from service.tasks.beside import Panel
from service.tasks.models import Task
from service.tasks.origins import Origin

pages = Blueprint("measures", __name__, url_prefix="/t/<slug>", template_folder="templates")
NAV = (Entry(27, "政策措施", "measures.policies.index", READ, "file-text"),)


def beside(seat: Seat, row: Task, _on: date) -> Markup | str:
    """The measures that the task carries out."""
    found = of_task(seat.session, row.id)
    return Markup(render_template("measures/_beside.html", measures=found)) if found else ""


TASK_PANELS = (Panel(20, READ, beside),)
TASK_ORIGINS = (Origin("measures", select(MeasureTask.task_id)),)
for part in (policies, measures, instruments):
    pages.register_blueprint(part)

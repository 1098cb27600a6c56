"""The year's obligations: the wheel, what is next, what is late, and all of it as a list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.charter.original import definitions
from service.kit.export import table_file
from service.kit.face import label
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import page, reading, today
from service.obligations import view
from service.obligations.queries import OWN, Year, listed, year_of
from service.obligations.rules import KINDS, STANDINGS, WHO, Line
from service.obligations.schemas import ObligationsQuery

pages = Blueprint("obligations", __name__, url_prefix="/t/<slug>/obligations", template_folder="templates")
NAV = (Entry(45, "年度履职", "obligations.index", OWN, "calendar-event"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """What is owed in the year, narrowed, sorted, paged; or as a file."""
    seat, asked, on = reading(OWN), asked_here(ObligationsQuery()), today()
    found = year_of(seat, int(asked.filters.get("year", on.year)), on)
    kind = request.args.get("format", "")
    rows = listed(found, asked, whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, found, kind, rows.rows)
    rules = definitions(seat.tenant)
    return page(
        "obligations/index.html",
        found=found,
        listed=rows,
        view=view,
        months=view.months(found),
        basis=lambda line: (view.basis(rules, line.due)[0], rules[view.basis(rules, line.due)[1]]),
        choices=_choices(found),
    )


def _choices(found: Year) -> dict[str, list[tuple[str, str]]]:
    """What the year can be narrowed by: only what is in it."""
    kinds, whos = {line.due.kind for line in found.lines}, {line.due.who for line in found.lines}
    owing = {line.due.unit for line in found.lines}
    return {
        "kind": [(key, label("obligation_kind", key)) for key in KINDS if key in kinds],
        "who": [(key, label("obligation_who", key)) for key in WHO if key in whos],
        "standing": [(key, label("obligation_standing", key)) for key in STANDINGS if found.counts[key]],
        "unit": [found.units[unit] for unit in found.units if unit in owing],
    }


def _file(seat: Seat, found: Year, kind: str, lines: list[Line]) -> ResponseReturnValue:
    rules = definitions(seat.tenant)
    header = ["事项", "所属", "责任方", "截止日", "完成日", "情况", "制度依据", "规则"]

    def cells(line: Line) -> list[Any]:
        due = line.due
        article, key = view.basis(rules, due)
        what, stands = view.word(due), label("obligation_standing", line.standing)
        who = view.owner(found, line)
        return [what, view.about(due), who, due.due, due.done_on, stands, f"制度{article}", rules[key].label_zh]

    return table_file(kind, f"{seat.tenant.name}-年度履职-{found.year}", header, map(cells, lines))

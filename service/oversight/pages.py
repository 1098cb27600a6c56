"""The home page of a tenant, and the board of the places below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from service.kit.export import table_file
from service.kit.layout import Entry, locale
from service.kit.period import Period, last_closed_quarter
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.oversight.home import home
from service.oversight.queries import COLUMNS, Board, Row, board, columns, place_below, published_by, trend
from service.statistics.queries import Shown, periods, shown
from service.statistics.rules import MISSING, NOTHING, coverage, ratio
from service.statistics.view import figure
from tenants.models import children

pages = Blueprint("oversight", __name__, url_prefix="/t/<slug>", template_folder="templates")
NAV = (
    Entry(10, "首页", "oversight.start", "tenant.read", "home"),
    Entry(70, "各地进度", "oversight.show_board", "board.read", "layout-grid"),
)


@pages.get("/")
def start() -> ResponseReturnValue:
    """What waits for this seat, and how the conference stands."""
    seat = current_seat()
    view = home(seat, today())
    origin = {"tenant": seat.tenant.name, "expected": view.expected_below, "period": str(view.period)}
    below = [figure(item, covered=item.detail["sources"], **origin) for item in _main(view.below.values())]
    own = [figure(item, tenant=seat.tenant.name) for item in _main(view.figures)]
    return page("oversight/home.html", view=view, below=below, own=own)


def _main(items: Iterable[Shown]) -> list[Shown]:
    """Those of the board's columns, in its order."""
    by_key = {item.indicator.key: item for item in items}
    return [by_key[key] for key in COLUMNS if key in by_key]


@pages.get("/board/")
def show_board() -> ResponseReturnValue:
    """Each place below: reported or not, its rates, its meetings against its own rule."""
    seat, period = reading("board.read"), _period()
    whole, deep = request.args.get("basis") == "whole", request.args.get("scope") == "all"
    seen = board(seat.session, seat.tenant, period, whole=whole, deep=deep)
    rows = _sorted(seen.rows, request.args.get("sort", ""))
    if request.args.get("format") in ("csv", "xlsx"):
        return _file(seat, seen, rows, request.args["format"])
    return page(
        "oversight/board.html",
        board=seen,
        rows=rows,
        columns=columns(),
        cell=_cell(seat, seen),
        totals={key: _total(seat, seen, key) for key in _total_keys(seen)},
        whole=whole,
        deep=deep,
        choices=[state.period for state in periods(seat.session, today()) if state.closed],
        trend=_trend(seat),
        has_children=bool(children(seat.session, seat.tenant.id)),
    )


def _period() -> Period:
    asked = request.args.get("period")
    return Period.parse(asked) if asked else last_closed_quarter(today())


def _sorted(rows: list[Row], asked: str) -> list[Row]:
    """By the column asked for, places without a value last; by default in the order of the division codes."""
    codes = {column.key: column.code for column in columns()}
    key, down = asked.removeprefix("-"), asked.startswith("-")
    if key not in codes:
        return sorted(rows, key=lambda row: row.tenant.region_code, reverse=down)
    given = [row for row in rows if _value(row, codes[key]) is not None]
    given.sort(key=lambda row: row.tenant.region_code)
    given.sort(key=lambda row: _value(row, codes[key]), reverse=down)
    return given + [row for row in rows if _value(row, codes[key]) is None]


def _value(row: Row, code: str) -> Any:
    found = row.figures.get(code)
    if found is None:
        return None
    return found.amount.numerator if found.indicator.kind == "count" else ratio(found.amount)


def _cell(seat: Seat, seen: Board) -> Callable[[Row, str], dict[str, Any]]:
    """What a template asks for one place and one indicator."""

    missing = {column.code: Shown(column, MISSING, "", {}) for column in columns()}
    common = {"period": str(seen.period), "as_of": seen.period.end}

    def cell(row: Row, code: str) -> dict[str, Any]:
        revision = {"revision": row.receipt.revision} if row.receipt else {}
        return figure(row.figures.get(code) or missing[code], tenant=row.tenant.name, **common, **revision)

    return cell


def _total_keys(seen: Board) -> list[str]:
    order = [column.code for column in columns()]
    return [code for code in order if code in seen.totals]


def _total(seat: Seat, seen: Board, code: str) -> dict[str, Any]:
    found = seen.totals[code]
    return figure(
        found,
        tenant=seat.tenant.name,
        period=str(seen.period),
        as_of=seen.period.end,
        covered=found.detail["sources"],
        expected=seen.expected,
    )


def _trend(seat: Seat) -> dict[str, Any]:
    column = columns()[0]
    points = trend(seat.session, seat.tenant, column.code)
    values = [ratio(amount) for _, amount in points]
    return {
        "categories": [period for period, _ in points],
        "unit": "%",
        "series": [
            {
                "name": column.name_zh if locale() == "zh" else column.name_en,
                "values": [None if v is None else round(float(v * 100), 1) for v in values],
            }
        ],
    }


def _file(seat: Seat, seen: Board, rows: list[Row], kind: str) -> ResponseReturnValue:
    header = ["行政区划代码", "地区", "版次", *(column.name_zh for column in columns()), "报送覆盖"]
    table = [
        [
            row.tenant.region_code,
            row.tenant.name,
            row.receipt.revision if row.receipt else "未报",
            *(_text(row, column.code) for column in columns()),
            coverage(row.reported, row.expected),
        ]
        for row in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-各地进度-{seen.period}-{today().isoformat()}", header, table)


def _text(row: Row, code: str) -> str:
    if row.receipt is None and code not in row.figures:
        return "未报"
    return row.figures[code].text if code in row.figures else NOTHING


@pages.get("/board/<place>")
def show_place(place: str) -> ResponseReturnValue:
    """All that one place has published up for a period; nothing of its inside."""
    seat, period = reading("published.read"), _period()
    tenant = place_below(seat.session, seat.tenant, place)
    deliveries = published_by(seat.session, tenant, period)
    newest = deliveries[0] if deliveries else None
    origin = {"tenant": tenant.name, "period": str(period), "as_of": period.end}
    rows = (
        [figure(shown(row), revision=newest.revision, **origin) for row in newest.content["figures"]] if newest else []
    )
    below = [
        row for row in board(seat.session, seat.tenant, period, deep=True).rows if row.tenant.parent_id == tenant.id
    ]
    return page(
        "oversight/place.html",
        place=tenant,
        period=period,
        newest=newest,
        deliveries=deliveries,
        figures=rows,
        below=below,
        columns=columns(),
        cell=_cell(seat, board(seat.session, seat.tenant, period)),
        choices=[state.period for state in periods(seat.session, today()) if state.closed],
    )

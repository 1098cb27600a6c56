"""The page of how the places below go their own ways."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import label
from service.kit.export import table_file
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import page, reading, today
from service.patterns.divergence import Row, listed, overview_of, summary_of
from service.patterns.schemas import DivergenceQuery

READ = "published.read"
divergence = Blueprint("divergence", __name__, url_prefix="/divergence")


@divergence.get("/")
def index() -> ResponseReturnValue:
    """Who leads where, how often they meet, which duties nobody owes: of places that published their charter."""
    seat = reading(READ)
    kind, asked = request.args.get("format", ""), asked_here(DivergenceQuery())
    rows = overview_of(seat.session, seat.tenant)
    found = listed(rows, asked, whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, found.rows)
    levels = sorted({row.tenant.level for row in rows})
    return page("patterns/divergence.html", listed=found, summary=summary_of(rows), levels=levels)


def _file(seat: Seat, kind: str, rows: list[Row]) -> ResponseReturnValue:
    header = [
        _("行政区划代码"), _("地区"), _("层级"), _("制度版本"), _("公开日期"), _("牵头部门"),
        _("全体会议每年至少"), _("全体会议每年至多"), _("无人承担的模板职责"), _("不同之处"), _("对照的模板"),
    ]  # fmt: skip
    table = [
        [row.tenant.region_code, row.tenant.name, label("level", row.tenant.level, locale()), *_cells(row)]
        for row in rows
    ]
    return table_file(kind, f"{seat.tenant.name}-{_('各地制度对照')}-{today().isoformat()}", header, table)


def _cells(row: Row) -> list[object]:
    read = row.read
    if read is None:
        return [_("未公开"), *[""] * 7]
    return [
        read.version,
        read.published_at.date(),
        "、".join(read.leads),
        *read.plenaries,
        "、".join(read.unassigned),
        read.differences,
        read.pattern_title,
    ]

"""The page of how the places below go their own ways."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import label
from service.charter.desk import Errors, tried
from service.kit.export import table_file
from service.kit.layout import locale
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.patterns import commands, queries
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
    may_offer = seat.may(commands.PUBLISH)
    return page("patterns/divergence.html", listed=found, summary=summary_of(rows), levels=levels, may_offer=may_offer)


@divergence.get("/<place>/start")
def start_form(place: str) -> ResponseReturnValue:
    """To which sisters the charter that the place published is to be offered as a text to start from."""
    return _start_form(place, {})


def _start_form(slug: str, errors: Errors) -> ResponseReturnValue:
    seat = reading(READ)
    seat.require(commands.PUBLISH)
    place, published = queries.published_charter(seat.session, slug)
    there = queries.sisters(seat.session, place)
    status = 422 if errors else 200
    words = {"place": place, "published": published, "sisters": there, "errors": errors, "values": request.form}
    return page("patterns/start.html", status, **words)


@divergence.post("/<place>/start")
def offer_start(place: str) -> ResponseReturnValue:
    """The published text is on its way to those that were chosen."""
    seat, form = current_seat(), request.form
    return tried(
        lambda: commands.offer_start(seat, place, _chosen(form.getlist("to")), form.get("remark", "")),
        lambda errors: _start_form(place, errors),
        _("正在送往 %(n)s 个地区；对方设置本级制度时可选作起点。", n=len(form.getlist("to"))),
        url_for("patterns.divergence.index"),
    )


def _chosen(ids: list[str]) -> set[UUID]:
    try:
        return {UUID(one) for one in ids}
    except ValueError:
        return set()


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

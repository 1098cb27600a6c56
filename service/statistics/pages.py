"""The office's pages: each period's figures, the words beside them, and their publication."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.kit.layout import Entry
from service.kit.period import Period
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.statistics.commands import WORDS, prepare_words, publish_period
from service.statistics.queries import (
    draft,
    entries_as_published,
    live,
    periods,
    publication,
    publications,
    shown,
)
from service.statistics.rules import changed
from service.statistics.view import figure
from tenants.errors import Refused

pages = Blueprint("statistics", __name__, url_prefix="/t/<slug>/figures", template_folder="templates")
NAV = (Entry(60, "数据上报", "statistics.index", "figures.read", "chart-bar"),)


@pages.get("/")
def index() -> ResponseReturnValue:
    """Every recent quarter, and what has been published of it."""
    seat = reading("figures.read")
    return page("statistics/index.html", states=periods(seat.session, today()))


@pages.get("/<period>")
def show(period: str) -> ResponseReturnValue:
    """One period: live figures against the last revision, the words, the revisions."""
    return _period_page(reading("figures.read"), Period.parse(period))


def _period_page(seat: Seat, period: Period, status: int = 200, **more: object) -> ResponseReturnValue:
    entries, revisions = live(seat.session, period), publications(seat.session, str(period))
    differing = changed(revisions[0].content["figures"], entries_as_published(entries)) if revisions else []
    return page(
        "statistics/period.html",
        status,
        period=period,
        closed=period.closed(today()),
        figures=[figure(shown(entry), tenant=seat.tenant.name, period=str(period)) for entry in entries],
        entries=[shown(entry) for entry in entries],
        differing=differing,
        words=more.pop("words", None) or draft(seat.session, str(period)),
        revisions=revisions,
        **more,
    )


@pages.post("/<period>/words")
def keep_words(period: str) -> ResponseReturnValue:
    """The words are kept; the form comes back as it was if they cannot be."""
    seat, named = current_seat(), Period.parse(period)
    words = {name: request.form.get(name, "") for name in WORDS}
    try:
        prepare_words(seat, named, words)
    except Refused as refusal:
        return _period_page(seat, named, 422, words=words, errors={refusal.field or "": refusal.message})
    flash(_("文字已保存，发布时随数据一并上报。"), "success")
    return redirect(url_for("statistics.show", period=period))


@pages.get("/<period>/publications/new")
def ask(period: str) -> ResponseReturnValue:
    """The question before figures leave the house for good."""
    seat, asked = current_seat(), Period.parse(period)
    seat.require("figures.publish")
    number = len(publications(seat.session, period)) + 1
    return page(
        "confirm.html",
        title=_("发布%(period)s数据？", period=asked.label),
        consequences=[
            _("本级数据和文字封存为第%(n)s版，此后不能改写；有误只能另发更正版。", n=number),
            _("上级联席会议可以看到，并计入汇总。"),
        ],
        action_url=url_for("statistics.publish", period=period),
        confirm_label=_("确认发布第%(n)s版", n=number),
        cancel_url=url_for("statistics.show", period=period),
    )


@pages.post("/<period>/publications")
def publish(period: str) -> ResponseReturnValue:
    """The period's figures are published as the next revision."""
    seat, named = current_seat(), Period.parse(period)
    try:
        sealed = publish_period(seat, named, today())
    except Refused as refusal:
        return _period_page(seat, named, 422, errors={"": refusal.message})
    flash(_("已发布%(period)s第%(n)s版数据。", period=named.label, n=sealed.revision), "success")
    return redirect(url_for("statistics.show", period=period))


@pages.get("/<period>/publications/<int:revision>")
def revision(period: str, revision: int) -> ResponseReturnValue:
    """One sealed revision, as it went up."""
    seat, named = reading("figures.read"), Period.parse(period)
    sealed = publication(seat.session, str(named), revision)
    origin = {"tenant": seat.tenant.name, "revision": revision, "period": str(named), "as_of": sealed.cutoff}
    rows = [figure(shown(row), **origin) for row in sealed.content["figures"]]
    return page("statistics/revision.html", period=named, sealed=sealed, figures=rows)

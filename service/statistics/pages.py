"""The office's pages: each period's figures, the words beside them, and their publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.kit.export import table_file
from service.kit.face import spoken
from service.kit.forms import said, submitted
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.paging import Asked, Page
from service.kit.period import Period
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.statistics import queries
from service.statistics.commands import prepare_words, publish_period
from service.statistics.queries import Last, PeriodState, Shown, shown
from service.statistics.rules import WORDS
from service.statistics.schemas import PeriodsQuery, PublicationIn
from service.statistics.view import change_row, delivery_of, figure
from tenants.audit import digest
from tenants.errors import Refused
from tenants.exchange import Publication, sending

pages = Blueprint("statistics", __name__, url_prefix="/t/<slug>/figures", template_folder="templates")
NAV = (Entry(60, "数据上报", "statistics.index", "figures.read", "chart-bar"),)
FILES = ("csv", "xlsx")
# Where the rows behind a figure are listed: the endpoint and how it is narrowed beside the year.
TASKS, SUBMISSIONS, MEETINGS = "tasks.index", "submissions.index", "meetings.index"
ROWS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    **{f"P{number:02}": (TASKS, {}) for number in (1, 2, 3, 4, 5, 6, 7, 15)},
    "P16": (TASKS, {"state": "suspended"}),
    **{code: (MEETINGS, {}) for code in ("P08", "P09")},
    **{code: (SUBMISSIONS, {}) for code in ("P10", "P11", "P12")},
    "P13": (MEETINGS, {"kind": "plenary"}),
    "P14": (MEETINGS, {"kind": "special"}),
}


@pages.get("/")
def index() -> ResponseReturnValue:
    """Every quarter since the conference was opened, and what has been published of it; or as a file."""
    seat, kind = reading("figures.read"), request.args.get("format", "")
    asked = asked_here(PeriodsQuery())
    states = queries.since_opening(seat.session, seat.tenant.opened_on, today())
    wanted = [row for row in states if asked.filters.get("state") in (None, row.state)]
    if kind in FILES:
        return _periods_file(seat, kind, wanted)
    return page("statistics/index.html", listed=_page_of(asked, wanted), stands=list(_stands().items()))


def _stands() -> dict[str, str]:
    return {"due": _("待发布"), "published": _("已发布"), "running": _("尚未结束")}


def _page_of(asked: Asked, rows: list[PeriodState]) -> Page:
    ordered = rows[::-1] if asked.sort == "period" else rows
    first = (asked.page - 1) * asked.per_page
    chosen = "period" if asked.sort == "period" else "-period"
    return Page(ordered[first : first + asked.per_page], len(rows), asked.page, asked.per_page, chosen)


def _periods_file(seat: Seat, kind: str, rows: list[PeriodState]) -> ResponseReturnValue:
    header = ["报告期", "状态", "最新版次", "发布日期", "发布人", "校验值"]

    def cells(row: PeriodState) -> list[Any]:
        last, head = row.latest, [row.period.label, _stands()[row.state]]
        return [*head, last.revision, last.published_on, last.published_by, last.sha256] if last else head

    return table_file(kind, f"{seat.tenant.name}-数据上报-{today().isoformat()}", header, map(cells, rows))


@pages.get("/<period>")
def show(period: str) -> ResponseReturnValue:
    """One period: live figures against the last revision, the words, the revisions; or the figures as a file."""
    seat, named = reading("figures.read"), Period.parse(period)
    if request.args.get("format") in FILES:
        rows = [shown(entry) for entry in queries.live(seat.session, named.so_far(today()))]
        return _figures_file(seat, request.args["format"], named, f"截止{named.so_far(today()).end.isoformat()}", rows)
    return _period_page(seat, named)


def _figures_file(seat: Seat, kind: str, period: Period, name: str, rows: list[Shown]) -> ResponseReturnValue:
    header = ["编号", "指标", "数值", "状态", "分子", "分母", "算法", "出处"]

    def cells(row: Shown) -> list[Any]:
        named, amount = row.indicator, row.amount
        parts = [amount.numerator, amount.denominator]
        return [named.code, named.name_zh, row.text, amount.status, *parts, named.formula, named.source]

    return table_file(kind, f"{seat.tenant.name}-{period.label}-{name}", header, map(cells, rows))


def _figures(seat: Seat, period: Period, rows: list[Any], **origin: Any) -> list[dict[str, Any]]:
    """The figures with where they come from, each linked to its rows in the own conference."""
    origin = {"tenant": seat.tenant.name, "period": str(period), "as_of": period.end} | origin
    return [figure(shown(row), rows_url=_rows_url(row, period), **origin) for row in rows]


def _changes(before: Publication | Last | None, content: Mapping[str, Any]) -> list[dict[str, str]]:
    return [change_row(change) for change in queries.differences(before.content, content)] if before else []


def _rows_url(row: Any, period: Period) -> str:
    code = row["code"] if isinstance(row, dict) else row.code
    endpoint, narrowed = ROWS[code]
    asked: dict[str, Any] = {"year": period.year, **narrowed}
    if endpoint != TASKS:
        asked["until"] = period.end.isoformat()
    return url_for(endpoint, **asked)


def _period_page(seat: Seat, period: Period, status: int = 200, **more: Any) -> ResponseReturnValue:
    revisions = queries.publications(seat.session, str(period))
    stands = queries.as_it_stands(seat.session, period.so_far(today()))
    return page(
        "statistics/period.html",
        status,
        period=period,
        closed=period.closed(today()),
        figures=_figures(seat, period, stands.entries),
        changes=_changes(stands.last, stands.content),
        words=more.pop("words", None) or stands.content["words"],
        revisions=revisions,
        job=delivery_of(sending(seat.session, revisions[0]), revisions[0].revision) if revisions else None,
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
        return _period_page(seat, named, 422, words=words, errors={refusal.field or "": said(refusal)})
    flash(_("文字已保存，发布时随数据一并上报。"), "success")
    return redirect(url_for("statistics.show", period=period))


@pages.get("/<period>/publications/new")
def ask(period: str) -> ResponseReturnValue:
    """What would be sealed, and for a correction what it changes; nothing has gone up yet."""
    seat = current_seat()
    seat.require("figures.publish")
    return _ask_page(seat, Period.parse(period))


def _ask_page(seat: Seat, period: Period, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    try:
        ready = queries.ready_to_publish(seat.session, period, today())
    except Refused as refusal:
        return _period_page(seat, period, 422, errors={"": said(refusal)} | dict(errors or {}))
    return page(
        "statistics/publish.html",
        422 if errors else 200,
        period=period,
        errors=errors or {},
        values=request.form,
        next=ready.last.revision + 1 if ready.last else 1,
        figures=_figures(seat, period, ready.entries),
        changes=_changes(ready.last, ready.content),
        words=ready.content["words"],
        seen=digest(ready.content),
    )


@pages.post("/<period>/publications")
def publish(period: str) -> ResponseReturnValue:
    """What was looked at is published as the next revision; if the rows moved on, it is to be looked at again."""
    seat, named = current_seat(), Period.parse(period)
    seen = request.form.get("seen", "")
    sealed, errors = submitted(PublicationIn(), lambda given: publish_period(seat, named, today(), seen, **given))
    if sealed is None:
        return _ask_page(seat, named, errors)
    flash(_("已发布%(period)s第%(n)s版数据。", period=spoken(named), n=sealed.revision), "success")
    return redirect(url_for("statistics.show", period=period))


@pages.get("/<period>/publications/<int:revision>")
def revision(period: str, revision: int) -> ResponseReturnValue:
    """One sealed revision as it went up, and what it changed against the one before; or its figures as a file."""
    seat, named = reading("figures.read"), Period.parse(period)
    sealed = queries.publication(seat.session, str(named), revision)
    rows = sealed.content["figures"]
    if request.args.get("format") in FILES:
        return _figures_file(seat, request.args["format"], named, f"第{revision}版", [shown(row) for row in rows])
    before = queries.publication(seat.session, str(named), revision - 1) if revision > 1 else None
    return page(
        "statistics/revision.html",
        period=named,
        sealed=sealed,
        job=delivery_of(sending(seat.session, sealed), revision),
        figures=_figures(seat, named, rows, revision=revision, as_of=sealed.cutoff),
        changes=_changes(before, sealed.content),
    )


@pages.get("/<period>/publications/<int:revision>/delivery")
def delivery(period: str, revision: int) -> ResponseReturnValue:
    """How far the revision is on its way up: the fragment that the pages ask for until it has arrived."""
    seat, named = reading("figures.read"), Period.parse(period)
    sealed = queries.publication(seat.session, str(named), revision)
    job = delivery_of(sending(seat.session, sealed), revision)
    return render_template("kit/_job.html", job=job, job_url=request.path) if job else ""

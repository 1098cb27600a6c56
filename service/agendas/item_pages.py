"""The pages of agenda items: the list of all, one item with its papers and what became of it, the form to propose one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.agendas import commands, concluding, forms, papers, queries, schemas
from service.agendas.commands import kinds_for
from service.agendas.models import AgendaItem
from service.agendas.queries import PLACES
from service.agendas.rules import STATES
from service.agendas.verbs import VERBS, may_bring, offered
from service.charter.names import unit_names
from service.charter.queries import all_units
from service.files.keeping import stored
from service.files.web import served, uploaded
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today

items = Blueprint("items", __name__, url_prefix="/agenda-items")
Errors = Mapping[str, str]


@items.get("/")
def index() -> ResponseReturnValue:
    """The items that the seat sees, narrowed, sorted, paged; or as a file."""
    seat, kind = reading("meeting.read"), request.args.get("format", "")
    listed = queries.listed(seat, asked_here(schemas.ItemsQuery()), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        return _file(seat, kind, listed.rows)
    return page(
        "agendas/items.html",
        listed=listed,
        names=unit_names(seat.session),
        meetings=queries.meetings_named(seat.session, (row.meeting_id or row.for_meeting_id for row in listed.rows)),
        kinds=forms.kinds(),
        states=forms.named("agenda_state", STATES),
        places=forms.named("agenda_place", PLACES),
        units=[(unit.id, unit.name) for unit in all_units(seat.session, today())],
        may_propose=bool(seat.units_for("agenda.submit")) or seat.may("meeting.prepare"),
    )


def _file(seat: Seat, kind: str, rows: list[AgendaItem]) -> ResponseReturnValue:
    header = [
        "议题",
        "类别",
        "提出单位",
        "来源",
        "报送日期",
        "逾期报送",
        "办理情况",
        "会议",
        "时长（分钟）",
        "汇报人",
        "结论",
        "结论说明",
    ]
    names = unit_names(seat.session)
    meetings = queries.meetings_named(seat.session, (row.meeting_id for row in rows))

    def cells(row: AgendaItem) -> list[Any]:
        unit = names.then(row.unit_id, row.proposed_on) if row.unit_id else ""
        head = [row.title, label("agenda_type", row.kind), unit, label("agenda_origin", row.origin), row.proposed_on]
        where = meetings[row.meeting_id].title if row.meeting_id else ""
        said = label("agenda_outcome", row.outcome) if row.outcome else ""
        late, state = "是" if row.late else "", label("agenda_state", row.state)
        return [*head, late, state, where, row.minutes, row.presenter, said, row.outcome_text]

    return table_file(kind, f"{seat.tenant.name}-议题-{today().isoformat()}", header, map(cells, rows))


@items.get("/new")
def new() -> ResponseReturnValue:
    """An empty sheet, for the meeting that the address names."""
    seat = current_seat()
    return _form(seat, {"for_meeting_id": request.args.get("meeting", "")}, {})


def _form(seat: Seat, values: Mapping[str, Any], errors: Errors, row: AgendaItem | None = None) -> ResponseReturnValue:
    """The sheet on which a unit proposes, or the office lays down an item of its own."""
    seat.require("agenda.submit")
    mine = seat.units_for("agenda.submit")
    office = not mine and seat.may("meeting.prepare")
    return page(
        "agendas/item_form.html",
        422 if errors else 200,
        values=values,
        errors=errors,
        office=office,
        units=forms.members(seat, today(), None if office else mine),
        kinds=forms.kinds(kinds_for(seat, None, today())),
        meetings=forms.meetings(seat),
    )


@items.post("/")
def propose() -> ResponseReturnValue:
    """The unit's item lies before the office; or the office's own lies in the backlog or on the agenda."""
    seat = current_seat()
    office = not seat.units_for("agenda.submit") and seat.may("meeting.prepare")
    row, errors = submitted(*_laid_down(seat)) if office else submitted(*_proposed(seat))
    if row is None:
        return _form(seat, request.form, errors)
    flash(_("议题已入库。") if office else _("议题已报送办公室，采纳或退回会在这里显示。"), "success")
    return redirect(url_for("agendas.items.show", agenda_item_id=row.id))


def _proposed(seat: Seat) -> tuple[schemas.ProposalIn, Any]:
    return schemas.ProposalIn(), lambda given: commands.propose(seat, **given, on=today())


def _laid_down(seat: Seat) -> tuple[schemas.OfficeItemIn, Any]:
    return schemas.OfficeItemIn(), lambda given: commands.add_item(seat, **given, on=today())


@items.get("/<uuid:agenda_item_id>")
def show(agenda_item_id: UUID) -> ResponseReturnValue:
    """One item: what it says, its papers, and what became of it here, later and elsewhere."""
    return _item(reading("meeting.read"), agenda_item_id, "", {})


def _item(seat: Seat, agenda_item_id: UUID, form: str, errors: Errors) -> ResponseReturnValue:
    row = queries.item_for(seat, agenda_item_id)
    later, sent = queries.chain(seat.session, row)[1:], queries.forwards(seat.session, [row.id]).get(row.id, [])
    found = queries.meetings_named(
        seat.session, [row.meeting_id, row.for_meeting_id, *(one.meeting_id for one in later)]
    )
    at = found[row.meeting_id] if row.meeting_id else None
    mine, offers = seat.units_for("agenda.submit"), offered(seat, row, at)
    return page(
        "agendas/item.html",
        422 if errors else 200,
        row=row,
        meeting=at,
        meetings_by_id=found,
        names=unit_names(seat.session),
        papers=queries.readable(seat, [row])[row.id],
        earlier=queries.origin_of(seat.session, row),
        later=later,
        sent=sent,
        answering={one.id for one in sent if not one.returned_on and _may_report(seat, one.unit_id, mine)},
        offered=offers,
        bringing=may_bring(seat, row),
        kinds=forms.kinds(kinds_for(seat, row.meeting_id or row.for_meeting_id, today())),
        accesses=forms.accesses(),
        units=forms.members(seat, today()),
        meetings=forms.meetings(seat, row.meeting_id),
        outcomes=forms.outcomes(),
        noun=form,
        unoffered=VERBS.keys() - offers,
        errors=errors,
        values=request.form.to_dict() | {"unit_ids": request.form.getlist("unit_ids")} if form else {},
    )


def _may_report(seat: Seat, unit_id: UUID | None, mine: frozenset[UUID]) -> bool:
    return seat.may("meeting.prepare") or unit_id in mine


@items.post(f"/<uuid:agenda_item_id>/<any({', '.join(map(repr, VERBS))}):noun>")
def move(agenda_item_id: UUID, noun: str) -> ResponseReturnValue:
    """The verb is done, or its form comes back with the sentence at the field."""
    seat, verb = current_seat(), VERBS[noun]
    _done, errors = submitted(verb.schema(), lambda given: verb.act(seat, agenda_item_id, **given, on=today()))
    if errors:
        return _item(reading("meeting.read"), agenda_item_id, noun, errors)
    flash(_DONE[noun](), "success")
    return redirect(_back(agenda_item_id))


_DONE = {
    "acceptance": lambda: _("议题已采纳。"),
    "return": lambda: _("议题已退回提出单位。"),
    "amendment": lambda: _("议题已修改并重新报送。"),
    "withdrawal": lambda: _("议题已撤回。"),
    "revision": lambda: _("议题已修改。"),
    "placement": lambda: _("议题已列入议程。"),
    "removal": lambda: _("议题已移出议程，仍在议题库中，可重新列入。"),
    "position": lambda: _("次序已调整。"),
    "conclusion": lambda: _("审议结论已记录。"),
    "carrying": lambda: _("已转为新的议题，结论会在此处显示。"),
    "forwarding": lambda: _("议题已转交，等待反馈。"),
}


def _back(agenda_item_id: UUID) -> str:
    """To the agenda that the button stood on, at the item; else to the item."""
    try:
        at = UUID(request.form.get("at", ""))
    except ValueError:
        return url_for("agendas.items.show", agenda_item_id=agenda_item_id)
    return url_for("agendas.show", meeting_id=at, _anchor=f"item-{agenda_item_id}")


@items.post("/<uuid:agenda_item_id>/papers")
def bring(agenda_item_id: UUID) -> ResponseReturnValue:
    """The item has one paper more."""
    seat = current_seat()
    row, errors = submitted(
        schemas.PaperIn(), lambda given: papers.add_paper(seat, agenda_item_id, uploaded(), **given, on=today())
    )
    if row is None:
        return _item(reading("meeting.read"), agenda_item_id, "paper", errors)
    flash(_("材料已上传。"), "success")
    return redirect(url_for("agendas.items.show", agenda_item_id=agenda_item_id, _anchor="papers"))


@items.post("/<uuid:agenda_item_id>/papers/<uuid:agenda_paper_id>/versions")
def bring_again(agenda_item_id: UUID, agenda_paper_id: UUID) -> ResponseReturnValue:
    """The paper has a next version."""
    seat = current_seat()
    row, errors = submitted(
        schemas.NothingIn(),
        lambda _given: papers.add_version(seat, agenda_paper_id, uploaded(), at=agenda_item_id, on=today()),
    )
    if row is None:
        return _item(reading("meeting.read"), agenda_item_id, f"version-{agenda_paper_id}", errors)
    flash(_("新版材料已上传，原版保留。"), "success")
    return redirect(url_for("agendas.items.show", agenda_item_id=agenda_item_id, _anchor="papers"))


@items.post("/<uuid:agenda_item_id>/papers/<uuid:agenda_paper_id>/access")
def open_to(agenda_item_id: UUID, agenda_paper_id: UUID) -> ResponseReturnValue:
    """Those may read the paper whom the form names."""
    seat = current_seat()
    row, errors = submitted(
        schemas.AccessIn(),
        lambda given: papers.open_paper(seat, agenda_paper_id, **given, at=agenda_item_id, on=today()),
    )
    if row is None:
        return _item(reading("meeting.read"), agenda_item_id, f"access-{agenda_paper_id}", errors)
    flash(_("材料范围已修改。"), "success")
    return redirect(url_for("agendas.items.show", agenda_item_id=agenda_item_id, _anchor="papers"))


@items.get("/<uuid:agenda_item_id>/papers/<uuid:agenda_paper_version_id>")
def file(agenda_item_id: UUID, agenda_paper_version_id: UUID) -> Response:
    """One version of a paper, for who may read it."""
    seat = reading("meeting.read")
    return served(stored(seat.session, queries.file_for(seat, agenda_item_id, agenda_paper_version_id)))


@items.post("/<uuid:agenda_item_id>/forwards/<uuid:item_forward_id>")
def report(agenda_item_id: UUID, item_forward_id: UUID) -> ResponseReturnValue:
    """What came of the item elsewhere is known here."""
    seat = current_seat()
    row, errors = submitted(
        schemas.ReportIn(),
        lambda given: concluding.report_back(seat, item_forward_id, **given, at=agenda_item_id, on=today()),
    )
    if row is None:
        return _item(reading("meeting.read"), agenda_item_id, f"report-{item_forward_id}", errors)
    flash(_("办理结果已反馈。"), "success")
    return redirect(url_for("agendas.items.show", agenda_item_id=agenda_item_id))

"""The pages after a reform: what is to be moved, and each unit's work as then and as now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.queries import units
from service.charter.succession import lineage_of
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import said
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.reforms import commands, listing, queries, schemas
from service.reforms.queries import SEAT_KINDS, WORK_KINDS, Item
from tenants.errors import LianxiError, Missing

pages = Blueprint("reforms", __name__, url_prefix="/t/<slug>/units", template_folder="templates")
NAV = (Entry(42, "单位工作", "reforms.by_unit", "task.read", "building"),)
FILES = ("csv", "xlsx")
Kinds = tuple[str, ...]


@pages.get("/work")
def by_unit() -> ResponseReturnValue:
    """What each unit did in a year, as then or as now; or as a file."""
    seat, on, kind = reading("task.read"), today(), request.args.get("format", "")
    asked = asked_here(schemas.WorkQuery())
    year, view = int(asked.filters.get("year", on.year)), asked.filters.get("view", "then")
    listed = listing.by_unit(seat.session, year, view, asked, on, whole=kind in FILES)
    if kind in FILES:
        return _work_file(seat, kind, year, view, listed.rows)
    everyone = listing.by_unit(seat.session, year, view, asked, on, whole=True).rows
    return page(
        "reforms/by_unit.html",
        listed=listed,
        total=listing.total(everyone),
        year=year,
        view=view,
        years=[(number, f"{number}年") for number in queries.years(seat.session, on)],
        reformed=bool(lineage_of(seat.session)),
        moves=any(kind in WORK_KINDS for kind in queries.movable(seat)),
    )


def _work_file(seat: Seat, kind: str, year: int, view: str, rows: list[listing.Row]) -> ResponseReturnValue:
    header = ["单位", "牵头任务", "已销号", "应报事项", "按时报送", "到会次数"]
    cells = ([row.unit, *vars(row.work).values()] for row in rows)
    how = "按当时单位" if view == "then" else "按现单位合计"
    return table_file(kind, f"{seat.tenant.name}-{year}年单位工作-{how}", header, cells)


def _index(kinds: Kinds, errors: dict[str, str]) -> ResponseReturnValue:
    """What is open of units that are gone; or as a file."""
    seat, on, kind = _mover(kinds), today(), request.args.get("format", "")
    listed = listing.items(seat, kinds, asked_here(schemas.ItemsQuery()), on, whole=kind in FILES)
    names = {unit.id: unit.name for unit in units(seat.session, on)}
    if kind in FILES:
        return _items_file(seat, kind, listed.rows, names)
    return page(
        "reforms/index.html",
        422 if errors else 200,
        listed=listed,
        titles={(item.kind, item.id, item.unit_id): _title(item) for item in listed.rows},
        members=list(names.items()),
        kinds=[(key, label("handover_kind", key)) for key in kinds if key in queries.movable(seat)],
        ready=any(item.ready for item in listed.rows),
        errors=errors,
        endpoints=ENDPOINTS,
    )


def _mover(kinds: Kinds) -> Seat:
    """The seat, if there is anything of these kinds that it may move."""
    seat = current_seat()
    queries.check_mover(seat, kinds)
    return seat


ENDPOINTS = {
    "task": ("tasks.show", "task_id"),
    "helping": ("tasks.show", "task_id"),
    "submission": ("submissions.show", "obligation_id"),
    "resolution": ("meetings.show", "meeting_id"),
}


def _title(item: Item) -> str:
    group, key = item.about
    return f"{item.title} {label(group, key)}" if group else item.title


def _items_file(seat: Seat, kind: str, rows: list[Item], names: dict[UUID, str]) -> ResponseReturnValue:
    header = ["类别", "事项", "原单位", "建议承接单位"]

    def cells(item: Item) -> list[Any]:
        heir = _("随单位结束") if item.ends else names.get(item.proposed, "") if item.proposed else ""
        return [label("handover_kind", item.kind), _title(item), item.unit, heir]

    return table_file(kind, f"{seat.tenant.name}-机构调整待移交事项-{today().isoformat()}", header, map(cells, rows))


def _confirmed(kinds: Kinds, kind: str, item_id: UUID, unit_id: UUID) -> ResponseReturnValue:
    """This one is moved, or the list says why not."""
    seat = _mover(kinds)
    try:
        item = commands.confirm(seat, kind, item_id, unit_id, _chosen(), on=today())
    except Missing:
        raise
    except LianxiError as refusal:
        return _index(kinds, {"": said(refusal)})
    flash(_("已移交：%(title)s", title=_title(item)), "success")
    return redirect(url_for(".index"))


def _chosen() -> UUID | None:
    try:
        return UUID(request.form.get("unit_id", ""))
    except ValueError:
        return None


def _all_confirmed(kinds: Kinds) -> ResponseReturnValue:
    """Everything that has a proposal is moved; what was refused is said."""
    done = commands.confirm_all(_mover(kinds), kinds, on=today())
    flash(_("已按建议移交 %(n)s 项。", n=len(done.moved)), "success")
    for item, refusal in done.refused:
        flash(_("未移交：%(title)s。%(why)s", title=_title(item), why=said(refusal)), "warning")
    return redirect(url_for(".index"))


def _handovers(name: str, path: str, kinds: Kinds) -> Blueprint:
    """The list of these kinds, and its two buttons."""
    found = Blueprint(name, __name__, url_prefix=path)

    @found.get("/")
    def index() -> ResponseReturnValue:
        return _index(kinds, {})

    @found.post(f"/<any({', '.join(kinds)}):kind>/<uuid:item_id>/from/<uuid:unit_id>")
    def confirm(kind: str, item_id: UUID, unit_id: UUID) -> ResponseReturnValue:
        return _confirmed(kinds, kind, item_id, unit_id)

    @found.post("/all")
    def confirm_all() -> ResponseReturnValue:
        return _all_confirmed(kinds)

    return found


# The office moves what is the conference's; an administrator, who sees nothing of that, moves seats.
pages.register_blueprint(_handovers("handovers", "/handovers", WORK_KINDS))
pages.register_blueprint(_handovers("seats", "/seats", SEAT_KINDS))

"""One's own filters: kept from beside a list, renamed and removed on a page of their own."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.filters import commands, queries, schemas
from service.filters.models import SavedFilter
from service.filters.rules import LISTS
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import OWN
from service.kit.web import current_seat, page, reading

pages = Blueprint("filters", __name__, url_prefix="/t/<slug>/filters", template_folder="templates")


def address(row: SavedFilter) -> str:
    """The list as the filter asks for it."""
    return f"{url_for(f'{row.list}.index')}?{row.query}"


@pages.get("/")
def index() -> ResponseReturnValue:
    """The reader's own filters."""
    return _page("", {})


def _page(wrong_id: str, errors: Mapping[str, str]) -> ResponseReturnValue:
    seat = reading(OWN)
    listed = queries.filters(seat, asked_here(schemas.FiltersQuery()))
    shown = {"listed": listed, "address": address, "wrong_id": wrong_id, "errors": errors, "values": request.form}
    return page("filters/index.html", 422 if errors else 200, **shown)


@pages.post("/")
def keep() -> ResponseReturnValue:
    """The filter stands beside its list, or the form comes back with the sentence at its field."""
    seat = current_seat()
    row, errors = submitted(
        schemas.FilterIn(),
        lambda given: commands.keep(seat, which=given["list"], name=given["name"], query=given["query"]),
    )
    if row is None:
        which = request.form.get("list", "")
        back = url_for(f"{which if which in LISTS else LISTS[0]}.index")
        return page("filters/keep.html", 422, values=request.form, errors=errors, back=back)
    flash(_("已保存筛选“%(name)s”。", name=row.name), "success")
    return redirect(address(row))


@pages.post("/<uuid:filter_id>/name")
def rename(filter_id: UUID) -> ResponseReturnValue:
    """The filter bears the name."""
    seat = current_seat()
    row, errors = submitted(schemas.NameIn(), lambda given: commands.rename(seat, filter_id, **given))
    if row is None:
        return _page(str(filter_id), errors)
    flash(_("已改名为“%(name)s”。", name=row.name), "success")
    return redirect(url_for("filters.index"))


@pages.post("/<uuid:filter_id>/removal")
def remove(filter_id: UUID) -> ResponseReturnValue:
    """The filter is gone."""
    commands.remove(current_seat(), filter_id)
    flash(_("已删除该筛选。"), "success")
    return redirect(url_for("filters.index"))

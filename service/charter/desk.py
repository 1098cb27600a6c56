"""What every page of the charter does alike: which text lies on the desk, who may change it, and how a form ends.

`at` in an address says which text: none, the one in force; `draft`, the next version; an id, an earlier version.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter import commands, queries
from service.charter.models import DRAFT, IN_REVIEW, Charter
from service.charter.overview import Overview, overview
from service.charter.steps import after, next_url, on_the_way, steps_at
from service.charter.view import cited
from service.kit.forms import said
from service.kit.problems import english
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from tenants.errors import Missing, Refused

Errors = dict[str, str]
View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class Desk:
    """A seat, and the version that lies before it."""

    seat: Seat
    charter: Charter
    at: str
    seen: Overview

    @property
    def editing(self) -> bool:
        """Whether this seat may change this text now."""
        return self.charter.state == DRAFT and self.seat.may(commands.EDIT)

    @property
    def deciding(self) -> bool:
        """Whether this seat is asked to approve this text."""
        return self.charter.state == IN_REVIEW and self.seat.may(commands.APPROVE)


def opened(at: str) -> Desk:
    """The version that the address names, before a seat that may read it."""
    seat = reading("charter.read")
    charter = _draft(seat) if at == "draft" else _settled(seat, at)
    return Desk(seat, charter, at, overview(seat.tenant, charter.text))


def _draft(seat: Seat) -> Charter:
    charter = queries.open_draft(seat.session)
    if charter is None:
        raise Missing()
    return charter


def _settled(seat: Seat, at: str) -> Charter:
    if not at:
        return queries.in_force(seat.session, today())
    try:
        return queries.version_named(seat.session, UUID(at))
    except ValueError:
        raise Missing() from None


def editor() -> Desk:
    """The draft before a seat that may change it."""
    current_seat().require(commands.EDIT)
    return opened("draft")


def read_at(blueprint: Blueprint, path: str) -> Callable[[View], View]:
    """The view answers under `path` for the charter in force, for the draft, and for each earlier version."""

    def wrap(view: View) -> View:
        blueprint.add_url_rule(path, view_func=view, defaults={"at": ""})
        blueprint.add_url_rule(f"/draft{path}", view_func=view, defaults={"at": "draft"})
        blueprint.add_url_rule(f"/versions/<at>{path}", view_func=view)
        return view

    return wrap


def view(template: str, desk: Desk, status: int = 200, **context: Any) -> ResponseReturnValue:
    """A page of this room."""
    draft = queries.open_draft(desk.seat.session)
    way = {"on_the_way": on_the_way(), "steps_at": steps_at, "next_url": next_url}
    may = {"may_edit": desk.editing, "may_begin": desk.seat.may(commands.EDIT), "may_decide": desk.deciding}
    return page(
        f"charter/{template}",
        status,
        desk=desk,
        at=desk.at,
        seen=desk.seen,
        charter=desk.charter,
        draft=draft,
        **may,
        **way,
        **context,
    )


def form_page(template: str, errors: Errors, **context: Any) -> ResponseReturnValue:
    """A form, as it was filled in where it is shown again for its errors; to nobody who could not have opened it."""
    return view(template, editor(), 422 if errors else 200, errors=errors, **context)


def tried(
    write: Callable[[], object], again: Callable[[Errors], ResponseReturnValue], done: str, to: str
) -> ResponseReturnValue:
    """It is done and said, with what was let pass; or the form stands as it was, the refusal at its field."""
    try:
        cautions = write()
    except Refused as refusal:
        return again({refusal.field or "": sentence(refusal)})
    flash(done, "success")
    for caution in cautions if isinstance(cautions, list) else ():
        flash(caution.en if english() else caution.message, "warning")
    return redirect(after(to))


def sentence(refusal: Refused) -> str:
    """The refusal with the rule it rests on."""
    words = said(refusal)
    return _("%(words)s（依据：%(source)s）", words=words, source=cited(refusal.source)) if refusal.source else words

"""Policy documents: their list, one with how far it is carried out, and the form in which it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.charter.names import unit_names
from service.files.keeping import stored
from service.files.web import served, uploaded_if_any
from service.kit.export import table_file
from service.kit.face import label
from service.kit.forms import submitted
from service.kit.listing import asked_here
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.measures import commands, forms, queries, schemas
from service.measures.commands import PolicyText
from service.measures.models import PolicyDocument
from service.measures.queries import READ, PolicyRow
from service.measures.rules import LEVELS
from tenants.errors import Missing

policies = Blueprint("policies", __name__, url_prefix="/policies")
Errors = Mapping[str, str]


@policies.get("/")
def index() -> ResponseReturnValue:
    """The documents, each with how far it is carried out; or as a file."""
    seat, kind = reading(READ), request.args.get("format", "")
    found = queries.policies(seat.session, asked_here(schemas.PoliciesQuery()), today(), whole=kind in ("csv", "xlsx"))
    if kind in ("csv", "xlsx"):
        header = ["文件名称", "文号", "发文机关", "层级", "发文日期", "措施数", "任务数", "已销号", "逾期"]
        return table_file(kind, f"{seat.tenant.name}-政策文件-{today().isoformat()}", header, map(_cells, found.rows))
    return page("measures/policies.html", listed=found, levels=forms.named("policy_level", LEVELS))


def _cells(row: PolicyRow) -> list[Any]:
    policy, stands = row.policy, row.standing
    named = [policy.title, policy.number, policy.issuer, label("policy_level", policy.level), policy.issued_on]
    return [*named, row.measures, stands.tasks, stands.done.numerator, stands.overdue.numerator]


@policies.get("/new")
def new() -> ResponseReturnValue:
    return _form(current_seat(), None, {}, {})


def _form(seat: Seat, row: PolicyDocument | None, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    seat.require(commands.POLICY)
    levels = forms.named("policy_level", LEVELS)
    return page(
        "measures/policy_form.html", 422 if errors else 200, row=row, values=values, errors=errors, levels=levels
    )


@policies.post("/")
def record() -> ResponseReturnValue:
    """The document is on record."""
    seat = current_seat()
    seat.require(commands.POLICY)

    def act(given: dict[str, Any]) -> PolicyDocument:
        return commands.record_policy(seat, PolicyText(**given), uploaded_if_any(), on=today())

    row, errors = submitted(schemas.PolicyIn(), act)
    if row is None:
        return _form(seat, None, request.form, errors)
    flash(_("政策文件已登记，请列出贯彻落实的措施。"), "success")
    return redirect(url_for("measures.policies.show", policy_id=row.id))


@policies.get("/<uuid:policy_id>")
def show(policy_id: UUID) -> ResponseReturnValue:
    """How far this document is carried out: measures, tasks, rates."""
    seat = reading(READ)
    return page(
        "measures/policy.html",
        found=queries.carried(seat.session, policy_id, today()),
        names=unit_names(seat.session),
        records=bool(forms.units_for(seat, commands.MEASURE, today())) and seat.may(commands.MEASURE),
    )


@policies.get("/<uuid:policy_id>/edit")
def edit(policy_id: UUID) -> ResponseReturnValue:
    seat = current_seat()
    row: PolicyDocument = queries.one(seat.session, PolicyDocument, policy_id)
    return _form(seat, row, {name: getattr(row, name) for name in schemas.PolicyIn().fields}, {})


@policies.post("/<uuid:policy_id>/edit")
def revise(policy_id: UUID) -> ResponseReturnValue:
    """The record reads so."""
    seat = current_seat()
    seat.require(commands.POLICY)

    def act(given: dict[str, Any]) -> PolicyDocument:
        return commands.revise_policy(seat, policy_id, PolicyText(**given), uploaded_if_any(), on=today())

    row, errors = submitted(schemas.PolicyIn(), act)
    if row is None:
        return _form(seat, queries.one(seat.session, PolicyDocument, policy_id), request.form, errors)
    flash(_("已修改。"), "success")
    return redirect(url_for("measures.policies.show", policy_id=policy_id))


@policies.get("/<uuid:policy_id>/file")
def download(policy_id: UUID) -> Response:
    """The document's file."""
    session = reading(READ).session
    row: PolicyDocument = queries.one(session, PolicyDocument, policy_id)
    if row.file_id is None:
        raise Missing()
    return served(stored(session, row.file_id))

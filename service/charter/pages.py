"""The charter's own pages: the text one reads, its versions, the comparison, and the forms of the draft."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from config.catalogue import Rule
from service.charter import commands, forms, queries, working_rules
from service.charter.approval_pages import approval, publishing
from service.charter.desk import Desk, Errors, editor, form_page, opened, read_at, tried, view
from service.charter.document import has_chief
from service.charter.duty_pages import duties
from service.charter.files import asked_for_file, rules_file, versions_file
from service.charter.notice_pages import notices
from service.charter.original import definitions
from service.charter.paper_pages import papers
from service.charter.reform_pages import reforms
from service.charter.schemas import VersionsQuery
from service.charter.setup_pages import setup
from service.charter.steps import carry
from service.charter.unit_pages import units
from service.charter.view import (
    ARTICLES,
    cited,
    difference_lines,
    field_said,
    open_to_change,
    post_place,
    rule_groups,
    rule_label,
)
from service.kit.layout import Entry
from service.kit.listing import asked_here
from service.kit.paging import page_of
from service.kit.seat import Seat
from service.kit.web import current_seat, reading, today
from tenants.errors import Missing
from tenants.texts import latest_own

pages = Blueprint("charter", __name__, url_prefix="/t/<slug>/charter", template_folder="templates")
pages.url_defaults(carry)
pages.add_app_template_filter(cited)
pages.add_app_template_filter(field_said)
pages.add_app_template_filter(rule_label)
pages.record(lambda state: state.app.extensions.update({"lianxi.body": _body}))
NAV = (Entry(20, "联席会议制度", "charter.show", "charter.read", "scale"),)


def _body(seat: Seat | None) -> str:
    """What kind of body the reader's is, where it is no plain joint conference."""
    try:
        kind = queries.body_kind(seat.session, today()) if seat else ""
    except SQLAlchemyError:  # the page says what went wrong before
        return ""
    return "" if kind in working_rules.PLAIN else kind


@read_at(pages, "/")
def show(at: str) -> ResponseReturnValue:
    """The charter as a document, each passage with its source; or, of a day, the version that was in force."""
    if request.args.get("on") and not at:
        return _as_of(request.args["on"])
    desk = opened(at)
    posts = [
        {"role": post.role, "place": post_place(desk.seen, post), "name": post.name}
        for post in desk.seen.text.own_posts
    ]
    chief = has_chief(desk.seen.text)
    return view("show.html", desk, posts=posts, chief=chief, **_published(desk))


def _published(desk: Desk) -> dict[str, Any]:
    """What of this charter those above may read, for who may publish it."""
    seat = desk.seat
    if desk.at or seat.tenant.parent_id is None or not seat.may(commands.PUBLISH):
        return {"may_publish": False}
    row = latest_own(seat.session, "charter")
    return {
        "may_publish": True,
        "published": row,
        "unpublished": not row or row.content["charter"] != str(desk.charter.id),
    }


def _as_of(text: str) -> ResponseReturnValue:
    seat, day = reading("charter.read"), forms.day_said(text)
    return redirect(url_for("charter.show", at=str(queries.in_force(seat.session, day).id)))


@pages.get("/versions/")
def versions() -> ResponseReturnValue:
    """Every version that was in force or will be, the latest first; or as a file."""
    desk, kind = opened(""), asked_for_file()
    asked = asked_here(VersionsQuery())
    whole = bool(kind)
    found = page_of(
        desk.seat.session, queries.versions(), asked, queries.VERSION_ORDERS, "-effective_from", whole=whole
    )
    if kind:
        return versions_file(kind, desk.seat, found.rows)
    return view("versions.html", desk, listed=found, on=today())


@read_at(pages, "/comparison")
def compare(at: str) -> ResponseReturnValue:
    """Where the charter goes its own way."""
    desk = opened(at)
    lines = difference_lines(desk.seen.differences, _names(desk), dict(definitions(desk.seat.tenant)))
    return view("comparison.html", desk, lines=lines)


def _names(desk: Desk) -> tuple[Any, Any]:
    return desk.seen.template, desk.seen.text


@pages.get("/draft/name")
def name_form() -> ResponseReturnValue:
    return _name_form(editor().seen.text.conference_name, {})


def _name_form(value: str, errors: Errors) -> ResponseReturnValue:
    return form_page("name.html", errors, value=value)


@pages.post("/draft/name")
def name_conference() -> ResponseReturnValue:
    """By the draft the conference bears this name."""
    seat, name = current_seat(), request.form.get("conference_name", "")

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.name_conference(seat, name)

    return tried(write, partial(_name_form, name), _("已写入修订稿。"), url_for("charter.show", at="draft"))


@pages.get("/draft/lead")
def lead_form() -> ResponseReturnValue:
    text = editor().seen.text
    return _lead_form(list(text.leads), text.office_host or "", {})


def _lead_form(leads: list[str], host: str, errors: Errors) -> ResponseReturnValue:
    return form_page("lead.html", errors, leads=leads, host=host)


@pages.post("/draft/lead")
def set_lead_units() -> ResponseReturnValue:
    """By the draft these departments lead, and the office stands there."""
    seat, form = current_seat(), request.form
    chosen, host = form.getlist("lead_units"), form.get("office_host", "")

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.set_lead_units(seat, chosen, office_host=host or None)

    return tried(
        write, partial(_lead_form, chosen, host), _("已写入修订稿。"), url_for("charter.units.index", at="draft")
    )


@pages.get("/draft/posts")
def posts_form() -> ResponseReturnValue:
    return _posts_form(forms.post_values(editor().seen.text.own_posts), {})


def _posts_form(values: Any, errors: Errors) -> ResponseReturnValue:
    return form_page("posts.html", errors, values=values, slots=forms.SLOTS, government=forms.GOVERNMENT)


@pages.post("/draft/posts")
def set_posts() -> ResponseReturnValue:
    """By the draft these posts convene and run the office."""
    seat, form = current_seat(), request.form
    rows = forms.filled(form)

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.set_posts(seat, [post for _slot, post in rows])

    def again(errors: Errors) -> ResponseReturnValue:
        return _posts_form(form, {forms.post_field(field, rows): words for field, words in errors.items()})

    return tried(write, again, _("已写入修订稿。"), url_for("charter.show", at="draft"))


@read_at(pages, "/rules")
def show_rules(at: str) -> ResponseReturnValue:
    """The working rules with their values and sources; or as a file."""
    desk = opened(at)
    known = dict(definitions(desk.seat.tenant))
    if kind := asked_for_file():
        return rules_file(kind, desk.seat, desk.seen, known)
    return view("rules.html", desk, groups=rule_groups(desk.seen, known))


def _rules_under() -> tuple[str, list[Rule]]:
    """The rules of the article that the address names, those that a tenant may set."""
    article = request.args.get("article", "")
    known = definitions(current_seat().tenant).values()
    found = [rule for rule in known if rule.article == article and open_to_change(rule)]
    if not found:
        raise Missing()
    return article, found


@pages.get("/draft/rules/edit")
def rules_form() -> ResponseReturnValue:
    desk = editor()
    article, rules = _rules_under()
    return _rules_form(article, rules, forms.rule_texts(rules, desk.seen.text.rules), {})


def _rules_form(article: str, rules: list[Rule], values: dict[str, Any], errors: Errors) -> ResponseReturnValue:
    return form_page("rules_edit.html", errors, article=article, title=ARTICLES[article], rules=rules, values=values)


@pages.post("/draft/rules/edit")
def set_rules() -> ResponseReturnValue:
    """By the draft the rules of this article have these values."""
    seat, form = current_seat(), request.form
    article, rules = _rules_under()
    changes = forms.rule_changes(form, rules)

    def write() -> object:
        forms.unchanged_draft(seat, request.form)
        return commands.set_rules(seat, changes)

    again = partial(_rules_form, article, rules, forms.rule_texts(rules, changes))
    return tried(write, again, _("已写入修订稿。"), url_for("charter.show_rules", at="draft"))


for _part in (units, duties, reforms, approval, publishing, setup, notices, papers):
    pages.register_blueprint(_part)

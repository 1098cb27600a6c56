"""The charter's own pages: the text one reads, the comparison, and the forms of name, lead, posts and rules."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config.catalogue import Rule
from service.charter import commands, forms, queries
from service.charter.desk import Errors, editor, form_page, reader, tried, view
from service.charter.duty_pages import duties
from service.charter.files import asked_for_file, rules_file
from service.charter.original import definitions
from service.charter.unit_pages import units
from service.charter.view import ARTICLES, cited, difference_lines, open_to_change, post_place, rule_groups, rule_label
from service.kit.layout import Entry
from service.kit.seat import Seat
from service.kit.web import current_seat, today
from tenants.errors import Missing

pages = Blueprint("charter", __name__, url_prefix="/t/<slug>/charter", template_folder="templates")
pages.register_blueprint(units)
pages.register_blueprint(duties)
pages.add_app_template_filter(cited)
pages.add_app_template_filter(rule_label)
NAV = (Entry(20, "联席会议制度", "charter.show", "charter.read", "scale"),)


@pages.get("/")
def show() -> ResponseReturnValue:
    """The charter as a document, each passage with its source."""
    seat, seen = reader()
    posts = [
        {"role": post["role"], "place": post_place(seen, post), "name": post["name"]}
        for post in seen.charter.posts
        if post["unit"] or post["organ"]
    ]
    return view("show.html", seat, seen, posts=posts)


@pages.get("/comparison")
def compare() -> ResponseReturnValue:
    """Where the charter goes its own way."""
    seat, seen = reader()
    return view("comparison.html", seat, seen, lines=difference_lines(seen, definitions(seat.tenant)))


@pages.get("/name")
def name_form() -> ResponseReturnValue:
    seat, seen = editor()
    return _name_form(seat, seen.charter.conference_name, {})


def _name_form(seat: Seat, value: str, errors: Errors) -> ResponseReturnValue:
    return form_page("name.html", seat, errors, value=value)


@pages.post("/name")
def name_conference() -> ResponseReturnValue:
    """The conference bears this name."""
    seat, name = current_seat(), request.form.get("conference_name", "")

    def write() -> object:
        _unchanged(seat)
        return commands.name_conference(seat, name, on=today())

    return tried(write, partial(_name_form, seat, name), _("名称已修改。"), url_for("charter.show"))


def _unchanged(seat: Seat) -> None:
    forms.unchanged(request.form, queries.in_force(seat.session, today()))


@pages.get("/lead")
def lead_form() -> ResponseReturnValue:
    seat, seen = editor()
    return _lead_form(seat, [unit.id for unit in seen.leads], seen.charter.office_host_id, {})


def _lead_form(seat: Seat, leads: list[Any], host: Any, errors: Errors) -> ResponseReturnValue:
    return form_page("lead.html", seat, errors, leads=leads, host=host)


@pages.post("/lead")
def set_lead_units() -> ResponseReturnValue:
    """These departments lead, and the office stands there."""
    seat, form = current_seat(), request.form
    chosen, host = form.getlist("lead_units"), form.get("office_host", "")

    def write() -> object:
        _unchanged(seat)
        leads = forms.ids_of(chosen, "lead_units")
        return commands.set_lead_units(seat, leads, office_host=forms.uuid_of(host, "office_host"), on=today())

    return tried(write, partial(_lead_form, seat, chosen, host), _("牵头部门已确定。"), url_for("charter.units.index"))


@pages.get("/posts")
def posts_form() -> ResponseReturnValue:
    seat, seen = editor()
    return _posts_form(seat, forms.post_values(seen.charter.posts), {})


def _posts_form(seat: Seat, values: Any, errors: Errors) -> ResponseReturnValue:
    return form_page("posts.html", seat, errors, values=values, slots=forms.SLOTS, government=forms.GOVERNMENT)


@pages.post("/posts")
def set_posts() -> ResponseReturnValue:
    """These posts convene and run the office."""
    seat, form = current_seat(), request.form
    rows = forms.filled(form)

    def write() -> object:
        _unchanged(seat)
        return commands.set_posts(seat, [post for _slot, post in rows], on=today())

    def again(errors: Errors) -> ResponseReturnValue:
        return _posts_form(seat, form, {forms.post_field(field, rows): words for field, words in errors.items()})

    return tried(write, again, _("召集人和办公室已设置。"), url_for("charter.show"))


@pages.get("/rules")
def show_rules() -> ResponseReturnValue:
    """The working rules with their values and sources; or as a file."""
    seat, seen = reader()
    if kind := asked_for_file():
        return rules_file(kind, seat, seen, dict(definitions(seat.tenant)))
    return view("rules.html", seat, seen, groups=rule_groups(seen, definitions(seat.tenant)))


def _rules_under(seat: Seat) -> tuple[str, list[Rule]]:
    """The rules of the article that the address names, those that a tenant may set."""
    article = request.args.get("article", "")
    found = [rule for rule in definitions(seat.tenant).values() if rule.article == article and open_to_change(rule)]
    if not found:
        raise Missing()
    return article, found


@pages.get("/rules/edit")
def rules_form() -> ResponseReturnValue:
    seat, seen = editor()
    article, rules = _rules_under(seat)
    return _rules_form(seat, article, rules, forms.rule_texts(rules, seen.charter.rules), {})


def _rules_form(
    seat: Seat, article: str, rules: list[Rule], values: dict[str, Any], errors: Errors
) -> ResponseReturnValue:
    title = ARTICLES[article]
    return form_page("rules_edit.html", seat, errors, article=article, title=title, rules=rules, values=values)


@pages.post("/rules/edit")
def set_rules() -> ResponseReturnValue:
    """The rules of this article have these values."""
    seat, form = current_seat(), request.form
    article, rules = _rules_under(seat)
    changes = forms.rule_changes(form, rules)

    def write() -> object:
        _unchanged(seat)
        return commands.set_rules(seat, changes, on=today())

    shown = forms.rule_texts(rules, changes)
    return tried(
        write, partial(_rules_form, seat, article, rules, shown), _("工作规则已保存。"), url_for("charter.show_rules")
    )

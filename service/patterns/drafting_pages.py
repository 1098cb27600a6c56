"""A reference template on the desk: begun with a text, changed by the charter's own forms or as a file, published."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE, ValidationError

from config.catalogue import Rule, choices
from service.charter import amending, checking, comparison, forms
from service.charter.desk import Errors, sentence, tried
from service.charter.schemas import WordsIn
from service.charter.text import CharterText
from service.charter.view import ARTICLES, difference_lines, open_to_change
from service.charter.writing import body_of, keyed, written
from service.kit.export import download
from service.kit.layout import locale
from service.kit.seat import Seat
from service.kit.web import current_seat, page, reading, today
from service.patterns import commands, queries
from service.patterns.models import PatternDraft
from service.patterns.rules import levels_below
from tenants.errors import Missing, Refused

drafting = Blueprint("drafting", __name__, url_prefix="/drafts")
LEVEL = "<any(city, county):level>"
MOST_BYTES = 2_000_000
Again = Callable[[Errors], ResponseReturnValue]


@drafting.post("/")
def begin() -> ResponseReturnValue:
    """A template for the level lies on the desk."""
    seat, level = current_seat(), request.form.get("level", "")
    return tried(
        lambda: commands.begin_pattern(seat, level, request.form.get("origin", ""), on=today()),
        lambda errors: _begin_again(seat, errors),
        _("已开始起草，修改后下发。"),
        url_for("patterns.drafting.show", level=level) if level in levels_below(seat.tenant.level) else "",
    )


def _begin_again(seat: Seat, errors: Errors) -> ResponseReturnValue:
    seat.require(commands.DRAFT)
    return page("patterns/refused.html", 422, errors=errors)


@drafting.get(f"/{LEVEL}")
def show(level: str) -> ResponseReturnValue:
    """The template as it stands: what it changes, what is wrong with it, and the ways to change it."""
    return _show(level, {})


def _show(level: str, errors: Errors) -> ResponseReturnValue:
    seat = reading(commands.DRAFT)
    draft = queries.draft_named(seat.session, level)
    text = draft.text
    before = queries.before(seat.session, level, text)
    known = {rule.key: rule for rule in queries.level_template(seat.session, level).rules}
    return page(
        "patterns/draft.html",
        422 if errors else 200,
        draft=draft,
        text=text,
        title=commands.title_of(seat, level),
        lines=difference_lines(comparison.compared(before, text), (before, text), known),
        faults=[sentence(fault) for fault in checking.faults(text, list(known.values()))],
        cautions=checking.cautions(text),
        articles=_articles(known),
        errors=errors,
        values=request.form,
        may_publish=seat.may(commands.PUBLISH),
        may_draft=seat.may(commands.DRAFT),
    )


def _articles(known: Mapping[str, Rule]) -> list[tuple[str, str]]:
    """The articles with rules that a template may set."""
    there = {rule.article for rule in known.values() if open_to_change(rule)}
    return [(article, str(title)) for article, title in ARTICLES.items() if article in there]


def _editor(level: str) -> PatternDraft:
    """The template before a seat that may change it."""
    seat = current_seat()
    seat.require(commands.DRAFT)
    return queries.draft_named(seat.session, level)


def _changed(level: str, change: Callable[[CharterText], CharterText], again: Again) -> ResponseReturnValue:
    """The change stands in the template, or the form stands as it was with what is wrong."""

    def write() -> None:
        seat = current_seat()
        _unchanged(seat, level)
        commands.amend_pattern(seat, level, change)  # its cautions stand on the page that follows

    return tried(write, again, _("已写入模板草稿。"), _home(level))


def _unchanged(seat: Seat, level: str) -> None:
    """Nobody changed the template since the form was opened, or the reader is told."""
    seat.require(commands.DRAFT)
    if request.form.get("revision") != str(queries.draft_named(seat.session, level).revision):
        raise forms.stale()


def _home(level: str) -> str:
    return url_for("patterns.drafting.show", level=level)


def _form(template: str, level: str, errors: Errors, **context: Any) -> ResponseReturnValue:
    draft = _editor(level)
    return page(f"patterns/{template}", 422 if errors else 200, draft=draft, text=draft.text, errors=errors, **context)


@drafting.get(f"/{LEVEL}/basics")
def basics_form(level: str) -> ResponseReturnValue:
    text = _editor(level).text
    values = {"conference_name": text.conference_name, "office_host": text.office_host or ""}
    return _form("basics.html", level, {}, values=values, leads=list(text.leads))


@drafting.post(f"/{LEVEL}/basics")
def set_basics(level: str) -> ResponseReturnValue:
    """By the template the conference bears this name, and these departments lead."""
    form = request.form
    leads, host = form.getlist("lead_units"), form.get("office_host") or None
    name = form.get("conference_name", "")
    return _changed(
        level,
        lambda text: amending.led(amending.named(text, name), leads, host),
        lambda errors: _form("basics.html", level, errors, values=form, leads=leads),
    )


def _rules_under(level: str) -> tuple[str, list[Rule]]:
    """The rules of the article that the address names."""
    article = request.args.get("article", "")
    known = queries.level_template(current_seat().session, level).rules
    found = [rule for rule in known if rule.article == article and open_to_change(rule)]
    if not found:
        raise Missing()
    return article, found


@drafting.get(f"/{LEVEL}/rules")
def rules_form(level: str) -> ResponseReturnValue:
    text = _editor(level).text
    _article, found = _rules_under(level)
    return _rules_form(level, forms.rule_texts(found, text.rules), {})


def _rules_form(level: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    article, found = _rules_under(level)
    context = {"article": article, "title": ARTICLES[article], "rules": found, "values": values}
    return _form("rules.html", level, errors, **context)


@drafting.post(f"/{LEVEL}/rules")
def set_rules(level: str) -> ResponseReturnValue:
    """By the template the rules of this article have these values."""
    _editor(level)
    _article, found = _rules_under(level)
    changes = forms.rule_changes(request.form, found)
    known = queries.level_template(current_seat().session, level).rules
    return _changed(
        level,
        lambda text: amending.ruled(text, known, changes),
        lambda errors: _rules_form(level, forms.rule_texts(found, changes), errors),
    )


def _unit_form(level: str, key: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    unit = amending.unit_in(_editor(level).text, key) if key else None
    categories = choices("unit_category", locale())
    return _form("unit.html", level, errors, unit=unit, values=values, categories=categories)


@drafting.get(f"/{LEVEL}/units/new", defaults={"key": ""})
@drafting.get(f"/{LEVEL}/units/<key>")
def unit_form(level: str, key: str) -> ResponseReturnValue:
    text = _editor(level).text
    unit = amending.unit_in(text, key) if key else None
    values = {"name": unit.name, "category": unit.category} if unit else {"category": "政府部门"}
    return _unit_form(level, key, values, {})


@drafting.post(f"/{LEVEL}/units/new", defaults={"key": ""})
@drafting.post(f"/{LEVEL}/units/<key>")
def set_unit(level: str, key: str) -> ResponseReturnValue:
    """By the template the unit sits at the table under this name."""
    form = request.form
    words = {field: form.get(field, "") for field in ("name", "category", "source")}

    def change(text: CharterText) -> CharterText:
        if key:
            return amending.reworded_unit(text, key, **words)
        return amending.with_unit(text, keyed(forms.unit_entry(form)))

    return _changed(level, change, lambda errors: _unit_form(level, key, form, errors))


@drafting.post(f"/{LEVEL}/units/<key>/removal")
def remove_unit(level: str, key: str) -> ResponseReturnValue:
    """By the template the unit is no member."""
    again: Again = lambda errors: _unit_form(level, key, {}, errors)  # noqa: E731
    return _changed(level, lambda text: amending.without_unit(text, key), again)


@drafting.get(f"/{LEVEL}/posts")
def posts_form(level: str) -> ResponseReturnValue:
    return _posts_form(level, forms.post_values(_editor(level).text.own_posts), {})


def _posts_form(level: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    word = queries.level_template(current_seat().session, level).word
    return _form("posts.html", level, errors, values=values, slots=forms.SLOTS, government=forms.GOVERNMENT, word=word)


@drafting.post(f"/{LEVEL}/posts")
def set_posts(level: str) -> ResponseReturnValue:
    """By the template these posts convene and run the office."""
    form = request.form
    rows = forms.filled(form)

    def again(errors: Errors) -> ResponseReturnValue:
        return _posts_form(level, form, {forms.post_field(field, rows): words for field, words in errors.items()})

    return _changed(level, lambda text: amending.posted(text, [post for _slot, post in rows]), again)


@drafting.get(f"/{LEVEL}/units/order")
def order_form(level: str) -> ResponseReturnValue:
    return _form("order.html", level, {})


@drafting.post(f"/{LEVEL}/units/order")
def set_order(level: str) -> ResponseReturnValue:
    """By the template the units stand in this order."""
    again: Again = lambda errors: _form("order.html", level, errors)  # noqa: E731
    return _changed(level, lambda text: amending.ordered(text, _numbered(text)), again)


def _numbered(text: CharterText) -> list[str]:
    """The units by the numbers that the form gives them; equal ones as they stood."""
    places = {unit.key: request.form.get(f"place-{unit.key}", "") for unit in text.units}
    return sorted(places, key=lambda key: int(places[key]) if places[key].isdecimal() else len(places))


def _duty_form(level: str, code: str, values: Mapping[str, Any], errors: Errors) -> ResponseReturnValue:
    duty = amending.duty_in(_editor(level).text, code) if code else None
    lists = {"fields": choices("policy_field", locale()), "grades": choices("grade", locale())}
    return _form("duty.html", level, errors, duty=duty, values=values, **lists)


@drafting.get(f"/{LEVEL}/duties/new", defaults={"code": ""})
@drafting.get(f"/{LEVEL}/duties/<code>")
def duty_form(level: str, code: str) -> ResponseReturnValue:
    text = _editor(level).text
    return _duty_form(level, code, forms.duty_values(amending.duty_in(text, code)) if code else {}, {})


@drafting.post(f"/{LEVEL}/duties/new", defaults={"code": ""})
@drafting.post(f"/{LEVEL}/duties/<code>")
def set_duty(level: str, code: str) -> ResponseReturnValue:
    """By the template the duty reads so and is held so."""
    form = request.form

    def change(text: CharterText) -> CharterText:
        duty = forms.duty_entry(form, text.units)
        return amending.reworded_duty(text, code, duty) if code else amending.with_duty(text, duty)

    return _changed(level, change, lambda errors: _duty_form(level, code, form, errors))


@drafting.post(f"/{LEVEL}/duties/<code>/removal")
def remove_duty(level: str, code: str) -> ResponseReturnValue:
    """By the template nobody owes the duty."""
    again: Again = lambda errors: _duty_form(level, code, {}, errors)  # noqa: E731
    return _changed(level, lambda text: amending.without_duty(text, code), again)


@drafting.get(f"/{LEVEL}/file")
def save_file(level: str) -> ResponseReturnValue:
    """The template as a file that can be changed and put back."""
    seat = reading(commands.DRAFT)
    draft = queries.draft_named(seat.session, level)
    body = json.dumps(body_of(draft.text), ensure_ascii=False, indent=2)
    return download("json", f"{commands.title_of(seat, level)}-{_('草稿')}", body.encode())


@drafting.post(f"/{LEVEL}/file")
def load_file(level: str) -> ResponseReturnValue:
    """The template is what the file says, whole."""
    seat = current_seat()

    def write() -> object:
        _unchanged(seat, level)
        return commands.rewrite_pattern(seat, level, _read(queries.draft_named(seat.session, level).text))

    return tried(write, lambda errors: _show(level, errors), _("模板草稿已按文件写入。"), _home(level))


def _read(before: CharterText) -> CharterText:
    """The text in the file, or a refusal that says where the file is wrong."""
    given = request.files.get("file")
    body = given.read(MOST_BYTES + 1) if given else b""
    if not body or len(body) > MOST_BYTES:
        raise Refused(_("请选择从本页下载、修改后的文件（不超过 2 MB）。"), en="Choose a file.", field="file")
    try:
        words = cast("dict[str, Any]", WordsIn().load(json.loads(body), unknown=EXCLUDE))
    except ValidationError as error:
        places = "、".join(str(name) for name in error.normalized_messages())
        raise Refused(_("文件中这些部分填写有误：%(places)s。", places=places), field="file") from error
    except (ValueError, RecursionError) as error:
        raise Refused(_("文件不是可以读取的 JSON 文本。"), en="The file is no JSON.", field="file") from error
    return written(before, words)


@drafting.post(f"/{LEVEL}/publication")
def publish(level: str) -> ResponseReturnValue:
    """The template is sealed and on its way."""
    seat = current_seat()

    def write() -> object:
        _unchanged(seat, level)
        if request.form.get("draft") != str(queries.draft_named(seat.session, level).id):
            raise forms.stale()  # one begun anew may bear the same revision
        return commands.publish_pattern(seat, level, request.form.get("remark", ""))

    done = _("已封存并下发；各地自行对照、决定是否采用。")
    return tried(write, lambda errors: _show(level, errors), done, url_for("patterns.issuing.index"))


@drafting.post(f"/{LEVEL}/discard")
def discard(level: str) -> ResponseReturnValue:
    """No template for the level lies on the desk."""
    seat = current_seat()

    def write() -> object:
        _unchanged(seat, level)
        return commands.discard_pattern(seat, level)

    again: Again = lambda errors: _show(level, errors)  # noqa: E731
    return tried(write, again, _("草稿已废弃，已下发的模板不变。"), url_for("patterns.issuing.index"))

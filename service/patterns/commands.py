"""Reference templates: written for a level below and published to it; taken, kept or merged by who received one.

A template is an offer. Nothing of it holds anywhere until the place itself takes it into its draft, which then goes
its usual way. Source: dossier 1.5 L1 (上级不能修改下级制度; 上级只可下发“参考模板”; 下级采用后与模板脱钩).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from config.catalogue import Rule, label
from service.charter import checking, comparison, merging, starting
from service.charter import commands as charter
from service.charter import queries as charters
from service.charter.original import definitions
from service.charter.rules import Caution, refuse
from service.charter.text import CharterText, text_of
from service.kit.command import command, note
from service.kit.seat import Seat
from service.patterns import queries
from service.patterns.models import PatternDraft
from service.patterns.rules import LAST, LEVEL, ORIGINS, OWN, REFORMED, levels_below, reform_of, remembered
from tenants import offers
from tenants.errors import Missing, Refused
from tenants.offers import Offer

DRAFT, PUBLISH = "template.draft", "template.publish"
LAST_SENTENCE = "制度末句"


def _refuse(message: str, en: str, field: str = "") -> Refused:
    return refuse(message, en, field, LAST_SENTENCE)


@command(DRAFT)
def begin_pattern(seat: Seat, level: str, origin: str, *, on: date) -> PatternDraft:
    """A template for the level lies on the desk, begun with that text. One at a time for each level."""
    _check_choice(seat, level, origin)
    if queries.draft_for(seat.session, level) is not None:
        raise _refuse(
            "该级模板已有一份正在起草，请继续修改，或先废弃它。", "A template for this level is being written."
        )
    draft = PatternDraft(level=level, origin=origin, drafted_by=seat.name)
    draft.text = _origin(seat, level, origin, on)
    seat.session.add(draft)
    seat.session.flush()
    note(seat, f"pattern_draft:{draft.id}", level=level, origin=origin)
    return draft


def _check_choice(seat: Seat, level: str, origin: str) -> None:
    if origin not in ORIGINS:
        raise _refuse("请选择模板由什么文本而来。", "Choose the text to begin with.", "origin")
    if level not in levels_below(seat.tenant.level):
        raise _refuse("参考模板只能下发给本级以下的层级。", "A template goes to a level below one's own.", "level")


def _origin(seat: Seat, level: str, origin: str, on: date) -> CharterText:
    if origin in (LEVEL, *REFORMED):
        return text_of(queries.level_template(seat.session, level, reform_of(origin)))
    if origin == OWN:
        return _undated(charters.in_force(seat.session, on).text, level)
    last = queries.last_issued(seat.session, level) if origin == LAST else None
    if last is None:
        raise _refuse("该级还没有下发过模板，请选择其他来源。", "None was published for this level yet.", "origin")
    return queries.text_in(last)


def _undated(text: CharterText, level: str) -> CharterText:
    """One's own text as one for others: since when a unit sits is no matter of theirs."""
    units = tuple(replace(unit, joined_on=None) for unit in text.units)
    return replace(text, units=units, template_level=level)


def held(seat: Seat, level: str) -> PatternDraft:
    """The draft for the level, held until commit."""
    draft = queries.draft_for(seat.session, level, hold=True)
    if draft is None:
        raise Missing()
    return draft


@command(DRAFT)
def amend_pattern(seat: Seat, level: str, change: Callable[[CharterText], CharterText]) -> list[Caution]:
    """The template on the desk is changed, and the audit line says where."""
    draft = held(seat, level)
    before = draft.text
    after = draft.text = change(before)
    changes = [item.as_json() for item in comparison.compared(before, after)]
    note(seat, f"pattern_draft:{draft.id}", before=None, after=changes)
    return checking.cautions(after)


@command(DRAFT)
def rewrite_pattern(seat: Seat, level: str, text: CharterText) -> list[Caution]:
    """The template on the desk is this text as a whole; refused with the first fault."""
    checking.check(text, rules_of(seat, level))
    return amend_pattern(seat, level, lambda _before: text)


def rules_of(seat: Seat, level: str) -> Iterable[Rule]:
    """What each working rule of that level is."""
    return queries.level_template(seat.session, level).rules


@command(DRAFT)
def discard_pattern(seat: Seat, level: str) -> None:
    """No template for the level lies on the desk; what was published stays."""
    draft = held(seat, level)
    note(seat, f"pattern_draft:{draft.id}", before=level, after=None)
    seat.session.delete(draft)


@command(PUBLISH)
def publish_pattern(seat: Seat, level: str, remark: str) -> Offer:
    """The template is sealed under the next number, and on its way to every place of its level."""
    draft = held(seat, level)
    if not remark.strip():
        raise _refuse("请说明本次下发的内容和理由，供下级对照时参考。", "Say what this template is about.", "remark")
    text = draft.text
    checking.check(text, rules_of(seat, level))
    title = title_of(seat, level)
    sealed = replace(text, template_level=level, template_version=remembered(title, text))
    row = offers.offer(seat.session, queries.KIND, level, title, sealed.as_json(), note=remark.strip(), by=seat.name)
    seat.session.delete(draft)
    note(seat, f"offer:{row.id}", title=title, sha256=row.sha256)
    return row


def title_of(seat: Seat, level: str) -> str:
    """What the next template for the level is called."""
    number = offers.next_number(seat.session, queries.KIND, level)
    return f"{seat.tenant.name}{label('level', level)}参考模板第{number}版"


@command(PUBLISH)
def send_pattern(seat: Seat, offer_id: UUID) -> int:
    """The template is on its way to places of its level that do not have it, such as were opened since."""
    row = queries.issued_named(seat.session, offer_id)
    sent = offers.send(seat.session, row)
    note(seat, f"offer:{row.id}", title=row.title, sent=sent)
    return sent


@command(PUBLISH)
def offer_start(seat: Seat, slug: str, to: Collection[UUID], remark: str) -> Offer:
    """What the place published of its charter is on its way to those sisters of it, as a text to start from.

    Only the copy that the place sent here is read; nothing changes there. Source: seed 末句; dossier 1.5 L1.
    """
    place, published = queries.published_charter(seat.session, slug)
    if not to or not set(to) <= {sister.id for sister in queries.sisters(seat.session, place)}:
        raise _refuse("请选择要提供给哪些同级地区。", "Choose places of the same level below one's own.", "to")
    if not remark.strip():
        raise _refuse("请说明提供的理由，供对方参考。", "Say why it is offered.", "remark")
    content = {"place": place.name, "version": published.content["version"], "text": published.content["text"]}
    title = f"{place.name}制度（{published.content['version']}）"
    said, by = remark.strip(), seat.name
    row = offers.offer(seat.session, starting.KIND, place.level, title, content, note=said, by=by, to=to)
    note(seat, f"offer:{row.id}", title=title, sha256=row.sha256, to=sorted(str(one) for one in to))
    return row


@command(charter.EDIT)
def adopt(seat: Seat, received_id: UUID, choices: Mapping[str, str], *, on: date) -> list[Caution]:
    """What was chosen stands in the charter's open draft, or in one that begins with it; the rest is as it was.

    The text remembers the template: the next comparison starts there.
    """
    row = queries.received_named(seat.session, received_id)
    texts = queries.texts_for(seat.session, seat.tenant, row)
    text = merging.merged(*texts, choices, definitions(seat.tenant).values())
    note(seat, f"received_offer:{row.id}", title=row.title, choices=dict(choices))
    if charters.open_draft(seat.session) is None:
        charter.begin_draft(seat, text, on=on)
        return checking.cautions(text)
    return charter.rewrite(seat, text)

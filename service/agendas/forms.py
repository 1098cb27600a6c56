"""The choices in the forms of agendas, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from service.agendas.rules import ACCESSES, KINDS, OUTCOMES, Deadline
from service.charter.original import definitions
from service.charter.queries import units
from service.kit.face import label
from service.kit.layout import locale
from service.kit.seat import Seat
from service.meetings.queries import upcoming

Choices = list[tuple[object, str]]


def named(group: str, keys: Iterable[str]) -> Choices:
    """The keys with their words."""
    return [(key, label(group, key)) for key in keys]


def kinds(allowed: Iterable[str] = KINDS) -> Choices:
    return named("agenda_type", allowed)


def outcomes() -> Choices:
    return named("agenda_outcome", OUTCOMES)


def accesses() -> Choices:
    return named("paper_access", ACCESSES)


def members(seat: Seat, on: date, only: Iterable[UUID] | None = None) -> Choices:
    """That day's member units, or those of them."""
    wanted = set(only) if only is not None else None
    return [(unit.id, unit.name) for unit in units(seat.session, on) if wanted is None or unit.id in wanted]


def meetings(seat: Seat, but: UUID | None = None) -> Choices:
    """The meetings whose agenda is still open, the next first."""
    found = [row for row in upcoming(seat.session) if row.id != but]
    return [(row.id, _("%(day)s %(title)s", day=row.held_on.isoformat(), title=row.title)) for row in found]


def basis(seat: Seat, due: Deadline | None) -> str:
    """The working rule a deadline was computed from, as the charter names it, with its value and article."""
    if due is None:
        return ""
    rule = definitions(seat.tenant)[due.rule]
    name = rule.label_en if locale() == "en" else rule.label_zh
    return _("本级制度%(article)s“%(rule)s”：%(value)s", article=rule.article, rule=name, value=due.value)
